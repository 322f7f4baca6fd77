"""What the shipped model must hold, each figure beside its baselines; one JSON line a figure.

    python benchmarks/shipped_model.py [--work FOLDER] [--final] [--speed] [--out benchmarks/results/shipped_model.json]

Quality: the synthetic hospital with held-out wordings, the handwritten notes and pieces of notes, CodiEsp's development
part. Baselines: the lexicon alone, TF-IDF with logistic regression and the note-blind floor, fitted to a training
hospital and CodiEsp's training part, thresholds tuned on their validation parts; on CodiEsp also a lexicon learnt from
its training spans, and attending itself with its threshold tuned, or model and lexicon combined anew, on its validation
part. Then sentences that deny a condition or give it to a relative, and time and memory. Of handwritten notes and
sentences those for development are scored; with --final the others too, for the end.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from corpora import compared
from numpy.typing import NDArray

from attending import Coder
from attending.corpus import Corpus
from attending.evaluation import NoteBlindFloor, TfidfLogisticRegression, best_threshold, evaluate
from attending.lexicon import LexicalBaseline
from attending.model_folder import SHIPPED
from attending.prediction.combine import combine_model
from attending.sealing import write_text_whole

HERE = Path(__file__).parents[1]
DATA = HERE / "tests" / "data"
HANDWRITTEN = DATA / "handwritten"
FINAL = ("final", "final-2")
WORDS = 1400


@dataclass(frozen=True)
class Notes:
    """Notes with their labels, (document, code)."""

    name: str
    texts: list[str]
    labels: NDArray[np.bool_]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("runs/shipped-check"), help="where corpora are kept")
    parser.add_argument("--model", type=Path, help="another model folder than the shipped one")
    parser.add_argument("--admissions", type=int, default=7500, help="of the training hospital")
    parser.add_argument("--final", action="store_true", help="score the final handwritten notes too")
    parser.add_argument("--speed", action="store_true", help="measure time and memory alone; --out keeps the rest")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results: list[dict[str, Any]] = []

    def report(**figures: Any) -> None:
        results.append(figures)
        print(json.dumps(figures), flush=True)

    coder = Coder.from_pretrained(asked.model)
    if asked.speed and asked.out is not None and asked.out.exists():
        results += [figures for figures in json.loads(asked.out.read_text("utf-8")) if figures["figure"] != "speed"]
    if not asked.speed:
        corpora = compared(asked.work, (asked.admissions, (0.98, 0.01, 0.01)), (800, (0.05, 0.25, 0.7)))
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(asked.model or SHIPPED, Path(folder) / "model")
            combine_model(Path(folder) / "model", [asked.work / "codiesp"])
            adapted = Coder.from_pretrained(Path(folder) / "model")
        for figures in _quality(coder, adapted, corpora, asked.final):
            report(**figures)
        report(**_decoys(coder, "decoys.jsonl"))
        if asked.final:
            report(**_decoys(coder, "decoys_final.jsonl"))
    report(**_speed(coder, asked.model))
    if asked.out is not None:
        write_text_whole(asked.out, json.dumps(results, indent=1) + "\n")


def _part(name: str, corpus: Corpus, *splits: str) -> Notes:
    documents = [document for split in splits for document in corpus.split(split)]  # type: ignore[arg-type]
    return Notes(
        name,
        [document.text for document in documents],
        np.stack([corpus.label_space.encode(document.codes) for document in documents]),
    )


def _handwritten(corpus: Corpus, split: str) -> Notes:
    gold = json.loads((HANDWRITTEN / "gold.json").read_text(encoding="utf-8"))
    chosen = [name for name, entry in gold.items() if entry["split"] == split]
    return Notes(
        f"handwritten notes, {split}",
        [(HANDWRITTEN / f"{name}.txt").read_text(encoding="utf-8") for name in chosen],
        np.stack([corpus.label_space.encode(gold[name]["codes"]) for name in chosen]),
    )


def _pieces(corpus: Corpus, name: str) -> Notes:
    pieces = _lines(name)
    labels = np.stack([corpus.label_space.encode(piece["codes"]) for piece in pieces])
    return Notes(f"pieces of notes, {name}", [piece["text"] for piece in pieces], labels)


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def _quality(coder: Coder, adapted: Coder, corpora: dict[str, Corpus], final: bool) -> list[dict[str, Any]]:
    space = coder.label_space
    training = [_part("", corpora[name], "train") for name in ("training", "codiesp")]
    validation = [_part("", corpora[name], "validation") for name in ("training", "codiesp")]
    texts = [text for notes in training for text in notes.texts]
    labels = np.concatenate([notes.labels for notes in training])
    baselines = {
        "lexicon": LexicalBaseline(space.codes, space.descriptions).fit(texts, labels).predict,
        "TF-IDF + logistic regression": TfidfLogisticRegression().fit(texts, labels).predict,
        "note-blind floor": NoteBlindFloor().fit(texts, labels).predict,
    }
    tuned_on = {"synthetic": validation[0], "codiesp": validation[1]}
    thresholds = {
        kind: {name: best_threshold(notes.labels, predict(notes.texts)) for name, predict in baselines.items()}
        for kind, notes in tuned_on.items()
    }
    scored = [
        ("synthetic", _part("synthetic hospital, held-out wordings", corpora["held-out"], "test")),
        ("synthetic", _handwritten(corpora["training"], "development")),
        *([("synthetic", _handwritten(corpora["training"], split)) for split in FINAL] if final else []),
        ("synthetic", _pieces(corpora["training"], "pieces.jsonl")),
        *([("synthetic", _pieces(corpora["training"], "pieces_final.jsonl"))] if final else []),
        ("codiesp", _part("CodiEsp, development part", corpora["codiesp"], "test")),
    ]
    results = []
    for kind, notes in scored:
        found = _probabilities(coder, notes)
        systems = {"attending": _figures(notes.labels, found, coder.thresholds)}
        for name, predict in baselines.items():
            systems[name] = _figures(notes.labels, predict(notes.texts), thresholds[kind][name])
        if kind == "codiesp":
            learnt = _lexicon_of_spans(corpora["codiesp"])
            said = np.array([space.encode(_said(text, learnt)) for text in notes.texts], dtype=np.float64)
            tuning = tuned_on[kind]
            threshold = best_threshold(tuning.labels, _probabilities(coder, tuning))
            systems["attending, threshold tuned there"] = _figures(notes.labels, found, threshold)
            systems["attending, combined there"] = _figures(
                notes.labels, _probabilities(adapted, notes), adapted.thresholds
            )
            systems["lexicon of training spans"] = _figures(notes.labels, said, 0.5)
        results.append({"figure": "quality", "on": notes.name, "notes": len(notes.texts), "systems": systems})
    return results


def _probabilities(coder: Coder, notes: Notes) -> NDArray[np.float64]:
    """Return what each note's codes have, (document, code)."""
    return np.array([list(coder.probabilities(text).values()) for text in notes.texts])


