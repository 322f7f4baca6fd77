import os

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from pathlib import Path

import pytest
import torch
from transformers import BioGptConfig

from attending.corpus import prepare
from attending.corpus.synthetic import synthesize
from attending.model import AttendingConfig, AttendingForSequenceClassification
from attending.taxonomy import LabelSpace, Taxonomy

CODES = ("I10", "E11.9", "J18.9", "N17.9", "02HV33Z")


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return Taxonomy.load()


@pytest.fixture(scope="session")
def label_space(taxonomy: Taxonomy) -> LabelSpace:
    return LabelSpace.of(CODES, taxonomy)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data folder beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder shared/ beside the checkout is absent")
    return folder


def tiny_config(label_space: LabelSpace, **changes: object) -> AttendingConfig:
    """A model of two layers and 32 numbers a token."""
    hierarchy = label_space.hierarchy()
    settings: dict[str, object] = {
        "backbone_config": BioGptConfig(
            vocab_size=500,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        ),
        "reading": "two-way",
        "window_tokens": 32,
        "overlap_tokens": 8,
        "code_paths": hierarchy.paths.tolist(),
        "level_sizes": [len(nodes) for nodes in hierarchy.nodes],
        "id2label": dict(enumerate(label_space.codes)),
        "label2id": {code: position for position, code in enumerate(label_space.codes)},
    }
    return AttendingConfig(**{**settings, **changes})


@pytest.fixture(scope="session", params=["causal", "two-way"])
def tiny_model(label_space: LabelSpace, request: pytest.FixtureRequest) -> AttendingForSequenceClassification:
    torch.manual_seed(0)
    model = AttendingForSequenceClassification(tiny_config(label_space, reading=request.param))
    with torch.no_grad():  # large enough weights that a wrong mask would show
        for parameter in model.parameters():
            parameter.mul_(3.0)
    return model.eval()


@pytest.fixture(scope="session")
def small_hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic hospital of 40 admissions."""
    folder = tmp_path_factory.mktemp("data") / "hospital"
    synthesize(folder, admissions=40, seed=3)
    return folder


@pytest.fixture(scope="session")
def small_corpus(small_hospital: Path) -> Path:
    """The corpus of the small hospital, with the 50 benchmark codes."""
    folder = small_hospital.with_name("corpus")
    prepare(small_hospital, folder, codes="mimic-iv-50")
    return folder
