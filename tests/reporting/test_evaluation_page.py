"""The report of an evaluation: its JSON, and the page made of it, for one model and for two."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from attending.errors import InputError
from attending.model_folder import SHIPPED
from attending.prediction.on_corpus import evaluate_on_corpus
from attending.reporting import evaluation_page

from ..page.browser import opened
from ..page.test_in_browser import CONTRAST
from ..page.test_page import Reader

NAME = '<b>small</b> & "quoted"'


def evaluate(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "attending", "evaluate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, str]:
    """JSON, page and table of two models, the same one in two folders, on a corpus of 40 admissions."""
    folder = tmp_path_factory.mktemp("evaluated")
    shutil.copytree(SHIPPED, folder / "other")
    html, output = folder / "report.html", folder / "report.json"
    models = ("--model", SHIPPED, "--model", folder / "other")
    options = ("--split", "train", "--resamples", 100, "--name", NAME, "--html", html, "--output", output)
    result = evaluate(small_corpus, *models, *options)
    assert result.returncode == 0, result.stderr
    return json.loads(output.read_text()), html.read_text(encoding="utf-8"), result.stdout


@pytest.fixture(scope="module")
def report(written: tuple[dict[str, Any], str, str]) -> dict[str, Any]:
    return written[0]


def test_the_report_has_what_its_readers_need(report: dict[str, Any]) -> None:
    names = [system["name"] for system in report["systems"]]
    assert names == [
        "shipped_model",
        "shipped_model, own thresholds",
        "other",
        "other, own thresholds",
        "lexicon",
        "TF-IDF + logistic regression",
        "note-blind floor",
    ]
    assert [pair["second"] for pair in report["comparisons"]] == [
        "other",
        "lexicon",
        "TF-IDF + logistic regression",
        "note-blind floor",
    ]
    same = report["comparisons"][0]["differences"]["f1_micro"]
    assert same["difference"] == 0
    assert same["p_value"] == 1
    for model in report["models"]:
        assert len(model["per_code"]) == report["codes"] == 50
        assert {"chapter", "frequency", "length", "age", "sex", "race"} <= set(model["subgroups"])
        assert model["evidence"]["hits"] <= model["evidence"]["true_positives"]
        assert set(model["acceptance"]) == {"code", "document"}
        assert model["calibration"]["pairs"] == 50 * report["documents"]
    for system in report["systems"]:
        estimate = system["intervals"]["f1_micro"]
        assert estimate["low"] <= estimate["high"]
        recall, precision = zip(*system["precision_recall"], strict=True)
        assert list(recall) == sorted(recall)
        assert recall[-1] == 1.0
        assert all(0 <= value <= 1 for value in precision)
        assert len(recall) <= 200


def test_the_page_compares_the_models_and_needs_nothing_else(report: dict[str, Any]) -> None:
    html = evaluation_page(report)
    text = Reader(html).text
    assert 'Evaluation on <b>small</b> & "quoted"' in text
    assert "<b>small" not in html
    for words in ("TF-IDF + logistic regression", "other: F1", "shipped_model against other", "ECE", "(small)", "I10"):
        assert words in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html)
    assert html == evaluation_page(report)


def test_one_model_is_a_report_too(report: dict[str, Any]) -> None:
    alone = {**report, "models": report["models"][:1], "systems": report["systems"][:1], "comparisons": []}
    html = evaluation_page(alone)
    assert "Differences" not in html
    assert "other: F1" not in Reader(html).text


def test_figures_that_are_not_defined_are_dashes(report: dict[str, Any]) -> None:
    empty = json.loads(json.dumps(report["models"][0]))
    empty["evidence"] = None
    for part in empty["calibration"]["equal_width"]:
        part["observed"] = part["observed_low"] = part["observed_high"] = None
    for curve in empty["acceptance"].values():
        curve["points"] = []
        curve["at"] = dict.fromkeys(curve["at"])
    html = evaluation_page({**report, "models": [empty]})
    assert "This corpus has no gold evidence" in html
    assert ">none<" in html


def test_a_model_named_twice_is_refused(small_corpus: Path) -> None:
    with pytest.raises(InputError, match="named twice"):
        evaluate_on_corpus(small_corpus, [SHIPPED, SHIPPED], split="test")


def test_it_opens_in_a_browser(report: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(evaluation_page(report), encoding="utf-8")
    for scheme, width in (("light", 1200), ("dark", 320)):
        with opened(path, scheme=scheme, width=width) as (page, complaints):
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CONTRAST) == []
            assert complaints == []


def test_the_command_writes_page_json_and_table(written: tuple[dict[str, Any], str, str]) -> None:
    report, html, table = written
    assert html == evaluation_page(report)
    assert "F1 micro" in table
    assert "the best span overlaps" in table


def test_a_folder_is_no_page(small_corpus: Path, tmp_path: Path) -> None:
    result = evaluate(small_corpus, "--html", tmp_path)
    assert result.returncode == 2
    assert "found a folder" in result.stderr
