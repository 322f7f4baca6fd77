"""What a corpus may be asked for."""

from pathlib import Path

import pytest

from attending.corpus.selection import Selection, most_frequent
from attending.corpus.terminology import AnyLabels, IcdTerminology
from attending.errors import InputError

DEFAULTS = {
    "top": 50,
    "min_count": None,
    "codes": None,
    "keep_without_label": False,
    "split_file": None,
    "seed": 0,
    "fractions": (0.8, 0.1, 0.1),
}
ICD = IcdTerminology()


def selection(**changes: object) -> Selection:
    return Selection(**{**DEFAULTS, **changes})  # type: ignore[arg-type]


def test_the_most_frequent_codes_come_first_and_equals_by_the_alphabet() -> None:
    documents = [("I10", "B99"), ("I10", "A01"), ("C01",), ("C01", "I10")]
    assert most_frequent(documents, {"I10", "A01", "B99", "C01"}, top=3) == ("I10", "C01", "A01")
    assert most_frequent(documents, {"B99", "A01"}, top=9) == ("A01", "B99")
    assert most_frequent(documents, {"I10", "A01", "B99", "C01"}, min_count=2) == ("I10", "C01")


def test_codes_are_read_by_name_or_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "my codes.txt"
    path.write_text("\ufeffi2510\n\n 02HV33Z \n", encoding="utf-8")
    for codes in (path, str(path)):
        assert selection(codes=codes).listed_codes(ICD) == ("I25.10", "02HV33Z")
        assert selection(codes=codes).as_json()["codes"] == "my codes.txt"
    assert len(selection(codes="mimic-iv-50").listed_codes(ICD) or ()) == 50
    assert selection().listed_codes(ICD) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"I10\n?\n", r"Line 2 of codes\.txt: Expected an ICD-10-CM code"),
        (b"I10\n\ni10\n", r"I10 stands in lines 1 and 3 of codes\.txt"),
        (b"\n", "Expected a code a line in .*, found none"),
        (b"\xff", "Expected a text file with a code a line"),
    ],
)
def test_a_wrong_file_of_codes_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "codes.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        selection(codes=path).listed_codes(ICD)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Expected a list of codes at .*, found nothing"):
        selection(codes=tmp_path / "codes.txt").listed_codes(ICD)
    with pytest.raises(InputError, match=r"Expected a list of codes at codes\.txt, found nothing"):
        selection(codes="codes.txt").listed_codes(ICD)
    with pytest.raises(InputError, match="No list of codes is named 'mimic-iv-51'"):
        selection(codes="mimic-iv-51").listed_codes(ICD)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"top": 0}, "Expected at least one code, got top = 0"),
        ({"min_count": 0}, "Expected a minimum count of at least 1, got 0"),
        ({"min_count": 2, "codes": "mimic-iv-50"}, "A minimum count and a list of codes contradict each other"),
        ({"fractions": (0.8, 0.1, 0.2)}, "Expected three shares above 0 that sum to 1"),
        ({"fractions": (0.9, 0.1, 0.0)}, "Expected three shares above 0 that sum to 1"),
        ({"fractions": (0.5, 0.5)}, "Expected three shares above 0 that sum to 1"),
        ({"seed": -1}, "Expected a seed from 0 to 4294967295, got -1"),
    ],
)
def test_arguments_that_cannot_be_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        selection(**changes)


def test_a_list_is_read_in_the_words_of_its_terminology(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    path.write_text("V27.0\n38.93\n e8497 \n", encoding="utf-8")
    codes = ("ICD9CM:V27.0", "ICD9CM:38.93", "ICD9CM:E849.7")
    assert selection(codes=path).listed_codes(IcdTerminology("9")) == codes
    with pytest.raises(InputError, match=r"Line 2 of codes\.txt: Expected an ICD-10-CM code"):
        selection(codes=path).listed_codes(IcdTerminology("both"))
    path.write_text("icd9cm:v270\n", encoding="utf-8")
    assert selection(codes=path).listed_codes(IcdTerminology("both")) == ("ICD9CM:V27.0",)
    with pytest.raises(InputError, match=r"Line 1 of codes\.txt: Expected a code of ICD-10, got one of ICD-9-CM"):
        selection(codes=path).listed_codes(IcdTerminology("10"))
    path.write_text("PNEUMONIA/left\n asthma\n", encoding="utf-8")
    assert selection(codes=path).listed_codes(AnyLabels()) == ("PNEUMONIA/left", "asthma")


def test_a_version_of_icd_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="Expected a version of ICD among 10, 9 and both, got '11'"):
        IcdTerminology("11")  # type: ignore[arg-type]
