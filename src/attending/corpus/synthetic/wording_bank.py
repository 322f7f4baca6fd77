"""The wording bank: TOML files in, the ways to say each concept out, split into train and held-out."""

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from attending.corpus.synthetic.drugs import agents_of
from attending.corpus.synthetic.risks import CODES_OF_RISKS
from attending.corpus.synthetic.wording import Wording, checked
from attending.errors import InputError
from attending.taxonomy.coding_rules import exclude_each_other

WordingSplit = Literal["all", "train", "held-out"]

BANK_FOLDER = Path(__file__).parent / "wordings"
SAID = ("name", "line", "story", "course", "medication", "result", "instruction")
UNSAID = ("negated", "ruled_out", "family", "uncertain", "historical", "lookalike")
LISTED_PARTS = {"results": 3, "more_course": 3, "transitional": 3, "complication": 1}
"""Parts of an admission of which a note has several entries: at most so many."""
SERVICE_SHARES = {
    "medicine": 51,
    "cardiology": 10,
    "surgery": 15,
    "orthopaedics": 7,
    "neurology": 7,
    "oncology": 4,
    "obstetrics": 3,
    "psychiatry": 3,
}
"""Families of services with their shares of admissions, in per cent."""
_HEADING = re.compile(r"[A-Za-z][A-Za-z -]{1,28}")
_NO_HEADING = re.compile(
    r"\b(?:history|hx|prior|past|previous|known|old|remote|former|current|treated|on|with|without|of|no|not|in|and|home)\b",
    re.IGNORECASE,
)
_FAMILY_WORDS = (
    ("cardiology", ("CARDIOLOGY", "CCU")),
    ("orthopaedics", ("ORTHO",)),
    ("neurology", ("NEURO", "STROKE")),
    ("oncology", ("ONC", "BMT")),
    ("obstetrics", ("OBSTETRICS", "GYN", "MATERNAL")),
    ("psychiatry", ("PSYCH",)),
    (
        "surgery",
        ("SURG", "TRAUMA", "UROLOGY", "VASCULAR", "CARDIOTHORACIC", "PLASTIC", "OTOLARYNG", "TRANSPLANT", "ACS"),
    ),
)
_HELD_OUT_SHARE = 0.2
_COMMON_SHARE = 0.03
FORMS = frozenset({"disposition", "expired", "expired_condition", "allergies", "full_code", "home_list_opening"})
"""Lists of what a hospital's system fills in ("Home", "No Known Allergies"): the same on both sides of the split."""


@dataclass(frozen=True)
class Concept:
    """All that is known of saying one code.

    Attributes:
        code: The dotted code.
        said: Wordings for patients who have it, by list name; a list may be empty.
        absent: Wordings for patients who do not, by kind; none holds a mark.
    """

    code: str
    said: Mapping[str, tuple[Wording, ...]]
    absent: Mapping[str, tuple[Wording, ...]]


