"""Checkpoints that can be trusted: complete or absent, sealed by a manifest, safetensors and JSON alone.

    checkpoints/step-00001200/   model.safetensors  average.safetensors  optimizer.safetensors
                                 progress.json  thresholds.json  manifest.json

`average.safetensors` is there when a moving average of the weights is kept. `progress.json` says where the run stands:
the step is also the position in the learning rate's schedule and in the data, and with the run's seed, which is there
too, it gives every random state, since what a step draws follows from the two alone. `thresholds.json` has the codes in
the order of the model's answers, each with its threshold.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from attending.errors import InputError
from attending.model_folder import THRESHOLDS
from attending.sealing import sealed_folder, verify
from attending.taxonomy import LabelSpace

WEIGHTS = "model.safetensors"
AVERAGE = "average.safetensors"
OPTIMIZER = "optimizer.safetensors"
PROGRESS = "progress.json"


@dataclass
class Progress:
    """Where a run stands."""

    seed: int = 0
    """The run's seed."""
    step: int = 0
    """Optimizer steps taken."""
    best_step: int = 0
    """Step of the best validation score."""
    best_score: float = -1.0
    """That score."""
    best_threshold: float = 0.5
    """The threshold for all codes that gave it."""
    evaluations_without_gain: int = 0
    """Evaluations since then."""
    threshold: float = 0.5
    """Threshold for all codes that was best at the last evaluation."""
    seconds: float = 0.0
    """Training time so far, s."""
    energy: dict[str, float] = field(default_factory=dict)
    """Energy (kWh) and carbon (kg CO2eq) so far, by part."""
    loss_scale: dict[str, float] = field(default_factory=dict)
    """State of fp16's gradient scaler."""
    losses: list[float] = field(default_factory=list)
    """Losses of the steps since the last evaluation."""
    log: list[dict[str, str]] = field(default_factory=list)
    """The rows of log.csv."""


@dataclass(frozen=True)
class State:
    """What a checkpoint holds beside its progress; names are those of the model's parameters."""

    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]
    average: Mapping[str, Tensor] = field(default_factory=dict)
    """Empty if no moving average is kept."""


def checkpoint_folder(checkpoints: Path, step: int) -> Path:
    """Return the folder of the checkpoint of a step."""
    return checkpoints / f"step-{step:08d}"


def write_checkpoint(checkpoints: Path, state: State, progress: Progress, label_space: LabelSpace) -> None:
    """Write a sealed checkpoint of the whole state of training."""
    with sealed_folder(checkpoint_folder(checkpoints, progress.step), overwrite=True) as folder:
        for name, tensors in ((WEIGHTS, state.weights), (OPTIMIZER, state.optimizer), (AVERAGE, state.average)):
            if tensors or name != AVERAGE:
                save_file({key: value.contiguous() for key, value in tensors.items()}, folder / name)
        (folder / PROGRESS).write_text(json.dumps(asdict(progress)) + "\n", encoding="utf-8")
        thresholds = dict.fromkeys(label_space.codes, progress.threshold)
        (folder / THRESHOLDS).write_text(json.dumps(thresholds) + "\n", encoding="utf-8")


def verify_checkpoint(folder: Path) -> None:
    """Check that a folder is a whole checkpoint, every byte as it was sealed.

    Raises:
        InputError: It is missing, incomplete or damaged, or no checkpoint.
    """
    next_step = "Resume the run: the newest checkpoint that is whole is used."
    verify(folder, what="a checkpoint", next_step=next_step)
    for name in (WEIGHTS, OPTIMIZER, PROGRESS, THRESHOLDS):
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not a checkpoint: it has no {name}. {next_step}")


def newest_checkpoint(checkpoints: Path, report: Callable[[str], None]) -> Path | None:
    """Return the newest checkpoint whose seal holds; one that is damaged is reported and passed over."""
    for candidate in sorted(checkpoints.glob("step-*"), reverse=True):
        try:
            verify_checkpoint(candidate)
        except InputError as error:
            report(f"passed over: {error}")
            continue
        return candidate
    return None


def read_weights(checkpoint: Path, model: nn.Module) -> None:
    """Load the weights that a checkpoint's score was measured with, the averaged ones if there are any.

    Raises:
        InputError: The checkpoint belongs to a model of another shape.
    """
    weights = load_file(checkpoint / WEIGHTS)
    if (checkpoint / AVERAGE).is_file():
        weights |= load_file(checkpoint / AVERAGE)
    try:
        model.load_state_dict(weights)
    except RuntimeError:
        raise InputError(f"{checkpoint} belongs to a model of another shape. Start a new run.") from None


def read_checkpoint(checkpoint: Path, label_space: LabelSpace) -> tuple[State, Progress]:
    """Read a verified checkpoint.

    Raises:
        InputError: It is not one of this version, or its codes are others or in another order.
    """
    try:
        progress = Progress(**json.loads((checkpoint / PROGRESS).read_text(encoding="utf-8")))
        codes = list(json.loads((checkpoint / THRESHOLDS).read_text(encoding="utf-8")))
        average = load_file(checkpoint / AVERAGE) if (checkpoint / AVERAGE).is_file() else {}
        state = State(load_file(checkpoint / WEIGHTS), load_file(checkpoint / OPTIMIZER), average)
    except (ValueError, TypeError, SafetensorError):
        raise InputError(f"{checkpoint} was not written by this version of attending. Start a new run.") from None
    if codes != list(label_space.codes):
        raise InputError(f"{checkpoint} has other codes than the corpora, or another order. Start a new run.")
    return state, progress


def keep_checkpoints(checkpoints: Path, progress: Progress) -> None:
    """Remove all checkpoints but the newest, the best, and one more where those two are one."""
    kept = {checkpoint_folder(checkpoints, step) for step in (progress.step, progress.best_step or progress.step)}
    others = sorted((path for path in checkpoints.glob("step-*") if path not in kept), reverse=True)
    for path in others[2 - len(kept) :]:
        doomed = path.with_name(f".{path.name}.partial")  # never half a checkpoint under a checkpoint's name
        path.rename(doomed)
        shutil.rmtree(doomed)


def optimizer_tensors(optimizer: torch.optim.Optimizer, names: Mapping[Tensor, str]) -> dict[str, Tensor]:
    """Name each tensor of an optimizer's state "parameter/name", such as heads.bias/exp_avg."""
    return {
        f"{names[parameter]}/{name}": torch.as_tensor(value)
        for parameter, values in optimizer.state.items()
        for name, value in values.items()
    }


def load_optimizer(
    checkpoint: Path, optimizer: torch.optim.Optimizer, names: Mapping[Tensor, str], tensors: Mapping[str, Tensor]
) -> None:
    """Give an optimizer the state that `optimizer_tensors` named.

    Raises:
        InputError: The state is that of other parameters.
    """
    state: dict[str, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        parameter, name = key.rsplit("/", 1)
        state.setdefault(parameter, {})[name] = value
    trained = [names[parameter] for group in optimizer.param_groups for parameter in group["params"]]
    if not state.keys() <= set(trained):
        raise InputError(f"{checkpoint} trained other weights. Resume with the arguments that the run began with.")
    numbered = {number: state[name] for number, name in enumerate(trained) if name in state}
    optimizer.load_state_dict({"state": numbered, "param_groups": optimizer.state_dict()["param_groups"]})
