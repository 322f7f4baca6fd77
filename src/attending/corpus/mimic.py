"""MIMIC-IV 2.2 or 3.1 goes in, a corpus folder comes out: discharge summaries and their codes.

The notes are read once, as a stream; the texts of those that may stay wait in a file beside the corpus.

- A document is one admission: its discharge summary (note_type DS), the last written where there are several
  (highest note_seq), raw and whole.
- Its codes are the admission's diagnoses, then its procedures, each in the order of seq_num; of ICD-10, and of
  ICD-9 where it is asked for.
- A patient is a subject_id. Labels are counted on training patients only.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from attending.corpus.card import DataCard
from attending.corpus.evidence import Evidence, EvidenceRows, EvidenceTable
from attending.corpus.findings import Findings, Reason
from attending.corpus.schema import ATTRIBUTES_SCHEMA
from attending.corpus.selection import Selection
from attending.corpus.splits import GivenSplit, read_split_file
from attending.corpus.tables import Batch, MimicTables, Table, find_tables, identifier
from attending.corpus.terminology import IcdTerminology, IcdVersion, normal_or_none
from attending.corpus.text_store import TextStore
from attending.corpus.writer import CodedDocuments, Origin, write_corpus
from attending.errors import InputError
from attending.sealing import sealed_folder, sha256_of
from attending.taxonomy import System
from attending.taxonomy.code import CM, NINTH_CM, NINTH_PREFIX, NINTH_PROCEDURES, PCS

Kinds = Literal["both", "diagnoses", "procedures"]

POLICY = "One document an admission: its discharge summary, the last written if there are several"

REPEATED_NOTE = Reason("note_id that an earlier row has", "left out, the earlier row stays")
NOT_A_SUMMARY = Reason("note that is not a discharge summary (note_type is not DS)", "left out")
EMPTY_NOTE = Reason("note without text", "left out")
NOTE_WITHOUT_ADMISSION = Reason("note without an admission (no hadm_id)", "left out")
NOTE_OF_UNKNOWN_ADMISSION = Reason("note of an admission that admissions does not have", "left out")
NOTE_OF_OTHER_PATIENT = Reason("note of another patient than its admission's", "left out")
ADMISSION_WITHOUT_PATIENT = Reason("note of an admission without a patient (no subject_id)", "left out")
UNKNOWN_PATIENT = Reason("note of a patient that patients does not have", "kept, age and sex unknown")
EARLIER_NOTE = Reason("discharge summary that a later one of the same admission replaces", "left out")
NOT_CODED = Reason("discharge summary of an admission without a code of the kind asked for", "left out")
REPEATED_ROW = Reason("row for a key that an earlier row has", "left out, the earlier row stays")
BAD_NUMBER = Reason("number that is no whole number", "read as 0")

OTHER_VERSION: Mapping[int, Reason] = {
    9: Reason("ICD-9 code", "left out"),
    10: Reason("ICD-10 code", "left out"),
}
BAD_VERSION = Reason("icd_version that is neither 9 nor 10", "left out")
CODE_WITHOUT_ADMISSION = Reason("code without an admission (no hadm_id)", "left out")
CODE_WITHOUT_NOTE = Reason("code of an admission without a discharge summary", "left out")
MALFORMED_CODE = Reason("code that has not the shape of its system", "left out")
UNKNOWN_CODE = Reason("code that neither this table's titles nor the taxonomy have", "kept, but never a label")
REPEATED_CODE = Reason("code that an earlier row gives the same admission", "left out, the earlier row stays")
BAD_SPAN = Reason("evidence whose start and end are no span (0 <= start < end)", "left out")
SPAN_OF_OTHER_VERSION = Reason("evidence of a code of another ICD version than asked for", "left out")
SPAN_ELSEWHERE = Reason("evidence of a note that is no document", "left out")

_SOURCE = "The tables of MIMIC-IV"
_GOLD_SOURCE = "Tables in the layout of MIMIC-IV, with gold evidence, as `attending synthesize` writes them"
_NOTE_COLUMNS = ("note_id", "subject_id", "hadm_id", "note_type", "note_seq", "text")
_ADMISSION_ATTRIBUTES = ("race", "insurance", "language", "marital_status", "admission_type")
_ADMISSION_COLUMNS = ("subject_id", "admittime", *_ADMISSION_ATTRIBUTES)
_PATIENT_COLUMNS = ("gender", "anchor_age", "anchor_year", "anchor_year_group")
_CODE_COLUMNS = ("hadm_id", "seq_num", "icd_code", "icd_version")
_TITLE_COLUMNS = ("icd_code", "icd_version", "long_title")
_SPAN_COLUMNS = ("note_id", "icd_code", "icd_version", "start", "end")
_VERSIONS = {"9": 9, "10": 10}
_NOWHERE = -1


def prepare(
    source: Path,
    target: Path,
    *,
    notes: Path | None = None,
    icd: IcdVersion = "10",
    kinds: Kinds = "both",
    top: int = 50,
    min_count: int | None = None,
    codes: Path | str | None = None,
    keep_without_label: bool = False,
    split_file: Path | None = None,
    seed: int = 0,
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    overwrite: bool = False,
) -> DataCard:
    """Turn MIMIC-IV's tables into a corpus folder; equal files and arguments give equal bytes.

    Args:
        source: The folder that holds hosp/ and note/, or PhysioNet's folders further down (mimiciv/3.1/hosp,
            mimic-iv-note/2.2/note).
        target: The folder to write; it appears complete or not at all. While it is made, the texts lie beside it too.
        notes: Folder of the note module or its discharge.csv.gz, where it does not lie below `source`.
        icd: Which codes count: of ICD-10, of ICD-9, or both. An admission is coded in one of the two. Codes of ICD-9
            are written ICD9CM:428.0.
        kinds: Diagnoses, procedures, or both.
        top: How many codes become labels: those that most documents of training patients have.
        min_count: In place of `top`: every code becomes a label that so many documents of training patients have.
        codes: The labels themselves, in place of `top`: a list by its name ("mimic-iv-50"), or a file with a
            code a line.
        keep_without_label: Whether documents stay that have codes but no label. The benchmarks
            leave them out.
        split_file: A file that says which note, admission or patient is in which split; see `read_split_file`.
            Documents that it does not name are left out.
        seed: Of the patient split; without a part where a file gives it.
        fractions: Share of the patients in train, validation and test; likewise.
        overwrite: Whether `target` may be replaced.

    Returns:
        The data card, which also lies in the folder.

    Raises:
        InputError: A table or column is missing or damaged, an argument cannot be, or nothing is left to
            learn from.
    """
    if kinds not in get_args(Kinds):
        raise InputError(f"Expected kinds of codes among {', '.join(get_args(Kinds))}, got {kinds!r}. Choose one.")
    selection = Selection(top, min_count, codes, keep_without_label, split_file, seed, fractions)
    selection.listed_codes(IcdTerminology(icd))  # a wrong list is told of before hours of reading
    named = selection.inputs()
    tables = find_tables(source, notes)
    with (
        sealed_folder(target, overwrite=overwrite, source=source) as folder,
        TextStore(folder) as texts,
        ThreadPoolExecutor(1) as beside,
    ):
        sums = beside.submit(lambda: {table.name: sha256_of(table.path) for table in tables.all()})
        findings = Findings()
        terminology = IcdTerminology(icd, _read_titles(tables))
        coded = _CodesOfAdmissions(terminology)
        for table, system_of_version in _code_tables(tables, icd, kinds):
            coded.read(table, system_of_version, findings)
        chosen, attributes = _choose(tables, coded, texts, findings)
        given = _given_split(split_file, chosen, findings)
        documents = CodedDocuments(
            document_ids=[note.note_id for note in chosen],
            subject_ids=[note.subject for note in chosen],
            codes=coded.codes([note.hadm_id for note in chosen]),
            attributes=attributes,
            evidence=_read_evidence(tables.evidence, [note.note_id for note in chosen], terminology, findings),
            evidence_file=tables.evidence.name if tables.evidence else "",
            files=[tables.discharge.name] * len(chosen),
            rows=[note.row for note in chosen],
            given_splits=given.splits if given else None,
            split_method=given.method if given else "",
        )
        stored = np.array([note.stored for note in chosen])
        return write_corpus(
            folder,
            documents,
            lambda kept: texts.read(stored[kept]),
            terminology=terminology,
            selection=selection,
            origin=Origin(
                source=_GOLD_SOURCE if tables.evidence else _SOURCE,
                policy=POLICY,
                arguments={"icd": icd, "kinds": kinds, **selection.as_json()},
                inputs={**sums.result(), **named},
            ),
            findings=findings,
        )


class _Note(NamedTuple):
    """A discharge summary that stands for its admission."""

    row: int
    note_id: str
    subject: str
    hadm_id: str
    sequence: int
    admission: int
    """Number of its admission among those that notes name."""
    stored: int
    """Place of its text among those that were stored; -1 for a note that has no codes."""


class _CodesOfAdmissions:
    """The codes of each admission, from the tables of diagnoses and procedures."""

    def __init__(self, terminology: IcdTerminology) -> None:
        self.terminology = terminology
        self._admissions: dict[str, int] = {}
        self._codes: list[str] = []
        self._number_of: dict[str, int] = {}
        self._spelled: dict[tuple[str, System], int] = {}
        self._unknown: set[int] = set()
        self._tables: list[tuple[str, _CodeRows]] = []

    def read(self, table: Table, system_of: Mapping[int, System], findings: Findings) -> None:
        """Read one table; the systems are given by the ICD version, as the table writes it."""
        parts = [np.empty((4, 0), dtype=np.int32)]
        is_procedures = not {PCS, NINTH_PROCEDURES}.isdisjoint(system_of.values())
        for batch in table.batches(_CODE_COLUMNS, may_be_empty=is_procedures):
            versions, versioned = batch.spellings("icd_version")
            version = np.array([_VERSIONS.get(identifier(text), 0) for text in versions], dtype=np.int32)[versioned]
            is_asked = np.isin(version, list(system_of))
            for other, reason in OTHER_VERSION.items():
                _count(findings, table, reason, batch, (version == other) & ~is_asked)
            _count(findings, table, BAD_VERSION, batch, version == 0)
            asked = np.flatnonzero(is_asked)
            admissions = self._numbered(batch, "hadm_id", asked, lambda text: self._admission(identifier(text)))
            is_of_admission = np.ones_like(is_asked)
            is_of_admission[asked] = admissions != _NOWHERE
            _count(findings, table, CODE_WITHOUT_ADMISSION, batch, ~is_of_admission)
            numbers = np.full(len(is_asked), _NOWHERE, dtype=np.int32)
            for one, system in system_of.items():
                rows = np.flatnonzero(version == one)
                numbers[rows] = self._numbered(batch, "icd_code", rows, partial(self._number, system=system))
            order = _whole_numbers(table, batch, "seq_num", findings)
            taken = asked[admissions != _NOWHERE]
            parts.append(
                np.stack(
                    [admissions[admissions != _NOWHERE], order[taken], batch.first_row + taken, numbers[taken]]
                ).astype(np.int32)
            )
        self._tables.append((table.name, _CodeRows(*np.concatenate(parts, axis=1))))

    def __contains__(self, hadm_id: object) -> bool:
        """Whether an admission has a code, or before `keep` something that may be one."""
        return hadm_id in self._admissions

    def keep(self, hadm_ids: Sequence[str], findings: Findings) -> None:
        """Keep the codes of these admissions alone, and count those of the others and those that are no code."""
        has_note = np.zeros(len(self._admissions), dtype=bool)
        has_note[[self._admissions[one] for one in hadm_ids if one in self._admissions]] = True
        for place, (name, rows) in enumerate(self._tables):
            noted = has_note[rows.admissions]
            is_code = rows.numbers != _NOWHERE
            for reason, is_one in (
                (CODE_WITHOUT_NOTE, ~noted),
                (MALFORMED_CODE, noted & ~is_code),
                (UNKNOWN_CODE, noted & np.isin(rows.numbers, list(self._unknown))),
            ):
                if is_one.any():
                    findings.add(name, reason, int(rows.rows[is_one].min()), int(is_one.sum()))
            self._tables[place] = name, rows.where(noted & is_code).once(name, findings)
        coded = np.unique(np.concatenate([rows.admissions for _, rows in self._tables]))
        hadm_ids = list(self._admissions)
        self._admissions = {hadm_ids[place]: place for place in coded.tolist()}

    def codes(self, hadm_ids: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the codes of each admission: diagnoses, then procedures, each in the order of seq_num."""
        places = np.array([self._admissions.get(one, _NOWHERE) for one in hadm_ids])
        spelled = np.array(self._codes, dtype=object)
        found: list[list[list[str]]] = []
        for _, rows in self._tables:
            codes = spelled[rows.numbers].tolist()
            first, end = (np.searchsorted(rows.admissions, places + one).tolist() for one in (0, 1))
            found.append([codes[start:stop] for start, stop in zip(first, end, strict=True)])
        return [tuple(chain.from_iterable(parts)) for parts in zip(*found, strict=True)]

    @staticmethod
    def _numbered(batch: Batch, column: str, rows: NDArray[np.int_], number: Callable[[str], int]) -> NDArray[np.int32]:
        """Return the numbers of a column's values in some rows; each different value is asked for once."""
        values, spelled = batch.spellings(column)
        is_used = np.zeros(len(values), dtype=bool)
        is_used[spelled[rows]] = True
        numbers = np.full(len(values), _NOWHERE, dtype=np.int32)
        numbers[is_used] = [number(values[one]) for one in np.flatnonzero(is_used).tolist()]
        return numbers[spelled[rows]]

    def _admission(self, hadm_id: str) -> int:
        return self._admissions.setdefault(hadm_id, len(self._admissions)) if hadm_id else _NOWHERE

    def _number(self, text: str, system: System) -> int:
        """Return the number of a code, or -1 for what has not the shape of one."""
        if (number := self._spelled.get((text, system))) is None:
            normal = normal_or_none(text, system)
            number = _NOWHERE if normal is None else self._number_of.setdefault(normal, len(self._codes))
            if number == len(self._codes) and normal is not None:
                self._codes.append(normal)
                if not self.terminology.describes(normal):
                    self._unknown.add(number)
            self._spelled[text, system] = number
        return number


