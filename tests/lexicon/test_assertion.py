import re
from collections.abc import Iterator

import pytest

from attending.lexicon.assertion import Assertion
from attending.lexicon.matching import Matcher
from attending.lexicon.terms import Concept
from tests.lexicon import sentences

CODES = {
    "COPD": "J44.9",
    "CAD": "I25.10",
    "HTN": "I10",
    "HLD": "E78.5",
    "hypertension": "I10",
    "diabetes": "E11.9",
    "CKD": "N18.9",
    "AKI": "N17.9",
    "UTI": "N39.0",
    "urinary tract infection": "N39.0",
    "pneumonia": "J18.9",
    "DVT": "I82.409",
    "anemia": "D64.9",
    "depression": "F32.9",
    "constipation": "K59.00",
    "asthma": "J45.909",
    "smoker": "F17.210",
    "atrial fibrillation": "I48.91",
    "sleep apnea": "G47.33",
}
MATCHER = Matcher(Concept(code, (name,)) for name, code in CODES.items())
MEANINGS: dict[Assertion, list[str]] = {
    "affirmed": sentences.AFFIRMED,
    "negated": sentences.NEGATED,
    "possible": sentences.POSSIBLE,
    "family": sentences.FAMILY,
    "conditional": sentences.CONDITIONAL,
    "historical": sentences.HISTORICAL,
}


def assertions(marked: str) -> Iterator[tuple[str, Assertion]]:
    """The marked words of a sentence, each with what the engine takes it to mean."""
    text, places = "", []
    for part in re.split(r"(\[[^]]+])", marked):
        bare = part[1:-1] if part.startswith("[") else part
        if bare != part:
            places.append((len(text), len(text) + len(bare)))
        text += bare
    found = {(mention.start, mention.end): mention.assertion for mention in MATCHER.mentions(text)}
    for start, end in places:
        yield text[start:end], found[(start, end)]


def assertion_of(sentence: str, condition: str) -> Assertion:
    start = sentence.index(condition)
    return next(mention.assertion for mention in MATCHER.mentions(sentence) if mention.start == start)


@pytest.mark.parametrize("sentence", sentences.AFFIRMED)
def test_what_the_patient_has_is_affirmed(sentence: str) -> None:
    assert {assertion for _, assertion in assertions(sentence)} == {"affirmed"}


@pytest.mark.parametrize("meaning", [meaning for meaning in MEANINGS if meaning != "affirmed"])
def test_what_the_patient_has_not_is_never_affirmed(meaning: Assertion) -> None:
    got = [(sentence, *found) for sentence in MEANINGS[meaning] for found in assertions(sentence)]
    assert [row for row in got if row[2] == "affirmed"] == []
    assert sum(row[2] == meaning for row in got) > 0.8 * len(got)


@pytest.mark.parametrize(
    ("note", "condition", "meaning"),
    [
        ("Family History:\nCAD, hypertension", "CAD", "family"),
        ("Family History:\nFather had CAD.\n\nAssessment:\nhypertension", "hypertension", "affirmed"),
        ("Allergies:\nasthma with aspirin\n\nHTN", "asthma", "conditional"),
        ("Pertinent Results:\nCXR: pneumonia in the right lower lobe", "pneumonia", "possible"),
        ("Past Medical History:\npneumonia\nCAD", "pneumonia", "historical"),
        ("Past Medical History:\npneumonia\nCAD", "CAD", "affirmed"),
        ("Review of Systems:\nconstipation", "constipation", "conditional"),
        ("Brief Hospital Course:\n# pneumonia: CT without pneumonia, antibiotics stopped.", "pneumonia", "negated"),
        ("Brief Hospital Course:\n# UTI ruled out. Initially treated. UTI was mild", "UTI", "negated"),
        ("Cardiac risk factors: (+) HLD, (-) diabetes, (+) hypertension", "diabetes", "negated"),
        ("Cardiac risk factors: (+) HLD, (-) diabetes, (+) hypertension", "hypertension", "affirmed"),
        ("Cardiac risk factors: + HLD, - diabetes, + hypertension", "diabetes", "negated"),
    ],
)
def test_the_part_of_the_note_counts(note: str, condition: str, meaning: Assertion) -> None:
    assert assertion_of(note, condition) == meaning


@pytest.mark.parametrize(
    ("note", "condition", "meaning"),
    [
        ("He had no fever, no cough, no recent travel and no sick\ncontacts, CAD or HTN.", "CAD", "negated"),
        ("No fever.\nCAD on aspirin.", "CAD", "affirmed"),
        ("- no fever\n- CAD\n- HTN", "CAD", "affirmed"),
        ("No fever; CAD on aspirin.", "CAD", "affirmed"),
        ("Dr. No saw the patient. CAD stable.", "CAD", "affirmed"),
        ("No surgeries\nCAD\nHTN", "CAD", "affirmed"),
        ("Denies pain\n\nCAD", "CAD", "affirmed"),
        ("no fever. cad. HTN", "HTN", "affirmed"),
    ],
)
def test_a_denial_ends_with_its_sentence_or_list_item(note: str, condition: str, meaning: Assertion) -> None:
    assert assertion_of(note, condition) == meaning


@pytest.mark.parametrize(
    ("note", "condition", "meaning"),
    [
        ("Treated for pneumonia, then CT excluded pneumonia.", "pneumonia", "negated"),
        ("Thought to have AKI, but labs showed no AKI.", "AKI", "negated"),
        ("Treated for pneumonia. Repeat film: no pneumonia.", "pneumonia", "negated"),
        ("He had pneumonia; a repeat film showed no pneumonia.", "pneumonia", "affirmed"),
        ("Asthma was mentioned, but he does not have asthma.", "Asthma", "negated"),
        ("asthma, but no asthma medications", "asthma", "affirmed"),
        ("He was told of COPD. This was ruled out by PFTs.", "COPD", "negated"),
        ("He has COPD. CAD was ruled out.", "COPD", "affirmed"),
        ("DVT in 2009 after surgery", "DVT", "historical"),
        ("Admission Date: 5/2/2019\n\nDVT (2019) was treated.", "DVT", "affirmed"),
        ("no acute DVT", "DVT", "negated"),
    ],
)
def test_what_is_said_later_counts(note: str, condition: str, meaning: Assertion) -> None:
    assert assertion_of(note, condition) == meaning
