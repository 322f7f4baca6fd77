"""A text in, what it mentions out: terms as whole words, the longest first, each with how it is meant."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Literal

from attending.lexicon.assertion import Assertion, Context, Effect, assertion_in
from attending.lexicon.coding import (
    code_of_the_past,
    is_drug_use,
    is_history,
    is_procedure,
    is_status,
    lasts,
    passes,
)
from attending.lexicon.sections import Part, Sections
from attending.lexicon.terms import Concept
from attending.lexicon.words import Phrases, Words, cut

Kind = Literal["name", "abbreviation", "hint"]
Meaning = tuple[str, Kind | Literal["block"]]
"""What a term stands for: a code and how it does; a block stands for nothing."""

_AS_NEEDED: frozenset[Effect] = frozenset({"as needed", "listed as needed"})
_BACKGROUND: tuple[Part, ...] = ("past", "social", "story", "other")
_THIS_STAY: tuple[Part, ...] = ("course", "diagnoses", "instructions", "other")
_PLACING = re.compile(
    r"\b(?:underwent|taken (?:to|for)|place(?:d|ment)|deploy\w*|implant(?:ed|ation)|inserted|successful(?:ly)?"
    r"|post-?op\w*|POD|had (?:a|an|your)|to the (?:OR|operating))\b|(?:->|→|=>)\s*(?:DES|BMS|stent)",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:prior|previous(?:ly)?|history|h/o|hx|old|known|ago|patent|(?:19|20)\d\d|existing|in-stent)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"PICC|central|CV[CL]|TLC", re.IGNORECASE)
_SPAN = r"(?:\d+|a|one|two|three|four|five|six|nine|twelve|several)[-\s]*(?:months?|mos?|weeks?|wks?|days?)\b"
_TOOK = re.compile(
    r"\b(?:took|completed|finished|received|(?:was|were)\s+(?:treated\s+with|on|given|anticoagulated\s+with)"
    r"|treated\s+(?:with|w/?))(?P<span>[^.;:]{0,30})\Z",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(rf"[^.;:]{{0,15}}?\b(?:for|x)\s*(?:about\s+|approximately\s+|~\s*)?{_SPAN}", re.IGNORECASE)
_OF_A_TIME = re.compile(rf"\b{_SPAN}", re.IGNORECASE)
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
_STRETCH = 200
"""How many characters from an anchor a pattern reaches."""
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


class Matcher:
    """The terms of some concepts, ready to be found."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Cut the terms into words; a term may belong to several concepts."""
        any_case: defaultdict[str, dict[Meaning, None]] = defaultdict(dict)
        this_case: defaultdict[str, dict[Meaning, None]] = defaultdict(dict)
        self._patterns: list[Concept] = []
        for concept in concepts:
            for term in concept.names:
                any_case[_any_case(term)][(concept.code, "name")] = None
            for term in concept.hints:
                any_case[_any_case(term)][(concept.code, "hint")] = None
            for term in concept.blocks:
                any_case[_any_case(term)][(concept.code, "block")] = None
            for term in concept.abbreviations:
                this_case[term][(concept.code, "abbreviation")] = None
            if concept.patterns:
                self._patterns.append(concept)
        self._any_case = Phrases({term: tuple(meanings) for term, meanings in any_case.items()})
        self._this_case = Phrases({term: tuple(meanings) for term, meanings in this_case.items()}, cased=True)

    def mentions(self, text: str) -> list[Mention]:
        """Find what a text mentions, in its order; where terms overlap, the longest counts."""
        words = Words.of(text)
        sections = Sections.of(text)
        context = Context(words)
        mentions: list[Mention] = []
        meant: list[frozenset[Effect]] = []
        terms = pairwise((*self._longest(words), (len(words), len(words), [])))
        for (first, last, meanings), (following, _, _) in terms:
            effects = context.effects(first, last, following)
            start, end = words.starts[first], words.ends[last - 1]
            part = sections.at(start)
            heads = sections.heads(start)
            for code, kind in meanings:
                around = effects
                if is_procedure(code):
                    if part in _THIS_STAY:
                        around = effects - {"past"}  # one "now s/p" is of this stay
                    if "failed" in effects:
                        around = around | {"negated"}
                    if part == "procedures" and _LINE.match(text, start):
                        kind = "name"  # what the procedures of this stay list was done
                elif part == "medications" and not effects.isdisjoint(_AS_NEEDED):
                    around = effects - _AS_NEEDED if lasts(code) else effects | {"as needed"}
                    if lasts(code) and not is_drug_use(code):
                        kind = "hint"  # who takes a drug for it may have it
                assertion = assertion_in(around, part, lasts=lasts(code), passes=passes(code))
                if assertion == "affirmed" and is_drug_use(code) and part in _BACKGROUND and _took(text, start, end):
                    assertion = "historical"
                mentions.append(Mention(code, start, end, kind, assertion, part, heads))
                meant.append(frozenset(around))
        mentions = _not_treated_on(_taken_back(mentions, meant, text, sections), meant, text)
        mentions = _with_code_status(_of_this_stay(_quit(mentions, text), meant, text), text)
        return _agreed(_before_this_stay(mentions, text), sections)

    def _longest(self, words: Words) -> Iterator[tuple[int, int, list[tuple[str, Kind]]]]:
        """Places of terms, (first word, after the last, meanings), none within another, in order; blocks left out."""
        found: defaultdict[tuple[int, int], dict[Meaning, None]] = defaultdict(dict)
        starts = [place for place in words.sentence_starts if place == 0 or not words.goes_on(place)]
        for first, last in pairwise((*starts, len(words))):
            for place in range(first, last):
                for phrases in (self._any_case, self._this_case):
                    match = phrases.longest_at(words, place, last)
                    if match is not None:
                        found[(match.start, match.end)].update(dict.fromkeys(match.payload))
        small = words.text.lower()
        for concept in self._patterns:
            stretches = _near_anchors(concept.anchors, words.text, small)
            for pattern, (begin, end) in product(concept.patterns, stretches):
                for hit in pattern.finditer(words.text, begin, end):
                    first, last = words.place(hit.start()), words.place(hit.end() - 1) + 1
                    if last <= len(words) and (words.starts[first], words.ends[last - 1]) == hit.span():
                        found[(first, last)][(concept.code, "name")] = None
        for first, last in _not_overlapping(words, found):
            meanings = [(code, kind) for code, kind in found[(first, last)] if kind != "block"]
            if len(meanings) == len(found[(first, last)]):
                yield first, last, meanings


