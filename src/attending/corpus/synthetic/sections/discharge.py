"""How it ended: diagnoses, disposition, condition, instructions."""

import re
from collections.abc import Set as AbstractSet

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Passage, join

_TITLES = (
    ("Primary:", "Secondary:"),
    ("PRIMARY DIAGNOSIS:", "SECONDARY DIAGNOSES:"),
    ("Primary diagnosis", "Secondary diagnoses"),
    ("Primary Diagnosis:", "Secondary Diagnosis:"),
)
_IS_LIST = re.compile(r"primary|\d[.)]|-", re.IGNORECASE)
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
    head = first if is_list else join("\n", [primary, words.listed([first], "" if mark == ", " else mark)])
    if not rest:
        return head
    listed = words.listed(rest, mark)
    if _HAS_SECONDARY.search(first.text):
        return join("\n", [head, listed])
    return join("\n\n" if words.perhaps(0.5) else "\n", [head, join("\n", [secondary, listed])])


def write_disposition(draft: Draft) -> Passage:
    """Where the patient went."""
    words = draft.words
    if words.stay.died:
        return words.fragment("expired")
    return (words.planned("disposition") if words.perhaps(0.6) else None) or words.fragment("disposition")


def write_condition(draft: Draft) -> Passage:
    """Condition at discharge."""
    return draft.words.fragment("expired_condition" if draft.words.stay.died else "condition")


def write_instructions(draft: Draft) -> Passage:
    """What the patient is told to do."""
    words = draft.words
    if words.stay.died:
        return words.choose("n/a", "Patient expired.", "N/A")
    planned = words.planned("instructions") if words.perhaps(0.85) else None
    return join("\n\n", [planned or words.fragment("instructions"), *words.fragments("advice", words.much(2))])


def write_followup(draft: Draft) -> Passage:
    """Appointments."""
    return Passage("n/a") if draft.words.stay.died else draft.words.fragment("followup")


def write_closing(draft: Draft) -> list[Passage]:
    """An addendum and a signature, where the note has them."""
    words = draft.words
    parts = [words.fragment("addendum")] if words.perhaps(0.06) else []
    return parts + ([words.fragment("closing")] if words.perhaps(0.7 if words.layout.is_dictated else 0.1) else [])
