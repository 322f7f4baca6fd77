"""MIMIC-IV 2.2 or 3.1 goes in, a corpus folder comes out: discharge summaries and their ICD-10 codes.

The notes are read twice as a stream, once to choose and once to write; they are never all in memory.

- A document is one admission: its discharge summary (note_type DS), the last written where there are several
  (highest note_seq), raw and whole.
- Its codes are the admission's ICD-10 diagnoses, then its ICD-10 procedures, each in the order of seq_num.
  ICD-9 is left out.
- A patient is a subject_id. Labels are counted on training patients only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attending.corpus.card import DataCard
from attending.corpus.evidence import Evidence, EvidenceRows, EvidenceTable
from attending.corpus.findings import Findings, Reason
from attending.corpus.schema import ATTRIBUTES_SCHEMA
from attending.corpus.selection import Selection
from attending.corpus.tables import Batch, MimicTables, Table, find_tables
from attending.corpus.writer import CodedDocuments, Origin, can_describe, write_corpus
from attending.errors import InputError
from attending.sealing import sealed_folder, sha256_of
from attending.taxonomy import System, Taxonomy, normal_form

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
NOT_CODED = Reason("discharge summary of an admission without an ICD-10 code", "left out")
REPEATED_ROW = Reason("row for a key that an earlier row has", "left out, the earlier row stays")
BAD_NUMBER = Reason("number that is no whole number", "read as 0")

ICD_9 = Reason("ICD-9 code", "left out")
BAD_VERSION = Reason("icd_version that is neither 9 nor 10", "left out")
CODE_WITHOUT_ADMISSION = Reason("code without an admission (no hadm_id)", "left out")
CODE_WITHOUT_NOTE = Reason("ICD-10 code of an admission without a discharge summary", "left out")
MALFORMED_CODE = Reason("code that has not the shape of its system", "left out")
UNKNOWN_CODE = Reason("code that neither this table's titles nor the taxonomy have", "kept, but never a label")
REPEATED_CODE = Reason("code that an earlier row gives the same admission", "left out, the earlier row stays")
BAD_SPAN = Reason("evidence whose start and end are no span (0 <= start < end)", "left out")
SPAN_NOT_ICD_10 = Reason("evidence of a code that is not ICD-10", "left out")
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
_NOWHERE = -1


def prepare(
    source: Path,
    target: Path,
    *,
    notes: Path | None = None,
    top: int = 50,
    codes: Path | str | None = None,
    keep_without_label: bool = False,
    seed: int = 0,
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    overwrite: bool = False,
) -> DataCard:
    """Turn MIMIC-IV's tables into a corpus folder.

    Args:
        source: The folder that holds hosp/ and note/, or PhysioNet's folders further down (mimiciv/3.1/hosp,
            mimic-iv-note/2.2/note).
        target: The folder to write; it appears complete or not at all.
        notes: Folder of the note module or its discharge.csv.gz, where it does not lie below `source`.
        top: How many codes become labels: those that most documents of training patients have.
        codes: The labels themselves, in place of `top`: a list by its name ("mimic-iv-50"), or a file with a
            code a line.
        keep_without_label: Whether documents stay that have ICD-10 codes but no label. The benchmarks
            leave them out.
        seed: Of the patient split.
        fractions: Share of the patients in train, validation and test.
        overwrite: Whether `target` may be replaced.

    Returns:
        The data card, which also lies in the folder.

    Raises:
        InputError: A table or column is missing or damaged, an argument cannot be, or nothing is left to
            learn from.
    """
    selection = Selection(top, codes, keep_without_label, seed, fractions)
    selection.listed_codes()  # a wrong list is told of before hours of reading
    tables = find_tables(source, notes)
    with sealed_folder(target, overwrite=overwrite, source=source) as folder:
        findings = Findings()
        chosen, attributes = _read_notes(tables, findings)
        taxonomy = Taxonomy.load()
        titles = _read_titles(tables)
        known = _KnownCodes(taxonomy, titles)
        codes_of = _read_codes(tables, [note.admission for note in chosen], known, findings)
        for note, given in zip(chosen, codes_of, strict=True):
            if not given:
                findings.add(tables.discharge.name, NOT_CODED, note.row)
        coded = [place for place, given in enumerate(codes_of) if given]
        if not coded:
            raise InputError(
                f"None of the {len(chosen)} discharge summaries in {tables.discharge.name} belongs to an "
                f"admission with an ICD-10 code in {tables.diagnoses_icd.name}. "
                "Give hosp/ and note/ of the same patients."
            )
        kept = [chosen[place] for place in coded]
        rows = np.array([note.row for note in kept])
        documents = CodedDocuments(
            document_ids=[note.note_id for note in kept],
            subject_ids=[note.subject for note in kept],
            codes=[codes_of[place] for place in coded],
            attributes=attributes.take(coded),
            evidence=_read_evidence(tables.evidence, [note.note_id for note in kept], findings),
            evidence_file=tables.evidence.name if tables.evidence else "",
            files=[tables.discharge.name] * len(kept),
            rows=rows.tolist(),
            given_splits=None,
        )
        return write_corpus(
            folder,
            documents,
            lambda keep: _texts(tables.discharge, rows[keep]),
            taxonomy=taxonomy,
            titles=titles,
            selection=selection,
            origin=Origin(
                source=_GOLD_SOURCE if tables.evidence else _SOURCE,
                policy=POLICY,
                arguments=selection.as_json(),
                inputs={table.name: sha256_of(table.path) for table in tables.all()},
            ),
            findings=findings,
        )


class _Note(NamedTuple):
    """A discharge summary that stands for its admission."""

    row: int
    note_id: str
    subject: str
    admission: str
    sequence: int
    place: int
    """Its row in the table of attributes of all admissions."""


def _read_notes(tables: MimicTables, findings: Findings) -> tuple[list[_Note], pa.Table]:
    """Choose one note for each admission; return them in the file's order, and the attributes of each."""
    listed = _list_notes(tables.discharge, findings)
    admissions = dict.fromkeys(note.admission for note in listed)
    joined = _joined(tables.admissions, "hadm_id", _ADMISSION_COLUMNS, list(admissions), findings)
    subjects = joined.column("subject_id").to_pylist()
    place_of = {admission: place for place, admission in enumerate(admissions)}
    last: dict[str, _Note] = {}
    for listed_note in listed:
        note = listed_note._replace(place=place_of[listed_note.admission])
        subject = subjects[note.place]
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
    chosen = sorted(last.values())
    return chosen, _attributes(tables, joined.take(pa.array([note.place for note in chosen])), chosen, findings)


