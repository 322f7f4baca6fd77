"""Which patient goes where: the codes of patients go in, train, validation or test comes out for each.

All documents of a patient share a split, so that nothing a model has read of a patient helps it in the test.
Patients are dealt out by iterative stratification over their codes (Sechidis, Tsoumakas and Vlahavas, 2011,
"On the Stratification of Multi-Label Data"): a code has about the same share of the patients in each split.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attending.corpus.schema import SPLITS, Split
from attending.errors import InputError

STRATIFIED_CODES = 100
"""At most so many codes are balanced, the most frequent. Rarer ones have few patients to deal out, and many
of them pull the sizes of the splits away from what was asked for."""


@dataclass(frozen=True)
class PatientSplit:
    """Where each patient's documents go."""

    of_subject: dict[str, Split]
    """The split of each subject."""
    method: str
    """How it was found, for the data card."""


def split_patients(
    subjects: Sequence[str],
    codes: Sequence[Iterable[str]],
    balanced: Sequence[str],
    *,
    fractions: tuple[float, float, float],
    seed: int,
) -> PatientSplit:
    """Deal patients out to train, validation and test.

    The answer depends on which patients have which codes and on the seed, not on the order of the documents.

    Args:
        subjects: The subject of each document.
        codes: The codes of each document.
        balanced: The codes whose share should be alike in all splits.
        fractions: Which share of the patients goes to train, validation and test; they sum to 1.
        seed: Of the random choices among equals.

    Raises:
        InputError: There are fewer than three patients.
    """
    patients = sorted(set(subjects))
    if len(patients) < len(SPLITS):
        raise InputError(
            f"Expected at least {len(SPLITS)} patients, to fill {', '.join(SPLITS)}, found {len(patients)}. "
            "Give documents of more patients."
        )
    rows = {patient: row for row, patient in enumerate(patients)}
    columns = {code: column for column, code in enumerate(balanced)}
    has_code = np.zeros((len(patients), len(balanced)), dtype=bool)
    for subject, given in zip(subjects, codes, strict=True):
        for code in given:
            if (column := columns.get(code)) is not None:
                has_code[rows[subject], column] = True
    order = np.random.RandomState(seed).permutation(len(patients))
    parts = np.empty(len(patients), dtype=int)
    parts[order] = _stratified(has_code[order], np.array(fractions), seed)
    method = f"iterative stratification of patients over {len(balanced)} codes"
    if len(np.unique(parts)) < len(SPLITS):
        parts[order] = _counted_out(len(patients), np.array(fractions))
        method = f"patients at random: {len(patients)} are too few to balance codes"
    split_of = {patient: SPLITS[part] for patient, part in zip(patients, parts, strict=True)}
    return PatientSplit(split_of, method)


def _stratified(has_code: NDArray[np.bool_], fractions: NDArray[np.float64], seed: int) -> NDArray[np.int_]:
    """Return the part of each patient; `has_code` is (patient, code)."""
    from iterstrat.ml_stratifiers import (
        IterativeStratification,
    )  # takes a second; reading a corpus does without

    parts: NDArray[np.int_] = IterativeStratification(has_code, fractions, np.random.RandomState(seed))
    return parts


def _counted_out(patients: int, fractions: NDArray[np.float64]) -> NDArray[np.int_]:
    """Return parts whose sizes come nearest to the fractions, none of them empty."""
    sizes = np.maximum(np.round(fractions * patients).astype(int), 1)
    sizes[np.argmax(sizes)] += patients - sizes.sum()
    return np.repeat(np.arange(len(sizes)), sizes)
