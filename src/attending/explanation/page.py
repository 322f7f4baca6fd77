"""Explained notes in; an HTML page with highlights and a map of codes and sections, or the map as a picture, out."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from attending.explanation.explained import ExplainedCode, ExplainedNote
from attending.page import GRID, INK, Cell, Highlights, Page, Row, Section, Span, new_figure, png_of

NO_EVIDENCE = "No evidence found in the note."
NOTHING = "Nothing in the note"

_METHODS = {
    "attention": "Attention shows where the model looked, not why.",
    "integrated-gradients": "Integrated gradients show which words move the code's score.",
    "attingrad": "Attention, which shows where the model looked, weighed by what the gradient says matters.",
}


def explanation_page(notes: Mapping[str, ExplainedNote]) -> str:
    """Return an HTML page that explains notes, by their names.

    For each note its text, in which choosing a code shows its words and choosing words their code, and a table of the
    share of each code's support that lies in each section. The page holds the notes' text: keep it as you keep them.
    """
    page = Page(
        "Why these codes",
        lead="Codes proposed for a human coder, with the words of the note that they rest on. A human coder decides.",
    )
    for name, note in notes.items():
        section = page.section(name)
        section.paragraph(f"{len(note.codes)} codes. {_METHODS[note.method]}")
        section.note(note.text, [_highlights(code) for code in note.codes], label="Codes", none_found=NO_EVIDENCE)
        if note.codes:
            _add_map(section, note)
    return page.render()


def heat_map_png(note: ExplainedNote) -> bytes:
    """Draw which share of each code's support lies in each section, as a PNG.

    Raises:
        InputError: matplotlib is not installed.
    """
    names, shares = _by_name(note)
    with new_figure(2.4 + 0.55 * len(names), 1.9 + 0.3 * len(shares)) as figure:
        axes = figure.subplots()
        axes.pcolormesh(shares, cmap="YlOrBr", vmin=0, vmax=1, edgecolors=GRID, linewidth=0.5)
        for row, of_code in enumerate(shares):
            for column, share in enumerate(of_code):
                if share >= 0.005:
                    ink = "white" if share > 0.75 else INK
                    axes.text(column + 0.5, row + 0.5, f"{share:.0%}", ha="center", va="center", fontsize=8, color=ink)
        axes.set_xticks(np.arange(len(names)) + 0.5, names, rotation=35, ha="right", rotation_mode="anchor")
        axes.set_yticks(np.arange(len(note.codes)) + 0.5, [code.code for code in note.codes])
        axes.invert_yaxis()
        axes.tick_params(length=0)
        axes.set_title("Where in the note each code finds its support")
    return png_of(figure)


def _highlights(code: ExplainedCode) -> Highlights:
    about = f"probability {code.probability:.2f}" + ("" if code.proposed else ", not proposed")
    spans = tuple(Span(span.start, span.end, f"{span.weight:.0%}") for span in code.evidence)
    return Highlights(code.code, code.description, about, spans)


def _add_map(section: Section, note: ExplainedNote) -> None:
    names, shares = _by_name(note)
    rows: list[Row] = [
        [code.code, *(Cell(f"{share:.0%}" if share >= 0.005 else "", float(share), float(share)) for share in of_code)]
        for code, of_code in zip(note.codes, shares, strict=True)
    ]
    section.table("Share of each code's support by section", ["Code", *names], rows)


def _by_name(note: ExplainedNote) -> tuple[Sequence[str], NDArray[np.float64]]:
    """Return the names of sections that support any code, "nothing" last, and shares, (code, name)."""
    totals: dict[str, NDArray[np.float64]] = {}
    shares = np.array([code.sections for code in note.codes]).reshape(len(note.codes), len(note.sections))
    for column, part in enumerate(note.sections):
        totals[part.name] = totals.get(part.name, np.zeros(len(note.codes))) + shares[:, column]
    totals = {name: column for name, column in totals.items() if (column >= 0.005).any()}
    totals[NOTHING] = np.array([code.nothing for code in note.codes])
    return tuple(totals), np.clip(np.column_stack(list(totals.values())), 0, 1)