def _list_notes(discharge: Table, findings: Findings) -> list[_Note]:
    """Return the notes that name an admission and a patient and have a text."""
    notes: list[_Note] = []
    seen: set[str] = set()
    for batch in discharge.batches(_NOTE_COLUMNS):
        empty = batch.is_blank("text")
        sequences = _whole_numbers(discharge, batch, "note_seq", findings)
        ids = (batch.strings(column) for column in ("note_id", "subject_id", "hadm_id", "note_type"))
        for offset, (note_id, subject, admission, kind) in enumerate(zip(*ids, strict=True)):
            row = batch.first_row + offset
            if note_id in seen:
                findings.add(discharge.name, REPEATED_NOTE, row)
            elif kind != "DS":
                findings.add(discharge.name, NOT_A_SUMMARY, row)
            elif empty[offset]:
                findings.add(discharge.name, EMPTY_NOTE, row)
            elif not admission:
                findings.add(discharge.name, NOTE_WITHOUT_ADMISSION, row)
            else:
                notes.append(_Note(row, note_id, subject, admission, int(sequences[offset]), _NOWHERE))
            seen.add(note_id)
    return notes


def _joined(table: Table, key: str, columns: Sequence[str], wanted: Sequence[str], findings: Findings) -> pa.Table:
    """Return the rows of a table for the wanted keys, in the order of these; null where there is none."""
    keys = pa.array(wanted, pa.string())
    place_of: list[int | None] = [None] * len(wanted)
    parts: list[pa.RecordBatch] = []
    taken = 0
    for batch in table.batches([key, *columns]):
        positions = batch.positions(key, keys)
        hits = np.flatnonzero(positions != _NOWHERE)
        for offset, position in zip(hits.tolist(), positions[hits].tolist(), strict=True):
            if place_of[position] is None:
                place_of[position] = taken
            else:
                findings.add(table.name, REPEATED_ROW, batch.first_row + offset)
            taken += 1
        parts.append(batch.columns.take(hits))
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
    parts = (anchor_age or "", admitted[:4], anchor_year or "")
    if not all(part.isdecimal() for part in parts):
        return None
    age, year, since = map(int, parts)
    return age + year - since


