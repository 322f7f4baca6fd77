"""A page needs nothing from elsewhere, runs nothing that it was not made with, and can be read by everyone."""

import re
from html.parser import HTMLParser

import pytest

from attending.page import (
    DASHES,
    MARKERS,
    SERIES,
    Cell,
    Column,
    Highlights,
    Page,
    Span,
    new_figure,
    png_of,
)

HOSTILE = "<img src=x onerror=alert(1)> & \"'> </style></script><script>alert(2)</script> {{ 7*7 }} javascript:"
NOTE = f"Discharge Diagnosis:\r\n1. Atrial fibrillation {HOSTILE}\n2. Essential hypertension.\n"


class Reader(HTMLParser):
    """Collects a page's elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def span_of(quote: str) -> Span:
    start = NOTE.index(quote)
    return Span(start, start + len(quote), "0.6")


def whole_page() -> Page:
    page = Page(f"Title {HOSTILE}", lead=HOSTILE)
    facts = page.section(f"Facts {HOSTILE}")
    facts.facts({"Documents": 12345, "F1": 0.6489, HOSTILE: HOSTILE})
    facts.paragraph(HOSTILE)
    facts.warning(HOSTILE)
    facts.table(
        f"Table {HOSTILE}",
        ["Code", Column("F1", ".2f"), Column("Documents", ",d"), "Interval"],
        [
            ["I10", 0.8, 2000, Cell("0.80 (0.78 to 0.82)", sort=0.8)],
            ["E11.9", None, 10, Cell("–")],
            [HOSTILE, float("nan"), 3, Cell(HOSTILE, sort=0.5, heat=0.42)],
        ],
    )
    figures = page.section("Figures")
    for _ in range(2):
        with new_figure() as figure:
            axes = figure.subplots()
            for number, colour in enumerate(SERIES):
                axes.plot(
                    [0, 1],
                    [0, number],
                    color=colour,
                    marker=MARKERS[number],
                    linestyle=DASHES[number],
                    label="<b>&$x_1$",
                )
            axes.fill_between([0, 1], [0, 0], [1, 1], color=SERIES[0], alpha=0.2)
            axes.set_title("cost $5 and $6")
            axes.legend()
        figures.figure(figure, HOSTILE, description=HOSTILE)
    page.section("Note").note(
        NOTE,
        [
            Highlights("I48.91", HOSTILE, "0.93", (span_of("Atrial fibrillation"), span_of("hypertension"))),
            Highlights("I10", "Essential hypertension", "0.81", (span_of("Essential hypertension"),)),
            Highlights("Z66", "Do not resuscitate", "0.40", ()),
        ],
        label="Codes",
        none_found="no evidence found",
    )
    return page


@pytest.fixture(scope="module")
def html() -> str:
    return whole_page().render()


def test_nothing_comes_from_elsewhere(html: str) -> None:
    for tag, attributes in Reader(html).elements:
        assert tag not in {"img", "link", "iframe", "object", "embed", "base", "form", "video", "audio", "image"}
        assert not {"src", "srcset", "style", "action", "data"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#"), tag
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html)
    assert not re.search(r"@import|url\((?!#)", html)


def test_the_policy_allows_its_own_style_and_script_alone(html: str) -> None:
    policy = next(attributes["content"] for _, attributes in Reader(html).elements if "http-equiv" in attributes)
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert len(re.findall("'sha256-[A-Za-z0-9+/]{43}='", policy)) == 2
    assert [tag for tag, _ in Reader(html).elements if tag in ("style", "script")] == ["style", "script"]


def test_hostile_text_stays_text(html: str) -> None:
    reader = Reader(html)
    assert reader.text.count(HOSTILE) >= 10
    assert "<img" not in html
    assert "{{ 7*7 }}" in html


def test_a_note_is_shown_whole_and_its_spans_link_both_ways(html: str) -> None:
    area = html[html.index('<div class="note"') :]
    assert "".join(Reader(area[: area.index("</div>")]).text) == NOTE
    ids = {attributes["id"] for _, attributes in Reader(html).elements if "id" in attributes}
    links = [attributes["href"] for tag, attributes in Reader(html).elements if tag == "a"]
    assert {str(link).removeprefix("#") for link in links} <= ids
    marks = [attributes["data-groups"] for tag, attributes in Reader(html).elements if tag == "mark"]
    assert marks == ["0", "1", "0 1"]
    assert "no evidence found" in html


def test_tables_have_captions_scopes_and_numbers_to_sort_by(html: str) -> None:
    table = html[html.index("<table") : html.index("</table>")]
    elements = Reader(table).elements
    assert [tag for tag, _ in elements].count("caption") == 1
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in elements if tag == "th")
    numbers = [attributes["data-sort"] for _, attributes in elements if "data-sort" in attributes]
    assert numbers == ["0.8", "2000.0", "0.8", "10.0", "3.0", "0.5"]
    assert '<td class="number" data-sort="2000.0">2,000</td>' in table
    assert "heat-5" in table
    assert table.count(">–<") == 3


def test_headings_and_figures_are_named(html: str) -> None:
    elements = Reader(html).elements
    assert [tag for tag, _ in elements if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h2", "h2", "h3"]
    images = [attributes for _, attributes in elements if attributes.get("role") == "img"]
    assert [attributes["aria-label"] for attributes in images] == [HOSTILE, HOSTILE]


def test_figures_follow_light_and_dark_and_share_no_id(html: str) -> None:
    elements = Reader(html).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    figures = html[html.index("<svg") : html.rindex("</svg>")]
    assert not re.search('"#[0-9a-f]{6}"', figures)
    for number in range(1, len(SERIES) + 1):
        assert f"var(--series-{number})" in figures
    assert "cost $5 and $6" in figures


def test_equal_pages_give_equal_bytes(html: str) -> None:
    assert whole_page().render() == html


def test_a_png_is_a_png() -> None:
    with new_figure() as figure:
        figure.subplots().plot([0, 1], [1, 0], color=SERIES[0])
    assert png_of(figure).startswith(b"\x89PNG")
    assert png_of(figure) == png_of(figure)


def test_what_does_not_fit_is_refused() -> None:
    section = Page("Title").section("Section")
    with pytest.raises(ValueError, match="Expected 2 cells in row 0 of 'Caption', got 1"):
        section.table("Caption", ["a", "b"], [["only one"]])
    with pytest.raises(ValueError, match="within the 4 characters"):
        section.note("text", [Highlights("I10", "", "", (Span(2, 5, ""),))], label="Codes", none_found="")
    with pytest.raises(ValueError, match="Expected heat in"):
        Cell("1.2", heat=1.2)
