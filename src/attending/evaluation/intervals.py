"""How sure a figure is: labels, probabilities and patients go in, each figure comes out with its interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import Float64, Floats, Labels, check, check_thresholds, patients_of
from attending.evaluation.resamples import draw_patients, resampled_figures


@dataclass(frozen=True)
class Estimate:
    """A figure and the interval around it; NaN where it is not defined."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, resampled: Float64, level: float) -> "Estimate":
        """Take the figure from the first of (resample,) values and its percentile interval from the others."""
        return cls(float(resampled[0]), *percentiles(resampled, level))

    def to_dict(self) -> dict[str, float | None]:
        """Return plain data, ready for JSON, with None for NaN."""
        return {name: number_or_none(value) for name, value in vars(self).items()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, float | None]) -> "Estimate":
        """Take what `to_dict` gave."""
        return cls(**{name: math.nan if value is None else value for name, value in plain.items()})


@dataclass(frozen=True)
class Intervals:
    """Figures with the intervals that resampling patients gives them."""

    patients: int
    resamples: int
    ranking_resamples: int
    """Resamples for AUC and average precision, which cost more."""
    level: float
    seed: int
    estimates: Mapping[str, Estimate]
    """By the names of `Metrics.as_dict`."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        estimates = {name: estimate.to_dict() for name, estimate in self.estimates.items()}
        return {**vars(self), "estimates": estimates}


def bootstrap(
    labels: Labels,
    probabilities: Floats,
    thresholds: float | Floats,
    subjects: Sequence[str] | None = None,
    *,
    resamples: int = 1000,
    ranking_resamples: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> Intervals:
    """Give the figures of `evaluate` intervals by resampling patients.

    Patients are drawn with replacement, each with all its documents, and every figure is taken on each resample; the
    interval goes between percentiles of what is found (Efron and Tibshirani, 1993, "An Introduction to the Bootstrap",
    chapter 13). It says how much the figure depends on which patients were sampled; not what another hospital would
    show, nor how another training run would do. Where many codes are rare, a resample lacks some of them, and the
    interval of a macro figure may lie to one side of it.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What a system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        thresholds: Probability from which a code is predicted; one number, or one a code, (code,).
        subjects: The patient of each document, (document,); None: every document has its own.
        resamples: How many resamples are drawn.
        ranking_resamples: How many of them give AUC and average precision their intervals; with 0 both are left out.
            They cost documents x codes x resamples: 200 of 10,000 x 50 take seconds, of 10,000 x 8,000 minutes.
        level: Share of resamples inside the interval.
        seed: Of the draws; the same seed gives the same intervals.

    Raises:
        InputError: As `evaluate`; fewer than two patients; or a level, or a number of resamples, that cannot be.
    """
    labels, probabilities = check(labels, probabilities)
    check_resampling(resamples, ranking_resamples, level)
    patients = patients_of(subjects, len(labels))
    weights = draw_patients(patients, resamples, seed)
    figures = resampled_figures(
        labels,
        probabilities,
        check_thresholds(thresholds, labels.shape[1]),
        weights,
        ranking=ranking_columns(ranking_resamples),
    )
    return Intervals(
        patients=int(patients.max()) + 1,
        resamples=resamples,
        ranking_resamples=ranking_resamples,
        level=level,
        seed=seed,
        estimates={name: Estimate.of(resampled, level) for name, resampled in figures.items()},
    )


def check_resampling(resamples: int, ranking_resamples: int, level: float) -> None:
    """Check what the user wants of resampling.

    Raises:
        InputError: Too few resamples, more for ranking than there are, or a level outside (0, 1).
    """
    if resamples < 2:
        raise InputError(f"Expected at least 2 resamples, got {resamples}. 1000 is usual.")
    if not 0 <= ranking_resamples <= resamples:
        raise InputError(f"Expected ranking_resamples to be in [0, {resamples}], got {ranking_resamples}.")
    if not 0 < level < 1:
        raise InputError(f"Expected level to be in (0, 1), got {level:g}. 0.95 is usual.")


def ranking_columns(ranking_resamples: int) -> int:
    """Return how many columns of `draw_patients` ranking needs: the documents as they are, and its resamples."""
    return ranking_resamples + 1 if ranking_resamples else 0


def percentiles(resampled: Float64, level: float) -> tuple[float, float]:
    """Return the percentile interval of (1 + resample,) values, the first being the figure itself; NaN without one."""
    found = resampled[1:][~np.isnan(resampled[1:])]
    if math.isnan(resampled[0]) or not len(found):
        return math.nan, math.nan
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def number_or_none(value: float) -> float | None:
    """Return the number, None for NaN, which JSON does not have."""
    return None if math.isnan(value) else value