@dataclass(frozen=True)
class _CodeRows:
    """Rows of a table of codes; each array is (row,)."""

    admissions: NDArray[np.int32]
    order: NDArray[np.int32]
    """seq_num."""
    rows: NDArray[np.int32]
    """Row in the file."""
    numbers: NDArray[np.int32]
    """Number of the code, -1 for what is none."""

    def where(self, is_wanted: NDArray[np.bool_]) -> "_CodeRows":
        """Return some of the rows."""
        return self.at(np.flatnonzero(is_wanted))

    def at(self, places: NDArray[np.int_]) -> "_CodeRows":
        """Return the rows at these places."""
        return _CodeRows(self.admissions[places], self.order[places], self.rows[places], self.numbers[places])

    def once(self, name: str, findings: Findings) -> "_CodeRows":
        """Return each code of an admission once, by admission, seq_num and row."""
        rows = self.at(np.lexsort((self.rows, self.order, self.numbers, self.admissions)))
        repeated = np.zeros(len(rows.rows), dtype=bool)
        repeated[1:] = (np.diff(rows.admissions) == 0) & (np.diff(rows.numbers) == 0)
        if repeated.any():
            findings.add(name, REPEATED_CODE, int(rows.rows[repeated].min()), int(repeated.sum()))
        rows = rows.where(~repeated)
        return rows.at(np.lexsort((rows.rows, rows.order, rows.admissions)))


