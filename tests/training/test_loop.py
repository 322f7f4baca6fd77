"""Training end to end on a small synthetic hospital: exact resume, sealed checkpoints, clear refusals."""

import dataclasses
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from attending.errors import InputError
from attending.model_folder import read_model_folder
from attending.training import TrainingArguments, train
from attending.training.checkpoints import newest_checkpoint

TINY = {
    "vocabulary_size": 600,
    "hidden_size": 32,
    "layers": 1,
    "backbone_heads": 2,
    "attention_heads": 2,
    "reading": "two-way",
    "window_tokens": 64,
    "overlap_tokens": 8,
    "evidence_loss_weight": 0.3,
    "learning_rate": 1e-3,
    "restart_epochs": 1,
    "epochs": 2,
    "documents_a_step": 8,
    "documents_a_device": 4,
    "energy": False,
    "tensorboard": False,
}


@pytest.fixture(scope="module")
def arguments(small_corpus: Path) -> TrainingArguments:
    return TrainingArguments(corpora=[str(small_corpus)], **TINY)


@pytest.fixture(scope="module")
def finished(arguments: TrainingArguments, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("finished") / "run"
    train(arguments, run, report=lambda line: None)
    return run


def silent(line: str) -> None:
    """Take a line of the report and show nothing."""


class Interrupted(Exception):
    pass


def test_a_run_leaves_a_model_that_loads(finished: Path, arguments: TrainingArguments) -> None:
    loaded = read_model_folder(finished / "model")
    assert len(loaded.label_space) == 50
    assert loaded.thresholds.shape == (50,)
    assert TrainingArguments.from_yaml(finished / "arguments.yaml") == arguments
    rows = (finished / "log.csv").read_text().splitlines()
    assert rows[0].startswith("step,epoch,learning_rate,loss")
    assert len(rows) == 3


def test_an_interrupted_and_resumed_run_ends_as_an_uninterrupted_one(
    finished: Path, arguments: TrainingArguments, tmp_path: Path
) -> None:
    def stop_after_the_first_evaluation(line: str) -> None:
        if line.startswith("step"):
            raise Interrupted

    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(arguments, run, report=stop_after_the_first_evaluation)
    assert not (run / "model").exists()
    lines: list[str] = []
    train(arguments, run, resume=True, report=lines.append)
    assert any(line.startswith("resumed at step") and not line.startswith("resumed at step 0 ") for line in lines)
    whole, resumed = (load_file(folder / "model" / "model.safetensors") for folder in (finished, run))
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    losses = [
        [row.split(",")[3] for row in (folder / "log.csv").read_text().splitlines()] for folder in (finished, run)
    ]
    assert losses[0] == losses[1]


def test_a_damaged_checkpoint_is_passed_over(finished: Path) -> None:
    checkpoints = sorted((finished / "checkpoints").iterdir())
    lines: list[str] = []
    newest = newest_checkpoint(finished / "checkpoints", lines.append)
    assert newest is not None
    assert (newest, lines) == (checkpoints[-1], [])
    weights = newest / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert newest_checkpoint(finished / "checkpoints", lines.append) == checkpoints[-2]
    assert "passed over: " in lines[0]
    assert "model.safetensors is damaged" in lines[0]
    data[-1] ^= 1
    weights.write_bytes(data)
    assert newest_checkpoint(finished / "checkpoints", silent) == newest


def test_no_pickle_is_written(finished: Path) -> None:
    allowed = {".safetensors", ".json", ".yaml", ".csv", ".md", ".py", ".npy", ".bin"}
    assert {path.suffix for path in finished.rglob("*") if path.is_file()} <= allowed


def test_a_run_is_not_overwritten_and_not_resumed_with_other_arguments(
    finished: Path, arguments: TrainingArguments, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="is not empty. Choose another run folder, or resume"):
        train(arguments, finished, report=silent)
    with pytest.raises(InputError, match="The arguments differ from those the run began with"):
        train(dataclasses.replace(arguments, seed=1), finished, resume=True, report=silent)
    with pytest.raises(InputError, match="There is no run to resume"):
        train(arguments, tmp_path / "none", resume=True, report=silent)
    with pytest.raises(InputError, match="No corpus to train on"):
        train(dataclasses.replace(arguments, corpora=[]), tmp_path / "none", report=silent)


def test_a_finished_run_is_left_as_it_is(finished: Path, arguments: TrainingArguments) -> None:
    before = (finished / "model" / "manifest.json").stat().st_mtime_ns
    lines: list[str] = []
    assert train(arguments, finished, resume=True, report=lines.append) == finished / "model"
    assert lines == [f"the run in {finished} is finished"]
    assert (finished / "model" / "manifest.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("changes", [{"loss": "focal"}, {"precision": "bf16"}, {"reading": "causal"}])
def test_the_options_train(changes: dict[str, str], arguments: TrainingArguments, tmp_path: Path) -> None:
    quick = dataclasses.replace(arguments, epochs=0.1, **changes)
    assert read_model_folder(train(quick, tmp_path / "run", report=silent)).thresholds.shape == (50,)
