"""Speed, lengths and evenness of the synthetic hospital; one JSON line goes out.

Run `python benchmarks/synthetic.py [admissions]` (2,000 by default). The hospital is written twice with the same seed,
by one process and by two, and the bytes are compared. Speeds are notes a second of either run; `minutes_for_100000` is
what the faster one would need for 100,000 notes. `peak_mb` is the most memory of the writing process, `peak_mb_before`
what it held when the first run began. `share_deviation` is the largest relative difference between a code's share of
admissions and its share in MIMIC-IV; with 2,000 admissions chance alone makes up to 0.25 of it, with 20,000 about 0.08.
"""

import csv
import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from memory import peak_mb

from attending.corpus.synthetic import synthesize
from attending.corpus.synthetic.shares import SHARES
from attending.taxonomy import undotted

csv.field_size_limit(sys.maxsize)


def seconds(folder: Path, admissions: int, processes: int) -> float:
    """Write a hospital and return how long it took."""
    start = time.perf_counter()
    synthesize(folder, admissions=admissions, seed=1, processes=processes, progress=sys.stderr.isatty())
    return time.perf_counter() - start


def lengths(folder: Path) -> list[int]:
    """Return the numbers of words of a hospital's notes, in order of size."""
    with gzip.open(folder / "note" / "discharge.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return sorted(len(row["text"].split()) for row in csv.DictReader(file))


def share_deviation(folder: Path, admissions: int) -> tuple[str, float]:
    """Return the code whose share is farthest from MIMIC-IV's, and how far relative to it."""
    with gzip.open(folder / "hosp" / "diagnoses_icd.csv.gz", "rt", encoding="utf-8", newline="") as file:
        counts = Counter(row["icd_code"] for row in csv.DictReader(file))
    deviations = {code: counts[undotted(code)] / admissions / (share / 100) - 1 for code, share in SHARES.items()}
    worst = max(deviations, key=lambda code: abs(deviations[code]))
    return worst, deviations[worst]


def main() -> None:
    """Write, compare, measure and print."""
    admissions = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    before = peak_mb()
    with tempfile.TemporaryDirectory() as name:
        one, two = Path(name) / "one", Path(name) / "two"
        with_one, with_two = seconds(one, admissions, 1), seconds(two, admissions, 2)
        words = lengths(one)
        worst, deviation = share_deviation(one, admissions)
        found = {
            "admissions": admissions,
            "notes_per_second_one_process": round(admissions / with_one, 1),
            "notes_per_second_two_processes": round(admissions / with_two, 1),
            "minutes_for_100000": round(min(with_one, with_two) / admissions * 100_000 / 60, 1),
            "bytes_equal": (one / "manifest.json").read_bytes() == (two / "manifest.json").read_bytes(),
            "peak_mb": round(peak_mb()),
            "peak_mb_before": round(before),
            "words_p10": words[len(words) // 10],
            "words_median": words[len(words) // 2],
            "words_p90": words[9 * len(words) // 10],
            "share_deviation": round(deviation, 3),
            "share_deviation_of": worst,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
