"""Everything a run depends on, as one dataclass: the flags, the recipe's YAML and what is saved beside the results."""

import dataclasses
import math
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from attending.errors import InputError
from attending.model.configuration import Head, Loss, Reading

Precision = Literal["auto", "float32", "bf16", "fp16"]
WatchedMetric = Literal["f1_micro", "f1_macro_occurring", "average_precision_micro"]


@dataclass(frozen=True)
class TrainingArguments:
    """Everything a run depends on; saved as arguments.yaml beside its results.

    Raises:
        InputError: A setting is unknown or contradicts another one; the message gives the allowed values.
    """

    corpora: list[str] = field(default_factory=list)
    """Corpus folders that `attending prepare` made, all with the same codes. One named twice is read twice an epoch."""
    backbone: str = ""
    """Name or folder of a Hugging Face model to start from, such as microsoft/biogpt; empty: a new small BioGPT."""
    tokenizer: str = ""
    """Name or folder of a tokenizer; BioGPT's own: a folder with vocab.json and merges.txt; empty: train a new one."""

    vocabulary_size: int = 8192
    """Entries of a newly trained vocabulary."""
    hidden_size: int = 256
    """Width of a new small BioGPT."""
    layers: int = 3
    """Layers of a new small BioGPT."""
    backbone_heads: int = 4
    """Attention heads of a new small BioGPT."""
    backbone_dropout: float = 0.1
    """Dropout in a new small BioGPT; a pretrained one keeps its own."""

    reading: Reading = "causal"
    """Whether a token sees only what stands before it in its window (causal) or the whole window (two-way)."""
    window_tokens: int = 1024
    """Tokens in a window, special tokens included. BioGPT reads at most 1024."""
    overlap_tokens: int = 124
    """Tokens that neighbouring windows share."""
    attention_heads: int = 4
    """Heads of the codes' attention over tokens."""
    cross_attention: bool = True
    """Codes look at the tokens by cross-attention."""
    hierarchical_attention: bool = True
    """Codes also look along their path in the taxonomy."""
    heads: list[Head] = field(default_factory=lambda: list(get_args(Head)))
    """Classification heads whose logits are mixed."""
    head_dropout: float = 0.2
    """Dropout before the classification heads."""
    loss: Loss = "bce"
    """Binary cross-entropy with logits, or focal loss."""
    focal_gamma: float = 2.0
    """Exponent of the focal loss."""
    evidence_loss_weight: float = 0.0
    """Weight of the loss that draws attention to gold evidence, where the corpus has some."""
    evidence_negatives: int = 16
    """Codes that a document does not have, drawn at random a document, whose attention should find nothing."""

    learning_rate: float = 1e-5
    """Highest learning rate."""
    weight_decay: float = 0.01
    """AdamW's weight decay; biases and norms are not decayed."""
    warmup_steps: int = 0
    """Steps of linear warm-up before the first cosine cycle."""
    restart_epochs: float = 10.0
    """Epochs of the first cosine cycle; then the rate starts again from the highest (SGDR, arXiv:1608.03983)."""
    restart_factor: float = 1.0
    """Length of each further cycle as a multiple of the one before."""
    lowest_rate: float = 0.0
    """Share of the highest learning rate at a cycle's end."""
    epochs: float = 31.0
    """Passes over the training documents."""
    documents_a_step: int = 80
    """Documents in one optimizer step, over all devices and accumulated batches."""
    documents_a_device: int = 10
    """Documents that one device reads at a time."""
    clip_norm: float = 1.0
    """Largest norm of the gradient."""
    precision: Precision = "auto"
    """auto: bf16 or fp16 where the GPU has it, float32 elsewhere."""

    evaluations_an_epoch: float = 1.0
    """How often validation is scored and a checkpoint is written."""
    watched_metric: WatchedMetric = "f1_micro"
    """Metric on validation, at its tuned threshold, that says which checkpoint is best."""
    patience: int = 30
    """Evaluations without a better one before training stops."""
    seed: int = 0
    """Seed of everything drawn at random."""

    def __post_init__(self) -> None:
        """Check types, choices and contradictions."""
        for spec in dataclasses.fields(self):
            object.__setattr__(self, spec.name, _checked(spec.name, getattr(self, spec.name), spec.type))
        positive: tuple[str, ...] = (
            "vocabulary_size",
            "hidden_size",
            "layers",
            "backbone_heads",
            "window_tokens",
            "attention_heads",
        )
        positive += (
            "learning_rate",
            "restart_epochs",
            "restart_factor",
            "epochs",
            "documents_a_step",
            "documents_a_device",
            "clip_norm",
        )
        positive += ("evaluations_an_epoch", "patience")
        for name in positive:
            if getattr(self, name) <= 0:
                raise InputError(f"{name} must be above 0, got {getattr(self, name)}.")
        not_negative = (
            "seed",
            "warmup_steps",
            "evidence_negatives",
            "evidence_loss_weight",
            "weight_decay",
            "focal_gamma",
        )
        for name in not_negative:
            if getattr(self, name) < 0:
                raise InputError(f"{name} must not be below 0, got {getattr(self, name)}.")
        for name in ("backbone_dropout", "head_dropout", "lowest_rate"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} must be in [0, 1), got {getattr(self, name)}.")
        if not 0 <= self.overlap_tokens < self.window_tokens - 1:
            raise InputError(
                f"overlap_tokens ({self.overlap_tokens}) must be in [0, window_tokens - 1 = {self.window_tokens - 1})."
            )
        if self.documents_a_step % self.documents_a_device:
            raise InputError(
                f"documents_a_step ({self.documents_a_step}) must be a multiple of documents_a_device "
                f"({self.documents_a_device}), so that batches can be accumulated."
            )

    @classmethod
    def from_yaml(cls, path: Path, **changes: Any) -> "TrainingArguments":
        """Read a recipe; `changes` take the place of what it says.

        Raises:
            InputError: No such file, not a YAML mapping, or a setting that does not exist.
        """
        try:
            settings = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise InputError(f"Cannot read the recipe {path}: {error.strerror}. See the folder recipes/.") from None
        except (yaml.YAMLError, UnicodeDecodeError):
            raise InputError(f"The recipe {path} is not valid YAML. See the folder recipes/ for examples.") from None
        if not isinstance(settings, dict):
            raise InputError(f"The recipe {path} must be a mapping of settings to values.")
        settings.update(changes)
        known = {spec.name for spec in dataclasses.fields(cls)}
        if unknown := sorted(str(name) for name in settings.keys() - known):
            raise InputError(
                f"Unknown settings in {path} or --set: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
            )
        return cls(**settings)

    def to_yaml(self) -> str:
        """Return all settings as YAML, in the order of this class."""
        return yaml.safe_dump(dataclasses.asdict(self), sort_keys=False)


