"""A synthetic hospital, written as MIMIC-IV's files: patients, admissions, notes, codes, evidence.

Each patient's chance comes from the seed and the patient's number alone, so several processes may write patients at
once; one process puts them into the files in their order, and the bytes do not depend on how many there were.
"""

import os
import random
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from rich.progress import Progress

from attending.corpus.synthetic.coding import EXTERNAL_CAUSES, external_cause
from attending.corpus.synthetic.notes import write_note
from attending.corpus.synthetic.passage import Mark, Passage
from attending.corpus.synthetic.patients import MOST_STAYS, Person, Stay, draw_person, draw_stays
from attending.corpus.synthetic.tables import Row, TableWriter, as_lines
from attending.corpus.synthetic.undercoding import left_out
from attending.corpus.synthetic.wording_bank import BANK_FOLDER, WordingBank, WordingSplit
from attending.errors import InputError
from attending.sealing import sealed_folder
from attending.taxonomy import Taxonomy, undotted
from attending.taxonomy.coding_rules import COMBINED_WITH_DIABETES, supported_codes

README = """A synthetic hospital.

No patient in these files exists. The notes were put together by the `attending` package from hand-written
wordings; the tables have the columns and the layout of MIMIC-IV (hosp and note modules), so that what reads
MIMIC-IV reads them. Every diagnosis and procedure is coded in ICD-10-CM and ICD-10-PCS (icd_version 10),
without the dot, as in MIMIC-IV.

gold/ is not part of MIMIC-IV. gold/evidence.csv.gz holds, for each true code of an admission, the words of the
note that support it, as half-open character offsets into `text` of note/discharge.csv.gz. gold/uncoded.csv.gz
holds the true codes that the tables of hosp/ leave out, as human coders do, if undercoding was asked for.

Admissions: {admissions}. Seed: {seed}. Wordings: {wordings}. Undercoding: {undercoding:g}.
"""
_YEAR_GROUPS = ("2008 - 2010", "2011 - 2013", "2014 - 2016", "2017 - 2019", "2020 - 2022")
_TIME = "%Y-%m-%d %H:%M:%S"
_MOST_PATIENTS = 9_999_991 // MOST_STAYS
_CHUNK = 24
"""Patients that a process writes at a time."""
_SMALL = 1_000
"""Fewer admissions are not worth the start of further processes."""


@dataclass(frozen=True)
class CodedNote:
    """A discharge summary with the codes of its admission.

    Attributes:
        stay: The admission.
        note: The text; its marks are of concepts.
        evidence: For each dotted code, in coding order, the marks that support it.
    """

    stay: Stay
    note: Passage
    evidence: dict[str, tuple[Mark, ...]]


def synthesize(
    folder: Path,
    *,
    admissions: int,
    seed: int = 0,
    wordings: WordingSplit = "all",
    undercoding: float = 0.0,
    processes: int | None = None,
    progress: bool = False,
    overwrite: bool = False,
    bank_folder: Path = BANK_FOLDER,
) -> None:
    """Write a synthetic hospital in MIMIC-IV's schema, with the evidence for each code.

    Equal arguments give equal bytes whatever `processes` is, and a smaller hospital begins a larger one with the
    same seed.

    Args:
        folder: The folder to write: hosp/, note/, gold/, README.txt and a manifest.
        admissions: How many admissions; each has one discharge summary.
        seed: Any whole number; each patient's chance comes from it and the patient's number alone.
        wordings: Write with all wordings, or with one side of the split by wording and by fragment: a model
            trained on "train" has never seen the phrases and fragments of "held-out".
        undercoding: The mean share of secondary codes that hosp/ leaves out, in [0, 1), as human coders do; what
            was left out stands in gold/uncoded.csv.gz, and gold/evidence.csv.gz stays true.
        processes: How many processes write patients; as many as there are processors unless given, and one for
            a small hospital.
        progress: Show a progress bar.
        overwrite: Replace a folder that exists.
        bank_folder: The folder of TOML files with the wordings.

    Raises:
        InputError: A number is out of its range, `folder` exists, or the wordings are broken.
    """
    if admissions < 1:
        raise InputError(f"Expected at least one admission to synthesize, got {admissions}. Choose a larger number.")
    if admissions > _MOST_PATIENTS:
        raise InputError(
            f"Expected at most {_MOST_PATIENTS:,} admissions, got {admissions:,}. Choose a smaller number."
        )
    if wordings not in ("all", "train", "held-out"):
        raise InputError(f"Expected wordings to be all, train or held-out, got {wordings!r}. Choose one of them.")
    if not 0 <= undercoding < 1:
        raise InputError(f"Expected undercoding to be a share in [0, 1), got {undercoding:g}. Choose 0.2, for example.")
    if processes is not None and processes < 1:
        raise InputError(f"Expected at least one process, got {processes}. Leave it out to use all processors.")
    if processes is None:
        processes = 1 if admissions < _SMALL else os.cpu_count() or 1
    bank = WordingBank.load(wordings, bank_folder)
    with sealed_folder(folder, overwrite=overwrite) as partial, TableWriter(partial) as tables:
        _write_titles(tables, bank if wordings == "all" else WordingBank.load("all", bank_folder))
        writing = _Writing(seed, undercoding, wordings, bank_folder)
        with Progress(disable=not progress) as bar:
            task = bar.add_task("Writing admissions", total=admissions)
            written = 0
            for patient in _patients(writing, bank, processes, admissions):
                stays = patient.stays[: admissions - written]
                for lines in (patient.person, *stays):
                    for table, text in lines.items():
                        tables.write(table, text)
                written += len(stays)
                bar.advance(task, len(stays))
                if written == admissions:
                    break
        readme = README.format(admissions=admissions, seed=seed, wordings=wordings, undercoding=undercoding)
        (partial / "README.txt").write_text(readme, encoding="utf-8")


