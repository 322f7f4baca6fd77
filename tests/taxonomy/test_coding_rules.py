import pytest

from attending.taxonomy.coding_rules import exclude_each_other, supported_codes


@pytest.mark.parametrize(
    ("concepts", "codes"),
    [
        (["I10"], ["I10"]),
        (["I10", "N18.3"], ["I12.9", "N18.3"]),
        (["I10", "N18.6"], ["I12.0", "N18.6"]),
        (["K21.9", "I10", "I50.32"], ["K21.9", "I11.0", "I50.32"]),
        (["I10", "I50.9", "N18.9"], ["I13.0", "I50.9", "N18.9"]),
        (["I10", "I13.0", "I50.9", "N18.9"], ["I13.0", "I50.9", "N18.9"]),
        (["E11.9", "N18.9"], ["E11.22", "N18.9"]),
        (["E11.9", "E11.22", "N18.9"], ["E11.22", "N18.9"]),
        (["E11.65", "N18.9"], ["E11.65", "N18.9", "E11.22"]),
        (["E11.9", "E11.42"], ["E11.42"]),
        (["N18.9"], ["N18.9"]),
        (["E11.9", "G62.9"], ["E11.42"]),
        (["E11.9", "I73.9", "N18.9"], ["E11.22", "E11.51", "N18.9"]),
        (["G62.9"], ["G62.9"]),
        (["N40.0", "R33.9"], ["N40.1", "R33.8"]),
    ],
)
def test_combinations_are_coded_as_the_guidelines_say(concepts: list[str], codes: list[str]) -> None:
    assert list(supported_codes(concepts)) == codes


def test_all_parts_support_a_combination() -> None:
    codes = supported_codes(["I10", "I50.9", "N18.9", "E11.9"])
    assert codes["I13.0"] == {"I10", "I50.9", "N18.9"}
    assert codes["E11.22"] == {"E11.9", "N18.9"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("R73.9", "E11.9"),
        ("E22.2", "E87.1"),
        ("G45.9", "Z86.73"),
        ("J45.901", "J44.1"),
        ("F10.20", "F10.239"),
        ("K70.30", "K74.60"),
        ("R09.02", "J96.01"),
        ("R06.00", "J96.01"),
        ("N19", "N17.9"),
        ("N19", "N18.9"),
        ("N18.3", "N18.9"),
        ("I48.0", "I48.91"),
    ],
)
def test_such_codes_exclude_each_other(first: str, second: str) -> None:
    assert exclude_each_other(first, second)
    assert exclude_each_other(second, first)


def test_exclusion_is_symmetric_and_never_with_itself() -> None:
    assert exclude_each_other("I48.0", "I48.91")
    assert exclude_each_other("F17.210", "Z87.891")
    assert not exclude_each_other("I48.0", "I48.0")
    assert not exclude_each_other("I10", "E11.9")
