"""Do probabilities mean what they say: labels and probabilities go in, errors and reliability bins come out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import (
    Float32,
    Float64,
    Floats,
    Int64,
    Labels,
    check,
    document_blocks,
    patients_of,
    ratios,
)
from attending.evaluation.intervals import Estimate, check_resampling, number_or_none, percentiles
from attending.evaluation.resamples import draw_patients

_SMALLEST = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class ReliabilityBin:
    """Pairs of about the same probability: how often they should be labels, and how often they are."""

    lower: float
    """Probability from which the bin goes."""
    upper: float
    """Probability from which the next bin goes; 1 for the last, which holds 1 too."""
    pairs: int
    mean_probability: float
    observed: float
    """Share of the pairs that are labels."""
    observed_low: float
    observed_high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain data, ready for JSON, with None for NaN."""
        return {name: number_or_none(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class CalibrationReport:
    """How far probabilities are from observed shares.

    What is counted are all (document, code) pairs; `_likely` counts only those with a probability of at least
    `at_least`. Most pairs of a large label space are rightly near 0 and make the error over all pairs small; a human
    coder sees the likely ones.
    """

    pairs: int
    likely_pairs: int
    at_least: float
    ece_equal_mass: Estimate
    """Expected calibration error: the mean distance, over pairs, between the mean probability of a pair's bin and the
    share of labels in it (Naeini, Cooper and Hauskrecht, 2015); bins of about equally many pairs."""
    ece_equal_width: Estimate
    """The same with bins of equal width."""
    ece_equal_mass_likely: Estimate
    ece_equal_width_likely: Estimate
    brier: Estimate
    """Mean squared distance between probability and label (0 or 1), over all pairs."""
    log_loss: Estimate
    """Mean of minus the logarithm of the probability given to what is true, over all pairs, in nats."""
    equal_mass: tuple[ReliabilityBin, ...]
    equal_width: tuple[ReliabilityBin, ...]
    equal_mass_likely: tuple[ReliabilityBin, ...]
    equal_width_likely: tuple[ReliabilityBin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {name: _plain(value) for name, value in vars(self).items()}


def measure_calibration(
    labels: Labels,
    probabilities: Floats,
    subjects: Sequence[str] | None = None,
    *,
    bins: int = 15,
    at_least: float = 0.1,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> CalibrationReport:
    """Measure how far probabilities are from what is observed.

    Equal probabilities always share a bin, and empty bins are left out. Intervals come from resampling patients with
    the bins kept as they are (see `bootstrap`); chance alone makes the error of a resample larger than that of the
    sample, so that an interval may lie above its figure.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What a system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        subjects: The patient of each document, (document,); None: every document has its own.
        bins: How many bins are made.
        at_least: Probability from which a pair is likely.
        resamples: How many resamples of patients give the intervals.
        level: Share of resamples inside an interval.
        seed: Of the draws.

    Raises:
        InputError: As `bootstrap`; or fewer than one bin.
    """
    truth, found = check(labels, probabilities)
    check_resampling(resamples, 0, level)
    if bins < 1:
        raise InputError(f"Expected at least one bin, got {bins}. 15 is usual.")
    documents, codes = truth.shape
    weights = draw_patients(patients_of(subjects, documents), resamples, seed)
    brier, log_loss = np.empty(documents), np.empty(documents)
    for rows in document_blocks(truth.shape):
        exact = found[rows].astype(np.float64)
        brier[rows] = ((exact - truth[rows]) ** 2).sum(axis=1)
        of_truth = np.where(truth[rows], exact, 1 - exact)
        log_loss[rows] = -np.log(np.clip(of_truth, _SMALLEST, 1 - _SMALLEST)).sum(axis=1)
    everything = _Pairs(truth.ravel(), found.ravel(), None, codes, weights, level)
    places = np.flatnonzero(found.ravel() >= at_least)
    likely = _Pairs(truth.ravel()[places], found.ravel()[places], places // codes, codes, weights, level)
    ece_mass, by_mass = everything.by_mass(bins)
    ece_width, by_width = everything.by_width(bins)
    ece_mass_likely, by_mass_likely = likely.by_mass(bins)
    ece_width_likely, by_width_likely = likely.by_width(bins)
    pairs_drawn = weights.sum(axis=0, dtype=np.float64) * codes
    return CalibrationReport(
        pairs=documents * codes,
        likely_pairs=len(places),
        at_least=at_least,
        ece_equal_mass=ece_mass,
        ece_equal_width=ece_width,
        ece_equal_mass_likely=ece_mass_likely,
        ece_equal_width_likely=ece_width_likely,
        brier=Estimate.of(weights.T @ brier / pairs_drawn, level),
        log_loss=Estimate.of(weights.T @ log_loss / pairs_drawn, level),
        equal_mass=by_mass,
        equal_width=by_width,
        equal_mass_likely=by_mass_likely,
        equal_width_likely=by_width_likely,
    )


@dataclass(frozen=True)
class _Pairs:
    """(document, code) pairs that are counted, and how often each document is in each resample."""

    labels: np.ndarray[Any, np.dtype[np.bool_]]
    probabilities: Floats
    documents: Int64 | None
    """The document of each pair, (pair,); None where they are all pairs, document after document."""
    codes: int
    weights: Float32
    level: float

    def by_width(self, bins: int) -> tuple[Estimate, tuple[ReliabilityBin, ...]]:
        return self._binned(np.arange(1, bins) / bins)

    def by_mass(self, bins: int) -> tuple[Estimate, tuple[ReliabilityBin, ...]]:
        ordered = np.sort(self.probabilities)
        places = np.arange(1, bins) * len(ordered) // bins
        return self._binned(np.unique(ordered[places]).astype(np.float64) if len(ordered) else np.empty(0))

    def _binned(self, edges: Float64) -> tuple[Estimate, tuple[ReliabilityBin, ...]]:
        """Measure with bins that begin at these edges."""
        if not len(self.probabilities):
            return Estimate(math.nan, math.nan, math.nan), ()
        bins, documents = len(edges) + 1, len(self.weights)
        sums = np.zeros((3, documents * bins))
        for block in document_blocks((len(self.probabilities), 1)):
            probabilities = self.probabilities[block].astype(np.float64)
            document = (
                np.arange(block.start, block.stop) // self.codes if self.documents is None else self.documents[block]
            )
            cell = (document - document[0]) * bins + np.searchsorted(edges, probabilities, side="right")
            first = document[0] * bins
            for total, counted in zip(sums, (None, probabilities, self.labels[block]), strict=True):
                added = np.bincount(cell, counted)
                total[first : first + len(added)] += added
        pairs, expected, observed = self.weights.T.astype(np.float64) @ sums.reshape(3, documents, bins)
        error = ratios(np.abs(expected - observed).sum(axis=1), pairs.sum(axis=1), np.nan)
        shares = ratios(observed, pairs, np.nan)
        starts, ends = np.append(0.0, edges), np.append(edges, 1.0)
        return Estimate.of(error, self.level), tuple(
            ReliabilityBin(
                lower=float(starts[place]),
                upper=float(ends[place]),
                pairs=int(pairs[0, place]),
                mean_probability=float(expected[0, place] / pairs[0, place]),
                observed=float(shares[0, place]),
                observed_low=low,
                observed_high=high,
            )
            for place in np.flatnonzero(pairs[0])
            for low, high in [percentiles(shares[:, place], self.level)]
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Estimate):
        return value.to_dict()
    return [part.to_dict() for part in value] if isinstance(value, tuple) else value
