"""The command counts identifiers without showing them, and writes copies without them."""

import json
import sys
from pathlib import Path

import pytest

from attending.cli import main

NOTE = "Mr. Kowalczyk, MRN 4471902, was seen on 11/02/2018.\r\nHe has COPD.\n"


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["attending", "deidentify", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out = capsys.readouterr()
    return int(ended.value.code or 0), out.out, out.err


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "notes" / "one.txt"
    path.parent.mkdir()
    path.write_bytes(NOTE.encode())
    return path


def test_counts_by_kind_and_never_the_words(
    note: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, monkeypatch, str(note))
    assert code == 1
    assert "name" in out
    assert "record number" in out
    assert "date" in out
    for said in ("Kowalczyk", "4471902", "11/02/2018"):
        assert said not in out + err


def test_json_names_kinds_and_offsets(
    note: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run(capsys, monkeypatch, "--json", str(note))
    found = json.loads(out)
    assert code == 1
    assert found["counts"] == {"name": 1, "record number": 1, "date": 1}
    assert [NOTE[one["start"] : one["end"]] for one in found["identifiers"]] == ["Kowalczyk", "4471902", "11/02/2018"]


def test_a_note_without_identifiers_ends_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clean.txt"
    path.write_text("Mr. ___ has COPD.", encoding="utf-8")
    code, out, _ = run(capsys, monkeypatch, str(path))
    assert code == 0
    assert "none found" in out


def test_redact_writes_copies_and_touches_nothing_else(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = run(capsys, monkeypatch, "--redact", "--output", str(tmp_path / "clean"), str(note.parent))
    assert code == 0
    assert (tmp_path / "clean" / "one.txt").read_bytes() == b"Mr. ___, MRN ___, was seen on ___.\r\nHe has COPD.\n"
    assert note.read_bytes() == NOTE.encode()
    assert "name 1" in err
    assert "Kowalczyk" not in err


def test_redact_prints_one_note(
    note: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run(capsys, monkeypatch, "--redact", str(note))
    assert code == 0
    assert out == "Mr. ___, MRN ___, was seen on ___.\r\nHe has COPD.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--redact", "{folder}"], "need a folder for their copies"),
        (["--redact", "--output", "{note}", "{note}"], "would replace the note"),
        (["--output", "{folder}/x.txt", "{note}"], "--output goes with --redact"),
        (["--redact", "--json", "{note}"], "--json goes without --redact"),
        (["{folder}/nothing.txt"], "There is no file or folder"),
    ],
)
def test_what_cannot_be_done_is_refused(
    note: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = [argument.format(folder=note.parent, note=note) for argument in arguments]
    if "{folder}" in arguments:
        (note.parent / "two.txt").write_text("x", encoding="utf-8")
    code, _, err = run(capsys, monkeypatch, *given)
    assert code == 2
    assert message in err
