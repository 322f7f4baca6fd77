"""One HTML file that opens offline: tables that sort, figures in light and dark, notes with highlights.

What goes in is plain data, what comes out is one string:

    from attending.page import Column, Page

    page = Page("Data card", lead="What the corpus holds.")
    splits = page.section("Splits")
    splits.paragraph("No patient is in two splits.")
    splits.table("Documents by split", ["Split", Column("Documents", ",d")], [["train", 9400], ["test", 300]])
    write_text_whole(path, page.render())

Every text is escaped, nothing is loaded from elsewhere, and equal input gives equal bytes. Figures are drawn with
`new_figure` (matplotlib) in the colours `INK`, `MUTED`, `GRID` and `SERIES`, which follow the reader's choice of light
or dark. Needs jinja2, and matplotlib for figures: both come with the extra `train`.
"""

from attending.page.blocks import Cell, Column, Highlights, Row, Span
from attending.page.figures import DASHES, GRID, INK, MARKERS, MUTED, SERIES, new_figure, png_of
from attending.page.page import Page, Section

__all__ = [
    "DASHES",
    "GRID",
    "INK",
    "MARKERS",
    "MUTED",
    "SERIES",
    "Cell",
    "Column",
    "Highlights",
    "Page",
    "Row",
    "Section",
    "Span",
    "new_figure",
    "png_of",
]
