"""What haste and old systems do to a note: capitals, typing errors, lost blanks and line breaks, stray templates."""

import random
import re

from attending.corpus.synthetic.passage import Passage

_TYPED = re.compile(r"[a-z]{4,}")
_BLANK = re.compile(r"(?<=[a-zA-Z)][,.;]) (?=[A-Za-z])")
_SENTENCE_END = re.compile(r"(?<=[a-z]\.) (?=[A-Z])")
_LINE_BREAK = re.compile(r"\n+ *")
_PARAGRAPH_BREAK = re.compile(r"\n[ \n]*\n")


def roughen(note: Passage, remnant: str, rng: random.Random) -> Passage:
    """Spoil a note in the ways of real ones; most stay as they are.

    Args:
        note: The note before its lines are broken.
        remnant: Template text that may have stayed in; empty if there is none.
        rng: Source of chance.
    """
    if rng.random() < 0.025:
        note = note.upper()
    elif rng.random() < 0.015:
        note = note.lower()
    if rng.random() < 0.10:
        note = _mistyped(note, rng.uniform(0.003, 0.012), rng)
    if rng.random() < 0.06:
        note = _without(_BLANK, note, rng.uniform(0.02, 0.15), rng)
    if rng.random() < 0.08:
        note = note.edited([(match.start(), match.end(), "  ") for match in _SENTENCE_END.finditer(note.text)])
    if remnant and rng.random() < 0.06:
        note = _with_remnant(note, remnant, rng)
    if rng.random() < 0.02:
        note = note.edited([(match.start(), match.end(), " ") for match in _LINE_BREAK.finditer(note.text)])
    return note


def _mistyped(note: Passage, share: float, rng: random.Random) -> Passage:
    """Exchange, drop or double a letter in a share of the words of four letters and more."""
    edits: list[tuple[int, int, str]] = []
    for match in _TYPED.finditer(note.text):
        if rng.random() < share and not _printed_by_a_system(note.text, match.start()):
            word = match.group()
            place = rng.randrange(1, len(word) - 1)
            kind = rng.randrange(3)
            if kind == 0:
                word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            elif kind == 1:
                word = word[:place] + word[place + 1 :]
            else:
                word = word[:place] + word[place] + word[place:]
            edits.append((match.start(), match.end(), word))
    return note.edited(edits)


def _printed_by_a_system(text: str, place: int) -> bool:
    """Whether a place is in a line that nobody types: a heading, or a line of the laboratory."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    return line.endswith(":") or " BLOOD " in line or " URINE " in line or "Date" in line


def _without(pattern: re.Pattern[str], note: Passage, share: float, rng: random.Random) -> Passage:
    """Leave out a share of what a pattern finds."""
    return note.edited(
        [(match.start(), match.end(), "") for match in pattern.finditer(note.text) if rng.random() < share]
    )


def _with_remnant(note: Passage, remnant: str, rng: random.Random) -> Passage:
    breaks = list(_PARAGRAPH_BREAK.finditer(note.text))
    if not breaks:
        return note
    place = rng.choice(breaks)
    if any(mark.start < place.end() and mark.end > place.start() for mark in note.marks):
        return note
    return note.edited([(place.start(), place.end(), f"\n\n{remnant}{place.group()}")])
