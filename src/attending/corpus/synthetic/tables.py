"""MIMIC-IV's tables, as compressed CSV files written row by row: the same rows give the same bytes."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

COLUMNS: dict[str, tuple[str, ...]] = {
    "hosp/patients": ("subject_id", "gender", "anchor_age", "anchor_year", "anchor_year_group", "dod"),
    "hosp/admissions": (
        "subject_id",
        "hadm_id",
        "admittime",
        "dischtime",
        "deathtime",
        "admission_type",
        "admit_provider_id",
        "admission_location",
        "discharge_location",
        "insurance",
        "language",
        "marital_status",
        "race",
        "edregtime",
        "edouttime",
        "hospital_expire_flag",
    ),
    "hosp/diagnoses_icd": ("subject_id", "hadm_id", "seq_num", "icd_code", "icd_version"),
    "hosp/procedures_icd": ("subject_id", "hadm_id", "seq_num", "chartdate", "icd_code", "icd_version"),
    "hosp/d_icd_diagnoses": ("icd_code", "icd_version", "long_title"),
    "hosp/d_icd_procedures": ("icd_code", "icd_version", "long_title"),
    "note/discharge": (
        "note_id",
        "subject_id",
        "hadm_id",
        "note_type",
        "note_seq",
        "charttime",
        "storetime",
        "text",
    ),
    "gold/evidence": ("note_id", "hadm_id", "icd_code", "icd_version", "start", "end"),
    "gold/uncoded": ("subject_id", "hadm_id", "icd_code", "icd_version"),
}
"""The columns of MIMIC-IV 3.1 (hosp) and MIMIC-IV-Note 2.2, and of gold/, which MIMIC-IV has not."""

Row = Sequence[str | int]


def as_lines(rows: Iterable[Row]) -> str:
    """Rows as lines of a CSV file."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


class TableWriter:
    """Writes all tables of a hospital at once; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._files = ExitStack()
        self._texts = {name: self._open(folder / f"{name}.csv.gz") for name in COLUMNS}
        for name, columns in COLUMNS.items():
            self.write(name, as_lines([columns]))

    def write(self, table: str, lines: str) -> None:
        """Write lines of a table, as `as_lines` makes them."""
        self._texts[table].write(lines)

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def _open(self, path: Path) -> io.TextIOWrapper:
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = self._files.enter_context(path.open("wb"))
        # No name and no time in the header, so that equal rows give equal bytes.
        packed = self._files.enter_context(gzip.GzipFile(filename="", mode="wb", compresslevel=4, fileobj=raw, mtime=0))
        return self._files.enter_context(io.TextIOWrapper(packed, encoding="utf-8", newline=""))
