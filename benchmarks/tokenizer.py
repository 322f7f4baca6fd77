"""Speed and memory of the tokenizer beside BioGPT's own, and its growth with the text; one JSON line goes out.

Run `python benchmarks/tokenizer.py [folder]`, the folder holding BioGPT's vocab.json and merges.txt; the default
is shared/biogpt-tokenizer beside the checkout. Needs Linux for the memory. Times are CPU times of one thread.

- Notes are synthetic, joined to 1,400 words. Three read them, twenty notes in turn: `biogpt`, which is
  `BioGptTokenizer` (ids alone); `encode`, ours as attending uses it (ids, offsets and windows); and `tokenizer_json`,
  ours as `AutoTokenizer` gives it (ids and offsets). `first_note` is the time of the first one, `new_notes` the median
  of notes that are read for the first time, `notes_again` that of the second reading: all three remember words. The
  ratio says how many times as fast as BioGPT's own they are.
- `growth` is the time of `encode` for 2 MB over that for 0.5 MB (4 is linear): for notes as they are, and for text
  without any space, as one line. `extra_mb` is the memory that 2 MB took at most.
- `batch` compares a list of notes with one note after another, on all cores (wall-clock time, a process of its own).
"""

import os

os.environ["RAYON_NUM_THREADS"] = os.environ.get("BATCH_THREADS", "1")
os.environ["TOKENIZERS_PARALLELISM"] = "true"
os.environ["HF_HUB_OFFLINE"] = "1"

import csv
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from memory import forget_peak_mb, peak_mb
from transformers import BioGptTokenizer, PreTrainedTokenizerFast

from attending.corpus.synthetic import synthesize
from attending.tokenization import biogpt_tokenizer, encode

WORDS = 1_400
NOTES = 200
IN_TURN = 20
SIZES = (500_000, 2_000_000)
LINES = {
    "letters": "a",
    "ideographs": "中",
    "digits_and_dots": "1.1",
    "dotted_word": "a.",
    "dots": ".",
    "commas": ",",
    "commas_and_digits": "1,,5",
    "apostrophes": "'",
    "apostrophes_and_spaces": "' ",
    "apostrophes_and_digits": "5'",
    "hyphens": "a-",
    "spaces": " ",
    "control_characters": "'\x01 ",
}
"""What the single lines consist of."""


def notes() -> list[str]:
    """Return synthetic notes of 1,400 words each."""
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder) / "hospital", admissions=3 * NOTES)
        table = Path(folder) / "hospital" / "note" / "discharge.csv.gz"
        with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
            lines = [line for row in csv.DictReader(file) for line in row["text"].splitlines(keepends=True)]
    found, note, words = [], "", 0
    for line in lines:
        note += line
        words += len(line.split())
        if words >= WORDS:
            found.append(note)
            note, words = "", 0
    return found[:NOTES]


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the CPU time that reading a text takes."""
    start = time.process_time()
    read(text)
    return time.process_time() - start


def side_by_side(readers: dict[str, Callable[[str], object]], texts: list[str]) -> dict[str, list[float]]:
    """Let all read a few notes in turn; return the seconds of each note."""
    times: dict[str, list[float]] = {name: [] for name in readers}
    for start in range(0, len(texts), IN_TURN):
        for name, read in readers.items():
            times[name] += [seconds(read, text) for text in texts[start : start + IN_TURN]]
    return times


def in_ms(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Return the median of each reader in milliseconds, and how many times as fast as BioGPT's own it is."""
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    return {
        name: {"ms": round(taken * 1e3, 2), "ratio": round(medians["biogpt"] / taken, 1)}
        for name, taken in medians.items()
    }


def growth(tokenizer: PreTrainedTokenizerFast, text: str) -> dict[str, float]:
    """Return the best of three times for each size of text, their ratio, and the memory taken by the larger."""
    small, large = ((text * (size // len(text) + 1))[:size] for size in SIZES)
    forget_peak_mb()
    before = peak_mb()
    first = seconds(lambda text: encode(tokenizer, text), large)
    extra = peak_mb() - before
    small_s, large_s = (
        min(seconds(lambda text: encode(tokenizer, text), text) for _ in range(3)) for text in (small, large)
    )
    return {
        "two_mb_s": round(min(first, large_s), 2),
        "growth": round(min(first, large_s) / small_s, 1),
        "extra_mb": round(extra),
    }


def batch(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> dict[str, float]:
    """Return how many times as fast a list of notes is read as one note after another; best of three."""

    def best(read: Callable[[], object]) -> float:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            read()
            times.append(time.perf_counter() - start)
        return min(times)

    single = best(lambda: [tokenizer(text, verbose=False) for text in texts])
    together = best(lambda: tokenizer(texts, verbose=False))
    return {"threads": int(os.environ["BATCH_THREADS"]), "times_as_fast": round(single / together, 2)}


def main() -> None:
    """Measure and print."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "biogpt-tokenizer"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    fast = biogpt_tokenizer(folder / "vocab.json", folder / "merges.txt")
    texts = notes()
    if "BATCH_THREADS" in os.environ:
        print(json.dumps(batch(fast, texts)))
        return
    slow = BioGptTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    readers: dict[str, Callable[[str], object]] = {
        "biogpt": lambda text: slow(text, verbose=False),
        "encode": lambda text: encode(fast, text),
        "tokenizer_json": lambda text: fast(text, return_offsets_mapping=True, verbose=False),
    }
    new = side_by_side(readers, texts)
    again = side_by_side(readers, texts)
    equal = [encode(fast, text).token_ids.tolist() == slow(text, verbose=False)["input_ids"][1:] for text in texts]
    whole = "".join(texts)
    together = subprocess.run(
        [sys.executable, __file__, str(folder)],
        env={**os.environ, "BATCH_THREADS": str(len(os.sched_getaffinity(0)))},
        capture_output=True,
        text=True,
        check=True,
    )
    print(
        json.dumps(
            {
                "words": WORDS,
                "tokens": statistics.median(len(encode(fast, text).token_ids) for text in texts),
                "notes": len(texts),
                "notes_with_equal_ids": sum(equal),
                "first_note": in_ms({name: taken[:1] for name, taken in new.items()}),
                "new_notes": in_ms({name: taken[1:] for name, taken in new.items()}),
                "notes_again": in_ms(again),
                "growth": {
                    "notes": growth(fast, whole),
                    "notes_without_spaces": growth(fast, "".join(whole.split())),
                    **{name: growth(fast, unit) for name, unit in LINES.items()},
                },
                "batch": json.loads(together.stdout),
            }
        )
    )


if __name__ == "__main__":
    main()
