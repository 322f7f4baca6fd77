"""The data card says the same as JSON and as tables."""

from pathlib import Path

import pytest

from attending.corpus import DataCard, prepare, read_corpus
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
    assert "39 documents have an ICD-10 code, 39 a label." in text
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