def _code_tables(tables: MimicTables, icd: IcdVersion, kinds: Kinds) -> list[tuple[Table, dict[int, System]]]:
    """Return the tables to read, with the system of the codes of each ICD version that is asked for."""
    both: list[tuple[Kinds, Table, dict[int, System]]] = [
        ("diagnoses", tables.diagnoses_icd, {10: CM, 9: NINTH_CM}),
        ("procedures", tables.procedures_icd, {10: PCS, 9: NINTH_PROCEDURES}),
    ]
    return [
        (table, {version: system for version, system in systems.items() if icd in (str(version), "both")})
        for kind, table, systems in both
        if kinds in (kind, "both")
    ]


def _choose(
    tables: MimicTables, coded: _CodesOfAdmissions, texts: TextStore, findings: Findings
) -> tuple[list[_Note], pa.Table]:
    """Choose one note for each coded admission; return them in the file's order, and the attributes of each."""
    listed, hadm_ids = _list_notes(tables.discharge, coded, texts, findings)
    admissions = _joined(tables.admissions, "hadm_id", _ADMISSION_COLUMNS, hadm_ids, findings)
    subjects = [None if one is None else identifier(one) for one in admissions.column("subject_id").to_pylist()]
    last: dict[int, _Note] = {}
    for note in listed:
        subject = subjects[note.admission]
        if subject is None:
            findings.add(tables.discharge.name, NOTE_OF_UNKNOWN_ADMISSION, note.row)
        elif not subject:
            findings.add(tables.discharge.name, ADMISSION_WITHOUT_PATIENT, note.row)
        elif subject != note.subject:
            findings.add(tables.discharge.name, NOTE_OF_OTHER_PATIENT, note.row)
        elif (other := last.get(note.admission)) is None:
            last[note.admission] = note
        else:
            earlier, later = sorted((other, note), key=lambda one: (one.sequence, one.row))
            findings.add(tables.discharge.name, EARLIER_NOTE, earlier.row)
            last[note.admission] = later
    if not last:
        raise InputError(
            f"None of the discharge summaries in {tables.discharge.name} belongs to an admission of "
            f"{tables.admissions.name}. Give hosp/ and note/ of the same patients."
        )
    summaries = sorted(last.values())
    coded.keep([note.hadm_id for note in summaries], findings)
    chosen = []
    for note in summaries:
        if note.hadm_id in coded:
            chosen.append(note)
        else:
            findings.add(tables.discharge.name, NOT_CODED, note.row)
    if not chosen:
        raise InputError(
            f"None of the {len(summaries)} discharge summaries in {tables.discharge.name} belongs to an "
            f"admission with a code of {coded.terminology.name} in {tables.diagnoses_icd.name} or "
            f"{tables.procedures_icd.name}. Give hosp/ and note/ of the same patients, or ask for other codes."
        )
    about = admissions.take(pa.array([note.admission for note in chosen]))
    return chosen, _attributes(tables, about, chosen, findings)


