"""A corpus of labels that are not ICD-10 is trained on, scored and predicted with as any other."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from attending.cli import app
from attending.corpus import prepare_own
from attending.training import TrainingArguments, train

TINY = {
    "vocabulary_size": 300,
    "hidden_size": 32,
    "layers": 1,
    "backbone_heads": 2,
    "attention_heads": 2,
    "reading": "two-way",
    "window_tokens": 32,
    "overlap_tokens": 8,
    "learning_rate": 1e-3,
    "restart_epochs": 1,
    "epochs": 1,
    "documents_a_step": 8,
    "documents_a_device": 8,
    "energy": False,
    "tensorboard": False,
}
SAID = {"asthma": "wheezing since childhood", "PNEUMONIA/left": "an infiltrate on the left", "no [finding]": "nothing"}


def test_labels_of_any_set_are_learnt(tmp_path: Path) -> None:
    source = tmp_path / "films.jsonl"
    rows = [
        {"text": f"Patient {n}: {said}.", "codes": [label], "evidence": [{"code": label, "start": 0, "end": 7}]}
        for n, (label, said) in enumerate(list(SAID.items()) * 15)
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "labels.csv").write_text("code,description,parent\nasthma,Bronchial asthma,lung\nlung,The lung,\n")
    corpus = tmp_path / "corpus"
    prepare_own(source, corpus, labels="any", descriptions=tmp_path / "labels.csv")
    arguments = TrainingArguments(corpora=[str(corpus)], hierarchical_attention=True, **TINY)  # type: ignore[arg-type]
    model = train(arguments, tmp_path / "run", report=lambda line: None)
    scores = attending("evaluate", corpus, "--model", model, "--json")
    assert scores["codes"] == 3
    note = tmp_path / "note.txt"
    note.write_text("Patient 7: wheezing since childhood.")
    answer = attending("predict", note, "--model", model, "--threshold", "0", "--json")
    found = {code["code"]: code["description"] for code in answer["codes"]}
    assert found == {**{label: label for label in SAID}, "asthma": "Bronchial asthma"}


def attending(*arguments: object) -> dict[str, Any]:
    """Run a command that prints JSON."""
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    return json.loads(result.output)
