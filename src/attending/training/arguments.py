"""Everything a run depends on, as one dataclass: the flags, the recipe's YAML and what is saved beside the results."""

import ast
import dataclasses
import inspect
import math
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from attending.errors import InputError
from attending.model.configuration import Head, Loss, Reading
from attending.model_folder import SavedWeights

Precision = Literal["auto", "float32", "bf16", "fp16"]
Sharding = Literal["none", "fsdp"]
AdamW = Literal["auto", "fused", "foreach", "loop"]
WatchedMetric = Literal[
    "f1_micro",
    "f1_macro_occurring",
    "precision_micro",
    "recall_micro",
    "auc_micro",
    "auc_macro",
    "average_precision_micro",
    "average_precision_macro",
    "precision_at_5",
    "precision_at_8",
    "recall_at_15",
    "r_precision",
]


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
    """Name or folder of a tokenizer; BioGPT's own: a folder with vocab.json and merges.txt; empty: the backbone's, or a
    newly trained one."""

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
    """Binary cross-entropy with logits, focal loss or asymmetric loss."""
    focal_gamma: float = 2.0
    """Exponent of the focal loss."""
    positive_gamma: float = 1.0
    """Exponent of the asymmetric loss for codes that a document has."""
    negative_gamma: float = 4.0
    """Exponent of the asymmetric loss for codes that it does not have."""
    negative_margin: float = 0.05
    """Probability below which the asymmetric loss leaves out a code that a document does not have."""
    ancestor_loss_weight: float = 0.0
    """Weight of the loss on the labels above the codes in the taxonomy."""
    r_drop_weight: float = 0.0
    """Weight of the disagreement of two readings under dropout (R-Drop, arXiv:2106.14448); costs twice the time."""
    described_loss_weight: float = 0.0
    """Weight of the loss on codes scored from their description alone; above 0 the model can score any code."""
    described_codes: int = 64
    """Codes a batch that are scored from their description: half of them such as its documents have."""
    evidence_loss_weight: float = 0.0
    """Weight of the loss that draws attention to gold evidence, where the corpus has some."""
    evidence_negatives: int = 16
    """Codes that a document does not have, drawn at random a document, whose attention should find nothing."""

    learning_rate: float = 1e-5
    """Highest learning rate."""
    new_parts_rate: float = 1.0
    """Learning rate of the parts that are not pretrained, as a multiple of learning_rate."""
    layer_decay: float = 1.0
    """Learning rate of each layer of the backbone as a multiple of the layer above (ULMFiT, arXiv:1801.06146)."""
    frozen_layers: int = 0
    """Lowest layers of the backbone that stay as they are, its embeddings with them; -1: the whole backbone."""
    lora_rank: int = 0
    """Rank of low-rank adapters (LoRA, arXiv:2106.09685) that are trained in the backbone's place; 0: none."""
    lora_alpha: int = 16
    """Scale of the adapters, divided by their rank."""
    lora_dropout: float = 0.0
    """Dropout before the adapters."""
    lora_modules: list[str] = field(default_factory=lambda: ["q_proj", "v_proj"])
    """Last names of the backbone's linear layers that get an adapter."""
    weight_decay: float = 0.01
    """AdamW's weight decay; biases and norms are not decayed."""
    adamw: AdamW = "auto"
    """How AdamW runs: all in one kernel (fused), kernels over lists (foreach), tensor by tensor (loop), as PyTorch
    finds best (auto)."""
    ema_decay: float = 0.0
    """Decay a step of an exponential moving average of the weights, which is then what is scored and saved; 0: none."""
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
    gradient_checkpointing: bool = False
    """Keep less for the way back and compute it again: about a third more time for much less memory."""

    device: str = "auto"
    """auto (a GPU if there is one), cpu, cuda, mps."""
    precision: Precision = "auto"
    """auto: bf16 or fp16 where the GPU has it, float32 elsewhere."""
    sharding: Sharding = "none"
    """none: every device holds the whole model (DDP); fsdp: the backbone's weights, gradients and AdamW states are
    spread over them."""

    evaluations_an_epoch: float = 1.0
    """How often validation is scored and a checkpoint is written."""
    steps_a_checkpoint: int = 0
    """Steps between further checkpoints; 0: only where validation is scored."""
    watched_metric: WatchedMetric = "f1_micro"
    """Metric on validation, at its tuned threshold, that says which checkpoint is best."""
    patience: int = 30
    """Evaluations without a better one before training stops."""
    saved_weights: SavedWeights = "float32"
    """Numbers in which the model folder holds its weights: float16 halves it, and is read as float32 again."""
    seed: int = 0
    """Seed of everything drawn at random."""

    tensorboard: bool = True
    """Write logs for TensorBoard beside log.csv."""
    energy: bool = True
    """Estimate the energy used (codecarbon, without network) and write energy.json."""
    country: str = ""
    """Country whose electricity is used, three capital letters (USA, DEU): gives carbon; empty: energy alone."""
    hardware: str = ""
    """Name of the hardware for energy.json and the card; empty: as the machine names itself."""
    hardware_watts: float = 0.0
    """Power of all devices together by their data sheets, W: gives the cross-check by power and hours; 0: none."""
    carbon_intensity: float = 0.0
    """Carbon of the electricity used, kg CO2eq a kWh; 0: codecarbon's yearly mean for the country."""

    def __post_init__(self) -> None:
        """Check types, choices, ranges and contradictions."""
        for spec in dataclasses.fields(self):
            object.__setattr__(self, spec.name, _checked(spec.name, getattr(self, spec.name), spec.type))
        for name in _ABOVE_0:
            if getattr(self, name) <= 0:
                raise InputError(f"{name} must be above 0, got {getattr(self, name)}.")
        for name in _NOT_BELOW_0:
            if getattr(self, name) < 0:
                raise InputError(f"{name} must not be below 0, got {getattr(self, name)}.")
        for name in _SHARES:
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} must be in [0, 1), got {getattr(self, name)}.")
        self._check_contradictions()

    def _check_contradictions(self) -> None:
        if self.ancestor_loss_weight and not self.hierarchical_attention:
            raise InputError("ancestor_loss_weight needs hierarchical_attention: turn it on, or set the weight to 0.")
        if not 0 <= self.overlap_tokens < self.window_tokens - 1:
            raise InputError(
                f"overlap_tokens ({self.overlap_tokens}) must be in [0, window_tokens - 1 = {self.window_tokens - 1})."
            )
        if self.documents_a_step % self.documents_a_device:
            allowed = [size for size in range(1, self.documents_a_step + 1) if self.documents_a_step % size == 0]
            raise InputError(
                f"documents_a_step ({self.documents_a_step}) must be a multiple of documents_a_device "
                f"({self.documents_a_device}), so that batches can be accumulated. Allowed for documents_a_device: "
                f"{', '.join(map(str, allowed))}."
            )
        if not self.heads or len(set(self.heads)) < len(self.heads):
            raise InputError(f"heads must name at least one head, each once; allowed: {', '.join(get_args(Head))}.")
        if not self.layer_decay <= 1:
            raise InputError(f"layer_decay must be in (0, 1], got {self.layer_decay}; 1: all layers alike.")
        if self.frozen_layers < -1:
            raise InputError(f"frozen_layers must be -1 (the whole backbone) or more, got {self.frozen_layers}.")
        if self.backbone:
            new = [name for name in _OF_A_NEW_BACKBONE if getattr(self, name) != _default(name)]
            if new:
                raise InputError(
                    f"{', '.join(new)} describe a new small BioGPT and contradict backbone ({self.backbone}), which "
                    "has its own. Leave them out, or leave out backbone."
                )
        elif self.hidden_size % self.backbone_heads:
            raise InputError(f"backbone_heads ({self.backbone_heads}) must divide hidden_size ({self.hidden_size}).")
        for name in ("frozen_layers", "lora_rank"):
            if getattr(self, name) and not self.backbone:
                raise InputError(
                    f"{name} keeps pretrained weights, and there are none: name a backbone, or set it to 0."
                )
        if self.new_parts_rate != 1 and not self.backbone:
            raise InputError("new_parts_rate sets new parts against pretrained ones: name a backbone, or set it to 1.")
        if self.lora_rank and self.frozen_layers:
            raise InputError("lora_rank and frozen_layers contradict each other: with adapters all layers are frozen.")
        if self.lora_rank and not self.lora_modules:
            raise InputError("lora_modules must name at least one of the backbone's layers, such as q_proj.")
        if self.device != "auto" and self.device not in ("cpu", "cuda", "mps"):
            raise InputError(
                f"device must be one of auto, cpu, cuda, mps; got {self.device!r}. Which GPU: CUDA_VISIBLE_DEVICES."
            )
        if self.device == "cpu" and self.precision == "fp16":
            raise InputError("precision fp16 needs a GPU. With device cpu it may be auto, float32 or bf16.")
        if self.sharding == "fsdp" and self.lora_rank:
            raise InputError("sharding fsdp does not go with lora_rank. Set lora_rank to 0, or sharding to none.")
        if self.sharding == "fsdp" and self.precision == "fp16":
            raise InputError("sharding fsdp does not go with precision fp16. Allowed: auto, float32, bf16.")
        if self.country and not (len(self.country) == 3 and self.country.isalpha() and self.country.isupper()):
            raise InputError(f"country must be three capital letters (ISO 3166-1), such as USA; got {self.country!r}.")

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
        known = [spec.name for spec in dataclasses.fields(cls)]
        if unknown := [str(name) for name in settings if name not in known]:
            hints = " ".join(hint for name in unknown if (hint := _did_you_mean(name, known)))
            raise InputError(
                f"Unknown settings in {path}: {', '.join(unknown)}. {hints}{' ' if hints else ''}"
                f"Known: {', '.join(sorted(known))}."
            )
        return cls(**settings)

    def to_yaml(self) -> str:
        """Return all settings as YAML, in the order of this class."""
        return yaml.safe_dump(dataclasses.asdict(self), sort_keys=False)

    @classmethod
    @cache
    def descriptions(cls) -> dict[str, str]:
        """Return what each setting means, by name: the text below it in this class."""
        body = ast.parse(inspect.getsource(cls)).body[0]
        assert isinstance(body, ast.ClassDef)
        return {
            setting.target.id: " ".join(text.value.value.split())
            for setting, text in zip(body.body, body.body[1:], strict=False)
            if isinstance(setting, ast.AnnAssign)
            and isinstance(setting.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        }


MAY_CHANGE = frozenset(
    {
        "documents_a_device",
        "gradient_checkpointing",
        "device",
        "precision",
        "sharding",
        "adamw",
        "epochs",
        "patience",
        "saved_weights",
        "evaluations_an_epoch",
        "steps_a_checkpoint",
        "tensorboard",
        "energy",
        "country",
        "hardware",
        "hardware_watts",
        "carbon_intensity",
    }
)
"""Settings that a resumed run may change: none of them changes what the weights and their states are."""

_ABOVE_0 = (
    "described_codes",
    "vocabulary_size",
    "hidden_size",
    "layers",
    "backbone_heads",
    "window_tokens",
    "attention_heads",
    "learning_rate",
    "new_parts_rate",
    "layer_decay",
    "lora_alpha",
    "restart_epochs",
    "restart_factor",
    "epochs",
    "documents_a_step",
    "documents_a_device",
    "clip_norm",
    "evaluations_an_epoch",
    "patience",
)
_NOT_BELOW_0 = (
    "seed",
    "warmup_steps",
    "evidence_negatives",
    "ancestor_loss_weight",
    "described_loss_weight",
    "evidence_loss_weight",
    "weight_decay",
    "focal_gamma",
    "negative_gamma",
    "positive_gamma",
    "r_drop_weight",
    "lora_rank",
    "steps_a_checkpoint",
    "hardware_watts",
    "carbon_intensity",
)
_SHARES = ("backbone_dropout", "head_dropout", "lora_dropout", "lowest_rate", "ema_decay", "negative_margin")
_OF_A_NEW_BACKBONE = ("hidden_size", "layers", "backbone_heads", "backbone_dropout")


def _default(name: str) -> Any:
    return next(spec.default for spec in dataclasses.fields(TrainingArguments) if spec.name == name)


def _did_you_mean(given: str, known: Iterable[str]) -> str:
    close = get_close_matches(given.replace("-", "_"), known, n=1)
    return f"Did you mean {close[0]} for {given}?" if close else ""


def _checked(name: str, value: Any, expected: Any) -> Any:
    """Return the value in its declared type; a whole number may stand for a decimal one."""
    origin = typing.get_origin(expected)
    if origin is Literal:
        allowed = get_args(expected)
        if value not in allowed:
            hint = _did_you_mean(value, allowed) if isinstance(value, str) else ""
            raise InputError(f"{name} must be one of {', '.join(allowed)}; got {value!r}.{' ' if hint else ''}{hint}")
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
