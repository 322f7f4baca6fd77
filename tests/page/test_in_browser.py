"""The page in a real browser: sorting by mouse and keyboard, highlights both ways, no complaint, no sideways scroll."""

from pathlib import Path

import pytest

from .browser import opened
from .test_page import whole_page

CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const shows = (element) => element.getClientRects().length && !element.closest("script, style")
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const poor = [];
  for (const element of [...document.querySelectorAll("body *")].filter(shows)) {
    const style = getComputedStyle(element), ink = parse(element.closest("svg") ? style.fill : style.color);
    const [more, less] = [light(ink), light(ground(element))].sort((x, y) => y - x);
    const ratio = (more + 0.05) / (less + 0.05);
    if (ratio < 4.5) poor.push(`${element.tagName} ${element.getAttribute("class")} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""
"""Elements whose text stands out less than WCAG AA asks, 4.5 to 1."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(whole_page().render(), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_it_opens_without_complaint_and_can_be_read(path: Path, scheme: str, width: int) -> None:
    with opened(path, scheme=scheme, width=width) as (page, complaints):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CONTRAST) == []
        page.locator(".choose").first.click()
        assert page.evaluate(CONTRAST) == []
        assert complaints == []


def test_tables_sort_by_mouse_and_keyboard_and_what_has_no_number_goes_last(path: Path) -> None:
    def codes() -> list[str]:
        return [text[:5] for text in page.locator("tbody tr th").all_inner_texts()]

    with opened(path) as (page, complaints):
        head = page.get_by_role("columnheader", name="F1")
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "descending"
        assert codes()[0] == "I10"
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        assert codes()[0] == "I10"
        page.get_by_role("columnheader", name="Documents").get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert codes() == ["I10", "E11.9", "<img "]
        page.keyboard.press("Space")
        assert codes() == ["<img ", "E11.9", "I10"]
        assert head.get_attribute("aria-sort") is None
        assert complaints == []


def test_choosing_a_code_shows_its_spans_and_choosing_a_span_its_code(path: Path) -> None:
    with opened(path) as (page, complaints):
        page.get_by_role("button", name="Show only I10").click()
        assert page.locator("mark.chosen").all_inner_texts() == ["Essential ", "hypertension"]
        assert page.locator("mark.other").count() == 1
        page.get_by_role("button", name="Show all").click()
        assert page.locator("mark.chosen, mark.other").count() == 0
        page.locator("mark a").last.focus()
        page.keyboard.press("Enter")
        assert page.locator("li.chosen .owner strong").inner_text() == "I48.91"
        page.locator("mark a").last.press("Enter")
        assert page.locator("li.chosen .owner strong").inner_text() == "I10"
        page.get_by_role("link", name="Atrial fibrillation").first.click()
        assert page.locator("mark:target").inner_text() == "Atrial fibrillation"
        assert complaints == []
