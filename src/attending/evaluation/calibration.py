"""Probabilities that mean what they say: labels and probabilities of validation documents go in, a mending comes out.

A calibration multiplies a code's logit by a scale and adds a shift. `fit_temperature` gives all codes one scale (Guo,
Pleiss, Sun and Weinberger, 2017, "On Calibration of Modern Neural Networks"); `fit_platt` gives codes of like frequency
a scale and a shift of their own (Platt, 1999), drawn towards those of all codes. Both minimise the log loss, which is
convex in scale and shift, by Newton's method. The order of documents for a code never changes. Fit on validation
documents only, and measure on others: nothing here promises that calibration helps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import Bools, Float64, Floats, Int64, Labels, check, code_blocks, patients_of
from attending.evaluation.reliability import CalibrationReport, measure_calibration
from attending.odds import log_odds_of, probabilities_of

Method = Literal["none", "temperature", "platt"]
METHODS: tuple[Method, ...] = get_args(Method)

FREQUENCY_SHARES = (0.001, 0.003, 0.01, 0.03, 0.1)
"""Shares of training documents with a code from which a new band of frequency begins."""

_SCALES = (0.01, 100.0)
_MOST_STEPS = 100


@dataclass(frozen=True)
class Calibration:
    """How probabilities are mended: `sigmoid(scale * logit(probability) + shift)`, code by code."""

    method: Method
    scale: Float64
    """Above 0, (code,)."""
    shift: Float64
    """(code,)."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(f"Expected a method among {', '.join(METHODS)}, got {self.method!r}. Choose one of them.")
        if self.scale.ndim != 1 or self.scale.shape != self.shift.shape:
            raise InputError(
                f"Expected one scale and one shift a code, got shapes {self.scale.shape} and {self.shift.shape}."
            )
        if not (np.isfinite(self.scale).all() and (self.scale > 0).all() and np.isfinite(self.shift).all()):
            raise InputError("Expected finite scales above 0 and finite shifts. Fit the calibration again.")

    def apply(self, probabilities: Floats) -> Float64:
        """Return calibrated probabilities.

        Args:
            probabilities: In [0, 1], (code,) or (document, code).

        Raises:
            InputError: Another number of codes.
        """
        if probabilities.shape[-1:] != self.scale.shape:
            raise InputError(
                f"Expected probabilities of {len(self.scale)} codes, got shape {probabilities.shape}. "
                "Use the calibration of this label space."
            )
        return probabilities_of(log_odds_of(probabilities) * self.scale + self.shift)

    def undo(self, calibrated: Floats) -> Float64:
        """Return which probabilities `apply` turns into these, (code,) or (document, code)."""
        return probabilities_of((log_odds_of(calibrated) - self.shift) / self.scale)


@dataclass(frozen=True)
class CalibrationChoice:
    """The calibration that served best on documents it was not fitted to, and what that was measured to do."""

    calibration: Calibration
    """Fitted to all documents given."""
    log_losses: Mapping[Method, float]
    """Of each method on documents held out in turn: nats a (document, code) pair."""
    before: CalibrationReport
    """The probabilities as they came."""
    after: CalibrationReport
    """The chosen method on documents held out in turn."""


def no_calibration(codes: int) -> Calibration:
    """Return the calibration that changes nothing."""
    return Calibration("none", np.ones(codes), np.zeros(codes))


def fit_temperature(labels: Labels, probabilities: Floats) -> Calibration:
    """Fit one scale for all codes, the inverse of the temperature; no shift.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).

    Raises:
        InputError: A type, shape or value is not as above, or no document has a code.
    """
    truth, found = _check(labels, probabilities)
    scale, _ = _fit(truth, found, prior=(1.0, 0.0), weight=0.0, shifts=False)
    codes = truth.shape[1]
    return Calibration("temperature", np.full(codes, scale), np.zeros(codes))


