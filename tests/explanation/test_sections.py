from hypothesis import given
from hypothesis import strategies as st

from attending.explanation import find_sections

NOTE = """Name: ___   Unit No: ___

Chief Complaint:
dyspnea

PMHx: HTN
HISTORY OF PRESENT ILLNESS:
Short of breath. Past history of asthma: none.

WHY HE STAYED
Oxygen.
Discharge Diagnoses:
NSTEMI
ACUTE KIDNEY INJURY
CONDITION:
Good
Followup Instructions:
___
"""


def test_headers_of_many_kinds_get_one_name() -> None:
    names = [section.name for section in find_sections(NOTE)]
    assert names == [
        "Beginning",
        "Chief complaint",
        "Past history",
        "History of present illness",
        "Why he stayed",
        "Discharge diagnosis",
        "Condition at discharge",
        "Follow-up",
    ]


def test_a_note_without_headers_is_one_section() -> None:
    (section,) = find_sections("Dear colleague, he is well.")
    assert (section.name, section.start, section.end) == ("Beginning", 0, 27)
    assert find_sections("HPI: well")[0].name == "History of present illness"


@given(st.lists(st.sampled_from([*NOTE.splitlines(), "", " ", "x:", "PE:"]), max_size=20).map("\n".join) | st.text())
def test_sections_join_to_the_whole_note(text: str) -> None:
    assert "".join(text[section.start : section.end] for section in find_sections(text)) == text
