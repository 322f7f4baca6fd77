"""What a page is made of: paragraphs, facts, tables, figures, a note with highlights. Plain data in, plain data out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

HEAT_LEVELS = 10
MISSING = "–"


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, and how its numbers are written (a format specification: ".3f", ",d", ".1%")."""

    title: str
    format: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell whose text is not its number: "0.65 (0.62 to 0.68)", sorted by 0.65.

    `heat`, in [0, 1], shades the cell; the text must say the same, for a colour alone says nothing.
    """

    text: str
    sort: float | None = None
    heat: float | None = None

    def __post_init__(self) -> None:
        """Refuse a shade that no colour stands for."""
        if self.heat is not None and not 0 <= self.heat <= 1:
            raise ValueError(f"Expected heat in [0, 1], got {self.heat}.")

    @property
    def heat_level(self) -> int | None:
        """Shade among `HEAT_LEVELS`, 0 for none."""
        return None if self.heat is None else math.ceil(self.heat * HEAT_LEVELS)


Row = Sequence[str | int | float | Cell | None]
"""Cells of a table's row; None and NaN are shown as a dash and sort last."""


class Span(NamedTuple):
    """Characters `text[start:end]` of a note, and a few words about them ("0.61 of the attention")."""

    start: int
    end: int
    about: str


@dataclass(frozen=True)
class Highlights:
    """What one thing, a code for example, highlights in a note: its short key, a title, and its spans, best first."""

    key: str
    title: str
    about: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `kind` is "plain" or "warning"."""

    text: str
    kind: str


@dataclass(frozen=True)
class Facts:
    """Short facts by name."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableBlock:
    """A table ready to be written: every cell has its text and, where it is a number, what it sorts by."""

    number: int
    caption: str
    columns: tuple[Column, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class FigureBlock:
    """A figure as SVG; `description` says in words what it shows, for those who cannot see it."""

    svg: str
    caption: str
    description: str


@dataclass(frozen=True)
class Quote:
    """A highlighted span as listed beside the note; `place` is the segment where it starts."""

    text: str
    about: str
    place: int


@dataclass(frozen=True)
class Segment:
    """A stretch of a note that the same spans cover; `groups` are positions of `Highlights`, none for plain text."""

    text: str
    groups: tuple[int, ...]
    ending: tuple[str, ...]
    """Keys of the highlights one of whose spans ends here."""


@dataclass(frozen=True)
class NoteBlock:
    """A note in segments that join to its text, and what is highlighted in it."""

    number: int
    label: str
    none_found: str
    segments: tuple[Segment, ...]
    groups: tuple[tuple[Highlights, tuple[Quote, ...]], ...]


Block = Paragraph | Facts | TableBlock | FigureBlock | NoteBlock


def facts(items: Mapping[str, str | int | float]) -> Facts:
    """Turn facts by name into a block."""
    return Facts(tuple((name, _plain(value, "")) for name, value in items.items()))


def table(number: int, caption: str, columns: Sequence[str | Column], rows: Sequence[Row]) -> TableBlock:
    """Turn rows of values into a block.

    Raises:
        ValueError: A row has another number of cells than there are columns.
    """
    named = tuple(Column(column) if isinstance(column, str) else column for column in columns)
    for place, row in enumerate(rows):
        if len(row) != len(named):
            raise ValueError(f"Expected {len(named)} cells in row {place} of {caption!r}, got {len(row)}.")
    cells = tuple(tuple(_cell(value, column.format) for value, column in zip(row, named, strict=True)) for row in rows)
    numeric = tuple(any(row[place].sort is not None for row in cells) for place in range(len(named)))
    return TableBlock(number, caption, named, numeric, cells)


def note(number: int, text: str, groups: Sequence[Highlights], *, label: str, none_found: str) -> NoteBlock:
    """Cut a note into segments, each covered by the same spans.

    Raises:
        ValueError: A span does not lie in the text.
    """
    for group in groups:
        for span in group.spans:
            if not 0 <= span.start < span.end <= len(text):
                raise ValueError(f"Expected spans within the {len(text)} characters of the note, got {span[:2]}.")
    borders = sorted({0, len(text), *(place for group in groups for span in group.spans for place in span[:2])})
    segment_at = {start: number for number, start in enumerate(borders)}
    covering: list[list[int]] = [[] for _ in borders]
    ending: list[list[str]] = [[] for _ in borders]
    for position, group in enumerate(groups):
        for span in group.spans:
            first, last = segment_at[span.start], segment_at[span.end]
            for segment in range(first, last):
                if position not in covering[segment]:
                    covering[segment].append(position)
            if group.key not in ending[last - 1]:
                ending[last - 1].append(group.key)
    segments = tuple(
        Segment(text[start:end], tuple(covering[number]), tuple(ending[number]))
        for number, (start, end) in enumerate(pairwise(borders))
    )
    listed = tuple(
        (group, tuple(Quote(text[span.start : span.end], span.about, segment_at[span.start]) for span in group.spans))
        for group in groups
    )
    return NoteBlock(number, label, none_found, segments, listed)


def _cell(value: str | int | float | Cell | None, form: str) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, str):
        return Cell(value)
    if value is None or math.isnan(value):
        return Cell(MISSING)
    return Cell(_plain(value, form), sort=float(value))


def _plain(value: str | int | float, form: str) -> str:
    if isinstance(value, str):
        return value
    return format(value, form or (",d" if isinstance(value, int) else ".3f"))
