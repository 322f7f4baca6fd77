import io
import sys
from pathlib import Path

import pytest

from attending.errors import InputError
from attending.notes import find_notes, read_note


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "note.txt is empty"),
        (b" \r\n\t \n", "note.txt is empty"),
        (b"%PDF-1.7\0\0stream", "note.txt is a binary file"),
        (bytes(range(1, 32)) * 20, "note.txt is a binary file"),
        ("Ménière's disease".encode("latin-1"), r"note.txt is not UTF-8 \(byte 2 of 17\). Convert it"),
        ("Pneumonia".encode("utf-16"), "note.txt is UTF-16"),
    ],
)
def test_what_is_not_a_note_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_note(path)


def test_a_note_that_is_too_long_is_refused_by_its_length(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("word " * 400_000)
    with pytest.raises(InputError, match=r"has 2,000,000 characters, more than one note can have \(1,000,000\)"):
        read_note(path)
    assert len(read_note(path, most_characters=2_000_000).text) == 2_000_000


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"\xef\xbb\xbfHPI:\r\n\tafebrile\x0c\n")
    assert read_note(path).text == "HPI:\r\n\tafebrile\x0c\n"


def test_errors_never_show_the_text(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"SECRET NAME \xff")
    with pytest.raises(InputError) as caught:
        read_note(path)
    assert "SECRET" not in str(caught.value)


def test_folders_files_and_standard_input_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.txt", "b/c.TXT", "b/d.pdf"):
        (tmp_path / name).write_text("Gout.")
    assert find_notes([str(tmp_path), "-"]) == [tmp_path / "a.txt", tmp_path / "b" / "c.TXT", None]
    assert find_notes([str(tmp_path / "b" / "d.pdf")]) == [tmp_path / "b" / "d.pdf"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Gout – acute".encode())))
    assert read_note(None).text == "Gout – acute"


def test_a_wrong_path_says_what_is_near(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match=r"notes holds no .txt file \(0 files of other kinds\)"):
        find_notes([str(tmp_path / "notes")])
    (tmp_path / "note1.txt").write_text("Gout.")
    with pytest.raises(
        InputError, match=r"There is no file or folder .*note2.txt. The folder .* holds 1 .txt files: note1"
    ):
        find_notes([str(tmp_path / "note2.txt")])
