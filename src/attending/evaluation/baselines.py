"""What any model must beat: training notes and their labels go in, probabilities for other notes come out."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from attending.errors import InputError
from attending.evaluation.arrays import Bools
from attending.odds import probabilities_of

Float32 = npt.NDArray[np.float32]


class NoteBlindFloor:
    """Gives every note the training frequencies: what a system scores that never reads."""

    def fit(self, texts: Sequence[str], labels: Bools) -> Self:
        """Count the codes.

        Args:
            texts: Training notes, (document,).
            labels: Which codes each has; bool, (document, code).

        Raises:
            InputError: No notes, or labels that do not fit them.
        """
        _check(texts, labels)
        self._frequencies = labels.mean(axis=0, dtype=np.float64).astype(np.float32)
        return self

    def predict(self, texts: Sequence[str]) -> Float32:
        """Return probabilities, (document, code): the same row for every note."""
        return np.tile(self._frequencies, (len(texts), 1))


class TfidfLogisticRegression:
    """Words and pairs of words, weighted by TF-IDF, into one logistic regression a code.

    A code that no training note has, or every one, gets its frequency. Meant for some hundreds of codes: it
    keeps one weight for each code and term, and fits the codes one after the other.
    """

    def __init__(self, *, inverse_regularization: float = 10.0, max_terms: int = 200_000) -> None:
        """Choose how closely to fit.

        Args:
            inverse_regularization: scikit-learn's C: higher fits the training notes more closely. Few notes
                want a high one (on CodiEsp's 500, 30 to 100 is better than 10).
            max_terms: The most frequent words and pairs are kept, this many.
        """
        self._inverse_regularization = inverse_regularization
        self._max_terms = max_terms

    def fit(self, texts: Sequence[str], labels: Bools) -> Self:
        """Learn the terms and their weights.

        Args:
            texts: Training notes, (document,).
            labels: Which codes each has; bool, (document, code).

        Raises:
            InputError: scikit-learn is missing; no notes, labels that do not fit them, or notes without
            words.
        """
        _check(texts, labels)
        vectorizer, regression = _scikit_learn()
        self._vectorizer = vectorizer(
            ngram_range=(1, 2),
            sublinear_tf=True,
            min_df=min(2, len(texts)),
            max_features=self._max_terms,
            dtype=np.float32,
        )
        try:
            terms = self._vectorizer.fit_transform(texts)
        except ValueError:
            raise InputError(f"No word occurs in two of the {len(texts)} training notes. Check the texts.") from None
        frequencies = labels.mean(axis=0, dtype=np.float64)
        codes = labels.shape[1]
        self._weights = np.zeros((terms.shape[1], codes), np.float32)
        self._intercepts = np.zeros(codes, np.float32)
        self._frequencies = frequencies.astype(np.float32)
        self._learnt = (frequencies > 0) & (frequencies < 1)
        for code in np.flatnonzero(self._learnt):
            fitted = regression(C=self._inverse_regularization, max_iter=1000).fit(terms, labels[:, code])
            self._weights[:, code] = fitted.coef_[0]
            self._intercepts[code] = fitted.intercept_[0]
        return self

    def predict(self, texts: Sequence[str]) -> Float32:
        """Return probabilities, (document, code)."""
        logits = self._vectorizer.transform(texts) @ self._weights + self._intercepts
        known: Float32 = np.where(self._learnt, probabilities_of(logits), self._frequencies).astype(np.float32)
        return known


def _check(texts: Sequence[str], labels: Bools) -> None:
    if labels.dtype != np.bool_ or labels.ndim != 2 or len(labels) != len(texts) or 0 in labels.shape:
        raise InputError(
            f"Expected boolean labels (document, code) of {len(texts)} notes and at least one code, got "
            f"{labels.dtype} of shape {labels.shape}. Take texts and labels from the same documents."
        )


def _scikit_learn() -> tuple[Any, Any]:
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise InputError(
            'The TF-IDF baseline needs scikit-learn. Install it with: pip install "attending[train]"'
        ) from None
    return TfidfVectorizer, LogisticRegression
