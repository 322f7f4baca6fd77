from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.explanation import evidence_spans


def word_offsets(text: str) -> np.ndarray:
    """Offsets of blank-separated words."""
    offsets, place = [], 0
    for word in text.split(" "):
        offsets.append((place, place + len(word)))
        place += len(word) + 1
    return np.array(offsets, dtype=np.int64)


def test_neighbours_join_and_the_heaviest_span_comes_first() -> None:
    text = "she has atrial fibrillation and takes warfarin daily"
    weights = np.array([0.0, 0.0, 0.4, 0.3, 0.01, 0.01, 0.2, 0.0])
    spans = evidence_spans(text, word_offsets(text), weights)
    assert [span.text for span in spans] == ["atrial fibrillation", "takes warfarin daily"]
    assert spans[0].weight > spans[1].weight


def test_a_piece_of_a_word_becomes_the_whole_word() -> None:
    text = "Hx: hypertension."
    offsets = np.array([[0, 2], [2, 3], [4, 9], [9, 16], [16, 17]])
    spans = evidence_spans(text, offsets, np.array([0.0, 0.0, 0.0, 0.6, 0.3]))
    assert [(span.text, span.start, span.end) for span in spans] == [("hypertension", 4, 16)]


@pytest.mark.parametrize(
    ("text", "word", "phrase"),
    [
        ("Treated for acute hypoxic respiratory failure.", "hypoxic", "acute hypoxic respiratory failure"),
        ("h/o deep vein thrombosis", "vein", "deep vein thrombosis"),
        ("has no GERD and COPD", "GERD", "GERD"),
        ("GERD\nCOPD (severe)", "COPD", "COPD"),
        ("1. T-cell lymphoma, in remission", "lymphoma", "T-cell lymphoma"),
        ("y" * 60 + " gout attack", "gout", "gout attack"),
    ],
)
def test_a_word_becomes_the_phrase_it_is_part_of(text: str, word: str, phrase: str) -> None:
    start = text.index(word)
    spans = evidence_spans(text, np.array([[start, start + len(word)]]), np.array([0.9]))
    assert [span.text for span in spans] == [phrase]


def test_a_phrase_leaves_the_words_of_a_better_span_alone() -> None:
    text = "renal failure sepsis"
    offsets = word_offsets(text)
    assert [span.text for span in evidence_spans(text, offsets, np.array([0.5, 0.001, 0.3]))] == [
        "renal failure sepsis"
    ]
    weights = np.array([0.0, 0.4, 0.0, 0.5, 0.0])
    spans = evidence_spans("and gout and gout and", word_offsets("and gout and gout and"), weights)
    assert [span.text for span in spans] == ["gout", "gout"]


def test_attention_on_nothing_gives_no_evidence() -> None:
    text = "no words here support it"
    assert evidence_spans(text, word_offsets(text), np.full(5, 0.004)) == ()
    assert evidence_spans("", np.zeros((0, 2), dtype=np.int64), np.zeros(0)) == ()


@settings(max_examples=300, deadline=None)
@given(data=st.data(), text=st.text(min_size=1, max_size=80))
def test_every_span_is_a_slice_and_none_overlap(data: st.DataObject, text: str) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)) | {0, len(text)})
    offsets = np.array(list(pairwise(cuts)), dtype=np.int64)
    weights = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(offsets), max_size=len(offsets))))
    weights = weights / max(weights.sum(), 1.0)
    spans = evidence_spans(text, offsets, weights)
    assert len(spans) <= 3
    assert all(text[span.start : span.end] == span.text and span.text.strip() for span in spans)
    ordered = sorted(spans, key=lambda span: span.start)
    assert all(first.end <= second.start for first, second in pairwise(ordered))
    assert [span.weight for span in spans] == sorted((span.weight for span in spans), reverse=True)