def _said(table: pa.Table, column: str) -> list[str | None]:
    """Return a column of strings, None where nothing is said."""
    return [value or None for value in table.column(column).to_pylist()]


def _whole_numbers(table: Table, batch: Batch, column: str, findings: Findings) -> NDArray[np.int32]:
    """Return a column of whole numbers; what is none is counted and read as 0."""
    is_number = batch.is_number(column)
    _count(findings, table, BAD_NUMBER, batch, ~is_number)
    texts = batch.columns.column(column).to_numpy(zero_copy_only=False)
    return np.where(is_number, texts, "0").astype(np.int32)


def _count(findings: Findings, table: Table, reason: Reason, batch: Batch, is_one: NDArray[np.bool_]) -> None:
    """Count the rows of a batch for which that is true; (row,)."""
    if rows := int(is_one.sum()):
        findings.add(table.name, reason, batch.first_row + int(is_one.argmax()), rows)


def _read_titles(tables: MimicTables) -> dict[str, str]:
    """Return what MIMIC-IV's own tables call each ICD-10 code."""
    titles: dict[str, str] = {}
    for table, system in _by_system(tables.d_icd_diagnoses, tables.d_icd_procedures):
        for batch in table.batches(_TITLE_COLUMNS, may_be_empty=True):
            for code, version, title in zip(*map(batch.strings, _TITLE_COLUMNS), strict=True):
                if version.strip() == "10" and (normal := _normal(code, system)):
                    titles.setdefault(normal, title.strip())
    return titles


class _KnownCodes:
    """Gives each code that is met a number; remembers every spelling."""

    def __init__(self, taxonomy: Taxonomy, titles: Mapping[str, str]) -> None:
        self.codes: list[str] = []
        self.unknown: set[int] = set()
        self._taxonomy, self._titles = taxonomy, titles
        self._number_of: dict[str, int] = {}
        self._spelled: dict[tuple[str, System], int] = {}

    def number(self, text: str, system: System) -> int:
        """Return the number of a code, or -1 for what has not the shape of one."""
        if (number := self._spelled.get((text, system))) is None:
            normal = _normal(text, system)
            number = _NOWHERE if normal is None else self._number_of.setdefault(normal, len(self.codes))
            if number == len(self.codes) and normal is not None:
                self.codes.append(normal)
                if not can_describe(normal, self._taxonomy, self._titles):
                    self.unknown.add(number)
            self._spelled[text, system] = number
        return number


def _read_codes(
    tables: MimicTables, admissions: Sequence[str], known: _KnownCodes, findings: Findings
) -> list[tuple[str, ...]]:
    """Return the ICD-10 codes of each admission: diagnoses, then procedures, each in the order of seq_num."""
    wanted = pa.array(admissions, pa.string())
    found = [
        _read_code_table(table, system, wanted, known, findings)
        for table, system in _by_system(tables.diagnoses_icd, tables.procedures_icd)
    ]
    places = np.arange(len(admissions) + 1)
    bounds = [np.searchsorted(rows.places, places) for rows in found]
    return [
        tuple(
            known.codes[number]
            for rows, bound in zip(found, bounds, strict=True)
            for number in rows.numbers[bound[place] : bound[place + 1]]
        )
        for place in range(len(admissions))
    ]


@dataclass(frozen=True)
class _CodeRows:
    """Codes of one table by the place of their admission, each once for an admission."""

    places: NDArray[np.int32]
    numbers: NDArray[np.int32]


