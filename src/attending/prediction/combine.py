"""A model folder and corpora in; the folder comes out with the lexicon at the model's side, sealed again.

How much the model's log odds and each of the lexicon's findings are worth is fitted to validation documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from attending.corpus import Document, read_corpus
from attending.errors import InputError
from attending.evaluation import Metrics, best_threshold, evaluate
from attending.inference import prepare_model
from attending.lexicon import Combination, Lexicon, StoredCombination
from attending.model_folder import LoadedModel, read_model_folder, store_combination
from attending.odds import probabilities_of
from attending.prediction.scoring import FurtherCodes, Scorer
from attending.taxonomy import Taxonomy

FOLDS = 5
FEWEST_DOCUMENTS = 3
"""A code that is no label counts for the scoring from descriptions if so many documents have it."""

Logits = NDArray[np.float64]
Labels = NDArray[np.bool_]


@dataclass(frozen=True)
class Combined:
    """What was fitted, and what it does on documents held out in turn, at the threshold that is best there."""

    stored: StoredCombination
    thresholds: NDArray[np.float64]
    scores: dict[str, Metrics]
    """Of the model alone, the lexicon alone and both; then of both on codes scored from their description."""

    def table(self) -> Table:
        """Return it as a table for rich's console."""
        table = Table(
            title=f"{self.stored.documents} validation documents of {', '.join(self.stored.corpora)}",
            caption="Documents held out in turn, in five folds by patient.",
        )
        for heading in ("", "F1 micro", "F1 macro", "Precision", "Recall", "AP micro"):
            table.add_column(heading, justify="left" if not heading else "right")
        for name, metrics in self.scores.items():
            values = (
                metrics.f1_micro,
                metrics.f1_macro_occurring,
                metrics.precision_micro,
                metrics.recall_micro,
                metrics.average_precision_micro,
            )
            table.add_row(name, *(f"{value:.3f}" for value in values))
        return table


@dataclass(frozen=True, eq=False)
class _Data:
    """What is fitted to: logits and labels, (document, code), features, (document, code, feature)."""

    logits: Logits
    features: NDArray[np.float32]
    labels: Labels
    fold: NDArray[np.int64]
    """Of each document, (document,)."""
    weights: NDArray[np.float64]
    """How much each document counts, (document,)."""

    def fit(self, among: NDArray[np.bool_] | None = None, *, each_code: bool = True) -> Combination:
        """Fit to all documents, or to those `among` them."""
        chosen = np.ones(len(self.labels), dtype=bool) if among is None else among
        return Combination.fit(
            self.logits[chosen], self.features[chosen], self.labels[chosen], self.weights[chosen], each_code=each_code
        )


def combine_model(model: Path, corpora: Sequence[Path], *, device: str = "auto", seed: int = 0) -> Combined:
    """Combine a model folder with the lexicon, in place.

    The folder gets weights for the model's log odds and the lexicon's findings, and one threshold, tuned for F1 on
    documents held out in turn. A combination or calibration that was there goes.

    Args:
        model: The model folder.
        corpora: Prepared corpora with the model's codes; their validation documents are what is fitted to, so let the
            model not have been trained on them. Each corpus counts the same, however many documents it has, so that
            none decides how the others' notes are read. Test documents are not read.
        device: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", ...
        seed: Of the deal into folds.

    Raises:
        InputError: A folder cannot be used, or a corpus has other codes or no validation documents.
    """
    loaded = replace(read_model_folder(model), combination=None)
    documents: list[Document] = []
    counts: list[int] = []
    for folder in corpora:
        corpus = read_corpus(folder)
        if corpus.label_space.codes != loaded.label_space.codes:
            raise InputError(f"{folder} has other codes than the model. Prepare it with --codes and the model's codes.")
        if not len(corpus.split("validation")):
            raise InputError(f"{folder} has no validation documents. Prepare it with some.")
        documents += corpus.split("validation")
        counts.append(len(documents) - sum(counts))
    prepare_model(loaded.model, device, "auto")
    fold = _folds([document.subject_id for document in documents], seed)
    described = _codes_beside(documents, loaded)
    weights = np.repeat([len(documents) / len(counts) / count for count in counts], counts)
    own, further = _measured(loaded, documents, described, fold, weights)
    scores: dict[str, Metrics] = {}
    _score("model alone", replace(own, features=0 * own.features), scores)
    _score("lexicon alone", replace(own, logits=0 * own.logits), scores)
    threshold = _score("model and lexicon", own, scores)
    of_described, described_threshold = None, 0.5
    if further is not None:
        described_threshold = _score("codes from their description", further, scores, each_code=False)
        of_described = further.fit(each_code=False)
    stored = StoredCombination(
        own=own.fit(),
        described=of_described,
        described_threshold=described_threshold,
        corpora=tuple(folder.resolve().name for folder in corpora),
        documents=len(documents),
    )
    thresholds = np.full(own.labels.shape[1], threshold)
    store_combination(model, stored, thresholds)
    return Combined(stored, thresholds, scores)


def _folds(subjects: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Deal patients into folds; return the fold of each document."""
    patients = list(dict.fromkeys(subjects))
    order = np.random.default_rng(seed).permutation(len(patients)) % FOLDS
    fold_of = dict(zip(patients, order.tolist(), strict=True))
    return np.array([fold_of[subject] for subject in subjects])


def _codes_beside(documents: Sequence[Document], loaded: LoadedModel) -> FurtherCodes | None:
    """Return the described codes that documents have beside the model's own; None if the model reads no description."""
    if loaded.model.described_head is None:
        return None
    taxonomy = Taxonomy.load()
    counts: dict[str, int] = {}
    for document in documents:
        for code in document.codes:
            if code not in loaded.label_space and code in taxonomy:
                counts[code] = counts.get(code, 0) + 1
    often = sorted(code for code, count in counts.items() if count >= FEWEST_DOCUMENTS)
    return FurtherCodes.of(often, loaded.label_space) if often else None


def _measured(
    loaded: LoadedModel,
    documents: Sequence[Document],
    described: FurtherCodes | None,
    fold: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> tuple[_Data, _Data | None]:
    """Read the documents with the model and with the lexicon: its own codes, then those it has descriptions of."""
    texts = [document.text for document in documents]
    logits = Scorer(loaded, described).log_odds(texts)
    space, own = loaded.label_space, len(loaded.label_space)
    labels = np.stack([space.encode(document.codes) for document in documents])
    lexicon = Lexicon.for_codes(space.codes, space.descriptions)
    of_own = _Data(logits[:, :own], np.stack([lexicon.find(text).features for text in texts]), labels, fold, weights)
    if described is None:
        return of_own, None
    lexicon = Lexicon.for_codes(described.codes, described.descriptions)
    has = np.stack([np.isin(described.codes, document.codes) for document in documents])
    return of_own, _Data(logits[:, own:], np.stack([lexicon.find(text).features for text in texts]), has, fold, weights)


def _score(name: str, data: _Data, scores: dict[str, Metrics], *, each_code: bool = True) -> float:
    """Score what is fitted on documents held out in turn, note it, and return the best threshold."""
    found = np.zeros(data.labels.shape)
    for fold in range(FOLDS):
        out = data.fold == fold
        if out.any() and not out.all():
            fitted = data.fit(~out, each_code=each_code)
            found[out] = probabilities_of(fitted.log_odds(data.logits[out], data.features[out]))
    repeated = np.repeat(np.arange(len(found)), np.round(data.weights / data.weights.min()).astype(int))
    threshold = best_threshold(data.labels[repeated], found[repeated])
    scores[name] = evaluate(data.labels, found, threshold)
    return threshold
