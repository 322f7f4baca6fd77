import pytest
from hypothesis import given
from hypothesis import strategies as st

from attending.errors import InputError
from attending.taxonomy import Taxonomy, normal_form, undotted
from attending.taxonomy.code import system_of

CM, PCS = "ICD-10-CM", "ICD-10-PCS"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I25.10", "I25.10"),
        ("I2510", "I25.10"),
        (" i2510\t", "I25.10"),
        ("i10", "I10"),
        ("N18", "N18"),
        ("C7a.01", "C7A.01"),
        ("QA00101", "QA0.0101"),
        ("S72.001A", "S72.001A"),
        ("S72001A", "S72.001A"),
        ("t360x1a", "T36.0X1A"),
        ("02hv33z", "02HV33Z"),
        ("3E0G76Z", "3E0G76Z"),
        ("XW033E5", "XW033E5"),
        ("B2111ZZ", "B2111ZZ"),
        ("HZ2ZZZZ", "HZ2ZZZZ"),
        ("H401110", "H40.1110"),
        ("C441121", "C44.1121"),
        ("X05133A", "X05133A"),
        ("X05XXXA", "X05.XXXA"),
        ("X0801XA", "X08.01XA"),
    ],
)
def test_every_spelling_has_one_normal_form(text, expected):
    assert normal_form(text) == expected
    assert normal_form(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I",
        "I2",
        "I25.",
        "I251.0",
        "25.10",
        "I25.10000",
        "I25-10",
        "N17-N19",
        "Chapter 9",
        "PCS 02H",
        "02HV33",
    ],
)
def test_what_is_no_code_is_refused_with_what_is_expected(text):
    with pytest.raises(InputError, match=r"Expected an ICD-10-CM code such as I25\.10 .* or an ICD-10-PCS code"):
        normal_form(text)


@pytest.mark.parametrize("text", ["I25.10", "02HV33", "02HV33ZZ", "02H.V33Z", "02HV3OZ", "02HV3IZ"])
def test_a_procedure_code_is_seven_characters_without_i_and_o(text):
    with pytest.raises(InputError, match="Expected an ICD-10-PCS code such as 02HV33Z"):
        normal_form(text, system=PCS)


def test_the_system_decides_where_shape_cannot():
    assert normal_form("X05133A", system=CM) == "X05.133A"
    assert normal_form("X05133A", system=PCS) == "X05133A"
    assert normal_form("S72001A", system=CM) == "S72.001A"
    with pytest.raises(InputError, match="Expected an ICD-10-CM code"):
        normal_form("02HV33Z", system=CM)


def test_a_long_text_is_not_repeated_in_the_message():
    with pytest.raises(InputError) as caught:
        normal_form("Mrs " + "x" * 500)
    assert len(str(caught.value)) < 300


def test_undotted_is_what_claims_write():
    assert undotted(" i25.10") == "I2510"
    assert undotted("02HV33Z") == "02HV33Z"
    assert undotted("I10") == "I10"


@given(st.from_regex(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?", fullmatch=True))
def test_a_dotted_code_survives_every_spelling(code):
    assert normal_form(code) == code
    assert normal_form(f"  {code.lower()} ") == code
    assert normal_form(code.replace(".", ""), system=CM) == code


def test_shape_alone_tells_the_systems_apart_in_all_packaged_codes():
    codes = [key for key in Taxonomy.load() if "-" not in key and " " not in key]
    assert len(codes) > 170_000
    wrong = [code for code in codes if normal_form(code.replace(".", "")) != code]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "system", "normal"),
    [
        ("4280", "ICD-9-CM", "ICD9CM:428.0"),
        ("428.0", "ICD-9-CM", "ICD9CM:428.0"),
        (" v270 ", "ICD-9-CM", "ICD9CM:V27.0"),
        ("E8497", "ICD-9-CM", "ICD9CM:E849.7"),
        ("e849", "ICD-9-CM", "ICD9CM:E849"),
        ("25000", "ICD-9-CM", "ICD9CM:250.00"),
        ("3893", "ICD-9-CM", "ICD9CM:389.3"),
        ("3893", "ICD-9-CM procedures", "ICD9CM:38.93"),
        ("38.93", "ICD-9-CM procedures", "ICD9CM:38.93"),
        ("00", "ICD-9-CM procedures", "ICD9CM:00"),
        ("icd9cm:V270", None, "ICD9CM:V27.0"),
        ("ICD9CM:38.93", None, "ICD9CM:38.93"),
        ("ICD9CM:3893", None, "ICD9CM:389.3"),
        ("V270", None, "V27.0"),
        ("E8497", None, "E84.97"),
    ],
)
def test_codes_of_icd_9_say_so(text, system, normal):
    assert normal_form(text, system=system) == normal
    assert normal_form(normal) == normal
    expected = system or ("ICD-9-CM procedures" if "38.93" in normal else "ICD-9-CM" if ":" in normal else "ICD-10-CM")
    assert system_of(normal) == expected


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("42800", "ICD-9-CM procedures"),
        ("4", "ICD-9-CM"),
        ("E84977", "ICD-9-CM"),
        ("I10", "ICD-9-CM"),
        ("ICD9CM:", None),
    ],
)
def test_what_is_no_code_of_icd_9_is_refused(text, system):
    with pytest.raises(InputError, match="Expected an ICD-9-CM"):
        normal_form(text, system=system)


def test_a_code_of_icd_9_is_none_of_icd_10():
    with pytest.raises(InputError, match="Expected an ICD-10-CM code"):
        normal_form("ICD9CM:428.0", system="ICD-10-CM")
    assert undotted("ICD9CM:V27.0") == undotted("V27.0") == "V270"
