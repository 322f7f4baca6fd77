"""What the data card counts: documents go in as they are written, numbers of splits, codes and groups come out.

MIMIC's data use agreement, as most, asks that small groups of patients are not published: a group's count from 1 to 9
is left out, and where one alone would be, which the total gives away, the next smallest with it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attending.corpus.schema import ATTRIBUTES, SPLITS, Split

SMALL_GROUP = 10
"""Groups of fewer are not told."""

_AGE_BANDS = ((18, "under 18"), (45, "18 to 44"), (65, "45 to 64"), (75, "65 to 74"), (85, "75 to 84"))
_OLDEST = "85 and over"
_WORDS_A_BIN = 250
_NOT_SAID = "not said"


@dataclass(frozen=True)
class SplitCounts:
    """What one split holds, or all of them together."""

    documents: int
    patients: int
    words_mean: float
    """Words a document; a word is what stands between white space."""
    words_median: float
    codes_mean: float
    """Codes a document, labels or not."""
    codes_median: float
    labels_mean: float
    """Codes a document that are labels."""
    evidence_spans: int


@dataclass(frozen=True)
class SubgroupCounts:
    """How many documents and patients a group has."""

    attribute: str
    group: str
    documents: dict[Split, int | None]
    """Of each split; None where it is from 1 to 9, or would tell such a number."""
    patients: int | None
    """Likewise."""


@dataclass(frozen=True)
class Histogram:
    """How many documents have so much of something."""

    width: int
    """What a bin spans: the first from 0 to width - 1."""
    counts: tuple[int, ...]


class Tally:
    """Counts of documents that are known by what the card says of them.

    Args:
        splits: The split of each document.
        subjects: The patient of each.
        words: Words of each, (document,).
        codes: The codes of each, each once.
        spans: Evidence spans of each, (document,).
        is_label: Which codes are labels.
    """

    def __init__(
        self,
        splits: Sequence[Split],
        subjects: Sequence[str],
        words: NDArray[np.int64],
        codes: Sequence[Sequence[str]],
        spans: NDArray[np.int64],
        is_label: frozenset[str],
    ) -> None:
        self._splits, self._subjects, self._words, self._codes, self._spans = splits, subjects, words, codes, spans
        self._code_counts = np.array(list(map(len, codes)), np.int64)
        self._label_counts = np.array([len(is_label.intersection(given)) for given in codes], np.int64)
        self._of_code = Counter(chain.from_iterable(codes))
        self._places = {name: [place for place, split in enumerate(splits) if split == name] for name in SPLITS}

    def split(self, split: Split) -> SplitCounts:
        """Return what a split holds."""
        return self._counts(self._places[split])

    def total(self) -> SplitCounts:
        """Return what all splits hold."""
        return self._counts(list(range(len(self._splits))))

    def code_documents(self, split: Split) -> Counter[str]:
        """Return how many documents of a split have each code."""
        return Counter(chain.from_iterable(self._codes[place] for place in self._places[split]))

    def code_frequencies(self) -> tuple[tuple[int, int], ...]:
        """Return how many codes so many documents have: (documents, codes), the most frequent first."""
        return tuple(sorted(Counter(self._of_code.values()).items(), reverse=True))

    def words(self) -> Histogram:
        """Return how many documents have so many words."""
        return _histogram(self._words, _WORDS_A_BIN)

    def codes(self) -> Histogram:
        """Return how many documents have so many codes."""
        return _histogram(self._code_counts, 1)

    def _counts(self, places: Sequence[int]) -> SplitCounts:
        words, codes, labels = (all_[places] for all_ in (self._words, self._code_counts, self._label_counts))
        return SplitCounts(
            documents=len(places),
            patients=len({self._subjects[place] for place in places}),
            words_mean=_mean(words),
            words_median=_median(words),
            codes_mean=_mean(codes),
            codes_median=_median(codes),
            labels_mean=_mean(labels),
            evidence_spans=int(self._spans[places].sum()),
        )


def subgroups_of(attributes: pa.Table, subjects: Sequence[str], splits: Sequence[Split]) -> tuple[SubgroupCounts, ...]:
    """Return the groups of documents by attribute, the largest first; an attribute that no document has is left out.

    Args:
        attributes: One row a document, as `ATTRIBUTES_SCHEMA` says.
        subjects: The patient of each.
        splits: The split of each.
    """
    found: list[SubgroupCounts] = []
    for attribute in ATTRIBUTES:
        values = attributes.column(attribute).to_pylist()
        if all(value is None for value in values):
            continue
        documents: dict[str, Counter[Split]] = defaultdict(Counter)
        patients: dict[str, set[str]] = defaultdict(set)
        for value, subject, split in zip(values, subjects, splits, strict=True):
            group = _group(value)
            documents[group][split] += 1
            patients[group].add(subject)
        groups = sorted(documents, key=lambda group: (-documents[group].total(), group))
        told = {split: without_small([documents[group][split] for group in groups]) for split in SPLITS}
        told_patients = without_small([len(patients[group]) for group in groups])
        found += [
            SubgroupCounts(attribute, group, {split: told[split][place] for split in SPLITS}, told_patients[place])
            for place, group in enumerate(groups)
        ]
    return tuple(found)


def without_small(counts: Sequence[int]) -> list[int | None]:
    """Return counts of groups of one whole, None for those that are not told."""
    told = [None if 0 < count < SMALL_GROUP else count for count in counts]
    larger = [place for place, count in enumerate(told) if count]
    if told.count(None) == 1 and larger:
        told[min(larger, key=lambda place: counts[place])] = None
    return told


def words_in(texts: "pa.Array[Any]") -> NDArray[np.int64]:
    """Return the number of words of each text; what stands between white space is a word. (text,)."""
    _, offsets, characters = map(_bytes, texts.buffers())
    bounds = offsets.view(np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    is_white = characters[bounds[0] : bounds[-1]] <= ord(" ")
    bounds -= bounds[0]
    begins = ~is_white
    begins[1:] &= is_white[:-1]
    firsts = bounds[:-1][np.diff(bounds) > 0]
    begins[firsts] = ~is_white[firsts]
    return np.array([np.count_nonzero(begins[first:end]) for first, end in pairwise(bounds.tolist())], np.int64)


def _bytes(buffer: pa.Buffer | None) -> NDArray[np.uint8]:
    return np.empty(0, np.uint8) if buffer is None else np.frombuffer(memoryview(buffer), np.uint8)


def _group(value: str | int | None) -> str:
    if value is None:
        return _NOT_SAID
    if isinstance(value, str):
        return value
    return next((name for end, name in _AGE_BANDS if value < end), _OLDEST)


def _histogram(numbers: NDArray[np.int64], width: int) -> Histogram:
    return Histogram(width, tuple(np.bincount(numbers // width).tolist()))


def _mean(numbers: NDArray[np.int64]) -> float:
    return round(float(numbers.mean()), 4) if len(numbers) else 0.0


def _median(numbers: NDArray[np.int64]) -> float:
    return float(np.median(numbers)) if len(numbers) else 0.0
