"""The wording bank: TOML files in, the ways to say each concept out, split into train and held-out."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from attending.corpus.synthetic.wording import Wording, checked
from attending.errors import InputError

WordingSplit = Literal["all", "train", "held-out"]

BANK_FOLDER = Path(__file__).parent / "wordings"
SAID = ("name", "line", "story", "course", "medication", "result")
UNSAID = ("negated", "ruled_out", "family", "uncertain", "historical", "lookalike")
_HELD_OUT_SHARE = 0.2


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
        texts: Wordings by part of the note: complaint, story, course, procedure, exam, diagnosis,
            disposition, instructions. A part may be missing.
    """

    service: str
    sexes: tuple[str, ...]
    ages: tuple[int, int]
    reason: tuple[str, ...]
    texts: Mapping[str, tuple[Wording, ...]]


@dataclass(frozen=True)
class WordingBank:
    """Concepts, admissions and generic fragments of one wordings split."""

    concepts: Mapping[str, Concept]
    admissions: tuple[AdmissionPlan, ...]
    fragments: Mapping[str, tuple[Wording, ...]]

    @classmethod
    def load(cls, split: WordingSplit = "all", folder: Path = BANK_FOLDER) -> "WordingBank":
        """Read every TOML file of a folder.

        Args:
            split: Which wordings to keep. Each entry of a list belongs to one side by a hash of its text,
                about 80 % to "train"; a list of two or more has at least one on each side, a single entry
                is on both.
            folder: Where the files lie. A concept may have its lists in several of them.

        Raises:
            InputError: The folder has no such files, a file is not TOML, or an entry is broken.
        """
        files = sorted(folder.glob("*.toml"))
        if not files:
            raise InputError(f"Expected wording files (*.toml) in {folder}, found none. Reinstall the package.")
        concepts: dict[str, Concept] = {}
        plans: list[AdmissionPlan] = []
        fragments: dict[str, tuple[Wording, ...]] = {}
        for file in files:
            content = _read(file)
            if file.name == "fragments.toml":
                for name, sources in content.items():
                    fragments[name] = _wordings(sources, "", split, f"{file.name}, {name}", raw=True)
            elif "admission" in content:
                for number, entry in enumerate(content["admission"], 1):
                    plans.append(_plan(entry, split, f"{file.name}, admission {number}"))
            else:
                for code, lists in content.items():
                    concept = _concept(code, lists, split, file.name)
                    concepts[code] = _merged(concepts[code], concept) if code in concepts else concept
        return cls(concepts, tuple(plans), fragments)


def on_side(sources: Sequence[str], split: WordingSplit) -> list[str]:
    """Keep the entries of a list that belong to one side of the wordings split, in their order."""
    if split == "all" or len(sources) < 2:
        return list(sources)
    places = [_place(source) for source in sources]
    border = _HELD_OUT_SHARE
    if min(places) >= border:
        border = sorted(places)[0] + 1e-12
    elif max(places) < border:
        border = sorted(places)[-1]
    wanted = split == "held-out"
    return [source for source, place in zip(sources, places, strict=True) if (place < border) == wanted]


def _place(source: str) -> float:
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:6], "big") / 2**48


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name} is not TOML: {error}. Mend the file.") from None


def _wordings(sources: Any, concept: str, split: WordingSplit, where: str, *, raw: bool = False) -> tuple[Wording, ...]:
    if isinstance(sources, str):
        sources = [sources]
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise InputError(f"Expected a list of strings in {where}, found something else. Mend the entry.")
    unique = list(dict.fromkeys(sources))
    return tuple(
        checked(source, concept, where=f"{where}, entry {sources.index(source) + 1}", raw=raw)
        for source in on_side(unique, split)
    )


def _concept(code: str, lists: Any, split: WordingSplit, file: str) -> Concept:
    if not isinstance(lists, dict):
        raise InputError(f"Expected a table of lists for {code} in {file}, found something else. Mend the entry.")
    absent = lists.get("absent", {})
    for unknown in [*(set(lists) - {*SAID, "absent"}), *(set(absent) - set(UNSAID))]:
        raise InputError(f"Expected the lists {', '.join(SAID + UNSAID)} for {code} in {file}, found {unknown!r}.")
    said = {name: _wordings(lists.get(name, []), code, split, f"{file}, {code}, {name}") for name in SAID}
    # A name is evidence as a whole.
    names = tuple(name if name.codes else Wording(f"[[{name.source}]]", code, name.raw) for name in said["name"])
    unsaid = {kind: _wordings(absent.get(kind, []), code, split, f"{file}, {code}, {kind}") for kind in UNSAID}
    for kind, wordings in unsaid.items():
        if any(wording.codes for wording in wordings):
            raise InputError(f"Expected no evidence marks in {file}, {code}, absent, {kind}. Take them out.")
    return Concept(code, {**said, "name": names}, unsaid)


def _merged(first: Concept, second: Concept) -> Concept:
    """One concept from its lists in two files."""
    said = {name: first.said[name] + second.said[name] for name in SAID}
    absent = {kind: first.absent[kind] + second.absent[kind] for kind in UNSAID}
    return Concept(first.code, said, absent)


_PLAN_FIELDS = {"service", "sexes", "ages", "reason"}


def _plan(entry: Any, split: WordingSplit, where: str) -> AdmissionPlan:
    try:
        reason = tuple(entry["reason"])
        low, high = entry.get("ages", (18, 95))
        sexes = tuple(entry.get("sexes", ("F", "M")))
        service = entry["service"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(f"Expected service, reason and two ages in {where}. Mend the entry.") from None
    texts = {
        part: _wordings(sources, "", split, f"{where}, {part}")
        for part, sources in entry.items()
        if part not in _PLAN_FIELDS
    }
    return AdmissionPlan(service, sexes, (int(low), int(high)), reason, texts)
