"""Score a model on the handwritten notes (tests/data/handwritten) and print one JSON line.

    python benchmarks/handwritten.py [--model FOLDER] [--split final] [--show]

The development notes may be looked at as often as one likes; the final ones are for the end.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from attending import Coder
from attending.evaluation import evaluate

NOTES = Path(__file__).parents[1] / "tests" / "data" / "handwritten"


def main() -> None:
    """Print the scores; with --show also what was missed and what was wrong, note by note."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--split", choices=("development", "final", "final-2"), default="development")
    parser.add_argument("--show", action="store_true", help="show each note's missed and wrong codes")
    arguments = parser.parse_args()
    gold = json.loads((NOTES / "gold.json").read_text(encoding="utf-8"))
    coder = Coder.from_pretrained(arguments.model)
    labels, probabilities = [], []
    hits = true_positives = 0
    for name, entry in gold.items():
        if entry["split"] != arguments.split:
            continue
        text = (NOTES / f"{name}.txt").read_text(encoding="utf-8")
        labels.append(coder.label_space.encode(entry["codes"]))
        document, every_probability = coder.code_with_probabilities(text)
        probabilities.append(every_probability)
        found = {code.code: code for code in document.codes}
        for code in found.keys() & entry["codes"].keys():
            true_positives += 1
            best = found[code].evidence[:1]
            hits += any(_overlap(text, span.start, span.end, quote) for span in best for quote in entry["codes"][code])
        if arguments.show:
            missed = sorted(entry["codes"].keys() - found.keys())
            wrong = [
                f"{code} {found[code].probability:.2f} {[span.text for span in found[code].evidence][:2]}"
                for code in sorted(found.keys() - entry["codes"].keys())
            ]
            print(f"{name}\n  missed {missed}\n  wrong  {wrong}")
    metrics = evaluate(np.array(labels), np.array(probabilities), coder.thresholds)
    print(
        json.dumps(
            {
                "notes": len(labels),
                "split": arguments.split,
                "f1_micro": round(metrics.f1_micro, 4),
                "f1_macro": round(metrics.f1_macro_occurring, 4),
                "precision": round(metrics.precision_micro, 4),
                "recall": round(metrics.recall_micro, 4),
                "average_precision_micro": round(metrics.average_precision_micro, 4),
                "evidence_hit_rate": round(hits / max(true_positives, 1), 4),
            }
        )
    )


def _overlap(text: str, start: int, end: int, quote: str) -> bool:
    """Say whether a span overlaps any occurrence of a quote."""
    place = text.find(quote)
    while place >= 0:
        if start < place + len(quote) and place < end:
            return True
        place = text.find(quote, place + 1)
    return False


if __name__ == "__main__":
    main()
