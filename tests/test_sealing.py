from pathlib import Path

import pytest

from attending.errors import InputError
from attending.sealing import MANIFEST, remove_leftovers, seal, sealed_folder, verify, write_text_whole


def check(folder: Path) -> None:
    verify(folder, what="a corpus", next_step="Make it again.")


def test_a_folder_is_complete_and_sealed(tmp_path: Path) -> None:
    with sealed_folder(tmp_path / "new" / "corpus") as folder:
        (folder / "a.txt").write_text("one")
        assert not (tmp_path / "new" / "corpus").exists()
    check(tmp_path / "new" / "corpus")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["corpus"]


def test_a_failure_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    with sealed_folder(tmp_path / "corpus") as folder:
        (folder / "a.txt").write_text("one")

    def write_and_fail() -> None:
        with sealed_folder(tmp_path / "corpus", overwrite=True) as folder:
            (folder / "a.txt").write_text("two")
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        write_and_fail()
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
    assert (tmp_path / "corpus" / "a.txt").read_text() == "one"


def test_an_existing_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    with sealed_folder(tmp_path / "corpus") as folder:
        (folder / "old.txt").write_text("one")
    with pytest.raises(InputError, match="already exists"), sealed_folder(tmp_path / "corpus"):
        pass
    with sealed_folder(tmp_path / "corpus", overwrite=True) as folder:
        (folder / "new.txt").write_text("two")
    assert sorted(path.name for path in (tmp_path / "corpus").iterdir()) == [MANIFEST, "new.txt"]


def test_what_is_not_ours_and_what_is_read_from_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a.txt").write_text("one")

    def write(name: str, source: Path | None = None) -> None:
        with sealed_folder(tmp_path / name, overwrite=True, source=source):
            pass

    with pytest.raises(InputError, match="was not written by attending"):
        write("theirs")
    write("ours")
    for source in (tmp_path / "ours", tmp_path / "ours" / "deep" / "table.csv"):
        with pytest.raises(InputError, match="which it is to be made from"):
            write("ours", source)


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    with sealed_folder(tmp_path / "corpus") as folder:
        (folder / "data.bin").write_bytes(bytes(range(40)))
    path = tmp_path / "corpus" / "data.bin"
    for position in range(40):
        data = bytearray(range(40))
        data[position] ^= 1
        path.write_bytes(data)
        with pytest.raises(InputError, match="is damaged: its bytes are not those that were sealed"):
            check(tmp_path / "corpus")


def test_missing_files_and_manifests_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Expected a corpus at .* found nothing. Make it again."):
        check(tmp_path / "none")
    with pytest.raises(InputError, match=f"is not a corpus: it has no {MANIFEST}"):
        check(tmp_path)
    (tmp_path / "a.txt").write_text("one")
    seal(tmp_path)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a.txt is missing"):
        check(tmp_path)
    (tmp_path / MANIFEST).write_text("[1")
    with pytest.raises(InputError, match="is not a manifest"):
        check(tmp_path)


def test_a_text_file_is_written_whole(tmp_path: Path) -> None:
    write_text_whole(tmp_path / "deep" / "a.txt", "one")
    write_text_whole(tmp_path / "deep" / "a.txt", "two")
    assert [path.read_text() for path in (tmp_path / "deep").iterdir()] == ["two"]


def test_added_files_are_found_but_for_those_that_others_leave(tmp_path: Path) -> None:
    with sealed_folder(tmp_path / "corpus") as folder:
        (folder / "part").mkdir()
        (folder / "part" / "a.txt").write_text("one")
        (folder / ".hidden").write_text("sealed too")
    (tmp_path / "corpus" / "__pycache__").mkdir()
    (tmp_path / "corpus" / "__pycache__" / "a.pyc").write_bytes(b"")
    (tmp_path / "corpus" / ".DS_Store").write_bytes(b"")
    check(tmp_path / "corpus")
    (tmp_path / "corpus" / "part" / "b.txt").write_text("two")
    with pytest.raises(InputError, match=r"holds part/b.txt, which its seal does not name. Take it out"):
        check(tmp_path / "corpus")
    (tmp_path / "corpus" / "part" / "b.txt").unlink()
    (tmp_path / "corpus" / ".hidden").unlink()
    with pytest.raises(InputError, match=r".hidden is missing"):
        check(tmp_path / "corpus")


def test_every_flipped_byte_of_the_manifest_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    seal(tmp_path)
    manifest = tmp_path / MANIFEST
    data = manifest.read_bytes()
    for position in range(len(data)):
        for change in (1, 7, 0x20, 0x80):  # 7 makes a carriage return of a line feed, 0x20 small letters of capitals
            changed = bytearray(data)
            changed[position] ^= change
            manifest.write_bytes(changed)
            with pytest.raises(InputError):
                check(tmp_path)
    manifest.write_bytes(data)
    check(tmp_path)


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".corpus.x1.partial" / "deep").mkdir(parents=True)
    (tmp_path / ".log.csv.7.partial").write_text("half")
    (tmp_path / "thesis.partial").write_text("years of work")
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.partial"]
    remove_leftovers(tmp_path / "none")
