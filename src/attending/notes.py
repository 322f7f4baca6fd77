"""Files, folders and standard input in, notes out; what is not a note gets a clear error before anything is coded."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attending.errors import InputError

MOST_CHARACTERS = 1_000_000
"""Longer files are more likely a whole table of notes than one note; the longest of MIMIC-IV has some 60,000."""

_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Note:
    """One note as it stands in its file; `name` is the path as given, or "standard input"."""

    name: str
    text: str = field(repr=False)


def find_notes(given: Sequence[str]) -> list[Path | None]:
    """Resolve arguments to files: a file is itself, a folder all `.txt` files below it, "-" standard input (None).

    Raises:
        InputError: Something does not exist, or a folder has no `.txt` file.
    """
    found: list[Path | None] = []
    for argument in given:
        path = Path(argument)
        if argument == "-":
            found.append(None)
        elif path.is_dir():
            files = sorted(_files_below(path))
            notes = [file for file in files if file.suffix.lower() == ".txt"]
            if not notes:
                raise InputError(
                    f"{path} holds no .txt file ({len(files)} files of other kinds). Save each note as plain text, "
                    "name.txt, or name the files one by one."
                )
            found += notes
        elif path.exists():
            found.append(path)
        else:
            raise InputError(f"There is no file or folder {path}.{_what_is_near(path)}")
    return found


def read_note(path: Path | None, *, most_characters: int = MOST_CHARACTERS) -> Note:
    """Read one note; None reads standard input. The text is kept as it is, line ends included.

    Raises:
        InputError: Empty, binary, not UTF-8, or longer than a note can be; the file is named, never its text.
    """
    name = "standard input" if path is None else os.fsencode(path).decode("utf-8", "backslashreplace")
    too_long = (
        f"more than one note can have ({most_characters:,}). Give one file a note, or raise --max-characters if it is "
        "one note."
    )
    try:
        if path is not None and path.stat().st_size > 4 * most_characters:  # UTF-8 has at most 4 bytes a character
            raise InputError(f"{name} has {path.stat().st_size:,} bytes, {too_long}")
        data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {name}: {error.strerror}.") from None
    if data.startswith(_UTF16_STARTS):
        raise InputError(f"{name} is UTF-16, expected UTF-8. Convert it: iconv -f UTF-16 -t UTF-8.")
    if b"\0" in data:
        raise InputError(f"{name} is a binary file, expected plain text in UTF-8. Export the note as text first.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 (byte {error.start + 1} of {len(data)}). Convert it, for example: iconv -f "
            "WINDOWS-1252 -t UTF-8."
        ) from None
    controls = sum(character < " " and character not in "\t\n\r\f\v" for character in text)
    if controls > 0.02 * len(text):
        raise InputError(f"{name} is a binary file, expected plain text in UTF-8. Export the note as text first.")
    if not text.strip():
        raise InputError(f"{name} is empty, expected the text of a discharge summary.")
    if len(text) > most_characters:
        raise InputError(f"{name} has {len(text):,} characters, {too_long}")
    return Note(name, text)


def _files_below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise InputError(f"Cannot read the folder {error.filename}: {error.strerror}.")

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(parent, name) for name in names)


def _what_is_near(path: Path) -> str:
    """Say what the nearest existing folder holds, so that a slip in a path is easy to see."""
    folder = next(parent for parent in path.absolute().parents if parent.is_dir())
    notes = sorted(file.name for file in folder.glob("*.txt"))
    if not notes:
        return f" The folder {folder} holds no .txt file either."
    shown = ", ".join(notes[:3]) + (", ..." if len(notes) > 3 else "")
    return f" The folder {folder} holds {len(notes)} .txt files: {shown}"
