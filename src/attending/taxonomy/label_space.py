"""The ordered codes a model predicts, and what is said of them: codes go in, a row of labels comes out.

The codes may be of ICD-10-CM, ICD-10-PCS and ICD-9-CM, or labels of any other set ("asthma", "PNEUMONIA/left").
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from attending.errors import InputError
from attending.sealing import write_text_whole
from attending.taxonomy.code import NINTH_PREFIX, normal_form
from attending.taxonomy.icd9 import levels_above
from attending.taxonomy.taxonomy import LEVELS, Taxonomy

LabelSet = Literal["icd", "any"]

_FORMAT = 1
_FORMAT_OF_ANY_LABELS = 2  # what reads format 1 alone asks for a newer version, and does not take it for damaged
_LISTS = files("attending.taxonomy") / "lists"


@dataclass(frozen=True)
class Hierarchy:
    """What stands above the codes of a label space."""

    levels: tuple[str, ...]
    """Names of the levels, from the top: chapter, block, category."""
    nodes: tuple[tuple[str, ...], ...]
    """For each level the keys of its nodes, in the order in which the codes first name them."""
    descriptions: tuple[tuple[str, ...], ...]
    """For each level the titles of its nodes, in the same order."""
    paths: npt.NDArray[np.int64]
    """For each code its node at each level, as a position among that level's nodes; (code, level)."""


@dataclass(frozen=True)
class Label:
    """One code that a model predicts, and what is said of it."""

    code: str
    description: str
    synonyms: tuple[str, ...]
    path: tuple[str, ...]
    """Keys of its chapter, block and category; see `LabelSpace.of` and `LabelSpace.of_any`."""