def _figures(
    labels: NDArray[np.bool_], found: NDArray[np.floating], thresholds: float | NDArray[np.float64]
) -> dict[str, float]:
    metrics = evaluate(labels, found, thresholds)
    return {
        "f1_micro": round(metrics.f1_micro, 4),
        "f1_macro": round(metrics.f1_macro_occurring, 4),
        "precision": round(metrics.precision_micro, 4),
        "recall": round(metrics.recall_micro, 4),
    }


def _lexicon_of_spans(corpus: Corpus) -> dict[str, str]:
    """Learn from CodiEsp's training spans which words mean which of the codes: more often than not they must do so."""
    meant: defaultdict[str, Counter[str]] = defaultdict(Counter)
    train = list(corpus.split("train"))
    for document in train:
        for span in document.evidence:
            meant[document.text[span.start : span.end].lower()][span.code] += 1
    learnt: dict[str, str] = {}
    for words, codes in meant.items():
        code = codes.most_common(1)[0][0]
        holding = [document for document in train if _holds(document.text.lower(), words)]
        right = sum(code in document.codes for document in holding)
        if len(words) > 1 and 2 * right > len(holding):
            learnt[words] = code
    return learnt


def _said(text: str, learnt: dict[str, str]) -> set[str]:
    lowered = text.lower()
    return {code for words, code in learnt.items() if _holds(lowered, words)}


def _holds(text: str, words: str) -> bool:
    return words in text and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _decoys(coder: Coder, name: str) -> dict[str, Any]:
    """Say how often a sentence that does not give a patient a condition is given its code."""
    proposed: defaultdict[str, list[bool]] = defaultdict(list)
    for sentence in _lines(name):
        codes = {code.code for code in coder.code(sentence["text"]).codes}
        proposed[sentence["kind"]].append(sentence["code"] in codes)
    wrong = [hit for kind, hits in proposed.items() if kind != "affirmed" for hit in hits]
    return {
        "figure": "decoys",
        "on": name,
        "sentences": len(wrong),
        "false_positives": round(float(np.mean(wrong)), 4),
        "by_kind": {kind: round(float(np.mean(hits)), 4) for kind, hits in proposed.items() if kind != "affirmed"},
        "found_where_affirmed": round(float(np.mean(proposed["affirmed"])), 4),
    }


def _speed(coder: Coder, model: Path | None) -> dict[str, Any]:
    """Time a note of 1,400 words with evidence, and the command from a cold start with its memory."""
    texts = [
        (HANDWRITTEN / f"{name}.txt").read_text("utf-8")
        for name in ("37-geriatric-pneumonia", "01-hypoxia-heart-failure")
    ]
    note = " ".join(re.findall(r"\S+\s*", "\n".join(texts * 2))[:WORDS])
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        coder.code(note)
        seconds.append(time.perf_counter() - began)
    command = [str(Path(sys.executable).with_name("attending")), "predict", str(HERE / "examples" / "pneumonia.txt")]
    if model is not None:
        command += ["--model", str(model)]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    cold = time.perf_counter() - began
    alone = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from memory import peak_mb; from attending.cli import app; "
    )
    alone += "app(standalone_mode=False); sys.stderr.write(str(peak_mb()))"
    told = subprocess.run(
        [sys.executable, "-c", alone, str(HERE / "benchmarks"), *command[1:]],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    return {
        "figure": "speed",
        "runs_on": coder.runs_on,
        "words": len(note.split()),
        "seconds_a_note": round(float(np.median(seconds)), 3),
        "seconds_from_cold_start": round(cold, 2),
        "peak_mebibytes": round(float(told.stderr.split()[-1])),
    }


if __name__ == "__main__":
    main()
