"""A model folder gets the lexicon at its side; codes that training never saw are scored from what they are called."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from attending import Coder, InputError
from attending.corpus import prepare_own
from attending.model import AttendingForSequenceClassification
from attending.model_folder import COMBINATION, read_model_folder, write_model_folder
from attending.prediction.calibrate import calibrate_model
from attending.prediction.combine import Combined, combine_model
from attending.prediction.command import predict_files
from attending.taxonomy import LabelSpace
from attending.tokenization import train_tokenizer
from tests.conftest import tiny_config

FINDINGS = {"Gout.": "M10.9", "Hypertension.": "I10", "Pneumonia.": "J18.9", "Cholera.": "A00.9", "Mumps.": "B26.9"}
NOTE = "Discharge Diagnosis: Hypertension. Mumps without complication.\nFamily History: father with pneumonia."


def write_model(folder: Path, label_space: LabelSpace, **changes: object) -> Path:
    torch.manual_seed(0)
    tokenizer = train_tokenizer([NOTE, *FINDINGS], vocabulary_size=120)
    model = AttendingForSequenceClassification(tiny_config(label_space, **changes))
    write_model_folder(folder, model, tokenizer, label_space, np.full(len(label_space), 0.4))
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, label_space: LabelSpace) -> Path:
    """Notes that state three of five findings, of which a relative has another."""
    folder = tmp_path_factory.mktemp("combine")
    random = np.random.default_rng(1)
    lines = []
    for number in range(120):
        said = list(random.permutation(list(FINDINGS)))
        text = f"Discharge Diagnosis: {' '.join(said[:3])}\nFamily History: father with {said[3]}"
        split = ("train", "validation", "validation", "test")[number % 4]
        codes = [FINDINGS[finding] for finding in said[:3]]
        lines.append(json.dumps({"id": f"note {number}", "split": split, "text": text, "codes": codes}))
    (folder / "notes.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "codes.txt").write_text("\n".join(label_space.codes) + "\n", encoding="utf-8")
    prepare_own(folder / "notes.jsonl", folder / "corpus", codes=str(folder / "codes.txt"), keep_without_label=True)
    return folder / "corpus"


@pytest.fixture(scope="module")
def combined(corpus: Path, label_space: LabelSpace) -> tuple[Path, Combined]:
    model = write_model(corpus.with_name("model"), label_space, described_loss_weight=0.5)
    return model, combine_model(model, [corpus], device="cpu")


def test_a_model_that_learnt_nothing_reads_by_the_lexicon(combined: tuple[Path, Combined]) -> None:
    model, found = combined
    assert found.scores["model alone"].f1_micro < found.scores["lexicon alone"].f1_micro
    assert found.scores["model and lexicon"].f1_micro > 0.95
    document = Coder.from_pretrained(model, device="cpu").code(NOTE)
    assert [code.code for code in document.codes] == ["I10"]
    assert document.codes[0].evidence[0].text == "Hypertension"
    assert not document.codes[0].zero_shot


def test_further_codes_are_scored_from_what_they_are_called_and_marked(combined: tuple[Path, Combined]) -> None:
    model, found = combined
    assert found.stored.described is not None
    plain, further = Coder.from_pretrained(model), Coder.from_pretrained(model, also=["b269", "A00.9", "I10"])
    document = further.code(NOTE)
    assert {code.code: code.zero_shot for code in document.codes} == {"I10": False, "B26.9": True}
    mumps = next(code for code in document.codes if code.zero_shot)
    assert mumps.evidence[0].text.startswith("Mumps")
    assert document.to_dict()["codes"][0]["zero_shot"] in (True, False)
    probabilities = further.probabilities(NOTE)
    assert list(probabilities) == [*plain.label_space.codes, "B26.9", "A00.9"]
    assert {code: probabilities[code] for code in plain.label_space.codes} == plain.probabilities(NOTE)


def test_labels_of_ones_own_are_scored_from_their_description(combined: tuple[Path, Combined]) -> None:
    coder = Coder.from_pretrained(combined[0], also={"frail": "Frailty", "MUMPS": "Mumps"})
    assert coder.also.codes == ("frail", "MUMPS")
    assert coder.probabilities(NOTE)["MUMPS"] > coder.probabilities(NOTE)["frail"]


def test_a_calibration_is_of_the_combination_and_a_new_combination_drops_it(
    combined: tuple[Path, Combined], corpus: Path
) -> None:
    model, _ = combined
    assert calibrate_model(model, corpus, device="cpu").stored.documents == 60
    before = read_model_folder(model)
    assert before.calibration is not None
    assert before.combination is not None
    combine_model(model, [corpus], device="cpu")
    assert read_model_folder(model).calibration is None


def test_the_command_takes_codes_and_a_file_of_codes(
    combined: tuple[Path, Combined], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    (tmp_path / "codes.txt").write_text("B26.9\nA00.9\n", encoding="utf-8")
    settings = {
        "model": combined[0],
        "threshold": None,
        "output": None,
        "keep_going": False,
        "max_characters": None,
        "device": "cpu",
    }
    outputs = []
    for also in ("B26.9, A00.9", str(tmp_path / "codes.txt")):
        predict_files([str(tmp_path / "note.txt")], as_json=False, also=also, **settings)  # type: ignore[arg-type]
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert "B26.9 *" in outputs[0]
    assert "zero-shot" in outputs[0]


def test_what_cannot_be_scored_is_refused(
    combined: tuple[Path, Combined], tmp_path: Path, label_space: LabelSpace
) -> None:
    with pytest.raises(InputError, match=r"1 codes are not in .* \(first 'Z99.999X'\)"):
        Coder.from_pretrained(combined[0], also=["Z99.999X"])
    with pytest.raises(InputError, match="1 codes have no description"):
        Coder.from_pretrained(combined[0], also={"frail": " "})
    plain = write_model(tmp_path / "plain", label_space)
    with pytest.raises(InputError, match="trained without described_loss_weight"):
        Coder.from_pretrained(plain, also=["B26.9"])


def test_a_corpus_of_other_codes_is_refused_and_the_folder_stays(
    combined: tuple[Path, Combined], small_corpus: Path
) -> None:
    model, _ = combined
    before = (model / COMBINATION).read_bytes()
    with pytest.raises(InputError, match="has other codes than the model"):
        combine_model(model, [small_corpus], device="cpu")
    assert (model / COMBINATION).read_bytes() == before
