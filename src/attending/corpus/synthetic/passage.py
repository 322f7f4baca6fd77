"""Text with marked evidence: every operation on a passage keeps the marks on the very same words."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ABBREVIATION = re.compile(
    r"htn|cad|ckd|copd|osa|gerd|bph|p?afib|paf|t?2?dm2?|dmii|n?iddm|hld?|esrd|cva|tia|dvt|pe|n?s?t?e?mi|cabg|pci|des"
    r"|uti|aki|chf|mdd|gad|pna|ptsd|s/p|h/o|c/b"
)


@dataclass(frozen=True)
class Mark:
    """Words that say a concept: half-open character offsets into the passage's text."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True)
class Passage:
    """A piece of a note and the evidence in it."""

    text: str
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Passage | str") -> "Passage":
        return join("", [self, other])

    def __radd__(self, other: str) -> "Passage":
        return join("", [other, self])

    def __bool__(self) -> bool:
        return bool(self.text)

    def upper(self) -> "Passage":
        """The same in capitals; characters that would change their number stay."""
        text = "".join(big if len(big := letter.upper()) == 1 else letter for letter in self.text)
        return Passage(text, self.marks)

    def capitalized(self) -> "Passage":
        """The same with its first letter in upper case, unless it begins with an abbreviation ("htn")."""
        word = self.text.split(" ", 1)[0].rstrip(",.:;")
        if _ABBREVIATION.fullmatch(word):
            return self
        first = self.text[:1].upper()
        return Passage(first + self.text[1:], self.marks) if len(first) == 1 else self

    def lowered(self) -> "Passage":
        """The same for the middle of a sentence: a first word like "Gout", not "HTN", loses its capital."""
        word = self.text.split(" ", 1)[0].rstrip(",.")
        if len(word) > 2 and word[0].isupper() and word[1:].isalpha() and word[1:].islower():
            return Passage(self.text[0].lower() + self.text[1:], self.marks)
        return self

    def after(self, length: int) -> "Passage":
        """The same without its first `length` characters and what is marked in them."""
        marks = (Mark(max(0, mark.start - length), mark.end - length, mark.concept) for mark in self.marks)
        return Passage(self.text[length:], tuple(mark for mark in marks if mark.start < mark.end))

    def without_final_period(self) -> "Passage":
        """The same without the period that ends it, if one does."""
        if not self.text.endswith("."):
            return self
        length = len(self.text) - 1
        marks = (Mark(mark.start, min(mark.end, length), mark.concept) for mark in self.marks)
        return Passage(self.text[:-1], tuple(mark for mark in marks if mark.start < mark.end))

    def sentence(self) -> "Passage":
        """The same with a period at its end, unless something ends it already."""
        return self if self.text.rstrip().endswith((".", "!", "?", ":", ";")) else self + "."

    def on_one_line(self) -> "Passage":
        """The same with its line breaks as spaces."""
        return Passage(self.text.replace("\n", " "), self.marks)

    def replacing(self, slot: str, filling: "Passage") -> "Passage":
        """The same with the one occurrence of `slot` replaced by a passage.

        Raises:
            ValueError: `slot` does not occur, or an evidence mark reaches into it.
        """
        start = self.text.index(slot)
        end = start + len(slot)
        shift = len(filling.text) - len(slot)
        marks: list[Mark] = []
        for mark in self.marks:
            if mark.end <= start:
                marks.append(mark)
            elif mark.start >= end:
                marks.append(Mark(mark.start + shift, mark.end + shift, mark.concept))
            else:
                raise ValueError(f"An evidence mark reaches into the slot {slot!r}.")
        marks += [Mark(mark.start + start, mark.end + start, mark.concept) for mark in filling.marks]
        return Passage(self.text[:start] + filling.text + self.text[end:], tuple(sorted(marks, key=_place)))

    def edited(self, edits: Sequence[tuple[int, int, str]]) -> "Passage":
        """Replace pieces of the text.

        Args:
            edits: Start, end and new text of each piece, in order, none overlapping. A mark that begins or ends
                inside a piece takes in all of its new text.
        """
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        moved: list[tuple[int, int]] = []
        before = length = 0
        for start, end, new in edits:
            pieces += [self.text[before:start], new]
            length += start - before
            starts.append(start)
            ends.append(end)
            moved.append((length, length + len(new)))
            length += len(new)
            before = end
        pieces.append(self.text[before:])

        def place(offset: int, side: int) -> int:
            index = bisect_right(starts, offset - side) - 1
            if index < 0:
                return offset
            if offset < ends[index] or (side == 0 and offset == starts[index] < ends[index]):
                return moved[index][side]
            return moved[index][1] + offset - ends[index]

        marks = (Mark(place(mark.start, 0), place(mark.end, 1), mark.concept) for mark in self.marks)
        return Passage("".join(pieces), tuple(mark for mark in marks if mark.start < mark.end))

    def lower(self) -> "Passage":
        """The same in small letters; characters that would change their number stay."""
        text = "".join(small if len(small := letter.lower()) == 1 else letter for letter in self.text)
        return Passage(text, self.marks)

    def wrapped(self, width: int, *, keep_space: bool) -> "Passage":
        """Break lines longer than `width` at a space, as hospital systems do.

        Args:
            width: The longest line, in characters; a longer word stands alone.
            keep_space: Whether the space stays before the new line break, as in MIMIC-IV, or becomes it.
        """
        breaks: list[int] = []
        line_start = 0
        text = self.text
        for line in text.split("\n"):
            begin, line_end = line_start, line_start + len(line)
            while line_end - begin > width:
                space = text.rfind(" ", begin + 1, begin + width)
                if space <= begin or text[begin:space].isspace():
                    space = text.find(" ", begin + width, line_end)
                    if space < 0:
                        break
                breaks.append(space)
                begin = space + 1
            line_start = line_end + 1
        if not breaks:
            return self
        pieces: list[str] = []
        before = 0
        for space in breaks:
            pieces += [text[before:space], " \n" if keep_space else "\n"]
            before = space + 1
        pieces.append(text[before:])
        if not keep_space:
            return Passage("".join(pieces), self.marks)
        # A kept space makes the text one character longer from the place after it.
        marks = tuple(
            Mark(
                mark.start + bisect_right(breaks, mark.start - 1),
                mark.end - 1 + bisect_right(breaks, mark.end - 2) + 1,
                mark.concept,
            )
            for mark in self.marks
        )
        return Passage("".join(pieces), marks)


def join(separator: str, passages: Iterable[Passage | str]) -> Passage:
    """Join passages and plain strings into one passage."""
    texts: list[str] = []
    marks: list[Mark] = []
    offset = 0
    for index, piece in enumerate(passages):
        if index:
            texts.append(separator)
            offset += len(separator)
        if isinstance(piece, Passage):
            texts.append(piece.text)
            marks += [Mark(mark.start + offset, mark.end + offset, mark.concept) for mark in piece.marks]
        else:
            texts.append(piece)
        offset += len(texts[-1])
    return Passage("".join(texts), tuple(marks))


def _place(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end
