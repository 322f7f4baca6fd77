"""Several processes train as one does: whole models (DDP) or shards (FSDP), joined by gloo on the CPU."""

import csv
import dataclasses
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from attending.model_folder import read_model_folder
from attending.training import TrainingArguments
from attending.training.checkpoints import AVERAGE, OPTIMIZER, WEIGHTS
from tests.training.conftest import BENCHMARKS


def log(run: Path) -> list[dict[str, str]]:
    with (run / "log.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def train_in_two(recipe: Path, run: Path, *words: str) -> str:
    """Train with two processes and return what was printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", port]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "-m", "attending", "train", str(recipe), str(run), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("sharding", ["none", "fsdp"])
def test_two_processes_train_as_one(sharding: str, tiny: TrainingArguments, tiny_run: Path, tmp_path: Path) -> None:
    recipe, run = tmp_path / "recipe.yaml", tmp_path / "run"
    recipe.write_text(dataclasses.replace(tiny, ema_decay=0.5, epochs=2.0).to_yaml())
    out = train_in_two(recipe, run, "--sharding", sharding)
    assert "2 x cpu, 2 documents a device, 1 batches accumulated" in out
    assert out.count("validation documents") == 1  # one process speaks
    out = train_in_two(recipe, run, "--sharding", sharding, "--epochs", "4", "--resume")
    assert "resumed at step 8 of 16" in out
    one, two = ([float(row["loss"]) for row in log(folder)] for folder in (tiny_run, run))
    assert two == pytest.approx(one, abs=1e-5)
    assert len(read_model_folder(run / "model").label_space) == 4
    newest = max((run / "checkpoints").glob("step-*"))
    for name in (WEIGHTS, OPTIMIZER):
        there, here = load_file(newest / name), load_file(tiny_run / "checkpoints" / newest.name / name)
        assert there.keys() == here.keys()
        for key, value in here.items():
            torch.testing.assert_close(there[key], value, atol=1e-3, rtol=1e-2)
    assert load_file(newest / AVERAGE)


@pytest.mark.slow
def test_kills_change_nothing() -> None:
    command = [sys.executable, str(BENCHMARKS / "kill_resume.py"), "--kills", "20"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert found["kills"] == 20
    assert found["equal_weights"] == found["equal_logs"] == found["trainings"] > 1


@pytest.mark.slow
def test_every_changed_byte_is_found() -> None:
    command = [sys.executable, str(BENCHMARKS / "byte_flips.py"), "--flips", "1000"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert found["flipped"] == {"done": 1000, "found": 1000}
    for kind in ("cut_short", "emptied", "taken_away", "added"):
        assert found[kind]["done"] == found[kind]["found"] > 10
