"""Folders that are complete or absent: written beside their place, sealed by a manifest of SHA-256 sums, renamed.

Every step of the data's way leaves such a folder, so that a crash, a full disk or a flipped byte is found
before anything is read from it.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attending.errors import InputError

MANIFEST = "manifest.json"
_READ_BYTES = 1 << 20
_IS_OF_OTHERS = re.compile(r"(^|/)(\.|__pycache__/)").search


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
    partial.write_bytes(_manifest_of(sums))
    _flush(partial)
    partial.replace(folder / MANIFEST)
    _flush_names(folder)


def verify(folder: Path, *, what: str, next_step: str) -> None:
    """Check a sealed folder against its manifest.

    Args:
        folder: The folder to check. It holds what the manifest names and nothing else, but for hidden names and
            `__pycache__`, which others may leave there.
        what: What the folder should be, for the message: "a model folder".
        next_step: What the user should do about a damaged one, a whole sentence.

    Raises:
        InputError: No such folder, no manifest, a file is missing or was added, or a file's bytes are not those that
            were sealed.
    """
    if not folder.is_dir():
        raise InputError(
            f"Expected {what} at {folder}, found {'a file' if folder.exists() else 'nothing'}. {next_step}"
        )
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise InputError(f"{folder} is not {what}: it has no {MANIFEST}. {next_step}")
    try:
        data = manifest.read_bytes()
        sums = {str(name): str(value) for name, value in json.loads(data.decode("utf-8"))["sha256"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{manifest} is damaged: it is not a manifest of SHA-256 sums. {next_step}") from None
    if data != _manifest_of(sums):
        raise InputError(f"{manifest} is damaged: its bytes are not those that were written. {next_step}")
    found = set(_files_below(folder))
    if added := sorted(name for name in found - sums.keys() if not _IS_OF_OTHERS(name)):
        raise InputError(f"{folder} holds {added[0]}, which its seal does not name. Take it out. {next_step}")
    for name, expected in sums.items():
        if name not in found:  # a name that leads out of the folder is not found in it
            raise InputError(f"{folder} is incomplete: {name} is missing. {next_step}")
        if not (folder / name).is_file() or sha256_of(folder / name) != expected:
            raise InputError(f"{folder / name} is damaged: its bytes are not those that were sealed. {next_step}")


def remove_leftovers(folder: Path) -> None:
    """Remove what a process that was killed while it wrote into this folder has left there; see `sealed_folder`."""
    for path in folder.glob(".*.partial"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def write_text_whole(path: Path, text: str) -> None:
    """Write a text file in UTF-8 that is complete or absent."""
    write_bytes_whole(path, text.encode("utf-8"))


def write_bytes_whole(path: Path, data: bytes) -> None:
    """Write a file that is complete or absent: beside its place first, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        _flush(partial)
        partial.replace(path)
        _flush_names(path.parent)
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
    _flush_names(target.parent)


def _manifest_of(sums: dict[str, str]) -> bytes:
    """Return a manifest as it is written; each byte follows from the sums, so that a changed one is found."""
    return (json.dumps({"sha256": sums}, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _files_below(folder: Path) -> Iterator[str]:
    """Name all that is not a folder below a folder, but for its manifest. Links to folders are not followed."""
    for parent, folders, files in os.walk(folder):
        for name in [*files, *(name for name in folders if Path(parent, name).is_symlink())]:
            path = Path(parent, name)
            if path != folder / MANIFEST:
                yield path.relative_to(folder).as_posix()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _flush_names(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the file system lets one ask."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
