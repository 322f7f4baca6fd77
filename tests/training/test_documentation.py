"""The page on training names every setting as the class does, and every recipe and script is sound."""

import dataclasses
import subprocess
from pathlib import Path

import pytest

from attending.training import TrainingArguments
from attending.training.arguments import MAY_CHANGE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "training.md"


def settings_table() -> str:
    """The table of all settings, in the order of the class; copy it to the page when this test fails."""
    rows = ["| Setting | Default | Meaning |", "|---|---|---|"]
    defaults = dataclasses.asdict(TrainingArguments())
    for spec in dataclasses.fields(TrainingArguments):
        value = defaults[spec.name]
        shown = ", ".join(value) if isinstance(value, list) else str(value).lower() if value in (True, False) else value
        rows.append(f"| `{spec.name}` | {shown} | {TrainingArguments.descriptions()[spec.name]} |")
    return "\n".join(rows)


def test_the_table_of_settings_is_the_class() -> None:
    assert settings_table() in PAGE.read_text(encoding="utf-8")


def test_the_page_names_what_may_change_on_resume_and_every_recipe() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert ", ".join(f"`{name}`" for name in sorted(MAY_CHANGE)) in page
    for recipe in (ROOT / "recipes").glob("*.yaml"):
        assert f"| `{recipe.name}` |" in page


@pytest.mark.parametrize("script", sorted((ROOT / "recipes").glob("*.sh")), ids=lambda script: script.name)
def test_scripts_are_sound(script: Path) -> None:
    assert script.stat().st_mode & 0o100
    subprocess.run(["bash", "-n", str(script)], check=True)
