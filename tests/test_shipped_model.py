"""The model inside the package: small, complete, and made again by one command."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from attending import Coder
from attending.model_folder import SHIPPED, read_model_folder
from attending.taxonomy import named_codes

ROOT = Path(__file__).parents[1]


def test_it_is_small_and_knows_the_benchmark_codes() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 40_000_000
    assert Coder.from_pretrained().label_space.codes == named_codes("mimic-iv-50")


def test_its_code_is_this_code() -> None:
    for path in SHIPPED.glob("*.py"):
        assert path.read_bytes() == (ROOT / "src" / "attending" / "model" / path.name).read_bytes()


def test_its_card_says_what_it_is() -> None:
    card = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for words in ("It is a demonstration", "CC BY 4.0", "Measured on CodiEsp", "held-out wordings", "human coder"):
        assert words in card


@pytest.mark.parametrize("as_remote_code", [False, True])
def test_the_usual_three_lines_work(as_remote_code: bool) -> None:
    text = "Discharge Diagnosis: Community-acquired pneumonia. " + "She walked in the hallway. " * 100
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED)
    model = AutoModelForSequenceClassification.from_pretrained(SHIPPED, trust_remote_code=as_remote_code)
    inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=1024)
    with torch.inference_mode():
        probabilities = torch.sigmoid(model(**inputs).logits)[0]
    found = {model.config.id2label[position] for position in (probabilities >= 0.40).nonzero().flatten().tolist()}
    assert "J18.9" in found
    assert len(found) <= 5
    loaded = replace(read_model_folder(SHIPPED), combination=None, calibration=None)
    own = Coder(loaded, device="cpu", dtype="float32").probabilities(text)
    torch.testing.assert_close(
        probabilities.double(), torch.tensor(list(own.values()), dtype=torch.float64), atol=1e-4, rtol=0
    )


@pytest.mark.slow
def test_one_command_makes_it_again_in_little(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "RUNS": str(tmp_path / "runs"),
        "MODEL": str(tmp_path / "model"),
        "ADMISSIONS": "240",
        "CHANGES": "--epochs 0.01 --restart-epochs 1",
    }
    result = subprocess.run(
        [ROOT / "recipes" / "shipped_model.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert len(Coder.from_pretrained(tmp_path / "model").label_space) == 50
    report = json.loads((tmp_path / "runs" / "report-codiesp.json").read_text())
    assert [system["name"] for system in report["systems"]][2:] == [
        "lexicon",
        "TF-IDF + logistic regression",
        "note-blind floor",
    ]
    assert "Measured on CodiEsp" in (tmp_path / "model" / "README.md").read_text()
