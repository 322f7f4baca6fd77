"""Tables on a disk: found where they may lie, and every kind of damage named by file and row."""

import gzip
from pathlib import Path

import pytest

from attending.corpus.tables import Table, find_tables
from attending.errors import InputError
from tests.corpus.hospital import hospital

HEADER = b"id,other,text\n"


def table(folder: Path, content: bytes, name: str = "t.csv") -> Table:
    path = folder / name
    path.write_bytes(content)
    return Table(path, f"hosp/{name}")


def read(one: Table, *columns: str) -> list[tuple[str, ...]]:
    return [
        row for batch in one.batches(columns) for row in zip(*(batch.strings(name) for name in columns), strict=True)
    ]


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_fields_are_kept_byte_for_byte(tmp_path: Path, name: str) -> None:
    text = 'a "quoted" word,\r\na comma,\n\n a last line \t\u00e9\u2028\x00 '
    content = HEADER + f'1,x,"{text.replace(chr(34), chr(34) * 2)}"\n2,,\n'.encode()
    one = table(tmp_path, gzip.compress(content) if name.endswith("gz") else content, name)
    assert read(one, "text", "id") == [(text, "1"), ("", "2")]


def test_rows_are_numbered_through_all_batches(tmp_path: Path) -> None:
    one = table(tmp_path, HEADER + b"".join(b'%d,x,"%s\n"\n' % (n, b"y" * 3000) for n in range(2, 6002)))
    batches = list(one.batches(["id"]))
    assert len(batches) > 1
    assert all(batch.strings("id")[0] == str(batch.first_row) for batch in batches)


def test_an_unpacked_file_split_into_several_gzip_members_is_read_whole(tmp_path: Path) -> None:
    one = table(tmp_path, gzip.compress(HEADER) + gzip.compress(b"1,x,y\n2,x,z\n"), "t.csv.gz")
    assert read(one, "text") == [("y",), ("z",)]


def test_a_byte_order_mark_and_a_quoted_header_are_read(tmp_path: Path) -> None:
    one = table(tmp_path, b'\xef\xbb\xbf"id","other","text"\r\n1,x,y\r\n')
    assert read(one, "id", "text") == [("1", "y")]


