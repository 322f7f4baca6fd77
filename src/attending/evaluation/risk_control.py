"""A promised recall: labels and probabilities of validation documents go in, a threshold that keeps it comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import Floats, Labels, check, patients_of

_ROUNDING = 1e-12


@dataclass(frozen=True)
class RecallControl:
    """A threshold and what it promises."""

    recall: float
    """The recall promised: the mean, over documents with a code, of the share of a document's codes proposed."""
    threshold: float
    """Codes are proposed where their probability is at least this."""
    documents: int
    """Documents with a code that the threshold comes from."""
    patients: int
    measured: float
    """Mean recall at the threshold on those documents, each patient counting once."""

    def to_dict(self) -> dict[str, float]:
        """Return plain data, ready for JSON."""
        return dict(vars(self))


def control_recall(
    labels: Labels, probabilities: Floats, recall: float, subjects: Sequence[str] | None = None
) -> RecallControl:
    """Find the highest threshold that promises a recall for new patients: conformal risk control.

    With `n` patients and `miss(t)` their mean share of codes missed at threshold `t`, the threshold is the highest `t`
    with `(n * miss(t) + 1) / (n + 1) <= 1 - recall` (Angelopoulos, Bates, Fisch, Lei and Schuster, 2022, "Conformal
    Risk Control", arXiv:2208.02814). A new patient's documents then have the promised recall in expectation over
    patients, exactly and whatever the model, if the patient is drawn as these were; a patient with several documents
    counts by their mean. It is a promise on average: single documents, other hospitals and a recall chosen after
    looking at these figures are not covered. Documents without a code have no recall and are left out.

    Args:
        labels: Which codes each validation document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What the system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        recall: The recall to promise, in (0, 1).
        subjects: The patient of each document, (document,); None: every document has its own.

    Raises:
        InputError: A type, shape or value is not as above, or there are too few patients to promise so much.
    """
    if not 0 < recall < 1:
        raise InputError(f"Expected the recall to promise to be in (0, 1), got {recall:g}. 0.9 is usual.")
    truth, found = check(labels, probabilities)
    had = truth.sum(axis=1)
    coded = np.flatnonzero(had)
    if not len(coded):
        raise InputError("No validation document has a code, so no recall can be promised. Check the labels.")
    kept = None if subjects is None else [subjects[document] for document in coded.tolist()]
    patients = patients_of(kept, len(coded))
    documents_of = np.bincount(patients)
    number = len(documents_of)
    budget = 1 - recall - recall / number
    if budget < -_ROUNDING:
        raise InputError(
            f"{number} patients cannot promise a recall of {recall:g}; the most that so many can is "
            f"{number / (number + 1):.4f}. Give at least {int(np.ceil(recall / (1 - recall) - _ROUNDING))} patients."
        )
    row, code = np.nonzero(truth[coded])
    scores = found[coded][row, code].astype(np.float64)
    order = np.argsort(scores)
    missed = np.cumsum(1 / (had[coded] * documents_of[patients] * number)[row[order]])
    # The lowest label that may not be missed; a label that ties with it is not missed either.
    place = int(np.searchsorted(missed, budget + _ROUNDING, side="right"))
    threshold = float(scores[order[place]])
    lost = int(np.searchsorted(scores[order], threshold, side="left"))
    return RecallControl(
        recall=recall,
        threshold=threshold,
        documents=len(coded),
        patients=number,
        measured=1 - float(missed[lost - 1]) if lost else 1.0,
    )