def fit_platt(labels: Labels, probabilities: Floats, frequencies: Floats, *, shrinkage: float = 5.0) -> Calibration:
    """Fit a scale and a shift for each band of frequency, drawn towards those of all codes.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        frequencies: Share of the training documents that have each code, in [0, 1], (code,); not of those that are
            fitted to. It decides on the code's band, see `FREQUENCY_SHARES`.
        shrinkage: How much the documents of a band must say against all codes together, and those against changing
            nothing: half the squared distance costs so many nats, so that a band with about this many labels stands
            halfway. 0 lets each band stand alone.

    Raises:
        InputError: A type, shape or value is not as above, or no document has a code.
    """
    truth, found = _check(labels, probabilities)
    if not (np.isfinite(shrinkage) and shrinkage >= 0):
        raise InputError(f"Expected shrinkage to be a finite number of at least 0, got {shrinkage}. Try 5.")
    bands = frequency_bands(frequencies, truth.shape[1])
    everywhere = _fit(truth, found, prior=(1.0, 0.0), weight=shrinkage, shifts=True)
    scale, shift = np.empty(len(bands)), np.empty(len(bands))
    for band in np.unique(bands):
        codes = bands == band
        own = truth[:, codes]
        if shrinkage == 0 and (not own.any() or own.all()):
            raise InputError(
                f"The {int(codes.sum())} codes of a frequency band are in all {len(own)} documents or in none, which "
                "says nothing of their probabilities. Give a shrinkage above 0."
            )
        scale[codes], shift[codes] = _fit(own, found[:, codes], prior=everywhere, weight=shrinkage, shifts=True)
    return Calibration("platt", scale, shift)


def choose_calibration(
    labels: Labels,
    probabilities: Floats,
    frequencies: Floats,
    subjects: Sequence[str] | None = None,
    *,
    methods: Sequence[Method] = METHODS,
    folds: int = 5,
    seed: int = 0,
) -> CalibrationChoice:
    """Fit the method that has the lowest log loss on documents held out in turn; changing nothing is one of them.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        frequencies: Share of the training documents that have each code, in [0, 1], (code,).
        subjects: The patient of each document, (document,), held out together; None: every document has its own.
        methods: The methods to choose among.
        folds: In how many parts the patients are dealt out; with fewer patients, one each.
        seed: Of the deal, and of the intervals of the reports.

    Raises:
        InputError: As `fit_platt`; no method or an unknown one; fewer than two folds or patients; or all documents
            with codes are in one fold.
    """
    truth, found = _check(labels, probabilities)
    unknown = [method for method in methods if method not in METHODS]
    if unknown or not methods:
        raise InputError(f"Expected methods among {', '.join(METHODS)}, got {', '.join(unknown) or 'none'}.")
    patients = patients_of(subjects, len(truth))
    number = int(patients.max()) + 1
    folds = min(folds, number)
    if folds < 2:
        raise InputError(f"Expected at least two patients and two folds, got {number} and {folds}. Give more patients.")
    fold_of = (np.random.default_rng(seed).permutation(number) % folds)[patients]
    held_out = {method: np.empty(truth.shape) for method in methods}
    for fold in range(folds):
        kept, left_out = fold_of != fold, fold_of == fold
        for method, mended in held_out.items():
            fitted = _fit_method(method, truth[kept], found[kept], frequencies)
            mended[left_out] = fitted.apply(found[left_out])
    reports = {method: measure_calibration(truth, mended, subjects, seed=seed) for method, mended in held_out.items()}
    log_losses = {method: report.log_loss.value for method, report in reports.items()}
    best = min(methods, key=lambda method: log_losses[method])
    return CalibrationChoice(
        calibration=_fit_method(best, truth, found, frequencies),
        log_losses=log_losses,
        before=measure_calibration(truth, found, subjects, seed=seed),
        after=reports[best],
    )


