"""A model folder is calibrated on a corpus, and prediction uses what is stored."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from attending import Coder, InputError
from attending.corpus import prepare_own
from attending.evaluation import Calibration, bootstrap
from attending.model_folder import (
    CALIBRATION,
    SHIPPED,
    THRESHOLDS,
    StoredCalibration,
    read_model_folder,
    store_combination,
)
from attending.prediction.calibrate import Calibrated, calibrate_model
from attending.prediction.command import predict_files

FINDINGS = {
    "Gout.": "M10.9",
    "GERD.": "K21.9",
    "Hypothyroidism.": "E03.9",
    "Atrial fibrillation.": "I48.91",
    "Community-acquired pneumonia.": "J18.9",
    "Hyperlipidemia.": "E78.5",
}


def write_notes(path: Path, documents: int) -> None:
    """Short notes; of what they say a coder has coded only some."""
    random = np.random.default_rng(0)
    rows = []
    for number in range(documents):
        said = list(random.choice(list(FINDINGS), size=3, replace=False))
        codes = [FINDINGS[finding] for finding in said if random.random() < 0.7]
        rows.append(
            {
                "id": f"note {number}",
                "subject_id": f"patient {number // 2}",
                "split": ("train", "validation", "validation", "test")[number // 2 % 4],
                "text": "Discharge Diagnosis: " + " ".join(said),
                "codes": codes or [FINDINGS[said[0]]],
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibrate")
    write_notes(folder / "notes.jsonl", 200)
    prepare_own(folder / "notes.jsonl", folder / "corpus", codes="mimic-iv-50", keep_without_label=True)
    return folder / "corpus"


@pytest.fixture(scope="module")
def plain(corpus: Path) -> Path:
    """The shipped model without its calibration."""
    model = corpus.with_name("plain")
    shutil.copytree(SHIPPED, model)
    loaded = read_model_folder(model)
    assert loaded.combination is not None
    store_combination(model, loaded.combination, loaded.thresholds)
    return model


@pytest.fixture(scope="module")
def calibrated(corpus: Path, plain: Path) -> tuple[Path, Calibrated]:
    model = corpus.with_name("model")
    shutil.copytree(plain, model)
    return model, calibrate_model(model, corpus, recalls=[0.77], device="cpu")


def test_a_calibrated_model_says_so_and_its_probabilities_are_mended(
    calibrated: tuple[Path, Calibrated], plain: Path
) -> None:
    model, found = calibrated
    text = "Discharge Diagnosis: Gout. GERD."
    raw, mended = Coder.from_pretrained(plain, device="cpu"), Coder.from_pretrained(model, device="cpu")
    expected = found.choice.calibration.apply(np.array(list(raw.probabilities(text).values())))
    assert list(mended.probabilities(text).values()) == pytest.approx(expected, abs=1e-9)
    assert found.choice.calibration.method != "none"
    assert not raw.code(text).calibrated
    document = mended.code(text)
    assert document.calibrated
    assert document.to_dict()["calibrated"] is True
    assert mended.thresholds == pytest.approx(found.thresholds)
    proposed = {code.code for code in document.codes}
    assert proposed == {
        code for code, p, limit in zip(mended.label_space.codes, expected, found.thresholds, strict=True) if p >= limit
    }


def test_calibration_helped_on_documents_held_out(calibrated: tuple[Path, Calibrated]) -> None:
    _, found = calibrated
    assert found.stored.after["log_loss"].value < found.stored.before["log_loss"].value
    assert (found.stored.documents, found.stored.patients) == (100, 50)


def test_what_is_stored_is_read_again(calibrated: tuple[Path, Calibrated]) -> None:
    model, found = calibrated
    stored = read_model_folder(model).calibration
    assert stored is not None
    assert np.array_equal(stored.calibration.scale, found.stored.calibration.scale)
    assert np.array_equal(stored.calibration.shift, found.stored.calibration.shift)
    for name in ("recalls", "precisions", "corpus", "documents", "patients", "before", "after"):
        assert getattr(stored, name) == getattr(found.stored, name), name


def test_recall_and_precision_have_their_thresholds(calibrated: tuple[Path, Calibrated], plain: Path) -> None:
    model, found = calibrated
    coder = Coder.from_pretrained(model, device="cpu")
    by_recall = {control.recall: control.threshold for control in found.stored.recalls}
    # 50 patients can promise 0.9 and 0.975, not 0.99.
    assert sorted(by_recall) == [0.77, 0.8, 0.85, 0.9, 0.95, 0.975]
    assert coder.threshold_for_recall(0.77) == by_recall[0.77] >= coder.threshold_for_recall(0.9)
    assert coder.threshold_for_recall(0.86) == by_recall[0.9]
    with pytest.raises(InputError, match=r"no threshold for a recall of 0.999; the highest it has is for 0.975"):
        coder.threshold_for_recall(0.999)
    with pytest.raises(InputError, match=r"Expected a precision in \(0, 1\), got 2"):
        coder.threshold_for_precision(2)
    for of in found.stored.precisions:
        assert of.measured >= of.precision
        assert coder.threshold_for_precision(of.precision) == of.threshold
    with pytest.raises(InputError, match="The model is not calibrated, so it has no threshold for a recall of 0.9"):
        Coder.from_pretrained(plain, device="cpu").threshold_for_recall(0.9)


@pytest.mark.parametrize("earlier", ["plain", "calibrated"])
def test_proposals_can_be_kept(
    earlier: str, corpus: Path, plain: Path, calibrated: tuple[Path, Calibrated], tmp_path: Path
) -> None:
    before = plain if earlier == "plain" else calibrated[0]
    model = tmp_path / "model"
    shutil.copytree(before, model)
    found = calibrate_model(model, corpus, keep_proposals=True, method="platt", device="cpu")
    old, new = Coder.from_pretrained(before, device="cpu"), Coder.from_pretrained(model, device="cpu")
    proposed = []
    for words in FINDINGS:
        text = f"Discharge Diagnosis: {words}"
        proposed.append({code.code for code in new.code(text).codes})
        assert proposed[-1] == {code.code for code in old.code(text).codes}
    assert any(proposed)
    assert new.thresholds == pytest.approx(found.thresholds)
    if earlier == "plain":
        assert not np.allclose(new.thresholds, old.thresholds)


def test_thresholds_are_tuned_or_kept_not_both(corpus: Path, plain: Path) -> None:
    with pytest.raises(InputError, match="Give one of --per-code, --keep-proposals"):
        calibrate_model(plain, corpus, per_code=True, keep_proposals=True)


def test_predict_takes_a_recall(
    calibrated: tuple[Path, Calibrated], plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, _ = calibrated
    coder = Coder.from_pretrained(model, device="cpu")
    probabilities = list(coder.probabilities("Discharge Diagnosis: Gout. GERD.").values())
    note = tmp_path / "note.txt"
    note.write_text("Discharge Diagnosis: Gout. GERD.")
    options = {"output": None, "keep_going": False, "max_characters": None, "device": "cpu"}
    for recall in (0.77, 0.975):
        predict_files([str(note)], model=model, threshold=None, recall=recall, as_json=True, **options)
        found = json.loads(capsys.readouterr().out)
        assert found["calibrated"] is True
        assert len(found["codes"]) == sum(p >= coder.threshold_for_recall(recall) for p in probabilities)
    predict_files([str(note)], model=plain, threshold=None, as_json=False, **options)
    assert "A human coder decides. Probabilities are not calibrated." in capsys.readouterr().out
    with pytest.raises(InputError, match="--threshold, --recall and --precision contradict each other"):
        predict_files([str(note)], model=model, threshold=0.5, recall=0.9, as_json=True, **options)


def test_calibrating_again_starts_from_the_models_own_probabilities(
    calibrated: tuple[Path, Calibrated], corpus: Path
) -> None:
    model, found = calibrated
    again = calibrate_model(model, corpus, recalls=[0.77], device="cpu", method="temperature", per_code=True)
    assert again.stored.before == found.stored.before
    assert again.stored.calibration.method == "temperature"
    assert len(set(again.thresholds)) > 1
    back = calibrate_model(model, corpus, recalls=[0.77], device="cpu")
    assert np.array_equal(back.stored.calibration.scale, found.stored.calibration.scale)


def test_what_cannot_be_had_leaves_the_model_as_it_was(corpus: Path, plain: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(plain, model)
    with pytest.raises(InputError, match="50 patients cannot promise a recall of 0.99"):
        calibrate_model(model, corpus, recalls=[0.99], device="cpu")
    with pytest.raises(InputError, match="No threshold brings 30 or more of the .* to a precision of 0.999"):
        calibrate_model(model, corpus, precisions=[0.999], device="cpu")
    assert not (model / CALIBRATION).exists()
    assert (model / THRESHOLDS).read_bytes() == (plain / THRESHOLDS).read_bytes()
    write_notes(tmp_path / "notes.jsonl", 40)
    prepare_own(tmp_path / "notes.jsonl", tmp_path / "other", top=3, keep_without_label=True)
    with pytest.raises(InputError, match="other has other codes than the model"):
        calibrate_model(model, tmp_path / "other", device="cpu")


def test_a_calibration_that_is_damaged_or_of_another_model_is_refused(
    calibrated: tuple[Path, Calibrated], plain: Path, tmp_path: Path
) -> None:
    model, _ = calibrated
    other = tmp_path / "other"
    shutil.copytree(plain, other)
    shutil.copy2(model / CALIBRATION, other)
    with pytest.raises(InputError, match="which its seal does not name"):
        Coder.from_pretrained(other)
    label_space = Coder.from_pretrained(device="cpu").label_space
    path = tmp_path / CALIBRATION
    for content in ("{}", "[]", "no JSON", '{"format": 1, "method": "platt", "codes": {"I10": {"scale": 1}}}'):
        path.write_text(content)
        with pytest.raises(InputError, match="is not a calibration of this model's codes"):
            StoredCalibration.read(path, label_space)
    path.write_text('{"format": 99}')
    with pytest.raises(InputError, match="has format 99, this version reads 1"):
        StoredCalibration.read(path, label_space)


def test_a_figure_that_is_not_defined_survives_the_file(tmp_path: Path) -> None:
    label_space = Coder.from_pretrained(device="cpu").label_space
    undefined = bootstrap(np.zeros((4, 2), bool), np.full((4, 2), 0.1), 0.5, resamples=5, ranking_resamples=5)
    stored = StoredCalibration(
        Calibration("none", np.ones(50), np.zeros(50)),
        (),
        (),
        "notes",
        4,
        4,
        {"auc": undefined.estimates["auc_micro"]},
        {},
    )
    stored.write(tmp_path / CALIBRATION, label_space)
    assert np.isnan(StoredCalibration.read(tmp_path / CALIBRATION, label_space).before["auc"].value)
    with pytest.raises(InputError, match="no threshold for a recall of 0.9; it has none"):
        stored.threshold_for_recall(0.9)
