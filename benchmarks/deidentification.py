"""How many planted identifiers the check finds, by kind, and how much else it marks; one JSON line goes out.

Run `python benchmarks/deidentification.py`. Recall: invented identifiers in hand-written sentences
(tests/data/identifiers), each found when a mark covers all its letters and digits. False marks: what is marked in notes
of the synthetic hospital, which hold no identifier.
"""

import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from attending.corpus.corpus import read_corpus
from attending.corpus.mimic import prepare
from attending.corpus.synthetic import synthesize
from attending.deidentification import Kind, find_identifiers

PLANTED = Path(__file__).parents[1] / "tests" / "data" / "identifiers" / "planted.txt"
NOTES = 200


def planted(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Return a line without its marks, and the identifiers in it: kind, start, end."""
    text, found = "", []
    for piece in re.split(r"(\[\[\w+:.*?\]\])", line):
        if marked := re.fullmatch(r"\[\[(\w+):(.*)\]\]", piece):
            found.append((Kind[marked[1].upper()].value, len(text), len(text) + len(marked[2])))
            text += marked[2]
        else:
            text += piece
    return text, found


def main() -> None:
    """Measure and print."""
    there: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    for line in PLANTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, identifiers = planted(line)
        marked = {place for one in find_identifiers(text) for place in range(one.start, one.end)}
        for kind, start, end in identifiers:
            there[kind] += 1
            is_found = all(place in marked for place in range(start, end) if text[place].isalnum())
            covered[kind] += is_found
            if not is_found and "--show" in sys.argv:
                sys.stderr.write(f"missed {kind}: {text}\n")
    with tempfile.TemporaryDirectory() as folder:
        hospital, corpus = Path(folder, "hospital"), Path(folder, "corpus")
        synthesize(hospital, admissions=NOTES, seed=11)
        prepare(hospital, corpus, keep_without_label=True)
        texts = [
            document.text for split in ("train", "validation", "test") for document in read_corpus(corpus).split(split)
        ]
    began = time.perf_counter()
    marks = [(one.kind.value, text[one.start : one.end]) for text in texts for one in find_identifiers(text)]
    seconds = time.perf_counter() - began
    words = sum(len(text.split()) for text in texts)
    if "--show" in sys.argv:
        for (kind, said), count in Counter(marks).most_common(60):
            sys.stderr.write(f"{count} false {kind}: {said}\n")
    print(
        json.dumps(
            {
                "planted": there.total(),
                "recall": round(covered.total() / there.total(), 4),
                "recall_by_kind": {kind: f"{covered[kind]}/{there[kind]}" for kind in sorted(there)},
                "notes_without_identifiers": len(texts),
                "words": words,
                "false_marks_a_thousand_words": round(1000 * len(marks) / words, 3),
                "false_marks_by_kind": dict(Counter(kind for kind, _ in marks)),
                "ms_a_note": round(1000 * seconds / len(texts), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
