"""The terms of the lexicon: TOML files in, checked concepts out."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from attending.errors import InputError
from attending.taxonomy import normal_form

_TERMS = files("attending.lexicon") / "terms"
_LISTS = ("names", "abbreviations", "hints", "blocks", "patterns", "anchors")


@dataclass(frozen=True)
class Concept:
    """What is said for a code. Terms are whole words; a hyphen counts as a blank, as does a line break."""

    code: str
    """Dotted, in normal form."""
    names: tuple[str, ...] = ()
    """Words that state it, in any case."""
    abbreviations: tuple[str, ...] = ()
    """Letters that state it, in exactly this case."""
    hints: tuple[str, ...] = ()
    """Drugs, devices and findings that suggest it, in any case."""
    blocks: tuple[str, ...] = ()
    """Longer phrases, in any case, that hold a term but do not mean it."""
    patterns: tuple[re.Pattern[str], ...] = ()
    """Regular expressions that state it."""
    anchors: tuple[str, ...] = ()
    """Letters of which a text must have some for the patterns to be looked for, in any case unless in capitals."""


@lru_cache(maxsize=1)
def read_terms() -> tuple[Concept, ...]:
    """Read the packaged terms, in the order of the codes. A code has a concept for each set of anchors of its patterns.

    Raises:
        InputError: A file has not the format.
    """
    concepts: list[Concept] = []
    for file in sorted(_TERMS.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            concepts.extend(concepts_of(file.read_text(encoding="utf-8"), file.name))
    return tuple(sorted(concepts, key=lambda concept: concept.code))


def concepts_of(content: str, file_name: str) -> tuple[Concept, ...]:
    """Read the terms in one file.

    Args:
        content: TOML, a table `[[concept]]` for each: `code`, and any of `names`, `abbreviations`, `hints`,
            `blocks`, `patterns`, `anchors`, each a list of texts.
        file_name: What to call the file in a message.

    Raises:
        InputError: It has not this format.
    """
    try:
        tables = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file_name} is no TOML: {error}. Correct it.") from None
    rows = tables.get("concept")
    if not isinstance(rows, list) or set(tables) != {"concept"}:
        raise InputError(f"{file_name} must hold tables [[concept]] and nothing else. Correct it.")
    return tuple(_concept(row, f"concept {number} of {file_name}") for number, row in enumerate(rows, 1))


def _concept(row: Mapping[str, Any], where: str) -> Concept:
    unknown = sorted(set(row) - {"code", *_LISTS})
    if unknown or not isinstance(row.get("code"), str):
        got = f"the keys {', '.join(unknown)}" if unknown else "no code"
        raise InputError(f"Expected code and any of {', '.join(_LISTS)} in {where}, got {got}. Correct it.")
    code = normal_form(row["code"])
    lists = {name: row.get(name, []) for name in _LISTS}
    for name, values in lists.items():
        if not isinstance(values, list) or any(not isinstance(value, str) or not value.strip() for value in values):
            raise InputError(f"Expected a list of texts as {name} of {code} in {where}. Correct it.")
    try:
        patterns = tuple(re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in lists.pop("patterns"))
    except re.error as error:
        raise InputError(f"A pattern of {code} in {where} is no regular expression: {error}. Correct it.") from None
    if any(pattern.search("") for pattern in patterns):
        raise InputError(f"A pattern of {code} in {where} finds nothing at all, everywhere. Correct it.")
    return Concept(code, **{name: tuple(values) for name, values in lists.items()}, patterns=patterns)


_UNSPECIFIED = re.compile(
    r",? ?\b(?:unspecified(?: (?:site|organism|type|cause|whether [^,]*|as to [^,]*))?"
    r"|(?:(?:site|organism|cause|type|episode of care) )?(?:not specified|unspecified)"
    r"|not (?:otherwise specified|elsewhere classified)|uncomplicated|NOS|NEC|initial (?:encounter|episode of care)"
    r"|without (?:mention of )?[^,]*)(?=,|$|\b)",
    re.IGNORECASE,
)
_OTHER = re.compile(r"^(?:other(?: specified)?|unspecified|personal) ", re.IGNORECASE)
_SHORTEST = 3
"""Descriptions of as many letters are too short to be looked for."""
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


def names_in_description(descriptions: Iterable[str]) -> tuple[str, ...]:
    """The names in a code's official description and synonyms: without "unspecified" and the like, commas turned.

    "Acute posthemorrhagic anemia" stays; "Anemia, unspecified" is "anemia"; "Neoplasm, malignant" is also
    "malignant neoplasm". What is in parentheses or brackets is left out.
    """
    names: dict[str, None] = {}
    for description in descriptions:
        bare = _ASIDE.sub("", description)
        for variant in (bare, _OTHER.sub("", _UNSPECIFIED.sub("", bare))):
            parts = [part.strip() for part in variant.split(",") if part.strip()]
            for name in (", ".join(parts), " ".join(reversed(parts))):
                if len(name) > _SHORTEST:
                    names[name.lower()] = None
    return tuple(names)
