"""Which patient goes where: the codes of patients, or a file that says it, go in; a split for each comes out.

All documents of a patient share a split, so that nothing a model has read of a patient helps it in the test.
Patients are dealt out by iterative stratification over their codes (Sechidis, Tsoumakas and Vlahavas, 2011,
"On the Stratification of Multi-Label Data"): a code has about the same share of the patients in each split.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attending.corpus.findings import Findings, Reason
from attending.corpus.rows import FileRows, Row
from attending.corpus.schema import SPLITS, Split
from attending.corpus.tables import identifier
from attending.errors import InputError

STRATIFIED_CODES = 100
"""At most so many codes are balanced, the most frequent. Rarer ones have few patients to deal out, and many
of them pull the sizes of the splits away from what was asked for."""
SPLIT_NAMES: Mapping[str, Split] = {
    "train": "train",
    "training": "train",
    "dev": "validation",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
"""What a split may be called, in any case."""
UNKNOWN_ID = Reason("id that no coded document has", "not used")
REPEATED_ID = Reason("id that an earlier row has, in the same split", "not used")
EMPTY_ID = Reason("row without an id", "not used")

_ID_COLUMNS = {
    "document": ("document_id", "note_id", "_id", "id"),
    "admission": ("hadm_id", "admission_id", "_id", "id"),
    "patient": ("subject_id", "patient_id", "_id", "id"),
}
_SPLIT_COLUMN = "split"


@dataclass(frozen=True)
class GivenSplit:
    """The split of each document as a file says it."""

    splits: tuple[Split | None, ...]
    """None for a document that the file does not name."""
    method: str
    """Where it comes from, for the data card."""


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


def read_split_file(path: Path, ids: Mapping[str, Sequence[str]], findings: Findings) -> GivenSplit:
    """Read which document is in which split from a file, as the published benchmarks give it.

    Args:
        path: CSV, TSV, JSON lines, Parquet or Feather with the column `split` and one that names documents
            (`document_id`, `note_id`), admissions (`hadm_id`) or patients (`subject_id`); `_id` and `id` may be any
            of these. Of several the one counts whose values name most documents.
        ids: For "document", "patient" and, where the source has them, "admission", the id of each document.
        findings: Where ids that no document has are counted.

    Raises:
        InputError: A column is missing, a row has no split, a split has another name, an id is in two splits, or no
            id is that of a document.
    """
    file = FileRows(path)
    columns = file.columns() or _columns_of_first(file)
    kinds = [(kind, name) for kind in ids for name in _ID_COLUMNS[kind] if name in columns]
    if _SPLIT_COLUMN not in columns or not kinds:
        wanted = sorted({name for kind in ids for name in _ID_COLUMNS[kind]})
        raise InputError(
            f"Expected a column {_SPLIT_COLUMN!r} and one of {', '.join(wanted)} in {path.name}, "
            f"found {', '.join(columns)[:200] or 'none'}. Rename the columns."
        )
    rows = [(row, _split_name(row)) for row in file.read([_SPLIT_COLUMN, *dict.fromkeys(name for _, name in kinds)])]
    named = {name: {_id_of(row, name) for row, _ in rows} for _, name in kinds}
    matches = {(kind, name): sum(one in named[name] for one in ids[kind]) for kind, name in kinds}
    kind, column = max(matches, key=lambda one: matches[one])  # the first among equals
    if not matches[kind, column]:
        raise InputError(
            f"None of the {len(rows)} ids in {path.name} is that of one of the {len(ids[kind])} coded documents "
            f"(looked for by {', '.join(dict.fromkeys(kind for kind, _ in kinds))}). Give the split of these documents."
        )
    split_of = _by_id(path, rows, column, set(ids[kind]), findings)
    return GivenSplit(tuple(split_of.get(one) for one in ids[kind]), f"as {path.name} gives it by {kind} ({column})")


def _by_id(
    path: Path, rows: Sequence[tuple[Row, Split]], column: str, known: set[str], findings: Findings
) -> dict[str, Split]:
    split_of: dict[str, Split] = {}
    torn = set()
    for row, split in rows:
        name = _id_of(row, column)
        if not name:
            findings.add(path.name, EMPTY_ID, row.number)
        elif name not in split_of:
            split_of[name] = split
            if name not in known:
                findings.add(path.name, UNKNOWN_ID, row.number)
        elif split_of[name] == split:
            findings.add(path.name, REPEATED_ID, row.number)
        else:
            torn.add(name)
    if torn:
        raise InputError(
            f"{len(torn)} of {len(split_of)} ids in column {column!r} of {path.name} are in more than one split. "
            "Name each once."
        )
    return split_of


def _columns_of_first(file: FileRows) -> tuple[str, ...]:
    return tuple(next((row.fields for row in file.read([])), {}))


def _id_of(row: Row, column: str) -> str:
    value: Any = row.fields.get(column)
    return "" if value is None else identifier(str(value))


def _split_name(row: Row) -> Split:
    value = row.fields.get(_SPLIT_COLUMN)
    split = SPLIT_NAMES.get(value.strip().lower()) if isinstance(value, str) else None
    if split is None:
        raise InputError(
            f"Expected a split among {', '.join(SPLIT_NAMES)} in {row.place} of {row.file}, "
            "got another word or nothing. Correct it."
        )
    return split


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
