"""How long a drug is taken: a mention of it in, whether it is for long, over, or for some days alone."""

import re

from attending.lexicon.assertion import Assertion

_SPAN = r"(?:\d+|a|one|two|three|four|five|six|nine|twelve|several)[-\s]*(?:months?|mos?|weeks?|wks?|days?)\b"
_TOOK = re.compile(
    r"\b(?:took|completed|finished|received|(?:was|were)\s+(?:treated\s+with|on|given|anticoagulated\s+with)"
    r"|treated\s+(?:with|w/?))(?P<span>[^.;:]{0,30})\Z",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(rf"[^.;:]{{0,15}}?\b(?:for|x)\s*(?:about\s+|approximately\s+|~\s*)?{_SPAN}", re.IGNORECASE)
_OF_A_TIME = re.compile(rf"\b{_SPAN}", re.IGNORECASE)
_FOR_YEARS = re.compile(r"[^.;:]{0,15}?\b(?:for|x)\s*(?:\d+|a|one|two)[-\s]*(?:years?|yrs?)\b", re.IGNORECASE)
_DONE = re.compile(
    r"[^.:\n]{0,40}?(?:\b(?:and|then|now|since)|[,;])\s*(?:now\s+|then\s+|is\s+|was\s+)?"
    r"(?:done|off(?:\s+(?:it|a/?c|anticoagulation|since))?|finished|completed|stopped|discontinued)\s*(?:[.,;)\n]|\Z)",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"(?:\A|[.:;(\n•*-]\s*|\d[.)]\s+|\b(?:please|told\s+to|asked\s+you\s+to)\s+)"
    r"stop(?:\s+taking)?:?\s+(?:(?:your|the|home)\s+)*\Z",
    re.IGNORECASE,
)
_STOPPED_AFTER = re.compile(
    r"\b(?:stopped|discontinued|off|completed|finished)\b[^.;]{0,40}\bafter\s+(?:an?\s+|\d+\s*|one\s+|two\s+)"
    r"(?:full\s+)?(?:years?|yrs?|y|months?|mos?|weeks?|wks?)(?:\s+of)?\s+\Z",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"[^.;\n:(]{0,30}(?:[:(-]|->|→)\s*stop(?:ped)?\b(?!\s+date)", re.IGNORECASE)
_RESTARTED = re.compile(r"[^.;\n]{0,80}?(?<!not )(?<!not be )\b(?:restarted|resumed)\b", re.IGNORECASE)
_FOR_NOW = re.compile(r"[^.;\n]{0,40}?\b(?:before|until|prior\s+to|for\s+\d)", re.IGNORECASE)
_SHORT_COURSE = re.compile(
    r"[^.;]{0,40}?\b(?:for|x)\s*\d+[-\s]*(?:days?|d|weeks?|wks?)"
    r"(?:\s+\w+){0,3}\s*(?:only|total|,?\s*then(?!\s+(?:\d|half|back|resum|restart|continu|tak|daily)))\b",
    re.IGNORECASE,
)
_PUT_ON = re.compile(
    r"\b(?:was|were|been|placed|put|started|requir\w+|received|given|got|needed)"
    r"\s+(?:on\s+|with\s+)?(?:an?\s+|some\s+)?(?:\w+\s+)?\Z",
    re.IGNORECASE,
)
_IN_HOUSE = re.compile(
    r"(?:\s+\w+){0,2}?\s+while\s+(?:(?:in|on)\s+(?:the\s+)?(?:\w*ICU|CCU|hospital|house|unit|floor|ward|steroids?"
    r"|prednisone|TPN|tube\s+feeds)|(?:an?\s+)?inpatient|hospitali[sz]ed|intubated|NPO|here)\b",
    re.IGNORECASE,
)


def as_taken(assertion: Assertion, text: str, start: int, end: int, *, of_before: bool) -> Assertion:
    """Say how a drug is meant, by what the words around it tell of how long it is taken.

    Args:
        assertion: How it is meant otherwise.
        text: The note.
        start: Where the drug is mentioned, in characters.
        end: Behind it.
        of_before: Whether this part of the note tells of the time before the stay.
    """
    if assertion == "historical" and _RESTARTED.match(text, end) is not None:
        return "affirmed"
    if assertion != "affirmed":
        return assertion
    if (of_before and _took(text, start, end)) or _is_ended(text, start, end):
        return "historical"
    return "conditional" if _is_short(text, start, end) else "affirmed"


def _took(text: str, start: int, end: int) -> bool:
    """Whether a drug was taken for a time that is over: "took warfarin for six months", "completed 3 mos of DOAC"."""
    took = _TOOK.search(text, max(0, start - 60), start)
    return took is not None and (
        _FOR_A_TIME.match(text, end) is not None or _OF_A_TIME.search(took["span"]) is not None
    )


def _is_ended(text: str, start: int, end: int) -> bool:
    """Whether a drug is stopped, or was taken for a time and is done: "STOP warfarin", "6 mo of warfarin and done"."""
    if _STOP.search(text, max(0, start - 60), start) is not None or _STOPPED.match(text, end) is not None:
        return _FOR_NOW.match(text, end) is None
    if _STOPPED_AFTER.search(text, max(0, start - 90), start) is not None:
        return True
    timed = (
        _OF_A_TIME.search(text, max(0, start - 30), end) or _FOR_A_TIME.match(text, end) or _FOR_YEARS.match(text, end)
    )
    return timed is not None and _DONE.match(text, end) is not None


def _is_short(text: str, start: int, end: int) -> bool:
    """Whether a drug is for some days, or was for the stay: "for 21 days only", "on insulin while in the ICU"."""
    return _SHORT_COURSE.match(text, end) is not None or (
        _IN_HOUSE.match(text, end) is not None and _PUT_ON.search(text, max(0, start - 60), start) is not None
    )