def _near_anchors(anchors: tuple[str, ...], text: str, small: str) -> list[tuple[int, int]]:
    """The stretches of a text around the anchors of a concept, in order; the whole text if it has no anchors.

    Args:
        anchors: Of a concept.
        text: What is searched.
        small: The same in small letters.
    """
    if not anchors or len(small) != len(text):
        return [(0, len(text))]
    found: list[int] = []
    for anchor in anchors:
        searched = text if anchor.isupper() else small
        place = searched.find(anchor)
        while place >= 0:
            found.append(place)
            place = searched.find(anchor, place + 1)
    stretches: list[tuple[int, int]] = []
    for place in sorted(found):
        begin, end = max(0, place - _STRETCH), min(len(text), place + _STRETCH)
        if stretches and begin <= stretches[-1][1]:
            begin = stretches.pop()[0]
        stretches.append((begin, end))
    return stretches


def _any_case(term: str) -> str:
    """A term as it is compared: in small letters, hyphens as blanks."""
    return " ".join(cut(term))


def _not_overlapping(words: Words, places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places that stay if the longest counts where some overlap, in order."""
    taken = bytearray(len(words))
    kept: list[tuple[int, int]] = []
    for first, last in sorted(places, key=lambda place: (words.starts[place[0]] - words.ends[place[1] - 1], place)):
        if not any(taken[first:last]):
            taken[first:last] = b"\x01" * (last - first)
            kept.append((first, last))
    return sorted(kept)


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
        and mention.part in ("procedures", *_THIS_STAY)
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


def _took(text: str, start: int, end: int) -> bool:
    """Whether a drug was taken for a time that is over: "took warfarin for six months", "completed 3 mos of DOAC"."""
    took = _TOOK.search(text, max(0, start - 60), start)
    return took is not None and (
        _FOR_A_TIME.match(text, end) is not None or _OF_A_TIME.search(took["span"]) is not None
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
