"""Figures on many resamples of patients: labels, probabilities and draws go in, each figure on each resample comes out.

A resample draws as many patients as there are, with replacement; a patient brings all its documents (cluster bootstrap:
Field and Welsh, 2007, "Bootstrapping clustered data"). Each resample is scored as `evaluate` would score its
documents, each as often as it was drawn: a code that no drawn document has does not occur there.
"""

import numpy as np
import numpy.typing as npt

from attending.errors import InputError
from attending.evaluation.arrays import Bools, Float32, Float64, Floats, Int64, Keys, code_blocks, packed_keys, ratios
from attending.evaluation.metrics import top_of_documents

_BLOCK_NUMBERS = 1 << 23
_RATIOS = ("f1", "precision", "recall")


def draw_patients(patients: Int64, resamples: int, seed: int) -> Float32:
    """Draw patients with replacement and say how often each document is in each resample.

    Args:
        patients: The number of each document's patient, from 0 on, (document,).
        resamples: How many resamples are drawn.
        seed: Of the draws.

    Returns:
        Counts, (document, 1 + resample); the first column is the documents as they are, all ones.

    Raises:
        InputError: Fewer than two patients, or a negative number of resamples.
    """
    number = int(patients.max()) + 1
    if number < 2:
        raise InputError("Expected documents of at least two patients for intervals, got one. Give more patients.")
    if resamples < 0:
        raise InputError(f"Expected resamples to be 0 or more, got {resamples}. 1000 is usual.")
    random = np.random.default_rng(seed)
    weights = np.ones((len(patients), 1 + resamples), np.float32)
    for column in range(1, 1 + resamples):
        drawn = np.bincount(random.integers(number, size=number), minlength=number)
        weights[:, column] = drawn[patients]
    return weights


def resampled_figures(
    labels: Bools, probabilities: Floats, limits: Float64, weights: Float32, *, ranking: int = 0
) -> dict[str, Float64]:
    """Score every resample, as `Metrics.as_dict` names the figures.

    Args:
        labels: Which codes each document has, (document, code).
        probabilities: What a system gives them, (document, code).
        limits: Probability from which each code is predicted, (code,).
        weights: How often each document is in each resample, (document, resample).
        ranking: In how many of the resamples, from the first on, AUC and average precision are taken too. They cost
            documents x codes x resamples.

    Returns:
        Each figure in each resample, (resample,), or (ranking,) for AUC and average precision; NaN where it is not
        defined, and in a resample that drew none of these documents.
    """
    figures = _figures_of_decisions(labels, probabilities, limits, weights) | _figures_of_tops(
        labels, probabilities, weights
    )
    if ranking:
        figures |= _figures_of_ranking(labels, probabilities, np.ascontiguousarray(weights[:, :ranking]))
    drawn: Bools = np.asarray(weights.any(axis=0))
    return {name: np.where(drawn[: len(figure)], figure, np.nan) for name, figure in figures.items()}


def _figures_of_decisions(
    labels: Bools, probabilities: Floats, limits: Float64, weights: Float32
) -> dict[str, Float64]:
    resamples, codes = weights.shape[1], labels.shape[1]
    sums = {name: np.zeros(resamples) for name in ("labels", "predicted", "correct", "occurring")}
    macro = {f"{name}_{over}": np.zeros(resamples) for name in _RATIOS for over in ("all", "occurring")}
    exact = np.ones(len(labels), np.bool_)
    drawn = weights.T
    for columns in code_blocks((max(weights.shape), codes)):
        truth = labels[:, columns]
        guess: Bools = probabilities[:, columns] >= limits[columns]
        exact &= (truth == guess).all(axis=1)
        # Whole numbers below 2 ** 24, which float32 holds exactly.
        of_labels, of_guesses, of_both = (drawn @ part.astype(np.float32) for part in (truth, guess, truth & guess))
        occurs = of_labels > 0
        counted = {"labels": of_labels, "predicted": of_guesses, "correct": of_both, "occurring": occurs}
        for name, counts in counted.items():
            sums[name] += counts.sum(axis=1, dtype=np.float64)
        shares = {
            "f1": (2 * of_both, of_labels + of_guesses),
            "precision": (of_both, of_guesses),
            "recall": (of_both, of_labels),
        }
        for name, (part, whole) in shares.items():
            ratio = ratios(part, whole)
            macro[f"{name}_all"] += ratio.sum(axis=1)
            macro[f"{name}_occurring"] += np.where(occurs, ratio, 0).sum(axis=1)
    documents = weights.sum(axis=0, dtype=np.float64)
    had, predicted, correct = sums["labels"], sums["predicted"], sums["correct"]
    wrong = had + predicted - 2 * correct
    return {
        "labels_per_document": ratios(had, documents),
        "predictions_per_document": ratios(predicted, documents),
        "f1_micro": ratios(2 * correct, had + predicted),
        "precision_micro": ratios(correct, predicted),
        "recall_micro": ratios(correct, had),
        **{f"{name}_macro_all": macro[f"{name}_all"] / codes for name in _RATIOS},
        **{
            f"{name}_macro_occurring": ratios(macro[f"{name}_occurring"], sums["occurring"], np.nan) for name in _RATIOS
        },
        "hamming_loss": ratios(wrong, documents * codes),
        "exact_match": ratios(_weighted(weights, exact), documents),
    }


