"""Is one system better: the probabilities of two go in, differences with intervals and p-values come out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from attending.evaluation.arrays import Float64, Floats, Labels, check, check_thresholds, patients_of
from attending.evaluation.intervals import check_resampling, number_or_none, percentiles, ranking_columns
from attending.evaluation.resamples import draw_patients, resampled_figures


class Predictions(NamedTuple):
    """What a system says of the documents."""

    probabilities: Floats
    """In [0, 1], (document, code)."""
    thresholds: float | Floats
    """Probability from which a code is predicted; one number, or one a code, (code,)."""


@dataclass(frozen=True)
class Difference:
    """A figure of two systems on the same documents; NaN where it is not defined."""

    first: float
    second: float
    difference: float
    """`first` less `second`."""
    low: float
    high: float
    p_value: float
    """Two-sided, for no difference."""

    def to_dict(self) -> dict[str, float | None]:
        """Return plain data, ready for JSON, with None for NaN."""
        return {name: number_or_none(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Comparison:
    """Differences between two systems, with the intervals that resampling patients gives them."""

    patients: int
    resamples: int
    ranking_resamples: int
    level: float
    seed: int
    differences: Mapping[str, Difference]
    """By the names of `Metrics.as_dict`."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        differences = {name: difference.to_dict() for name, difference in self.differences.items()}
        return {**vars(self), "differences": differences}


def compare(
    labels: Labels,
    first: Predictions,
    second: Predictions,
    subjects: Sequence[str] | None = None,
    *,
    resamples: int = 1000,
    ranking_resamples: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Compare two systems on the same documents.

    Both are scored on the same resamples of patients, and the difference is taken within each (the paired bootstrap;
    for its use on systems that read text see Berg-Kirkpatrick, Burkett and Klein, 2012, "An Empirical Investigation of
    Statistical Significance in NLP"). The p-value is twice the share of resamples on the wrong side of no difference,
    counting the sample itself as one of them (Davison and Hinkley, 1997, "Bootstrap Methods and their Application",
    section 4.4): it is below 1 - `level` about where the interval leaves out 0, and never below 2 / (resamples + 1).
    Figures are not corrected for looking at many of them.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        first: Probabilities and thresholds of one system.
        second: Those of the other.
        subjects: The patient of each document, (document,); None: every document has its own.
        resamples: How many resamples are drawn.
        ranking_resamples: How many of them are used for AUC and average precision; with 0 both are left out.
        level: Share of resamples inside the interval.
        seed: Of the draws.

    Raises:
        InputError: As `evaluate` and `bootstrap`.
    """
    check_resampling(resamples, ranking_resamples, level)
    truth, _ = check(labels, first.probabilities)
    check(labels, second.probabilities)
    patients = patients_of(subjects, len(truth))
    weights = draw_patients(patients, resamples, seed)
    of_first, of_second = (
        resampled_figures(
            truth,
            np.asarray(system.probabilities),
            check_thresholds(system.thresholds, truth.shape[1]),
            weights,
            ranking=ranking_columns(ranking_resamples),
        )
        for system in (first, second)
    )
    return Comparison(
        patients=int(patients.max()) + 1,
        resamples=resamples,
        ranking_resamples=ranking_resamples,
        level=level,
        seed=seed,
        differences={name: _difference(of_first[name], of_second[name], level) for name in of_first},
    )


def _difference(first: Float64, second: Float64, level: float) -> Difference:
    differences = first - second
    low, high = percentiles(differences, level)
    return Difference(float(first[0]), float(second[0]), float(differences[0]), low, high, _p_value(differences))


def _p_value(differences: Float64) -> float:
    found = differences[1:][~np.isnan(differences[1:])]
    if math.isnan(differences[0]) or not len(found):
        return math.nan
    wrong_side = min(int((found <= 0).sum()), int((found >= 0).sum()))
    return min(1.0, 2 * (1 + wrong_side) / (1 + len(found)))
