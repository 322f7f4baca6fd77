"""MIMIC-IV's tables on a disk: found by name below a folder, read as a stream of record batches."""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from attending.errors import InputError

_BLOCK_BYTES = 8 << 20  # what is parsed at a time; no row may be longer
_LONGEST_HEADER = 1 << 16  # bytes
_BEGINNING = 64  # characters, which show of most texts that they are not blank
_SEARCH_DEPTH = 6  # physionet.org/files/mimiciv/3.1/hosp below a folder of downloads, and one more
_NOTHING = ("nan", "null", "none", "na", "<na>", "nat")
_ENDINGS = (".csv.gz", ".csv")
_FETCH = "Fetch the file again and compare its SHA-256 sum with the source's."


@dataclass(frozen=True)
class Batch:
    """Rows of a table that follow each other."""

    first_row: int
    """Row of the first of them in the file; the header is row 1."""
    columns: pa.RecordBatch
    """The columns that were asked for, all of them strings; an empty field is an empty string."""

    def strings(self, column: str) -> list[str]:
        """Return a column as Python strings."""
        values: list[Any] = self.columns.column(column).to_pylist()
        return values

    def equals(self, column: str, value: str) -> NDArray[np.bool_]:
        """Return in which rows a column has that value; (row,)."""
        is_value = pc.equal(self.columns.column(column), pa.scalar(value))
        return is_value.to_numpy(zero_copy_only=False)

    def is_number(self, column: str) -> NDArray[np.bool_]:
        """Return in which rows a column has a whole number of at most nine digits; (row,)."""
        return _is_match(self.columns.column(column), r"^[0-9]{1,9}$")

    def is_blank(self, column: str) -> NDArray[np.bool_]:
        """Return in which rows a column has white space alone, or nothing; (row,)."""
        texts = self.columns.column(column)
        is_blank = _is_match(pc.utf8_slice_codeunits(texts, 0, _BEGINNING), r"^\s*$")
        for row in np.flatnonzero(is_blank).tolist():  # few: what has a blank beginning is looked at whole
            is_blank[row] = not texts[row].as_py().strip()
        return is_blank

    def positions(self, column: str, keys: pa.StringArray) -> NDArray[np.int32]:
        """Return where a column's values stand among the keys, -1 for those that are not there; (row,)."""
        return pc.index_in(self.columns.column(column), value_set=keys).fill_null(-1).to_numpy()

    def ids(self, column: str) -> list[str]:
        """Return a column of identifiers; see `identifier`."""
        return [identifier(value) for value in self.strings(column)]

    def spellings(self, column: str) -> tuple[list[str], NDArray[np.int32]]:
        """Return a column's different values, and which of them each row has; (row,)."""
        encoded = self.columns.column(column).dictionary_encode()
        values: list[Any] = encoded.dictionary.to_pylist()
        return values, encoded.indices.to_numpy()