@dataclass(frozen=True)
class AdmissionPlan:
    """A reason to be in hospital and how the note tells it.

    Attributes:
        service: The hospital service, as the note's header says it.
        sexes: The sexes that it fits.
        ages: Youngest and oldest age that it fits.
        reason: Codes that every such admission has; the first is the principal diagnosis.
        texts: Wordings by part of the note: complaint, story, course, procedure, exam, exam_discharge, diagnosis,
            disposition, condition, instructions, followup, and the `LISTED_PARTS`. A part may be missing.
        weight: How often it is, against the others of its family.
    """

    service: str
    sexes: tuple[str, ...]
    ages: tuple[int, int]
    reason: tuple[str, ...]
    texts: Mapping[str, tuple[Wording, ...]]
    weight: float = 1.0

    @cached_property
    def family(self) -> str:
        """Its service's family, one of `SERVICE_SHARES`."""
        service = self.service.upper()
        return next((name for name, words in _FAMILY_WORDS if any(word in service for word in words)), "medicine")

    @cached_property
    def reason_excludes(self) -> frozenset[str]:
        """The codes of risks that cannot stand beside its reason."""
        return frozenset(
            code for code in CODES_OF_RISKS if any(exclude_each_other(code, reason) for reason in self.reason)
        )

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes that it has or may say."""
        wordings = (wording for several in self.texts.values() for wording in several)
        return frozenset(self.reason).union(*(wording.codes for wording in wordings))


@dataclass(frozen=True)
class WordingBank:
    """Concepts, admissions and generic fragments of one wordings split."""

    concepts: Mapping[str, Concept]
    admissions: tuple[AdmissionPlan, ...]
    fragments: Mapping[str, tuple[Wording, ...]]

    @cached_property
    def deniable(self) -> tuple[str, ...]:
        """The codes that have wordings for patients without them."""
        return tuple(code for code, concept in self.concepts.items() if any(concept.absent.values()))

    @cached_property
    def headings(self) -> Mapping[str, tuple[str, ...]]:
        """Short plain names of each condition that may head a paragraph."""
        return {
            code: tuple(
                plain
                for wording in concept.said["name"]
                if _HEADING.fullmatch(plain := wording.plain) and not _NO_HEADING.search(plain)
            )
            for code, concept in self.concepts.items()
        }

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Longer words that stand in so many wordings that they tell nothing of what one is about."""
        plans = [wording for plan in self.admissions for wordings in plan.texts.values() for wording in wordings]
        wordings = plans + [wording for wordings in self.fragments.values() for wording in wordings]
        counts = Counter(word for wording in wordings for word in wording.content)
        return frozenset(word for word, count in counts.items() if count > _COMMON_SHARE * len(wordings))

    @cached_property
    def lines_by_drug(self) -> Mapping[str, tuple[Wording, ...]]:
        """The lines of the general medication lists by the first word of the drug, in small letters."""
        lines: dict[str, list[Wording]] = {}
        for wording in self.fragments.get("medication", ()) + self.fragments.get("discharge_medication", ()):
            lines.setdefault(wording.plain.split(" ")[0].lower(), []).append(wording)
        return {drug: tuple(wordings) for drug, wordings in lines.items()}

    @cached_property
    def drug_lines(self) -> Mapping[str, tuple[Wording, ...]]:
        """The lines of medication lists by the agent they name, of all conditions."""
        lines: dict[str, list[Wording]] = {}
        for concept in self.concepts.values():
            for wording in concept.said["medication"]:
                for agent in agents_of(wording.agents).values():
                    lines.setdefault(agent, []).append(wording)
        return {agent: tuple(wordings) for agent, wordings in lines.items()}

    @classmethod
    def load(cls, split: WordingSplit = "all", folder: Path = BANK_FOLDER) -> "WordingBank":
        """Read every TOML file of a folder.

        Args:
            split: Which wordings to keep; see `WordingSides`.
            folder: Where the files lie: `admissions*.toml`, `fragments*.toml`, and others with concepts. What
                stands in several files under one name is joined.

        Raises:
            InputError: The folder has no such files, a file is not TOML, or an entry is broken.
        """
        files = sorted(folder.glob("*.toml"))
        if not files:
            raise InputError(f"Expected wording files (*.toml) in {folder}, found none. Reinstall the package.")
        contents = {file.name: _read(file) for file in files}
        sides = WordingSides(_lists(contents.values()))
        concepts: dict[str, Concept] = {}
        plans: list[AdmissionPlan] = []
        fragments: dict[str, tuple[Wording, ...]] = {}
        for file, content in contents.items():
            reader = _Reader(sides, split, file)
            if file.startswith("fragments"):
                for name, sources in content.items():
                    read = reader.wordings(sources, "", name, raw=True)
                    fragments[name] = fragments.get(name, ()) + read
            elif "admission" in content:
                plans += [reader.plan(entry, number) for number, entry in enumerate(content["admission"], 1)]
            else:
                for code, lists in content.items():
                    concept = reader.concept(code, lists)
                    concepts[code] = _merged(concepts[code], concept) if code in concepts else concept
        # Without a name on this side of the split a concept cannot be said.
        sayable = {code: concept for code, concept in concepts.items() if concept.said["name"]}
        return cls(sayable, tuple(plan for plan in plans if plan.texts.get("story")), fragments)


class WordingSides:
    """Which side of the split by wording each wording is on.

    Wordings that share their normal form, the words that stay when marks, choices and numbers are taken out, or a
    long sentence in that form, are kin, and kin is on one side, wherever it stands; which, comes from a hash. A
    list with several kins has one on each side; where chance would leave a side empty, the nearest kin changes
    over. `FORMS` are not split.

    Args:
        lists: Every list of the bank.
    """

    def __init__(self, lists: Iterable[Sequence[str]]) -> None:
        sources = [list(dict.fromkeys(several)) for several in lists]
        self._kin = _kin_of(source for several in sources for source in several)
        groups = [sorted({self._kin[source] for source in several}) for several in sources]
        self._held_out = {kin: _place(kin) < _HELD_OUT_SHARE for kins in groups for kin in kins}
        locked: set[str] = set()
        for kins in groups:
            if len(kins) < 2:
                continue
            sides = {self._held_out[kin] for kin in kins}
            if len(sides) == 1:
                movable = [kin for kin in kins if kin not in locked] or kins
                moved = min(movable, key=_place) if sides == {False} else max(movable, key=_place)
                self._held_out[moved] = not self._held_out[moved]
            # One of each side may not change over any more.
            locked.update(next(kin for kin in kins if self._held_out[kin] is side) for side in (True, False))

    def keep(self, sources: Sequence[str], split: WordingSplit) -> list[str]:
        """The wordings of a list that belong to one side, or to "all", in their order."""
        if split == "all":
            return list(sources)
        wanted = split == "held-out"
        return [source for source in sources if self._held_out[self._kin[source]] == wanted]