Lines = dict[str, str]
"""Lines of CSV by table."""


@dataclass(frozen=True)
class _Writing:
    """What every process needs to know."""

    seed: int
    undercoding: float
    wordings: WordingSplit
    bank_folder: Path


@dataclass(frozen=True)
class _Patient:
    """One patient as lines of the tables: the patient's own, and those of each admission."""

    person: Lines
    stays: tuple[Lines, ...]


def _patients(writing: _Writing, bank: WordingBank, processes: int, admissions: int) -> Iterator[_Patient]:
    """Write patients in their order, in this process or several; each has at least one admission."""
    chunks = range(0, min(admissions + _CHUNK, _MOST_PATIENTS), _CHUNK)
    if processes == 1:
        for first in chunks:
            yield from _write_patients(writing, bank, first)
        return
    with ProcessPoolExecutor(processes, initializer=_start_process, initargs=(writing,)) as pool:
        # Only so many chunks are under way at once: memory stays flat.
        under_way: deque[Future[list[_Patient]]] = deque()
        ahead = iter(chunks)
        try:
            while True:
                for chunk in islice(ahead, 3 * processes - len(under_way)):
                    under_way.append(pool.submit(_write_in_process, chunk))
                if not under_way:
                    return
                yield from under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()


_in_process: dict[str, tuple[_Writing, WordingBank]] = {}


def _start_process(writing: _Writing) -> None:
    _in_process["writing"] = writing, WordingBank.load(writing.wordings, writing.bank_folder)


def _write_in_process(first: int) -> list[_Patient]:
    return list(_write_patients(*_in_process["writing"], first))


def _write_patients(writing: _Writing, bank: WordingBank, first: int) -> Iterator[_Patient]:
    """Write a chunk of patients."""
    for subject in range(first, first + _CHUNK):
        yield _write_patient(writing, bank, subject)


def coded_notes(person: Person, bank: WordingBank, rng: random.Random) -> Iterator[CodedNote]:
    """Write the notes of one patient, one admission after the other."""
    for stay in draw_stays(person, bank, rng):
        note = write_note(stay, bank, rng)
        said = {mark.concept for mark in note.marks}
        codes = supported_codes([concept for concept in stay.concepts if concept in said])
        evidence = {
            code: tuple(sorted({mark for mark in note.marks if mark.concept in concepts}, key=_place))
            for code, concepts in codes.items()
        }
        for place in [code for code in evidence if code.startswith("Y92")]:
            words = " ".join(
                note.text[mark.start - 60 if mark.start > 60 else 0 : mark.end] for mark in evidence[place]
            )
            evidence.setdefault(external_cause(words, place), evidence[place])
        yield CodedNote(stay, note, evidence)


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.start, mark.end, mark.concept


def _write_titles(tables: TableWriter, bank: WordingBank) -> None:
    """Write the titles of every code that any note may carry."""
    taxonomy = Taxonomy.load()
    codes = set(bank.concepts) | {"I12.0", "I13.0", "I13.2", "I11.0", "I12.9", "E11.22", "N40.1", "R33.8"}
    codes.update(EXTERNAL_CAUSES, COMBINED_WITH_DIABETES.values())
    for plan in bank.admissions:
        codes.update(plan.reason)
        codes.update(code for wordings in plan.texts.values() for wording in wordings for code in wording.codes)
    for code in sorted(codes):
        table = "hosp/d_icd_procedures" if _is_procedure(code) else "hosp/d_icd_diagnoses"
        tables.write(table, as_lines([(undotted(code), 10, taxonomy.get(code).description)]))


