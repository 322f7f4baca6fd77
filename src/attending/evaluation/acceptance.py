"""What can be taken over without a look: labels and probabilities go in, a coverage-against-accuracy curve comes out.

The surest are accepted first; the curve says how many can be before accuracy falls below what is wanted (selective
prediction: El-Yaniv and Wiener, 2010; Geifman and El-Yaniv, 2017). A threshold read off a curve is tuned on its
documents: read it off validation documents, and measure it on others with `at_threshold`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import (
    Bools,
    Float32,
    Float64,
    Floats,
    Int64,
    Labels,
    check,
    check_thresholds,
    document_blocks,
    patients_of,
    ratios,
)
from attending.evaluation.intervals import Estimate, check_resampling
from attending.evaluation.resamples import draw_patients

FEWEST_ACCEPTED = 30
"""A precision of fewer accepted codes is not relied on."""

_MOST_POINTS = 100


@dataclass(frozen=True)
class AcceptancePoint:
    """What is accepted from a confidence on."""

    threshold: float
    """Lowest confidence that is accepted."""
    accepted: Estimate
    """Share of what was considered."""
    accuracy: Estimate
    """Share of the accepted that is right; NaN if nothing is accepted. Where all of a few are right, resampling finds
    them right too: an interval of [1, 1] does not say how few they are."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "threshold": self.threshold,
            "accepted": self.accepted.to_dict(),
            "accuracy": self.accuracy.to_dict(),
        }


@dataclass(frozen=True)
class AcceptanceCurve:
    """How accuracy falls as more is accepted."""

    unit: Literal["code", "document"]
    """What is accepted: single proposed codes, or whole documents."""
    considered: int
    """Proposed codes, or documents."""
    level: float
    _confidence: Float64 = field(repr=False)
    """Of each unit, descending, (unit,)."""
    _right: Bools = field(repr=False)
    _documents: Int64 = field(repr=False)
    """The document of each unit, (unit,)."""
    _weights: Float32 = field(repr=False)
    """How often each document is in each resample, (document, resample)."""

    @cached_property
    def points(self) -> tuple[AcceptancePoint, ...]:
        """At most 100 points, from few accepted to all; units of equal confidence are accepted together."""
        places = np.unique(np.linspace(0, len(self._ends) - 1, _MOST_POINTS).astype(np.int64))
        return self._at(self._confidence[self._ends[places]].tolist())

    def at(self, wanted: float) -> AcceptancePoint | None:
        """Return the point that accepts most among those with at least this accuracy; None if there is none.

        Raises:
            InputError: `wanted` is not in (0, 1].
        """
        if not 0 < wanted <= 1:
            raise InputError(f"Expected the accuracy wanted to be in (0, 1], got {wanted:g}. 0.9 asks for nine in ten.")
        reached = np.flatnonzero(np.cumsum(self._right)[self._ends] >= wanted * (self._ends + 1))
        return self.at_threshold(float(self._confidence[self._ends[reached[-1]]])) if len(reached) else None

    def at_threshold(self, threshold: float) -> AcceptancePoint:
        """Return what is accepted where the confidence is at least this."""
        (point,) = self._at([threshold])
        return point

    def _at(self, thresholds: list[float]) -> tuple[AcceptancePoint, ...]:
        number = len(self._weights)
        taken = [int(np.searchsorted(-self._confidence, -threshold, side="right")) for threshold in thresholds]
        # What each document adds, (row, document): all, then for each threshold those accepted, then those right.
        counts = np.stack(
            [np.bincount(self._documents, minlength=number)]
            + [np.bincount(self._documents[:end], minlength=number) for end in taken]
            + [np.bincount(self._documents[:end], self._right[:end], minlength=number) for end in taken]
        )
        # Whole numbers below 2 ** 24, which float32 holds exactly.
        sums = (counts.astype(np.float32) @ self._weights).astype(np.float64)
        accepted, right = np.split(sums[1:], 2)
        return tuple(
            AcceptancePoint(
                threshold,
                Estimate.of(ratios(accepted[row], sums[0], np.nan), self.level),
                Estimate.of(ratios(right[row], accepted[row], np.nan), self.level),
            )
            for row, threshold in enumerate(thresholds)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "unit": self.unit,
            "considered": self.considered,
            "level": self.level,
            "points": [point.to_dict() for point in self.points],
        }

    @cached_property
    def _ends(self) -> Int64:
        """The last unit of each group of equal confidence, (group,)."""
        return np.append(np.flatnonzero(np.diff(self._confidence)), len(self._confidence) - 1)


