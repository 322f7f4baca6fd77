"""One system's entries as sorted lines: a gzip text file goes in, lines are found in it by bisection.

The file is UTF-8 text. Its first line is the `Provenance` as JSON. Then come the groups (chapters and blocks,
or sections, body systems and tables), one a line in their official order, an empty line, and the codes,
sorted. A line has five fields, separated by tabs: key, description, parent (of groups and categories only: a
code's parent is its longest prefix), inclusion terms, "includes" notes; terms and notes are separated by `|`.
"""

import gzip
import json
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from attending.errors import InputError

_FIELDS = 5


@dataclass(frozen=True)
class Provenance:
    """Where a system's entries come from."""

    system: str
    """"ICD-10-CM" or "ICD-10-PCS"."""
    release: str
    """What its publisher calls the release: "April 2026"."""
    publisher: str
    """Who maintains the system."""
    source: str
    """What the entries were read from: a package with its version, or the official files."""
    licence: str
    """Under which terms they may be used."""
    sha256: dict[str, str]
    """SHA-256 sum of each file that was read."""
    note: str = ""
    """What else a careful reader should know."""


@dataclass(frozen=True)
class Line:
    """One entry as the table writes it."""

    key: str
    description: str
    parent: str = ""
    inclusion_terms: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        """Return the line's bytes; what separates fields and terms becomes a blank."""
        lists = ("|".join(_clean(term) for term in terms) for terms in (self.inclusion_terms, self.includes))
        return "\t".join((self.key, _clean(self.description), self.parent, *lists)).encode()

    @staticmethod
    def decoded(line: bytes) -> "Line":
        """Read a line back."""
        key, description, parent, terms, includes = line.decode().split("\t")
        return Line(key, description, parent, _split(terms), _split(includes))


class Table:
    """The entries of one system; no object is made for an entry before it is asked for."""

    def __init__(self, provenance: Provenance, groups: Iterable[Line], codes: list[bytes]) -> None:
        """Take the groups in their official order and the encoded lines of the codes, sorted."""
        self.provenance = provenance
        self.groups = {group.key: group for group in groups}
        self._codes = codes

    @classmethod
    def of(cls, provenance: Provenance, groups: Iterable[Line], codes: Iterable[Line]) -> "Table":
        """Sort the lines of the codes into a table."""
        return cls(provenance, groups, sorted(line.encoded() for line in codes))

    @classmethod
    def read(cls, path: Path) -> "Table":
        """Read a table's file.

        Raises:
            InputError: The file is missing or not a table.
        """
        try:
            head, groups, codes = _sections(gzip.decompress(path.read_bytes()))
            provenance = Provenance(**json.loads(head))
            table = cls(provenance, map(Line.decoded, groups), codes)
        except FileNotFoundError:
            raise InputError(f"Expected a table of codes at {path}, found nothing. Install attending again.") from None
        except (OSError, EOFError, zlib.error, ValueError, TypeError):
            raise InputError(f"{path} is damaged: it is not a table of codes. Install attending again.") from None
        return table

    def write(self, path: Path) -> None:
        """Write the table's file; equal tables give equal bytes."""
        path.write_bytes(gzip.compress(self.text(), compresslevel=9, mtime=0))

    def text(self) -> bytes:
        """Return what the file holds before compression."""
        head = json.dumps(asdict(self.provenance), ensure_ascii=False).encode()
        groups = (group.encoded() for group in self.groups.values())
        return b"\n".join((head, *groups, b"", *self._codes)) + b"\n"

    def __len__(self) -> int:
        return len(self.groups) + len(self._codes)

    def __contains__(self, key: str) -> bool:
        return key in self.groups or self._place(key) is not None

    def __iter__(self) -> Iterator[str]:
        yield from self.groups
        yield from (_key(line) for line in self._codes)

    def find(self, key: str) -> Line | None:
        """Return the entry of that key, or None."""
        if (group := self.groups.get(key)) is not None:
            return group
        place = self._place(key)
        return None if place is None else Line.decoded(self._codes[place])

    def has_below(self, code: str) -> bool:
        """Tell whether other codes begin with this one."""
        place = bisect_left(self._codes, f"{code}\n".encode())
        return place < len(self._codes) and self._codes[place].startswith(code.encode())

    def nearest_below(self, code: str) -> list[str]:
        """Return the codes whose longest prefix in the table is this code, sorted."""
        below: list[bytes] = []
        for line in self.starting_with(code):
            if not (below and line.startswith(below[-1])):
                below.append(line[: line.index(b"\t")])
        return [key.decode() for key in below]

    def starting_with(self, prefix: str) -> list[bytes]:
        """Return the lines of the codes that begin with the prefix and are longer than it, sorted."""
        start = bisect_left(self._codes, f"{prefix}\n".encode())
        end = bisect_left(self._codes, f"{prefix}\x7f".encode())
        return self._codes[start:end]

    def group_members(self, group: str) -> tuple[str, ...]:
        """Return the groups and categories whose parent is this group, in official or sorted order."""
        return self._members.get(group, ())

    def extended(self, codes: Iterable[Line], groups: Iterable[Line] = ()) -> "Table":
        """Return a table with more entries; none of their keys may be in this one."""
        lines = sorted([*self._codes, *(line.encoded() for line in codes)])
        return Table(self.provenance, [*self.groups.values(), *groups], lines)

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        members: dict[str, list[str]] = {}
        for group in self.groups.values():
            members.setdefault(group.parent, []).append(group.key)
        for line in self._codes:
            if line[3:4] == b"\t":
                category = Line.decoded(line)
                members.setdefault(category.parent, []).append(category.key)
        return {parent: tuple(keys) for parent, keys in members.items()}

    def _place(self, key: str) -> int | None:
        start = f"{key}\t".encode()
        place = bisect_left(self._codes, start)
        return place if place < len(self._codes) and self._codes[place].startswith(start) else None


def _sections(text: bytes) -> tuple[bytes, list[bytes], list[bytes]]:
    upper, blank, codes = text.partition(b"\n\n")
    lines = codes.split(b"\n")
    head, *groups = upper.split(b"\n")
    if not blank or lines.pop() or any(line.count(b"\t") != _FIELDS - 1 for line in (lines[0], lines[-1])):
        raise ValueError("not a table")
    return head, groups, lines


def _key(line: bytes) -> str:
    return line[: line.index(b"\t")].decode()


def _split(terms: str) -> tuple[str, ...]:
    return tuple(terms.split("|")) if terms else ()


def _clean(text: str) -> str:
    return " ".join(text.replace("|", " ").split())
