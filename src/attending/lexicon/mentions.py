"""The mentions of a note, each as its own sentence means it, go in; what the note as a whole means by them comes out.

Elsewhere a note takes back what it said, tells that a stay itself placed a device, or reverses an order.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from attending.lexicon.assertion import Assertion, Effect
from attending.lexicon.coding import code_of_the_past, is_drug_use, is_history, is_status, lasts, passes
from attending.lexicon.sections import Part, Sections

Kind = Literal["name", "abbreviation", "hint"]
THIS_STAY: tuple[Part, ...] = ("course", "diagnoses", "instructions", "other")
"""Parts that tell of the stay itself."""
_PLACING = re.compile(
    r"\b(?:underwent|taken (?:to|for)|place(?:d|ment)|deploy\w*|implant(?:ed|ation)|inserted|successful(?:ly)?"
    r"|post-?op\w*|POD|you had|had (?:a|an|your)|to the (?:OR|operating))\b|(?:->|→|=>)\s*(?:DES|BMS|stent)",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:prior|previous(?:ly)?|history|h/o|hx|old|known|ago|patent|(?:19|20)\d\d|existing|in-stent)\b|['’]\d\d\b",
    re.IGNORECASE,
)
_ONE_DOSE = re.compile(r"\b(?:one|1|a|single|first)\s+(?:\w+\s+)?dose\b[^.;:]*\Z", re.IGNORECASE)
_STOPPED = re.compile(r"(?:(?!\n\s*\n).)*?\b(?:discontinued|stopped|d/c['’]?d|dc['’]?d|not continued)", re.I | re.S)
_UNTREATED = re.compile(
    r"(?:(?!\n\s*\n|\bdays?\b|\bcourse\b|\bcomplet|\bfinish).)*?\b"
    r"(?:(?:antibiotics?|abx)\s+(?:were\s+|was\s+|therefore\s+|then\s+)*(?:stopped|discontinued|d/c['’]?d|not\s+(?:given|started|continued))|no\s+(?:antibiotics?|abx)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""That an infection was treated no more, and no course was told of before."""
_INFECTIONS = ("A", "B", "J0", "J1", "J2", "L0", "N10", "N30", "N39.0")
_AMOUNT = re.compile(r"[\d./~ -]*(?:half|one|two|an?)?[\d./ -]*(?:packs?|ppd|cigs?|cigarettes?)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:now|again|restarted|resumed|current(?:ly)?|still|back to)\b", re.IGNORECASE)
_RELAPSED = re.compile(
    r"\b(?:pick(?:ed|s|ing)?\s+(?:it|them|smoking)\s+(?:back\s+)?up|relaps\w*|re-?started|resumed|started\s+(?:smoking\s+)?"
    r"(?:again|back)|took\s+it\s+up\s+again|went\s+back\s+to|back\s+(?:to|up\s+to|at))\b",
    re.IGNORECASE,
)
_FULL_CODE = re.compile(
    r"\b(?P<before>(?:was|were|been|previous(?:ly)?|prior|former(?:ly)?|initially|originally|from|as)\W+(?:a\W+)?)?"
    r"(?:full\s+code|code(?:\s+status)?\s*[:=-]?\s*(?:is\s+|now\s+)?full(?!\w))"
    r"(?P<after>\W{0,3}(?:on\s+(?:admission|arrival)|initially|previously|prior|until|at\s+first|->|→|=>|then))?",
    re.IGNORECASE,
)
"""That a patient is to be resuscitated; `before` or `after` tell that it was so once."""
_NO_LONGER = re.compile(
    r"\b(?:was|were|been|prior|previous(?:ly)?|former(?:ly)?|old|mistaken(?:ly)?|error|report\w*|revers\w*|rescind\w*"
    r"|revok\w*|correct(?:ed|ion)|declin\w*|suspend\w*|transferred|discuss\w*|remain\w*|stay(?:s|ed)?)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:made|chang\w*|transition\w*|convert\w*|became|becom\w*|switch\w*|now|then|updated|agreed|elected|to)\W+"
    r"(?:\w+\W+){0,3}\Z|(?:->|→|=>)\s*\Z",
    re.IGNORECASE,
)
_AT_DISCHARGE = re.compile(
    r"\s+(?:needed\s+|required\s+)?(?:at|on|upon)\s+(?:(?:the\s+)?time\s+of\s+)?(?:discharge|d/?c|home)\b",
    re.IGNORECASE,
)
_THIS_STAY = re.compile(
    r"(?:\s*x\s*\d)?[\s,(:-]*(?:on|during|in)?\s*this\s+(?:admission|stay|hospitali[sz]ation|visit|time)\b",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"\s*\(([a-z][a-z\s-]{2,60})\)", re.IGNORECASE)
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
_DOUBTS: tuple[Assertion, ...] = ("negated", "possible")
_SOON = 300
"""How many characters later, in the same paragraph, what was said before may be taken back."""
_CONTRAST = re.compile(
    r"[^.\n]*?(?:\b(?:but|yet|however|although|though)\b[^.\n]*|,\s*not\s+(?:an?\s+)?)", re.IGNORECASE
)
_ENDS_CLAUSE = re.compile(r"\s*(?:[.,;:)]|\Z|\n|(?:and|or|on|by|in|at|per)\b)")
_BARE = re.compile(
    r"(?:stroke|CVA|TIA|I?MI|myocardial infarction|cerebrovascular accident|heart attack)s?", re.IGNORECASE
)
"""Names of a history that mean the acute event where it is of this stay."""


