"""The mentions of a note, each as its own sentence means it, go in; what the note as a whole means by them comes out.

Elsewhere a note takes back what it said, tells that a stay itself placed a device, or reverses an order.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from attending.lexicon.assertion import Assertion, Effect
from attending.lexicon.coding import code_of_the_past, is_history, is_status, lasts, passes
from attending.lexicon.sections import Part, Sections

Kind = Literal["name", "abbreviation", "hint"]
THIS_STAY: tuple[Part, ...] = ("course", "diagnoses", "instructions", "other")
"""Parts that tell of the stay itself."""
_PLACING = re.compile(
    r"\b(?:underwent|taken (?:to|for)|place(?:d|ment)|deploy\w*|implant(?:ed|ation)|inserted|successful(?:ly)?"
    r"|post-?op\w*|POD|had (?:a|an|your)|to the (?:OR|operating))\b|(?:->|→|=>)\s*(?:DES|BMS|stent)",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:prior|previous(?:ly)?|history|h/o|hx|old|known|ago|patent|(?:19|20)\d\d|existing|in-stent)\b",
    re.IGNORECASE,
)
_ONE_DOSE = re.compile(r"\b(?:one|1|a|single|first)\s+(?:\w+\s+)?dose\b[^.;:]*\Z", re.IGNORECASE)
_STOPPED = re.compile(r"(?:(?!\n\s*\n).)*?\b(?:discontinued|stopped|d/c['’]?d|dc['’]?d|not continued)", re.I | re.S)
_AMOUNT = re.compile(r"[\d./~ -]*(?:half|one|two|an?)?[\d./ -]*(?:packs?|ppd|cigs?|cigarettes?)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:now|again|restarted|resumed|current(?:ly)?|still|back to)\b", re.IGNORECASE)
_FULL_CODE = re.compile(
    r"\b(?P<before>(?:was|were|been|previous(?:ly)?|prior|former(?:ly)?|initially|originally|from|as)\W+(?:a\W+)?)?"
    r"(?:full\s+code|code(?:\s+status)?\s*[:=-]?\s*(?:is\s+|now\s+)?full(?!\w))"
    r"(?P<after>\W{0,3}(?:on\s+(?:admission|arrival)|initially|previously|prior|until|at\s+first|->|→|=>|then))?",
    re.IGNORECASE,
)
"""That a patient is to be resuscitated; `before` or `after` tell that it was so once."""
_NO_LONGER = re.compile(
    r"\b(?:was|were|been|prior|previous(?:ly)?|former(?:ly)?|old|mistaken(?:ly)?|error|report\w*|revers\w*|rescind\w*"
    r"|revok\w*|correct(?:ed|ion)|declin\w*|suspend\w*|transferred|discuss\w*|remain\w*)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:made|chang\w*|transition\w*|convert\w*|became|becom\w*|switch\w*|now|then|updated|agreed|elected|to)\W+"
    r"(?:\w+\W+){0,3}\Z|(?:->|→|=>)\s*\Z",
    re.IGNORECASE,
)
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
    mentions = _with_code_status(_of_this_stay(_quit(mentions, text), meant, text), text)
    return _agreed(_before_this_stay(mentions, text), sections)


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
            if last.kind == "hint" != mention.kind:
                continue
            if mention.code == last.code and mention.assertion == "affirmed":
                denied = past or not is_history(last.code)
            else:
                denied = past and mention.assertion == "historical" and code_of_the_past(mention.code) == last.code
            if denied and (
                "refuted" in effects
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
    """Leave out a bare "stroke" or "MI" as a history where the diagnoses of this stay have the acute one."""
    acute = {
        code_of_the_past(mention.code)
        for mention in mentions
        if mention.assertion == "affirmed" and (mention.part == "diagnoses" or mention.heads)
    }
    return [
        mention
        for mention, effects in zip(mentions, meant, strict=True)
        if mention.code not in acute
        or mention.part == "past"
        or "past" in effects
        or _BARE.fullmatch(text, mention.start, mention.end) is None
    ]


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


def _before_this_stay(mentions: list[Mention], text: str) -> list[Mention]:
    """Take for planned what this stay itself puts in: a stent placed now is no status yet.

    It is placed now if it stands among the procedures, or beside a word for placing in the account of the stay.
    """
    placed = {mention.code for mention in mentions if mention.part == "procedures"}
    return [
        replace(mention, assertion="conditional")
        if is_status(mention.code)
        and mention.assertion == "affirmed"
        and mention.part in ("procedures", *THIS_STAY)
        and _is_placed(mention, text, known=mention.code in placed)
        else mention
        for mention in mentions
    ]


def _is_placed(mention: Mention, text: str, *, known: bool) -> bool:
    """Whether a mention tells of placing; it does, too, where this is known, unless it tells of the past."""
    around = _around(mention, text)
    return _OLD.search(around) is None and (
        known or (_PLACING.search(around) is not None and "s/p" not in around.lower())
    )


def _not_treated_on(mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str) -> list[Mention]:
    """Doubt an infection that got one dose and no more: "one dose of ceftriaxone for presumed UTI, stopped"."""
    return [
        replace(mention, assertion="possible")
        if mention.assertion == "affirmed"
        and "claimed" in effects
        and passes(mention.code)
        and _ONE_DOSE.search(text, max(0, mention.start - _SOON // 3), mention.start) is not None
        and _STOPPED.match(text, mention.end, mention.end + _SOON // 2) is not None
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