def _checked(name: str, value: Any, expected: Any) -> Any:
    """Return the value in its declared type; a whole number may stand for a decimal one."""
    origin = typing.get_origin(expected)
    if origin is Literal:
        if value not in get_args(expected):
            raise InputError(f"{name} must be one of {', '.join(get_args(expected))}; got {value!r}.")
        return value
    if origin is list:
        if not isinstance(value, list):
            raise InputError(f"{name} must be a list, got {type(value).__name__}.")
        return [_checked(name, item, get_args(expected)[0]) for item in value]
    if expected is float and type(value) in (int, float, str):  # YAML 1.1 reads 1e-5 as text
        try:
            number = float(value)
        except ValueError:
            raise InputError(f"{name} must be a number, got {value!r}.") from None
        if not math.isfinite(number):
            raise InputError(f"{name} must be a finite number, got {value!r}.")
        return number
    if type(value) is not expected:
        expected_name = expected.__name__ if isinstance(expected, type) else str(expected)
        raise InputError(f"{name} must be {expected_name}, got {type(value).__name__}.")
    return value


def parse_changes(changes: list[str]) -> dict[str, Any]:
    """Read settings written as name=value, the value as in YAML.

    Raises:
        InputError: One of them has no "=" or a value that YAML cannot read.
    """
    parsed = {}
    for change in changes:
        name, separator, value = change.partition("=")
        if not separator:
            raise InputError(f"Expected name=value after --set, got {change!r}.")
        try:
            parsed[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise InputError(f"The value of --set {name.strip()} is not valid YAML.") from None
    return parsed
