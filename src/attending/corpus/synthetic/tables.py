"""MIMIC-IV's tables, as compressed CSV files written row by row: the same rows give the same bytes."""

import csv
import gzip
import io
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv

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
}
"""The columns of MIMIC-IV 3.1 (hosp) and MIMIC-IV-Note 2.2, and of the evidence, which MIMIC-IV has not."""


class TableWriter:
    """Writes all tables of a hospital at once; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._files = ExitStack()
        self._writers = {name: self._open(folder / f"{name}.csv.gz") for name in COLUMNS}
        for name, columns in COLUMNS.items():
            self._writers[name].writerow(columns)

    def write(self, table: str, row: Sequence[str | int]) -> None:
        """Write one row.

        Raises:
            ValueError: The row has not as many values as the table has columns.
        """
        if len(row) != len(COLUMNS[table]):
            raise ValueError(f"Expected {len(COLUMNS[table])} values for a row of {table}, got {len(row)}.")
        self._writers[table].writerow(row)

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def _open(self, path: Path) -> "_csv.Writer":
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = self._files.enter_context(path.open("wb"))
        # No name and no time in the header, so that equal rows give equal bytes.
        packed = self._files.enter_context(gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0))
        text = self._files.enter_context(io.TextIOWrapper(packed, encoding="utf-8", newline=""))
        return csv.writer(text, lineterminator="\n")
