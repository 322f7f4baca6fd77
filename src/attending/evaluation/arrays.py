"""The arrays that all of evaluation reads: checked once, then walked in blocks and as sorted keys."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from attending.errors import InputError

Bools = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.bool_] | npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Keys = npt.NDArray[np.unsignedinteger]
Numbers = npt.NDArray[np.floating] | npt.NDArray[np.integer]

_BLOCK_ENTRIES = 1 << 21


def check(labels: Labels, probabilities: Floats) -> tuple[Bools, Floats]:
    """Check that labels and probabilities can be compared, and return both, the labels as booleans.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What a system gives them, in [0, 1]; float16, float32 or float64, (document, code).

    Raises:
        InputError: Another type, another or an empty shape, or a value that is no label or no probability.
    """
    probabilities = np.asarray(probabilities)
    booleans = check_labels(labels)
    if probabilities.dtype not in (np.float16, np.float32, np.float64):
        raise InputError(
            f"Expected probabilities as float16, float32 or float64, got {probabilities.dtype}. Convert them."
        )
    if booleans.shape != probabilities.shape:
        raise InputError(
            f"Expected labels and probabilities of one shape (document, code), got {booleans.shape} and "
            f"{probabilities.shape}. Take both from the same documents and label space."
        )
    for rows in document_blocks(booleans.shape):
        block = probabilities[rows]
        if not (block.min() >= 0 and block.max() <= 1):
            row = int(np.flatnonzero(~((block >= 0) & (block <= 1)).all(axis=1))[0])
            what = "NaN" if np.isnan(block[row]).any() else "a value outside [0, 1]"
            raise InputError(
                f"Expected probabilities in [0, 1], found {what} in row {rows.start + row}. "
                "Pass logits through a sigmoid and look for overflow."
            )
    return booleans, probabilities


def check_labels(labels: Labels) -> Bools:
    """Check labels alone, and return them as booleans; see `check`."""
    given = np.asarray(labels)
    if given.dtype != np.bool_ and not np.issubdtype(given.dtype, np.integer):
        raise InputError(f"Expected labels as booleans or integers 0 and 1, got {given.dtype}. Convert them.")
    if given.ndim != 2 or 0 in given.shape:
        raise InputError(f"Expected labels of at least one document and one code, (document, code), got {given.shape}.")
    if given.dtype == np.bool_:
        return given.astype(np.bool_, copy=False)
    strange = (given != 0) & (given != 1)
    if strange.any():
        row = int(np.flatnonzero(strange.any(axis=1))[0])
        raise InputError(f"Expected labels 0 and 1, found another number in row {row}. Give 1 where a code is right.")
    return given.astype(np.bool_)


def check_thresholds(thresholds: float | Floats, codes: int) -> Float64:
    """Check thresholds and return one for each code, (code,).

    Raises:
        InputError: Neither one number nor one a code, or NaN.
    """
    limits = np.asarray(thresholds, dtype=np.float64)
    if limits.shape not in ((), (codes,)):
        raise InputError(
            f"Expected one threshold or one for each of {codes} codes, got an array of shape {limits.shape}. "
            "Use the thresholds of this label space."
        )
    if np.isnan(limits).any():
        raise InputError(f"{int(np.isnan(limits).sum())} thresholds are NaN. Tune them again.")
    return np.broadcast_to(limits, codes).copy()


def patients_of(subjects: Sequence[str] | None, documents: int) -> Int64:
    """Number the patients from 0 on and return that of each document, (document,).

    Args:
        subjects: The name of each document's patient; None: every document has its own.
        documents: How many documents there are.

    Raises:
        InputError: Not one subject a document.
    """
    if subjects is None:
        return np.arange(documents)
    if len(subjects) != documents:
        raise InputError(f"Expected one subject for each of {documents} documents, got {len(subjects)}.")
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(subject, len(numbers)) for subject in subjects], dtype=np.int64)


def document_blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Cut the documents of a (document, code) array into blocks that fit the processor's caches."""
    return _blocks(shape[0], _BLOCK_ENTRIES // shape[1])


def code_blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Cut the codes of a (document, code) array likewise."""
    return _blocks(shape[1], _BLOCK_ENTRIES // shape[0])


def packed_keys(labels: Bools, probabilities: Floats) -> Keys:
    """Pack each probability with its label into one unsigned integer.

    The bits of a float that is not negative order as the float does, and those of a probability leave the
    highest bit free, so that a key is `bits << 1 | label`: sorting keys sorts labels by probability, exactly
    and without an index array. Equal probabilities have keys that differ in the last bit at most.
    """
    kind = np.float64 if probabilities.dtype == np.float64 else np.float32
    # Adding zero makes negative zero positive, and a copy.
    positive = np.add(probabilities, kind(0), dtype=kind)
    keys: Keys = np.ascontiguousarray(positive).view(np.uint64 if kind == np.float64 else np.uint32)
    np.left_shift(keys, 1, out=keys)
    np.bitwise_or(keys, labels, out=keys)
    return keys


def sorted_keys(labels: Bools, probabilities: Floats) -> Keys:
    """Pack probabilities with their labels as `packed_keys` does, and sort these along the last axis."""
    keys = packed_keys(labels, probabilities)
    keys.sort(axis=-1)
    return keys


def probability_of(key: np.unsignedinteger) -> float:
    """Return the probability that a key was packed from."""
    kind = np.float64 if isinstance(key, np.uint64) else np.float32
    return float((key >> 1).view(kind))


class Ties(NamedTuple):
    """Groups of equal probabilities among sorted keys, from the lowest on; each array is (group,)."""

    start: Int64
    """Where the group starts among the keys."""
    size: Int64
    positives_before: Int64
    """Positive labels among the keys before the group."""
    positives: Int64
    """Positive labels in the group."""


def tie_groups(keys: Keys) -> Iterator[Ties]:
    """Walk over sorted keys, (entry,), from the lowest probability on, in blocks of whole groups of ties."""
    start, positives_before = 0, 0
    while start < len(keys):
        stop = min(start + _BLOCK_ENTRIES, len(keys))
        stop = int(np.searchsorted(keys, keys[stop - 1] | 1, side="right"))
        block = keys[start:stop]
        values = block >> 1
        starts = np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))
        sizes = np.diff(starts, append=len(block))
        positives = np.add.reduceat(block & 1, starts, dtype=np.int64)
        before = positives_before + np.cumsum(positives) - positives
        yield Ties(start + starts, sizes, before, positives)
        positives_before = int(before[-1] + positives[-1])
        start = stop


def _blocks(length: int, step: int) -> Iterator[slice]:
    step = max(1, step)
    return (slice(start, min(start + step, length)) for start in range(0, length, step))


def ratios(part: Numbers, whole: Numbers, otherwise: float = 0.0) -> Float64:
    """Divide entry by entry; where the whole is 0, `otherwise` stands."""
    return np.divide(part, whole, out=np.full(part.shape, otherwise), where=whole > 0, dtype=np.float64)