@dataclass(frozen=True)
class PrecisionThreshold:
    """A confidence from which proposed codes had a wanted precision, on the documents that it was read off."""

    precision: float
    """The precision wanted."""
    threshold: float
    """Codes of at least this probability had it."""
    accepted: float
    """Share of the proposed codes that they were."""
    measured: float
    """Their precision, and its interval."""
    measured_low: float
    measured_high: float

    @classmethod
    def of(cls, curve: AcceptanceCurve, precision: float) -> "PrecisionThreshold | None":
        """Read it off a curve of codes; None if no threshold has the precision with at least 30 codes accepted."""
        point = curve.at(precision)
        if point is None or round(point.accepted.value * curve.considered) < FEWEST_ACCEPTED:
            return None
        measured = point.accuracy
        return cls(precision, point.threshold, point.accepted.value, measured.value, measured.low, measured.high)

    def to_dict(self) -> dict[str, float]:
        """Return plain data, ready for JSON."""
        return dict(vars(self))


def code_acceptance(
    labels: Labels,
    probabilities: Floats,
    thresholds: float | Floats,
    subjects: Sequence[str] | None = None,
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> AcceptanceCurve:
    """Accept proposed codes, the most probable first; accuracy is the precision of the accepted.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What a system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        thresholds: Probability from which a code is proposed; one number, or one a code, (code,).
        subjects: The patient of each document, (document,); None: every document has its own.
        resamples: How many resamples of patients give the intervals; see `bootstrap`.
        level: Share of resamples inside an interval.
        seed: Of the draws.

    Raises:
        InputError: As `bootstrap`, or no code is proposed.
    """
    truth, found, proposed, weights = _read(labels, probabilities, thresholds, subjects, resamples, level, seed)
    document, code = np.nonzero(proposed)
    if not len(document):
        raise InputError("No code is proposed at these thresholds, so none can be accepted. Lower the thresholds.")
    return _curve("code", found[document, code].astype(np.float64), truth[document, code], document, weights, level)


def document_acceptance(
    labels: Labels,
    probabilities: Floats,
    thresholds: float | Floats,
    subjects: Sequence[str] | None = None,
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> AcceptanceCurve:
    """Accept whole documents, the surest first; accuracy is the share of them all of whose codes are right.

    A document's confidence is the chance, by its probabilities, that every code is rightly proposed or left out, were
    codes independent of each other.

    Args:
        labels: As `code_acceptance`.
        probabilities: As `code_acceptance`.
        thresholds: As `code_acceptance`.
        subjects: As `code_acceptance`.
        resamples: As `code_acceptance`.
        level: As `code_acceptance`.
        seed: As `code_acceptance`.

    Raises:
        InputError: As `bootstrap`.
    """
    truth, found, proposed, weights = _read(labels, probabilities, thresholds, subjects, resamples, level, seed)
    confidence = np.empty(len(truth))
    for rows in document_blocks(truth.shape):
        exact = found[rows].astype(np.float64)
        with np.errstate(divide="ignore"):
            confidence[rows] = np.exp(np.log(np.where(proposed[rows], exact, 1 - exact)).sum(axis=1))
    right = (truth == proposed).all(axis=1)
    return _curve("document", confidence, right, np.arange(len(truth)), weights, level)


def _read(
    labels: Labels,
    probabilities: Floats,
    thresholds: float | Floats,
    subjects: Sequence[str] | None,
    resamples: int,
    level: float,
    seed: int,
) -> tuple[Bools, Floats, Bools, Float32]:
    truth, found = check(labels, probabilities)
    check_resampling(resamples, 0, level)
    proposed: Bools = found >= check_thresholds(thresholds, truth.shape[1])
    return truth, found, proposed, draw_patients(patients_of(subjects, len(truth)), resamples, seed)


def _curve(
    unit: Literal["code", "document"],
    confidence: Float64,
    right: Bools,
    documents: Int64,
    weights: Float32,
    level: float,
) -> AcceptanceCurve:
    order = np.argsort(-confidence, kind="stable")
    return AcceptanceCurve(unit, len(order), level, confidence[order], right[order], documents[order], weights)
