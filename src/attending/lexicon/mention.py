"""What a text mentions of a code: where, by which words, and how it is meant."""

from dataclasses import dataclass
from typing import Literal

from attending.lexicon.assertion import Assertion
from attending.lexicon.sections import Part

Kind = Literal["name", "abbreviation", "hint"]


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

    @property
    def states(self) -> bool:
        """Whether it says that the patient has it, and does not merely suggest so."""
        return self.assertion == "affirmed" and self.kind != "hint"
