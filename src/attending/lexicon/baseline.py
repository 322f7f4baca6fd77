"""What a lexicon alone can do: training notes and their labels go in, probabilities for other notes come out."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from attending.errors import InputError
from attending.lexicon.findings import FEATURES, Lexicon
from attending.odds import probabilities_of


class LexicalBaseline:
    """One logistic regression, shared by all codes, over what the lexicon finds for a code in a note.

    It learns what a mention is worth, not which codes are frequent, so that it needs few notes and also does for
    codes that no training note has.
    """

    def __init__(self, codes: Sequence[str], descriptions: Sequence[str], *, most_documents: int = 500) -> None:
        """Gather the terms.

        Args:
            codes: The codes, in the order of the labels.
            descriptions: What each is called, (code,).
            most_documents: Training notes that are read at most; a handful of weights needs no more.
        """
        self._codes = tuple(codes)
        self._lexicon = Lexicon.for_codes(codes, descriptions)
        self._most_documents = most_documents

    def fit(self, texts: Sequence[str], labels: npt.NDArray[np.bool_]) -> Self:
        """Learn the weights of the features.

        Args:
            texts: Training notes, (document,).
            labels: Which codes each has; bool, (document, code).

        Raises:
            InputError: scikit-learn is missing; no notes, labels that do not fit them, or labels that are all alike.
        """
        if labels.dtype != np.bool_ or labels.shape != (len(texts), len(self._codes)) or 0 in labels.shape:
            raise InputError(
                f"Expected boolean labels (document, code) of {len(texts)} notes and {len(self._codes)} codes, got "
                f"{labels.dtype} of shape {labels.shape}. Take texts and labels from the same documents."
            )
        if labels.all() or not labels.any():
            raise InputError(
                f"All {labels.size} labels of the training notes are alike. Train on notes with and without codes."
            )
        try:
            from sklearn.linear_model import LogisticRegression
        except ImportError:
            raise InputError(
                'The lexical baseline needs scikit-learn. Install it with: pip install "attending[train]"'
            ) from None
        spread = np.unique(np.linspace(0, len(texts) - 1, min(len(texts), self._most_documents)).astype(int))
        features = self._features([texts[place] for place in spread]).reshape(-1, len(FEATURES))
        fitted = LogisticRegression(max_iter=1000).fit(features, labels[spread].reshape(-1))
        self._weights = fitted.coef_[0]
        self._intercept = fitted.intercept_[0]
        return self

    @property
    def weights(self) -> dict[str, float]:
        """What each feature adds to the log odds of a code."""
        return dict(zip(FEATURES, map(float, self._weights), strict=True))

    def predict(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return probabilities, (document, code)."""
        logits = self._features(texts) @ self._weights + self._intercept
        return probabilities_of(logits).astype(np.float32)

    def _features(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.stack([self._lexicon.find(text).features for text in texts])
