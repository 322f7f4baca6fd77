"""Multi-label metrics: labels and probabilities, (document, code), go in, numbers come out. Pure functions.

Ties are treated as scikit-learn does: equal probabilities enter a ranking together. Everything is exact
(sorting, no bins), and computed in blocks, so that 10,000 documents of 8,000 codes need little more memory
than their probabilities.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from attending.evaluation.arrays import (
    Bools,
    Float64,
    Floats,
    Int64,
    Keys,
    Labels,
    check,
    check_thresholds,
    code_blocks,
    document_blocks,
    ratios,
    sorted_keys,
    tie_groups,
)

CUTOFFS = (5, 8, 15)
"""Where precision and recall at k are taken, as the literature on MIMIC does."""


@dataclass(frozen=True)
class PerCode:
    """What each code scores; each array is (code,)."""

    threshold: Float64
    labels: Int64
    """Documents that have the code."""
    predicted: Int64
    """Documents whose probability reaches the code's threshold."""
    correct: Int64
    """Documents that are both."""
    precision: Float64
    """0 where the code is never predicted."""
    recall: Float64
    """0 where no document has the code."""
    f1: Float64
    """0 where no document has the code."""
    auc: Float64
    """NaN where all documents have the code, or none."""
    average_precision: Float64
    """NaN where no document has the code."""


@dataclass(frozen=True)
class Metrics:
    """How well probabilities, and the predictions that thresholds make of them, fit the labels.

    `micro` pools all (document, code) pairs; `macro` is the plain mean over codes: `_occurring` over those
    that at least one document has (the field's usual macro), `_all` over every code of the label space, where
    an absent code counts 0. A figure that is not defined is NaN here and None in `as_dict`.
    """

    documents: int
    codes: int
    codes_occurring: int
    """Codes that at least one document has."""
    labels_per_document: float
    predictions_per_document: float
    f1_micro: float
    f1_macro_occurring: float
    f1_macro_all: float
    precision_micro: float
    precision_macro_occurring: float
    precision_macro_all: float
    recall_micro: float
    recall_macro_occurring: float
    recall_macro_all: float
    hamming_loss: float
    """Share of (document, code) pairs that are predicted wrongly."""
    exact_match: float
    """Share of documents all of whose codes are predicted rightly."""
    auc_micro: float
    auc_macro: float
    """Mean over the codes that some but not all documents have."""
    average_precision_micro: float
    average_precision_macro: float
    """Mean over the codes that occur: mAP."""
    precision_at: dict[int, float]
    """For each k the mean share of a document's k most probable codes that it has; k at most the number of
    codes."""
    recall_at: dict[int, float]
    """For each k the mean share of a document's codes that are among its k most probable; over documents that
    have a code."""
    r_precision: float
    """Precision at as many codes as the document has; mean over documents with a code."""
    per_code: PerCode

    def as_dict(self) -> dict[str, int | float | None]:
        """Return all figures but those of single codes, flat (`precision_at_5`), with None for NaN."""
        flat: dict[str, int | float | None] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, dict):
                flat |= {f"{field.name}_{k}": _or_none(at_k) for k, at_k in value.items()}
            elif not isinstance(value, PerCode):
                flat[field.name] = _or_none(value)
        return flat


def evaluate(labels: Labels, probabilities: Floats, thresholds: float | Floats) -> Metrics:
    """Measure probabilities, and the predictions that thresholds make of them, against labels.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What a system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        thresholds: A code is predicted where its probability is at least this; one number, or one a code,
            (code,). Tune them on validation documents: `best_threshold`.

    Raises:
        InputError: A type, shape or value is not as above; the message names it.
    """
    labels, probabilities = check(labels, probabilities)
    limits = check_thresholds(thresholds, labels.shape[1])
    documents, codes = labels.shape
    positives = np.zeros(codes, np.int64)
    predicted = np.zeros(codes, np.int64)
    correct = np.zeros(codes, np.int64)
    exact = 0
    for rows in document_blocks(labels.shape):
        truth, guess = labels[rows], probabilities[rows] >= limits
        positives += truth.sum(axis=0)
        predicted += guess.sum(axis=0)
        correct += (truth & guess).sum(axis=0)
        exact += int((truth == guess).all(axis=1).sum())
    auc, average_precision = _rank_codes(labels, probabilities, positives)
    auc_micro, average_precision_micro = _rank(sorted_keys(labels.ravel(), probabilities.ravel()), int(positives.sum()))
    top = top_of_documents(labels, probabilities)
    coded = top.labels > 0
    per_code = PerCode(
        threshold=limits,
        labels=positives,
        predicted=predicted,
        correct=correct,
        precision=ratios(correct, predicted),
        recall=ratios(correct, positives),
        f1=ratios(2 * correct, positives + predicted),
        auc=auc,
        average_precision=average_precision,
    )
    all_positives, all_predicted, all_correct = int(positives.sum()), int(predicted.sum()), int(correct.sum())
    occurring = positives > 0
    return Metrics(
        documents=documents,
        codes=codes,
        codes_occurring=int(occurring.sum()),
        labels_per_document=all_positives / documents,
        predictions_per_document=all_predicted / documents,
        f1_micro=_share(2 * all_correct, all_positives + all_predicted),
        f1_macro_occurring=_mean(per_code.f1[occurring]),
        f1_macro_all=_mean(per_code.f1),
        precision_micro=_share(all_correct, all_predicted),
        precision_macro_occurring=_mean(per_code.precision[occurring]),
        precision_macro_all=_mean(per_code.precision),
        recall_micro=_share(all_correct, all_positives),
        recall_macro_occurring=_mean(per_code.recall[occurring]),
        recall_macro_all=_mean(per_code.recall),
        hamming_loss=(all_positives + all_predicted - 2 * all_correct) / (documents * codes),
        exact_match=exact / documents,
        auc_micro=auc_micro,
        auc_macro=_mean(auc[~np.isnan(auc)]),
        average_precision_micro=average_precision_micro,
        average_precision_macro=_mean(average_precision[occurring]),
        precision_at={k: float(hits.mean()) / k for k, hits in top.hits_at.items()},
        recall_at={k: _mean(hits[coded] / top.labels[coded]) for k, hits in top.hits_at.items()},
        r_precision=_mean(top.hits_at_labels[coded] / top.labels[coded]),
        per_code=per_code,
    )