def _list_notes(
    discharge: Table, coded: _CodesOfAdmissions, texts: TextStore, findings: Findings
) -> tuple[list[_Note], list[str]]:
    """Return the notes that name an admission and have a text, and these admissions; store the texts of coded ones."""
    notes: list[_Note] = []
    admissions: dict[str, int] = {}
    seen: set[str] = set()
    stored = 0
    for batch in discharge.batches(_NOTE_COLUMNS):
        empty = batch.is_blank("text").tolist()
        sequences = _whole_numbers(discharge, batch, "note_seq", findings).tolist()
        to_store: list[int] = []
        fields = (batch.strings("note_id"), batch.ids("subject_id"), batch.ids("hadm_id"), batch.strings("note_type"))
        for offset, (note_id, subject, hadm_id, kind) in enumerate(zip(*fields, strict=True)):
            row = batch.first_row + offset
            if note_id in seen:
                findings.add(discharge.name, REPEATED_NOTE, row)
            elif kind.strip() != "DS":
                findings.add(discharge.name, NOT_A_SUMMARY, row)
            elif empty[offset]:
                findings.add(discharge.name, EMPTY_NOTE, row)
            elif not hadm_id:
                findings.add(discharge.name, NOTE_WITHOUT_ADMISSION, row)
            else:
                is_coded = hadm_id in coded
                place = stored + len(to_store) if is_coded else _NOWHERE
                admission = admissions.setdefault(hadm_id, len(admissions))
                notes.append(_Note(row, note_id, subject, hadm_id, sequences[offset], admission, place))
                if is_coded:
                    to_store.append(offset)
            seen.add(note_id)
        texts.add(batch.columns.column("text").take(pa.array(to_store, pa.int64())))
        stored += len(to_store)
    return notes, list(admissions)


