"""A corpus and models in, a report out: metrics with intervals beside three baselines, and where models fall short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from attending.corpus import Corpus, Documents, read_corpus
from attending.corpus.schema import Split
from attending.errors import InputError
from attending.evaluation import (
    AGE_EDGES,
    FREQUENCY_EDGES,
    WORD_EDGES,
    AcceptanceCurve,
    CalibrationReport,
    Comparison,
    Intervals,
    Metrics,
    NoteBlindFloor,
    Predictions,
    Subgroup,
    TfidfLogisticRegression,
    bands,
    best_threshold,
    bootstrap,
    code_acceptance,
    code_groups,
    code_subgroups,
    compare,
    comparison_table,
    document_acceptance,
    document_subgroups,
    evaluate,
    measure_calibration,
)
from attending.evaluation.arrays import sorted_keys, tie_groups
from attending.explanation import Agreement, agreement
from attending.lexicon import LexicalBaseline
from attending.prediction.coded_document import CodedDocument
from attending.prediction.coder import Coder

SCORED = "scored"
ASKED_OF_PEOPLE = ("sex", "race", "insurance", "language")
WANTED_ACCURACY = (0.9, 0.95, 0.99)
CURVE_POINTS = 200
RANKING_RESAMPLES = 200
GROUP_RESAMPLES = 200

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class System:
    """One system's metrics; `threshold` is the one it was scored at, None where each code has its own."""

    name: str
    threshold: float | None
    metrics: Metrics
    intervals: Intervals
    precision_recall: tuple[tuple[float, float], ...]
    """Recall and precision over all (document, code) pairs as the threshold falls; at most `CURVE_POINTS`."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "name": self.name,
            "threshold": self.threshold,
            "metrics": self.metrics.as_dict(),
            "intervals": {name: estimate.to_dict() for name, estimate in self.intervals.estimates.items()},
            "precision_recall": [list(point) for point in self.precision_recall],
        }


@dataclass(frozen=True)
class PairOfSystems:
    """Two systems on the same documents: the first's figures less the second's."""

    first: str
    second: str
    comparison: Comparison

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"first": self.first, "second": self.second, **self.comparison.to_dict()}


@dataclass(frozen=True)
class ModelReport:
    """Where one model is strong and where it is weak, at the thresholds stored with it."""

    name: str
    metrics: Metrics
    calibrated: bool
    subgroups: Mapping[str, tuple[Subgroup, ...]]
    """By what the documents or codes are grouped by: "chapter", "frequency", "length", "age", "sex", ..."""
    calibration: CalibrationReport
    acceptance: Mapping[str, AcceptanceCurve]
    """By what is accepted: "code" or "document"; empty where the model proposes nothing."""
    evidence: Agreement | None
    """Of rightly proposed codes with gold evidence; None where the corpus has none."""

    def to_dict(self, codes: Sequence[str]) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "name": self.name,
            "calibrated": self.calibrated,
            "subgroups": {by: [group.to_dict() for group in groups] for by, groups in self.subgroups.items()},
            "calibration": self.calibration.to_dict(),
            "acceptance": {
                what: {
                    **curve.to_dict(),
                    "at": {
                        f"{wanted:g}": None if (point := curve.at(wanted)) is None else point.to_dict()
                        for wanted in WANTED_ACCURACY
                    },
                }
                for what, curve in self.acceptance.items()
            },
            "evidence": None if self.evidence is None else _evidence_dict(self.evidence),
            "per_code": self._per_code(codes),
        }

    def _per_code(self, codes: Sequence[str]) -> list[dict[str, Any]]:
        columns = vars(self.metrics.per_code)
        return [
            {"code": code, **{name: _plain(values[position]) for name, values in columns.items()}}
            for position, code in enumerate(codes)
        ]


@dataclass(frozen=True)
class CorpusReport:
    """What was measured on which documents."""

    corpus: str
    split: str
    documents: int
    patients: int
    codes: tuple[str, ...]
    descriptions: tuple[str, ...]
    codes_occurring: int
    systems: tuple[System, ...]
    """Each model at the threshold tuned on validation and at its own, then the baselines."""
    comparisons: tuple[PairOfSystems, ...]
    """The first model against each other system, all at the threshold tuned on validation."""
    models: tuple[ModelReport, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON and for `attending.reporting.evaluation_page`."""
        evidence = self.models[0].evidence
        return {
            "corpus": self.corpus,
            "split": self.split,
            "documents": self.documents,
            "patients": self.patients,
            "codes": len(self.codes),
            "codes_occurring": self.codes_occurring,
            "descriptions": dict(zip(self.codes, self.descriptions, strict=True)),
            "systems": [system.to_dict() for system in self.systems],
            "comparisons": [pair.to_dict() for pair in self.comparisons],
            "models": [model.to_dict(self.codes) for model in self.models],
            "evidence": None if evidence is None else _evidence_dict(evidence),
        }

    def table(self) -> Table:
        """Return the metrics as a table, one column a system."""
        table = comparison_table({system.name: system.metrics for system in self.systems})
        table.title = f"{self.corpus}, {self.split} part: {table.title}"
        captions = [
            f"{model.name}: for {model.evidence.hits} of {model.evidence.codes} rightly proposed codes with gold "
            f"evidence ({model.evidence.hit_rate:.1%}) the best span overlaps a gold span."
            for model in self.models
            if model.evidence is not None
        ]
        if captions:
            table.caption = "\n".join(captions)
        return table


