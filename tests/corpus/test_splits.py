"""Patients go to train, validation and test: whole, reproducibly, and with their codes in like shares."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.corpus.splits import split_patients
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
