"""The command line as a user meets it: every mistake is one line on standard error and exit code 2."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "pneumonia.txt"


def attending(*arguments: object, stdin: bytes = b"", cwd: Path = ROOT) -> tuple[int, str, str]:
    """Run the command and return exit code, standard output and standard error."""
    result = subprocess.run(
        [sys.executable, "-m", "attending", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        check=False,
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def fails(*arguments: object, stdin: bytes = b"") -> str:
    """Run a command that must fail as a user's mistake does; return its one line."""
    code, out, error = attending(*arguments, stdin=stdin)
    assert code == 2, error
    assert out == ""
    assert error.startswith("attending: ")
    assert error.count("\n") == 1, error
    return error


def test_a_note_becomes_a_table_and_json_says_the_same() -> None:
    code, table, error = attending("predict", EXAMPLE)
    assert (code, error) == (0, "")
    code, out, error = attending("predict", "--json", EXAMPLE)
    assert (code, error) == (0, "")
    found = json.loads(out)
    text = EXAMPLE.read_text(encoding="utf-8")
    assert found["note"] == str(EXAMPLE)
    assert found["characters"] == len(text)
    assert len(found["codes"]) >= 5
    for proposed in found["codes"]:
        assert proposed["code"] in table
        assert 0 <= proposed["probability"] <= 1
        for span in proposed["evidence"]:
            assert text[span["start"] : span["end"]] == span["text"]


def test_folders_standard_input_and_output_files(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name in ("a", "b"):
        (tmp_path / "notes" / f"{name}.txt").write_text("Discharge Diagnosis: Gout. GERD.")
    output = tmp_path / "codes.jsonl"
    code, out, _ = attending(
        "predict", "--json", "--output", output, tmp_path / "notes", "-", stdin=b"Discharge Diagnosis: Gout."
    )
    assert (code, out) == (0, "")
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert [Path(line["note"]).name for line in lines] == ["a.txt", "b.txt", "standard input"]


def test_bad_notes_stop_everything_before_anything_is_coded(tmp_path: Path) -> None:
    good, empty, output = tmp_path / "good.txt", tmp_path / "empty.txt", tmp_path / "out.json"
    good.write_text("Gout.")
    empty.write_text("")
    assert "empty.txt is empty" in fails("predict", "--json", "--output", output, good, empty)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.txt", "good.txt"]
    code, out, error = attending("predict", "--json", "--keep-going", good, empty)
    assert code == 2
    assert len(out.splitlines()) == 1
    assert "empty.txt is empty" in error


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04\0\0", "is a binary file"),
        ("Ménière".encode("latin-1"), "is not UTF-8"),
        (b"word " * 400_000, "more than one note can have"),
    ],
    ids=["empty", "binary", "latin-1", "2 MB"],
)
def test_files_that_are_no_notes(data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(data)
    assert message in fails("predict", tmp_path / "note.txt")


def test_wrong_places(tmp_path: Path) -> None:
    assert "There is no file or folder" in fails("predict", tmp_path / "note.txt")
    assert "holds no .txt file" in fails("predict", tmp_path)
    assert "Expected a model folder" in fails("predict", "--model", tmp_path / "none", EXAMPLE)


def test_output_never_replaces_a_note_or_a_folder(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Gout.")
    assert "is one of the notes to code" in fails("predict", "--output", note, note)
    assert "to be a file, found a folder" in fails("predict", "--output", tmp_path, note)
    assert "is not a folder that you may write to" in fails("predict", "--output", note / "out.json", note)
    assert note.read_text() == "Gout."


def test_a_note_without_any_code_is_an_answer_too(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Seen for a routine eye examination.")
    code, out, error = attending("predict", "--json", "--threshold", "1", tmp_path / "note.txt")
    assert (code, error) == (0, "")
    assert json.loads(out)["codes"] == []


def test_a_source_is_never_overwritten(small_hospital: Path, tmp_path: Path) -> None:
    hospital = tmp_path / "hospital"
    shutil.copytree(small_hospital, hospital)
    assert "which it is to be made from" in fails("prepare", hospital, hospital, "--overwrite")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert "was not written by attending" in fails("synthesize", tmp_path / "mine", "--overwrite")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_options_that_contradict_each_other(small_hospital: Path, tmp_path: Path) -> None:
    target = tmp_path / "corpus"
    assert "contradict each other" in fails("prepare", small_hospital, target, "--top", 5, "--codes", "mimic-iv-50")
    assert "--column goes with" in fails("prepare", small_hospital, target, "--column", "codes=x")


def test_missing_tables_and_columns_leave_nothing(small_hospital: Path, tmp_path: Path) -> None:
    hospital = tmp_path / "hospital"
    shutil.copytree(small_hospital, hospital)
    diagnoses = hospital / "hosp" / "diagnoses_icd.csv.gz"
    table = gzip.decompress(diagnoses.read_bytes())
    diagnoses.write_bytes(gzip.compress(table.replace(b"icd_version", b"icd_edition", 1)))
    assert "icd_version" in fails("prepare", hospital, tmp_path / "corpus")
    diagnoses.write_bytes(gzip.compress(table)[:-20])
    assert "diagnoses_icd.csv.gz" in fails("prepare", hospital, tmp_path / "corpus")
    diagnoses.unlink()
    assert "diagnoses_icd" in fails("prepare", hospital, tmp_path / "corpus")
    (hospital / "note" / "discharge.csv.gz").rename(hospital / "hosp" / "discharge.csv.gz")
    diagnoses.write_bytes(gzip.compress(table))
    assert "note/discharge" in fails("prepare", hospital, tmp_path / "corpus")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hospital"]


def test_a_result_is_not_overwritten_unasked(small_hospital: Path) -> None:
    assert "already exists" in fails("synthesize", small_hospital, "--admissions", 1)


def test_a_wrong_recipe_or_corpus(tmp_path: Path, small_corpus: Path) -> None:
    recipe = ROOT / "recipes" / "smoke.yaml"
    assert "layers must be above 0" in fails("train", recipe, tmp_path / "run", "--layers", 0, "--corpus", small_corpus)
    assert "Expected a corpus" in fails("train", recipe, tmp_path / "run", "--corpus", tmp_path / "none")
    assert not (tmp_path / "run").exists()


def test_help_and_version() -> None:
    code, out, _ = attending("--help")
    assert code == 0
    for command in ("synthesize", "prepare", "train", "evaluate", "card", "predict"):
        assert command in out
        assert attending(command, "--help")[0] == 0
    assert attending("--version")[1].startswith("attending 0.")
