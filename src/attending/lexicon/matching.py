"""A text in, what it mentions out: terms as whole words, the longest first, each with how it is meant."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product
from typing import Literal

from attending.lexicon.assertion import Context, Effect, assertion_in
from attending.lexicon.coding import is_drug_use, is_procedure, lasts, passes
from attending.lexicon.drugs import as_taken
from attending.lexicon.mention import Kind, Mention
from attending.lexicon.sections import Part, Sections
from attending.lexicon.terms import Concept
from attending.lexicon.this_stay import THIS_STAY
from attending.lexicon.whole_note import in_the_whole_note
from attending.lexicon.words import Phrases, Words, in_any_case

Meaning = tuple[str, Kind | Literal["block"]]
"""What a term stands for: a code and how it does; a block stands for nothing."""

_AS_NEEDED: frozenset[Effect] = frozenset({"as needed", "listed as needed"})
_BACKGROUND: tuple[Part, ...] = ("past", "social", "story", "other")
_LINE = re.compile(r"PICC|central|CV[CL]|TLC", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"[^.;\n]{0,30}\b(?:(?:at|from)\s+(?:an?\s+|the\s+|his\s+|her\s+)?(?:osh|outside\s+(?:hospital|facility)|rehab\w*|snf"
    r"|nursing\s+(?:home|facility))|(?:at|by|from|with)\s+(?:an?\s+|the\s+|his\s+|her\s+|your\s+)?(?:pcp|pharmacy|primary\s+care)"
    r"|as\s+an\s+outpatient|prior\s+to\s+(?:admission|arrival|presentation))\b",
    re.IGNORECASE,
)
"""What tells that a procedure or vaccination was of another place or time."""
_RELIEVED = ("G43", "I20", "J44", "J45", "M10")
"""Beginnings of the codes of diseases, no symptoms, that drugs are taken for as needed."""
_STRETCH = 200
"""How many characters from an anchor a pattern reaches."""


class Matcher:
    """The terms of some concepts, ready to be found."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Cut the terms into words; a term may belong to several concepts."""
        any_case: defaultdict[str, dict[Meaning, None]] = defaultdict(dict)
        this_case: defaultdict[str, dict[Meaning, None]] = defaultdict(dict)
        self._patterns: list[Concept] = []
        for concept in concepts:
            for term in concept.names:
                any_case[in_any_case(term)][(concept.code, "name")] = None
            for term in concept.hints:
                any_case[in_any_case(term)][(concept.code, "hint")] = None
            for term in concept.blocks:
                any_case[in_any_case(term)][(concept.code, "block")] = None
            for term in concept.abbreviations:
                this_case[term][(concept.code, "abbreviation")] = None
            if concept.patterns:
                self._patterns.append(concept)
        self._anchors = frozenset(anchor for concept in self._patterns for anchor in concept.anchors)
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
                    if part in THIS_STAY:
                        around = effects - {"past"}  # one "now s/p" is of this stay
                    if "failed" in effects:
                        around = around | {"negated"}
                    if part == "procedures" and _LINE.match(text, start):
                        kind = "name"  # what the procedures of this stay list was done
                elif part == "medications" and not effects.isdisjoint(_AS_NEEDED):
                    around = effects - _AS_NEEDED if lasts(code) else effects | {"as needed"}
                    if lasts(code) and not is_drug_use(code) and not code.startswith(_RELIEVED):
                        kind = "hint"  # who takes a drug for it may have it
                assertion = assertion_in(around, part, lasts=lasts(code), passes=passes(code))
                if is_drug_use(code):
                    assertion = as_taken(assertion, text, start, end, of_before=part in _BACKGROUND)
                if assertion == "affirmed" and (is_procedure(code) or code == "Z23") and _ELSEWHERE.match(text, end):
                    assertion = "historical"
                mentions.append(Mention(code, start, end, kind, assertion, part, heads))
                meant.append(frozenset(around))
        return in_the_whole_note(mentions, meant, text, sections)

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
        places = _places_of(self._anchors, words.text)
        for concept in self._patterns:
            stretches = _near_anchors(concept.anchors, places, len(words.text))
            for pattern, (begin, end) in product(concept.patterns, stretches):
                for hit in pattern.finditer(words.text, begin, end):
                    first, last = words.place(hit.start()), words.place(hit.end() - 1) + 1
                    if last <= len(words) and (words.starts[first], words.ends[last - 1]) == hit.span():
                        found[(first, last)][(concept.code, "name")] = None
        for first, last in _not_overlapping(words, found):
            meanings = [(code, kind) for code, kind in found[(first, last)] if kind != "block"]
            if len(meanings) == len(found[(first, last)]):
                yield first, last, meanings


def _places_of(anchors: Iterable[str], text: str) -> dict[str, list[int]]:
    """Where each anchor stands in a text, those in capitals in exactly this case; those that stand nowhere left out."""
    small = text.lower()
    if len(small) != len(text):
        return {anchor: list(range(0, len(text), _STRETCH)) for anchor in anchors}  # offsets differ: look everywhere
    found: dict[str, list[int]] = {}
    for anchor in anchors:
        searched = text if anchor.isupper() else small
        place = searched.find(anchor)
        while place >= 0:
            found.setdefault(anchor, []).append(place)
            place = searched.find(anchor, place + 1)
    return found


def _near_anchors(anchors: tuple[str, ...], places: Mapping[str, list[int]], length: int) -> list[tuple[int, int]]:
    """The stretches of a text around the anchors of a concept, in order; the whole text if it has no anchors.

    Args:
        anchors: Of a concept.
        places: Where anchors stand in the text.
        length: Of the text, in characters.
    """
    if not anchors:
        return [(0, length)]
    stretches: list[tuple[int, int]] = []
    for place in sorted(place for anchor in anchors if anchor in places for place in places[anchor]):
        begin, end = max(0, place - _STRETCH), min(length, place + _STRETCH)
        if stretches and begin <= stretches[-1][1]:
            begin = stretches.pop()[0]
        stretches.append((begin, end))
    return stretches


def _not_overlapping(words: Words, places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places that stay if the longest counts where some overlap, in order."""
    taken = bytearray(len(words))
    kept: list[tuple[int, int]] = []
    for first, last in sorted(places, key=lambda place: (words.starts[place[0]] - words.ends[place[1] - 1], place)):
        if not any(taken[first:last]):
            taken[first:last] = b"\x01" * (last - first)
            kept.append((first, last))
    return sorted(kept)
