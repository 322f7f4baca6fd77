"""A file of your own goes in, its rows come out one after the other: JSON lines, CSV, TSV, Parquet or Feather.

What a row is called in messages: `line` 1 is the first line of a file of JSON lines; `row` 1 is the header of a CSV
or TSV file, so that its first document is row 2; `row` 1 is the first of a Parquet or Feather file.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from attending.corpus.tables import Table
from attending.errors import InputError

_JSON_LINES = (".jsonl", ".ndjson")
_DELIMITED = {".csv": ",", ".tsv": "\t"}
_COLUMNAR = (".parquet", ".feather")
_BATCH_ROWS = 1000


@dataclass(frozen=True)
class Row:
    """One row of a file."""

    file: str
    """The name of the file."""
    place: str
    """Where it stands there, for messages: "line 3"."""
    number: int
    fields: dict[str, Any]
    """Values by column; of CSV and TSV strings, of the others what the file holds."""


@dataclass(frozen=True)
class FileRows:
    """A file whose name says its format."""

    path: Path

    def __post_init__(self) -> None:
        if self._ending not in (*_JSON_LINES, *_DELIMITED, *_COLUMNAR):
            raise InputError(
                f"Expected a file named .jsonl, .csv, .tsv, .parquet or .feather (the first three also with .gz), "
                f"got {self.path.name}. Rename or convert it."
            )
        if not self.path.is_file():
            raise InputError(f"Expected a file at {self.path}, found nothing. Check the path.")

    def columns(self) -> tuple[str, ...] | None:
        """Return the names of the columns, or None for JSON lines, where each line has its own fields.

        Raises:
            InputError: The file is damaged.
        """
        if self._ending in _DELIMITED:
            return self._table.header()
        if self._ending in _COLUMNAR:
            try:
                if self._ending == ".feather":
                    return tuple(pyarrow.feather.read_table(self.path).schema.names)
                return tuple(pq.read_schema(self.path).names)
            except (pa.ArrowException, OSError):
                raise self._damaged(0) from None
        return None

    def read(self, columns: Sequence[str]) -> Iterator[Row]:
        """Read these columns; of JSON lines every field.

        Raises:
            InputError: The file is damaged, is not UTF-8, or lacks a column.
        """
        if self._ending in _DELIMITED:
            for batch in self._table.batches(columns, may_be_empty=True):
                for offset, values in enumerate(zip(*map(batch.strings, columns), strict=True)):
                    yield self._row("row", batch.first_row + offset, dict(zip(columns, values, strict=True)))
        elif self._ending in _COLUMNAR:
            yield from self._columnar(columns)
        else:
            yield from self._json_lines()

    @property
    def _ending(self) -> str:
        suffixes = [suffix.lower() for suffix in self.path.suffixes[-2:]]
        if suffixes[-1:] == [".gz"]:
            return suffixes[0] if suffixes[0] not in _COLUMNAR else ""
        return suffixes[-1] if suffixes else ""

    @property
    def _table(self) -> Table:
        return Table(
            self.path, self.path.name, delimiter=_DELIMITED[self._ending], advice="Name the columns as they are there."
        )

    def _row(self, unit: str, number: int, fields: dict[str, Any]) -> Row:
        return Row(self.path.name, f"{unit} {number}", number, fields)

    def _damaged(self, last: int) -> InputError:
        unit = "line" if self._ending in _JSON_LINES else "row"
        return InputError(f"{self.path.name} is damaged: it cannot be read beyond {unit} {last}. Copy it again.")

    def _columnar(self, columns: Sequence[str]) -> Iterator[Row]:
        last = 0
        try:
            for batch in self._batches(columns):
                for fields in batch.to_pylist():
                    last += 1
                    yield self._row("row", last, fields)
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            raise self._damaged(last) from None

    def _batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        if self._ending == ".feather":
            yield from pyarrow.feather.read_table(self.path, columns=list(columns)).to_batches(_BATCH_ROWS)
        else:
            with pq.ParquetFile(self.path) as file:
                yield from file.iter_batches(_BATCH_ROWS, columns=list(columns))

    def _json_lines(self) -> Iterator[Row]:
        last = 0
        try:
            with gzip.open(self.path) if self.path.suffix.lower() == ".gz" else self.path.open("rb") as file:
                for last, line in enumerate(file, start=1):
                    if line.strip():
                        yield self._row("line", last, self._object(line, last))
        except (OSError, EOFError, zlib.error):
            raise self._damaged(last) from None

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            value = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise InputError(
                f"Expected UTF-8 in {self.path.name}, found other bytes in line {number}. Convert it first."
            ) from None
        except (ValueError, RecursionError):
            raise InputError(
                f"Expected a JSON object in line {number} of {self.path.name}, found other text. Correct it."
            ) from None
        if not isinstance(value, dict):
            raise InputError(
                f"Expected a JSON object in line {number} of {self.path.name}, got another value. Correct it."
            )
        return value
