"""A release of ICD-10-CM and ICD-10-PCS: a code goes in; its title, synonyms and what is above it come out.

Besides codes, a taxonomy has entries for what stands above them, each under a key that no code shares:
chapters ("Chapter 9") and blocks ("I20-I25", and "B99-B99" for a block of one category) of ICD-10-CM;
sections ("PCS 0"), body systems ("PCS 02") and tables ("PCS 02H") of ICD-10-PCS.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from attending.errors import InputError
from attending.sealing import sha256_of
from attending.taxonomy.code import CM, NINTH, PCS, System, normal_form, system_of
from attending.taxonomy.official import pcs_groups, pcs_lines, read_order_file, read_tabular
from attending.taxonomy.table import Line, Provenance, Table

Level = Literal["chapter", "block", "category", "code"]
LEVELS: tuple[Level, Level, Level] = ("chapter", "block", "category")

_TABLES = Path(__file__).parent / "tables"
_PCS_LEVELS: dict[int, Level] = {1: "chapter", 2: "block", 3: "category"}


@dataclass(frozen=True)
class CodeEntry:
    """What a release says of a code, or of a chapter, block or category above it."""

    code: str
    """In normal form, or the key of a chapter or block."""
    description: str
    inclusion_terms: tuple[str, ...]
    """Synonyms and conditions that the tabular list names under this entry; only ICD-10-CM has some."""
    includes: tuple[str, ...]
    """What the tabular list says the entry and all below it include: "high blood pressure" for I10."""
    parent: str | None
    """The key of the entry just above; None for a chapter or a section."""
    level: Level
    """Of ICD-10-PCS, sections count as chapters, body systems as blocks, tables as categories."""
    is_leaf: bool
    """Whether nothing stands below it. The leaves of a release are what is billed; a category can be one."""
    system: System


@dataclass(frozen=True, eq=False, repr=False)
class Taxonomy:
    """A release of ICD-10-CM and ICD-10-PCS, perhaps with more codes added. It is never changed.

    Iteration gives the key of every entry: chapters, blocks and codes of ICD-10-CM, then those of ICD-10-PCS.
    """

    _cm: Table
    _read_pcs: Callable[[], Table]
    _added: int = field(default=0)

    @classmethod
    def load(cls) -> "Taxonomy":
        """Return the packaged release; ICD-10-PCS is read when first asked for."""
        return cls(Table.read(_TABLES / "icd-10-cm.gz"), lambda: Table.read(_TABLES / "icd-10-pcs.gz"))

    @classmethod
    def from_official_files(cls, *, tabular_xml: Path, cm_order: Path, pcs_order: Path | None = None) -> "Taxonomy":
        """Read another release from the files that the CDC and CMS publish.

        Args:
            tabular_xml: `icd10cm_tabular_YYYY.xml`: titles, inclusion terms, hierarchy.
            cm_order: `icd10cm_order_YYYY.txt` of the same release: which codes exist, and their long titles.
            pcs_order: `icd10pcs_order_YYYY.txt`. Without it the packaged release of ICD-10-PCS is used.

        Raises:
            InputError: A file is missing or has not the published format.
        """
        ordered = read_order_file(cm_order)
        tabular = read_tabular(
            tabular_xml,
            valid=(entry.code for entry in ordered),
            titles={entry.code: entry.title for entry in ordered},
        )
        provenance = _official(CM, tabular.version, (tabular_xml, cm_order))
        cm = Table.of(provenance, tabular.groups, tabular.codes)
        if pcs_order is None:
            return cls(cm, lambda: Table.read(_TABLES / "icd-10-pcs.gz"))
        pcs = Table.of(_official(PCS, pcs_order.stem, (pcs_order,)), *pcs_lines(read_order_file(pcs_order)))
        return cls(cm, lambda: pcs)

    @property
    def release(self) -> str:
        """Which releases these are: "ICD-10-CM April 2026, ICD-10-PCS April 2024"; codes added, if any."""
        named = ", ".join(f"{part.system} {part.release}" for part in self.provenance)
        return f"{named}, {self._added} codes added" if self._added else named

    @property
    def provenance(self) -> tuple[Provenance, Provenance]:
        """Where the entries of ICD-10-CM and of ICD-10-PCS come from."""
        return self._cm.provenance, self._pcs.provenance

    def get(self, code: str, *, system: System | None = None) -> CodeEntry:
        """Return the entry of a code in any spelling, or of the key of a chapter, block, section or table.

        Args:
            code: The code or key.
            system: The code's system, where it is known; see `normal_form`.

        Raises:
            InputError: The text is no code, or the code is not in this release.
        """
        key = self._key(code, system)
        found = self._table(key).find(key)
        if found is None:
            raise InputError(
                f"{key} is not in this taxonomy ({self.release}). "
                "Correct it, or, if it is of another release, add it with Taxonomy.with_codes."
            )
        return CodeEntry(
            code=key,
            description=found.description,
            inclusion_terms=found.inclusion_terms,
            includes=found.includes,
            parent=self._parent(found),
            level=_level(key),
            is_leaf=not self._has_children(key),
            system=PCS if self._is_pcs(key) else CM,
        )

    def parent(self, code: str) -> str | None:
        """Return the key of the entry just above; None for a chapter or a section of ICD-10-PCS.

        Raises:
            InputError: See `get`.
        """
        return self.get(code).parent

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the keys of all entries above, the nearest first, the chapter last.

        Raises:
            InputError: See `get`.
        """
        above: list[str] = []
        parent = self.parent(code)
        while parent is not None:
            above.append(parent)
            parent = self.parent(parent)
        return tuple(above)

    def children(self, code: str) -> tuple[str, ...]:
        """Return the keys of the entries just below, in official or sorted order.

        Raises:
            InputError: See `get`.
        """
        key = self.get(code).code
        table = self._table(key)
        if key not in table.groups:
            return tuple(table.nearest_below(key))
        if _level(key) == "category":
            return tuple(table.nearest_below(key.removeprefix("PCS ")))
        return table.group_members(key)

    def chapter(self, code: str) -> CodeEntry:
        """Return the chapter (of ICD-10-PCS, the section) of a code or entry.

        Raises:
            InputError: See `get`.
        """
        key = self.get(code).code
        return self.get((key, *self.ancestors(key))[-1])

    def levels(self, code: str) -> tuple[str, str, str]:
        """Return the keys of a code's chapter, of the smallest block it is in, and of its category.

        Args:
            code: A code; for a category that is a code's shape (I10), the last key is the category itself.

        Raises:
            InputError: See `get`; or the entry is itself a chapter or block.
        """
        entry = self.get(code)
        if entry.level in ("chapter", "block"):
            raise InputError(f"Expected a code, got {entry.code}, which is a {entry.level}. Give a code below it.")
        path = (entry.code, *self.ancestors(code))
        at = next(place for place, key in enumerate(path) if _level(key) == "category")
        return path[-1], path[at + 1], path[at]

    def with_codes(self, codes: Mapping[str, str], *, system: System | None = None) -> "Taxonomy":
        """Return a taxonomy extended by codes of other releases, each below its longest prefix.

        Codes that are there already keep their entries, so that all titles of MIMIC-IV's `d_icd_diagnoses`
        may be given. A category that the release lacks must be among the codes.

        Args:
            codes: Description by code, in any spelling.
            system: The system of all of them, where it is known; see `normal_form`.

        Raises:
            InputError: A text is no code, a description is empty, or a code has no category here.
        """
        given = {normal_form(code, system=system): description for code, description in codes.items()}
        if ninth := [code for code in given if system_of(code) in NINTH]:
            raise InputError(f"{len(ninth)} codes are of ICD-9-CM (first {ninth[0]}). Add codes of ICD-10 alone.")
        if empty := [code for code, description in given.items() if not description.strip()]:
            raise InputError(f"{len(empty)} codes have an empty description (first {empty[0]}). Describe every code.")
        new = {code: text for code, text in given.items() if code not in self._table(code)}
        cm_lines = [Line(code, new[code], self._category_parent(code, new)) for code in new if system_of(code) == CM]
        pcs_lines = [Line(code, new[code]) for code in new if system_of(code) == PCS]
        cm = self._cm.extended(cm_lines) if cm_lines else self._cm
        if not pcs_lines:
            return Taxonomy(cm, lambda: self._pcs, self._added + len(new))
        groups = {group.key: group for line in pcs_lines for group in pcs_groups(line.key[:3])}
        missing = [group for key, group in groups.items() if key not in self._pcs.groups]
        pcs = self._pcs.extended(pcs_lines, missing)
        return Taxonomy(cm, lambda: pcs, self._added + len(new))

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str):
            return False
        try:
            key = self._key(code, None)
        except InputError:
            return False
        return key in self._table(key)

    def __len__(self) -> int:
        return len(self._cm) + len(self._pcs)

    def __iter__(self) -> Iterator[str]:
        yield from self._cm
        yield from self._pcs

    @cached_property
    def _pcs(self) -> Table:
        return self._read_pcs()

    def _key(self, code: str, system: System | None) -> str:
        if code in self._cm.groups or (code.startswith("PCS ") and code in self._pcs.groups):
            return code
        return normal_form(code, system=system)

    def _is_pcs(self, key: str) -> bool:
        return key.startswith("PCS ") or (key not in self._cm.groups and system_of(key) == PCS)

    def _table(self, key: str) -> Table:
        return self._pcs if self._is_pcs(key) else self._cm

    def _parent(self, line: Line) -> str | None:
        if line.key in self._table(line.key).groups or len(line.key) == 3:
            return line.parent or None
        if system_of(line.key) == PCS:
            return f"PCS {line.key[:3]}"
        prefix = line.key[:-1]
        while prefix not in self._cm:
            prefix = prefix[:-1]
        return prefix

    def _has_children(self, key: str) -> bool:
        table = self._table(key)
        return key in table.groups or table.has_below(key)

    def _category_parent(self, code: str, new: Mapping[str, str]) -> str:
        category = code[:3]
        if category != code:
            if category not in self._cm and category not in new:
                raise InputError(
                    f"{code} has no category here: {category} is not in {self.release}. "
                    f"Add {category} with its title too."
                )
            return ""
        blocks = [key for key in self._cm.groups if "-" in key and key[:3] <= category <= key[-3:]]
        if not blocks:
            raise InputError(f"{category} is in no block of {self.release}. Correct the code.")
        return blocks[-1]


def _official(system: System, release: str, paths: tuple[Path, ...]) -> Provenance:
    return Provenance(
        system=system,
        release=release,
        publisher="CDC" if system == CM else "CMS",
        source="official files: " + ", ".join(path.name for path in paths),
        licence="public domain (a work of the U.S. government)",
        sha256={path.name: sha256_of(path) for path in paths},
    )


def _level(key: str) -> Level:
    if key.startswith("Chapter "):
        return "chapter"
    if key.startswith("PCS "):
        return _PCS_LEVELS[len(key) - len("PCS ")]
    if "-" in key:
        return "block"
    return "category" if len(key) == 3 else "code"
