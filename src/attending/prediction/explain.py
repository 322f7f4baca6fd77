"""What `attending explain` does: notes in; what each code rests on as tables, JSON, a page or a picture out."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from attending.errors import InputError
from attending.explanation import ExplainedNote, Method
from attending.notes import Note, find_notes, read_note
from attending.prediction.coder import Coder
from attending.sealing import write_bytes_whole, write_text_whole
from attending.terminal import print_table


def explain_files(
    files: Sequence[str],
    *,
    model: Path | None,
    codes: Sequence[str] | None,
    method: Method,
    threshold: float | None,
    html: Path | None,
    png: Path | None,
    as_json: bool,
    device: str,
) -> None:
    """Explain the codes of notes; print what was found, and write a page or a picture where one is asked for.

    Args:
        files: Notes as for `attending predict`.
        model: A model folder; None: the shipped model.
        codes: The codes to explain; None: those that are proposed.
        method: How to find what codes rest on.
        threshold: Probability from which codes are proposed; None: the model's own.
        html: Where to write a page with the notes and their highlights.
        png: Where to draw the map of codes and sections; for one note alone.
        as_json: Whether to print JSON, one line a note, instead of tables.
        device: Where to compute.

    Raises:
        InputError: A note cannot be used, a file cannot be written, or the model does not know a code.
    """
    notes = [read_note(path) for path in find_notes(files)]
    for option, target in (("--html", html), ("--png", png)):
        if target is not None:
            _check_target(option, target, notes)
    if png is not None and len(notes) != 1:
        raise InputError(f"--png draws one note, got {len(notes)}. Give one note, or use --html for several.")
    coder = Coder.from_pretrained(model, device=device, dtype="float32")
    explained = [(note, coder.explain(note.text, codes=codes, method=method, threshold=threshold)) for note in notes]
    if html is not None or png is not None:
        from attending.explanation.page import explanation_page, heat_map_png

        if html is not None:
            write_text_whole(html, explanation_page({note.name: found for note, found in explained}))
        if png is not None:
            write_bytes_whole(png, heat_map_png(explained[0][1]))
    for note, found in explained:
        if as_json:
            line = json.dumps({"note": note.name, **found.to_dict()}, ensure_ascii=False)
            sys.stdout.write(line + "\n")
        else:
            print_table(_table(note, found))


def _check_target(option: str, target: Path, notes: Sequence[Note]) -> None:
    if target.is_dir():
        raise InputError(f"Expected {option} {target} to be a file, found a folder. Name a file in it.")
    if any(Path(note.name).exists() and target.resolve() == Path(note.name).resolve() for note in notes):
        raise InputError(f"{option} {target} is one of the notes. Choose another name.")


def _table(note: Note, found: ExplainedNote) -> Table:
    table = Table(
        box=None, pad_edge=False, title=f"{note.name}: {len(found.codes)} codes, {found.method}", title_justify="left"
    )
    table.add_column("Code", no_wrap=True)
    table.add_column("Prob.", justify="right", no_wrap=True)
    table.add_column("Description", max_width=40)
    table.add_column("Share", justify="right", no_wrap=True)
    table.add_column("Evidence: words of the note (characters)", overflow="fold")
    for code in found.codes:
        shares = "\n".join(f"{span.weight:.0%}" for span in code.evidence)
        words = "\n".join(f"“{' '.join(span.text.split())}” ({span.start}-{span.end})" for span in code.evidence)
        table.add_row(
            code.code,
            f"{code.probability:.2f}" + ("" if code.proposed else " *"),
            Text(code.description),
            shares,
            Text(words or "no evidence found in the note"),
        )
    if any(not code.proposed for code in found.codes):
        table.caption = "* not proposed: the probability is below the code's threshold"
    return table
