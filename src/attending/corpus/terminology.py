"""What codes a corpus may have: a text goes in, a code in normal form or a label space comes out.

`IcdTerminology` knows ICD-10 by its releases and takes what they lack, and all of ICD-9-CM, from a source's own
titles. `AnyLabels` takes every text for a label, so that other tasks than ICD coding can be learnt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from attending.errors import InputError
from attending.taxonomy import LabelSpace, System, Taxonomy, normal_form
from attending.taxonomy.code import NINTH, NINTH_CM, NINTH_PREFIX, NINTH_PROCEDURES, PCS, system_of

IcdVersion = Literal["10", "9", "both"]
ICD_VERSIONS: tuple[IcdVersion, ...] = ("10", "9", "both")


class Terminology(Protocol):
    """A set of codes with their descriptions."""

    @property
    def name(self) -> str:
        """What it is called in messages and on the data card."""
        ...

    def normal(self, text: str) -> str:
        """Return the one way a code is written.

        Raises:
            InputError: The text is no code of this set.
        """
        ...

    def describes(self, code: str) -> bool:
        """Tell whether a code in normal form has a description, without which it cannot be a label."""
        ...

    def label_space(self, codes: Sequence[str]) -> LabelSpace:
        """Return the label space of codes that are described, in their order."""
        ...


@dataclass(frozen=True)
class IcdTerminology:
    """ICD-10-CM and ICD-10-PCS, ICD-9-CM, or all of them."""

    icd: IcdVersion = "10"
    """Which version a code may be of. With "9" a code is read as ICD-9-CM, else only where it says so (ICD9CM:)."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Descriptions, by code in normal form, of codes that the taxonomy may lack, and of ICD-9-CM."""
    taxonomy: Taxonomy = field(default_factory=Taxonomy.load)

    def __post_init__(self) -> None:
        if self.icd not in ICD_VERSIONS:
            raise InputError(f"Expected a version of ICD among 10, 9 and both, got {self.icd!r}. Choose one of them.")

    @property
    def name(self) -> str:
        """The versions: "ICD-9 and ICD-10" for both."""
        return {"10": "ICD-10", "9": "ICD-9", "both": "ICD-9 and ICD-10"}[self.icd]

    def normal(self, text: str) -> str:
        """Return the normal form of a code; see `attending.taxonomy.normal_form`.

        Raises:
            InputError: The text has not the shape of a code of these versions.
        """
        if self.icd == "9":
            bare = text.strip().upper().removeprefix(NINTH_PREFIX)
            return normal_form(bare, system=NINTH_PROCEDURES if bare[2:3] == "." else NINTH_CM)
        code = normal_form(text)
        if self.icd == "10" and system_of(code) in NINTH:
            raise InputError("Expected a code of ICD-10, got one of ICD-9-CM. Ask for ICD-9 too, or remove it.")
        return code

    def describes(self, code: str) -> bool:
        """Tell whether the taxonomy has a code, or can take it up with the title that the source gives."""
        if code in self.taxonomy:
            return True
        system = system_of(code)
        has_category = system in (PCS, *NINTH) or code[:3] in self.taxonomy or bool(self.titles.get(code[:3]))
        return has_category and bool(self.titles.get(code))

    def label_space(self, codes: Sequence[str]) -> LabelSpace:
        """Return the label space of codes that are described, in their order."""
        taxonomy, titles = self.taxonomy, self.titles
        added = [code for code in codes if system_of(code) not in NINTH and code not in taxonomy]
        # A code of another release may lie in a category that the packaged release lacks: that is described too.
        wanted = [*(code[:3] for code in added if code[:3] in titles and code[:3] not in taxonomy), *added]
        if added:
            taxonomy = taxonomy.with_codes({code: titles[code] for code in wanted})
        return LabelSpace.of(codes, taxonomy, ninth_titles=titles)


@dataclass(frozen=True)
class AnyLabels:
    """Labels of any kind, each spelled as it is given, without the white space around it."""

    descriptions: Mapping[str, str] = field(default_factory=dict)
    """What labels, and what stands above them, are called; where it says nothing, as they are spelled."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """What stands just above a label or parent."""
    name: str = "labels of your own"

    def normal(self, text: str) -> str:
        """Return the label.

        Raises:
            InputError: The text is empty.
        """
        if not (label := text.strip()):
            raise InputError("Expected a label, got white space. Name the label.")
        return label

    def describes(self, code: str) -> bool:
        """Return True: a label describes itself."""
        return True

    def label_space(self, codes: Sequence[str]) -> LabelSpace:
        """Return the label space of labels, in their order."""
        return LabelSpace.of_any(codes, descriptions=self.descriptions, parents=self.parents, release=self.name)


def normal_or_none(text: str, system: System | None = None) -> str | None:
    """Return the normal form of a code of ICD, or None for what has not the shape of one."""
    try:
        return normal_form(text, system=system)
    except InputError:
        return None
