"""The coder with the shipped model: exact evidence, whole notes, clear refusals."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attending import Coder, InputError
from attending.model_folder import SHIPPED

EXAMPLE = (Path(__file__).parents[2] / "examples" / "pneumonia.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.from_pretrained()


def test_the_example_gets_its_plain_codes_with_evidence(coder: Coder) -> None:
    document = coder.code(EXAMPLE)
    found = {code.code: code for code in document.codes}
    assert {"J18.9", "J44.9", "E03.9", "Z66"} <= found.keys()
    assert "pneumonia" in " ".join(span.text for span in found["J18.9"].evidence).lower()
    assert "I48.91" not in found  # a sister has it, and telemetry showed none


def test_codes_are_ranked_and_described(coder: Coder) -> None:
    document = coder.code(EXAMPLE)
    probabilities = [code.probability for code in document.codes]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(code.description for code in document.codes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_quote_is_a_slice_of_the_source(coder: Coder, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(EXAMPLE)))
    noise = data.draw(st.text(max_size=60))
    text = EXAMPLE[:cut][-600:] + noise + EXAMPLE[cut:][:600]
    if not text.strip():
        return
    for code in coder.code(text, threshold=0.1).codes:
        assert all(text[span.start : span.end] == span.text and span.text for span in code.evidence)


def test_the_end_of_a_long_note_is_read(coder: Coder) -> None:
    filler = "The patient ambulated in the hallway with physical therapy and tolerated a regular diet. " * 400
    plain, told = coder.probabilities(filler), coder.probabilities(filler + "Discharge Diagnosis: Gout.")
    assert told["M10.9"] > 2 * plain["M10.9"]


def test_several_notes_are_coded_as_each_alone(coder: Coder) -> None:
    notes = [EXAMPLE, "Past Medical History: GERD, hypothyroidism."]
    assert coder.code(notes) == [coder.code(note) for note in notes]


def test_a_threshold_changes_how_many_are_proposed(coder: Coder) -> None:
    counts = [len(coder.code(EXAMPLE, threshold=threshold).codes) for threshold in (0.0, 0.3, 0.9)]
    assert counts[0] == len(coder.label_space)
    assert counts[0] > counts[1] >= counts[2]


def test_what_cannot_be_coded_is_refused(coder: Coder) -> None:
    with pytest.raises(InputError, match="The note holds no text"):
        coder.code(" \n")
    with pytest.raises(InputError, match=r"The threshold must be in \[0, 1\], got 2"):
        coder.code("Gout.", threshold=2)
    with pytest.raises(InputError, match="There is no device 'abacus'"):
        Coder.from_pretrained(device="abacus")


def test_any_damage_to_a_model_folder_is_found(tmp_path: Path) -> None:
    for name in sorted(path.name for path in SHIPPED.iterdir() if path.is_file()):
        folder = tmp_path / name.replace(".", "-")
        shutil.copytree(SHIPPED, folder)
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)
        with pytest.raises(InputError, match="is damaged|is incomplete"):
            Coder.from_pretrained(folder)
        (folder / name).unlink()
        with pytest.raises(InputError, match="is missing|has no manifest"):
            Coder.from_pretrained(folder)
        shutil.rmtree(folder)


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Expected a model folder at .*none, found nothing"):
        Coder.from_pretrained(tmp_path / "none")
    with pytest.raises(InputError, match=r"is not a model folder: it has no manifest.json"):
        Coder.from_pretrained(tmp_path)


def test_half_precision_proposes_the_same_codes(coder: Coder) -> None:
    fast = Coder.from_pretrained(device="cpu", dtype="bf16")
    assert fast.runs_on == "cpu, bf16"
    exact, near = (one.probabilities(EXAMPLE) for one in (Coder.from_pretrained(dtype="float32"), fast))
    assert max(abs(exact[code] - near[code]) for code in exact) < 0.05
    assert Coder.from_pretrained(device="cpu", dtype="auto").runs_on in ("cpu, bf16", "cpu, float32")
    with pytest.raises(InputError, match="dtype must be one of auto, float32, bf16, fp16; got 'int3'"):
        Coder.from_pretrained(device="cpu", dtype="int3")
