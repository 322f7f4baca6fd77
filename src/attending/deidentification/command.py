"""What `attending deidentify` does: counts likely identifiers, never showing them, or writes notes without them."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from attending.deidentification.identifiers import Identifier, find_identifiers, redact
from attending.errors import InputError
from attending.notes import MOST_CHARACTERS, Note, find_notes, read_note
from attending.sealing import write_text_whole
from attending.terminal import print_table


def check_files(files: Sequence[str], *, as_json: bool, max_characters: int | None) -> bool:
    """Print how many identifiers of each kind each note holds, and return whether any does.

    Raises:
        InputError: A note cannot be read, or a library is missing.
    """
    found = [(note, find_identifiers(note.text)) for note in _read(files, max_characters)]
    if as_json:
        for note, identifiers in found:
            sys.stdout.write(json.dumps(_as_json(note, identifiers)) + "\n")
    else:
        print_table(_table(found))
    return any(identifiers for _, identifiers in found)


def redact_files(files: Sequence[str], *, output: Path | None, overwrite: bool, max_characters: int | None) -> None:
    """Write notes with `___` in the place of each likely identifier.

    One note goes to standard output, or to the file `output`; several, or those of a folder, go to the folder `output`,
    each under its own name.

    Raises:
        InputError: A note cannot be read, a library is missing, or the place cannot be written to.
    """
    notes = _read(files, max_characters)
    is_one = len(notes) == 1 and not Path(files[0]).is_dir() and not (output is not None and output.is_dir())
    if output is None and not is_one:
        raise InputError(f"{len(notes)} notes need a folder for their copies. Name one with --output.")
    targets = [output] if is_one else [output / Path(note.name).name for note in notes if output is not None]
    _check_targets(targets, notes, overwrite)
    total: Counter[str] = Counter()
    for note, target in zip(notes, targets, strict=True):
        identifiers = find_identifiers(note.text)
        total.update(one.kind.value for one in identifiers)
        text = redact(note.text, identifiers)
        if target is None:
            sys.stdout.write(text)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_text_whole(target, text)
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(total.items())) or "none"
    sys.stderr.write(
        f"Identifiers replaced by ___ in {len(notes)} notes: {counts}. Read what is left before it is used.\n"
    )


def _read(files: Sequence[str], max_characters: int | None) -> list[Note]:
    return [read_note(path, most_characters=max_characters or MOST_CHARACTERS) for path in find_notes(files)]


def _check_targets(targets: Sequence[Path | None], notes: Sequence[Note], overwrite: bool) -> None:
    named = Counter(target for target in targets if target is not None)
    if repeated := [target for target, count in named.items() if count > 1]:
        raise InputError(f"{named[repeated[0]]} notes are called {repeated[0].name}. Give their folders one by one.")
    sources = {Path(note.name).resolve() for note in notes}
    for target in named:
        if target.resolve() in sources:
            raise InputError(f"--output would replace the note {target} itself. Choose another place.")
        if target.exists() and not overwrite:
            raise InputError(f"{target} exists. Choose another place for --output, or add --overwrite.")


def _as_json(note: Note, identifiers: Sequence[Identifier]) -> dict[str, object]:
    return {
        "note": note.name,
        "counts": dict(Counter(one.kind.value for one in identifiers)),
        "identifiers": [{"kind": one.kind.value, "start": one.start, "end": one.end} for one in identifiers],
    }


def _table(found: Sequence[tuple[Note, Sequence[Identifier]]]) -> Table:
    table = Table(title="Likely identifiers", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("note")
    table.add_column("kind")
    table.add_column("count", justify="right")
    for note, identifiers in found:
        counts = sorted(Counter(one.kind.value for one in identifiers).items())
        for number, (kind, count) in enumerate(counts or [("none found", 0)]):
            table.add_row(note.name if number == 0 else "", kind, str(count))
    return table
