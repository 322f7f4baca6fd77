"""A corpus folder goes in; documents with texts, codes and labels come out, texts a few at a time.

Texts stay in the file: a row group (128 documents) is read when one of its documents is asked for; the last
few are kept. In order this is one pass over the file, at random a row group for each document.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import index
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from attending.corpus.card import DataCard
from attending.corpus.evidence import Evidence, EvidenceTable
from attending.corpus.schema import (
    ATTRIBUTES,
    CARD_FILE,
    CODES_FILE,
    CODES_SCHEMA,
    DOCUMENTS_FILE,
    DOCUMENTS_SCHEMA,
    EVIDENCE_FILE,
    EVIDENCE_SCHEMA,
    LABEL_SPACE_FILE,
    SPLITS,
    SPLITS_FILE,
    SPLITS_SCHEMA,
    Split,
    open_parquet,
)
from attending.errors import InputError
from attending.sealing import verify
from attending.taxonomy import LabelSpace

_KEPT_ROW_GROUPS = 8
_NEXT_STEP = "Make it with `attending prepare`."


@dataclass(frozen=True)
class Document:
    """One discharge summary with what human coders made of it."""

    document_id: str
    subject_id: str
    """Its patient."""
    text: str
    """Raw and whole."""
    codes: tuple[str, ...]
    """All its codes, dotted, also those that are no labels; of MIMIC-IV the principal diagnosis first."""
    evidence: tuple[Evidence, ...]
    """Gold evidence by start, end and code; empty where the source has none."""


def read_corpus(folder: Path) -> "Corpus":
    """Open a corpus folder after checking that it is complete and as it was written.

    Raises:
        InputError: The folder is missing, damaged, or not a corpus.
    """
    verify(folder, what="a corpus folder", next_step=_NEXT_STEP)
    for name in (DOCUMENTS_FILE, SPLITS_FILE, CODES_FILE, LABEL_SPACE_FILE, CARD_FILE):
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not a corpus folder: it has no {name}. {_NEXT_STEP}")
    open_parquet(folder / CODES_FILE, CODES_SCHEMA).close()
    return Corpus(folder, DataCard.read(folder / CARD_FILE), LabelSpace.read(folder / LABEL_SPACE_FILE))


class Corpus:
    """Documents with codes, split by patient, and the label space chosen on the training patients."""

    def __init__(self, folder: Path, card: DataCard, label_space: LabelSpace) -> None:
        """Open the tables of a folder that was checked; see `read_corpus`."""
        self.folder = folder
        self.card = card
        self.label_space = label_space
        columns = [name for name in DOCUMENTS_SCHEMA.names if name != "text"]
        with open_parquet(folder / DOCUMENTS_FILE, DOCUMENTS_SCHEMA) as file:
            self._about = file.read(columns)
        with open_parquet(folder / SPLITS_FILE, SPLITS_SCHEMA) as file:
            self._split_of = file.read(["split"]).column("split")
        self._evidence = self._read_evidence(folder / EVIDENCE_FILE)

    @property
    def has_evidence(self) -> bool:
        """Whether the source had gold evidence."""
        return self._evidence is not None

    def split(self, name: Split) -> "Documents":
        """Return the documents of a split, in the order of the source.

        Raises:
            InputError: There is no such split.
        """
        if name not in SPLITS:
            raise InputError(f"Expected a split among {', '.join(SPLITS)}, got {name!r}. Choose one of them.")
        rows = np.flatnonzero(pc.equal(self._split_of, pa.scalar(name)).to_numpy())
        return Documents(self._about, rows, _Texts(self.folder / DOCUMENTS_FILE), self._evidence)

    def _read_evidence(self, path: Path) -> EvidenceTable | None:
        if not path.is_file():
            return None
        with open_parquet(path, EVIDENCE_SCHEMA) as file:
            spans = file.read().combine_chunks()
        documents = pc.index_in(
            spans.column("document_id"), value_set=self._about.column("document_id").combine_chunks()
        )
        codes = spans.column("code").combine_chunks().dictionary_encode()
        return EvidenceTable(
            documents=documents.to_numpy().astype(np.int32),
            rows=np.arange(len(spans)),
            numbers=codes.indices.to_numpy(),
            bounds=np.column_stack([spans.column(name).to_numpy() for name in ("start", "end")]),
            codes=tuple(str(code) for code in codes.dictionary.to_pylist()),
        )


class Documents(Sequence[Document]):
    """Documents of a corpus; a text is read when its document is asked for.

    A slice gives `Documents` too. Sending one to another process sends no texts.
    """

    def __init__(
        self, about: pa.Table, rows: NDArray[np.int_], texts: "_Texts", evidence: EvidenceTable | None
    ) -> None:
        """Take the rows of a corpus that these documents are, (document,), and what all its rows share."""
        self._about, self._rows, self._texts, self._evidence = about, rows, texts, evidence

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Document: ...

    @overload
    def __getitem__(self, place: slice) -> "Documents": ...

    def __getitem__(self, place: int | slice) -> "Document | Documents":
        if isinstance(place, slice):
            return Documents(self._about, self._rows[place], self._texts, self._evidence)
        row = int(self._rows[index(place)])
        return Document(
            document_id=self._about.column("document_id")[row].as_py(),
            subject_id=self._about.column("subject_id")[row].as_py(),
            text=self._texts.of(row),
            codes=tuple(self._about.column("codes")[row].as_py()),
            evidence=() if self._evidence is None else self._evidence.of(row),
        )

    def __iter__(self) -> Iterator[Document]:
        return (self[place] for place in range(len(self)))

    @property
    def document_ids(self) -> tuple[str, ...]:
        """The documents' names, in order; (document,)."""
        return tuple(self._values("document_id"))

    @property
    def subject_ids(self) -> tuple[str, ...]:
        """The documents' patients, in order; (document,)."""
        return tuple(self._values("subject_id"))

    @property
    def codes(self) -> tuple[tuple[str, ...], ...]:
        """All codes of each document, labels or not; (document,), each as many as it has."""
        return tuple(tuple(codes) for codes in self._values("codes"))

    def attribute(self, name: str) -> tuple[str | int | None, ...]:
        """Return an attribute of each document, None where the source does not say; (document,).

        Raises:
            InputError: No attribute has that name.
        """
        if name not in ATTRIBUTES:
            raise InputError(f"Expected an attribute among {', '.join(ATTRIBUTES)}, got {name!r}. Choose one of them.")
        return tuple(self._values(name))

    def labels(self, label_space: LabelSpace) -> NDArray[np.bool_]:
        """Return which document has which code of a label space; boolean, (document, code)."""
        column_of = {code: column for column, code in enumerate(label_space.codes)}
        labels = np.zeros((len(self), len(label_space)), dtype=np.bool_)
        for document, codes in enumerate(self._values("codes")):
            labels[document, [column_of[code] for code in codes if code in column_of]] = True
        return labels

    def _values(self, column: str) -> list[Any]:
        return self._about.column(column).take(self._rows).to_pylist()


class _Texts:
    """Reads texts from a Parquet file by row, a row group at a time, and keeps the last few groups."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._groups: OrderedDict[int, pa.ChunkedArray[Any]] = OrderedDict()

    def of(self, row: int) -> str:
        """Return the text of a row of the file."""
        group = int(np.searchsorted(self._starts, row, side="right")) - 1
        texts = self._groups.pop(group, None)
        if texts is None:
            texts = self._file.read_row_group(group, ["text"]).column("text")
        self._groups[group] = texts
        if len(self._groups) > _KEPT_ROW_GROUPS:
            self._groups.popitem(last=False)
        text: str = texts[row - int(self._starts[group])].as_py()
        return text

    def __getstate__(self) -> dict[str, object]:
        return {"_path": self._path, "_groups": OrderedDict()}

    @cached_property
    def _file(self) -> pq.ParquetFile:
        return pq.ParquetFile(self._path)

    @cached_property
    def _starts(self) -> NDArray[np.int_]:
        metadata = self._file.metadata
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        return np.cumsum([0, *sizes[:-1]])
