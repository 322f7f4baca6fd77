"""Kill training at random moments, resume it each time, and compare what it ends with; prints one JSON line.

A tiny training that writes a checkpoint every step is started, killed with SIGKILL at a random moment, and resumed,
again and again until it ends; then the next one begins. Every one of them must end with the weights and the losses of a
training that was never interrupted, byte for byte. Processes are forked from one that has everything imported, so that
the kills fall on the training and not on the start of Python. Needs Linux.

    python benchmarks/kill_resume.py --kills 100
"""

import argparse
import csv
import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch.utils.tensorboard  # noqa: F401  imported here, so that no forked process has to
import transformers.models.biogpt.modeling_biogpt  # noqa: F401

from attending.corpus import prepare_own
from attending.sealing import sha256_of
from attending.training import TrainingArguments, train

SETTINGS = {
    "vocabulary_size": 300,
    "hidden_size": 16,
    "layers": 1,
    "backbone_heads": 2,
    "attention_heads": 2,
    "reading": "two-way",
    "window_tokens": 32,
    "overlap_tokens": 4,
    "learning_rate": 1e-2,
    "restart_epochs": 2,
    "epochs": 4,
    "ema_decay": 0.9,
    "documents_a_step": 4,
    "documents_a_device": 2,
    "steps_a_checkpoint": 1,
    "evaluations_an_epoch": 2,
    "device": "cpu",
    "energy": False,
}
FINDINGS = {"I10": "hypertension", "E11.9": "type 2 diabetes", "J18.9": "pneumonia", "N17.9": "acute kidney failure"}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-resume-") as folder:
        print(json.dumps(measure(Path(folder), options.kills, random.Random(options.seed))))


def measure(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    """Kill and resume in this folder until there were so many kills and every training has ended."""
    began = time.monotonic()
    run_to_the_end(lambda: make_corpus(folder))
    arguments = TrainingArguments(corpora=[str(folder / "corpus")], **SETTINGS)  # type: ignore[arg-type]
    whole_began = time.monotonic()
    run_to_the_end(lambda: quiet(arguments, folder / "whole"))
    seconds = time.monotonic() - whole_began
    expected = outcome(folder / "whole")
    killed = while_writing = before_a_checkpoint = equal_weights = equal_logs = runs = 0
    while killed < kills:
        runs, run = runs + 1, folder / f"run-{runs}"
        while True:
            child = start(lambda run=run: quiet(arguments, run))  # type: ignore[misc]
            if killed < kills:
                time.sleep(chance.uniform(0, seconds))
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            if os.waitstatus_to_exitcode(status) == 0:
                break
            if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
                raise RuntimeError(f"A resumed training failed with status {status}; see the lines above.")
            killed += 1
            while_writing += any(run.rglob("*.partial"))
            before_a_checkpoint += not any(run.glob("checkpoints/step-*"))
        weights, log = outcome(run)
        equal_weights += weights == expected[0]
        equal_logs += log == expected[1]
    return {
        "kills": killed,
        "while_writing": while_writing,
        "before_the_first_checkpoint": before_a_checkpoint,
        "trainings": runs,
        "equal_weights": equal_weights,
        "equal_logs": equal_logs,
        "seconds_of_one_training": round(seconds, 2),
        "seconds": round(time.monotonic() - began, 1),
        "sha256": expected[0],
    }


def make_corpus(folder: Path) -> None:
    """Write notes that name some findings each, and prepare them."""
    chance = random.Random(7)
    rows = []
    for number in range(24):
        codes = chance.sample(sorted(FINDINGS), chance.randint(1, 3))
        rows.append(
            {
                "id": f"note-{number}",
                "subject_id": f"patient-{number}",
                "text": f"Admitted with {', '.join(FINDINGS[code] for code in codes)}. " * chance.randint(1, 4),
                "codes": codes,
                "split": "validation" if number % 3 == 0 else "test" if number == 1 else "train",
            }
        )
    source = folder / "notes.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    prepare_own(source, folder / "corpus", top=len(FINDINGS))


def quiet(arguments: TrainingArguments, run: Path) -> None:
    """Begin a training, or resume it if it had begun, and say nothing."""
    train(arguments, run, resume=(run / "arguments.yaml").exists(), report=lambda line: None)


def start(work: Callable[[], None]) -> int:
    """Do some work in a process forked from this one and return its number."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)


def run_to_the_end(work: Callable[[], None]) -> None:
    """Do some work in a process forked from this one and wait for it."""
    _, status = os.waitpid(start(work), 0)
    if status:
        raise RuntimeError("The work in the forked process failed; see the line above.")


def outcome(run: Path) -> tuple[str, list[dict[str, str]]]:
    """Return the sum of the model's weights, and the log but for its times."""
    with (run / "log.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return (
        sha256_of(run / "model" / "model.safetensors"),
        [{name: value for name, value in row.items() if name != "seconds"} for row in rows],
    )


if __name__ == "__main__":
    main()
