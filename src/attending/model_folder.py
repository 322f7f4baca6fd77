"""A model folder: all that prediction needs, sealed.

Weights, tokenizer, codes, thresholds, combination with the lexicon, calibration, card.
"""

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from attending.errors import InputError
from attending.evaluation import Calibration, Estimate, PrecisionThreshold, RecallControl
from attending.lexicon import StoredCombination
from attending.model import AttendingForSequenceClassification
from attending.sealing import MANIFEST, sealed_folder, verify
from attending.taxonomy import LabelSpace

CODES = "codes.json"
THRESHOLDS = "thresholds.json"
COMBINATION = "combination.json"
CALIBRATION = "calibration.json"
CARD = "README.md"

CALIBRATION_FIGURES = {
    "ece_equal_mass": "ECE, all pairs",
    "ece_equal_mass_likely": "ECE, pairs from 0.1 on",
    "brier": "Brier score",
    "log_loss": "Log loss",
}
"""What a stored calibration tells of before and after, and its titles."""

SavedWeights = Literal["float32", "float16"]

SHIPPED = Path(__file__).with_name("shipped_model")

_CALIBRATION_FORMAT = 1
_NOT_OURS = (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError, SafetensorError)


@dataclass(frozen=True)
class StoredCalibration:
    """How a model's probabilities are mended, and what its thresholds promise; from validation documents."""

    calibration: Calibration
    recalls: tuple[RecallControl, ...]
    """Thresholds that promise a recall."""
    precisions: tuple[PrecisionThreshold, ...]
    """Thresholds from which proposed codes had a precision."""
    corpus: str
    """Name of the corpus."""
    documents: int
    patients: int
    before: dict[str, Estimate]
    """What `measure_calibration` found without calibration."""
    after: dict[str, Estimate]
    """The same with it, on documents held out in turn."""

    def threshold_for_recall(self, recall: float) -> float:
        """Return the threshold that promises at least this recall.

        Raises:
            InputError: None that is stored promises so much.
        """
        return _at_least(recall, {of.recall: of.threshold for of in self.recalls}, what="recall")

    def threshold_for_precision(self, precision: float) -> float:
        """Return the threshold from which proposed codes had at least this precision.

        Raises:
            InputError: None that is stored had so much.
        """
        return _at_least(precision, {of.precision: of.threshold for of in self.precisions}, what="precision")

    def write(self, path: Path, label_space: LabelSpace) -> None:
        """Write it as a JSON file, the codes by name."""
        content = {
            "format": _CALIBRATION_FORMAT,
            "method": self.calibration.method,
            "corpus": self.corpus,
            "documents": self.documents,
            "patients": self.patients,
            "before": {name: estimate.to_dict() for name, estimate in self.before.items()},
            "after": {name: estimate.to_dict() for name, estimate in self.after.items()},
            "recalls": [control.to_dict() for control in self.recalls],
            "precisions": [threshold.to_dict() for threshold in self.precisions],
            "codes": {
                code: {"scale": float(scale), "shift": float(shift)}
                for code, scale, shift in zip(
                    label_space.codes, self.calibration.scale, self.calibration.shift, strict=True
                )
            },
        }
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path, label_space: LabelSpace) -> "StoredCalibration":
        """Read what `write` wrote.

        Raises:
            InputError: The file is not a calibration of this label space, or of a format this version does not know.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            form = content["format"]
            if form == _CALIBRATION_FORMAT:
                codes = [content["codes"][code] for code in label_space.codes]
                return cls(
                    Calibration(
                        content["method"],
                        np.array([code["scale"] for code in codes], dtype=np.float64),
                        np.array([code["shift"] for code in codes], dtype=np.float64),
                    ),
                    tuple(RecallControl(**control) for control in content["recalls"]),
                    tuple(PrecisionThreshold(**threshold) for threshold in content["precisions"]),
                    content["corpus"],
                    content["documents"],
                    content["patients"],
                    {name: Estimate.from_dict(found) for name, found in content["before"].items()},
                    {name: Estimate.from_dict(found) for name, found in content["after"].items()},
                )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(
                f"{path} is not a calibration of this model's codes. Run `attending calibrate` again."
            ) from None
        raise InputError(
            f"{path} has format {form!r}, this version reads {_CALIBRATION_FORMAT}. Install a newer attending."
        )


@dataclass(frozen=True)
class LoadedModel:
    """What a model folder holds, in evaluation mode on the CPU. `thresholds` is (code,), in the label space's order.

    The thresholds are those of calibrated probabilities where there is a calibration, and what is calibrated is the
    combination with the lexicon where there is one.
    """

    model: AttendingForSequenceClassification
    tokenizer: PreTrainedTokenizerFast
    label_space: LabelSpace
    thresholds: NDArray[np.float64]
    calibration: StoredCalibration | None = None
    combination: StoredCombination | None = None


def write_model_folder(
    target: Path,
    model: AttendingForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    label_space: LabelSpace,
    thresholds: NDArray[np.float64],
    *,
    card: str = "",
    weights: SavedWeights = "float32",
    overwrite: bool = False,
) -> None:
    """Write a complete, sealed model folder, which the Auto classes of transformers can load too.

    Args:
        target: The folder that is to appear.
        model: The model; its `config.id2label` must follow the label space.
        tokenizer: The tokenizer it was trained with.
        label_space: The ordered codes.
        thresholds: Probability from which each code is proposed, (code,), in [0, 1].
        card: Text of the model card.
        weights: Numbers in which the weights are held; they are read as float32.
        overwrite: Whether an existing folder may be replaced.

    Raises:
        InputError: `target` exists and `overwrite` is false.
        ValueError: Shapes or label orders do not fit together.
    """
    if list((model.config.id2label or {}).values()) != list(label_space.codes):
        raise ValueError("The model's id2label and the label space name different codes or another order.")
    _check_thresholds(thresholds, label_space)
    with sealed_folder(target, overwrite=overwrite) as folder:
        with _quiet_transformers():
            held = {
                name: value.half() if weights == "float16" and value.is_floating_point() else value
                for name, value in model.state_dict().items()
            }
            model.save_pretrained(folder, state_dict=held)
            tokenizer.save_pretrained(folder)
        label_space.write(folder / CODES)
        _write_thresholds(folder / THRESHOLDS, label_space, thresholds)
        (folder / CARD).write_text(card, encoding="utf-8")


def store_combination(target: Path, stored: StoredCombination, thresholds: NDArray[np.float64]) -> None:
    """Put a combination with the lexicon and its thresholds into a model folder; a calibration of before goes.

    Args:
        target: The model folder; it is checked first, and stays as it was until the new one is complete.
        stored: The combination.
        thresholds: Combined probability from which each code is proposed, (code,), in [0, 1].

    Raises:
        InputError: The folder is missing, incomplete or damaged, or is not a model folder.
        ValueError: The thresholds, or the combination, are not those of the folder's codes.
    """
    with _changed(target, thresholds, (COMBINATION, CALIBRATION)) as (folder, label_space):
        stored.write(folder / COMBINATION, label_space)


def store_calibration(target: Path, stored: StoredCalibration, thresholds: NDArray[np.float64]) -> None:
    """Put a calibration and its thresholds into a model folder, in the place of earlier ones, and seal it again.

    Args:
        target: The model folder; it is checked first, and stays as it was until the new one is complete.
        stored: The calibration.
        thresholds: Calibrated probability from which each code is proposed, (code,), in [0, 1].

    Raises:
        InputError: The folder is missing, incomplete or damaged, or is not a model folder.
        ValueError: The thresholds, or the calibration, are not those of the folder's codes.
    """
    with _changed(target, thresholds, (CALIBRATION,)) as (folder, label_space):
        stored.write(folder / CALIBRATION, label_space)


@contextmanager
def _changed(
    target: Path, thresholds: NDArray[np.float64], replaced: tuple[str, ...]
) -> Iterator[tuple[Path, LabelSpace]]:
    """Give a copy of a model folder without some files, with other thresholds, which then takes the folder's place."""
    verify_model_folder(target)
    label_space = LabelSpace.read(target / CODES)
    _check_thresholds(thresholds, label_space)
    with sealed_folder(target, overwrite=True) as folder:
        for path in target.iterdir():
            if path.is_file() and path.name not in (MANIFEST, THRESHOLDS, *replaced):
                shutil.copy2(path, folder)
        _write_thresholds(folder / THRESHOLDS, label_space, thresholds)
        yield folder, label_space


