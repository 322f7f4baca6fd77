import json
from pathlib import Path

import numpy as np
import pytest

from attending.errors import InputError
from attending.model import AttendingForSequenceClassification
from attending.model_folder import read_model_folder, write_model_folder
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
