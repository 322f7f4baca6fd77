"""Evidence spans of many documents as a few arrays: rows of a source go in, a document's spans come out."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Evidence(NamedTuple):
    """The words of a document that support a code: `text[start:end]`."""

    code: str
    """Dotted."""
    start: int
    """Place of the first character."""
    end: int
    """Place after the last character."""


@dataclass(frozen=True)
class EvidenceTable:
    """The spans of documents that are known by their number; twenty bytes a span."""

    documents: NDArray[np.int32]
    """Number of each span's document, ascending; (span,)."""
    rows: NDArray[np.int64]
    """Row of the source that each span was read from; (span,)."""
    numbers: NDArray[np.int32]
    """Place of each span's code among `codes`; (span,)."""
    bounds: NDArray[np.int32]
    """Start and end of each span; (span, 2)."""
    codes: tuple[str, ...]
    """The codes that have evidence."""

    def of(self, document: int) -> tuple[Evidence, ...]:
        """Return the spans of a document, by start, end and code."""
        return tuple(span for _, span in self.with_rows(document))

    def with_rows(self, document: int) -> Iterator[tuple[int, Evidence]]:
        """Give the spans of a document, by start, end and code, each after its row in the source."""
        first, last = np.searchsorted(self.documents, [document, document + 1])
        for span in range(first, last):
            start, end = self.bounds[span].tolist()
            yield int(self.rows[span]), Evidence(self.codes[self.numbers[span]], start, end)


class EvidenceRows:
    """Takes spans in any order and makes a table of them."""

    def __init__(self) -> None:
        """Start empty."""
        self._documents, self._rows = array("i"), array("q")
        self._numbers, self._starts, self._ends = array("i"), array("i"), array("i")
        self._number_of: dict[str, int] = {}

    def add(self, document: int, row: int, span: Evidence) -> None:
        """Take a span of a document, read from that row of the source."""
        self._documents.append(document)
        self._rows.append(row)
        self._numbers.append(self._number_of.setdefault(span.code, len(self._number_of)))
        self._starts.append(span.start)
        self._ends.append(span.end)

    def table(self) -> EvidenceTable:
        """Return what was taken, by document, start, end and code."""
        codes = tuple(self._number_of)
        alphabetical = np.argsort(np.argsort(np.array(codes, dtype=str)))
        documents, numbers = (
            np.array(self._documents, dtype=np.int32),
            np.array(self._numbers, dtype=np.int32),
        )
        bounds = np.column_stack([np.array(part, dtype=np.int32) for part in (self._starts, self._ends)])
        order = np.lexsort((alphabetical[numbers], bounds[:, 1], bounds[:, 0], documents))
        rows = np.array(self._rows, dtype=np.int64)
        return EvidenceTable(documents[order], rows[order], numbers[order], bounds[order], codes)
