"""Measure evidence: does it fit gold evidence, does the code rest on it, what does it cost? Prints one JSON line.

    python benchmarks/explanation.py CORPUS [--model FOLDER] [--split test] [--skip 0] [--documents 40]
        [--methods attention attingrad] [--fuzz 10000]

CORPUS is a prepared corpus with gold evidence: a synthetic hospital, or CodiEsp. Figures of `gold` are over rightly
proposed codes with gold evidence, all others over all proposed codes.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from attending import Coder
from attending.corpus import read_corpus
from attending.explanation import METHODS, Agreement, agreement, attribute, deletion_curves, span_faithfulness
from attending.inference import encode_for
from attending.model_folder import SHIPPED, read_model_folder

PIECES = (
    "atrial fibrillation", "AKI on CKD stage 3", "HTN, HLD", "T2DM on insulin", "\r\n", "\n\n", "\t", "  ", " ",
    "Discharge Diagnosis:", "PMH:\n- GERD\n- COPD", "pneumonia", "___", "naïve", "β-blocker", "µg", "e\u0301", "😀",
    "👩🏽‍⚕️", "\u200b", "\u202e", "\ufeff", "ﬁbrillation", "ﷺ", "日本語", "\x0c", "&amp;", "<b>", "T-cell", "(", ")",
    "[**", "**]", "&", '"', "%", "Na+", "\u00a0", "\u2028", "ICD-10", "smoker", "DNR", "…", "–", "\x85", "x" * 60,
)  # fmt: skip


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--split", default="test")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--skip", type=int, default=0, help="documents to leave out before these")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=METHODS)
    parser.add_argument("--fuzz", type=int, default=0, help="notes of random pieces whose quotes are checked")
    arguments = parser.parse_args()
    found: dict[str, Any] = {"corpus": arguments.corpus.name, "split": arguments.split}
    coder = Coder.from_pretrained(arguments.model)
    found |= measure(coder, arguments)
    if arguments.fuzz:
        found["fuzz"] = fuzz(coder, arguments.fuzz)
    print(json.dumps(found))


def measure(coder: Coder, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what each method's evidence is worth and what it costs."""
    loaded = read_model_folder(arguments.model)
    model, codes = loaded.model, coder.label_space.codes
    documents = read_corpus(arguments.corpus).split(arguments.split)[arguments.skip :][: arguments.documents]
    agreed = {method: Agreement() for method in arguments.methods}
    values: dict[str, dict[str, list[float]]] = {method: defaultdict(list) for method in arguments.methods}
    seconds: dict[str, float] = defaultdict(float)
    absent = silent = explained = 0
    for document in documents:
        encoded = encode_for(model.config, loaded.tokenizer, document.text)
        seconds["predict"] += _seconds(lambda text=document.text: coder.code(text))
        gold: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for span in document.evidence:
            gold[span.code].append((span.start, span.end))
        for method in arguments.methods:
            began = time.perf_counter()
            note = coder.explain(document.text, method=method)
            seconds[method] += time.perf_counter() - began
            chosen = [codes.index(code.code) for code in note.codes]
            weights = attribute(model, encoded, chosen, method).weights
            curves = deletion_curves(model, encoded, chosen, weights)
            of_spans = span_faithfulness(model, encoded, chosen, [code.evidence for code in note.codes])
            values[method]["comprehensiveness"] += curves.comprehensiveness.tolist()
            values[method]["sufficiency"] += curves.sufficiency.tolist()
            values[method]["span_comprehensiveness"] += of_spans.comprehensiveness.tolist()
            values[method]["span_sufficiency"] += of_spans.sufficiency.tolist()
            for code in note.codes:
                if code.code in gold and code.code in document.codes:
                    bounds = [(span.start, span.end) for span in code.evidence]
                    agreed[method] += agreement(document.text, bounds, gold[code.code])
        explained += len(chosen)
        others = [code for code in codes if code not in document.codes and code not in gold]
        for code in coder.explain(document.text, codes=others, method="attention").codes:
            absent += not code.proposed
            silent += not code.proposed and not code.evidence
    return {
        "documents": len(documents),
        "codes": explained,
        "absent_codes": absent,
        "absent_codes_without_evidence": round(silent / max(absent, 1), 4),
        "methods": {
            method: {
                **{name: round(float(np.mean(figures)), 4) for name, figures in values[method].items()},
                "gold": {
                    name: round(figure, 4)
                    for name, figure in agreed[method].to_dict().items()
                    if name in ("codes", "silent", "hit_rate", "token_precision", "token_recall", "token_f1", "span_f1")
                },
                "cost": round(seconds[method] / seconds["predict"], 2),
            }
            for method in arguments.methods
        },
    }


def fuzz(coder: Coder, notes: int) -> dict[str, int]:
    """Explain notes made of random pieces; count the quotes that are not their slice of the note."""
    random_pieces = random.Random(0)
    quotes = wrong = 0
    for number in range(notes):
        text = "Note " + "".join(
            random_pieces.choice(PIECES) + random_pieces.choice(("", " ", " ", "\n"))
            for _ in range(random_pieces.randint(1, 30))
        )
        spans = [span for code in coder.code(text, threshold=0.02).codes for span in code.evidence]
        if number % 10 == 0:
            spans += [span for code in coder.explain(text, threshold=0.02).codes for span in code.evidence]
        quotes += len(spans)
        wrong += sum(text[span.start : span.end] != span.text or not span.text.strip() for span in spans)
    return {"notes": notes, "quotes": quotes, "wrong": wrong}


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
