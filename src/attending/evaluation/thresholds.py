"""Where to cut: labels and probabilities of validation documents go in, thresholds come out.

For the best F1, or for a wanted precision or recall; for all codes together or one a code. Every optimum is exact,
found by sorting. A threshold lies halfway between the lowest probability that is to be predicted and the next lower
one. Tune on validation documents only: a threshold tuned on the documents that are reported makes the report too good.
"""

from collections.abc import Callable

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import (
    Bools,
    Float64,
    Floats,
    Int64,
    Keys,
    Labels,
    check,
    code_blocks,
    probability_of,
    sorted_keys,
    tie_groups,
)
from attending.odds import log_odds_of, probabilities_of

NEVER = float("inf")
"""The threshold of a code that is never to be predicted."""

_FARTHEST = 1e-6


def best_threshold(labels: Labels, probabilities: Floats) -> float:
    """Return the one threshold for all codes with the highest micro F1; of several the highest.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).

    Raises:
        InputError: A type, shape or value is not as above, or no document has a code.
    """
    labels, probabilities = check(labels, probabilities)
    keys, positives = _all_keys(labels, probabilities)
    return _best_f1(keys, positives)


def best_thresholds_per_code(labels: Labels, probabilities: Floats, *, shrinkage: float = 3.0) -> Float64:
    """Return one threshold a code, (code,): its own best for F1, drawn towards the best for all codes.

    A code's own optimum is that of few documents and overfits them. It is averaged with the global one on the
    logit scale, weighted by the number of validation documents that have the code against `shrinkage`: a code
    in 3 of them stands halfway by default, a code in none gets the global threshold. (TF-IDF on CodiEsp,
    tuned on one half of its development set and measured on the other: micro F1 .288 with one threshold,
    .249 with shrinkage 0, .345 with 3, .326 with 10.)

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        shrinkage: Weight of the global threshold, in documents; 0 takes each code's own optimum.

    Raises:
        InputError: As `best_threshold`; or `shrinkage` is negative or not finite.
    """
    if not (np.isfinite(shrinkage) and shrinkage >= 0):
        raise InputError(f"Expected shrinkage to be a finite number of at least 0, got {shrinkage}. Try 3.")
    everywhere = best_threshold(labels, probabilities)
    labels, probabilities = check(labels, probabilities)
    own, positives = _each_code(labels, probabilities, _best_f1, otherwise=everywhere)
    if shrinkage == 0:
        return own
    weight = positives / (positives + shrinkage)
    drawn = weight * log_odds_of(own, _FARTHEST) + (1 - weight) * log_odds_of(np.array(everywhere), _FARTHEST)
    return np.where(positives > 0, probabilities_of(drawn), everywhere)


def threshold_for_precision(labels: Labels, probabilities: Floats, precision: float) -> float:
    """Return the threshold with the highest micro recall among those whose micro precision is at least as wanted.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        precision: The precision wanted, in (0, 1].

    Raises:
        InputError: As `best_threshold`; or no threshold reaches the precision: the message names the best that one
            does.
    """
    _check_wanted(precision, "precision")
    labels, probabilities = check(labels, probabilities)
    keys, positives = _all_keys(labels, probabilities)
    found = _for_precision(keys, positives, precision)
    if found == NEVER:
        best, threshold = _best_precision(keys, positives)
        raise InputError(
            f"No threshold reaches a precision of {precision:g} on these documents; the best is {best:.4f}, from "
            f"probability {threshold:.4f} on. Ask for no more than that."
        )
    return found


def thresholds_for_precision_per_code(labels: Labels, probabilities: Floats, precision: float) -> Float64:
    """Return for each code what `threshold_for_precision` finds on its own documents, (code,).

    A code that no threshold brings to this precision, one without positive documents among them, gets `NEVER`
    (infinity): it is not predicted. `numpy.isfinite` tells which codes reach it.

    Args:
        labels: As `threshold_for_precision`.
        probabilities: As `threshold_for_precision`.
        precision: The precision wanted, in (0, 1].

    Raises:
        InputError: As `best_threshold`; or no code reaches the precision.
    """
    _check_wanted(precision, "precision")
    labels, probabilities = check(labels, probabilities)
    _positives(labels)
    found, _ = _each_code(
        labels, probabilities, lambda keys, positives: _for_precision(keys, positives, precision), otherwise=NEVER
    )
    if not np.isfinite(found).any():
        best, _ = _each_code(
            labels, probabilities, lambda keys, positives: _best_precision(keys, positives)[0], otherwise=0.0
        )
        code = int(best.argmax())
        raise InputError(
            f"No code reaches a precision of {precision:g} on these documents; the best is {best[code]:.4f}, of "
            f"the code in column {code}. Ask for no more than that."
        )
    return found