def _figures_of_tops(labels: Bools, probabilities: Floats, weights: Float32) -> dict[str, Float64]:
    top = top_of_documents(labels, probabilities)
    documents = weights.sum(axis=0, dtype=np.float64)
    coded = top.labels > 0
    with_code = _weighted(weights, coded)
    had = np.maximum(top.labels, 1)
    figures = {f"precision_at_{k}": ratios(_weighted(weights, hits) / k, documents) for k, hits in top.hits_at.items()}
    figures |= {
        f"recall_at_{k}": ratios(_weighted(weights, coded * hits / had), with_code, np.nan)
        for k, hits in top.hits_at.items()
    }
    figures["r_precision"] = ratios(_weighted(weights, top.hits_at_labels / had), with_code, np.nan)
    return figures


def _figures_of_ranking(labels: Bools, probabilities: Floats, weights: Float32) -> dict[str, Float64]:
    codes = labels.shape[1]
    keys = packed_keys(labels, probabilities)
    of_codes = np.empty((2, codes, weights.shape[1]))
    for code in range(codes):
        order = np.argsort(keys[:, code])
        of_codes[:, code] = _rank(keys[order, code], order, weights)
    flat = keys.ravel()
    order = np.argsort(flat)
    auc_micro, precision_micro = _rank(flat[order], order // codes, weights)
    return {
        "auc_micro": auc_micro,
        "auc_macro": _mean_of_defined(of_codes[0]),
        "average_precision_micro": precision_micro,
        "average_precision_macro": _mean_of_defined(of_codes[1]),
    }


def _rank(keys: Keys, documents: Int64, weights: Float32) -> tuple[Float64, Float64]:
    """Return AUC and average precision in each resample, (resample,) each.

    Args:
        keys: Sorted keys, (entry,): from the lowest probability on, the negatives first among equals.
        documents: The document of each entry, (entry,).
        weights: How often each document is in each resample, (document, resample).
    """
    values = keys >> 1
    starts = np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))
    ends = np.append(starts[1:], len(keys))
    positives = np.add.reduceat(keys & 1, starts, dtype=np.int64)
    holds = positives > 0
    first, last = starts[holds], ends[holds]
    # Three runs of entries for each probability that a positive has: the negatives below it, those that tie with it,
    # and its positives; then the negatives above all.
    bounds = np.append(np.column_stack([first, last - positives[holds], last]).ravel(), len(keys))
    auc, precision = np.empty(weights.shape[1]), np.empty(weights.shape[1])
    step = max(1, _BLOCK_NUMBERS // len(bounds))
    for left in range(0, weights.shape[1], step):
        block = slice(left, left + step)
        auc[block], precision[block] = _rank_runs(_run_sums(documents, bounds, weights[:, block]))
    return auc, precision


def _run_sums(documents: Int64, ends: Int64, weights: Float32) -> Float64:
    """Sum the weights of each run of entries, (run, resample); a run goes from the end before it to its own."""
    sums = np.zeros((len(ends), weights.shape[1]))
    step = max(1, _BLOCK_NUMBERS // weights.shape[1])
    for start in range(0, len(documents), step):
        stop = min(start + step, len(documents))
        runs = np.arange(np.searchsorted(ends, start, side="right"), np.searchsorted(ends, stop, side="left") + 1)
        begins = np.maximum(np.append(0, ends)[runs], start)
        filled = begins < np.minimum(ends[runs], stop)
        sums[runs[filled]] += np.add.reduceat(weights[documents[start:stop]], begins[filled] - start, axis=0)
    return sums


def _rank_runs(sums: Float64) -> tuple[Float64, Float64]:
    """Return AUC and average precision from the sums of `_rank`'s runs; see `metrics._rank` for what they are."""
    below, tied, positives = sums[0:-1:3], sums[1:-1:3], sums[2:-1:3]
    all_positives = positives.sum(axis=0)
    all_negatives = sums.sum(axis=0) - all_positives
    negatives_below = np.cumsum(below + tied, axis=0) - tied
    positives_below = np.cumsum(positives, axis=0) - positives
    pairs = (positives * (negatives_below + tied / 2)).sum(axis=0)
    correct = all_positives - positives_below
    ranked_as_high = correct + all_negatives - negatives_below
    precisions = (positives * ratios(correct, ranked_as_high)).sum(axis=0)
    return ratios(pairs, all_positives * all_negatives, np.nan), ratios(precisions, all_positives, np.nan)


def _weighted(weights: Float32, values: npt.NDArray[np.generic]) -> Float64:
    """Sum a value of each document over each resample, (resample,)."""
    return np.einsum("dr,d->r", weights, values.astype(np.float64), dtype=np.float64)


def _mean_of_defined(values: Float64) -> Float64:
    """Return the mean over rows that are not NaN, (resample,)."""
    defined = ~np.isnan(values)
    return ratios(np.where(defined, values, 0.0).sum(axis=0), defined.sum(axis=0), np.nan)
