"""How the memory of training grows with the corpus; prints one JSON line.

Corpora of like notes in growing numbers are prepared, and the same tiny model is trained on each for four steps, in a
process of its own. Tokens are read from files: what grows is what is known of each document. Needs Linux (/proc).

    python benchmarks/training_memory.py --documents 4000 16000
"""

import argparse
import json
import multiprocessing
import random
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from kill_resume import FINDINGS, SETTINGS
from memory import peak_mb

from attending.corpus import prepare_own
from attending.training import TrainingArguments, train

WORDS = 1500
"""Words of a note, as many as a discharge summary of MIMIC-IV has."""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[4000, 16000])
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="training-memory-") as folder:
        for number in options.documents:
            corpus, run = Path(folder, f"corpus-{number}"), Path(folder, f"run-{number}")
            _in_a_process(_prepare, corpus, number)
            peak = _in_a_process(_train, corpus, run)
            tokens = sum(path.stat().st_size for path in run.glob("examples/*/*/tokens.bin")) / 1e6
            rows.append({"documents": number, "peak_mb": round(peak, 1), "tokens_file_mb": round(tokens, 1)})
    most, least = rows[-1], rows[0]
    growth = (most["peak_mb"] - least["peak_mb"]) * 1e6 / (most["documents"] - least["documents"])
    print(json.dumps({"corpora": rows, "bytes_a_document": round(growth)}))


def _prepare(corpus: Path, documents: int) -> None:
    chance = random.Random(1)
    names = list(FINDINGS)
    source = corpus.with_suffix(".jsonl")
    with source.open("w", encoding="utf-8") as file:
        for number in range(documents):
            codes = chance.sample(names, 2)
            words = chance.choices([*FINDINGS.values(), "patient", "was", "seen", "and", "treated"], k=WORDS // 2)
            split = "validation" if number % 50 == 0 else "train"
            row = {
                "id": f"{number}",
                "subject_id": f"{number}",
                "text": " ".join(words),
                "codes": codes,
                "split": split,
            }
            file.write(json.dumps(row) + "\n")
    prepare_own(source, corpus, top=len(FINDINGS))


def _train(corpus: Path, run: Path) -> None:
    steps = 4
    changes = {"corpora": [str(corpus)], "evaluations_an_epoch": 1.0, "steps_a_checkpoint": 0, "window_tokens": 128}
    arguments = TrainingArguments(**{**SETTINGS, **changes})  # type: ignore[arg-type]
    documents = sum(1 for line in corpus.with_suffix(".jsonl").open(encoding="utf-8") if '"train"' in line)
    epochs = steps * arguments.documents_a_step / documents
    train(TrainingArguments(**{**vars(arguments), "epochs": epochs}), run, report=lambda line: None)


def _in_a_process(work: object, *given: object) -> float:
    """Do some work in a new process and return the most memory that it held, in MB."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measured, args=(there, work, *given))
    process.start()
    there.close()
    peak = float(here.recv())
    process.join()
    return peak


def _measured(answer: Connection, work: object, *given: object) -> None:
    work(*given)  # type: ignore[operator]
    answer.send(peak_mb())


if __name__ == "__main__":
    main()