@dataclass(frozen=True)
class LabelSpace:
    """The ordered codes a model predicts; the order is that of logits, probabilities and thresholds."""

    labels: tuple[Label, ...]
    node_descriptions: dict[str, str]
    """Title of each chapter, block and category that a label names."""
    release: str
    """The releases that the codes belong to: `Taxonomy.release`."""
    label_set: LabelSet = "icd"
    """Whether the labels are codes of ICD, of which any spelling is understood, or of any other set."""

    def __post_init__(self) -> None:
        if not self.labels:
            raise InputError("Expected at least one code in a label space, got none. Name the codes to predict.")
        if len(self._places) != len(self.labels):
            twice = [label.code for place, label in enumerate(self.labels) if self._places[label.code] != place]
            raise InputError(f"{len(twice)} codes stand twice in the label space (first {twice[0]}). Name each once.")

    @classmethod
    def of(
        cls, codes: Iterable[str], taxonomy: Taxonomy, *, ninth_titles: Mapping[str, str] | None = None
    ) -> "LabelSpace":
        """Return the label space of these codes of ICD, in their order.

        Args:
            codes: Codes in any spelling; those of ICD-9-CM as ICD9CM:428.0.
            taxonomy: Where codes of ICD-10 are described. A code's synonyms are its inclusion terms, then its
                "includes".
            ninth_titles: What codes of ICD-9-CM are called, by normal form. Their block is their chapter.

        Raises:
            InputError: No codes, one that the taxonomy or the titles do not have, a chapter or block, or a code
                named twice.
        """
        labels: list[Label] = []
        node_descriptions: dict[str, str] = {}
        ninth = 0
        for code in codes:
            if code.strip().upper().startswith(NINTH_PREFIX):
                label, above = _ninth_label(normal_form(code), ninth_titles or {})
                node_descriptions.update(above)
                labels.append(label)
                ninth += 1
                continue
            entry = taxonomy.get(code)
            path = taxonomy.levels(code)
            synonyms = tuple(dict.fromkeys((*entry.inclusion_terms, *entry.includes)))
            labels.append(Label(entry.code, entry.description, synonyms, path))
            for node in path:
                if node not in node_descriptions:
                    node_descriptions[node] = taxonomy.get(node).description
        releases = ([taxonomy.release] if ninth < len(labels) else []) + (["ICD-9-CM"] if ninth else [])
        return cls(tuple(labels), node_descriptions, ", ".join(releases))

    @classmethod
    def of_any(
        cls, labels: Iterable[str], *, descriptions: Mapping[str, str], parents: Mapping[str, str], release: str
    ) -> "LabelSpace":
        """Return the label space of labels of any set, in their order, each spelled as it is given.

        Args:
            labels: The labels.
            descriptions: What labels, and what stands above them, are called; where it says nothing, the label.
            parents: What stands just above a label or parent. A label's chapter is the topmost of these, its
                category the nearest, its block the one above the category; where fewer stand above it, the
                nearest counts for those below, and where nothing does, the label itself.
            release: What the set is called.

        Raises:
            InputError: No labels, one named twice, or a label that stands above itself.
        """
        found: list[Label] = []
        node_descriptions: dict[str, str] = {}
        for label in labels:
            above = _ancestors(label, parents) or [label]
            path = (above[-1], above[min(1, len(above) - 1)], above[0])
            found.append(Label(label, descriptions.get(label) or label, (), path))
            node_descriptions.update((node, descriptions.get(node) or node) for node in path)
        return cls(tuple(found), node_descriptions, release, "any")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, those of ICD in normal form, in order; (code,)."""
        return tuple(self._places)

    @property
    def descriptions(self) -> tuple[str, ...]:
        """The codes' descriptions, in order; (code,)."""
        return tuple(label.description for label in self.labels)

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The codes' synonyms, in order; (code,), each as many as there are."""
        return tuple(label.synonyms for label in self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._place(code) is not None

    def index(self, code: str) -> int:
        """Return the place of a code in any spelling.

        Raises:
            InputError: The code is not in the label space.
        """
        place = self._place(code)
        if place is None:
            raise InputError(f"{code} is not among the {len(self)} codes of this label space. Choose one of its codes.")
        return place

    def encode(self, codes: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Return the labels of one document, (code,). Codes outside the label space are left out."""
        row = np.zeros(len(self), dtype=np.bool_)
        for code in codes:
            if (place := self._place(code)) is not None:
                row[place] = True
        return row

    def outside(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return those of the codes that `encode` leaves out, as they were given and in their order."""
        return tuple(code for code in codes if self._place(code) is None)

    def decode(self, row: npt.NDArray[np.bool_]) -> tuple[str, ...]:
        """Return the codes of one document from its labels, (code,).

        Raises:
            InputError: The row is not boolean or has another length than the label space.
        """
        if row.dtype != np.bool_ or row.shape != (len(self),):
            raise InputError(
                f"Expected a boolean row of {len(self)} labels, got {row.dtype} of shape {row.shape}. "
                "Use the label space that the labels were made with."
            )
        return tuple(self.labels[place].code for place in np.flatnonzero(row))

    def hierarchy(self) -> Hierarchy:
        """Return the chapters, blocks and categories above the codes, and each code's place among them."""
        nodes: list[tuple[str, ...]] = []
        paths = np.empty((len(self), len(LEVELS)), dtype=np.int64)
        for level in range(len(LEVELS)):
            keys = [label.path[level] for label in self.labels]
            places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
            nodes.append(tuple(places))
            paths[:, level] = [places[key] for key in keys]
        described = tuple(tuple(self.node_descriptions[key] for key in keys) for keys in nodes)
        return Hierarchy(LEVELS, tuple(nodes), described, paths)

    def write(self, path: Path) -> None:
        """Write the label space as a JSON file, complete or not at all."""
        content = {"format": _FORMAT_OF_ANY_LABELS if self.label_set == "any" else _FORMAT, **asdict(self)}
        del content["label_set"]  # the format says it
        write_text_whole(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, path: Path) -> "LabelSpace":
        """Read what `write` wrote.

        Raises:
            InputError: The file is missing, damaged, or of a format that this version does not know.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            form = content["format"]
            if form in (_FORMAT, _FORMAT_OF_ANY_LABELS):
                return cls._from(content, "icd" if form == _FORMAT else "any")
        except FileNotFoundError:
            raise InputError(f"Expected a label space at {path}, found nothing. Check the path.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{path} is damaged: it is not a label space. Copy or make it again.") from None
        raise InputError(
            f"{path} has format {form!r}, this version reads {_FORMAT} and {_FORMAT_OF_ANY_LABELS}. "
            "Install a newer attending."
        )

    @classmethod
    def _from(cls, content: dict[str, object], label_set: LabelSet) -> "LabelSpace":
        rows, nodes, release = content["labels"], content["node_descriptions"], content["release"]
        if not (isinstance(rows, list) and isinstance(nodes, dict) and isinstance(release, str)):
            raise TypeError
        labels = tuple(
            Label(_text(row["code"]), _text(row["description"]), _texts(row["synonyms"]), _texts(row["path"]))
            for row in rows
        )
        for label in labels:
            if (label_set == "icd" and normal_form(label.code) != label.code) or len(label.path) != len(LEVELS):
                raise ValueError
            if any(not isinstance(nodes[key], str) for key in label.path):
                raise TypeError
        return cls(labels, nodes, release, label_set)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {label.code: place for place, label in enumerate(self.labels)}

    def _place(self, code: str) -> int | None:
        place = self._places.get(code)
        if place is None and self.label_set == "icd":
            try:
                place = self._places.get(normal_form(code))
            except InputError:
                return None
        return place


def named_codes(name: str) -> tuple[str, ...]:
    """Return a list of codes by its name, in its order.

    "mimic-iv-50": the 50 most frequent codes of MIMIC-IV's admissions with a discharge summary.

    Raises:
        InputError: No list has that name.
    """
    known = sorted(entry.name.removesuffix(".txt") for entry in _LISTS.iterdir())
    if name not in known:
        raise InputError(f"No list of codes is named {name!r}. Known: {', '.join(known)}.")
    return tuple((_LISTS / f"{name}.txt").read_text(encoding="utf-8").split())


def _ninth_label(code: str, titles: Mapping[str, str]) -> tuple[Label, dict[str, str]]:
    """Return the label of a code of ICD-9-CM, and the titles of what stands above it."""
    if not titles.get(code):
        raise InputError(f"{code} has no title. Describe it, for example with MIMIC-IV's d_icd_diagnoses.")
    above = levels_above(code, titles)
    chapter, category = above
    return Label(code, titles[code], (), (chapter, chapter, category)), above


def _ancestors(label: str, parents: Mapping[str, str]) -> list[str]:
    """Return what stands above a label, the nearest first."""
    above: list[str] = []
    node = label
    while parent := parents.get(node):
        if parent == label or parent in above:
            raise InputError(f"The label {parent!r} stands above itself. Correct its parent.")
        above.append(parent)
        node = parent
    return above


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple(map(_text, values))
