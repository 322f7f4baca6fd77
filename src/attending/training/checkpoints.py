"""Checkpoints that can be trusted: complete or absent, sealed by a manifest, safetensors and JSON alone.

    checkpoints/step-00001200/   model.safetensors  optimizer.safetensors  progress.json  manifest.json

Random states need no saving: what each step draws follows from the run's seed and the step's number.
"""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from attending.errors import InputError
from attending.sealing import sealed_folder, verify


@dataclass
class Progress:
    """Where a run stands.

    `seconds` is training time so far, `best_step` the step of the best validation score, `loss_scale` the state of
    fp16's gradient scaler.
    """

    step: int = 0
    best_step: int = 0
    best_score: float = -1.0
    evaluations_without_gain: int = 0
    seconds: float = 0.0
    loss_scale: dict[str, float] = field(default_factory=dict)


def checkpoint_folder(checkpoints: Path, step: int) -> Path:
    """Return the folder of the checkpoint of a step."""
    return checkpoints / f"step-{step:08d}"


def write_checkpoint(checkpoints: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    """Write a sealed checkpoint of the whole state of training."""
    with sealed_folder(checkpoint_folder(checkpoints, progress.step), overwrite=True) as folder:
        save_file(
            {name: value.contiguous() for name, value in model.state_dict().items()}, folder / "model.safetensors"
        )
        save_file(_flatten(optimizer), folder / "optimizer.safetensors")
        (folder / "progress.json").write_text(json.dumps(asdict(progress)) + "\n", encoding="utf-8")


def newest_checkpoint(checkpoints: Path) -> Path | None:
    """Return the newest checkpoint whose seal holds; one that was cut short or damaged is passed over."""
    for candidate in sorted(checkpoints.glob("step-*"), reverse=True):
        try:
            verify(candidate, what="a checkpoint", next_step="An older one is used.")
        except InputError:
            continue
        return candidate
    return None


def read_weights(checkpoint: Path, model: nn.Module) -> None:
    """Load a checkpoint's weights into a model.

    Raises:
        InputError: The checkpoint belongs to a model of another shape.
    """
    try:
        model.load_state_dict(load_file(checkpoint / "model.safetensors"))
    except RuntimeError:
        raise InputError(
            f"{checkpoint} belongs to a model of another shape. Resume with the arguments that the run began with."
        ) from None


def read_checkpoint(checkpoint: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Load a verified checkpoint into a model and its optimizer, and say where the run stood.

    Raises:
        InputError: The checkpoint belongs to a model of another shape.
    """
    read_weights(checkpoint, model)
    _unflatten(optimizer, load_file(checkpoint / "optimizer.safetensors"))
    return Progress(**json.loads((checkpoint / "progress.json").read_text(encoding="utf-8")))


def keep_checkpoints(checkpoints: Path, steps: set[int]) -> None:
    """Remove all checkpoints but those of the named steps."""
    kept = {checkpoint_folder(checkpoints, step) for step in steps}
    for path in checkpoints.glob("step-*"):
        if path not in kept:
            shutil.rmtree(path)


def _flatten(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Name each tensor of an optimizer's state "parameter number/name"."""
    return {
        f"{number}/{name}": torch.as_tensor(value).contiguous()
        for number, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
    }


def _unflatten(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split("/")
        state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
