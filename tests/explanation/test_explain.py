"""From a note to its explanation: exact quotes, codes that the note does not speak of, the page and the picture."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from attending import Coder, InputError
from attending.explanation import METHODS, Method
from attending.explanation.page import explanation_page, heat_map_png
from attending.prediction.explain import explain_files

from ..page.browser import opened
from ..page.test_in_browser import CONTRAST
from ..page.test_page import Reader

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "pneumonia.txt"
HOSTILE = "<img src=x onerror=alert(1)> & \"'></script>"
PIECES = (
    *("atrial fibrillation", "AKI on CKD", "HTN, HLD", "T2DM", "GERD", "pneumonia", "DNR", "\r\n", "\n", "\t"),
    *("Discharge Diagnosis:", "___", "naïve", "µg", "e\u0301", "😀", "\u200b", "\u202e", "ﬁ", "日本", "\x0c", "&"),
    *("<b>", "T-cell", "(", "[**", "%", "\u00a0", "\u2028", "\x85", "x" * 60),
)  # fmt: skip


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.from_pretrained()


@pytest.mark.parametrize("method", METHODS)
def test_quotes_are_slices_and_shares_add_up(coder: Coder, method: Method) -> None:
    text = "Discharge Diagnosis:\nCommunity-acquired pneumonia, AKI on CKD.\n\nSocial History:\nFormer smoker."
    note = coder.explain(text, method=method)
    assert {"J18.9", "N17.9"} <= {code.code for code in note.codes}
    assert "".join(text[section.start : section.end] for section in note.sections) == text
    for code in note.codes:
        assert code.proposed
        assert code.evidence or method == "integrated-gradients"  # may be spread over many words
        assert all(text[span.start : span.end] == span.text for span in code.evidence)
        assert sum(code.sections) + code.nothing == pytest.approx(1, abs=2e-3)
    (pneumonia,) = (code for code in note.codes if code.code == "J18.9")
    if method != "integrated-gradients":
        assert "pneumonia" in pneumonia.evidence[0].text
        assert pneumonia.sections[0] > pneumonia.sections[1]


def test_ten_thousand_characters_of_anything_are_quoted_exactly(coder: Coder) -> None:
    pieces = random.Random(1)
    quotes = 0
    for number in range(60):
        text = "Note " + "".join(pieces.choice(PIECES) + pieces.choice(("", " ", "\n")) for _ in range(25))
        found = coder.code(text, threshold=0.02).codes if number % 4 else coder.explain(text, threshold=0.02).codes
        for code in found:
            quotes += len(code.evidence)
            assert all(text[span.start : span.end] == span.text for span in code.evidence)
    assert quotes > 100


def test_codes_that_the_note_does_not_speak_of_have_no_evidence(coder: Coder) -> None:
    text = "Discharge Diagnosis:\n1. Community-acquired pneumonia.\n2. Acute kidney injury."
    note = coder.explain(text, codes=["M10.9", "J18.9", "J18.9", "G47.00"])
    assert [code.code for code in note.codes] == ["M10.9", "J18.9", "G47.00"]
    assert [bool(code.evidence) for code in note.codes] == [False, True, False]
    assert [code.proposed for code in note.codes] == [False, True, False]
    with pytest.raises(InputError, match="does not know 'A00.0'"):
        coder.explain(text, codes=["A00.0"])
    with pytest.raises(InputError, match="Expected a method"):
        coder.explain(text, method="lime")  # type: ignore[arg-type]


def test_explanation_and_prediction_say_the_same(coder: Coder) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    coded, explained = coder.code(text), coder.explain(text, method="attention")
    assert [code.code for code in coded.codes] == [code.code for code in explained.codes]
    assert [code.evidence for code in coded.codes] == [code.evidence for code in explained.codes]
    assert coder.explain(text).to_dict() == coder.explain(text).to_dict()


def test_the_page_shows_the_note_as_text(coder: Coder, tmp_path: Path) -> None:
    text = f"Discharge Diagnosis:\nCommunity-acquired pneumonia {HOSTILE}. Gout.\n"
    notes = {HOSTILE: coder.explain(text, codes=["J18.9", "M10.9", "Z66"]), "b.txt": coder.explain("Seen. Well.")}
    html = explanation_page(notes)
    assert "<img" not in html
    area = html[html.index('<div class="note"') :]
    assert Reader(area[: area.index("</div>")]).text == text
    assert "No evidence found in the note." in html
    assert html == explanation_page(notes)
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    with opened(path, scheme="dark", width=320) as (page, complaints):
        page.get_by_role("button", name="Show only J18.9").click()
        assert "neumonia" in page.locator("mark.chosen").first.inner_text()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert complaints == []


def test_the_map_is_a_picture(coder: Coder) -> None:
    note = coder.explain(EXAMPLE.read_text(encoding="utf-8"))
    assert heat_map_png(note).startswith(b"\x89PNG")
    assert heat_map_png(coder.explain("Seen. Well.", threshold=1.0)).startswith(b"\x89PNG")


def test_the_command(tmp_path: Path) -> None:
    html, png = tmp_path / "out" / "page.html", tmp_path / "map.png"
    arguments = [EXAMPLE, "--json", "--codes", "J18.9,M10.9", "--html", html, "--png", png]
    result = subprocess.run(
        [sys.executable, "-m", "attending", "explain", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    text = EXAMPLE.read_text(encoding="utf-8")
    assert found["method"] == "attingrad"
    assert [code["code"] for code in found["codes"]] == ["J18.9", "M10.9"]
    for code in found["codes"]:
        assert all(text[span["start"] : span["end"]] == span["text"] for span in code["evidence"])
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert png.read_bytes().startswith(b"\x89PNG")


def explain(*files: Path, **options: Any) -> None:
    settings = {"model": None, "codes": None, "method": "attention", "threshold": None, "html": None, "png": None}
    explain_files([str(file) for file in files], **{**settings, "as_json": False, "device": "cpu", **options})


def test_the_table_says_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    explain(EXAMPLE, codes=["M10.9"])
    table = capsys.readouterr().out
    assert "no evidence found" in table
    assert "* not proposed" in table


def test_mistakes_are_told_and_write_nothing(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Gout.")
    with pytest.raises(InputError, match="does not know 'A00.0'"):
        explain(note, codes=["A00.0"], html=tmp_path / "a.html")
    with pytest.raises(InputError, match="--png draws one note, got 2"):
        explain(note, note, png=tmp_path / "a.png")
    with pytest.raises(InputError, match="--html .* is one of the notes"):
        explain(note, html=note)
    with pytest.raises(InputError, match="Expected --png .* found a folder"):
        explain(note, png=tmp_path)
    with pytest.raises(InputError, match="There is no file or folder"):
        explain(tmp_path / "none.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert note.read_text() == "Gout."