@dataclass(frozen=True)
class Table:
    """One table of a source, as .csv.gz or .csv."""

    path: Path
    """Where it lies."""
    name: str
    """What it is called in messages and on the data card: "hosp/patients.csv.gz"."""
    delimiter: str = ","
    advice: str = "Give the table as MIMIC-IV 2.2 or 3.1 publishes it."
    """What is said of a column that is not there."""

    def batches(self, columns: Sequence[str], *, may_be_empty: bool = False) -> Iterator[Batch]:
        """Read the columns of that name in the order of the file, a few megabytes at a time.

        Args:
            columns: Their names in the header.
            may_be_empty: Whether a header without rows is right, as for the procedures of a small hospital.

        Raises:
            InputError: A column or every row is missing; the file is damaged, is not UTF-8, or has a row
                with more or fewer fields than its header.
        """
        self._check_header(columns)
        row = first_row = 2
        with pa.input_stream(self.path) as stream:
            source = _QuoteCounter(stream)
            try:
                with self._open(source, columns, pa.string()) as reader:
                    for batch in reader:
                        yield Batch(row, batch)
                        row += batch.num_rows
            except (pa.ArrowException, OSError) as error:
                raise self._explained(error, row, columns) from None
        if source.quotes % 2:
            raise InputError(f"{self.name} is damaged: it has a quoted field that never ends. {_FETCH}")
        if row == first_row and not may_be_empty:
            raise InputError(f"Expected rows in {self.name}, found a header alone. {_FETCH}")

    def _open(
        self, source: "_QuoteCounter", columns: Sequence[str], kind: pa.DataType, *, with_threads: bool = True
    ) -> pa.csv.CSVStreamingReader:
        return pa.csv.open_csv(
            cast(IO[bytes], source),
            read_options=pa.csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=with_threads),
            parse_options=pa.csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                include_columns=list(columns), column_types=dict.fromkeys(columns, kind)
            ),
        )

    def header(self) -> tuple[str, ...]:
        """Return the names of the columns.

        Raises:
            InputError: There is no header, or it cannot be read.
        """
        try:
            with pa.input_stream(self.path) as stream:
                head = b""
                while b"\n" not in head and len(head) < _LONGEST_HEADER and (piece := stream.read(1 << 9)):
                    head += piece
                line = head.split(b"\n")[0].decode("utf-8-sig").rstrip("\r")
        except OSError:
            raise InputError(
                f"{self.name} is damaged: it cannot be unpacked, not even row 1, its header. {_FETCH}"
            ) from None
        except UnicodeDecodeError:
            raise self._not_utf8("row 1") from None
        if not line:
            raise InputError(f"Expected a table in {self.name}, found no header. {_FETCH}")
        return tuple(next(csv.reader([line], delimiter=self.delimiter)))

    def _check_header(self, columns: Sequence[str]) -> None:
        names = self.header()
        if missing := [column for column in columns if column not in names]:
            raise InputError(
                f"{self.name} has no column {', '.join(map(repr, missing))} "
                f"(it has: {', '.join(names)[:200]}). {self.advice}"
            )
        if repeated := [column for column in columns if names.count(column) > 1]:
            raise InputError(f"{self.name} has column {repeated[0]!r} twice. Remove one of the two.")

    def _explained(self, error: Exception, row: int, columns: Sequence[str]) -> InputError:
        """Say what went wrong without the parser's own words, which quote the row."""
        message = str(error)
        if "invalid UTF8" in message:
            return self._not_utf8(f"row {self._first_row_not_utf8(columns)}")
        if "Expected" in message and "columns" in message:
            place = self._first_ragged_row(columns)
            return InputError(f"{self.name} is damaged: row {place} has more or fewer fields than the header. {_FETCH}")
        if "straddl" in message:
            return InputError(
                f"{self.name} is damaged: a row after row {row - 1} is longer than {_BLOCK_BYTES >> 20} MB, "
                f"as when a quoted field never ends. {_FETCH}"
            )
        return InputError(f"{self.name} is damaged: it cannot be read beyond row {row - 1}. {_FETCH}")

    def _first_ragged_row(self, columns: Sequence[str]) -> str:
        """Read again with one thread, which alone counts the rows."""
        try:
            with (
                pa.input_stream(self.path) as stream,
                self._open(_QuoteCounter(stream), columns, pa.binary(), with_threads=False) as reader,
            ):
                for _ in reader:
                    pass
        except pa.ArrowException as error:
            return str(error).partition("Row #")[2].partition(":")[0]
        return "?"

    def _first_row_not_utf8(self, columns: Sequence[str]) -> int:
        row = 2
        with (
            pa.input_stream(self.path) as stream,
            self._open(_QuoteCounter(stream), columns, pa.binary()) as reader,
        ):
            for batch in reader:
                for offset, fields in enumerate(zip(*(column.to_pylist() for column in batch.columns), strict=True)):
                    if not all(map(_is_utf8, fields)):
                        return row + offset
                row += batch.num_rows
        return row

    def _not_utf8(self, place: str) -> InputError:
        return InputError(
            f"Expected UTF-8 in {self.name}, found other bytes in {place}. "
            "Convert it first, for example with `iconv -f LATIN1 -t UTF-8`."
        )


def find_tables(source: Path, notes: Path | None) -> "MimicTables":
    """Find MIMIC-IV's tables below a folder.

    Args:
        source: A folder with hosp/ and note/, or one that holds them further down, as PhysioNet names them
            (mimiciv/3.1/hosp, mimic-iv-note/2.2/note).
        notes: Where the note module lies, if not below `source`: its folder or discharge.csv.gz itself.

    Raises:
        InputError: A table is missing, lies in another place, or is there twice.
    """
    for folder in (source, *([] if notes is None else [notes])):
        if not folder.exists():
            raise InputError(f"Expected MIMIC-IV's tables at {folder}, found nothing. Check the path.")
    if not source.is_dir():
        raise InputError(
            f"Expected a folder with MIMIC-IV's tables, got the file {source}. Give the folder above hosp/."
        )
    hospital = _module_folder(source, "hosp", "diagnoses_icd")
    tables = {name: _table(hospital, "hosp", name) for name in HOSPITAL_TABLES}
    return MimicTables(
        **tables,
        discharge=_find_notes(source, notes),
        evidence=_optional(hospital.parent / "gold", "gold", "evidence"),
    )


HOSPITAL_TABLES = (
    "patients",
    "admissions",
    "diagnoses_icd",
    "procedures_icd",
    "d_icd_diagnoses",
    "d_icd_procedures",
)


