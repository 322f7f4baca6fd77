"""What ends a run before its time: each kind has its message and exit code, and what was saved before stays whole."""

import dataclasses
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from attending.errors import InputError
from attending.training import TrainingArguments, TrainingError, loop, train
from attending.training.checkpoints import newest_checkpoint
from attending.training.devices import new_accelerator
from tests.training.conftest import silent


def newest_step(run: Path) -> int:
    newest = newest_checkpoint(run / "checkpoints", silent)
    assert newest is not None
    return int(newest.name.removeprefix("step-"))


def at_step(number: int, happening: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen in the middle of a step."""
    collate, calls = loop.collate, []

    def collate_then(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2 * number:  # two batches a step
            happening()
        return collate(*given)

    monkeypatch.setattr(loop, "collate", collate_then)


def ends_like(run: Path, other: Path) -> bool:
    whole, resumed = (load_file(folder / "model" / "model.safetensors") for folder in (run, other))
    return all(torch.equal(value, resumed[name]) for name, value in whole.items())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_after_the_step_with_a_checkpoint(
    number: int, code: int, tiny: TrainingArguments, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rarely = dataclasses.replace(tiny, steps_a_checkpoint=0)
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patch:
        at_step(3, lambda: signal.raise_signal(number), patch)
        with pytest.raises(TrainingError, match="Stopped by SIG.* at step 3 of 16; a checkpoint") as stopped:
            train(rarely, tmp_path / "run", report=silent)
    assert stopped.value.exit_code == code
    assert newest_step(tmp_path / "run") == 3
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    train(rarely, tmp_path / "run", resume=True, report=silent)
    assert ends_like(tiny_run, tmp_path / "run")


def test_a_second_ctrl_c_stops_at_once(
    tiny: TrainingArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    at_step(3, twice, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        train(tiny, tmp_path / "run", report=silent)
    assert newest_step(tmp_path / "run") == 2


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."),
        RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes."),
        MemoryError(),
    ],
    ids=["gpu", "cpu", "python"],
)
def test_a_run_out_of_memory_says_what_to_lower_and_goes_on(
    error: Exception, tiny: TrainingArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise error

    with monkeypatch.context() as patch:
        at_step(4, fail, patch)
        with pytest.raises(TrainingError, match="Out of memory with 2 documents a device. Lower .* --resume") as failed:
            train(tiny, tmp_path / "run", report=silent)
    assert failed.value.exit_code == 3
    assert newest_step(tmp_path / "run") >= 3
    lines: list[str] = []
    train(dataclasses.replace(tiny, documents_a_device=1), tmp_path / "run", resume=True, report=lines.append)
    assert "changed since the run began: documents_a_device" in lines
    assert any("4 documents (1 x cpu, 1 documents a device, 4 batches accumulated)" in line for line in lines)


def test_other_errors_are_not_explained_away(
    tiny: TrainingArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("a mistake in the code")

    at_step(1, fail, monkeypatch)
    with pytest.raises(RuntimeError, match="a mistake in the code"):
        train(tiny, tmp_path / "run", report=silent)


def test_a_loss_that_is_no_number_stops_before_it_is_saved(tiny: TrainingArguments, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is no longer a number at step .* lower learning_rate") as failed:
        train(dataclasses.replace(tiny, learning_rate=1e30), tmp_path / "run", report=silent)
    assert failed.value.exit_code == 3
    newest = newest_checkpoint(tmp_path / "run" / "checkpoints", silent)
    if newest is not None:
        assert all(value.isfinite().all() for value in load_file(newest / "optimizer.safetensors").values())


def test_a_full_disk_leaves_the_last_checkpoint_whole(
    tiny: TrainingArguments, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own limit on a file's size stands in for a full disk: writing fails in the middle of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with monkeypatch.context() as patch:
            at_step(5, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard)), patch)
            with pytest.raises(TrainingError, match="No space left to write in .*run. Make room.* --resume") as failed:
                train(tiny, tmp_path / "run", report=silent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.value.exit_code == 3
    assert newest_step(tmp_path / "run") == 4
    assert not list((tmp_path / "run").rglob("*.partial"))
    train(tiny, tmp_path / "run", resume=True, report=silent)
    assert ends_like(tiny_run, tmp_path / "run")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"device": "cuda"}, "device is cuda, but PyTorch .* sees none here. Available: .*cpu.*or to auto"),
        (
            {"device": "auto", "precision": "fp16"},
            "fp16 is not to be had on this cpu. Available: auto, float32",
        ),
        ({"sharding": "fsdp"}, "sharding fsdp spreads a model over several devices, and there is one"),
    ],
    ids=["device", "precision", "sharding"],
)
def test_a_device_that_is_not_there_is_named(
    changes: dict[str, Any], message: str, tiny: TrainingArguments, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        train(dataclasses.replace(tiny, **changes), tmp_path / "run", report=silent)
    assert not (tmp_path / "run").exists()


def test_the_batch_must_fit_the_devices(tiny: TrainingArguments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accelerate.Accelerator.num_processes", 3)
    with pytest.raises(InputError, match="times the number of devices .3.. Set documents_a_step to a multiple of 3"):
        new_accelerator(tiny)
    with pytest.raises(InputError, match="Allowed for documents_a_device: 1, 2, 4."):
        new_accelerator(dataclasses.replace(tiny, documents_a_step=12, documents_a_device=3))


@pytest.mark.slow
def test_ctrl_c_on_the_command_line(tiny: TrainingArguments, tmp_path: Path) -> None:
    recipe, run = tmp_path / "recipe.yaml", tmp_path / "run"
    recipe.write_text(dataclasses.replace(tiny, epochs=10_000.0).to_yaml())
    command = [sys.executable, "-m", "attending", "train", str(recipe), str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 300
        while not list(run.glob("checkpoints/step-*")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        out, error = process.communicate()
    assert process.returncode == 130
    assert error.startswith("attending: Stopped by SIGINT at step ")
    assert error.count("\n") == 1
    assert "documents/s" in out