def _rank_codes(labels: Bools, probabilities: Floats, positives: Int64) -> tuple[Float64, Float64]:
    """Return AUC and average precision of each code; (code,) each."""
    auc = np.empty(len(positives))
    average_precision = np.empty(len(positives))
    for columns in code_blocks(labels.shape):
        keys = sorted_keys(labels[:, columns].T, probabilities[:, columns].T)
        for place, of_code in enumerate(keys, start=columns.start):
            auc[place], average_precision[place] = _rank(of_code, int(positives[place]))
    return auc, average_precision


def _rank(keys: Keys, positives: int) -> tuple[float, float]:
    """Return the area under the ROC curve and the average precision of sorted keys, (entry,).

    The area is the share of pairs of a positive and a negative that stand in the right order, a tie being
    half right; average precision is the mean, over positives, of the precision among all that rank as high
    (no interpolation), as scikit-learn's `average_precision_score` has it.
    """
    negatives = len(keys) - positives
    half_pairs, precisions = 0, 0.0
    for ties in tie_groups(keys):
        ranked_as_high = len(keys) - ties.start
        precisions += float((ties.positives * ((positives - ties.positives_before) / ranked_as_high)).sum())
        negatives_before = ties.start - ties.positives_before
        # Twice the pairs in order, so that a tie's half stays a whole number.
        half_pairs += int((ties.positives * (2 * negatives_before + ties.size - ties.positives)).sum())
    return _share(half_pairs, 2 * positives * negatives, math.nan), _share(precisions, positives, math.nan)


@dataclass(frozen=True)
class TopOfDocuments:
    """How many of a document's most probable codes it has; each array is (document,)."""

    labels: Int64
    """Codes that the document has."""
    hits_at: dict[int, Float64]
    """For each cutoff k hits among the k most probable codes; k at most the number of codes."""
    hits_at_labels: Float64
    """Hits among as many codes as the document has."""


def top_of_documents(labels: Bools, probabilities: Floats) -> TopOfDocuments:
    """Count hits among each document's most probable codes.

    Codes that tie for the last places share them evenly (the mean over all orders of the ties, as in
    scikit-learn's `ndcg_score`), so that the order of the label space does not matter.
    """
    documents, codes = labels.shape
    hits_at = {k: np.empty(documents) for k in CUTOFFS if k <= codes}
    hits_at_labels = np.zeros(documents)
    had = labels.sum(axis=1)
    for rows in document_blocks(labels.shape):
        keys = sorted_keys(labels[rows], probabilities[rows])
        from_top = np.cumsum((keys & 1)[:, ::-1], axis=1, dtype=np.int32)
        for k, hits in hits_at.items():
            hits[rows] = _hits(keys, from_top, np.full(len(keys), k))
        hits_at_labels[rows] = _hits(keys, from_top, had[rows])
    return TopOfDocuments(had, hits_at, hits_at_labels)


def _hits(keys: Keys, from_top: npt.NDArray[np.int32], k: Int64) -> Float64:
    """Return how many of each document's k most probable codes it has.

    Args:
        keys: Sorted keys of each document, (document, code).
        from_top: Labels among the most probable codes, counted from the most probable on, (document, code).
        k: How many codes are looked at, (document,); 0 gives no hits.
    """
    codes = keys.shape[1]
    last = np.bitwise_or(np.take_along_axis(keys, np.clip(codes - k, 0, codes - 1)[:, None], axis=1), 1)
    above = (keys > last).sum(axis=1)
    not_below = (keys >= last - 1).sum(axis=1)
    counted = np.pad(from_top, ((0, 0), (1, 0)))
    documents = np.arange(len(keys))
    hits_above = counted[documents, above]
    tied_hits = counted[documents, not_below] - hits_above
    hits: Float64 = hits_above + (k - above) * tied_hits / (not_below - above)
    return np.where(k > 0, hits, 0.0)


def _share(part: float, whole: int, otherwise: float = 0.0) -> float:
    return part / whole if whole else otherwise


def _mean(values: Float64) -> float:
    return float(values.mean()) if len(values) else math.nan


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
