"""The handwritten notes and pieces of notes agree with their gold codes and with the rules of coding."""

import json
import re
from pathlib import Path
from typing import Any, TypedDict, cast

import pytest

from attending.taxonomy import named_codes

DATA = Path(__file__).parent / "data"
FOLDER = DATA / "handwritten"


class Gold(TypedDict):
    split: str
    codes: dict[str, list[str]]
    note: str


GOLD = cast(dict[str, Gold], json.loads((FOLDER / "gold.json").read_text("utf-8")))

EXCLUSIVE = (
    {"I10", "I11.0", "I12.9", "I13.0"},
    {"E11.9", "E11.22"},
    {"N18.3", "N18.9"},
    {"I48.0", "I48.91"},
    {"F17.210", "Z87.891"},
)
NEEDS_KIDNEY_DISEASE = {"I12.9", "I13.0", "E11.22"}
KIDNEY_DISEASE = {"N18.3", "N18.9"}

each_note = pytest.mark.parametrize("name", sorted(GOLD))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def test_every_note_has_gold_codes_and_the_reverse() -> None:
    assert sorted(GOLD) == sorted(path.stem for path in FOLDER.glob("*.txt"))


def test_the_numbers_tell_which_part_a_note_is_of() -> None:
    parts = {**dict.fromkeys(range(17, 37), "final"), **dict.fromkeys(range(71, 91), "final-2")}
    assert {name: gold["split"] for name, gold in GOLD.items()} == {
        name: parts.get(int(name[:2]), "development") for name in GOLD
    }


@pytest.mark.parametrize(("split", "notes"), [("development", 50), ("final", 20), ("final-2", 20)])
def test_every_part_has_its_notes_and_one_with_hardly_a_code(split: str, notes: int) -> None:
    of_split = [gold for gold in GOLD.values() if gold["split"] == split]
    assert len(of_split) == notes
    assert any(len(gold["codes"]) <= 1 for gold in of_split)


@pytest.mark.parametrize("split", ["development", "final", "final-2"])
def test_all_named_codes_occur_in_every_part(split: str) -> None:
    occurring = {code for gold in GOLD.values() if gold["split"] == split for code in gold["codes"]}
    assert occurring == set(named_codes("mimic-iv-50"))


@each_note
def test_a_note_has_the_length_of_a_real_one(name: str) -> None:
    assert 300 <= len(text_of(name).split()) <= 2000


@each_note
def test_every_quote_stands_in_its_note_as_whole_words(name: str) -> None:
    text = text_of(name)
    for code, quotes in GOLD[name]["codes"].items():
        assert 1 <= len(set(quotes)) == len(quotes) <= 4, code
        for quote in quotes:
            assert re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", text), (code, quote)


@each_note
def test_no_code_excludes_another(name: str) -> None:
    codes = GOLD[name]["codes"].keys()
    for group in EXCLUSIVE:
        assert len(codes & group) <= 1, codes & group


@each_note
def test_combinations_and_kidney_disease_stand_together(name: str) -> None:
    codes = GOLD[name]["codes"].keys()
    if codes & NEEDS_KIDNEY_DISEASE:
        assert codes & KIDNEY_DISEASE
    if codes & KIDNEY_DISEASE:
        assert not codes & {"I10", "I11.0", "E11.9"}


@each_note
def test_the_judgement_is_explained(name: str) -> None:
    assert GOLD[name]["note"].endswith(".")


def pieces(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("name", "number"), [("pieces.jsonl", 417), ("pieces_final.jsonl", 280)])
def test_pieces_have_codes_that_may_stand_together(name: str, number: int) -> None:
    known = set(named_codes("mimic-iv-50"))
    found = [set(piece["codes"]) for piece in pieces(name)]
    assert len(found) == number
    assert set.union(*found) == known
    assert [codes for codes in found for group in EXCLUSIVE if len(codes & group) > 1] == []
    assert sum(not codes for codes in found) > number / 4


def test_no_piece_stands_in_both_files() -> None:
    texts = [piece["text"] for name in ("pieces.jsonl", "pieces_final.jsonl") for piece in pieces(name)]
    assert len(set(texts)) == len(texts)
