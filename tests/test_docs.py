"""Every code block of the README and the docs runs, and the README's list of files is the tree."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attending.prediction import coder

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "data" / "codiesp" / "README.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GATE = {"make demo", "make test"}
"""What .ci/run calls itself; a test cannot call the command that runs it."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the commands of a page need, so that they write nowhere else; each page stands by itself."""
    folder = tmp_path / "checkout"
    for name in ("examples", "recipes", "data"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "src" / "attending").mkdir(parents=True)
    shutil.copytree(ROOT / "src/attending/shipped_model", folder / "src/attending/shipped_model")
    return folder


def test_the_gate_runs_the_two_commands() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert all(command in lines for command in GATE)


def test_every_block_names_its_language_or_is_plain_output() -> None:
    languages = {name for page in PAGES for name, _ in BLOCK.findall(page.read_text(encoding="utf-8"))}
    assert languages <= {"bash", "python", "yaml", ""}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_of_a_page_runs_in_order(page: Path, checkout: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    runners = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    for language, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language not in runners or code.strip() in GATE:
            continue
        result = subprocess.run(
            [*runners[language], code], cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        assert language == "bash" or result.stdout.strip(" \n[]"), "the block found nothing"


def test_the_demo_output_in_the_readme_is_real() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "attending", "predict", "examples/pneumonia.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = next(code for name, code in BLOCK.findall(PAGES[0].read_text(encoding="utf-8")) if not name)
    assert [line.split()[0] for line in shown.splitlines() if line[:1].isupper() or line[:1].isdigit()] == [
        line.split()[0] for line in result.stdout.splitlines() if line[:1].isupper() or line[:1].isdigit()
    ]


def test_the_list_of_files_is_the_tree() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    tree = next(code for name, code in BLOCK.findall(readme) if code.startswith("src/attending/"))
    named = {line.split()[0].rstrip("/") for line in tree.splitlines()[1:] if line.strip()}
    package = ROOT / "src" / "attending"
    real = {path.stem if path.is_file() else path.name for path in package.iterdir()}
    real = {name for name in real if not name.startswith("__") and name != "py"}
    assert {name.removesuffix(".py") for name in named} == real


def test_docstring_examples_run() -> None:
    result = doctest.testmod(coder)
    assert result.attempted > 0
    assert result.failed == 0