def normal_form(source: str) -> str:
    """A wording without its mark-up: what two wordings share that say the same in other numbers and choices."""
    text = _NAMED_MARK.sub("[[", source)
    while (opened := _BRACES.sub(" ", text)) != text:
        text = opened
    words = " ".join(_WORD.findall(text.lower()))
    return words or source


def _kin_of(sources: Iterable[str]) -> dict[str, str]:
    """For each wording the name of its kin: the normal form of one of them."""
    parent: dict[str, str] = {}

    def root(form: str) -> str:
        while (above := parent.setdefault(form, form)) != form:
            parent[form] = form = parent[above]
        return form

    speaker: dict[str, str] = {}
    forms: dict[str, str] = {}
    for source in sources:
        form = forms[source] = normal_form(source)
        for sentence in map(normal_form, _SENTENCE_END.split(source)):
            if sentence.count(" ") >= _LONG_SENTENCE - 1:
                first, second = sorted((root(form), root(speaker.setdefault(sentence, form))))
                parent[second] = first
    return {source: root(form) for source, form in forms.items()}


_LONG_SENTENCE = 9
"""Words that make a sentence long enough to be known again."""
_SENTENCE_END = re.compile(r"(?<=[.:;!?])\s|\n")
_NAMED_MARK = re.compile(r"\[\[(?:[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|[0-9A-Z]{7}):(?=\S)")
_BRACES = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[a-z]+")


def _lists(contents: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Every list of strings, however deep it stands."""
    for content in contents:
        for name, value in content.items():
            if name in _PLAN_FIELDS | FORMS:
                continue
            if isinstance(value, str):
                yield [value]
            elif isinstance(value, dict):
                yield from _lists([value])
            elif isinstance(value, list):
                strings = [item for item in value if isinstance(item, str)]
                if strings:
                    yield strings
                yield from _lists(item for item in value if isinstance(item, dict))


def _place(form: str) -> float:
    return int.from_bytes(hashlib.sha256(form.encode()).digest()[:6], "big") / 2**48


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name} is not TOML: {error}. Mend the file.") from None


@dataclass(frozen=True)
class _Reader:
    """Reads the entries of one file, for one side of the split."""

    sides: WordingSides
    split: WordingSplit
    file: str

    def wordings(self, sources: Any, concept: str, where: str, *, raw: bool = False) -> tuple[Wording, ...]:
        where = f"{self.file}, {where}"
        if isinstance(sources, str):
            sources = [sources]
        if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
            raise InputError(f"Expected a list of strings in {where}, found something else. Mend the entry.")
        unique = list(dict.fromkeys(sources))
        kept = unique if where.rpartition(", ")[2] in FORMS else self.sides.keep(unique, self.split)
        return tuple(
            checked(source, concept, where=f"{where}, entry {sources.index(source) + 1}", raw=raw) for source in kept
        )

    def concept(self, code: str, lists: Any) -> Concept:
        if not isinstance(lists, dict):
            raise InputError(
                f"Expected a table of lists for {code} in {self.file}, found something else. Mend the entry."
            )
        absent = lists.get("absent", {})
        for unknown in [*(set(lists) - {*SAID, "absent"}), *(set(absent) - set(UNSAID))]:
            raise InputError(
                f"Expected the lists {', '.join(SAID + UNSAID)} for {code} in {self.file}, found {unknown!r}."
            )
        said = {name: self.wordings(lists.get(name, []), code, f"{code}, {name}") for name in SAID}
        # A name is evidence as a whole.
        names = tuple(name if name.codes else Wording(f"[[{name.source}]]", code, name.raw) for name in said["name"])
        unsaid = {kind: self.wordings(absent.get(kind, []), code, f"{code}, {kind}") for kind in UNSAID}
        for kind, wordings in unsaid.items():
            if any(wording.codes for wording in wordings):
                raise InputError(f"Expected no evidence marks in {self.file}, {code}, absent, {kind}. Take them out.")
        return Concept(code, {**said, "name": names}, unsaid)

    def plan(self, entry: Any, number: int) -> AdmissionPlan:
        where = f"admission {number}"
        try:
            reason = tuple(entry["reason"])
            low, high = entry.get("ages", (18, 95))
            sexes = tuple(entry.get("sexes", ("F", "M")))
            service = entry["service"]
            weight = float(entry.get("weight", 1.0))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputError(
                f"Expected service, reason and two ages in {self.file}, {where}. Mend the entry."
            ) from None
        texts = {
            part: self.wordings(sources, "", f"{where}, {part}")
            for part, sources in entry.items()
            if part not in _PLAN_FIELDS
        }
        return AdmissionPlan(service, sexes, (int(low), int(high)), reason, texts, weight)


def _merged(first: Concept, second: Concept) -> Concept:
    """One concept from its lists in two files."""
    said = {name: first.said[name] + second.said[name] for name in SAID}
    absent = {kind: first.absent[kind] + second.absent[kind] for kind in UNSAID}
    return Concept(first.code, said, absent)


_PLAN_FIELDS = {"service", "sexes", "ages", "reason", "weight"}
