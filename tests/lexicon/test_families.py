from collections.abc import Iterator

import pytest

from attending.lexicon.matching import Matcher
from attending.lexicon.terms import concepts_of, read_terms
from tests.lexicon.families import FAMILIES
from tests.lexicon.test_findings import coded


def texts(rows: str) -> Iterator[tuple[str, str]]:
    for row in rows.strip().splitlines():
        code, text = row.strip().split(" | ")
        yield code, text.replace("\\n", "\n")


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_of_wordings_is_told_apart(family: str) -> None:
    supporting, others = FAMILIES[family]
    assert [text for code, text in texts(supporting) if code not in coded(text)] == []
    assert [text for code, text in texts(others) if code in coded(text)] == []


def test_every_pattern_that_ships_has_anchors() -> None:
    assert [concept.code for concept in read_terms() if concept.patterns and not concept.anchors] == []


def test_a_pattern_is_found_beside_each_of_its_anchors() -> None:
    (concept,) = concepts_of(
        "[[concept]]\ncode = 'E87.1'\nanchors = ['salt', 'NA']\npatterns = ['(?:salt|NA) (?:is|was) low']\n", "a.toml"
    )
    far = "He did well. " * 50
    text = f"{far}Salt was low.{far}NA is low, na is low.{far}The salt\nwas high."
    assert [text[mention.start : mention.end] for mention in Matcher([concept]).mentions(text)] == [
        "Salt was low",
        "NA is low",
        "na is low",
    ]
