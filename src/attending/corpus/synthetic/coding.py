"""The external cause that goes with a place of occurrence."""

import re

EXTERNAL_CAUSES = ("W06.XXXA", "W19.XXXA", "T50.905A", "X58.XXXA", "Y83.9")
"""What `external_cause` may return: fall from bed, other fall, effect of a drug, other injury, surgical procedure."""


def external_cause(words: str, code: str) -> str:
    """The external cause that goes with a place of occurrence (guideline I.C.20.b): a fall, a drug, a procedure.

    Args:
        words: What the note says of the event.
        code: The place, Y92.*.

    Returns:
        The dotted code of the cause: "unspecified" ones, for the words rarely tell more.
    """
    if _FALL.search(words):
        return "W06.XXXA" if code == "Y92.230" and _BED.search(words) else "W19.XXXA"
    if _DRUG.search(words):
        return "T50.905A"
    return "X58.XXXA" if _INJURY.search(words) else "Y83.9"


_FALL = re.compile(r"\bf[ae]ll|slip|tripp|rolled out|slid |floor of|thud|balance", re.IGNORECASE)
_INJURY = re.compile(r"accident|injur|collision|MVC|MVA|bite|assault|trauma|lacerat|burn", re.IGNORECASE)
_BED = re.compile(r"\bbed\b", re.IGNORECASE)
_DRUG = re.compile(
    r"drug|medication|toxicity|rash|reaction|side effect|adverse effect|induced|angioedema|sedat|somnol|infusion"
    r"|chemo|overdose|swelling|DRESS|eruption",
    re.IGNORECASE,
)