@dataclass(frozen=True)
class Mention:
    """A term in a text: `text[start:end]`."""

    code: str
    start: int
    end: int
    kind: Kind
    assertion: Assertion
    part: Part
    """What the part of the note is about that it stands in."""
    heads: bool = False
    """Whether it stands in the heading of a problem ("# Hypertension:")."""


def in_the_whole_note(
    mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str, sections: Sections
) -> list[Mention]:
    """Mend how mentions are meant by what the rest of the note says; a few are left out.

    Args:
        mentions: Of a text, in its order.
        meant: What the cues around each do to it, (mention,).
        text: The text.
        sections: Its parts.
    """
    mentions = _not_treated_on(_taken_back(mentions, meant, text, sections), meant, text)
    mentions = _with_code_status(_of_this_stay(_smokes_again(_quit(mentions, text), text), meant, text), text)
    return _agreed(_before_this_stay(_as_explained(mentions, text), text, sections), sections)


def _taken_back(
    mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str, sections: Sections
) -> list[Mention]:
    """Let what is ruled out, and what was only claimed and is denied, be denied where it was said just before.

    "Treated for pneumonia, until CT ruled out pneumonia"; "thought to be gout, but crystals showed no gout". A history
    is taken back only as such: "prior MI; ruled out for MI" denies none.
    """
    kept = list(mentions)
    for later, effects in enumerate(meant):
        last = mentions[later]
        if last.assertion != "negated":
            continue
        for earlier in range(later - 1, -1, -1):
            mention = mentions[earlier]
            if last.start - mention.end > _SOON or sections.problem(mention.start) != sections.problem(last.start):
                break
            past = "past" in effects or _OLD.search(text, last.start, last.end) is not None
            if last.kind == "hint" != mention.kind and not is_drug_use(last.code):
                continue
            if mention.code == last.code and mention.assertion == "affirmed":
                denied = past or not is_history(last.code)
            else:
                denied = past and mention.assertion == "historical" and code_of_the_past(mention.code) == last.code
            if denied and (
                "refuted" in effects
                or (is_drug_use(last.code) and _AT_DISCHARGE.match(text, last.end) is not None)
                or "claimed" in meant[earlier]
                or (lasts(last.code) and _contradicts(text, mention.end, last))
            ):
                kept[earlier] = replace(mention, assertion="negated")
    return kept