def _given_split(path: Path | None, notes: Sequence[_Note], findings: Findings) -> GivenSplit | None:
    if path is None:
        return None
    ids = {
        "document": [note.note_id for note in notes],
        "admission": [note.hadm_id for note in notes],
        "patient": [note.subject for note in notes],
    }
    return read_split_file(path, ids, findings)


def _joined(table: Table, key: str, columns: Sequence[str], wanted: Sequence[str], findings: Findings) -> pa.Table:
    """Return the rows of a table for the wanted keys, in the order of these; null where there is none."""
    position_of = {one: position for position, one in enumerate(wanted)}
    place_of: list[int | None] = [None] * len(wanted)
    parts: list[pa.RecordBatch] = []
    taken = 0
    for batch in table.batches([key, *columns]):
        hits: list[int] = []
        for offset, one in enumerate(batch.ids(key)):
            if (position := position_of.get(one)) is None:
                continue
            if place_of[position] is None:
                place_of[position] = taken + len(hits)
                hits.append(offset)
            else:
                findings.add(table.name, REPEATED_ROW, batch.first_row + offset)
        parts.append(batch.columns.take(pa.array(hits, pa.int64())))
        taken += len(hits)
    return pa.Table.from_batches(parts).take(pa.array(place_of, pa.int64()))