@dataclass(frozen=True)
class MimicTables:
    """The tables a corpus is made from."""

    patients: Table
    admissions: Table
    diagnoses_icd: Table
    procedures_icd: Table
    d_icd_diagnoses: Table
    d_icd_procedures: Table
    discharge: Table
    evidence: Table | None
    """gold/evidence.csv.gz beside hosp/: the words that support each code. MIMIC-IV itself has none."""

    def all(self) -> tuple[Table, ...]:
        """Return those that are there."""
        every = (*(getattr(self, name) for name in HOSPITAL_TABLES), self.discharge, self.evidence)
        return tuple(table for table in every if table is not None)


def _find_notes(source: Path, notes: Path | None) -> Table:
    if notes is not None and notes.is_file():
        if not notes.name.startswith("discharge.csv"):
            raise InputError(f"Expected discharge.csv.gz or its folder for the notes, got {notes}. Give that file.")
        return Table(notes, f"note/{notes.name}")
    root = source if notes is None else notes
    folders = _folders_with("discharge", root)
    if notes is None:
        folders = [folder for folder in folders if folder.name == "note"]
    if len(folders) > 1:
        raise InputError(_found_twice("discharge", root, folders))
    if folders:
        return _table(folders[0], "note", "discharge")
    near = _like_notes(source)
    seen = (
        f"Something like it is at {near}: give that with --notes, or move it."
        if near
        else "Fetch MIMIC-IV-Note, or give its folder with --notes."
    )
    expected = f"{source}/note/discharge.csv.gz" if notes is None else f"{notes}/discharge.csv.gz"
    raise InputError(f"Expected the notes at {expected}, or in a folder note/ further down; found none. {seen}")


def _like_notes(source: Path) -> Path | None:
    """Return a file that may be the notes: below the source, or in a note module beside it."""
    for root in (source, *(folder for up in (1, 2) for folder in _siblings(source, up))):
        for folder, files in _walk(root):
            for name in files:
                if "discharge" in name.lower() and ".csv" in name.lower() and "detail" not in name.lower():
                    return folder / name
    return None


def _siblings(source: Path, up: int) -> Iterable[Path]:
    parents = source.resolve().parents
    return sorted(parents[up - 1].glob("mimic*note*")) if len(parents) >= up else ()


def _module_folder(source: Path, module: str, table: str) -> Path:
    folders = _folders_with(table, source)
    if len(folders) > 1:
        raise InputError(_found_twice(table, source, folders))
    if folders:
        return folders[0]
    raise InputError(
        f"Expected {source}/{module}/{table}.csv.gz, or a folder {module}/ further down; found none. "
        "Give the folder that holds MIMIC-IV's hosp/ and note/."
    )


def _folders_with(table: str, root: Path) -> list[Path]:
    names = {table + ending for ending in _ENDINGS}
    return [folder for folder, files in _walk(root) if names.intersection(files)]


def _found_twice(table: str, root: Path, folders: list[Path]) -> str:
    places = " and ".join(str(folder.relative_to(root)) for folder in folders[:2])
    return f"Expected one {table}.csv.gz below {root}, found {len(folders)} ({places}). Give the folder of one release."


def _table(folder: Path, module: str, name: str) -> Table:
    table = _optional(folder, module, name)
    if table is None:
        like = sorted(path.name for path in folder.iterdir() if path.name.startswith(name))
        seen = f" (there is {like[0]})" if like else ""
        raise InputError(
            f"Expected {folder / name}.csv.gz or .csv, found neither{seen}. Fetch it from the same release."
        )
    return table


def _optional(folder: Path, module: str, name: str) -> Table | None:
    paths = [folder / (name + ending) for ending in _ENDINGS if (folder / (name + ending)).is_file()]
    if len(paths) > 1:
        raise InputError(f"Found both {paths[0].name} and {paths[1].name} in {folder}. Remove one of the two.")
    return Table(paths[0], f"{module}/{paths[0].name}") if paths else None


def _walk(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Give each folder below the root with the names of its files, sorted, hidden folders left out."""
    for place, folders, files in os.walk(root):
        folder = Path(place)
        deep = len(folder.relative_to(root).parts) >= _SEARCH_DEPTH
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
        yield folder, sorted(files)


class _QuoteCounter(io.RawIOBase):
    """Passes bytes on and counts their quotes: an odd number means that a field swallowed what follows it."""

    def __init__(self, stream: pa.NativeFile) -> None:
        self.quotes = 0
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        piece: bytes = self._stream.read(None if size is None or size < 0 else size)
        self.quotes += piece.count(b'"')
        return piece


def identifier(text: str) -> str:
    """Return an identifier without what a program may have added: blanks, ".0" after a number; nothing for NaN."""
    if text.isdecimal():
        return text
    text = text.strip()
    number, point, rest = text.partition(".")
    if point and number.isdecimal() and not rest.strip("0"):
        return number
    return "" if text.lower() in _NOTHING else text


def _is_match(column: "pa.Array[Any]", pattern: str) -> NDArray[np.bool_]:
    return pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)


def _is_utf8(field: bytes) -> bool:
    try:
        field.decode()
    except UnicodeDecodeError:
        return False
    return True
