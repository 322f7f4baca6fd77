"""A corpus and a model in, a report out: the model's metrics beside those of two baselines on the same documents."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from attending.corpus import Documents, read_corpus
from attending.corpus.schema import Split
from attending.errors import InputError
from attending.evaluation import (
    Metrics,
    NoteBlindFloor,
    TfidfLogisticRegression,
    best_threshold,
    comparison_table,
    evaluate,
)
from attending.prediction.coded_document import CodedDocument
from attending.prediction.coder import Coder

SCORED = "scored"


@dataclass(frozen=True)
class System:
    """One system's metrics; `threshold` is the one it was scored at, None where each code has its own."""

    name: str
    threshold: float | None
    metrics: Metrics


@dataclass(frozen=True)
class EvidenceFound:
    """How often the best evidence span of a rightly proposed code overlaps a gold span of that code."""

    true_positives: int
    hits: int

    @property
    def hit_rate(self) -> float:
        """Share of the true positives, in [0, 1]."""
        return self.hits / self.true_positives


@dataclass(frozen=True)
class CorpusReport:
    """What was measured on which documents."""

    corpus: str
    split: str
    documents: int
    codes: int
    codes_occurring: int
    systems: tuple[System, ...]
    evidence: EvidenceFound | None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        evidence = None
        if self.evidence is not None:
            evidence = {**asdict(self.evidence), "hit_rate": self.evidence.hit_rate}
        return {
            "corpus": self.corpus,
            "split": self.split,
            "documents": self.documents,
            "codes": self.codes,
            "codes_occurring": self.codes_occurring,
            "systems": [
                {"name": system.name, "threshold": system.threshold, "metrics": system.metrics.as_dict()}
                for system in self.systems
            ],
            "evidence": evidence,
        }

    def table(self) -> Table:
        """Return the report as a table, one column a system."""
        table = comparison_table({system.name: system.metrics for system in self.systems})
        table.title = f"{self.corpus}, {self.split} part: {table.title}"
        if self.evidence is not None:
            found = self.evidence
            table.caption = (
                f"Evidence: for {found.hits} of {found.true_positives} rightly proposed codes with gold evidence "
                f"({found.hit_rate:.1%}) the best span overlaps a gold span."
            )
        return table


def evaluate_on_corpus(
    corpus_folder: Path, model: Path | None, *, split: Split, fit: Path | None = None, name: str | None = None
) -> CorpusReport:
    """Score a model on a part of a corpus beside two baselines.

    The baselines are fitted to a training part and every system's threshold is tuned on a validation part; the model is
    scored at the thresholds stored with it, too.

    Args:
        corpus_folder: A prepared corpus.
        model: A model folder; None: the shipped model.
        split: The part to score.
        fit: The corpus whose training and validation parts the baselines and thresholds come from; None: the same one.
        name: Name of the corpus in the report; its folder's name without one.

    Raises:
        InputError: The corpus has other codes than the model, or lacks a part that is needed.
    """
    baselines = (("TF-IDF + logistic regression", TfidfLogisticRegression()), ("note-blind floor", NoteBlindFloor()))
    corpus, coder = read_corpus(corpus_folder), Coder.from_pretrained(model)
    if corpus.label_space.codes != coder.label_space.codes:
        raise InputError(
            f"{corpus_folder} has other codes than the model. Prepare it with --codes and the model's list of codes."
        )
    fitted = corpus if fit is None else read_corpus(fit)
    if fitted.label_space.codes != corpus.label_space.codes:
        raise InputError(f"{fit} has other codes than {corpus_folder}. Prepare both with the same --codes.")
    parts = {
        "train": fitted.split("train"),
        "validation": fitted.split("validation"),
        SCORED: corpus.split(split),
    }
    for part, documents in parts.items():
        if not len(documents):
            folder = corpus_folder if part == SCORED else fit or corpus_folder
            raise InputError(f"{folder} has no {split if part == SCORED else part} documents. Choose another corpus.")
    labels = {part: documents.labels(corpus.label_space) for part, documents in parts.items()}
    texts = {part: [document.text for document in documents] for part, documents in parts.items()}
    tuned = ("validation", SCORED)
    coded = {part: [coder.code_with_probabilities(text) for text in texts[part]] for part in tuned}
    found = {part: np.array([row for _, row in coded[part]], dtype=np.float32) for part in tuned}
    systems = [
        _system("attending", labels, found),
        System(
            "attending, own thresholds",
            None,
            evaluate(labels[SCORED], found[SCORED], coder.thresholds),
        ),
    ]
    for title, baseline in baselines:
        baseline.fit(texts["train"], labels["train"])
        systems.append(_system(title, labels, {part: baseline.predict(texts[part]) for part in tuned}))
    return CorpusReport(
        corpus=name or corpus_folder.name,
        split=split,
        documents=len(parts[SCORED]),
        codes=len(corpus.label_space),
        codes_occurring=int(labels[SCORED].any(axis=0).sum()),
        systems=tuple(systems),
        evidence=_evidence_found([document for document, _ in coded[SCORED]], parts[SCORED]),
    )


def _system(name: str, labels: dict[str, NDArray[np.bool_]], found: dict[str, NDArray[np.float32]]) -> System:
    threshold = best_threshold(labels["validation"], found["validation"])
    return System(name, threshold, evaluate(labels[SCORED], found[SCORED], threshold))


def _evidence_found(coded: Sequence[CodedDocument], documents: Documents) -> EvidenceFound | None:
    true_positives = hits = 0
    for answer, document in zip(coded, documents, strict=True):
        gold: dict[str, list[tuple[int, int]]] = {}
        for span in document.evidence:
            gold.setdefault(span.code, []).append((span.start, span.end))
        if not gold:
            continue
        for code in answer.codes:
            if code.code in gold:
                true_positives += 1
                best = code.evidence[:1]
                hits += any(span.start < end and start < span.end for span in best for start, end in gold[code.code])
    return EvidenceFound(true_positives, hits) if true_positives else None
