import json
from pathlib import Path

import numpy as np
import pytest

from attending.errors import InputError
from attending.evaluation import Calibration, Estimate, PrecisionThreshold, RecallControl
from attending.lexicon import FEATURES, Combination, StoredCombination
from attending.model import AttendingForSequenceClassification
from attending.model_folder import (
    CALIBRATION_FIGURES,
    StoredCalibration,
    read_model_folder,
    store_calibration,
    store_combination,
    write_model_folder,
)
from attending.reporting import write_model_card
from attending.taxonomy import LabelSpace
from attending.tokenization import train_tokenizer
from tests.conftest import tiny_config

REPORT = {
    "corpus": "some notes",
    "split": "test",
    "documents": 7,
    "codes": 5,
    "codes_occurring": 3,
    "systems": [
        {
            "name": "attending",
            "metrics": dict.fromkeys(
                (
                    "f1_micro",
                    "f1_macro_occurring",
                    "precision_micro",
                    "recall_micro",
                    "hamming_loss",
                    "average_precision_micro",
                    "precision_at_5",
                ),
                0.5,
            )
            | {"auc_micro": None},
        }
    ],
    "evidence": {"true_positives": 4, "hits": 3, "hit_rate": 0.75},
}


@pytest.fixture
def model_folder(label_space: LabelSpace, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    tokenizer = train_tokenizer(["gout and pneumonia"], vocabulary_size=60)
    model = AttendingForSequenceClassification(tiny_config(label_space))
    write_model_folder(folder, model, tokenizer, label_space, np.full(len(label_space), 0.4))
    return folder


def run_folder(parent: Path) -> Path:
    run = parent / "run"
    run.mkdir()
    (run / "arguments.yaml").write_text("corpora:\n- /secret/place/notes\nbackbone: ''\nlayers: 1\n")
    (run / "log.csv").write_text("step,seconds\n1,30\n2,120\n")
    return run


def test_a_card_tells_what_was_measured_and_where_nothing_lay(model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "about.md").write_text("# A model\n")
    (tmp_path / "report.json").write_text(json.dumps(REPORT))
    write_model_card(
        model_folder, about=tmp_path / "about.md", reports=[tmp_path / "report.json"], run=run_folder(tmp_path)
    )
    card = (model_folder / "README.md").read_text()
    assert card.startswith("# A model")
    assert "Measured on some notes, test part" in card
    assert "| attending | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | - | 0.500 | 0.500 |" in card
    assert "75.0% of 4 rightly proposed codes" in card
    assert "2 evaluations, 2 minutes" in card
    assert "- notes" in card
    assert "secret" not in card
    read_model_folder(model_folder)  # the seal holds


def test_what_is_no_report_run_or_model_is_refused(model_folder: Path, tmp_path: Path) -> None:
    about, other = tmp_path / "about.md", tmp_path / "other"
    about.write_text("# A model\n")
    before = (model_folder / "README.md").read_bytes()
    for text in ('{"systems": []}', "[]", "not json"):
        other.write_text(text)
        with pytest.raises(InputError, match="is not a report of `attending evaluate --output`"):
            write_model_card(model_folder, about=about, reports=[other], run=None)
    other.write_bytes(b"\xff")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        write_model_card(model_folder, about=other, reports=[], run=None)
    with pytest.raises(InputError, match="Cannot read .*none: No such file"):
        write_model_card(model_folder, about=tmp_path / "none", reports=[], run=None)
    with pytest.raises(InputError, match="is not a model folder"):
        write_model_card(tmp_path, about=about, reports=[], run=None)
    assert (model_folder / "README.md").read_bytes() == before


def test_a_card_tells_how_the_lexicon_is_weighed_and_what_the_probabilities_promise(
    model_folder: Path, label_space: LabelSpace
) -> None:
    write_model_card(model_folder)
    plain = (model_folder / "README.md").read_text()
    assert "## Combination" not in plain
    assert "## Calibration" not in plain
    codes, thresholds = len(label_space), np.full(len(label_space), 0.4)
    weights = Combination(1.25, np.arange(len(FEATURES)) - 3.0, np.zeros(codes), np.zeros((codes, 4)))
    store_combination(model_folder, StoredCombination(weights, None, 0.5, ("ward", "clinic"), 1200), thresholds)
    figures = dict.fromkeys(CALIBRATION_FIGURES, Estimate(0.02, 0.01, 0.03))
    store_calibration(
        model_folder,
        StoredCalibration(
            Calibration("none", np.ones(codes), np.zeros(codes)),
            (RecallControl(0.9, 0.125, 90, 80, 0.92),),
            (PrecisionThreshold(0.95, 0.75, 0.6, 0.96, 0.94, 0.98),),
            "ward",
            90,
            80,
            figures,
            figures | {"brier": Estimate(0.01, float("nan"), float("nan"))},
        ),
        thresholds,
    )
    write_model_card(model_folder)
    card = (model_folder / "README.md").read_text()
    assert "1,200 validation documents (ward, clinic)" in card
    assert "| model's log odds | +1.25 |" in card
    assert "| stated | -3.00 |" in card
    assert "| by_rule | +4.00 |" in card
    assert "fitted to 90 validation documents of 80 patients (ward)" in card
    assert "| ECE, all pairs | 0.020 [0.010, 0.030] | 0.020 [0.010, 0.030] |" in card
    assert "| Brier score | 0.020 [0.010, 0.030] | 0.010 |" in card
    assert "| Recall 0.9 | 0.125 | |" in card
    assert "| Precision 0.95 | 0.750 | 60% |" in card


SUBGROUPS = {
    "sex": [
        {
            "name": "F",
            "documents": 40,
            "patients": 30,
            "small": False,
            "figures": {
                "f1_micro": {"value": 0.61, "low": 0.55, "high": 0.66, "gap": -0.02, "gap_low": -0.05, "gap_high": 0.01}
            },
        },
        {
            "name": "M",
            "documents": 3,
            "patients": 2,
            "small": True,
            "figures": {
                "f1_micro": {"value": None, "low": None, "high": None, "gap": None, "gap_low": None, "gap_high": None}
            },
        },
    ]
}


def test_bias_is_what_the_report_measured_and_nothing_more(model_folder: Path, tmp_path: Path) -> None:
    write_model_card(model_folder)
    assert "was not measured for this card" in (model_folder / "README.md").read_text()
    report = tmp_path / "report.json"
    report.write_text(json.dumps({**REPORT, "models": [{"name": "attending", "subgroups": SUBGROUPS}]}))
    write_model_card(model_folder, reports=[report])
    card = (model_folder / "README.md").read_text()
    assert "| F | 40 | 30 | 0.610 [0.550, 0.660] | -0.020 [-0.050, 0.010] |" in card
    assert "| M (small) | 3 | 2 | - | - |" in card
    assert "was not measured" not in card
    report.write_text(json.dumps({**REPORT, "subgroups": {"sex": [{"name": "F"}]}}))
    with pytest.raises(InputError, match="is not a report of `attending evaluate --output`"):
        write_model_card(model_folder, reports=[report])


def test_a_card_from_the_run_s_own_files(model_folder: Path, tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    (run / "log.csv").write_text("step,seconds,f1_micro,f1_macro,best\n1,30,0.5,0.4,1\n2,120,0.3,0.2,0\n")
    (run / "examples" / "0").mkdir(parents=True)
    split = {"documents": 1200, "patients": 800}
    data_card = {
        "source": "MIMIC-IV in /secret/place/mimic",
        "splits": {"train": split, "validation": split},
        "labels_chosen": "the 50 most frequent",
        "release": "ICD-10-CM 2026",
        "split_method": "by patient",
    }
    (run / "examples" / "0" / "corpus.json").write_text(json.dumps(data_card))
    energy = {
        "hardware": "two cores",
        "devices": 1,
        "country": "USA",
        "hours": 2.0,
        "estimate": {"by": "codecarbon 3", "energy_kwh": 0.1234, "carbon_kg": 0.045},
        "cross_check": {"by": "the formula", "watts": 50.0, "energy_kwh": 0.1, "carbon_kg": None},
    }
    (run / "energy.json").write_text(json.dumps(energy))
    write_model_card(model_folder, run=run)
    card = (model_folder / "README.md").read_text()
    assert card.startswith("---\nlanguage: en")
    assert "A biogpt backbone (2 layers, 32 wide), read two-way in windows of 32 tokens with 8 overlap" in card
    assert "1,200 train documents, 1,200 validation documents. Labels: the 50 most frequent. ICD-10-CM 2026." in card
    assert "The best was at step 1: F1 micro 0.500, macro 0.400 on the validation documents that chose it" in card
    assert "2.00 hours on 1 x two cores in USA." in card
    assert "Estimate by codecarbon 3: 0.123 kWh, 0.045 kg CO2eq." in card
    assert "Cross-check by the formula, at 50 W: 0.1 kWh." in card
    for heading in ("Intended use", "Limits", "Bias", "Glossary", "Citation"):
        assert f"\n## {heading}\n" in card
    assert "secret" not in card
    read_model_folder(model_folder)
    for path in (run / "energy.json", run / "examples" / "0" / "corpus.json"):
        good = path.read_text()
        for bad in ("{}", "[]", "no json"):
            path.write_text(bad)
            with pytest.raises(InputError, match=path.name):
                write_model_card(model_folder, run=run)
        path.write_text(good)
