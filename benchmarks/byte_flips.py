"""Change single bytes of what a training leaves, and count what is found when it is loaded; prints one JSON line.

A tiny training leaves checkpoints, a tokenizer, tokenized examples and a model folder. One byte of one of their files,
drawn at random (each file as often as any other), is changed; then the folder is loaded as attending loads it, which
must refuse it. Then each file in turn is cut short, emptied, taken away, and a file that was not there is added.

    python benchmarks/byte_flips.py --flips 1000
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kill_resume import SETTINGS, make_corpus, quiet

from attending.errors import InputError
from attending.model_folder import read_model_folder
from attending.sealing import verify
from attending.training import TrainingArguments
from attending.training.checkpoints import verify_checkpoint


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="byte-flips-") as folder:
        make_corpus(Path(folder))
        quiet(TrainingArguments(corpora=[f"{folder}/corpus"], **SETTINGS), Path(folder, "run"))  # type: ignore[arg-type]
        print(json.dumps(measure(Path(folder, "run"), options.flips, random.Random(options.seed))))


def measure(run: Path, flips: int, chance: random.Random) -> dict[str, object]:
    """Damage the folders of a finished run in every way, and mend them again."""
    loaders = {run / "model": read_model_folder, run / "tokenizer": _verify, run / "examples": _verify}
    loaders |= dict.fromkeys(run.glob("checkpoints/step-*"), verify_checkpoint)
    files = [(path, folder) for folder in loaders for path in sorted(folder.rglob("*")) if path.is_file()]
    for folder, load in loaders.items():
        if _is_refused(load, folder):
            raise RuntimeError(f"{folder.name} is refused although nothing was changed.")
    found: dict[str, int] = dict.fromkeys(("flipped", "cut_short", "emptied", "taken_away", "added"), 0)
    done = dict.fromkeys(found, 0)

    def count(kind: str, folder: Path) -> None:
        done[kind] += 1
        found[kind] += _is_refused(loaders[folder], folder)

    for _ in range(flips):
        path, folder = chance.choice([(path, folder) for path, folder in files if path.stat().st_size])
        with _mended(path):
            data = bytearray(path.read_bytes())
            data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
            path.write_bytes(data)
            count("flipped", folder)
    for path, folder in files:
        with _mended(path):
            data = bytearray(path.read_bytes())
            path.write_bytes(data[: chance.randrange(len(data))] if data else b"x")
            count("cut_short", folder)
            path.write_bytes(b"" if data else b"x")
            count("emptied", folder)
            path.unlink()
            count("taken_away", folder)
    for folder in loaders:
        for name in ("pytorch_model.bin", "adapter_config.json", "added_tokens.json"):
            (folder / name).write_bytes(b"{}")
            count("added", folder)
            (folder / name).unlink()
    return {
        "folders": len(loaders),
        "files": len(files),
        **{kind: {"done": done[kind], "found": found[kind]} for kind in done},
    }


def _verify(folder: Path) -> None:
    verify(folder, what="a sealed folder", next_step="Make it again.")


def _is_refused(load: Callable[[Path], object], folder: Path) -> bool:
    try:
        load(folder)
    except InputError:
        return True
    return False


@contextmanager
def _mended(path: Path) -> Iterator[None]:
    """Give a file its bytes back afterwards."""
    data = path.read_bytes()
    try:
        yield
    finally:
        path.write_bytes(data)


if __name__ == "__main__":
    main()
