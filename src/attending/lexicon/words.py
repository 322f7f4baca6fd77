"""A note in, its words and sentences out; and phrases found among them, the longest first."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

Payload = TypeVar("Payload")

_WORD = re.compile(r"\b[wW]/(?:[oO]\b)?|[^\W_]+(?:['’]t\b)?|_+|[^\w\s]")
_SPELLED = {"w/": "with", "w/o": "without"}
_JOINED = frozenset("-‐‑–")
_BULLETS = frozenset("-–—*•·#>+[=~●▪◦")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z])[.)](?=\s|[A-Z])")
_ABBREVIATED = re.compile(
    r"chr|dr|mrs?|ms|pts?|vs|approx|[dhstr]x|st|no|incl?|[js]r|etc|e\.?g|i\.?e|cf|ca|dept|hosp|prev|resp|neg|pos"
    r"|y(?:rs?|o)|mo|wks?|hrs?|min|temp|assoc|est|[dspqhw]"
)
"""What may have a period in the middle of a sentence."""
_MAY_END = re.compile("no|pos|neg|d|etc")
"""Those that also end one, before a capital."""
_OPEN_LIST = re.compile("negatives?|denie[sd]|history")
"""What is followed, after a colon and a line break, by what it is about."""
_GOES_ON = re.compile(
    r"[,/&]|and|or|of|with|without|an?|the|for|to|in|on|by|from|at|no|not|his|her|due|as|is|was|were|has|had"
)
"""What does not end a sentence."""


@dataclass(frozen=True)
class Words:
    """The words of a text: runs of letters and digits, and each other character that is no blank.

    A hyphen between two letters or digits counts as a blank, as does a line break inside a sentence.
    """

    text: str
    raw: tuple[str, ...]
    lower: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Cut a text into words."""
        raw: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for match in _WORD.finditer(text):
            word, (start, end) = match[0], match.span()
            if word in _JOINED and start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum():
                continue
            raw.append("_" if word[0] == "_" else word.replace("’", "'"))
            starts.append(start)
            ends.append(end)
        lower = tuple(_SPELLED.get(word, word) for word in map(str.lower, raw))
        return cls(text, tuple(raw), lower, tuple(starts), tuple(ends))

    def __len__(self) -> int:
        return len(self.raw)

    def place(self, offset: int) -> int:
        """The first word that ends after a character offset."""
        return bisect_right(self.ends, offset)

    def sentence_of(self, word: int) -> tuple[int, int]:
        """The first word of the sentence that a word stands in, and the one after its last."""
        at = bisect_right(self.sentence_starts, word)
        end = self.sentence_starts[at] if at < len(self.sentence_starts) else len(self)
        return self.sentence_starts[at - 1], end

    @cached_property
    def sentence_starts(self) -> tuple[int, ...]:
        """The first word of each sentence: a period, semicolon, list item, blank line or short line ends one."""
        starts = [0] if self.raw else []
        width = _wrap_width(self.text)
        for place in range(1, len(self)):
            gap = self.text[self.ends[place - 1] : self.starts[place]]
            if self._ends_sentence(place - 1, gap) or ("\n" in gap and self._is_hard_break(place, gap, width)):
                starts.append(place)
        return tuple(starts)

    def goes_on(self, place: int) -> bool:
        """Whether a term may go on across the sentence start at this word: a short line, then a small letter."""
        gap = self.text[self.ends[place - 1] : self.starts[place]]
        return gap.count("\n") == 1 and self.raw[place][0].islower() and self.raw[place - 1].isalnum()

    def _ends_sentence(self, place: int, gap: str) -> bool:
        word, following = self.raw[place], self.raw[place + 1]
        if word in ";•●▪" or (following == "#" and gap):
            return True
        if word == "!":
            return bool(gap)
        if word == "?":
            return bool(gap) and self.starts[place] > 0 and self.text[self.starts[place] - 1].isalnum()
        if word != "." or not gap:
            return False
        before = self.lower[place - 1] if place else ""
        if "\n" in gap or not before.isalpha():
            return True
        return not _ABBREVIATED.fullmatch(before) or (following[0].isupper() and _MAY_END.fullmatch(before) is not None)

    def _is_hard_break(self, place: int, gap: str, width: int) -> bool:
        """Whether a line break before a word is more than the wrapping of a long line."""
        if gap.count("\n") > 1:
            return True
        start = self.starts[place]
        if self.raw[place] in _BULLETS or _NUMBERED.match(self.text, start):
            return True
        before = self.raw[place - 1]
        if before == ":":
            return _OPEN_LIST.fullmatch(self.lower[place - 2]) is None
        length = self.ends[place - 1] - (self.text.rfind("\n", 0, self.starts[place - 1]) + 1)
        if _GOES_ON.fullmatch(self.lower[place - 1]):
            return length < width // 2 and self.raw[place][0].isupper() and before != ","
        if self.raw[place][0].islower():
            return length < width // 2
        return length < 3 * width // 4


def cut(phrase: str, *, cased: bool = False) -> tuple[str, ...]:
    """The words of a short phrase, in small letters unless `cased`."""
    if phrase.isascii() and phrase.replace(" ", "").isalnum():
        return tuple((phrase if cased else phrase.lower()).split())
    words = Words.of(phrase)
    return words.raw if cased else words.lower


def in_any_case(phrase: str) -> str:
    """A short phrase as it is compared: in small letters, hyphens as blanks."""
    return " ".join(cut(phrase))


_NARROW = 60
"""No text is wrapped at fewer characters."""


def _wrap_width(text: str) -> int:
    """The length that long lines of a text have."""
    lengths = sorted(len(line.rstrip()) for line in text.split("\n") if line.strip())
    return max(_NARROW, lengths[9 * (len(lengths) - 1) // 10]) if lengths else _NARROW


@dataclass(frozen=True)
class Found(Generic[Payload]):
    """A phrase among the words: from the word `start` up to the word `end`, that one left out."""

    start: int
    end: int
    payload: Payload


class Phrases(Generic[Payload]):
    """Phrases, and what each means."""

    def __init__(self, meanings: Mapping[str, Payload], *, cased: bool = False) -> None:
        """Cut the phrases into words; `cased` ones are found in exactly their case."""
        self._cased = cased
        self._meanings: dict[tuple[str, ...], Payload] = {}
        lengths: dict[str, set[int]] = {}
        for phrase, meaning in meanings.items():
            words = cut(phrase, cased=cased)
            self._meanings[words] = meaning
            lengths.setdefault(words[0], set()).add(len(words))
        self._lengths = {first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()}

    def longest_at(self, words: Words, place: int, end: int) -> Found[Payload] | None:
        """The longest phrase that begins with a word and ends before another."""
        sequence = words.raw if self._cased else words.lower
        for length in self._lengths.get(sequence[place], ()):
            if place + length <= end:
                meaning = self._meanings.get(sequence[place : place + length])
                if meaning is not None:
                    return Found(place, place + length, meaning)
        return None
