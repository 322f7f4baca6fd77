"""A note in, what its parts are about out: the part that a mention stands in tells what is meant there."""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Literal, get_args

Part = Literal[
    "diagnoses",
    "past",
    "family",
    "social",
    "allergies",
    "review",
    "exam",
    "results",
    "procedures",
    "medications",
    "stopped",
    "story",
    "course",
    "instructions",
    "other",
]
"""What a part of a note is about."""
_PARTS: tuple[Part, ...] = get_args(Part)

_MARK = r"[ \t]*(?:#+|\d{1,2}[.)]|[-*•>=]+|\([a-z\d]{1,2}\))"
_ITEM = re.compile(_MARK)
_MARKED_HEADING = re.compile(rf"{_MARK}[ \t]*[^:\n]{{1,90}}?(?::|$| -{{1,2}} |\.[ \t])", re.MULTILINE)
_HEADING = re.compile(r"[ \t]*[^:.\n]{1,60}:")
_BRIEF: tuple[Part, ...] = ("allergies", "review", "family", "stopped")
"""Parts that end with their first paragraph; as items of a list, and results within a story, with their line."""
_LISTS: tuple[Part, ...] = ("results", "exam", "medications")
"""Parts that a line of capitals does not end: it may name a study."""
_TELLING = re.compile(
    r"\n[ \t\r]*\n[ \t]*(?=[A-Z])(?=[^\n]{60})(?=[^\n:]{0,80}\b(?:[Hh]e|[Ss]he|[Ww]e|I|[Hh]is|[Hh]er|Mrs?|Ms)\b)"
)
"""Where, after results, a paragraph tells of the patient: dictated notes have few headers."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_CONTENT = re.compile(r"\s*\S")
_ON_LINE = re.compile(r"[ \t]*\S")


@lru_cache(maxsize=1)
def _headers() -> re.Pattern[str]:
    """A pattern with a group for each part, in the order of `_PARTS`, and a last one for other lines of capitals."""
    headers = tomllib.loads((files("attending.lexicon") / "headers.toml").read_text(encoding="utf-8"))
    known = "|".join(f"({'|'.join(headers[part])})" for part in _PARTS)
    return re.compile(
        r"^[ \t]*(?:[-*•#=>+]+[ \t]*|\d{1,2}[.)][ \t]*)?"
        rf"(?:(?i:{known})[ \t]*(?:\([^()\n]*\)[ \t]*|_+[ \t]*)?(?::|[=-]*[ \t]*$)"
        r"|([A-Z][A-Z/&' ,-]{4,60}[A-Z])[ \t]*:?[ \t]*$)",
        re.MULTILINE,
    )


@dataclass(frozen=True)
class Sections:
    """Where the parts of a note begin, in order: offsets, and what each part is about."""

    text: str
    starts: tuple[int, ...]
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, text: str) -> "Sections":
        """Find the headers: those that summaries share, with a colon or alone on their line; and lines of capitals."""
        found: list[tuple[int, Part]] = [(0, "other")]
        for match in _headers().finditer(text):
            group = match.lastindex or 0
            if group > len(_PARTS):
                if found[-1][1] not in _LISTS and _follows_blank_line(text, match.start()):
                    found.append((match.start(), "other"))
                continue
            part = _PARTS[group - 1]
            while found[-1][0] > match.start():
                found.pop()
            around = found[-1][1]
            found.append((match.start(), part))
            if (part == "results" and around in ("story", "course") and _ON_LINE.match(text, match.end())) or (
                part in _BRIEF and _ITEM.match(text, match.start())
            ):
                found.append((_end_of_line(text, match.end()), around))
            elif part == "past" and _ON_LINE.match(text, match.end()):
                found.append(
                    (_end_of_paragraph(text, match.end()), around if around in ("story", "course") else "other")
                )
            elif part in _BRIEF:
                found.append((_end_of_paragraph(text, match.end()), "other"))
        ends = [start for start, _ in found[1:]] + [len(text)]
        for (start, part), end in zip(tuple(found), ends, strict=True):
            telling = _TELLING.search(text, start, end) if part == "results" else None
            if telling is not None:
                found.append((telling.end(), "other"))
        found.sort(key=itemgetter(0))
        return cls(text, tuple(start for start, _ in found), tuple(part for _, part in found))

    def at(self, offset: int) -> Part:
        """What the part is about that a character stands in."""
        return self.parts[bisect_right(self.starts, offset) - 1]

    def heads(self, offset: int) -> bool:
        """Whether a character stands in the heading of a problem: "# Hypertension: ..." in the course of the stay."""
        if self.at(offset) not in ("story", "course", "other", "diagnoses"):
            return False
        line = self._line(offset)
        match = _MARKED_HEADING.match(self.text, line) or _HEADING.match(self.text, line)
        return match is not None and offset < match.end()

    def problem(self, offset: int) -> int:
        """Where the list item or paragraph begins that a character stands in."""
        return self._problems[bisect_right(self._problems, offset) - 1]

    @cached_property
    def _problems(self) -> tuple[int, ...]:
        starts, blank, line = [0], True, 0
        while line < len(self.text):
            end = _end_of_line(self.text, line)
            if blank or _ITEM.match(self.text, line):
                starts.append(line)
            blank = not self.text[line:end].strip()
            line = end + 1
        return tuple(starts)

    def _line(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _end_of_paragraph(text: str, start: int) -> int:
    """Where the blank line after the first content ends."""
    content = _CONTENT.match(text, start)
    blank = _BLANK_LINE.search(text, content.end()) if content else None
    return blank.end() if blank else len(text)


def _follows_blank_line(text: str, start: int) -> bool:
    above = text[: max(0, start - 1)].rpartition("\n")[2]
    return not above.strip()