def _read_code_table(
    table: Table, system: System, wanted: pa.StringArray, known: _KnownCodes, findings: Findings
) -> _CodeRows:
    parts = [np.empty((4, 0), dtype=np.int32)]
    for batch in table.batches(_CODE_COLUMNS, may_be_empty=system == "ICD-10-PCS"):
        is_10, is_9 = batch.equals("icd_version", "10"), batch.equals("icd_version", "9")
        without_admission = batch.is_blank("hadm_id")
        places = batch.positions("hadm_id", wanted)
        has_note = places != _NOWHERE
        spellings, spelled = batch.spellings("icd_code")
        numbers = np.array([known.number(text, system) for text in spellings], dtype=np.int32)[spelled]
        is_code = numbers != _NOWHERE
        usable = is_10 & has_note
        for reason, is_one in (
            (ICD_9, is_9),
            (BAD_VERSION, ~(is_9 | is_10)),
            (CODE_WITHOUT_ADMISSION, is_10 & without_admission),
            (CODE_WITHOUT_NOTE, is_10 & ~without_admission & ~has_note),
            (MALFORMED_CODE, usable & ~is_code),
            (UNKNOWN_CODE, usable & np.isin(numbers, list(known.unknown))),
        ):
            _count(findings, table, reason, batch, is_one)
        taken = np.flatnonzero(usable & is_code)
        order = _whole_numbers(table, batch, "seq_num", findings)
        rows = batch.first_row + taken
        parts.append(np.stack([places[taken], order[taken], rows, numbers[taken]]).astype(np.int32))
    places, order, rows, numbers = np.concatenate(parts, axis=1)
    by_code = np.lexsort((rows, order, numbers, places))
    repeated = np.zeros(len(by_code), dtype=bool)
    repeated[1:] = (np.diff(places[by_code]) == 0) & (np.diff(numbers[by_code]) == 0)
    for row in rows[by_code[repeated]].tolist():
        findings.add(table.name, REPEATED_CODE, row)
    once = by_code[~repeated]
    once = once[np.lexsort((rows[once], order[once], places[once]))]
    return _CodeRows(places[once], numbers[once])


def _read_evidence(table: Table | None, note_ids: Sequence[str], findings: Findings) -> EvidenceTable | None:
    if table is None:
        return None
    place_of = {note_id: place for place, note_id in enumerate(note_ids)}
    spans = EvidenceRows()
    for batch in table.batches(_SPAN_COLUMNS, may_be_empty=True):
        fields = zip(*map(batch.strings, _SPAN_COLUMNS), strict=True)
        for row, (note_id, text, version, start, end) in enumerate(fields, start=batch.first_row):
            place = place_of.get(note_id)
            code = _normal(text, None)
            if place is None:
                findings.add(table.name, SPAN_ELSEWHERE, row)
            elif version != "10":
                findings.add(table.name, SPAN_NOT_ICD_10, row)
            elif code is None:
                findings.add(table.name, MALFORMED_CODE, row)
            elif not (start.isdecimal() and end.isdecimal() and int(start) < int(end) < 2**31):
                findings.add(table.name, BAD_SPAN, row)
            else:
                spans.add(place, row, Evidence(code, int(start), int(end)))
    return spans.table()


def _texts(discharge: Table, rows: NDArray[np.int_]) -> Iterator[str]:
    """Give the texts of those rows of the notes, which ascend."""
    for batch in discharge.batches(["text"]):
        first, last = np.searchsorted(rows, [batch.first_row, batch.first_row + batch.columns.num_rows])
        yield from Batch(0, batch.columns.take(rows[first:last] - batch.first_row)).strings("text")


def _by_system(diagnoses: Table, procedures: Table) -> tuple[tuple[Table, System], tuple[Table, System]]:
    return (diagnoses, "ICD-10-CM"), (procedures, "ICD-10-PCS")


def _normal(text: str, system: System | None) -> str | None:
    try:
        return normal_form(text, system=system)
    except InputError:
        return None
