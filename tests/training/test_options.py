"""What is trained, at which rates, and what of it is saved: frozen layers, adapters, averages, layer-wise rates."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from attending.errors import InputError
from attending.model import AttendingForSequenceClassification
from attending.model_folder import read_model_folder
from attending.taxonomy import LabelSpace
from attending.training import TrainingArguments, TrainingError, train
from attending.training.average import MovingAverage
from attending.training.checkpoints import newest_checkpoint, read_checkpoint
from attending.training.optimizer import new_optimizer
from tests.conftest import tiny_config
from tests.training.conftest import silent

Changes = dict[str, Any]


def on(backbone: Path, tiny: TrainingArguments, **changes: object) -> TrainingArguments:
    """The tiny training from a pretrained backbone."""
    new = {"hidden_size": 256, "layers": 3, "backbone_heads": 4}  # the defaults: these are the backbone's matter
    return dataclasses.replace(tiny, **{**new, "backbone": str(backbone), "epochs": 1.0, **changes})  # type: ignore[arg-type]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def losses(run: Path) -> list[float]:
    return [float(row.split(",")[3]) for row in (run / "log.csv").read_text().splitlines()[1:]]


def changed_parts(backbone: Path, model: Path) -> set[str]:
    """Name the parameters of the backbone that training has changed."""
    before, after = weights(backbone), weights(model)
    return {name for name, value in before.items() if not torch.equal(value, after[f"backbone.{name}"])}


def test_frozen_layers_stay_as_they_are(backbone: Path, tiny: TrainingArguments, tmp_path: Path) -> None:
    changed = changed_parts(backbone, train(on(backbone, tiny, frozen_layers=1), tmp_path / "one", report=silent))
    assert changed
    assert all(name.startswith(("layers.1.", "layer_norm.")) for name in changed)
    assert not changed_parts(backbone, train(on(backbone, tiny, frozen_layers=-1), tmp_path / "all", report=silent))
    with pytest.raises(InputError, match="frozen_layers is 3, but the backbone has 2. Allowed: 0 to 2, or -1"):
        train(on(backbone, tiny, frozen_layers=3), tmp_path / "none", report=silent)
    assert not (tmp_path / "none").exists()


def test_adapters_are_merged_into_an_ordinary_model(backbone: Path, tiny: TrainingArguments, tmp_path: Path) -> None:
    lines: list[str] = []
    model = train(on(backbone, tiny, lora_rank=2), tmp_path / "run", report=lines.append)
    names = {f"layers.{layer}.self_attn.{part}_proj.weight" for layer in (0, 1) for part in ("q", "v")}
    assert changed_parts(backbone, model) == names
    assert not any("lora" in name for name in weights(model))
    assert "of them trained" in lines[0]
    read_model_folder(model)
    with pytest.raises(InputError, match="no layers named query. Allowed for lora_modules: fc1, fc2, k_proj, out_proj"):
        train(on(backbone, tiny, lora_rank=2, lora_modules=["query"]), tmp_path / "none", report=silent)


def test_layers_have_rates_of_their_own(label_space: LabelSpace) -> None:
    model = AttendingForSequenceClassification(tiny_config(label_space))
    arguments = TrainingArguments(backbone="b", learning_rate=1e-3, layer_decay=0.5, new_parts_rate=10.0)
    names = {parameter: name for name, parameter in model.named_parameters()}
    found = {
        names[parameter]: (group["highest"], group["weight_decay"])
        for group in new_optimizer(arguments, model).param_groups
        for parameter in group["params"]
    }
    assert found.keys() == set(names.values())
    assert found["backbone.embed_tokens.weight"] == pytest.approx((1e-3 / 4, 0.01))
    assert found["backbone.layers.0.fc1.weight"] == pytest.approx((1e-3 / 2, 0.01))
    assert found["backbone.layers.1.fc1.weight"] == pytest.approx((1e-3, 0.01))
    assert found["backbone.layers.1.fc1.bias"] == pytest.approx((1e-3, 0.0))
    assert found["backbone.layer_norm.weight"] == pytest.approx((1e-3, 0.0))
    assert found["heads.bias"] == pytest.approx((1e-2, 0.0))


def test_the_average_is_what_is_scored_and_saved(tiny: TrainingArguments, tmp_path: Path) -> None:
    run = tmp_path / "run"
    model = train(dataclasses.replace(tiny, ema_decay=0.5, epochs=1.0), run, report=silent)
    newest = newest_checkpoint(run / "checkpoints", silent)
    assert newest is not None
    state, progress = read_checkpoint(newest, read_model_folder(model).label_space)
    assert progress.best_step
    averages = {name: value for name, value in state.average.items() if not torch.equal(value, state.weights[name])}
    assert averages
    best = run / "checkpoints" / f"step-{progress.best_step:08d}"
    saved = load_file(best / "average.safetensors")
    assert all(torch.equal(value, saved[name]) for name, value in weights(model).items() if name in saved)


def test_an_average_follows_and_steps_aside() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    average = MovingAverage(model, 0.9)
    torch.nn.init.constant_(model.weight, 2.0)
    average.follow(0)  # decay 1/10 at first
    assert average.weights["weight"].item() == pytest.approx(1.9)
    with average.in_place():
        assert model.weight.item() == pytest.approx(1.9)
    assert model.weight.item() == 2.0
    average.follow(10_000)
    assert average.weights["weight"].item() == pytest.approx(1.91)


def test_gradient_checkpointing_changes_no_weight(tiny: TrainingArguments, tiny_run: Path, tmp_path: Path) -> None:
    model = train(dataclasses.replace(tiny, gradient_checkpointing=True), tmp_path / "run", report=silent)
    before, after = weights(tiny_run / "model"), weights(model)
    assert all(torch.equal(value, after[name]) for name, value in before.items())


@pytest.mark.parametrize("adamw", ["fused", "foreach", "loop"])
def test_all_kinds_of_adamw_train_alike(adamw: str, tiny: TrainingArguments, tiny_run: Path, tmp_path: Path) -> None:
    train(dataclasses.replace(tiny, adamw=adamw), tmp_path / "run", report=silent)  # type: ignore[arg-type]
    assert losses(tmp_path / "run") == pytest.approx(losses(tiny_run), abs=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {"ema_decay": 0.9},
        {"lora_rank": 2},
        {"frozen_layers": 1, "layer_decay": 0.5},
        {"precision": "bf16", "gradient_checkpointing": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_resume_is_exact_with_every_option(
    changes: Changes, backbone: Path, tiny: TrainingArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = on(backbone, tiny, **changes)
    whole = weights(train(arguments, tmp_path / "whole", report=silent))
    from attending.training import loop

    step, calls = loop._step, []

    def broken(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 3:
            raise TrainingError("power cut")
        return step(*given)

    monkeypatch.setattr(loop, "_step", broken)
    with pytest.raises(TrainingError, match="power cut"):
        train(arguments, tmp_path / "run", report=silent)
    monkeypatch.setattr(loop, "_step", step)
    lines: list[str] = []
    resumed = weights(train(arguments, tmp_path / "run", resume=True, report=lines.append))
    assert "resumed at step 2 of 4" in lines
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(value, resumed[name]) for name, value in whole.items())


def test_a_model_learns_to_score_codes_from_their_description(tiny: TrainingArguments, tmp_path: Path) -> None:
    model = train(
        dataclasses.replace(tiny, described_loss_weight=1.0, described_codes=8), tmp_path / "run", report=silent
    )
    loaded = read_model_folder(model).model
    assert loaded.described_head is not None
    assert loaded.described_head.bias.item() != -4.0  # where it began
    assert "descriptions.json" in {path.name for path in (tmp_path / "run" / "examples").iterdir()}