def long_table(text: bytes = b"words " * 500) -> bytes:
    return HEADER + b"".join(b'%d,x,"%s"\n' % (n, text) for n in range(2000))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "t.csv", r"Expected a table in hosp/t\.csv, found no header"),
        (HEADER, "t.csv", r"Expected rows in hosp/t\.csv, found a header alone"),
        (b"id,other\n1,2\n", "t.csv", r"hosp/t\.csv has no column 'text' \(it has: id, other\)"),
        (b"id,text,text\n1,2,3\n", "t.csv", r"hosp/t\.csv has column 'text' twice"),
        (HEADER + b"1,x,y\n2,x\n", "t.csv", r"hosp/t\.csv is damaged: row 3 has more or fewer fields"),
        (
            HEADER + b"1,x,y\n2,x,caf\xe9\n",
            "t.csv",
            r"Expected UTF-8 in hosp/t\.csv, found other bytes in row 3",
        ),
        ("id,other,text\n1,x,y\n".encode("utf-16"), "t.csv", r"Expected UTF-8 in hosp/t\.csv.* in row 1"),
        (
            HEADER + b'1,x,"y\n2,x,z\n',
            "t.csv",
            r"hosp/t\.csv is damaged: it has a quoted field that never ends",
        ),
        (HEADER + b'1,x,"' + b"y " * (10 << 20), "t.csv", r"a row after row 1 is longer than 8 MB"),
        (gzip.compress(long_table())[:-2000], "t.csv.gz", r"hosp/t\.csv\.gz is damaged: it cannot be"),
        (long_table(), "t.csv.gz", r"hosp/t\.csv\.gz is damaged: it cannot be unpacked"),
    ],
)
def test_damage_is_named(tmp_path: Path, content: bytes, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(table(tmp_path, content, name), "id", "text")


def test_a_flipped_byte_in_a_packed_file_is_found(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(long_table()))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(InputError, match=r"hosp/t\.csv\.gz is damaged: it cannot be read beyond row \d+"):
        read(table(tmp_path, bytes(packed), "t.csv.gz"), "id", "text")


def test_bytes_that_are_not_utf_8_are_found_far_from_the_beginning(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found other bytes in row 4002"):
        read(table(tmp_path, long_table() + long_table()[len(HEADER) :] + b"1,x,\xff\n"), "id", "text")


def test_errors_hold_no_text_of_the_notes(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(table(tmp_path, HEADER + b"1,x,y\nsecret words,x\n"), "id", "text")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("inside", [".", "mimiciv/3.1", "physionet.org/files/mimiciv/3.1"])
def test_the_hospital_is_found_under_the_names_of_physionet(tmp_path: Path, inside: str) -> None:
    hospital().write(tmp_path / inside)
    tables = find_tables(tmp_path, None)
    assert tables.patients.path == tmp_path / inside / "hosp" / "patients.csv.gz"
    assert tables.discharge.name == "note/discharge.csv.gz"
    assert tables.evidence is None


def test_the_note_module_may_lie_beside_the_hospital(tmp_path: Path) -> None:
    hospital().write(tmp_path / "mimiciv" / "3.1")
    place = tmp_path / "mimic-iv-note" / "2.2" / "note"
    place.parent.mkdir(parents=True)
    (tmp_path / "mimiciv" / "3.1" / "note").rename(place)
    assert find_tables(tmp_path, None).discharge.path == place / "discharge.csv.gz"
    for notes in (place, place.parent, place.parent.parent, place / "discharge.csv.gz"):
        found = find_tables(tmp_path / "mimiciv", notes).discharge
        assert (found.path, found.name) == (place / "discharge.csv.gz", "note/discharge.csv.gz")


def test_unpacked_tables_are_found(tmp_path: Path) -> None:
    tables = find_tables(hospital().write(tmp_path, packed=False), None)
    assert tables.admissions.name == "hosp/admissions.csv"


def test_notes_in_a_wrong_place_are_pointed_at(tmp_path: Path) -> None:
    hospital().write(tmp_path)
    (tmp_path / "note" / "discharge.csv.gz").rename(tmp_path / "hosp" / "discharge.csv.gz")
    message = r"the notes at .*/note/discharge\.csv\.gz.*Something like it is at .*/hosp/discharge\.csv\.gz"
    with pytest.raises(InputError, match=message):
        find_tables(tmp_path, None)


def test_a_note_module_beside_the_source_is_pointed_at(tmp_path: Path) -> None:
    hospital().write(tmp_path / "mimiciv" / "3.1")
    place = tmp_path / "mimic-iv-note" / "2.2" / "note"
    place.parent.mkdir(parents=True)
    (tmp_path / "mimiciv" / "3.1" / "note").rename(place)
    with pytest.raises(InputError, match=r"Something like it is at .*mimic-iv-note/2\.2/note/discharge\.csv\.gz"):
        find_tables(tmp_path / "mimiciv" / "3.1", None)


def test_missing_tables_are_named(tmp_path: Path) -> None:
    hospital().write(tmp_path)
    (tmp_path / "note" / "discharge.csv.gz").unlink()
    with pytest.raises(InputError, match="Fetch MIMIC-IV-Note, or give its folder with --notes"):
        find_tables(tmp_path, None)
    (tmp_path / "hosp" / "patients.csv.gz").rename(tmp_path / "hosp" / "patients.csv.zip")
    with pytest.raises(InputError, match=r"Expected .*patients\.csv\.gz or \.csv.*\(there is patients\.csv\.zip\)"):
        find_tables(tmp_path, None)
    (tmp_path / "hosp" / "diagnoses_icd.csv.gz").unlink()
    with pytest.raises(InputError, match=r"Expected .*/hosp/diagnoses_icd\.csv\.gz, or a folder hosp/ further down"):
        find_tables(tmp_path, None)


def test_two_releases_are_not_chosen_between(tmp_path: Path) -> None:
    for release in ("2.2", "3.1"):
        hospital().write(tmp_path / "mimiciv" / release)
    with pytest.raises(InputError, match=r"found 2 \(mimiciv/2\.2/hosp and mimiciv/3\.1/hosp\)"):
        find_tables(tmp_path, None)


def test_packed_and_unpacked_are_not_chosen_between(tmp_path: Path) -> None:
    hospital().write(tmp_path)
    hospital().write(tmp_path, packed=False)
    with pytest.raises(InputError, match=r"Found both patients\.csv\.gz and patients\.csv"):
        find_tables(tmp_path, None)


def test_paths_that_are_not_there_or_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found nothing\. Check the path"):
        find_tables(tmp_path / "nowhere", None)
    file = tmp_path / "file.csv"
    file.touch()
    with pytest.raises(InputError, match="Expected a folder with MIMIC-IV's tables, got the file"):
        find_tables(file, None)
    hospital().write(tmp_path)
    with pytest.raises(InputError, match=r"Expected discharge\.csv\.gz or its folder for the notes, got"):
        find_tables(tmp_path, file)
