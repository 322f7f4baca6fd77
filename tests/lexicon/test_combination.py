"""The model and the lexicon together: what is fitted, stored and read."""

from pathlib import Path

import numpy as np
import pytest

from attending.errors import InputError
from attending.lexicon import FEATURES, Combination, StoredCombination
from attending.taxonomy import LabelSpace


def drawn(documents: int, codes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels that follow the lexicon, but for one code, where they follow the model."""
    random = np.random.default_rng(0)
    stated = random.random((documents, codes)) < 0.3
    logits = random.normal(0, 3, (documents, codes))
    features = np.zeros((documents, codes, len(FEATURES)), np.float32)
    features[..., FEATURES.index("stated")] = stated
    labels = stated ^ (random.random((documents, codes)) < 0.05)
    labels[:, 0] = logits[:, 0] > 0
    return logits, features, labels


def test_the_lexicon_is_believed_where_it_is_right_and_the_model_where_it_is() -> None:
    logits, features, labels = drawn(400, 5)
    fitted = Combination.fit(logits[:300], features[:300], labels[:300])
    right = (fitted.log_odds(logits[300:], features[300:]) > 0) == labels[300:]
    assert right[:, 1:].mean() > 0.9
    assert right[:, 0].mean() > 0.8
    assert fitted.own[0, 0] > fitted.own[1:, 0].max()
    shared = Combination.fit(logits[:300], features[:300], labels[:300], each_code=False)
    assert shared.intercepts.shape == (1,)
    assert not shared.own.any()


def test_it_is_a_weighted_sum() -> None:
    combination = Combination(2.0, np.arange(len(FEATURES), dtype=float), np.array([1.0, -1.0]), np.zeros((2, 4)))
    features = np.zeros((2, len(FEATURES)))
    features[0, 3] = 1
    found = combination.log_odds(np.array([0.5, -500.0]), features)
    assert found.tolist() == pytest.approx([2 * 2.0 * np.tanh(0.5 / 2.0) + 3 + 1, 2 * -2.0 - 1])


def test_what_is_stored_is_read_again(tmp_path: Path, label_space: LabelSpace) -> None:
    logits, features, labels = drawn(60, len(label_space))
    stored = StoredCombination(
        Combination.fit(logits, features, labels),
        Combination.fit(logits, features, labels, each_code=False),
        0.3,
        ("a corpus",),
        60,
    )
    stored.write(tmp_path / "combination.json", label_space)
    again = StoredCombination.read(tmp_path / "combination.json", label_space)
    np.testing.assert_array_equal(again.own.log_odds(logits, features), stored.own.log_odds(logits, features))
    assert again.described is not None
    assert (again.described_threshold, again.corpora, again.documents) == (0.3, ("a corpus",), 60)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"format": 1', '"format": 7'), "has format 7"),
        (('"stated"', '"said"'), "is not a combination of this model's codes"),
        (('"I10"', '"I11"'), "is not a combination of this model's codes"),
    ],
)
def test_a_strange_file_is_refused(
    tmp_path: Path, label_space: LabelSpace, change: tuple[str, str], message: str
) -> None:
    logits, features, labels = drawn(60, len(label_space))
    path = tmp_path / "combination.json"
    StoredCombination(Combination.fit(logits, features, labels), None, 0.5, ("a",), 60).write(path, label_space)
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(InputError, match=message):
        StoredCombination.read(path, label_space)


def test_labels_that_are_all_alike_are_refused() -> None:
    logits, features, labels = drawn(10, 2)
    with pytest.raises(InputError, match="All 20 labels of the documents are alike"):
        Combination.fit(logits, features, np.zeros_like(labels))
