"""Sections of blocks in, one HTML file out that needs nothing else, and that lets nothing else in."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attending.errors import InputError
from attending.page import blocks
from attending.page.blocks import Block, Column, FigureBlock, Highlights, Paragraph, Row
from attending.page.figures import svg_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HERE = Path(__file__).parent


class _Counter:
    """Numbers the tables, figures and notes of a page."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


@dataclass
class Section:
    """A part of a page with a heading of its own; its blocks stand in the order in which they were added.

    Made by `Page.section`.
    """

    title: str
    number: int
    blocks: list[Block]
    _count: _Counter = field(repr=False)

    def paragraph(self, text: str) -> None:
        """Add a paragraph of plain text."""
        self.blocks.append(Paragraph(text, "plain"))

    def warning(self, text: str) -> None:
        """Add a paragraph that must not be overlooked."""
        self.blocks.append(Paragraph(text, "warning"))

    def facts(self, items: Mapping[str, str | int | float]) -> None:
        """Add short facts by name, shown side by side; a float is written with three decimals."""
        self.blocks.append(blocks.facts(items))

    def table(self, caption: str, columns: Sequence[str | Column], rows: Sequence[Row]) -> None:
        """Add a table that the reader can sort by any column, with the mouse or the keyboard.

        Args:
            caption: What the table shows.
            columns: Titles, or `Column`s where numbers want a format.
            rows: Cells: text, numbers, None for what is not defined, or `Cell`s. The first cell names its row.

        Raises:
            ValueError: A row has another number of cells than there are columns.
        """
        self.blocks.append(blocks.table(self._count.next(), caption, columns, rows))

    def figure(self, figure: "Figure", caption: str, *, description: str) -> None:
        """Add a figure drawn with `new_figure`.

        Args:
            figure: The figure.
            caption: What it shows; stands below it.
            description: What can be seen in it, for those who cannot see it.
        """
        svg = svg_of(figure, prefix=f"f{self._count.next()}")
        self.blocks.append(FigureBlock(svg, caption, description))

    def note(self, text: str, highlights: Sequence[Highlights], *, label: str, none_found: str) -> None:
        """Add a note with highlights; choosing a highlight's owner shows its spans, choosing a span its owner.

        Args:
            text: The note, shown as it is.
            highlights: What is highlighted: one for each code, for example; spans may overlap.
            label: What the list of owners is called: "Codes".
            none_found: What is said of one without spans.

        Raises:
            ValueError: A span does not lie in the text.
        """
        self.blocks.append(blocks.note(self._count.next(), text, highlights, label=label, none_found=none_found))


class Page:
    """An HTML file that opens offline, on a wide screen and a small one, in light and dark, on paper.

    A `Content-Security-Policy` in its head allows its own style and script alone, by their SHA-256 sums.

    Args:
        title: Heading and name of the page.
        lead: A sentence below it.
    """

    def __init__(self, title: str, *, lead: str = "") -> None:
        self.title = title
        self.lead = lead
        self.sections: list[Section] = []
        self._count = _Counter()

    def section(self, title: str) -> Section:
        """Add a section and return it, to be filled."""
        self.sections.append(Section(title, len(self.sections) + 1, [], self._count))
        return self.sections[-1]

    def render(self) -> str:
        """Return the page; equal pages give equal bytes.

        Raises:
            InputError: jinja2 is not installed.
        """
        try:
            from jinja2 import Environment, FileSystemLoader, StrictUndefined
        except ImportError:
            raise InputError('HTML pages need jinja2. Install it with: pip install "attending[train]"') from None
        environment = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
        return environment.get_template("page.html").render(
            title=self.title,
            lead=self.lead,
            sections=self.sections,
            style=style,
            script=script,
            style_sum=_sum(style),
            script_sum=_sum(script),
        )


def _sum(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")
