"""Folders that are complete or absent: written beside their place, sealed by a manifest of SHA-256 sums, renamed.

Every step of the data's way leaves such a folder, so that a crash, a full disk or a flipped byte is found
before anything is read from it.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attending.errors import InputError

MANIFEST = "manifest.json"
_READ_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 sum of a file as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def sealed_folder(target: Path, *, overwrite: bool = False, source: Path | None = None) -> Iterator[Path]:
    """Give an empty folder to write into; on success it is sealed and takes the name `target`, on failure it goes.

    Args:
        target: The folder that is to appear. Its parents are made.
        overwrite: Whether an existing sealed `target` may be replaced; it stays as it was until the new one is
            complete. A folder that was not written by `sealed_folder` is never replaced.
        source: What the folder is made from; it must not lie in `target`.

    Raises:
        InputError: `target` exists and may not be replaced, is a file, or holds `source`.
    """
    if target.is_file():
        raise InputError(f"Expected {target} to be a folder to write, found a file. Choose another name.")
    if source is not None and target.resolve() in (source.resolve(), *source.resolve().parents):
        raise InputError(f"{target} holds {source}, which it is to be made from. Choose another folder to write.")
    if target.exists() and any(target.iterdir()):
        if not (target / MANIFEST).is_file():
            raise InputError(f"{target} already exists and was not written by attending. Choose another folder.")
        if not overwrite:
            raise InputError(f"{target} already exists and is not empty. Choose another folder or pass --overwrite.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    partial.chmod(0o777 & ~_current_umask())
    try:
        yield partial
        seal(partial)
        _put_in_place(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def seal(folder: Path) -> None:
    """Write the manifest of a folder: one SHA-256 sum for each file below it; every file is flushed to disk."""
    sums: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / MANIFEST:
            _flush(path)
            sums[path.relative_to(folder).as_posix()] = sha256_of(path)
    partial = folder / (MANIFEST + ".partial")
    partial.write_text(json.dumps({"sha256": sums}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _flush(partial)
    partial.replace(folder / MANIFEST)


def verify(folder: Path, *, what: str, next_step: str) -> None:
    """Check a sealed folder against its manifest.

    Args:
        folder: The folder to check. Files that the manifest does not name are ignored.
        what: What the folder should be, for the message: "a model folder".
        next_step: What the user should do about a damaged one, a whole sentence.

    Raises:
        InputError: No such folder, no manifest, a file is missing, or a file's bytes are not those that were sealed.
    """
    if not folder.is_dir():
        raise InputError(
            f"Expected {what} at {folder}, found {'a file' if folder.exists() else 'nothing'}. {next_step}"
        )
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise InputError(f"{folder} is not {what}: it has no {MANIFEST}. {next_step}")
    try:
        sums = json.loads(manifest.read_text(encoding="utf-8"))["sha256"]
        named = {str(name): str(value) for name, value in sums.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{manifest} is damaged: it is not a manifest of SHA-256 sums. {next_step}") from None
    for name, expected in named.items():
        path = folder / name
        if not path.is_file():
            raise InputError(f"{folder} is incomplete: {name} is missing. {next_step}")
        if sha256_of(path) != expected:
            raise InputError(f"{path} is damaged: its bytes are not those that were sealed. {next_step}")


def write_text_whole(path: Path, text: str) -> None:
    """Write a text file that is complete or absent: beside its place first, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        _flush(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _put_in_place(partial: Path, target: Path) -> None:
    if target.exists():
        replaced = partial.with_suffix(".replaced")
        target.rename(replaced)
        try:
            partial.rename(target)
        except OSError:
            replaced.rename(target)
            raise
        shutil.rmtree(replaced)
    else:
        partial.rename(target)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
