"""What `attending predict` does: all notes are read before any is coded; one JSON line or one table a note."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from attending.errors import InputError
from attending.notes import MOST_CHARACTERS, Note, find_notes, read_note
from attending.prediction.coded_document import CodedDocument
from attending.prediction.coder import Coder
from attending.sealing import write_text_whole
from attending.terminal import TABLE_WIDTH


def predict_files(
    files: Sequence[str],
    *,
    model: Path | None,
    threshold: float | None,
    recall: float | None = None,
    precision: float | None = None,
    as_json: bool,
    output: Path | None,
    keep_going: bool,
    max_characters: int | None,
    device: str,
    dtype: str = "auto",
    also: str | None = None,
) -> None:
    """Code the notes of files, folders and standard input, and print or write what was found.

    Codes are proposed from a threshold on: the one given, the stored one that promises `recall`, the stored one that
    had `precision`, or without any of these those tuned with the model. `also` names further codes, separated by commas
    or one a line in a file, that are scored from what they are called.

    Raises:
        InputError: More than one of threshold, recall and precision are given, or the model has no such threshold; or a
            note cannot be used. Without `keep_going` nothing is coded then; with it the others are, and the
            error comes at the end.
    """
    if sum(given is not None for given in (threshold, recall, precision)) > 1:
        raise InputError("--threshold, --recall and --precision contradict each other. Give one of them.")
    if output is not None:
        _check_output(output, files)
    notes, problems = _read_all(files, max_characters or MOST_CHARACTERS)
    if problems and (not keep_going or not notes):
        advice = f" The other {len(notes)} can be coded with --keep-going." if notes else ""
        raise InputError(_summary(problems) + advice)
    coder = Coder.from_pretrained(model, device=device, dtype=dtype, also=_further_codes(also))
    if sys.stderr.isatty():
        sys.stderr.write(f"{len(notes)} notes on {coder.runs_on}\n")
    if recall is not None:
        threshold = coder.threshold_for_recall(recall)
    elif precision is not None:
        threshold = coder.threshold_for_precision(precision)
    coded = ((note, coder.code(note.text, threshold=threshold)) for note in notes)
    pieces = (_json_line(note, document) if as_json else _page(note, document, output) for note, document in coded)
    if output is not None:
        write_text_whole(output, "".join(pieces))
    else:
        for piece in pieces:
            sys.stdout.write(piece)
            sys.stdout.flush()
    if problems:
        raise InputError(f"{len(notes)} notes were coded. {_summary(problems)}")


def _further_codes(also: str | None) -> list[str]:
    """Return the codes that `--also` names, or those of the file that it names."""
    if also is None:
        return []
    path = Path(also)
    try:
        text = path.read_text(encoding="utf-8").replace("\n", ",") if path.is_file() else also
    except (OSError, UnicodeDecodeError):
        raise InputError(f"Cannot read the codes of --also {path}. Expected UTF-8 text, one code a line.") from None
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if not codes:
        raise InputError("--also names no code. Give codes as in I50.33,K70.30, or a file with one a line.")
    return codes


def _check_output(output: Path, files: Sequence[str]) -> None:
    """Refuse a place that cannot be written, or would replace a note, before any work is done."""
    if output.is_dir():
        raise InputError(f"Expected --output {output} to be a file, found a folder. Name a file in it.")
    if any(output.resolve() == Path(file).resolve() for file in files):
        raise InputError(f"--output {output} is one of the notes to code. Choose another name.")
    parent = next(folder for folder in output.absolute().parents if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(f"Cannot write {output}: {parent} is not a folder that you may write to.")


def _read_all(files: Sequence[str], most_characters: int) -> tuple[list[Note], list[str]]:
    notes: list[Note] = []
    problems: list[str] = []
    for path in _find_each(files, problems):
        try:
            notes.append(read_note(path, most_characters=most_characters))
        except InputError as error:
            problems.append(str(error))
    return notes, problems


def _find_each(files: Sequence[str], problems: list[str]) -> Iterator[Path | None]:
    for argument in files:
        try:
            yield from find_notes([argument])
        except InputError as error:
            problems.append(str(error))


def _summary(problems: list[str]) -> str:
    """Say in one line what cannot be used; of many problems the first three."""
    if len(problems) == 1:
        return problems[0]
    more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
    return f"{len(problems)} inputs cannot be used: {' '.join(problems[:3])}{more}"


def _json_line(note: Note, document: CodedDocument) -> str:
    return json.dumps({"note": note.name, **document.to_dict()}, ensure_ascii=False) + "\n"


def _page(note: Note, document: CodedDocument, output: Path | None) -> str:
    """Lay one note's codes out as a table."""
    on_terminal = output is None and sys.stdout.isatty()
    console = Console(
        width=None if on_terminal else TABLE_WIDTH, force_terminal=on_terminal, no_color=None if on_terminal else True
    )
    table = Table(box=None, pad_edge=False, show_edge=False, expand=False)
    table.add_column("Code", no_wrap=True, style="bold")
    table.add_column("Prob.", justify="right", no_wrap=True)
    table.add_column("Description", max_width=44)
    table.add_column("Evidence: words of the note (characters)", overflow="fold")
    for code in document.codes:
        spans = [f"{_one_line(span.text)} ({span.start}-{span.end})" for span in code.evidence]
        table.add_row(
            Text(code.code + (" *" if code.zero_shot else "")),
            f"{code.probability:.2f}",
            Text(code.description),
            Text("\n".join(spans) or "no evidence found in the note"),
        )
    if any(code.zero_shot for code in document.codes):
        table.caption = "* never seen in training: scored from what the code is called (zero-shot)"
        table.caption_justify = "left"
    caution = "" if document.calibrated else " Probabilities are not calibrated."
    with console.capture() as captured:
        console.print(
            Text(f"{note.name}: {len(document.codes)} codes proposed. A human coder decides.{caution}"),
            style="bold",
            soft_wrap=True,
        )
        if document.codes:
            console.print(table)
        console.print()
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def _one_line(words: str) -> str:
    return "“" + " ".join(words.split()) + "”"
