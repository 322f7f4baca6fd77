"""A model folder and a corpus in; the folder comes out calibrated on the corpus' validation documents, sealed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from attending.corpus import read_corpus
from attending.errors import InputError
from attending.evaluation import (
    CalibrationChoice,
    CalibrationReport,
    Estimate,
    PrecisionThreshold,
    best_threshold,
    best_thresholds_per_code,
    choose_calibration,
    code_acceptance,
    control_recall,
)
from attending.evaluation.acceptance import FEWEST_ACCEPTED
from attending.evaluation.calibration import METHODS, Method
from attending.inference import prepare_model
from attending.model_folder import CALIBRATION_FIGURES, StoredCalibration, read_model_folder, store_calibration
from attending.odds import probabilities_of
from attending.prediction.scoring import Scorer

RECALLS = (0.8, 0.85, 0.9, 0.95, 0.975, 0.99)
"""Recalls whose thresholds are stored, where the patients are enough to promise them."""
PRECISIONS = (0.8, 0.85, 0.9, 0.95, 0.975, 0.99)
"""Precisions whose thresholds are stored, where one reaches them."""


@dataclass(frozen=True)
class Calibrated:
    """What was fitted, and what it was measured to do on documents held out in turn."""

    choice: CalibrationChoice
    stored: StoredCalibration
    thresholds: NDArray[np.float64]

    def table(self) -> Table:
        """Return it as a table for rich's console."""
        stored = self.stored
        table = Table(
            title=f"{stored.corpus}, validation part: {stored.documents} documents of {stored.patients} patients; "
            f"method: {stored.calibration.method}",
            caption="95% intervals in brackets. After: documents held out in turn.",
        )
        for heading in ("", "before", "after"):
            table.add_column(heading, justify="left" if not heading else "right")
        for name, title in CALIBRATION_FIGURES.items():
            table.add_row(title, _shown(stored.before[name]), _shown(stored.after[name]))
        table.add_section()
        for control in stored.recalls:
            table.add_row(f"Threshold promising recall {control.recall:g}", "", f"{control.threshold:.4f}")
        for of in stored.precisions:
            share = f"{of.accepted:.0%} of proposals"
            table.add_row(f"Threshold with precision {of.precision:g}", share, f"{of.threshold:.4f}")
        return table


def calibrate_model(
    model: Path,
    corpus: Path,
    *,
    recalls: Sequence[float] = (),
    precisions: Sequence[float] = (),
    method: Method | None = None,
    per_code: bool = False,
    keep_proposals: bool = False,
    device: str = "auto",
    seed: int = 0,
) -> Calibrated:
    """Calibrate a model folder on a corpus' validation documents, in place.

    The folder gets a calibration (of several methods the one with the lowest log loss on patients held out in turn),
    thresholds for F1 on calibrated probabilities, and thresholds for recall and precision. A calibration that was
    there is replaced.

    Args:
        model: The model folder.
        corpus: A prepared corpus with the model's codes. Its training documents say how frequent codes are, its
            validation documents are what is fitted to, its test documents are not read.
        recalls: Recalls in (0, 1) to promise, besides `RECALLS`.
        precisions: Precisions in (0, 1) to reach, besides `PRECISIONS`.
        method: Take this method, and do not choose.
        per_code: Tune one threshold a code, drawn towards that of all codes, and not one for all.
        keep_proposals: Do not tune: the thresholds that were there move with the probabilities, so that what is
            proposed stays the same. For thresholds that `attending combine` tuned on more than this corpus.
        device: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", ...
        seed: Of the deal into folds, and of resampling.

    Raises:
        InputError: A folder cannot be used, the corpus has other codes or lacks documents, or what is asked for cannot
            be promised or reached, or contradicts itself. The model folder is then as it was.
    """
    if per_code and keep_proposals:
        raise InputError("Thresholds are either tuned, one a code, or kept. Give one of --per-code, --keep-proposals.")
    loaded, data = read_model_folder(model), read_corpus(corpus)
    if data.label_space.codes != loaded.label_space.codes:
        raise InputError(f"{corpus} has other codes than the model. Prepare it with --codes and the model's codes.")
    training, validation = data.split("train"), data.split("validation")
    if not len(training) or not len(validation):
        raise InputError(f"{corpus} has no training or no validation documents. Prepare it with both.")
    labels, subjects = validation.labels(data.label_space), validation.subject_ids
    prepare_model(loaded.model, device, "auto")
    raw = probabilities_of(Scorer(loaded).log_odds([document.text for document in validation]))
    choice = choose_calibration(
        labels,
        raw,
        training.labels(data.label_space).mean(axis=0),
        subjects,
        methods=METHODS if method is None else (method,),
        seed=seed,
    )
    found = choice.calibration.apply(raw)
    if keep_proposals:
        before = loaded.calibration
        earlier = loaded.thresholds if before is None else before.calibration.undo(loaded.thresholds)
        thresholds = choice.calibration.apply(earlier)
    elif per_code:
        thresholds = best_thresholds_per_code(labels, found)
    else:
        thresholds = np.full(labels.shape[1], best_threshold(labels, found))
    patients = len({subjects[document] for document in np.flatnonzero(labels.any(axis=1)).tolist()})
    promised = {recall for recall in RECALLS if recall <= patients / (patients + 1)} | set(recalls)
    curve = code_acceptance(labels, found, thresholds, subjects, seed=seed)
    reached = {precision: PrecisionThreshold.of(curve, precision) for precision in {*PRECISIONS, *precisions}}
    for precision in precisions:
        if reached[precision] is None:
            others = [of.precision for of in reached.values() if of is not None]
            highest = f"the highest that is reached is {max(others):g}" if others else "none is reached"
            raise InputError(
                f"No threshold brings {FEWEST_ACCEPTED} or more of the {curve.considered} proposed codes to a "
                f"precision of {precision:g}; {highest}. Ask for no more than that, or give more documents."
            )
    stored = StoredCalibration(
        calibration=choice.calibration,
        recalls=tuple(control_recall(labels, found, recall, subjects) for recall in sorted(promised)),
        precisions=tuple(of for _, of in sorted(reached.items()) if of is not None),
        corpus=corpus.resolve().name,
        documents=len(validation),
        patients=len(set(subjects)),
        before=_measured(choice.before),
        after=_measured(choice.after),
    )
    store_calibration(model, stored, thresholds)
    return Calibrated(choice, stored, thresholds)


def _measured(report: CalibrationReport) -> dict[str, Estimate]:
    return {name: getattr(report, name) for name in CALIBRATION_FIGURES}


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.4f} [{estimate.low:.4f}, {estimate.high:.4f}]"