def _attributes(tables: MimicTables, admissions: pa.Table, chosen: Sequence[_Note], findings: Findings) -> pa.Table:
    """Return the attributes of each chosen note, as `ATTRIBUTES_SCHEMA` says."""
    subjects = dict.fromkeys(note.subject for note in chosen)
    place_of = {subject: place for place, subject in enumerate(subjects)}
    patients = _joined(tables.patients, "subject_id", _PATIENT_COLUMNS, list(subjects), findings).take(
        [place_of[note.subject] for note in chosen]
    )
    for note, sex in zip(chosen, patients.column("gender").to_pylist(), strict=True):
        if sex is None:
            findings.add(tables.discharge.name, UNKNOWN_PATIENT, note.row)
    years = (patients.column("anchor_age"), patients.column("anchor_year"), admissions.column("admittime"))
    columns = {
        "age": [_age(*row) for row in zip(*(column.to_pylist() for column in years), strict=True)],
        "sex": _said(patients, "gender"),
        **{name: _said(admissions, name) for name in _ADMISSION_ATTRIBUTES},
        "year_group": _said(patients, "anchor_year_group"),
    }
    return pa.table(columns, schema=ATTRIBUTES_SCHEMA)


def _age(anchor_age: str | None, anchor_year: str | None, admitted: str) -> int | None:
    """Return the age in years at admission: MIMIC-IV gives that of an anchor year."""
    parts = (identifier(anchor_age or ""), admitted[:4], identifier(anchor_year or ""))
    if not all(part.isdecimal() for part in parts):
        return None
    age, year, since = map(int, parts)
    return age + year - since


def _said(table: pa.Table, column: str) -> list[str | None]:
    """Return a column of strings, None where nothing is said."""
    return [(value or "").strip() or None for value in table.column(column).to_pylist()]


def _whole_numbers(table: Table, batch: Batch, column: str, findings: Findings) -> NDArray[np.int32]:
    """Return a column of whole numbers; what is none is counted and read as 0."""
    is_number = batch.is_number(column)
    _count(findings, table, BAD_NUMBER, batch, ~is_number)
    texts = pc.if_else(pa.array(is_number), batch.columns.column(column), "0")
    return texts.cast(pa.int32()).to_numpy()


def _count(findings: Findings, table: Table, reason: Reason, batch: Batch, is_one: NDArray[np.bool_]) -> None:
    """Count the rows of a batch for which that is true; (row,)."""
    if rows := int(is_one.sum()):
        findings.add(table.name, reason, batch.first_row + int(is_one.argmax()), rows)


def _read_titles(tables: MimicTables) -> dict[str, str]:
    """Return what MIMIC-IV's own tables call each code, by normal form."""
    titles: dict[str, str] = {}
    systems: tuple[tuple[Table, dict[str, System]], ...] = (
        (tables.d_icd_diagnoses, {"10": CM, "9": NINTH_CM}),
        (tables.d_icd_procedures, {"10": PCS, "9": NINTH_PROCEDURES}),
    )
    for table, system_of in systems:
        for batch in table.batches(_TITLE_COLUMNS, may_be_empty=True):
            for code, version, title in zip(*map(batch.strings, _TITLE_COLUMNS), strict=True):
                system = system_of.get(identifier(version))
                if system and (normal := normal_or_none(code, system)):
                    titles.setdefault(normal, title.strip())
    return titles


def _read_evidence(
    table: Table | None, note_ids: Sequence[str], terminology: IcdTerminology, findings: Findings
) -> EvidenceTable | None:
    if table is None:
        return None
    place_of = {note_id: place for place, note_id in enumerate(note_ids)}
    spans = EvidenceRows()
    for batch in table.batches(_SPAN_COLUMNS, may_be_empty=True):
        fields = zip(*map(batch.strings, _SPAN_COLUMNS), strict=True)
        for row, (note_id, text, version, start, end) in enumerate(fields, start=batch.first_row):
            place = place_of.get(note_id)
            code = normal_or_none(text if version == "10" else NINTH_PREFIX + text)
            if place is None:
                findings.add(table.name, SPAN_ELSEWHERE, row)
            elif version not in ("9", "10") or terminology.icd not in (version, "both"):
                findings.add(table.name, SPAN_OF_OTHER_VERSION, row)
            elif code is None:
                findings.add(table.name, MALFORMED_CODE, row)
            elif not (start.isdecimal() and end.isdecimal() and int(start) < int(end) < 2**31):
                findings.add(table.name, BAD_SPAN, row)
            else:
                spans.add(place, row, Evidence(code, int(start), int(end)))
    return spans.table()
