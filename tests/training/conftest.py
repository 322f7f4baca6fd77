"""The tiny training of the benchmark of kills, for the tests of training: notes of a sentence or two, four codes."""

import importlib.util
import sys
from pathlib import Path

import pytest
import torch
from transformers import BioGptConfig, BioGptModel

from attending.tokenization import train_tokenizer
from attending.training import TrainingArguments, train

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

_spec = importlib.util.spec_from_file_location("kill_resume", BENCHMARKS / "kill_resume.py")
assert _spec is not None
assert _spec.loader is not None
kill_resume = importlib.util.module_from_spec(_spec)
sys.modules["kill_resume"] = kill_resume
_spec.loader.exec_module(kill_resume)


def silent(line: str) -> None:
    """Take a line of the report and show nothing."""


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    kill_resume.make_corpus(folder)
    return folder / "corpus"


@pytest.fixture(scope="session")
def tiny(tiny_corpus: Path) -> TrainingArguments:
    """Sixteen steps with a checkpoint each."""
    settings = {**kill_resume.SETTINGS, "corpora": [str(tiny_corpus)], "ema_decay": 0.0, "tensorboard": False}
    return TrainingArguments(**settings)


@pytest.fixture(scope="session")
def tiny_run(tiny: TrainingArguments, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run; tests leave it as it is."""
    run = tmp_path_factory.mktemp("tiny-run") / "run"
    train(tiny, run, report=silent)
    return run


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A "pretrained" BioGPT of two layers, with its tokenizer."""
    folder = tmp_path_factory.mktemp("backbone")
    tokenizer = train_tokenizer(list(kill_resume.FINDINGS.values()), vocabulary_size=200)
    torch.manual_seed(1)
    config = BioGptConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BioGptModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
