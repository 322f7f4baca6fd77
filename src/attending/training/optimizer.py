"""Arguments and a model in; which weights are trained, at which rates, and what trains them out."""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor

from attending.errors import InputError
from attending.training.arguments import TrainingArguments

_KERNELS: Mapping[str, dict[str, Any]] = {
    "auto": {},
    "fused": {"fused": True},
    "foreach": {"foreach": True},
    "loop": {"foreach": False, "fused": False},
}
_LAYER = re.compile(r"^backbone\.(?:.*?\.)?(\d+)\.")
_BELOW_THE_LAYERS = re.compile(r"^backbone\..*(embed|wte|wpe)")


def freeze_layers(arguments: TrainingArguments, model: nn.Module) -> None:
    """Keep the lowest layers of the backbone, and what stands below them, as they are.

    Raises:
        InputError: The backbone has fewer layers.
    """
    layers = _layers(model)
    if arguments.frozen_layers > layers:
        raise InputError(
            f"frozen_layers is {arguments.frozen_layers}, but the backbone has {layers}. Allowed: 0 to {layers}, or -1 "
            "for the whole backbone."
        )
    if arguments.frozen_layers == 0:
        return
    highest = layers if arguments.frozen_layers == -1 else arguments.frozen_layers
    for name, parameter in model.named_parameters():
        if _depth(name, layers) <= highest:
            parameter.requires_grad_(False)


def new_optimizer(arguments: TrainingArguments, model: nn.Module) -> torch.optim.Optimizer:
    """Return AdamW over the weights that are trained; matrices decay, biases and norms do not.

    Each group has its highest learning rate under "highest".
    """
    layers = _layers(model)
    groups: dict[tuple[float, bool, bool], list[Tensor]] = {}  # fused kernels take no shards among whole tensors
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            share = arguments.new_parts_rate
            if name.startswith("backbone."):
                share = arguments.layer_decay ** (layers - _depth(name, layers))
            kind = (arguments.learning_rate * share, parameter.ndim >= 2, isinstance(parameter, DTensor))
            groups.setdefault(kind, []).append(parameter)
    settings: list[dict[str, Any]] = [
        {"params": parameters, "highest": rate, "lr": rate, "weight_decay": arguments.weight_decay if decays else 0.0}
        for (rate, decays, _), parameters in groups.items()
    ]
    return torch.optim.AdamW(settings, lr=arguments.learning_rate, **_KERNELS[arguments.adamw])


def _layers(model: nn.Module) -> int:
    """Return the number of layers of the backbone."""
    found = [_LAYER.match(name) for name, _ in model.named_parameters()]
    return 1 + max((int(match[1]) for match in found if match), default=-1)


def _depth(name: str, layers: int) -> int:
    """Return where a parameter stands: 0 below the layers, 1 for the lowest layer, and so on; above them, their number.

    Parts that are not the backbone's stand above all.
    """
    if match := _LAYER.match(name):
        return 1 + int(match[1])
    if _BELOW_THE_LAYERS.match(name):
        return 0
    return layers if name.startswith("backbone.") else layers + 1
