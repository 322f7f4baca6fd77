"""How many planted identifiers the check finds, by kind, and how much else it marks; one JSON line goes out.

Run `python benchmarks/deidentification.py`. All identifiers are invented and stand in hand-written lines
(tests/data/identifiers); one is found when marks cover all its letters and digits.

- `planted`: written together with the recognisers.
- `blind`: written by someone who had not seen them, ordinary forms and hard ones. Every second line was looked at
  afterwards to mend the recognisers (`seen`), the others never (`unseen`).
- `clean`: lines without an identifier that are meant to raise false alarms; and notes of the synthetic hospital.
"""

import json
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

from attending.corpus import prepare, read_corpus
from attending.corpus.synthetic import synthesize
from attending.deidentification import find_identifiers

DATA = Path(__file__).parents[1] / "tests" / "data" / "identifiers"
NOTES = 200
HARD = "# Part 2"


def planted(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Return a line without its marks, and the identifiers in it: kind, start, end."""
    text = ""
    found = []
    for piece in re.split(r"(\[\[\w+:.*?\]\])", line):
        if marked := re.fullmatch(r"\[\[(\w+):(.*)\]\]", piece):
            found.append((marked[1], len(text), len(text) + len(marked[2])))
            text += marked[2]
        else:
            text += piece
    return text, found


def lines_of(name: str) -> list[tuple[str, str]]:
    """Return the lines of a file, each with its part: "planted", "blind ordinary seen", ..."""
    part = "ordinary"
    lines: list[tuple[str, str]] = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(HARD):
            part = "hard"
        if not line.startswith("#"):
            seen = "seen" if len(lines) % 2 == 0 else "unseen"
            lines.append(("planted" if name == "planted.txt" else f"blind {part} {seen}", line))
    return lines


def main() -> None:
    """Measure and print."""
    there: Counter[tuple[str, str]] = Counter()
    covered: Counter[tuple[str, str]] = Counter()
    for part, line in lines_of("planted.txt") + lines_of("blind.txt"):
        text, identifiers = planted(line)
        marked = {place for one in find_identifiers(text) for place in range(one.start, one.end)}
        for kind, start, end in identifiers:
            is_found = all(place in marked for place in range(start, end) if text[place].isalnum())
            for key in ((part, kind), (part, "all")):
                there[key] += 1
                covered[key] += is_found
    clean = [line for _, line in lines_of("clean.txt")]
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder, "hospital"), admissions=NOTES, seed=11)
        prepare(Path(folder, "hospital"), Path(folder, "corpus"), keep_without_label=True)
        corpus = read_corpus(Path(folder, "corpus"))
        texts = [document.text for split in ("train", "validation", "test") for document in corpus.split(split)]
    began = time.perf_counter()
    marks = [one.kind.value for text in texts for one in find_identifiers(text)]
    seconds = time.perf_counter() - began
    words = sum(len(text.split()) for text in texts)
    recall: dict[str, dict[str, str]] = {}
    for part, kind in sorted(there):
        recall.setdefault(part, {})[kind] = f"{covered[part, kind]}/{there[part, kind]}"
    print(
        json.dumps(
            {
                "recall": recall,
                "clean_lines_marked": f"{sum(bool(find_identifiers(line)) for line in clean)}/{len(clean)}",
                "false_marks_a_thousand_words_of_synthetic_notes": round(1000 * len(marks) / words, 3),
                "false_marks_by_kind": dict(Counter(marks)),
                "ms_a_note": round(1000 * seconds / len(texts), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
