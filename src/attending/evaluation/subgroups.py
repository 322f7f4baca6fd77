"""For whom and for which codes a system does worse: groups of documents or codes go in, figures with gaps come out.

A gap is the group's figure less that of the whole, the group included, on the same resamples of patients.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attending.errors import InputError
from attending.evaluation.arrays import Float32, Float64, Floats, Int64, Labels, check, check_thresholds, patients_of
from attending.evaluation.intervals import check_resampling, number_or_none, percentiles, ranking_columns
from attending.evaluation.resamples import draw_patients, resampled_figures
from attending.taxonomy import LabelSpace

FEWEST_DOCUMENTS = 30
FEWEST_PATIENTS = 10
"""A group with fewer documents or patients (of codes: fewer that have one of them) is marked small and not ranked."""

NOT_STATED = "not stated"

AGE_EDGES = (18, 30, 40, 50, 60, 70, 80, 90)
"""Years from which a new band of `bands` begins."""
WORD_EDGES = (500, 1000, 1500, 2000, 3000)
"""Words in a document, likewise."""
FREQUENCY_EDGES = (1, 11, 51, 101, 501)
"""Training documents with the code, likewise."""

_FIGURES = (
    "f1_micro",
    "f1_macro_occurring",
    "precision_micro",
    "recall_micro",
    "auc_micro",
    "average_precision_micro",
)


@dataclass(frozen=True)
class GroupFigure:
    """A figure of a group and its gap to the whole; NaN where it is not defined."""

    value: float
    low: float
    high: float
    gap: float
    """`value` less that of all documents and codes: negative where the group fares worse."""
    gap_low: float
    gap_high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain data, ready for JSON, with None for NaN."""
        return {name: number_or_none(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Subgroup:
    """What a system scores on some of the documents, or some of the codes."""

    name: str
    codes: int
    documents: int
    """Documents in the group; of a group of codes, those that have one of them."""
    patients: int
    """Their patients."""
    labels: int
    """(document, code) pairs that are labels."""
    small: bool
    rank: int | None
    """1 for the lowest micro F1 among the groups that are not small; None for a small one."""
    figures: Mapping[str, GroupFigure]
    """By the names of `Metrics.as_dict`."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {**vars(self), "figures": {name: figure.to_dict() for name, figure in self.figures.items()}}


def document_subgroups(
    labels: Labels,
    probabilities: Floats,
    thresholds: float | Floats,
    groups: Sequence[str | None],
    subjects: Sequence[str] | None = None,
    *,
    resamples: int = 1000,
    ranking_resamples: int = 0,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[Subgroup, ...]:
    """Score each group of documents: by sex, race, insurance, language, or a band of age or length.

    Args:
        labels: Which codes each document has; booleans, or integers 0 and 1, (document, code).
        probabilities: What a system gives them, in [0, 1]; float16, float32 or float64, (document, code).
        thresholds: Probability from which a code is predicted; one number, or one a code, (code,).
        groups: The group of each document, (document,); None where it is not stated, a group of its own.
        subjects: The patient of each document, (document,); None: every document has its own.
        resamples: How many resamples of patients give the intervals; see `bootstrap`.
        ranking_resamples: How many of them are used for AUC and average precision; with 0 both are left out.
        level: Share of resamples inside an interval.
        seed: Of the draws.

    Returns:
        The groups by name, numbers in names by their size.

    Raises:
        InputError: As `bootstrap`, or not one group a document.
    """
    scored = _Scored.of(labels, probabilities, thresholds, subjects, resamples, ranking_resamples, level, seed)
    members = _members(groups, len(scored.labels), "document")
    every_code = np.arange(scored.labels.shape[1])
    found = [scored.subgroup(name, rows, every_code, holders=rows) for name, rows in members.items()]
    return _ranked(found)


def code_subgroups(
    labels: Labels,
    probabilities: Floats,
    thresholds: float | Floats,
    groups: Sequence[str | None],
    subjects: Sequence[str] | None = None,
    *,
    resamples: int = 1000,
    ranking_resamples: int = 0,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[Subgroup, ...]:
    """Score each group of codes: by chapter or category (`code_groups`), or by frequency (`bands`).

    Args:
        labels: As `document_subgroups`.
        probabilities: As `document_subgroups`.
        thresholds: As `document_subgroups`.
        groups: The group of each code, (code,); None where it is not stated.
        subjects: As `document_subgroups`.
        resamples: As `document_subgroups`.
        ranking_resamples: As `document_subgroups`.
        level: As `document_subgroups`.
        seed: As `document_subgroups`.

    Raises:
        InputError: As `bootstrap`, or not one group a code.
    """
    scored = _Scored.of(labels, probabilities, thresholds, subjects, resamples, ranking_resamples, level, seed)
    members = _members(groups, scored.labels.shape[1], "code")
    every_document = np.arange(len(scored.labels))
    found = [
        scored.subgroup(name, every_document, columns, holders=np.flatnonzero(scored.labels[:, columns].any(axis=1)))
        for name, columns in members.items()
    ]
    return _ranked(found)


def bands(values: Sequence[int | None], edges: Sequence[int]) -> list[str | None]:
    """Name the band of each number: with edges 18 and 65 it is "0-17", "18-64" or "65+"; None stays None.

    Args:
        values: Numbers of at least 0: years of age, words, training documents with a code.
        edges: Where a new band begins, ascending, from 1 on.

    Raises:
        InputError: Edges that do not ascend from 1 on, or a negative number.
    """
    if list(edges) != sorted(set(edges)) or not edges or edges[0] < 1:
        raise InputError(f"Expected edges of bands that ascend from 1 on, got {', '.join(map(str, edges)) or 'none'}.")
    if any(value is not None and value < 0 for value in values):
        raise InputError("Expected numbers of at least 0 to put into bands, found a negative one. Check the values.")
    starts = [0, *edges]
    ends = [*(edge - 1 for edge in edges), None]
    names = [_band(start, end) for start, end in zip(starts, ends, strict=True)]
    return [None if value is None else names[int(np.searchsorted(edges, value, side="right"))] for value in values]


def code_groups(label_space: LabelSpace, level: str) -> list[str]:
    """Name the chapter, block or category of each code, with its title, (code,).

    Raises:
        InputError: There is no such level.
    """
    hierarchy = label_space.hierarchy()
    if level not in hierarchy.levels:
        raise InputError(f"Expected a level among {', '.join(hierarchy.levels)}, got {level!r}. Choose one of them.")
    place = hierarchy.levels.index(level)
    names = [
        node if description == node else f"{node}: {description}"
        for node, description in zip(hierarchy.nodes[place], hierarchy.descriptions[place], strict=True)
    ]
    return [names[node] for node in hierarchy.paths[:, place].tolist()]


@dataclass(frozen=True)
class _Scored:
    """Documents with their draws, and the figures of the whole on each."""

    labels: np.ndarray[Any, np.dtype[np.bool_]]
    probabilities: Floats
    limits: Float64
    patients: Int64
    weights: Float32
    ranking: int
    level: float
    whole: dict[str, Float64]

    @classmethod
    def of(
        cls,
        labels: Labels,
        probabilities: Floats,
        thresholds: float | Floats,
        subjects: Sequence[str] | None,
        resamples: int,
        ranking_resamples: int,
        level: float,
        seed: int,
    ) -> "_Scored":
        truth, found = check(labels, probabilities)
        check_resampling(resamples, ranking_resamples, level)
        limits = check_thresholds(thresholds, truth.shape[1])
        patients = patients_of(subjects, len(truth))
        weights = draw_patients(patients, resamples, seed)
        ranking = ranking_columns(ranking_resamples)
        whole = resampled_figures(truth, found, limits, weights, ranking=ranking)
        return cls(truth, found, limits, patients, weights, ranking, level, whole)

    def subgroup(self, name: str, rows: Int64, columns: Int64, *, holders: Int64) -> Subgroup:
        cut = np.ix_(rows, columns)
        labels = self.labels[cut]
        resampled = resampled_figures(
            labels, self.probabilities[cut], self.limits[columns], self.weights[rows], ranking=self.ranking
        )
        patients = len(np.unique(self.patients[holders]))
        return Subgroup(
            name=name,
            codes=len(columns),
            documents=len(holders),
            patients=patients,
            labels=int(labels.sum()),
            small=len(holders) < FEWEST_DOCUMENTS or patients < FEWEST_PATIENTS,
            rank=None,
            figures={
                figure: self._figure(resampled[figure], self.whole[figure])
                for figure in _FIGURES
                if figure in resampled
            },
        )

    def _figure(self, of_group: Float64, of_whole: Float64) -> GroupFigure:
        gap = of_group - of_whole
        return GroupFigure(
            float(of_group[0]), *percentiles(of_group, self.level), float(gap[0]), *percentiles(gap, self.level)
        )


def _members(groups: Sequence[str | None], number: int, what: str) -> dict[str, Int64]:
    if len(groups) != number:
        raise InputError(f"Expected a group for each of {number} {what}s, got {len(groups)}. Give one each.")
    found: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        found.setdefault(NOT_STATED if group is None else group, []).append(place)
    return {name: np.array(found[name], dtype=np.int64) for name in sorted(found, key=_natural)}


def _natural(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """Order names with their numbers by size, and what is not stated last."""
    parts = re.findall(r"(\d+)|(\D+)", name)
    return name == NOT_STATED, [(int(digits) if digits else -1, text) for digits, text in parts]


def _ranked(groups: Sequence[Subgroup]) -> tuple[Subgroup, ...]:
    large = [group for group in groups if not group.small and group.labels]
    worst_first = sorted(large, key=lambda group: group.figures["f1_micro"].value)
    ranks = {group.name: rank for rank, group in enumerate(worst_first, start=1)}
    return tuple(Subgroup(**{**vars(group), "rank": ranks.get(group.name)}) for group in groups)


def _band(start: int, end: int | None) -> str:
    if end is None:
        return f"{start}+"
    return str(start) if start == end else f"{start}-{end}"
