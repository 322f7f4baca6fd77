"""Taking out what a code rests on: by hand on a model that looks for one word."""

from types import SimpleNamespace

import numpy as np
import pytest

from attending.explanation import EvidenceSpan, deletion_curves, faithfulness, span_faithfulness
from attending.explanation.faithfulness import without_tokens
from attending.model.windows import split_into_windows
from attending.tokenization import EncodedDocument

CONFIG = SimpleNamespace(window_tokens=32, overlap_tokens=8, reading="two-way")
WORD = 7


def document_of(ids: list[int]) -> EncodedDocument:
    windows = split_into_windows(len(ids), window_tokens=32, overlap_tokens=8, causal=False)
    places = np.arange(len(ids))
    return EncodedDocument(np.array(ids, dtype=np.int64), np.column_stack([places, places + 1]), tuple(windows))


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Code 0 has a probability of 0.9 where the word stands, else 0.1; code 1 the other way round."""

    def probabilities(model: object, documents: list[EncodedDocument]) -> np.ndarray:
        has = np.array([WORD in document.token_ids for document in documents])
        return np.column_stack([np.where(has, 0.9, 0.1), np.where(has, 0.1, 0.9)]).astype(np.float32)

    monkeypatch.setattr(faithfulness, "probabilities", probabilities)
    return SimpleNamespace(config=CONFIG)


def test_taking_out_the_right_word_first_is_comprehensive_and_sufficient(model: SimpleNamespace) -> None:
    document = document_of([3, 4, WORD, 5, 6])
    right = np.array([[0.1, 0.0, 0.8, 0.1, 0.0]])
    wrong = np.array([[0.4, 0.3, 0.0, 0.2, 0.1]])
    curves = deletion_curves(model, document, [0], right, tokens=(1, 2))  # type: ignore[arg-type]
    np.testing.assert_allclose(curves.probability, [0.9], rtol=1e-6)
    np.testing.assert_allclose(curves.removed, [[0.1, 0.1]], rtol=1e-6)
    np.testing.assert_allclose(curves.kept, [[0.9, 0.9]], rtol=1e-6)
    np.testing.assert_allclose(curves.comprehensiveness, [0.8], rtol=1e-6)
    np.testing.assert_allclose(curves.sufficiency, [0], atol=1e-6)
    curves = deletion_curves(model, document, [0], wrong, tokens=(1, 4, 99))  # type: ignore[arg-type]
    assert curves.tokens.tolist() == [1, 4, 5]
    np.testing.assert_allclose(curves.removed, [[0.9, 0.9, 0.1]], rtol=1e-6)
    np.testing.assert_allclose(curves.kept, [[0.1, 0.1, 0.9]], rtol=1e-6)


def test_spans_take_out_every_token_they_touch(model: SimpleNamespace) -> None:
    document = document_of([3, 4, WORD, 5, WORD])
    spans = [[EvidenceSpan(2, 3, "c", 0.5)], [EvidenceSpan(2, 3, "c", 0.5), EvidenceSpan(3, 5, "de", 0.5)]]
    found = span_faithfulness(model, document, [0, 0], spans)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.comprehensiveness, [0, 0.8], atol=1e-6)
    np.testing.assert_allclose(found.sufficiency, [0, 0], atol=1e-6)
    nothing = span_faithfulness(model, document, [0], [[]])  # type: ignore[arg-type]
    np.testing.assert_allclose(nothing.comprehensiveness, [0], atol=1e-6)
    np.testing.assert_allclose(nothing.sufficiency, [0.8], atol=1e-6)


def test_no_codes_give_empty_arrays(model: SimpleNamespace) -> None:
    document = document_of([3, 4])
    curves = deletion_curves(model, document, [], np.zeros((0, 2)), tokens=(1,))  # type: ignore[arg-type]
    assert curves.removed.shape == (0, 1)


def test_windows_are_laid_anew_over_what_is_left() -> None:
    document = document_of(list(range(3, 103)))
    gone = np.zeros(100, dtype=bool)
    gone[10:90] = True
    left = without_tokens(CONFIG, document, gone)  # type: ignore[arg-type]
    assert left.token_ids.tolist() == [*range(3, 13), *range(93, 103)]
    assert len(left.windows) == 1
    assert without_tokens(CONFIG, document, ~np.zeros(100, dtype=bool)).token_ids.size == 0  # type: ignore[arg-type]