def _write_patient(writing: _Writing, bank: WordingBank, subject: int) -> _Patient:
    """Write one patient with all admissions."""
    rng = random.Random(f"attending {writing.seed} {subject}")
    subject_id = 10_000_000 + 31 * subject + rng.randrange(31)
    person = draw_person(rng)
    year = rng.randint(2110, 2200)
    admitted = datetime(year, 1, 1) + timedelta(minutes=rng.randrange(365 * 24 * 60))
    group = rng.choice(_YEAR_GROUPS)
    died = ""
    age = person.age
    stays: list[Lines] = []
    for number, coded in enumerate(coded_notes(person, bank, rng)):
        stay = coded.stay
        admitted += timedelta(days=365 * (stay.age - age) + (rng.randint(20, 200) if number else 0))
        age = stay.age
        discharged = admitted + timedelta(days=stay.days, minutes=rng.randrange(600))
        if stay.died:
            died = f"{discharged:%Y-%m-%d}"
        place = MOST_STAYS * subject + number
        coder = random.Random(f"coder {writing.seed} {place}")
        missed = left_out(list(coded.evidence), writing.undercoding, coder)
        stays.append(_write_stay(coded, missed, subject_id, place, number, admitted, discharged, rng))
        admitted = discharged
    row = (subject_id, person.sex, person.age, year, group, died)
    return _Patient({"hosp/patients": as_lines([row])}, tuple(stays))


def _write_stay(
    coded: CodedNote,
    missed: frozenset[str],
    subject_id: int,
    place: int,
    number: int,
    admitted: datetime,
    discharged: datetime,
    rng: random.Random,
) -> Lines:
    stay = coded.stay
    # A permutation of the numbers below the prime 9,999,991: unlike each other, in no order, as MIMIC's.
    hadm_id = 20_000_000 + (place + 1) * 7_368_787 % 9_999_991
    urgent = not any(code.startswith(("Z51.1", "O")) for code in stay.plan.reason) and rng.random() < 0.75
    registered = admitted - timedelta(minutes=rng.randint(120, 700))
    person = stay.person
    admission: Row = (
        subject_id,
        hadm_id,
        f"{admitted:{_TIME}}",
        f"{discharged:{_TIME}}",
        f"{discharged:{_TIME}}" if stay.died else "",
        "EW EMER." if urgent else rng.choice(("ELECTIVE", "SURGICAL SAME DAY ADMISSION", "URGENT", "DIRECT EMER.")),
        f"P{rng.randrange(36**5):05X}"[:6],
        "EMERGENCY ROOM" if urgent else "PHYSICIAN REFERRAL",
        "DIED" if stay.died else rng.choice(("HOME", "HOME", "HOME HEALTH CARE", "SKILLED NURSING FACILITY", "REHAB")),
        person.insurance,
        person.language,
        person.marital_status,
        person.race,
        f"{registered:{_TIME}}" if urgent else "",
        f"{admitted + timedelta(minutes=37):{_TIME}}" if urgent else "",
        int(stay.died),
    )
    note_id = f"{subject_id}-DS-{number + 2}"
    stored = discharged + timedelta(hours=rng.randint(2, 60))
    day = f"{discharged:%Y-%m-%d} 00:00:00"
    diagnoses: list[Row] = []
    procedures: list[Row] = []
    evidence: list[Row] = []
    for code, marks in coded.evidence.items():
        bare = undotted(code)
        evidence += [(note_id, hadm_id, bare, 10, mark.start, mark.end) for mark in marks]
        if code in missed:
            continue
        if _is_procedure(code):
            procedures.append((subject_id, hadm_id, len(procedures) + 1, f"{admitted:%Y-%m-%d}", bare, 10))
        else:
            diagnoses.append((subject_id, hadm_id, len(diagnoses) + 1, bare, 10))
    tables: dict[str, list[Row]] = {
        "hosp/admissions": [admission],
        "hosp/diagnoses_icd": diagnoses,
        "hosp/procedures_icd": procedures,
        "note/discharge": [(note_id, subject_id, hadm_id, "DS", number + 2, day, f"{stored:{_TIME}}", coded.note.text)],
        "gold/evidence": evidence,
        "gold/uncoded": [(subject_id, hadm_id, undotted(code), 10) for code in coded.evidence if code in missed],
    }
    return {table: as_lines(rows) for table, rows in tables.items() if rows}


def _is_procedure(code: str) -> bool:
    """ICD-10-PCS codes have seven characters and no dot."""
    return len(code) == 7 and "." not in code