@dataclass(frozen=True)
class _Part:
    """One part of a corpus, read once for all systems."""

    documents: Documents
    texts: list[str]
    labels: NDArray[np.bool_]


def evaluate_on_corpus(
    corpus_folder: Path,
    models: Sequence[Path | None] = (None,),
    *,
    split: Split,
    fit: Path | None = None,
    name: str | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> CorpusReport:
    """Score models on a part of a corpus beside three baselines.

    The baselines are fitted to a training part and every system's threshold is tuned on a validation part; each model
    is scored at the thresholds stored with it, too.

    Args:
        corpus_folder: A prepared corpus.
        models: Model folders; None: the shipped model.
        split: The part to score.
        fit: The corpus whose training and validation parts the baselines and thresholds come from; None: the same one.
        name: Name of the corpus in the report; its folder's name without one.
        resamples: Resamples of patients that give the intervals and differences.
        seed: Of the resamples.

    Raises:
        InputError: The corpus has other codes than a model, or lacks a part that is needed.
    """
    corpus = read_corpus(corpus_folder)
    coders = {title: Coder.from_pretrained(model) for title, model in zip(_titles(models), models, strict=True)}
    for coder in coders.values():
        if corpus.label_space.codes != coder.label_space.codes:
            raise InputError(
                f"{corpus_folder} has other codes than the model. Prepare it with --codes and the model's list of "
                "codes."
            )
    fitted = corpus if fit is None else read_corpus(fit)
    if fitted.label_space.codes != corpus.label_space.codes:
        raise InputError(f"{fit} has other codes than {corpus_folder}. Prepare both with the same --codes.")
    chosen = {"train": fitted.split("train"), "validation": fitted.split("validation"), SCORED: corpus.split(split)}
    for part, documents in chosen.items():
        if not len(documents):
            folder = corpus_folder if part == SCORED else fit or corpus_folder
            raise InputError(f"{folder} has no {split if part == SCORED else part} documents. Choose another corpus.")
    parts = {
        part: _Part(documents, [document.text for document in documents], documents.labels(corpus.label_space))
        for part, documents in chosen.items()
    }
    measure = _Measure(parts, resamples, seed)
    systems: list[System] = []
    tuned: list[tuple[str, Predictions]] = []
    reports: list[ModelReport] = []
    for title, coder in coders.items():
        coded = [coder.code_with_probabilities(text) for text in parts[SCORED].texts]
        found = np.array([row for _, row in coded], dtype=np.float32)
        validation = np.array(
            [list(coder.probabilities(text).values()) for text in parts["validation"].texts], dtype=np.float32
        )
        threshold = best_threshold(parts["validation"].labels, validation)
        systems.append(measure.system(title, found, threshold))
        own = measure.system(f"{title}, own thresholds", found, coder.thresholds)
        systems.append(own)
        tuned.append((title, Predictions(found, threshold)))
        answers = [document for document, _ in coded]
        reports.append(measure.model(title, coder, own.metrics, found, answers, corpus, fitted))
    for title, baseline in (
        ("lexicon", LexicalBaseline(corpus.label_space.codes, corpus.label_space.descriptions)),
        ("TF-IDF + logistic regression", TfidfLogisticRegression()),
        ("note-blind floor", NoteBlindFloor()),
    ):
        baseline.fit(parts["train"].texts, parts["train"].labels)
        threshold = best_threshold(parts["validation"].labels, baseline.predict(parts["validation"].texts))
        found = baseline.predict(parts[SCORED].texts)
        systems.append(measure.system(title, found, threshold))
        tuned.append((title, Predictions(found, threshold)))
    return CorpusReport(
        corpus=name or corpus_folder.name,
        split=split,
        documents=len(parts[SCORED].documents),
        patients=len(set(measure.subjects)),
        codes=corpus.label_space.codes,
        descriptions=corpus.label_space.descriptions,
        codes_occurring=int(parts[SCORED].labels.any(axis=0).sum()),
        systems=tuple(systems),
        comparisons=tuple(measure.pair(tuned[0], other) for other in tuned[1:]),
        models=tuple(reports),
    )


class _Measure:
    """Measures systems on the part that is scored."""

    def __init__(self, parts: Mapping[str, _Part], resamples: int, seed: int) -> None:
        self.part = parts[SCORED]
        self.subjects = self.part.documents.subject_ids
        self.resamples = resamples
        self.seed = seed

    def system(self, name: str, found: Floats, thresholds: float | NDArray[np.float64]) -> System:
        """Score one system."""
        labels = self.part.labels
        return System(
            name,
            thresholds if isinstance(thresholds, float) else None,
            evaluate(labels, found, thresholds),
            bootstrap(
                labels,
                found,
                thresholds,
                self.subjects,
                resamples=self.resamples,
                ranking_resamples=min(self.resamples, RANKING_RESAMPLES),
                seed=self.seed,
            ),
            _precision_recall(labels, found),
        )

    def pair(self, first: tuple[str, Predictions], second: tuple[str, Predictions]) -> PairOfSystems:
        """Compare two systems."""
        comparison = compare(
            self.part.labels,
            first[1],
            second[1],
            self.subjects,
            resamples=self.resamples,
            ranking_resamples=min(self.resamples, RANKING_RESAMPLES),
            seed=self.seed,
        )
        return PairOfSystems(first[0], second[0], comparison)

    def model(
        self,
        name: str,
        coder: Coder,
        metrics: Metrics,
        found: Floats,
        answers: Sequence[CodedDocument],
        corpus: Corpus,
        fitted: Corpus,
    ) -> ModelReport:
        """Say where a model is strong and where it is weak."""
        labels, documents = self.part.labels, self.part.documents
        few = min(self.resamples, GROUP_RESAMPLES)
        trained = fitted.split("train").labels(corpus.label_space).sum(axis=0).tolist()
        of_codes: dict[str, Sequence[str | None]] = {"frequency": bands(trained, FREQUENCY_EDGES)}
        if "chapter" in corpus.label_space.hierarchy().levels:
            of_codes["chapter"] = code_groups(corpus.label_space, "chapter")
        of_documents: dict[str, Sequence[str | None]] = {
            "length": bands([len(text.split()) for text in self.part.texts], WORD_EDGES)
        }
        ages = [age if isinstance(age, int) else None for age in documents.attribute("age")]
        if any(age is not None for age in ages):
            of_documents["age"] = bands(ages, AGE_EDGES)
        for attribute in ASKED_OF_PEOPLE:
            values = documents.attribute(attribute)
            if any(value is not None for value in values):
                of_documents[attribute] = [None if value is None else str(value) for value in values]
        scored = (labels, found, coder.thresholds)
        subgroups = {
            by: code_subgroups(*scored, groups, self.subjects, resamples=few, seed=self.seed)
            for by, groups in of_codes.items()
        } | {
            by: document_subgroups(*scored, groups, self.subjects, resamples=few, seed=self.seed)
            for by, groups in of_documents.items()
        }
        acceptance: dict[str, AcceptanceCurve] = {}
        if (found >= coder.thresholds).any():
            acceptance["code"] = code_acceptance(*scored, self.subjects, resamples=few, seed=self.seed)
            acceptance["document"] = document_acceptance(*scored, self.subjects, resamples=few, seed=self.seed)
        return ModelReport(
            name,
            metrics,
            coder.calibration is not None,
            subgroups,
            measure_calibration(labels, found, self.subjects, resamples=few, seed=self.seed),
            acceptance,
            _evidence_found(answers, documents),
        )


def _titles(models: Sequence[Path | None]) -> list[str]:
    """Name models in a report: a single one "attending", several by the last parts of their paths that differ."""
    if len(models) == 1:
        return ["attending"]
    paths = [("attending",) if model is None else Path(model).resolve().parts for model in models]
    if len(set(paths)) != len(paths):
        raise InputError("A model is named twice. Give each --model once.")
    length = next(
        size for size in range(1, 1 + max(map(len, paths))) if len({path[-size:] for path in paths}) == len(paths)
    )
    return ["/".join(path[-length:]) for path in paths]


def _precision_recall(labels: NDArray[np.bool_], found: Floats) -> tuple[tuple[float, float], ...]:
    """Return recall and precision over all pairs at each probability, thinned out, the surest pairs first."""
    positives = int(labels.sum())
    if not positives:
        return ()
    recall, precision = [], []
    pairs = labels.size
    for ties in tie_groups(sorted_keys(labels.ravel(), found.ravel())):
        right = positives - ties.positives_before
        recall.append(right / positives)
        precision.append(right / (pairs - ties.start))
    all_recall, all_precision = np.concatenate(recall)[::-1], np.concatenate(precision)[::-1]
    at = np.searchsorted(all_recall, np.linspace(0, 1, CURVE_POINTS), side="left").clip(max=len(all_recall) - 1)
    places = np.unique(at)
    return tuple((round(float(all_recall[place]), 5), round(float(all_precision[place]), 5)) for place in places)


def _evidence_found(coded: Sequence[CodedDocument], documents: Documents) -> Agreement | None:
    total = Agreement()
    for answer, document in zip(coded, documents, strict=True):
        gold: dict[str, list[tuple[int, int]]] = {}
        for span in document.evidence:
            gold.setdefault(span.code, []).append((span.start, span.end))
        for code in answer.codes:
            if code.code in gold:
                found = [(span.start, span.end) for span in code.evidence]
                total += agreement(document.text, found, gold[code.code])
    return total if total.codes else None


def _evidence_dict(evidence: Agreement) -> dict[str, Any]:
    return {"true_positives": evidence.codes, **evidence.to_dict()}


def _plain(value: Any) -> int | float | None:
    number = value.item()
    return None if number != number else number