def _contradicts(text: str, said: int, denial: Mention) -> bool:
    """Whether a denial, of the condition and not of what comes with it, is set against what was said before."""
    return (
        _CONTRAST.fullmatch(text, said, denial.start) is not None and _ENDS_CLAUSE.match(text, denial.end) is not None
    )


def _of_this_stay(mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str) -> list[Mention]:
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
    return came is not None and _OLD.search(text, max(0, came.start() - 20), mention.end + 20) is None


def _agreed(mentions: list[Mention], sections: Sections) -> list[Mention]:
    """Let the heading of a problem and what is said below it mean the same.

    "# Pneumonia: CT without pneumonia" and "# Pneumonia ruled out: treated for pneumonia at first" affirm none.
    """
    problems: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        if mention.kind != "hint":
            problems[(sections.problem(mention.start), mention.code)].append(number)
    agreed = list(mentions)
    for numbers in problems.values():
        heading, *others = numbers
        if not others or not mentions[heading].heads:
            continue
        doubted = mentions[heading].assertion
        if doubted == "affirmed" and all(mentions[other].assertion in _DOUBTS for other in others):
            agreed[heading] = replace(mentions[heading], assertion=mentions[others[-1]].assertion)
        elif doubted in _DOUBTS:
            for other in others:
                if mentions[other].assertion == "affirmed":
                    agreed[other] = replace(mentions[other], assertion=doubted)
    return agreed


def _as_explained(mentions: list[Mention], text: str) -> list[Mention]:
    """Leave out abbreviations that the note itself spells out as something else: "MI (mitral insufficiency)"."""
    strange: set[str] = set()
    for mention in mentions:
        spelled = _SPELLED.match(text, mention.end) if mention.kind == "abbreviation" else None
        if (
            spelled is not None
            and "".join(word[0] for word in spelled[1].split()).upper() == text[mention.start : mention.end]
            and not any(
                mention.code in (other.code, code_of_the_past(other.code))
                for other in mentions
                if spelled.start() < other.start < spelled.end()
            )
        ):
            strange.add(text[mention.start : mention.end])
    return [
        mention
        for mention in mentions
        if mention.kind != "abbreviation" or text[mention.start : mention.end] not in strange
    ]


