"""A text in, what it mentions out: terms as whole words, the longest first, each with how it is meant."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from attending.lexicon.assertion import Assertion, Context, assertion_in
from attending.lexicon.coding import is_procedure, is_status, lasts, passes
from attending.lexicon.sections import Part, Sections
from attending.lexicon.terms import Concept
from attending.lexicon.words import Phrases, Words

Kind = Literal["name", "abbreviation", "hint", "block"]

_ORDER: dict[Kind, int] = {"block": 0, "name": 1, "abbreviation": 2, "hint": 3}


_THIS_STAY: tuple[Part, ...] = ("course", "diagnoses", "instructions", "other")
_PLACING = re.compile(
    r"\b(?:underwent|taken (?:to|for)|place(?:d|ment)|deploy\w*|implant(?:ed|ation)|inserted|successful(?:ly)?"
    r"|post-?op\w*|POD|had (?:a|an|your)|to the (?:OR|operating))\b",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:prior|previous(?:ly)?|history|h/o|hx|old|known|ago|patent|(?:19|20)\d\d|existing|in-stent)\b",
    re.IGNORECASE,
)
_DOUBTS: tuple[Assertion, ...] = ("negated", "possible")


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


Meanings = tuple[tuple[str, Kind], ...]


class Matcher:
    """The terms of some concepts, ready to be found."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Cut the terms into words; a term may belong to several concepts."""
        any_case: defaultdict[str, dict[tuple[str, Kind], None]] = defaultdict(dict)
        this_case: defaultdict[str, dict[tuple[str, Kind], None]] = defaultdict(dict)
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        for concept in concepts:
            for kind, terms in (("name", concept.names), ("hint", concept.hints), ("block", concept.blocks)):
                for term in terms:
                    any_case[" ".join(Words.of(term).lower)][(concept.code, kind)] = None  # type: ignore[index]
            for term in concept.abbreviations:
                this_case[" ".join(Words.of(term).raw)][(concept.code, "abbreviation")] = None
            self._patterns.extend((pattern, concept.code) for pattern in concept.patterns)
        self._any_case = Phrases[Meanings]({term: tuple(meanings) for term, meanings in any_case.items() if term})
        self._this_case = Phrases[Meanings](
            {term: tuple(meanings) for term, meanings in this_case.items() if term}, cased=True
        )

    def mentions(self, text: str) -> list[Mention]:
        """Find what a text mentions, in its order; where terms overlap, the longest counts."""
        words = Words.of(text)
        sections = Sections.of(text)
        context = Context(words)
        mentions: list[Mention] = []
        for first, last, meanings in self._longest(words):
            effects = context.effects(first, last)
            start, end = words.starts[first], words.ends[last - 1]
            part = sections.at(start)
            heads = sections.heads(start)
            for code, kind in meanings:
                if is_procedure(code) and part in _THIS_STAY:
                    effects = effects - {"past"}  # "now s/p" is done in this stay
                assertion = assertion_in(effects, part, lasts=lasts(code), passes=passes(code))
                mentions.append(Mention(code, start, end, kind, assertion, part, heads))
        return _agreed(_before_this_stay(mentions, text), sections)

    def _longest(self, words: Words) -> list[tuple[int, int, Meanings]]:
        """Places of terms, (first word, after the last, meanings), none within another, in order."""
        found: defaultdict[tuple[int, int], dict[tuple[str, Kind], None]] = defaultdict(dict)
        starts = [place for place in words.sentence_starts if place == 0 or not words.goes_on(place)]
        for first, last in pairwise((*starts, len(words))):
            for place in range(first, last):
                for phrases in (self._any_case, self._this_case):
                    match = phrases.longest_at(words, place, last)
                    if match is not None:
                        found[(match.start, match.end)].update(dict.fromkeys(match.payload))
        for pattern, code in self._patterns:
            for hit in pattern.finditer(words.text):
                first, last = words.place(hit.start()), words.place(hit.end() - 1) + 1
                if last <= len(words) and (words.starts[first], words.ends[last - 1]) == hit.span():
                    found[(first, last)][(code, "name")] = None
        return _not_overlapping(words, found)


def _not_overlapping(
    words: Words, found: defaultdict[tuple[int, int], dict[tuple[str, Kind], None]]
) -> list[tuple[int, int, Meanings]]:
    taken = bytearray(len(words))
    kept: list[tuple[int, int, Meanings]] = []
    for (first, last), meanings in sorted(
        found.items(), key=lambda item: (words.starts[item[0][0]] - words.ends[item[0][1] - 1], item[0][0])
    ):
        if any(taken[first:last]):
            continue
        taken[first:last] = b"\x01" * (last - first)
        best = min(_ORDER[kind] for _, kind in meanings)
        if best > 0:
            kept.append(
                (first, last, tuple((code, kind) for code, kind in meanings if kind == "hint" or _ORDER[kind] < 3))
            )
    kept.sort()
    return kept


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

    It is placed now if it stands among the procedures, or with a word for placing in the account of the stay; then it
    is so wherever the note does not tell the past.
    """
    placed = {
        mention.code
        for mention in mentions
        if is_status(mention.code)
        and (mention.part == "procedures" or (mention.part in _THIS_STAY and _is_placed(mention, text)))
    }
    return [
        replace(mention, assertion="conditional")
        if mention.code in placed
        and mention.assertion == "affirmed"
        and mention.part in ("procedures", *_THIS_STAY)
        and not _OLD.search(_around(mention, text))
        else mention
        for mention in mentions
    ]


def _is_placed(mention: Mention, text: str) -> bool:
    around = _around(mention, text)
    return _PLACING.search(around) is not None and _OLD.search(around) is None and "s/p" not in around


def _around(mention: Mention, text: str) -> str:
    """The words close to a mention, in its sentence."""
    before = re.split(r"[.:#]\s|\n\s*\n", text[max(0, mention.start - 60) : mention.start])[-1]
    after = re.split(r"[.:#]\s|\n\s*\n", text[mention.start : mention.end + 40])[0]
    return before + after
