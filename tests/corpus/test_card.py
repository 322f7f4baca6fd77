"""The data card says the same as JSON, as tables and as a page."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from attending.corpus import DataCard, prepare, read_corpus
from attending.corpus.card_page import card_page
from attending.corpus.counts import without_small, words_in
from attending.corpus.schema import SPLITS
from attending.errors import InputError
from tests.corpus.hospital import hospital


@pytest.fixture
def card(tmp_path: Path) -> DataCard:
    source = hospital(40)
    source.note(5)[-1] = ""
    return prepare(source.write(tmp_path / "source"), tmp_path / "corpus", top=3)


def test_it_comes_back_from_json(card: DataCard, tmp_path: Path) -> None:
    assert read_corpus(tmp_path / "corpus").card == card
    card.write(tmp_path / "card.json")
    assert DataCard.read(tmp_path / "card.json") == card


def test_its_counts_are_those_of_the_documents(card: DataCard, tmp_path: Path) -> None:
    train = read_corpus(tmp_path / "corpus").split("train")
    counts = card.splits["train"]
    assert counts.documents == len(train)
    assert counts.patients == len(set(train.subject_ids))
    assert counts.words_mean == counts.words_median == 7.0
    assert counts.codes_mean == pytest.approx(sum(map(len, train.codes)) / len(train), abs=1e-4)


def test_its_text_shows_splits_labels_and_what_was_left_out(card: DataCard) -> None:
    text = card.text(width=100)
    assert "39 documents have a code, 39 a label." in text
    assert "Essential (primary) hypertension" in text
    assert "note without text" in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_file_that_is_no_card_is_refused(tmp_path: Path) -> None:
    for content in ("", "[]", '{"splits": {}}'):
        (tmp_path / "card.json").write_text(content)
        with pytest.raises(InputError, match=r"card\.json is not a data card"):
            DataCard.read(tmp_path / "card.json")
    with pytest.raises(InputError, match="is not a data card"):
        DataCard.read(tmp_path / "nowhere.json")


def test_shares_frequencies_and_totals_are_those_of_the_documents(card: DataCard, tmp_path: Path) -> None:
    corpus = read_corpus(tmp_path / "corpus")
    parts = [corpus.split(split) for split in SPLITS]
    assert card.total.documents == sum(map(len, parts)) == 39
    assert card.total.patients == sum(counts.patients for counts in card.splits.values())
    counts = Counter(code for part in parts for codes in part.codes for code in codes)
    assert dict(card.code_frequencies) == Counter(counts.values())
    for label in card.labels:
        for split, part in zip(SPLITS, parts, strict=True):
            having = sum(label.code in codes for codes in part.codes)
            assert label.shares[split] == pytest.approx(having / len(part), abs=1e-6)
    assert sum(card.words.counts) == sum(card.codes.counts) == 39
    assert card.codes.counts[2] == 38


def test_groups_are_counted_and_small_ones_are_not_told(card: DataCard) -> None:
    groups = {(one.attribute, one.group): one for one in card.subgroups}
    assert groups["sex", "F"].patients == 20
    assert groups["sex", "M"].patients == 19
    assert groups["race", "WHITE"].documents["train"] == card.splits["train"].documents
    assert groups["race", "WHITE"].documents["test"] is None
    assert ("marital_status", "not said") not in groups
    assert {group for attribute, group in groups if attribute == "age"} == {
        "18 to 44",
        "45 to 64",
        "65 to 74",
        "75 to 84",
    }
    assert groups["age", "18 to 44"].patients is None


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([100, 20, 10], [100, 20, 10]),
        ([100, 20, 9], [100, None, None]),
        ([100, 9, 9], [100, None, None]),
        ([100, 9, 0], [None, None, 0]),
        ([5], [None]),
        ([0], [0]),
        ([], []),
    ],
)
def test_what_the_total_would_give_away_is_not_told_either(counts: list[int], told: list[int | None]) -> None:
    assert without_small(counts) == told


def test_words_are_what_stands_between_white_space() -> None:
    texts = ["", " \n", "one", "a  b\tc\r\nd", "caf\u00e9 au lait ", "x", "end"]
    counts = [len(text.split()) for text in texts]
    assert words_in(pa.array(texts)).tolist() == counts
    assert words_in(pa.array(texts)[2:6]).tolist() == counts[2:6]
    assert words_in(pa.array([], pa.string())).tolist() == []


def test_the_page_shows_all_of_it(card: DataCard, tmp_path: Path) -> None:
    page = (tmp_path / "corpus" / "data_card.html").read_text(encoding="utf-8")
    assert page == card_page(card)
    assert page.count("<svg") == 4
    for text in (
        "Essential (primary) hypertension",
        "note without text",
        card.fingerprint,
        "WHITE",
        "&lt; 10",
        "not told",
    ):
        assert text in page
    assert card_page(DataCard.read(tmp_path / "corpus" / "corpus.json")) == page