def frequency_bands(frequencies: Floats, codes: int) -> Int64:
    """Return the band of `FREQUENCY_SHARES` of each code, (code,), from 0 for the rarest.

    Raises:
        InputError: Not one share in [0, 1] a code.
    """
    shares = np.asarray(frequencies, dtype=np.float64)
    if shares.shape != (codes,) or not ((shares >= 0) & (shares <= 1)).all():
        raise InputError(
            f"Expected the share of training documents with each of {codes} codes, in [0, 1], got an array of shape "
            f"{shares.shape}. Take labels.mean(axis=0) of the training documents."
        )
    return np.searchsorted(FREQUENCY_SHARES, shares, side="right")


def _check(labels: Labels, probabilities: Floats) -> tuple[Bools, Floats]:
    truth, found = check(labels, probabilities)
    if not truth.any() or truth.all():
        raise InputError(
            "Every validation document has every code, or none has any, so nothing can be calibrated. Check the labels."
        )
    return truth, found


def _fit_method(method: Method, labels: Bools, probabilities: Floats, frequencies: Floats) -> Calibration:
    if method == "temperature":
        return fit_temperature(labels, probabilities)
    if method == "platt":
        return fit_platt(labels, probabilities, frequencies)
    return no_calibration(labels.shape[1])


def _fit(
    labels: Bools, probabilities: Floats, *, prior: tuple[float, float], weight: float, shifts: bool
) -> tuple[float, float]:
    """Return the scale and shift that minimise the log loss plus `weight` times half the squared distance to `prior`.

    The scale is kept within bounds: where the optimum lies outside, that on the bound is found.
    """
    free = np.array([True, shifts])
    fitted = _minimise(labels, probabilities, np.array(prior), weight, free)
    bounded = float(np.clip(fitted[0], *_SCALES))
    if bounded != fitted[0]:
        free[0] = False
        fitted = _minimise(labels, probabilities, np.array([bounded, prior[1]]), weight, free)
    return float(fitted[0]), float(fitted[1])


def _minimise(labels: Bools, probabilities: Floats, prior: Float64, weight: float, free: Bools) -> Float64:
    """Newton's method with halved steps, over those of scale and shift that are free."""
    place = prior.copy()
    if not free.any():
        return place
    loss, slope, curvature = _log_loss(labels, probabilities, place)
    for _ in range(_MOST_STEPS):
        slope = (slope + weight * (place - prior))[free]
        curvature = (curvature + weight * np.eye(2))[np.ix_(free, free)]
        step = np.zeros(2)
        step[free] = np.linalg.lstsq(curvature, slope)[0]
        gain = float(slope @ step[free])
        if gain <= 1e-12 * max(1.0, loss) or not _SCALES[0] / 2 <= place[0] <= _SCALES[1] * 2:
            break
        length, value = 1.0, loss + weight / 2 * float(((place - prior) ** 2).sum())
        while True:
            tried = place - length * step
            loss, slope, curvature = _log_loss(labels, probabilities, tried)
            if loss + weight / 2 * float(((tried - prior) ** 2).sum()) <= value - 1e-4 * length * gain or length < 1e-9:
                break
            length /= 2
        place = tried
    return place


def _log_loss(labels: Bools, probabilities: Floats, place: Float64) -> tuple[float, Float64, Float64]:
    """Return the summed log loss at a scale and shift, its slope, (2,), and its curvature, (2, 2)."""
    loss, slope, curvature = 0.0, np.zeros(2), np.zeros((2, 2))
    for columns in code_blocks(labels.shape):
        truth, logits = labels[:, columns], log_odds_of(probabilities[:, columns])
        mended = place[0] * logits + place[1]
        loss += float((np.maximum(mended, 0) - truth * mended + np.log1p(np.exp(-np.abs(mended)))).sum())
        found = probabilities_of(mended)
        wrong, spread = found - truth, found * (1 - found)
        slope += [float((wrong * logits).sum()), float(wrong.sum())]
        mixed = float((spread * logits).sum())
        curvature += [[float((spread * logits**2).sum()), mixed], [mixed, float(spread.sum())]]
    return loss, slope, curvature
