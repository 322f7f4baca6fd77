"""How a mention is meant: the words around it and the part of the note in, an assertion out.

Cues such as "denies", "ruled out" or "risk of" (cues.toml) act on what follows them or goes before them in their
sentence, up to a word that ends their scope ("but", "who", "secondary to"), as in ConText (Harkema et al. 2009,
doi:10.1016/j.jbi.2009.05.002). Beyond it, cues differ in whether they pass commas ("denies fever, cough or stroke") or
stop at the first unless the list is joined by "or" ("CAD without angina, hypertension").
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

from attending.lexicon.sections import Part
from attending.lexicon.words import Found, Phrases, Words, in_any_case

Assertion = Literal["affirmed", "negated", "possible", "family", "historical", "conditional"]
Effect = Literal[
    "negated",
    "refuted",
    "absent",
    "possible",
    "claimed",
    "family",
    "past",
    "over",
    "resolved",
    "present",
    "conditional",
    "feared",
    "as needed",
    "listed as needed",
    "listed",
    "failed",
    "struck",
]
Reach = Literal["list", "phrase", "near", "items", "for", "answer", "sentence", "all"]


@dataclass(frozen=True)
class Cue:
    """What a phrase does, as cues.toml explains: its effect and reach on what follows, and on what goes before."""

    after: tuple[Effect, Reach] | None = None
    before: tuple[Effect, Reach] | None = None
    ends_some: bool = False
    ends_every: bool = False


_WINDOW = 120
"""How many words around a mention count: more than a sentence has, unless a text has no sentences."""
_NEAR = 4
"""How many words a cue that acts near passes."""
_FAR = 30
"""How many words a cue that acts on a phrase passes."""
_BACK = 9
"""How many words a cue passes to the left."""
_FAR_BACK = 25
"""How many words a cue passes to the left that refers to what the sentence is about."""
_NEXT = 40
"""How many words a cue passes to the left that refers to the sentence before."""

_ANSWERS = ((":",), ("-",), ("(",), (":", "-"), ("=",), ("?",))
"""What stands between a mention and what is said of it."""
_DENIALS: tuple[Effect, ...] = ("negated", "refuted")
_BINDING = frozenset({"for", "from", "on", "during", "despite", "with"})
_BINDERS: dict[Effect, frozenset[str]] = {
    **dict.fromkeys(("negated", "refuted", "absent", "conditional"), _BINDING | {"of", "by"}),
    **dict.fromkeys(("resolved", "over"), _BINDING),
}
"""What comes after them is another thing than what is denied: "no home oxygen for COPD"."""

_APART = frozenset(",;:(+#")
"""What parts the items of a list with plus and minus signs: "+ hypertension, - diabetes"."""
_QUOTES = frozenset('"“”')
_BOXES = re.compile(r"\[ ?[xX]? ?]|[☐☑☒]")
_REASON = re.compile(r"\b(?:contraindicat\w+|because|due to|held for)\b", re.IGNORECASE)
_TICKED = frozenset("xX☑☒")
_WEEKS = frozenset({"wk", "wks", "week", "weeks"})
_YEAR = re.compile(r"(?:19|20|21)\d\d")
_YEAR_OF_STAY = re.compile(r"\b(?:admi|discharge|date of service)[^\n]{0,40}?\b((?:19|20|21)\d\d)\b", re.IGNORECASE)
_IN_YEAR = re.compile(
    r"[(,/]|in|of|from|back|early|late|mid|\d{1,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
)
"""What may stand between a condition and its year: "DVT (in May 2009)"."""


@dataclass(frozen=True)
class _Vocabulary:
    """What cues.toml holds."""

    cues: Phrases[Cue]
    words: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    content = tomllib.loads((files("attending.lexicon") / "cues.toml").read_text(encoding="utf-8"))
    cues: dict[str, dict[str, Any]] = {}
    for row in content["cue"]:
        for phrase in _phrases(row):
            known = cues.setdefault(in_any_case(phrase), {})
            if row["effect"] != "plain":
                known.setdefault(row["acts"], (row["effect"], row["reach"]))
    for which, phrases in content["ends"].items():
        for phrase in phrases:
            cues.setdefault(in_any_case(phrase), {})[f"ends_{which}"] = True
    words = {name: frozenset(values) for name, values in content["words"].items()}
    return _Vocabulary(Phrases({phrase: Cue(**acts) for phrase, acts in cues.items()}), words)


def _phrases(row: dict[str, Any]) -> Iterator[str]:
    for phrase in row["phrases"]:
        yield from (f"{phrase} {sign}" for sign in row["signs"]) if "signs" in row else (phrase,)


def _in_truth(words: tuple[str, str]) -> bool:
    """Whether two words tell what something is instead of what it was called: "... was actually reflux"."""
    return words[0] in ("is", "was", "are", "were") and words[1] in ("actually", "really")


def _start(cue: Found[Cue]) -> int:
    return cue.start


class Context:
    """The cues of a note, sentence by sentence."""

    def __init__(self, words: Words) -> None:
        """Note the words; the cues of a sentence are looked for when first asked."""
        self._words = words
        self._vocabulary = _vocabulary()
        self._sentences: dict[int, list[Found[Cue]]] = {}
        self._years_of_stay = frozenset(_YEAR_OF_STAY.findall(words.text))
        self._has_quotes = not _QUOTES.isdisjoint(words.text)
        self._has_boxes = _BOXES.search(words.text) is not None

    def effects(self, start: int, end: int, following: int) -> set[Effect]:
        """What the cues around do to a mention.

        Args:
            start: Its first word.
            end: The word after its last.
            following: The first word of the next mention.
        """
        first, last = self._words.sentence_of(start)
        cues = self._cues_of(first, last)
        first, last = max(first, start - _WINDOW), min(last, end + _WINDOW)
        cues = cues[bisect_left(cues, first, key=_start) : bisect_left(cues, last, key=_start)]
        effects: set[Effect] = set()
        quoted = self._has_quotes and self._is_quoted(first, start, end, last)
        for number, found in enumerate(cues):
            cue = self._outside(found, start)
            after, before = cue.payload.after, cue.payload.before
            if after and cue.start < start and cue.end <= end:
                if self._reaches(cue, *after, cues[number + 1 :], start, last):
                    effects.add("feared" if self._is_of_bouts(cue, end, last) else after[0])
                elif after[0] == "as needed" and self._reaches(cue, after[0], "items", cues[number + 1 :], start, last):
                    effects.add("listed as needed")
            elif before and cue.start >= end:
                if self._reaches_back(cue, *before, end, following, last):
                    effects.add(before[0])
                elif quoted and before == ("refuted", "phrase") and cue.start <= min(following, end + _FAR_BACK):
                    effects.add("refuted")
                elif self._is_tested(first, start, end, cue):
                    effects.add("negated")
        if (
            self._is_taken_back_next(end, following, last, told=quoted or "listed" in effects)
            or ("listed" in effects and self._is_contrasted(end, following, last))
            or ("struck" in effects and quoted)
            or self._is_taken_off(first, start, end, last)
        ):
            effects.add("refuted")
        if last - end <= _NEAR + 1 and "," not in self._words.raw[end:last] and self._asks(last):
            effects.add("possible")
        if self._has_boxes and self._is_unticked(first, start, end, last):
            effects.add("negated")
        if (
            self._is_of_kin(first, start)
            or self._is_of_kin_after(end, last)
            or self._is_in_kin_list(first, start, last)
        ):
            effects.add("family")
        if "listed" in effects or quoted:
            effects.add("claimed")
        if not self._vocabulary.words["present"].isdisjoint(self._words.lower[max(first, start - 1) : start + 1]):
            effects.add("present")
        if self._has_year(end, following, last):
            effects.add("past")
        if self._has_minus(first, start, end, last):
            effects.add("negated")
        return effects

    def _is_of_bouts(self, cue: Found[Cue], end: int, last: int) -> bool:
        """Whether it is the bouts that are to be prevented, of what is there: "prevents gout attacks"."""
        words = self._words.lower
        bouts = self._vocabulary.words["bouts"].intersection(words[end - 1 : min(end + 1, last)])
        return bool(bouts) and any(word.startswith("prevent") for word in words[cue.start : cue.end])

    def _outside(self, cue: Found[Cue], start: int) -> Found[Cue]:
        """The cue, or the shorter one that it hides if a mention that begins within it would escape a denial.

        In "no acute exacerbation of COPD" it is "no", if what is mentioned is the exacerbation.
        """
        if cue.start < start < cue.end and (cue.payload.after is None or cue.payload.after[0] == "absent"):
            return self._vocabulary.cues.longest_at(self._words, cue.start, start) or cue
        return cue

    def _is_taken_off(self, first: int, start: int, end: int, last: int) -> bool:
        """Whether it is what is taken off a list: "cardiology removed CAD from the problem list"."""
        words, known = self._words.lower, self._vocabulary.words
        return (
            words[end : end + 1] in (("from",), ("off",))
            and not known["lists"].isdisjoint(words[end : min(end + _NEAR + 1, last)])
            and not known["strikes"].isdisjoint(words[max(first, start - _NEAR) : start])
        )

    def _is_quoted(self, first: int, start: int, end: int, last: int) -> bool:
        """Whether it stands in quotation marks, maybe with a few other words."""
        words = self._words.raw
        after = next((place for place in range(end, min(end + _NEAR, last)) if words[place] in _QUOTES), None)
        if after is None:
            return False
        return sum(word in _QUOTES for word in words[first:start]) % 2 == 1 and any(
            word in _QUOTES for word in words[max(first, start - _NEAR) : start]
        )

    def _is_taken_back_next(self, end: int, following: int, last: int, *, told: bool) -> bool:
        """Whether the next sentence, before another mention, takes it back: "... COPD. This was excluded"."""
        if last >= min(following, len(self._words)) or last - end > _NEXT:
            return False
        text = self._words.text[self._words.ends[end - 1] : self._words.starts[last]]
        if "\n\n" in text or (":" in text and not told) or self._words.raw[last] in "#-*•":
            return False
        first, last = self._words.sentence_of(last)
        return any(
            cue.start - end <= _NEXT
            and cue.start < following
            and (
                (
                    cue.payload.before == ("refuted", "sentence")
                    and not self._vocabulary.words["refers"].isdisjoint(
                        self._words.lower[max(first, cue.start - 1) : cue.end]
                    )
                )
                or (told and cue.start == first and cue.payload.before == ("struck", "sentence"))
            )
            for cue in self._cues_of(first, last)
        )

    def _is_contrasted(self, end: int, following: int, last: int) -> bool:
        """Whether what a record lists is set against a finding: "chart lists COPD, but spirometry was normal"."""
        words, known = self._words.lower, self._vocabulary.words
        rest = words[end : min(following, last)]
        if "-" in rest and not known["ended"].isdisjoint(rest[rest.index("-") :]):
            return True
        if any(map(_in_truth, pairwise(rest))) or (
            known["refers"].intersection(words[last : last + 1])
            and any(map(_in_truth, pairwise(words[last : last + _NEAR])))
        ):
            return True
        turn = next((place for place in range(end, min(end + _BACK, last)) if words[place] in known["turns"]), last)
        if turn == last < len(words) and words[last] in known["turns"]:
            last = self._words.sentence_of(last)[1]
        clause = words[turn:last]
        return not known["takes_back"].isdisjoint((*clause, *map(" ".join, pairwise(clause))))

    def _asks_on(self, cue: Found[Cue]) -> bool:
        """Whether a question mark belongs to the word after it: "chronic cough, ?asthma"."""
        mark, text = self._words.starts[cue.start], self._words.text
        return text[mark] == "?" and text[mark - 1].isspace() and text[mark + 1 : mark + 2].isalnum()

    def _asks(self, last: int) -> bool:
        """Whether the sentence that ends before a word is a question: "DVT after surgery?"."""
        return self._words.raw[last - 1] == "?" and self._words.text[self._words.starts[last - 1] - 1].isalnum()

    def _is_unticked(self, first: int, start: int, end: int, last: int) -> bool:
        """Whether it is a choice that was not made: "[ ] current smoker [x] former smoker", or "asthma [ ]"."""
        begin, stop = self._words.starts[first], self._words.ends[last - 1]
        boxes = list(_BOXES.finditer(self._words.text, begin, stop))
        if all(_TICKED.isdisjoint(box[0]) for box in boxes):
            return False  # an empty box alone is the mark of a task
        before = self._words.text[begin : boxes[0].start()].rstrip()
        if not before or before[-1] in ":-(":
            boxes = [box for box in boxes if box.end() <= self._words.starts[start]][-1:]
            if boxes and _REASON.search(self._words.text, boxes[0].end(), self._words.starts[start]):
                return False  # "[ ] ACE inhibitor: contraindicated, CKD"
        else:
            boxes = [box for box in boxes if box.start() >= self._words.ends[end - 1]][:1]
        return bool(boxes) and _TICKED.isdisjoint(boxes[0][0])

    def _is_tested(self, first: int, start: int, end: int, cue: Found[Cue]) -> bool:
        """Whether a cue says what a test for it found: "workup, including for pneumonia and UTI, was negative"."""
        words, known = self._words.lower, self._vocabulary.words
        tests = [place for place in range(max(first, start - _FAR_BACK), start) if words[place] in known["tests"]]
        found = words[cue.start : cue.end]
        if not tests or cue.start - end > _FAR_BACK or known["results"].isdisjoint(found):
            return False
        between = {*words[tests[-1] + 1 : start], *words[end : cue.start]}
        return not known["aims"].isdisjoint(words[tests[-1] + 1 : start]) and known["not_aims"].isdisjoint(between)

    def _has_year(self, end: int, following: int, last: int) -> bool:
        """Whether a year other than that of the stay follows, or a week of pregnancy: "DVT (2009)", "UTI at 12 wks"."""
        words = self._words.lower
        if words[end : end + 1] in (("at",), ("@",)) and end + 2 < last and words[end + 2] in _WEEKS:
            return words[end + 1].isdigit()
        near = True
        for place in range(end, min(end + _NEAR + 4, following, last)):
            if _YEAR.fullmatch(words[place]):
                return (near or words[place - 1] == "in") and words[place] not in self._years_of_stay
            near = near and _IN_YEAR.fullmatch(words[place]) is not None
            if not near and words[place] in (",", "(", ")", "-", ":", "now", "since", "until"):
                return False
        return False

    def _has_minus(self, first: int, start: int, end: int, last: int) -> bool:
        """Whether a minus stands at it, in a list that has a plus elsewhere: "+ hypertension, - diabetes"."""
        words = self._words.raw
        listed = "+" in words[first:last] and any(
            word == "+" and (place == first or not _APART.isdisjoint(words[place - 1 : place + 2 : 2]))
            for place, word in enumerate(words[first:last], first)
        )
        if start > first + 1 and words[start - 1] in "-–" and (listed or words[start - 2] in (",", ")")):
            return True
        return listed and end < last and words[end] in "-–" and (end + 1 == last or words[end + 1] == ",")

    def _cues_of(self, first: int, last: int) -> list[Found[Cue]]:
        if first not in self._sentences:
            found: list[Found[Cue]] = []
            place, covered = first, first
            while place < last:
                cue = self._vocabulary.cues.longest_at(self._words, place, last)
                if cue is None or cue.end <= covered or (place < covered and cue.payload.after is None):
                    place += 1
                    continue
                found.append(cue)
                covered = cue.end
                acts_back = cue.payload.before is not None and cue.payload.after is None
                place = place + 1 if acts_back else cue.end  # "thought unlikely" hides no "unlikely to be"
            self._sentences[first] = found
        return self._sentences[first]

    def _reaches(
        self, cue: Found[Cue], effect: Effect, reach: Reach, later: list[Found[Cue]], start: int, last: int
    ) -> bool:
        """Whether a cue's scope, to the right, holds the word `start`."""
        aside = self._aside(cue.end, start)
        between = tuple(self._words.lower[place] for place in range(cue.end, start) if place not in aside)
        if self._words.lower[cue.start] in ("if", "should", "call", "return") and between[-1:] == ("(",):
            between = between[:-1] if self._is_aside(start) else between
        if reach == "items":
            items = [word for word in between if word != ","]
            return len(items) <= _NEAR and between[:1] != (",",) and all(map(str.isalpha, items))
        if reach == "near" and (len(between) > _NEAR or "," in between):
            return False
        if reach == "for" and effect == "conditional" and not between:
            return True
        if reach == "for":
            return "for" in between[:7] and "," not in between and len(between) - between.index("for") <= _NEAR
        if "(" in between and (effect == "conditional" or (effect in _DENIALS and reach == "phrase")):
            return False
        if reach == "phrase" and len(between) > _FAR:
            return False
        if ")" in between or "-" in between:
            return False
        passes = effect in ("conditional", "family") or self._words.lower[cue.end - 1] in ("whether", "if")
        bound = list(between[1:])
        for other in later:
            if other.start >= start:
                break
            if other.start in aside:
                continue
            if other.payload.ends_every or (other.payload.ends_some and not passes):
                return False
            if effect in _DENIALS and other.payload.after and other.payload.after[0] == "past":
                before, opens = self._words.lower[other.start - 1], self._words.lower[other.start]
                if before in (",", "with", "and", "w") and opens not in ("prior", "previous", "old", "recent"):
                    return False
                if before in ("or", "nor") and "of" in bound:
                    bound.remove("of")  # that of "history of"
        if reach in ("phrase", "near") and effect in _BINDERS and _BINDERS[effect].intersection(bound):
            return False
        if reach != "list" and "," in between:
            return (effect in (*_DENIALS, "absent") and self._opens_list(cue)) or (
                effect not in ("past", "over", "resolved") and self._in_or_list(start, last)
            )
        return True

    def _aside(self, begin: int, end: int) -> frozenset[int]:
        """The words in parentheses that open and close between two places."""
        words = self._words.lower
        inside: set[int] = set()
        opened: list[int] = []
        for place in range(begin, end):
            if words[place] == "(":
                opened.append(place)
            elif words[place] == ")" and opened:
                inside.update(range(opened.pop(), place + 1))
        return frozenset(inside)

    def _is_aside(self, start: int) -> bool:
        """Whether a short remark in parentheses begins at a word: "if you have slurred speech (stroke)"."""
        return ")" in self._words.lower[start : start + _NEAR]

    def _opens_list(self, cue: Found[Cue]) -> bool:
        """Whether a denial is of a whole list: it begins the sentence, or "no" follows no item of another list."""
        words = self._words.lower
        first, _ = self._words.sentence_of(cue.start)
        if all(word in self._vocabulary.words["openers"] for word in words[first : cue.start]):
            return words[cue.start] in ("no", "without", "neg", "negative", "neither")
        return words[cue.start] == "no" and words[cue.start - 1] not in (",", "with", "w", "/", "(", "and", ")")

    def _in_or_list(self, start: int, last: int) -> bool:
        """Whether a comma list that holds the word `start` is joined by "or" after it or just before it."""
        words = self._words.lower
        if words[start - 1] in ("or", "nor"):
            return True
        items = 0
        for place in range(start, last):
            if words[place] in ("or", "nor"):
                return True
            if words[place] in ("and", ";", "with", "on", "(", "is", "was", "but", "-"):
                return False
            items += words[place] == ","
            if items > 6:
                return False
        return False

    def _reaches_back(self, cue: Found[Cue], effect: Effect, reach: Reach, end: int, following: int, last: int) -> bool:
        """Whether a cue's scope, to the left, holds the mention that ends before the word `end`."""
        between = self._words.lower[end : cue.start]
        if self._asks_on(cue):
            return False
        if reach in ("sentence", "all"):
            return (reach == "all" or following >= cue.start) and len(between) <= _FAR_BACK
        if reach == "answer":
            follows = self._words.lower[cue.end] if cue.end < last else "."
            answers = between in _ANSWERS or self._words.raw[cue.start] in "([" or (not between and cue.end == last)
            return answers and follows in (".", ",", ";", ")", "/", "(")
        if reach == "near":
            return not between or (between[0] == "/" and len(between) <= 2)
        aside = self._aside(end, cue.start)
        between = tuple(word for place, word in enumerate(between, end) if place not in aside)
        if len(between) > _BACK:
            return False
        if effect == "refuted" and between[:2] == (",", "which") and following >= cue.start:
            return True
        if "," in between and effect in ("past", "over", "resolved"):
            stands_alone = cue.end == last or self._words.lower[cue.end] in (",", ";", ".", ")")
            if stands_alone and effect != "past" and between.index(",") == len(between) - 1 <= _NEAR:
                return following >= cue.start and self._vocabulary.words["goes_with"].isdisjoint(between)
            return between[0] == "," and all(word in self._vocabulary.words["fillers"] for word in between[1:])
        if effect == "past":
            return len(between) <= 5 and not {"but", "now", "and", "-"} & set(between)
        strangers = sum(word not in self._vocabulary.words["fillers"] and not word.endswith("ly") for word in between)
        joined = bool(between) and between[0] in ("and", "or", "/", "vs")
        return (strangers == 0 and between.count(",") <= 1) or (joined and strangers <= 3 and "," not in between)

    def _is_of_kin(self, first: int, start: int) -> bool:
        """Whether a relative is who has it: "father had", "mother: CAD", "lives with his son, who has asthma"."""
        words, known = self._words.lower, self._vocabulary.words
        for place in range(start - 1, first - 1, -1):
            if words[place - 1 : place + 1] in (("she", "herself"), ("he", "himself")):
                he = words[place] == "himself"  # "his wife says that she herself has it"
                return any(word in known["kin"] and (word in known["kin_he"]) == he for word in words[first:place])
            clause = words[place] == "who" and not known["kin"].isdisjoint(words[max(first, place - 2) : place])
            if words[place] in known["subjects"] and not clause:
                return False
            if words[place] in known["kin"]:
                if words[place] in known["kin_he"] and "she" in words[place + 1 : start]:
                    return False
                before = [
                    word
                    for number, word in enumerate(words[max(first, place - 5) : place], max(first, place - 5))
                    if word not in known["kin_are"]
                    and not (word == "of" and number > first and words[number - 1] in known["kin_are"])
                ]
                after = words[place + 1 : min(place + 5, start)]
                if before[-1:] in (["after"], ["since"], ["when"]) and not known["bereft"].isdisjoint(after[:3]):
                    return False
                relative = "who" in after[:2]
                if (before and before[-1] in known["not_subject"] and not relative) or any(
                    word in known["tells"] for word in after[: 4 if relative else 3]
                ):
                    return False
                between = words[place + 1 : start]
                if words[start - 1] in ("his", "her") and len(between) > 2:
                    return False
                return (
                    relative
                    or place + 1 == start
                    or not known["kin_has"].isdisjoint(after[:2])
                    or start - place <= 3
                    or (len(between) <= _BACK and known["not_kin"].isdisjoint(between))
                )
        return False

    def _is_of_kin_after(self, end: int, last: int) -> bool:
        """Whether a relative's name follows: "anxiety (mother)", "gout in both brothers"."""
        words, known = self._words.lower, self._vocabulary.words
        opens = next((place for place in range(end, min(end + 4, last)) if words[place] in ("(", "in", "among")), None)
        if opens is None or (words[opens] == "(" and opens > end):
            return False
        for place in range(opens + 1, last):
            if words[place] in known["kin"]:
                return words[opens] != "(" or (
                    place + 1 < last and words[place + 1] in (")", "and", "/", ",", "&", "side")
                )
            if words[place] not in known["kin_are"]:
                return False
        return False

    def _is_in_kin_list(self, first: int, start: int, last: int) -> bool:
        """Whether it stands in a list of relatives by their first letters: "M: HTN, F: CAD"."""
        words = self._words.raw
        letters = {words[place] for place in range(first, last - 1) if words[place + 1] in ":-"}
        return {"M", "F"} <= letters and not {"M", "F"}.isdisjoint(words[first:start])


def assertion_in(effects: set[Effect], part: Part, *, lasts: bool, passes: bool) -> Assertion:
    """Decide how a mention is meant.

    Args:
        effects: What the cues around it do.
        part: The part of the note it stands in.
        lasts: Whether what is meant goes on until the note says that it is over, as a chronic disease does.
        passes: Whether it passes, as an infection does, so that one of the past is no longer there.
    """
    if "family" in effects or part == "family":
        return "family"
    if not effects.isdisjoint(_DENIALS) or (passes and "absent" in effects):
        return "negated"
    if not effects.isdisjoint({"conditional", "as needed"}) or part in ("allergies", "review"):
        return "conditional"
    if "feared" in effects and not lasts:
        return "conditional"
    if "possible" in effects or part == "results":
        return "possible"
    resolved = "resolved" in effects or part == "stopped"
    past = "past" in effects or (part == "past" and not lasts)
    if "over" in effects or (lasts and resolved) or (passes and past and "present" not in effects):
        return "historical" if lasts or passes else "affirmed"
    return "affirmed"