def verify_model_folder(folder: Path) -> None:
    """Check that a folder is a whole model folder, every byte as it was sealed.

    Raises:
        InputError: The folder is missing, incomplete or damaged, or is not a model folder.
    """
    next_step = "Give the folder `model` of a run of `attending train`, or copy it again from there."
    verify(folder, what="a model folder", next_step=next_step)
    for name in ("config.json", "model.safetensors", "tokenizer.json", CODES, THRESHOLDS):
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not a model folder: it has no {name}. {next_step}")


def read_model_folder(folder: Path) -> LoadedModel:
    """Load a model folder after checking every byte of it against its seal.

    Raises:
        InputError: The folder is missing, incomplete or damaged, or is not a model folder.
    """
    verify_model_folder(folder)
    label_space = LabelSpace.read(folder / CODES)
    try:  # the seal says that the bytes are those that were sealed, not who sealed them
        with _quiet_transformers():
            tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
            model = AttendingForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, dtype="float32"
            )
        by_code = json.loads((folder / THRESHOLDS).read_text(encoding="utf-8"))
        thresholds = np.array([by_code[code] for code in label_space.codes], dtype=np.float64)
    except _NOT_OURS as error:
        raise InputError(
            f"{folder} was sealed, but not by attending: it does not load ({type(error).__name__}). Give another one."
        ) from None
    has_calibration, has_combination = (folder / CALIBRATION).is_file(), (folder / COMBINATION).is_file()
    return LoadedModel(
        model=model.eval(),
        tokenizer=tokenizer,
        label_space=label_space,
        thresholds=thresholds,
        calibration=StoredCalibration.read(folder / CALIBRATION, label_space) if has_calibration else None,
        combination=StoredCombination.read(folder / COMBINATION, label_space) if has_combination else None,
    )


