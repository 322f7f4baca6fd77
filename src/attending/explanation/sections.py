"""A note in, its sections out: where each begins and ends, under the names that discharge summaries share."""

import re
from dataclasses import dataclass

_HEADERS = {
    "Chief complaint": r"(?:chief|presenting) complaint|cc|reason for admission",
    "Procedures": r"(?:major surgical or invasive )?procedures?(?: performed)?|operations and procedures",
    "History of present illness": r"(?:brief )?history(?: of (?:the )?present illness)?|hpi",
    "Past history": (
        r"past (?:medical|surgical)?(?:(?: and |[ /]+)surgical)? ?history|medical history|background|pmhx?(?:/psh)?|psh"
    ),
    "Social history": r"(?:personal and )?social(?: history)?|sh|sochx",
    "Family history": r"family (?:history|hx)|fhx?",
    "Allergies": r"allerg(?:y|ies)",
    "Physical exam": r"(?:physical )?exam(?:ination)?(?: on admission)?|pe",
    "Results": (
        r"(?:pertinent )?(?:results|labs|data)|(?:laboratory|diagnostic|pertinent) data|imaging|"
        r"(?:pertinent )?labs(?:/| and )studies"
    ),
    "Hospital course": r"(?:brief |summary of )?(?:hospital course|course in hospital)(?: by problem)?",
    "Medications on admission": (
        r"(?:home|pre-?admission|admission) med(?:ication)?s|med(?:ication)?s (?:on admission|at home)"
    ),
    "Discharge medications": r"discharge med(?:ication)?s|med(?:ication)?s (?:on|at) discharge",
    "Disposition": r"(?:discharge )?disposition",
    "Discharge diagnosis": r"(?:discharge|final|principal|primary|secondary)? ?(?:and secondary )?diagnos[ei]s",
    "Condition at discharge": r"(?:discharge )?condition(?: (?:on|at) discharge)?",
    "Instructions": r"(?:discharge|patient) (?:instructions|plan)",
    "Follow-up": r"follow[- ]?up(?: (?:instructions|plans))?",
}
_KNOWN = "|".join(f"({pattern})" for pattern in _HEADERS.values())
_HEADER = re.compile(
    rf"^[ \t]*(?:(?i:{_KNOWN})[ \t]*(?::|$)|([A-Z][A-Z/&' -]{{2,38}}[A-Z])[ \t]*:?[ \t]*$)",
    re.MULTILINE,
)
"""A known header with a colon or alone on its line; or words in capitals alone on a line, which name themselves."""
BEGINNING = "Beginning"


@dataclass(frozen=True)
class Section:
    """A part of a note, its header included: `text[start:end]`."""

    name: str
    start: int
    end: int


def find_sections(text: str) -> tuple[Section, ...]:
    """Cut a note at its headers: those that summaries share ("Brief Hospital Course:"), and those in capitals.

    Returns:
        Sections in the order of the text, which join to the whole of it; what stands before the first header is called
        "Beginning". A name may come twice.
    """
    found = [(match.start(), name) for match in _HEADER.finditer(text) if (name := _name(match)) is not None]
    if not found or text[: found[0][0]].strip():
        found.insert(0, (0, BEGINNING))
    starts = [0, *(start for start, _ in found[1:]), len(text)]
    return tuple(Section(name, start, end) for (_, name), start, end in zip(found, starts, starts[1:], strict=False))


def _name(match: re.Match[str]) -> str | None:
    """Name a header; None for words in capitals that are no header: a single one, or a line of a list."""
    known, place = tuple(_HEADERS), match.lastindex or 0
    if place <= len(known):
        return known[place - 1]
    line_above = match.string[: match.start()].rpartition("\n")[0].rpartition("\n")[2]
    return match[place].capitalize() if " " in match[place] and not line_above.strip() else None
