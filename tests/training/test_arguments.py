import dataclasses
import re
from pathlib import Path

import pytest
import torch

from attending.errors import InputError
from attending.training import TrainingArguments, TrainingError
from attending.training.flags import FLAGS, train_command
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
    assert (arguments.window_tokens, arguments.overlap_tokens) == (1024, 124)
    assert (arguments.documents_a_device, arguments.documents_a_step, arguments.precision) == (10, 80, "fp16")
    assert (arguments.learning_rate, arguments.weight_decay, arguments.epochs) == (1e-5, 0.01, 31.0)
    assert (arguments.head_dropout, arguments.clip_norm, arguments.patience) == (0.2, 1.0, 30)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "learning_rat: 1",
            "Unknown settings in .*: learning_rat. Did you mean learning_rate for learning_rat. Known: .*learning_rate",
        ),
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
        ("heads: []", "heads must name at least one head, each once; allowed: label, similarity, document"),
        ("documents_a_step: 6\ndocuments_a_device: 4", "Allowed for documents_a_device: 1, 2, 3, 6"),
        ("precision: bf61", "precision must be one of auto, float32, bf16, fp16; got 'bf61'. Did you mean bf16"),
        ("device: gpu", "device must be one of auto, cpu, cuda, mps; got 'gpu'"),
        ("device: cpu\nprecision: fp16", "fp16 needs a GPU. With device cpu it may be auto, float32 or bf16"),
        ("sharding: fsdp\nprecision: fp16", "sharding fsdp does not go with precision fp16"),
        ("backbone: b\nhidden_size: 32", "hidden_size describe a new small BioGPT and contradict backbone"),
        ("backbone_heads: 3", r"backbone_heads \(3\) must divide hidden_size \(256\)"),
        ("lora_rank: 8", "lora_rank keeps pretrained weights, and there are none"),
        ("frozen_layers: 1", "frozen_layers keeps pretrained weights, and there are none"),
        ("new_parts_rate: 10", "new_parts_rate sets new parts against pretrained ones"),
        ("backbone: b\nlora_rank: 8\nfrozen_layers: 1", "lora_rank and frozen_layers contradict each other"),
        ("backbone: b\nlora_rank: 8\nsharding: fsdp", "sharding fsdp does not go with lora_rank"),
        ("layer_decay: 1.1", r"layer_decay must be in \(0, 1\]"),
        ("ema_decay: 1", r"ema_decay must be in \[0, 1\)"),
        ("country: us", "country must be three capital letters"),
        ("seed: !!python/object/apply:os.system [ls]", "is not valid YAML"),
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


def run_command(*words: str) -> int:
    """Run `attending train` in this process and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        train_command(list(words), write_card=lambda model, run: None)
    return int(ended.value.code or 0)


def test_every_setting_is_a_flag_with_what_it_means(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert run_command("--help") == 0
    page = " ".join(capsys.readouterr().out.split())
    for spec in dataclasses.fields(TrainingArguments):
        assert FLAGS.get(spec.name, "--" + spec.name.replace("_", "-")) + " " in page, spec.name
        assert len(TrainingArguments.descriptions()[spec.name]) > 10


def test_flags_take_the_place_of_what_the_recipe_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[tuple[TrainingArguments, Path, bool]] = []

    def train(arguments: TrainingArguments, run: Path, *, resume: bool, report: object) -> Path:
        seen.append((arguments, run, resume))
        (run / "model").mkdir(parents=True)
        (run / "model" / "README.md").touch()
        return run / "model"

    monkeypatch.setattr("attending.training.flags.train", train)
    words = "--epochs 3 --learning-rate 1e-4 --heads label --heads document --corpus a --corpus b --no-energy --resume"
    assert run_command(str(RECIPES[0].with_name("reference.yaml")), str(tmp_path), *words.split()) == 0
    (arguments, run, resume), *_ = seen
    assert (arguments.epochs, arguments.learning_rate, arguments.energy) == (3.0, 1e-4, False)
    assert (arguments.heads, arguments.corpora) == (["label", "document"], ["a", "b"])
    assert arguments.clip_norm == 1.0
    assert (run, resume) == (tmp_path, True)


def test_a_failed_run_ends_with_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def train(*arguments: object, **settings: object) -> Path:
        raise TrainingError("Stopped by\nSIGTERM.", exit_code=143)

    monkeypatch.setattr("attending.training.flags.train", train)
    assert run_command(str(RECIPES[0]), "RUN") == 143
    assert capsys.readouterr().err == "attending: Stopped by SIGTERM.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--learning-rat 1", "No such option: --learning-rat .*--learning-rate"),
        ("--reading both", "'both' is not one of 'causal', 'two-way'"),
        ("--epochs many", "'many' is not a valid float|valid number"),
    ],
)
def test_wrong_flags_are_refused_with_what_is_allowed(
    words: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert run_command(str(RECIPES[0]), "RUN", *words.split()) == 2
    assert re.search(message, capsys.readouterr().err)


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
