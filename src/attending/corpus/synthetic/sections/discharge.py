"""How it ended: diagnoses, disposition, condition, instructions."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.drugs import drug_of
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.phrasing import INLINE
from attending.corpus.synthetic.sections.medications import Medications

_TITLES = (
    ("Primary:", "Secondary:"),
    ("PRIMARY DIAGNOSIS:", "SECONDARY DIAGNOSES:"),
    ("Primary diagnosis", "Secondary diagnoses"),
    ("Primary Diagnosis:", "Secondary Diagnosis:"),
)
_IS_LIST = re.compile(r"primary|\d[.)]|-", re.IGNORECASE)
_POOR = re.compile(r"confused|lethargic|bedbound|out of bed with|fair|poor|guarded|critical", re.IGNORECASE)
_CONFUSED = ("F03", "G30", "F05", "I63", "S06", "G93.4")
_VERY_OLD = 82
_TRIES = 4
_HAS_SECONDARY = re.compile(r"\bsecondary|chronic", re.IGNORECASE)


def write_diagnosis(draft: Draft, said: AbstractSet[str]) -> Passage:
    """Discharge diagnoses: the plan's, those chosen for this place, and what no other section has said.

    Args:
        draft: The note.
        said: The concepts that the other sections say.
    """
    words, layout = draft.words, draft.words.layout
    planned = words.planned("diagnosis")
    named = {mark.concept for mark in planned.marks} if planned else set()
    codes = draft.said_in("diagnosis")
    codes = codes + [code for code in words.stay.concepts if code not in said and code not in codes]
    codes = [code for code in codes if code not in named and code in words.bank.concepts]
    prose = layout.kind == "prose"
    items = [words.name(code, prose=prose) for code in codes]
    first, rest = ([planned], items) if planned else (items[:1], items[1:])
    if not first:
        return Passage("___")
    if prose:
        return join(", ", [item.on_one_line().without_final_period() for item in first + rest])
    rest = [item.capitalized() if words.perhaps(0.6) else item for item in rest]
    is_list = "\n" in first[0].text or bool(_IS_LIST.match(first[0].text))
    if is_list or (rest and words.perhaps(0.45)):
        return _titled(draft, first[0], rest, is_list=is_list)
    return words.listed(first + rest, layout.diagnosis_list)


def _titled(draft: Draft, first: Passage, rest: list[Passage], *, is_list: bool) -> Passage:
    """Primary and secondary diagnoses, each under its title."""
    words, mark = draft.words, draft.words.layout.diagnosis_list
    primary, secondary = words.rng.choice(_TITLES)
    head = first if is_list else join("\n", [primary, words.listed([first], "" if mark in INLINE else mark)])
    if not rest:
        return head
    listed = words.listed(rest, mark)
    if _HAS_SECONDARY.search(first.text):
        return join("\n", [head, listed])
    return join("\n\n" if words.perhaps(0.5) else "\n", [head, join("\n", [secondary, listed])])


def write_disposition(draft: Draft) -> Passage:
    """Where the patient went."""
    return draft.words.disposition


def write_condition(draft: Draft) -> Passage:
    """Condition at discharge."""
    words = draft.words
    if words.stay.died:
        return words.fragment("expired_condition")
    if words.perhaps(0.7) and (planned := words.planned("condition")):
        return planned
    frail = words.stay.age >= _VERY_OLD or any(code.startswith(_CONFUSED) for code in words.stay.has)
    for _ in range(_TRIES):
        condition = words.service_fragment("condition")
        if frail or not _POOR.search(condition.text):
            break
    return condition


def write_instructions(draft: Draft, drugs: Medications) -> Passage:
    """What the patient is told to do, and which drugs have changed."""
    words = draft.words
    if words.stay.died:
        return words.choose("n/a", "Patient expired.", "N/A")
    planned = words.planned("instructions") if words.perhaps(0.88) else None
    advice = words.fragments("advice", words.much(2, cap=4), nearness=1)
    if words.perhaps(0.3) and words.layout.kind != "snippet" and (changes := _changes(draft, drugs)):
        advice.append(changes)
    said = [words.say(code, "instruction") for code in draft.said_in("instruction")[:4]]
    advice += [sentence for sentence in said if sentence]
    words.rng.shuffle(advice)
    parts = [planned or words.service_fragment("instructions", nearness=1), *advice]
    return join("\n\n", [part for part in parts if part])


def _changes(draft: Draft, drugs: Medications) -> Passage | None:
    """What the patient is to start, to stop and to hold, in agreement with the lists."""
    words = draft.words
    home = {drug_of(line.text) for line in drugs.home}
    leaving = {drug_of(line.text.removeprefix("HELD- ")) for line in drugs.discharge}
    kinds = (
        (
            words.choose("START", "Started", "NEW:", "We started").text,
            _names(drugs.discharge, without=home, held=False),
        ),
        (words.choose("STOP", "Stopped", "We stopped").text, _names(drugs.home, without=leaving, held=False)),
        (words.choose("HOLD", "Held", "Do not take").text, _names(drugs.discharge, without=set(), held=True)),
    )
    lines = [f"- {verb} {name}" for verb, names in kinds for name in names]
    if not lines:
        return None
    titles = ("MEDICATION CHANGES:", "Changes to your medications:", "We made the following changes to your medicines:")
    return Passage("\n".join([words.choose(*titles).text, *lines]))


def _names(lines: Sequence[Passage], *, without: AbstractSet[str], held: bool) -> list[str]:
    """The plain names of drugs; those with evidence marks are left out, for their names would be unmarked evidence."""
    return [
        match.group().lower()
        for line in lines
        if line.text.startswith("HELD- ") == held
        and not line.marks
        and _DOSE.search(line.text)
        and drug_of(line.text.removeprefix("HELD- ")) not in without
        and (match := _DRUG_NAME.match(line.text.removeprefix("HELD- ")))
    ]


_DOSE = re.compile(r"\d ?(?:mg|mcg|g|UNIT|mEq)\b")
_DRUG_NAME = re.compile(r"[A-Za-z]{4,}(?: (?:Succinate|Tartrate|Sulfate|Sodium|Potassium|Acid))?")


def write_followup(draft: Draft) -> Passage:
    """Appointments."""
    words = draft.words
    if words.stay.died:
        return Passage("n/a")
    return (words.planned("followup") if words.perhaps(0.5) else None) or words.service_fragment("followup")


def write_closing(draft: Draft) -> list[Passage]:
    """An addendum and a signature, where the note has them."""
    words = draft.words
    parts = [words.fragment("addendum")] if words.perhaps(0.06) else []
    return parts + ([words.fragment("closing")] if words.perhaps(0.7 if words.layout.is_dictated else 0.1) else [])
