"""Speed of the tokenizer beside BioGPT's own, and its growth with the text; one JSON line goes out.

Run `python benchmarks/tokenizer.py [folder]`, the folder holding BioGPT's vocab.json and merges.txt; the default
is shared/biogpt-tokenizer beside the checkout. Notes are synthetic, joined to 1,400 words; the two tokenizers
read a few of them in turn, on one thread. Both remember words they have read: `new_notes` are read for the first
time, the other times are for the second. `growth` is the time for 2 MB over that for 0.5 MB (4 is linear): for
notes as they are, and for notes without any space as one line.
"""

import os

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import csv
import gzip
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from transformers import BioGptTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from attending.corpus.synthetic import synthesize
from attending.tokenization import biogpt_tokenizer

_WORDS = 1_400
_NOTES = 60
_IN_TURN = 10
_SIZES = (500_000, 2_000_000)


def notes() -> list[str]:
    """Return synthetic notes of 1,400 words each."""
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder) / "hospital", admissions=3 * _NOTES)
        table = Path(folder) / "hospital" / "note" / "discharge.csv.gz"
        with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
            lines = [line for row in csv.DictReader(file) for line in row["text"].splitlines(keepends=True)]
    found, note, words = [], "", 0
    for line in lines:
        note += line
        words += len(line.split())
        if words >= _WORDS:
            found.append(note)
            note, words = "", 0
    return found[:_NOTES]


def seconds(tokenizer: PreTrainedTokenizerBase, text: str) -> float:
    """Return how long a tokenizer takes for a text."""
    start = time.perf_counter()
    tokenizer(text, verbose=False)
    return time.perf_counter() - start


def growth(tokenizer: PreTrainedTokenizerBase, text: str) -> dict[str, float]:
    """Return the best of three times for each size of text, and their ratio."""
    small, large = (
        min(seconds(tokenizer, (text * (size // len(text) + 1))[:size]) for _ in range(3)) for size in _SIZES
    )
    return {"half_mb_s": round(small, 3), "two_mb_s": round(large, 3), "growth": round(large / small, 2)}


def side_by_side(slow: BioGptTokenizer, fast: PreTrainedTokenizerFast, texts: list[str]) -> dict[str, float]:
    """Let both read a few notes in turn; return medians a note in milliseconds and how many times we are faster."""
    times: tuple[list[float], list[float]] = ([], [])
    for start in range(0, len(texts), _IN_TURN):
        for tokenizer, taken in zip((slow, fast), times, strict=True):
            taken.extend(seconds(tokenizer, text) for text in texts[start : start + _IN_TURN])
    slow_ms, fast_ms = (statistics.median(taken) * 1e3 for taken in times)
    return {
        "biogpt_ms": round(slow_ms, 2),
        "ours_ms": round(fast_ms, 2),
        "ratio": round(slow_ms / fast_ms, 1),
    }


def main() -> None:
    """Measure and print."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "biogpt-tokenizer"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    fast = biogpt_tokenizer(folder / "vocab.json", folder / "merges.txt")
    slow = BioGptTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    texts = notes()
    first = side_by_side(slow, fast, texts)
    later = side_by_side(slow, fast, texts)
    equal = [fast(text, verbose=False)["input_ids"] == slow(text, verbose=False)["input_ids"] for text in texts]
    whole = "".join(texts)
    print(
        json.dumps(
            {
                "words": _WORDS,
                "tokens": statistics.median(len(fast(text, verbose=False)["input_ids"]) for text in texts),
                "notes_with_equal_ids": sum(equal) / len(equal),
                **later,
                "new_notes": first,
                "notes": growth(fast, whole),
                "one_line_without_spaces": growth(fast, "".join(whole.split())),
            }
        )
    )


if __name__ == "__main__":
    main()
