"""A matplotlib figure in, an SVG out that takes its colours and letters from the page it stands in.

Draw with `new_figure` and the colours named here: in the SVG each becomes a variable of the page's style, so that the
figure follows light and dark. As a PNG (`png_of`) the same figure is in the light colours.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from attending.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#1a1c1f"
"""Lines and letters."""
MUTED = "#5b6470"
"""What is less important: a diagonal, a note."""
GRID = "#d5d9de"
"""Grid lines."""
GROUND = "#ffffff"
SERIES = ("#0a5ca8", "#b3430b", "#1b7340", "#7a3f9d", "#7d5a00", "#a8205e")
"""Colours of series; give each its own of `MARKERS` or `DASHES` too, for a colour alone says nothing."""
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 2)))
"""Line styles, one for each of `SERIES`."""

_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--line)",
    GROUND: "var(--ground)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, start=1)},
}
_RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "attending",
    "text.parse_math": False,
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "figure.facecolor": "none",
    "grid.color": GRID,
    "legend.facecolor": GROUND,
    "legend.edgecolor": GRID,
    "legend.framealpha": 0.9,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.markersize": 5,
}
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"


@contextmanager
def new_figure(width: float = 4.2, height: float = 3.2) -> "Iterator[Figure]":
    """Give an empty matplotlib figure to draw on in the page's style; it may be used after the block ends.

        with new_figure() as figure:
            axes = figure.subplots()
            axes.plot([0, 1], [0, 1], color=SERIES[0], marker=MARKERS[0])

    Args:
        width: In inches; 4.2 fits a phone.
        height: Likewise.

    Raises:
        InputError: matplotlib is not installed.
    """
    rc_context, figure_class = _matplotlib()
    with rc_context(_RC):
        yield figure_class(figsize=(width, height), layout="constrained")


def svg_of(figure: "Figure", *, prefix: str) -> str:
    """Write a figure as an SVG element for a page: no style, no script, no metadata, no address.

    Args:
        figure: Drawn with `new_figure`.
        prefix: Put before every id, so that two figures of a page do not mix theirs.
    """
    rc_context, _ = _matplotlib()
    written = io.StringIO()
    with rc_context(_RC):
        figure.savefig(written, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(written.getvalue())
    for child in list(root):
        if child.tag == f"{_SVG}metadata" or child.find(f"{_SVG}style") is not None:
            root.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        if element.tag == "g":
            element.attrib.pop("id", None)
        if _HREF in element.attrib:
            element.set("href", element.attrib.pop(_HREF).replace("#", f"#{prefix}-"))
        if "id" in element.attrib:
            element.set("id", f"{prefix}-{element.attrib['id']}")
        if "clip-path" in element.attrib:
            element.set("clip-path", element.attrib["clip-path"].replace("#", f"#{prefix}-"))
        for part in filter(None, map(str.strip, element.attrib.pop("style", "").split(";"))):
            name, _, value = part.partition(":")
            if name != "font-family":
                element.set(name.strip(), _VARIABLES.get(value.strip(), value.strip()))
    width, height = (float(root.attrib.pop(name).removesuffix("pt")) for name in ("width", "height"))
    root.attrib.pop("version", None)
    root.set("class", "plot")
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    root.set("aria-hidden", "true")
    return re.sub(r"\s*\n\s*", " ", ElementTree.tostring(root, encoding="unicode"))


def png_of(figure: "Figure", *, dots_per_inch: int = 200) -> bytes:
    """Write a figure as a PNG in the light colours."""
    rc_context, _ = _matplotlib()
    written = io.BytesIO()
    with rc_context(_RC):
        figure.savefig(written, format="png", dpi=dots_per_inch, facecolor=GROUND, metadata={"Software": None})
    return written.getvalue()


def _matplotlib() -> tuple[Any, Any]:
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError('Figures need matplotlib. Install it with: pip install "attending[train]"') from None
    return rc_context, Figure