def threshold_for_recall(labels: Labels, probabilities: Floats, recall: float) -> float:
    """Return the threshold with the highest micro precision among those whose micro recall is at least as wanted.

    Of several the highest is taken. This is what these documents show; for a recall that is promised for new
    documents see `control_recall`.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        recall: The recall wanted, in (0, 1].

    Raises:
        InputError: As `best_threshold`; or the recall is not in (0, 1].
    """
    _check_wanted(recall, "recall")
    labels, probabilities = check(labels, probabilities)
    keys, positives = _all_keys(labels, probabilities)
    return _for_recall(keys, positives, recall)


def thresholds_for_recall_per_code(labels: Labels, probabilities: Floats, recall: float) -> Float64:
    """Return for each code what `threshold_for_recall` finds on its own documents, (code,).

    A code that no validation document has gets the threshold for all codes.

    Args:
        labels: As `threshold_for_recall`.
        probabilities: As `threshold_for_recall`.
        recall: The recall wanted of each code, in (0, 1].

    Raises:
        InputError: As `threshold_for_recall`.
    """
    everywhere = threshold_for_recall(labels, probabilities, recall)
    labels, probabilities = check(labels, probabilities)
    found, _ = _each_code(
        labels, probabilities, lambda keys, positives: _for_recall(keys, positives, recall), otherwise=everywhere
    )
    return found


def _each_code(
    labels: Bools, probabilities: Floats, tune: Callable[[Keys, int], float], *, otherwise: float
) -> tuple[Float64, Int64]:
    """Return what `tune` finds for each code, `otherwise` for those without positives; and the positives, (code,)."""
    positives = np.count_nonzero(labels, axis=0)
    found = np.full(len(positives), otherwise)
    for columns in code_blocks(labels.shape):
        keys = sorted_keys(labels[:, columns].T, probabilities[:, columns].T)
        for place, of_code in enumerate(keys, start=columns.start):
            if positives[place]:
                found[place] = tune(of_code, int(positives[place]))
    return found, positives


def _all_keys(labels: Bools, probabilities: Floats) -> tuple[Keys, int]:
    positives = _positives(labels)
    return sorted_keys(labels.ravel(), probabilities.ravel()), positives


def _positives(labels: Bools) -> int:
    positives = int(np.count_nonzero(labels))
    if not positives:
        raise InputError("No validation document has a code, so no threshold can be tuned. Check the labels.")
    return positives


def _check_wanted(wanted: float, what: str) -> None:
    if not 0 < wanted <= 1:
        raise InputError(f"Expected the {what} wanted to be in (0, 1], got {wanted:g}. 0.9 asks for nine in ten.")


def _best_f1(keys: Keys, positives: int) -> float:
    best_f1, place = -1.0, 0
    for ties in tie_groups(keys):
        correct = positives - ties.positives_before
        f1 = 2 * correct / (positives + len(keys) - ties.start)
        group = len(f1) - 1 - int(np.argmax(f1[::-1]))
        if f1[group] >= best_f1:
            best_f1, place = float(f1[group]), int(ties.start[group])
    return _cut_before(keys, place)


def _for_precision(keys: Keys, positives: int, wanted: float) -> float:
    """Return the lowest threshold at which the precision is as wanted, or `NEVER`; without needless predictions."""
    for ties in tie_groups(keys):
        correct = positives - ties.positives_before
        reached = np.flatnonzero((correct > 0) & (correct >= wanted * (len(keys) - ties.start)))
        if len(reached):
            return _cut_before(keys, int(ties.start[reached[0]]))
    return NEVER


def _best_precision(keys: Keys, positives: int) -> tuple[float, float]:
    """Return the highest precision that a threshold reaches, and the lowest such threshold."""
    best, place = -1.0, 0
    for ties in tie_groups(keys):
        precision = (positives - ties.positives_before) / (len(keys) - ties.start)
        group = int(np.argmax(precision))
        if precision[group] > best:
            best, place = float(precision[group]), int(ties.start[group])
    return best, _cut_before(keys, place)


def _for_recall(keys: Keys, positives: int, wanted: float) -> float:
    best, place = -1.0, 0
    for ties in tie_groups(keys):
        correct = positives - ties.positives_before
        precision = np.where(correct >= wanted * positives, correct / (len(keys) - ties.start), -1.0)
        group = len(precision) - 1 - int(np.argmax(precision[::-1]))
        if precision[group] >= max(best, 0.0):
            best, place = float(precision[group]), int(ties.start[group])
    return _cut_before(keys, place)


def _cut_before(keys: Keys, place: int) -> float:
    """Return a threshold between the probability at a place of sorted keys and the one before it."""
    lowest_predicted = probability_of(keys[place])
    below = probability_of(keys[place - 1]) if place else 0.0
    between = (lowest_predicted + below) / 2
    return between if between > below else lowest_predicted
