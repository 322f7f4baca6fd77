"""Likely identifiers in a text: what they are, where they stand, and the text with them taken out.

A check, not a guarantee: it finds what looks like an identifier. The kinds follow HIPAA's Safe Harbor method
(45 CFR 164.514(b)(2)), which lets years, ages below 90 and states stand. MIMIC-IV's `___` is no identifier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from attending.errors import InputError

if TYPE_CHECKING:
    from presidio_analyzer import LocalRecognizer

MARK = "___"
"""What MIMIC-IV writes in the place of an identifier."""


class Kind(StrEnum):
    """What an identifier says of a person."""

    NAME = "name"
    DATE = "date"
    AGE = "age of 90 or more"
    PHONE = "phone"
    EMAIL = "e-mail"
    WEB = "web or IP address"
    NUMBER = "record number"
    ADDRESS = "address"
    INSTITUTION = "institution"


@dataclass(frozen=True)
class Identifier:
    """A likely identifier: `text[start:end]` of the text in which it was found."""

    kind: Kind
    start: int
    end: int


def find_identifiers(text: str) -> list[Identifier]:
    """Return the likely identifiers of a text in its order, none of which overlap.

    Where recognisers claim the same characters, all that they claim is one identifier, of the longest one's kind.

    Raises:
        InputError: presidio-analyzer or Faker is not installed.
    """
    found = [
        Identifier(Kind(result.entity_type), result.start, result.end)
        for recognizer in _recognizers()
        for result in recognizer.analyze(text, recognizer.supported_entities, None)  # type: ignore[arg-type]
        if any(character.isalnum() for character in text[result.start : result.end])
    ]
    return _joined(found)


@cache
def _recognizers() -> "tuple[LocalRecognizer, ...]":
    for package in ("presidio_analyzer", "faker"):
        if find_spec(package) is None:
            raise InputError(f'The check needs {package}, which is not installed. Run: pip install "attending[deid]"')
    from attending.deidentification.recognizers import recognizers

    return recognizers()


def redact(text: str, identifiers: Iterable[Identifier], mark: str = MARK) -> str:
    """Return the text with a mark in the place of each identifier; all else stays as it was.

    Args:
        text: The text in which the identifiers were found.
        identifiers: In the order of the text, without overlaps, as `find_identifiers` returns them.
        mark: What stands in their place.
    """
    pieces: list[str] = []
    at = 0
    for identifier in identifiers:
        pieces += (text[at : identifier.start], mark)
        at = identifier.end
    return "".join([*pieces, text[at:]])


def _joined(found: list[Identifier]) -> list[Identifier]:
    """Join identifiers that overlap; the longest of them says of what kind they are."""
    joined: list[Identifier] = []
    longest = 0
    for one in sorted(found, key=lambda one: (one.start, one.end, one.kind)):
        length = one.end - one.start
        if joined and one.start < joined[-1].end:
            before = joined.pop()
            kind = one.kind if length > longest else before.kind
            joined.append(Identifier(kind, before.start, max(before.end, one.end)))
            longest = max(longest, length)
        else:
            joined.append(one)
            longest = length
    return joined
