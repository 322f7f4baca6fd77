"""The model and the lexicon together: a model's log odds and the lexicon's findings in, log odds out.

One logistic regression over both (stacking; D. Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1), with weights that all
codes share, so that it needs few documents; each code of the model has its own intercept, and may trust the model or
the lexicon more or less than the others do.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from attending.errors import InputError
from attending.lexicon.findings import FEATURES
from attending.taxonomy import LabelSpace

Floats = npt.NDArray[np.floating]

OWN = ("model", "stated", "by_rule", "overruled")
"""What a code may trust more or less than the others do."""


@dataclass(frozen=True)
class Combination:
    """Weights of the model's log odds and of the lexicon's `FEATURES`.

    Attributes:
        model: Weight of the model's log odds, which level off at 2 (0.88).
        features: Weight of each feature, (feature,).
        intercepts: (code,); or a single one, (1,), where the codes are not known beforehand.
        own: What each code adds to the shared weights of `OWN`, (code, 4); zeros where codes are not known.
    """

    model: float
    features: npt.NDArray[np.float64]
    intercepts: npt.NDArray[np.float64]
    own: npt.NDArray[np.float64]

    def log_odds(self, logits: Floats, features: Floats) -> npt.NDArray[np.float64]:
        """Combine.

        Args:
            logits: The model's log odds, (..., code).
            features: The lexicon's findings, (..., code, feature).

        Returns:
            Log odds, (..., code).
        """
        heard = _heard(logits)
        own = (_own(heard, features) * self.own).sum(-1)
        combined: npt.NDArray[np.float64] = self.model * heard + features @ self.features + own + self.intercepts
        return combined

    @classmethod
    def fit(
        cls,
        logits: Floats,
        features: Floats,
        labels: npt.NDArray[np.bool_],
        weights: Floats | None = None,
        *,
        each_code: bool = True,
        inverse_regularization: float = 1.0,
    ) -> Self:
        """Fit to documents that the model was not trained on.

        Args:
            logits: The model's log odds, (document, code).
            features: The lexicon's findings, (document, code, feature).
            labels: Which document has which code; bool, (document, code).
            weights: How much each document counts, (document,); None: all alike.
            each_code: Whether each code has its own intercept and trust.
            inverse_regularization: scikit-learn's C of what belongs to one code: higher fits it more closely.

        Raises:
            InputError: scikit-learn is missing, or the labels are all alike.
        """
        if labels.all() or not labels.any():
            raise InputError(
                f"All {labels.size} labels of the documents are alike. Combine on documents with and without codes."
            )
        try:
            from scipy.sparse import csr_matrix, hstack
            from sklearn.linear_model import LogisticRegression
        except ImportError:
            raise InputError(
                'Combining a model with the lexicon needs scikit-learn. Install it with: pip install "attending[train]"'
            ) from None
        documents, codes = labels.shape
        heard = _heard(logits)
        shared = np.concatenate([heard[..., None], features], axis=-1).reshape(documents * codes, -1)
        parts = [csr_matrix(shared)]
        if each_code:  # a code's own columns are small, which is a stronger penalty on their weights
            own = np.concatenate([np.ones((documents, codes, 1)), _own(heard, features)], axis=-1)
            width = own.shape[-1]
            rows = np.repeat(np.arange(documents * codes), width)
            columns = np.tile(np.arange(codes * width), documents)
            small = np.sqrt(_OWN_SCALE) * own.reshape(-1)
            parts.append(csr_matrix((small, (rows, columns)), shape=(documents * codes, codes * width)))
        fitted = LogisticRegression(C=inverse_regularization, max_iter=2000, tol=1e-5)
        each = None if weights is None else np.repeat(weights, codes)
        fitted.fit(hstack(parts).tocsr(), labels.reshape(-1), sample_weight=each)
        found, intercept = fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0])
        first = 1 + len(FEATURES)
        if not each_code:
            return cls(float(found[0]), found[1:first], np.array([intercept]), np.zeros((1, len(OWN))))
        of_codes = np.sqrt(_OWN_SCALE) * found[first:].reshape(codes, -1)
        return cls(float(found[0]), found[1:first], intercept + of_codes[:, 0], of_codes[:, 1:])

    def to_dict(self, codes: Sequence[str] | None) -> dict[str, Any]:
        """Return it as plain data, the features and codes by name; `codes` is None where they are not known."""
        rows = zip(codes if codes is not None else ("",), self.intercepts, self.own, strict=True)
        return {
            "model": self.model,
            "features": dict(zip(FEATURES, map(float, self.features), strict=True)),
            "codes": {
                code: {"intercept": float(intercept), **dict(zip(OWN, map(float, own), strict=True))}
                for code, intercept, own in rows
            },
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any], codes: Sequence[str] | None) -> Self:
        """Read what `to_dict` returned.

        Raises:
            KeyError: A feature or code is missing.
        """
        rows = [content["codes"][code] for code in (codes if codes is not None else ("",))]
        return cls(
            float(content["model"]),
            np.array([content["features"][name] for name in FEATURES], dtype=np.float64),
            np.array([row["intercept"] for row in rows], dtype=np.float64),
            np.array([[row[name] for name in OWN] for row in rows], dtype=np.float64),
        )


@dataclass(frozen=True)
class StoredCombination:
    """The combinations of a model folder and where they come from."""

    own: Combination
    """For the model's own codes."""
    described: Combination | None
    """For codes scored from their description; None where the model does not read descriptions."""
    described_threshold: float
    """Probability from which such a code is proposed."""
    corpora: tuple[str, ...]
    """Names of the corpora whose validation documents they were fitted to."""
    documents: int

    def write(self, path: Path, label_space: LabelSpace) -> None:
        """Write it as a JSON file, features and codes by name."""
        content = {
            "format": _FORMAT,
            "corpora": list(self.corpora),
            "documents": self.documents,
            "own": self.own.to_dict(label_space.codes),
            "described": None if self.described is None else self.described.to_dict(None),
            "described_threshold": self.described_threshold,
        }
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path, label_space: LabelSpace) -> Self:
        """Read what `write` wrote.

        Raises:
            InputError: The file is not a combination of this label space, or of a format this version does not know.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            form = content["format"]
            if form == _FORMAT:
                described = content["described"]
                return cls(
                    Combination.from_dict(content["own"], label_space.codes),
                    None if described is None else Combination.from_dict(described, None),
                    float(content["described_threshold"]),
                    tuple(content["corpora"]),
                    int(content["documents"]),
                )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(
                f"{path} is not a combination of this model's codes. Run `attending combine` again."
            ) from None
        raise InputError(f"{path} has format {form!r}, this version reads {_FORMAT}. Install a newer attending.")


_FORMAT = 1
_SUREST = 2.0
"""Log odds at which the model's voice levels off, so that a model that is sure of words that it has never seen does not
outvote plain ones."""
_OWN_SCALE = 0.1
"""How much looser the penalty on shared weights is than on those of one code."""
_OWN_FEATURES = [FEATURES.index(name) for name in OWN[1:]]


def _heard(logits: Floats) -> Floats:
    heard: Floats = _SUREST * np.tanh(logits / _SUREST)
    return heard


def _own(heard: Floats, features: Floats) -> Floats:
    """Return the values that a code may weigh by itself, (..., code, 4)."""
    return np.concatenate([heard[..., None], features[..., _OWN_FEATURES]], axis=-1)
