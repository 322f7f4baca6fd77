"""A model folder: all that prediction needs, sealed. Weights, tokenizer, ordered codes, thresholds, card."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from attending.errors import InputError
from attending.model import AttendingForSequenceClassification
from attending.sealing import sealed_folder, verify
from attending.taxonomy import LabelSpace

CODES = "codes.json"
THRESHOLDS = "thresholds.json"
CARD = "README.md"

SHIPPED = Path(__file__).with_name("shipped_model")


@dataclass(frozen=True)
class LoadedModel:
    """What a model folder holds, in evaluation mode on the CPU. `thresholds` is (code,), in the label space's order."""

    model: AttendingForSequenceClassification
    tokenizer: PreTrainedTokenizerFast
    label_space: LabelSpace
    thresholds: NDArray[np.float64]


def write_model_folder(
    target: Path,
    model: AttendingForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    label_space: LabelSpace,
    thresholds: NDArray[np.float64],
    *,
    card: str = "",
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
        overwrite: Whether an existing folder may be replaced.

    Raises:
        InputError: `target` exists and `overwrite` is false.
        ValueError: Shapes or label orders do not fit together.
    """
    if list((model.config.id2label or {}).values()) != list(label_space.codes):
        raise ValueError("The model's id2label and the label space name different codes or another order.")
    if thresholds.shape != (len(label_space),) or not ((thresholds >= 0) & (thresholds <= 1)).all():
        raise ValueError(f"Expected {len(label_space)} thresholds in [0, 1], got shape {thresholds.shape}.")
    with sealed_folder(target, overwrite=overwrite) as folder:
        with _quiet_transformers():
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
        label_space.write(folder / CODES)
        by_code = {code: float(value) for code, value in zip(label_space.codes, thresholds, strict=True)}
        (folder / THRESHOLDS).write_text(json.dumps(by_code, indent=1) + "\n", encoding="utf-8")
        (folder / CARD).write_text(card, encoding="utf-8")


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
    with _quiet_transformers():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        model = AttendingForSequenceClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype="float32"
        )
    thresholds = json.loads((folder / THRESHOLDS).read_text(encoding="utf-8"))
    return LoadedModel(
        model=model.eval(),
        tokenizer=tokenizer,
        label_space=label_space,
        thresholds=np.array([thresholds[code] for code in label_space.codes], dtype=np.float64),
    )


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