def _check_thresholds(thresholds: NDArray[np.float64], label_space: LabelSpace) -> None:
    if thresholds.shape != (len(label_space),) or not ((thresholds >= 0) & (thresholds <= 1)).all():
        raise ValueError(f"Expected {len(label_space)} thresholds in [0, 1], got shape {thresholds.shape}.")


def _write_thresholds(path: Path, label_space: LabelSpace, thresholds: NDArray[np.float64]) -> None:
    by_code = {code: float(value) for code, value in zip(label_space.codes, thresholds, strict=True)}
    path.write_text(json.dumps(by_code, indent=1) + "\n", encoding="utf-8")


def _at_least(wanted: float, stored: dict[float, float], *, what: str) -> float:
    """Return the threshold of the lowest stored recall or precision that is at least the one wanted."""
    if not 0 < wanted < 1:
        raise InputError(f"Expected a {what} in (0, 1), got {wanted:g}. 0.9 is usual.")
    enough = [reached for reached in stored if reached >= wanted]
    if not enough:
        most = f"the highest it has is for {max(stored):g}" if stored else "it has none"
        raise InputError(
            f"The model's calibration has no threshold for a {what} of {wanted:g}; {most}. Ask for no more than that, "
            f"or run `attending calibrate` with --{what} {wanted:g}."
        )
    return stored[min(enough)]


@contextmanager
def _quiet_transformers() -> Iterator[None]:
    """Keep transformers' progress bars and advice off the terminal while a folder is read or written."""
    verbosity, bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity(logging.ERROR)
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        if bars:
            transformers_logging.enable_progress_bar()
