"""Time and memory of `attending prepare` on a hospital of MIMIC-IV's size; one JSON line goes out. Needs Linux.

Run `python benchmarks/prepare.py` (331,794 notes, about 3 GB of text, in a folder that is thrown away; takes
minutes), or `--notes 5000` for a trial. 36 of 100 admissions are coded in ICD-10, the others in ICD-9, as in
MIMIC-IV. The texts are 2,000 of the synthetic hospital's, each lengthened by the next ones to a note's usual
length and ending in a line and numbers of its own.
Preparation and reading the same files once with pyarrow are timed in turn, each in a process of its own: into memory
with `read_csv`, and as a stream with `open_csv`, which is the faster.
Limits: `peak_mb` < 1500, `times_reading` <= 2; `times_streaming` is told beside it.
"""

import argparse
import csv
import gzip
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import IO

from attending.corpus.synthetic import synthesize
from attending.taxonomy import Taxonomy, undotted

_NOTES = 331_794
_ICD_10_SHARE = 120_000 / _NOTES
_PATTERNS = 2_000
_TEXT_CHARACTERS = 9_500  # a note's, as MIMIC-IV's have on average
_NOTES_OF_A_PATIENT = 2
_MORE_CODES, _DIFFERENT_CODES = 4, 20_000  # of all ICD-10, so that there are as many different ones as in MIMIC-IV
_ICD_9 = ("4019", "4280", "42731", "25000", "2724", "5849", "V1582", "E8497", "V5867", "53081")
_READ = """
import sys, time
import pyarrow.csv as csv
start = time.perf_counter()
for path in sys.argv[1:]:
    csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True))
print(time.perf_counter() - start)
"""
_STREAM = """
import sys, time
import pyarrow.csv as csv
start = time.perf_counter()
for path in sys.argv[1:]:
    with csv.open_csv(path, csv.ReadOptions(block_size=8 << 20), csv.ParseOptions(newlines_in_values=True)) as reader:
        for _ in reader:
            pass
print(time.perf_counter() - start)
"""
_PREPARE = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from memory import peak_mb
start = time.perf_counter()
from attending.corpus import prepare
card = prepare(Path(sys.argv[1]), Path(sys.argv[2]), overwrite=True)
documents = sum(counts.documents for counts in card.splits.values())
print(time.perf_counter() - start, peak_mb(), documents)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=_NOTES, help="how many notes the hospital has")
    parser.add_argument("--folder", type=Path, help="where to make the throw-away folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        hospital = folder / "hospital"
        synthesize(folder / "patterns", admissions=min(_PATTERNS, given.notes))
        text_bytes = _enlarge(folder / "patterns", hospital, given.notes)
        files = [str(path) for path in sorted(hospital.rglob("*.csv.gz"))]
        stream, read = [_run(_STREAM, *files)[0]], [_run(_READ, *files)[0]]
        seconds, peak_mb, documents = _run(_PREPARE, str(hospital), str(folder / "corpus"), str(Path(__file__).parent))
        read += _run(_READ, *files)
        stream += _run(_STREAM, *files)
        print(
            json.dumps(
                {
                    "notes": given.notes,
                    "text_mb": round(text_bytes / 2**20),
                    "documents": int(documents),
                    "prepare_s": round(seconds, 1),
                    "read_csv_s": [round(one, 1) for one in read],
                    "open_csv_s": [round(one, 1) for one in stream],
                    "times_reading": round(seconds / fmean(read), 2),
                    "times_streaming": round(seconds / fmean(stream), 2),
                    "peak_mb": round(peak_mb),
                }
            )
        )


def _run(program: str, *arguments: str) -> list[float]:
    result = subprocess.run([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    return [float(number) for number in result.stdout.split()]


def _enlarge(patterns: Path, hospital: Path, notes: int) -> int:
    """Write a hospital of so many notes after the patterns of a small one; return the bytes of its texts."""
    random_ = random.Random(0)
    rows = {name: list(_rows(patterns / f"{name}.csv.gz")) for name in ("note/discharge", "hosp/admissions")}
    codes = {name: _codes_by_admission(patterns, name) for name in ("diagnoses_icd", "procedures_icd")}
    more = random_.sample([undotted(code) for code in Taxonomy.load() if "." in code], _DIFFERENT_CODES)
    texts = _lengthened([row["text"] for row in rows["note/discharge"]])
    about = {row["hadm_id"]: row for row in rows["hosp/admissions"]}
    text_bytes = 0
    with ExitStack() as stack:
        note_file = _open(stack, hospital / "note/discharge.csv.gz")
        files = {
            name: csv.writer(_open(stack, hospital / f"hosp/{name}.csv.gz"), lineterminator="\n")
            for name in ("patients", "admissions", "diagnoses_icd", "procedures_icd")
        }
        for name in ("d_icd_diagnoses", "d_icd_procedures"):
            (hospital / f"hosp/{name}.csv.gz").write_bytes((patterns / f"hosp/{name}.csv.gz").read_bytes())
        files["patients"].writerow(["subject_id", "gender", "anchor_age", "anchor_year", "anchor_year_group", "dod"])
        files["admissions"].writerow(rows["hosp/admissions"][0])
        files["diagnoses_icd"].writerow(["subject_id", "hadm_id", "seq_num", "icd_code", "icd_version"])
        files["procedures_icd"].writerow(["subject_id", "hadm_id", "seq_num", "chartdate", "icd_code", "icd_version"])
        note_file.write("note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text\n")
        for number in range(notes):
            pattern = rows["note/discharge"][number % len(texts)]
            subject, admission = 10_000_000 + number // _NOTES_OF_A_PATIENT, 20_000_000 + number
            if number % _NOTES_OF_A_PATIENT == 0:
                files["patients"].writerow([subject, "FM"[number % 4 > 1], 40 + number % 50, 2150, "2014 - 2016", ""])
            files["admissions"].writerow(
                {**about[pattern["hadm_id"]], "subject_id": subject, "hadm_id": admission}.values()
            )
            if random_.random() < _ICD_10_SHARE:
                chosen = [(code, 10) for code in codes["diagnoses_icd"].get(pattern["hadm_id"], [])]
                chosen += [(more[int(len(more) * random_.random() ** 3)], 10) for _ in range(_MORE_CODES)]
                for place, code in enumerate(codes["procedures_icd"].get(pattern["hadm_id"], []), start=1):
                    files["procedures_icd"].writerow([subject, admission, place, "2150-01-01", code, 10])
            else:
                chosen = [(code, 9) for code in _ICD_9]
            for place, (code, version) in enumerate(chosen, start=1):
                files["diagnoses_icd"].writerow([subject, admission, place, code, version])
            text = f"{texts[number % len(texts)]}\nCopy {number}: {random_.random()}, {random_.random()}\n"
            text_bytes += len(text.encode())
            quoted = text.replace('"', '""')
            note_file.write(f'{subject}-DS-1{number % 2},{subject},{admission},DS,{1 + number % 2},,,"{quoted}"\n')
    return text_bytes


def _lengthened(texts: list[str]) -> list[str]:
    """Add to each text those that follow it, until it has the length of a real note."""
    long = []
    for place, text in enumerate(texts):
        while len(text) < _TEXT_CHARACTERS:
            place += 1
            text += "\n" + texts[place % len(texts)]
        long.append(text[:_TEXT_CHARACTERS])
    return long


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _codes_by_admission(patterns: Path, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in _rows(patterns / f"hosp/{name}.csv.gz"):
        found.setdefault(row["hadm_id"], []).append(row["icd_code"])
    return found


def _open(stack: ExitStack, path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return stack.enter_context(gzip.open(path, "wt", compresslevel=1, encoding="utf-8", newline=""))


if __name__ == "__main__":
    main()
