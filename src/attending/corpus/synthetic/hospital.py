"""A synthetic hospital, written as MIMIC-IV's files: patients, admissions, notes, codes, evidence."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.progress import Progress

from attending.corpus.synthetic.coding import supported_codes
from attending.corpus.synthetic.notes import write_note
from attending.corpus.synthetic.passage import Mark, Passage
from attending.corpus.synthetic.patients import Person, Stay, draw_person, draw_stays
from attending.corpus.synthetic.tables import TableWriter
from attending.corpus.synthetic.wording_bank import BANK_FOLDER, WordingBank, WordingSplit
from attending.errors import InputError
from attending.sealing import sealed_folder
from attending.taxonomy import Taxonomy, undotted

README = """A synthetic hospital.

No patient in these files exists. The notes were put together by the `attending` package from hand-written
wordings; the tables have the columns and the layout of MIMIC-IV (hosp and note modules), so that what reads
MIMIC-IV reads them. Every diagnosis and procedure is coded in ICD-10-CM and ICD-10-PCS (icd_version 10),
without the dot, as in MIMIC-IV.

gold/evidence.csv.gz is not part of MIMIC-IV: for each code of an admission it holds the words of the note
that support it, as half-open character offsets into `text` of note/discharge.csv.gz.

Admissions: {admissions}. Seed: {seed}. Wordings: {wordings}.
"""
_YEAR_GROUPS = ("2008 - 2010", "2011 - 2013", "2014 - 2016", "2017 - 2019", "2020 - 2022")
_TIME = "%Y-%m-%d %H:%M:%S"


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
    progress: bool = False,
    overwrite: bool = False,
    bank_folder: Path = BANK_FOLDER,
) -> None:
    """Write a synthetic hospital in MIMIC-IV's schema, with the evidence for each code.

    Equal arguments give equal bytes, and a smaller hospital begins a larger one with the same seed.

    Args:
        folder: The folder to write: hosp/, note/, gold/, README.txt and a manifest.
        admissions: How many admissions; each has one discharge summary.
        seed: Any whole number; each patient's chance comes from it and the patient's number alone.
        wordings: Write with all wordings, or with one side of the split by wording: a model trained on
            "train" has never seen the phrases of "held-out", except those alone in their list.
        progress: Show a progress bar.
        overwrite: Replace a folder that exists.
        bank_folder: The folder of TOML files with the wordings.

    Raises:
        InputError: `admissions` is less than one, `folder` exists, or the wordings are broken.
    """
    if admissions < 1:
        raise InputError(f"Expected at least one admission to synthesize, got {admissions}. Choose a larger number.")
    if wordings not in ("all", "train", "held-out"):
        raise InputError(f"Expected wordings to be all, train or held-out, got {wordings!r}. Choose one of them.")
    bank = WordingBank.load(wordings, bank_folder)
    with sealed_folder(folder, overwrite=overwrite) as partial, Progress(disable=not progress) as bar:
        task = bar.add_task("Writing admissions", total=admissions)
        with TableWriter(partial) as tables:
            _write_titles(tables, WordingBank.load("all", bank_folder))
            written = subject = 0
            while written < admissions:
                stays = _write_patient(tables, bank, seed, subject, written, admissions)
                written += stays
                subject += 1
                bar.advance(task, stays)
        readme = README.format(admissions=admissions, seed=seed, wordings=wordings)
        (partial / "README.txt").write_text(readme, encoding="utf-8")


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
        yield CodedNote(stay, note, evidence)


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.start, mark.end, mark.concept


def _write_titles(tables: TableWriter, bank: WordingBank) -> None:
    """Write the titles of every code that any note may carry."""
    taxonomy = Taxonomy.load()
    codes = set(bank.concepts) | {"I12.0", "I13.0", "I13.2", "I11.0", "I12.9", "E11.22"}
    for plan in bank.admissions:
        codes.update(plan.reason)
        codes.update(code for wordings in plan.texts.values() for wording in wordings for code in wording.codes)
    for code in sorted(codes):
        table = "hosp/d_icd_procedures" if _is_procedure(code) else "hosp/d_icd_diagnoses"
        tables.write(table, (undotted(code), 10, taxonomy.get(code).description))


def _write_patient(
    tables: TableWriter, bank: WordingBank, seed: int, subject: int, written: int, admissions: int
) -> int:
    """Write one patient and as many of the patient's admissions as there is room for; return how many."""
    rng = random.Random(f"attending {seed} {subject}")
    subject_id = 10_000_000 + 31 * subject + rng.randrange(31)
    person = draw_person(rng)
    year = rng.randint(2110, 2200)
    admitted = datetime(year, 1, 1) + timedelta(minutes=rng.randrange(365 * 24 * 60))
    group = rng.choice(_YEAR_GROUPS)
    died = ""
    count = 0
    age = person.age
    for number, coded in enumerate(coded_notes(person, bank, rng)):
        stay = coded.stay
        admitted += timedelta(days=365 * (stay.age - age) + (rng.randint(20, 200) if number else 0))
        age = stay.age
        discharged = admitted + timedelta(days=stay.days, minutes=rng.randrange(600))
        if stay.died:
            died = f"{discharged:%Y-%m-%d}"
        if written + number < admissions:
            _write_stay(tables, coded, subject_id, written + number, number, admitted, discharged, rng)
            count += 1
        admitted = discharged
    tables.write("hosp/patients", (subject_id, person.sex, person.age, year, group, died))
    return count


