from pathlib import Path

import pytest
import torch

from attending.errors import InputError
from attending.training import TrainingArguments, parse_changes
from attending.training.schedule import CosineRestarts

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.yaml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_loads_and_survives_being_saved(path: Path, tmp_path: Path) -> None:
    arguments = TrainingArguments.from_yaml(path)
    saved = tmp_path / "arguments.yaml"
    saved.write_text(arguments.to_yaml())
    assert TrainingArguments.from_yaml(saved) == arguments


def test_the_reference_recipe_has_the_reference_numbers() -> None:
    arguments = TrainingArguments.from_yaml(RECIPES[0].with_name("reference.yaml"))
    assert (arguments.window_tokens, arguments.overlap_tokens, arguments.documents_a_step) == (1024, 124, 80)
    assert (arguments.learning_rate, arguments.weight_decay, arguments.epochs) == (1e-5, 0.01, 31.0)
    assert (arguments.head_dropout, arguments.clip_norm, arguments.patience) == (0.2, 1.0, 30)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("learning_rat: 1", "Unknown settings in .*: learning_rat. Known: .*learning_rate"),
        ("reading: both", "reading must be one of causal, two-way; got 'both'"),
        ("layers: two", "layers must be int, got str"),
        ("epochs: 0", "epochs must be above 0, got 0.0"),
        ("overlap_tokens: 2000", r"overlap_tokens \(2000\) must be in"),
        ("documents_a_step: 15\ndocuments_a_device: 10", "must be a multiple of documents_a_device"),
        ("seed: -1", "seed must not be below 0"),
        ("epochs: .inf", "epochs must be a finite number"),
        ("learning_rate: .nan", "learning_rate must be a finite number"),
        ("head_dropout: 1", "head_dropout must be in"),
        ("heads: label", "heads must be a list, got str"),
        ("- a\n- b", "must be a mapping"),
        ("a: [", "is not valid YAML"),
    ],
)
def test_a_wrong_recipe_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        TrainingArguments.from_yaml(path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read the recipe .*none.yaml: No such file"):
        TrainingArguments.from_yaml(tmp_path / "none.yaml")


def test_settings_are_changed_by_name() -> None:
    changes = parse_changes(["epochs=3", "learning_rate=1e-4", "heads=[label]"])
    arguments = TrainingArguments.from_yaml(RECIPES[0].with_name("reference.yaml"), **changes)
    assert (arguments.epochs, arguments.learning_rate, arguments.heads) == (3.0, 1e-4, ["label"])
    with pytest.raises(InputError, match="Expected name=value after --set"):
        parse_changes(["epochs"])


@pytest.mark.parametrize(("cycle", "factor"), [(1, 1), (7, 1), (20, 1), (3, 2)])
def test_rates_are_those_of_torch(cycle: int, factor: int) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    oracle = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=cycle, T_mult=factor, eta_min=0.1)
    schedule = CosineRestarts(cycle, lowest=0.1, factor=factor)
    for step in range(45):
        assert schedule(step) == pytest.approx(oracle.get_last_lr()[0])
        optimizer.step()
        oracle.step()


def test_cycles_may_shrink() -> None:
    schedule = CosineRestarts(4, factor=0.5)
    assert [schedule(step) for step in (0, 4, 6, 7, 8)] == [1.0, 1.0, 1.0, 1.0, 1.0]
    assert schedule(3) < 0.2 < schedule(5) < 0.6


def test_warm_up_rises_to_the_highest_rate() -> None:
    schedule = CosineRestarts(10, warmup_steps=4)
    assert [schedule(step) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
