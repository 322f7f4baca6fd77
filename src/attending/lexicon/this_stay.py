"""The mentions of a note go in; what is of this very stay, and so no history yet, comes out as such.

A stroke that brought the patient in is no old one, and a stent or graft of this stay no status.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from attending.lexicon.assertion import Effect
from attending.lexicon.coding import code_of_the_past, is_status
from attending.lexicon.mention import Mention
from attending.lexicon.sections import Part, Sections

THIS_STAY: tuple[Part, ...] = ("course", "diagnoses", "instructions", "other")
"""Parts that tell of the stay itself."""
_PLACING = re.compile(
    r"\b(?:underwent|taken (?:to|for)|place(?:d|ment)|deploy\w*|implant(?:ed|ation)|inserted|successful(?:ly)?"
    r"|post-?op\w*|POD|you had|had (?:a|an|your)|to the (?:OR|operating))\b|(?:->|→|=>)\s*(?:DES|BMS|stent)",
    re.IGNORECASE,
)
OLD = re.compile(
    r"\b(?:prior|previous(?:ly)?|history|h/o|hx|old|known|ago|patent|(?:19|20)\d\d|existing|in-stent)\b|['’]\d\d\b",
    re.IGNORECASE,
)
_THIS_STAY = re.compile(
    r"(?:\s*x\s*\d)?[\s,(:-]*(?:on|during|in)?\s*this\s+(?:admission|stay|hospitali[sz]ation|visit|time)\b",
    re.IGNORECASE,
)
_CAME_WITH = re.compile(
    r"\b(?:admitted|hospitali[sz]ed|presented|presents|came\s+in|came\s+to\s+(?:us|the\s+hospital)|brought\s+in)\s+"
    r"(?:here\s+|to\s+(?:us|the\s+hospital|___)\s+)?(?:with|for|because\s+of|due\s+to)\s+(?:(?:an?|your|his|her)\s+)?\Z",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    r"\b(?:POD|post-?op(?:erative)?\s+day)\s*#?\s*\d+[,\s]*(?:(?:s/p|from|after|status\s+post|following)\s+)?\Z",
    re.IGNORECASE,
)
_NO_EARLIER = {
    code: re.compile(
        rf"\b(?:no|without|denies)\s+(?:any\s+)?(?:known\s+)?(?:prior|previous|earlier|history\s+of|h/o|known)\s+(?:\w+\s+)?{kind}",
        re.IGNORECASE,
    )
    for code, kind in (
        ("Z95.5", r"(?:PCI|stent|revasculari[sz])"),
        ("Z95.1", r"(?:CABG|bypass|revasculari[sz]|cardiac\s+surgery)"),
    )
}
_WIRES_OUT = re.compile(
    r"(?:(?!\n\s*\n).)*?\b(?:wires?\s+(?:were\s+|was\s+)?(?:out|removed|pulled|cut|d/?c)|POD\s*#?\s*\d+\s+from\s+CABG)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What follows open heart surgery within days."""
SOON = 300
"""How many characters later, in the same paragraph, what was said before may be taken back."""
_BARE = re.compile(
    r"(?:stroke|CVA|TIA|I?MI|myocardial infarction|cerebrovascular accident|heart attack)s?", re.IGNORECASE
)
"""Names of a history that mean the acute event where it is of this stay."""


def without_acute_events(mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str) -> list[Mention]:
    """Leave out a bare "stroke" or "MI" as a history if it is of this stay, by its diagnoses or the words around."""
    acute = {
        code_of_the_past(mention.code)
        for mention in mentions
        if mention.assertion == "affirmed" and (mention.part == "diagnoses" or mention.heads)
    }
    return [
        mention
        for mention, effects in zip(mentions, meant, strict=True)
        if "past" in effects
        or _BARE.fullmatch(text, mention.start, mention.end) is None
        or (
            (mention.code not in acute or mention.part == "past")
            and _THIS_STAY.match(text, mention.end) is None
            and not _brought(mention, text)
        )
    ]


def _brought(mention: Mention, text: str) -> bool:
    """Whether it is what brought the patient in: "admitted with a stroke", not "admitted in 2010 with a stroke"."""
    came = _CAME_WITH.search(text, max(0, mention.start - 60), mention.start)
    return came is not None and OLD.search(text, max(0, came.start() - 20), mention.end + 20) is None


def with_new_devices_planned(mentions: list[Mention], text: str, sections: Sections) -> list[Mention]:
    """Take for planned what this stay itself puts in: a stent placed now is no status yet.

    It is placed now if it stands among the procedures, or beside a word for placing in the account of the stay; if the
    note denies an earlier one, or tells of the infarct before it or of the days after it; and so is what of the same
    kind follows close by.
    """
    among_procedures = {mention.code for mention in mentions if mention.part == "procedures"}
    kept = list(mentions)
    placed: dict[str, Mention] = {}
    for number, mention in enumerate(mentions):
        if (
            not is_status(mention.code)
            or mention.assertion != "affirmed"
            or mention.part not in ("procedures", *THIS_STAY)
        ):
            continue
        around, last = _around(mention, text), placed.get(mention.code)
        if OLD.search(around) is None and (
            mention.code in among_procedures
            or (_PLACING.search(around) is not None and "s/p" not in around.lower())
            or (last is not None and _goes_on(text[last.end : mention.start]))
            or _THIS_STAY.match(text, mention.end) is not None
            or _DAY_AFTER.search(text, max(0, mention.start - 40), mention.start) is not None
            or _WIRES_OUT.match(text, mention.end, mention.end + SOON // 2) is not None
            or _is_first(mention, mentions, text, sections)
        ):
            kept[number] = replace(mention, assertion="conditional")
            placed[mention.code] = mention
    return kept


def _goes_on(between: str) -> bool:
    """Whether what stands between two mentions leaves them together."""
    return len(between) <= SOON // 3 and "\n" not in between


def _is_first(mention: Mention, mentions: list[Mention], text: str, sections: Sections) -> bool:
    """Whether an earlier one is denied close by, or an infarct is told of just before a stent: "NSTEMI s/p DES"."""
    denied = _NO_EARLIER.get(mention.code)
    return (
        denied is not None and denied.search(text, max(0, mention.start - SOON), mention.end + SOON) is not None
    ) or any(
        mention.code == "Z95.5"
        and other.code.startswith("I21")
        and other.assertion == "affirmed"
        and 0 < mention.start - other.end <= SOON // 5
        and sections.problem(other.start) == sections.problem(mention.start)
        and OLD.search(text, other.start, mention.start) is None
        for other in mentions
    )


def _around(mention: Mention, text: str) -> str:
    """The words close to a mention, in its sentence."""
    before = re.split(r"[.:#]\s|\n\s*\n", text[max(0, mention.start - 60) : mention.start])[-1]
    after = re.split(r"[.:#]\s|\n\s*\n", text[mention.start : mention.end + 40])[0]
    return before + after