def _write_stay(
    tables: TableWriter,
    coded: CodedNote,
    subject_id: int,
    place: int,
    number: int,
    admitted: datetime,
    discharged: datetime,
    rng: random.Random,
) -> None:
    stay = coded.stay
    # A permutation of the numbers below the prime 9,999,991: unlike each other, in no order, as MIMIC's.
    hadm_id = 20_000_000 + (place + 1) * 7_368_787 % 9_999_991
    urgent = not any(code.startswith(("Z51.1", "O")) for code in stay.plan.reason) and rng.random() < 0.75
    registered = admitted - timedelta(minutes=rng.randint(120, 700))
    person = stay.person
    tables.write(
        "hosp/admissions",
        (
            subject_id,
            hadm_id,
            f"{admitted:{_TIME}}",
            f"{discharged:{_TIME}}",
            f"{discharged:{_TIME}}" if stay.died else "",
            "EW EMER." if urgent else rng.choice(("ELECTIVE", "SURGICAL SAME DAY ADMISSION", "URGENT", "DIRECT EMER.")),
            f"P{rng.randrange(36**5):05X}"[:6],
            "EMERGENCY ROOM" if urgent else "PHYSICIAN REFERRAL",
            "DIED"
            if stay.died
            else rng.choice(("HOME", "HOME", "HOME HEALTH CARE", "SKILLED NURSING FACILITY", "REHAB")),
            person.insurance,
            person.language,
            person.marital_status,
            person.race,
            f"{registered:{_TIME}}" if urgent else "",
            f"{admitted + timedelta(minutes=37):{_TIME}}" if urgent else "",
            int(stay.died),
        ),
    )
    note_id = f"{subject_id}-DS-{number + 2}"
    stored = discharged + timedelta(hours=rng.randint(2, 60))
    day = f"{discharged:%Y-%m-%d} 00:00:00"
    tables.write(
        "note/discharge",
        (note_id, subject_id, hadm_id, "DS", number + 2, day, f"{stored:{_TIME}}", coded.note.text),
    )
    rank = {True: 0, False: 0}
    for code, marks in coded.evidence.items():
        is_procedure = _is_procedure(code)
        rank[is_procedure] += 1
        if is_procedure:
            row = (subject_id, hadm_id, rank[True], f"{admitted:%Y-%m-%d}", undotted(code), 10)
            tables.write("hosp/procedures_icd", row)
        else:
            tables.write("hosp/diagnoses_icd", (subject_id, hadm_id, rank[False], undotted(code), 10))
        for mark in marks:
            tables.write("gold/evidence", (note_id, hadm_id, undotted(code), 10, mark.start, mark.end))


def _is_procedure(code: str) -> bool:
    """ICD-10-PCS codes have seven characters and no dot."""
    return len(code) == 7 and "." not in code
