"""Patients go to train, validation and test: whole, reproducibly, and with their codes in like shares."""

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.corpus.findings import Findings
from attending.corpus.splits import read_split_file, split_patients
from attending.errors import InputError

FRACTIONS = (0.8, 0.1, 0.1)
CODES = ["I10", "E78.5", "N17.9", "J18.9"]

documents = st.lists(
    st.tuples(st.integers(0, 30).map(str), st.sets(st.sampled_from(CODES))), min_size=3, max_size=120
).filter(lambda rows: len({subject for subject, _ in rows}) >= 3)
fractions = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)).map(
    lambda parts: (parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts))
)


@settings(deadline=None)  # the first example imports scikit-learn
@given(rows=documents, shares=fractions, seed=st.integers(0, 9), shuffled=st.randoms(use_true_random=False))
def test_each_patient_has_one_split_and_no_split_is_empty(
    rows: list[tuple[str, set[str]]],
    shares: tuple[float, float, float],
    seed: int,
    shuffled: random.Random,
) -> None:
    subjects, codes = [subject for subject, _ in rows], [given for _, given in rows]
    split = split_patients(subjects, codes, CODES, fractions=shares, seed=seed)
    assert set(split.of_subject) == set(subjects)
    assert set(split.of_subject.values()) == {"train", "validation", "test"}
    shuffled.shuffle(rows)
    again = split_patients(
        [subject for subject, _ in rows], [given for _, given in rows], CODES, fractions=shares, seed=seed
    )
    assert again == split


def many() -> tuple[list[str], list[list[str]]]:
    rng = random.Random(0)
    subjects = [str(rng.randrange(2000)) for _ in range(4000)]
    return subjects, [[code for place, code in enumerate(CODES) if rng.random() < 0.4 / (place + 1)] for _ in subjects]


def test_codes_have_like_shares_of_the_patients() -> None:
    subjects, codes = many()
    split = split_patients(subjects, codes, CODES, fractions=FRACTIONS, seed=0)
    assert split.method == "iterative stratification of patients over 4 codes"
    sizes = {name: sum(one == name for one in split.of_subject.values()) for name in ("train", "validation", "test")}
    shares = np.array(list(sizes.values())) / len(split.of_subject)
    np.testing.assert_allclose(shares, FRACTIONS, atol=0.005)
    for code in CODES:
        having = {subject for subject, given in zip(subjects, codes, strict=True) if code in given}
        of_code = [sum(split.of_subject[subject] == name for subject in having) / sizes[name] for name in sizes]
        assert max(of_code) - min(of_code) < 0.01


def test_another_seed_gives_another_split() -> None:
    subjects, codes = many()
    first, second = (split_patients(subjects, codes, CODES, fractions=FRACTIONS, seed=seed) for seed in (0, 1))
    assert first.of_subject != second.of_subject


def test_one_code_or_none_to_balance_is_enough() -> None:
    subjects, codes = many()
    for balanced in (CODES[:1], []):
        split = split_patients(subjects, codes, balanced, fractions=FRACTIONS, seed=0)
        assert set(split.of_subject.values()) == {"train", "validation", "test"}


def test_few_patients_are_dealt_out_at_random_and_the_method_says_so() -> None:
    split = split_patients(["a", "b", "c", "d"], [["I10"]] * 4, ["I10"], fractions=FRACTIONS, seed=0)
    assert sorted(split.of_subject.values()) == ["test", "train", "train", "validation"]
    assert split.method == "patients at random: 4 are too few to balance codes"


def test_fewer_than_three_patients_are_refused() -> None:
    with pytest.raises(InputError, match="Expected at least 3 patients, to fill train, validation, test, found 2"):
        split_patients(["a", "b", "a"], [[]] * 3, [], fractions=FRACTIONS, seed=0)


IDS = {"document": ["1-DS-1", "2-DS-1", "3-DS-1"], "admission": ["21", "22", "23"], "patient": ["11", "12", "13"]}


def write_split(path: Path, columns: dict[str, list[object]]) -> Path:
    table = pa.table(columns)
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".feather":
        pyarrow.feather.write_feather(table, path)
    else:
        rows = [list(columns), *zip(*columns.values(), strict=True)]
        path.write_text("".join(",".join(map(str, row)) + "\r\n" for row in rows))
    return path


@pytest.mark.parametrize("name", ["s.csv", "s.parquet", "s.feather"])
@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        ("_id", [23, 21, 22], "admission"),
        ("_id", [23.0, 21.0, 22.0], "admission"),
        ("_id", ["3-DS-1", "1-DS-1", "2-DS-1"], "document"),
        ("hadm_id", [23, 21, 22], "admission"),
        ("note_id", ["3-DS-1", "1-DS-1", "2-DS-1"], "document"),
        ("document_id", ["3-DS-1", "1-DS-1", "2-DS-1"], "document"),
        ("subject_id", [13, 11, 12], "patient"),
    ],
)
def test_a_split_file_is_read_as_the_benchmarks_write_it(
    tmp_path: Path, name: str, column: str, values: list[object], kind: str
) -> None:
    path = write_split(tmp_path / name, {column: values, "split": ["Test", "train", "val"], "more": [1, 2, 3]})
    given = read_split_file(path, IDS, Findings())
    assert given.splits == ("train", "validation", "test")
    assert given.method == f"as {name} gives it by {kind} ({column})"


def test_the_column_that_names_most_documents_counts(tmp_path: Path) -> None:
    columns = {"note_id": ["1-DS-9", "2-DS-9", "3-DS-1"], "hadm_id": [21, 22, 23], "split": ["train", "dev", "test"]}
    given = read_split_file(write_split(tmp_path / "s.csv", columns), IDS, Findings())
    assert given.splits == ("train", "validation", "test")
    assert given.method.endswith("by admission (hadm_id)")


def test_rows_of_a_split_file_that_name_nothing_are_counted(tmp_path: Path) -> None:
    columns = {"hadm_id": ["21", "", "99", "21", "98"], "split": ["train"] * 5}
    findings = Findings()
    given = read_split_file(write_split(tmp_path / "s.csv", columns), IDS, findings)
    assert given.splits == ("train", None, None)
    assert {one.what: (one.rows, one.first_row) for one in findings.all()} == {
        "row without an id": (1, 3),
        "id that no coded document has": (2, 4),
        "id that an earlier row has, in the same split": (1, 5),
    }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"hadm_id": [21], "part": ["train"]},
            r"Expected a column 'split' and one of _id, admission_id, .* found hadm_id",
        ),
        ({"name": [21], "split": ["train"]}, r"found name, split\. Rename the columns"),
        ({"hadm_id": [21, 22], "split": ["train", "tune"]}, r"Expected a split among train, .* in row 3 of s\.csv"),
        (
            {"hadm_id": [21, 21, 22], "split": ["train", "test", "dev"]},
            "1 of 2 ids in column 'hadm_id' of s.csv are in",
        ),
        (
            {"hadm_id": [91, 92], "split": ["train", "test"]},
            r"None of the 2 ids in s\.csv is that of one of the 3 coded",
        ),
    ],
)
def test_split_files_that_cannot_be_used_are_refused(
    tmp_path: Path, columns: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_split_file(write_split(tmp_path / "s.csv", columns), IDS, Findings())


def test_a_split_file_of_json_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"subject_id": 11, "split": "train"}\n{"subject_id": 13, "split": "test"}\n')
    assert read_split_file(path, IDS, Findings()).splits == ("train", None, "test")
    with pytest.raises(InputError, match="Expected a file at .*nowhere.csv, found nothing"):
        read_split_file(tmp_path / "nowhere.csv", IDS, Findings())