def _before_this_stay(mentions: list[Mention], text: str, sections: Sections) -> list[Mention]:
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
        last = placed.get(mention.code)
        if _is_placed(mention, text, known=mention.code in among_procedures) or (
            _OLD.search(_around(mention, text)) is None
            and (
                (last is not None and _goes_on(text[last.end : mention.start]))
                or _THIS_STAY.match(text, mention.end) is not None
                or _DAY_AFTER.search(text, max(0, mention.start - 40), mention.start) is not None
                or _WIRES_OUT.match(text, mention.end, mention.end + _SOON // 2) is not None
                or _is_first(mention, mentions, text, sections)
            )
        ):
            kept[number] = replace(mention, assertion="conditional")
            placed[mention.code] = mention
    return kept


def _goes_on(between: str) -> bool:
    """Whether what stands between two mentions leaves them together."""
    return len(between) <= _SOON // 3 and "\n" not in between


def _is_first(mention: Mention, mentions: list[Mention], text: str, sections: Sections) -> bool:
    """Whether an earlier one is denied close by, or an infarct is told of just before a stent: "NSTEMI s/p DES"."""
    denied = _NO_EARLIER.get(mention.code)
    return (
        denied is not None and denied.search(text, max(0, mention.start - _SOON), mention.end + _SOON) is not None
    ) or any(
        mention.code == "Z95.5"
        and other.code.startswith("I21")
        and other.assertion == "affirmed"
        and 0 < mention.start - other.end <= _SOON // 5
        and sections.problem(other.start) == sections.problem(mention.start)
        and _OLD.search(text, other.start, mention.start) is None
        for other in mentions
    )


def _is_placed(mention: Mention, text: str, *, known: bool) -> bool:
    """Whether a mention tells of placing; it does, too, where this is known, unless it tells of the past."""
    around = _around(mention, text)
    return _OLD.search(around) is None and (
        known or (_PLACING.search(around) is not None and "s/p" not in around.lower())
    )


def _not_treated_on(mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str) -> list[Mention]:
    """Doubt an infection that was not treated to the end: "one dose of ceftriaxone for presumed UTI, stopped"."""
    return [
        replace(mention, assertion="possible")
        if mention.assertion == "affirmed"
        and "claimed" in effects
        and passes(mention.code)
        and (
            (
                mention.code.startswith(_INFECTIONS)
                and _UNTREATED.match(text, mention.end, mention.end + _SOON // 2) is not None
            )
            or (
                _ONE_DOSE.search(text, max(0, mention.start - _SOON // 3), mention.start) is not None
                and _STOPPED.match(text, mention.end, mention.end + _SOON // 2) is not None
            )
        )
        else mention
        for mention, effects in zip(mentions, meant, strict=True)
    ]


def _quit(mentions: list[Mention], text: str) -> list[Mention]:
    """Take for past how much was smoked where the same line tells that it was given up: "quit in 1990, 2 ppd"."""
    given_up = [mention for mention in mentions if mention.code == "Z87.891" and mention.assertion == "affirmed"]
    return [
        replace(mention, assertion="historical")
        if mention.code == "F17.210"
        and mention.assertion == "affirmed"
        and _AMOUNT.match(text, mention.start, mention.end) is not None
        and any(_beside(mention, other, text) for other in given_up if other.kind != "hint")
        else mention
        for mention in mentions
    ]


def _smokes_again(mentions: list[Mention], text: str) -> list[Mention]:
    """Take for past that smoking was given up where it is told next that it was taken up again."""
    smokes = [
        mention
        for mention in mentions
        if mention.code == "F17.210" and mention.assertion == "affirmed" and mention.kind != "hint"
    ]
    return [
        replace(mention, assertion="historical")
        if mention.code == "Z87.891"
        and any(
            0 < other.start - mention.end <= _SOON // 2 and _RELAPSED.search(text, mention.end, other.start) is not None
            for other in smokes
        )
        else mention
        for mention in mentions
    ]


def _beside(mention: Mention, other: Mention, text: str) -> bool:
    """Whether two mentions stand on one line or close together, and nothing tells of a relapse between or after."""
    first, last = sorted((mention, other), key=lambda each: each.start)
    between = text[first.end : last.start]
    return (
        len(between) <= _SOON // 2
        and ("\n" not in between or len(between) <= _SOON // 5)
        and _AGAIN.search(text, first.start, last.end + 40) is None
    )


def _with_code_status(mentions: list[Mention], text: str) -> list[Mention]:
    """Take back an order not to resuscitate that is told of as past beside "full code": "was DNR, now full code"."""
    full = [hit.start() for hit in _FULL_CODE.finditer(text) if not (hit["before"] or hit["after"])]
    kept = list(mentions)
    for number, mention in enumerate(mentions):
        near = [place for place in full if abs(place - mention.start) <= _SOON // 2]
        if mention.code != "Z66" or mention.kind == "hint" or mention.assertion != "affirmed" or not near:
            continue
        first, last = min(near[0], mention.start), max(near[-1], mention.end)
        told = text[max(0, first - _SOON // 5) : last + _SOON // 5]
        if _NO_LONGER.search(told) and not _MADE.search(text, max(0, mention.start - 60), mention.start):
            kept[number] = replace(mention, assertion="negated")
    return kept


def _around(mention: Mention, text: str) -> str:
    """The words close to a mention, in its sentence."""
    before = re.split(r"[.:#]\s|\n\s*\n", text[max(0, mention.start - 60) : mention.start])[-1]
    after = re.split(r"[.:#]\s|\n\s*\n", text[mention.start : mention.end + 40])[0]
    return before + after
