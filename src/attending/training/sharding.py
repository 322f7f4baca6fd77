"""One model over several processes: whole on each (DDP) or in shards (FSDP); whole tensors for and from checkpoints.

FSDP is PyTorch's `fully_shard` on the backbone: each of its layers is gathered when it is needed and let go again. The
other parts are small; they are whole on each process, and their gradients are averaged here. Every function that
gathers must be called by all processes together.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from attending.model import AttendingForSequenceClassification


def shard(model: AttendingForSequenceClassification, accelerator: Accelerator) -> None:
    """Spread a backbone's weights, and with them gradients and the optimizer's state, over all processes."""
    model.to(accelerator.device)
    dtype = torch.bfloat16 if accelerator.mixed_precision == "bf16" else None
    policy = MixedPrecisionPolicy(param_dtype=dtype, reduce_dtype=torch.float32, output_dtype=torch.float32)
    layers = set(model.backbone._no_split_modules or ())
    for module in model.backbone.modules():
        if type(module).__name__ in layers:
            fully_shard(module, mp_policy=policy)
    fully_shard(model.backbone, mp_policy=policy)


@contextmanager
def accumulating(model: nn.Module, accelerator: Accelerator, *, last: bool) -> Iterator[None]:
    """Leave gradients on their own process until the last batch of a step."""
    if shards := _shards(model):
        for part in shards:
            part.set_requires_gradient_sync(last, recurse=False)
        yield
        if last:
            _average_gradients(model, accelerator)
    elif last:
        yield
    else:
        with accelerator.no_sync(model):
            yield


def clip_gradients(model: nn.Module, accelerator: Accelerator, limit: float) -> float:
    """Shorten the gradient to a length and return what it was."""
    if not _shards(model):
        return float(accelerator.clip_grad_norm_(model.parameters(), limit))
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    lengths = [
        float(
            whole(torch.nn.utils.get_total_norm([part for part in gradients if isinstance(part, DTensor) is sharded]))
        )
        for sharded in (False, True)
    ]
    length = math.hypot(*lengths)
    for gradient in gradients:
        gradient.mul_(min(1.0, limit / (length + 1e-6)))
    return length


def _shards(model: nn.Module) -> list[FSDPModule]:
    return [module for module in model.modules() if isinstance(module, FSDPModule)]


def _average_gradients(model: nn.Module, accelerator: Accelerator) -> None:
    """Average the gradients of what is whole on each process."""
    for parameter in model.parameters():
        if parameter.requires_grad and not isinstance(parameter, DTensor):
            own = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
            parameter.grad = accelerator.reduce(own, reduction="mean")


@contextmanager
def gathered(model: nn.Module) -> Iterator[None]:
    """Hold all weights whole on each process, so that processes may call the model as often as each needs to."""
    shards = _shards(model)
    for module in shards:
        module.set_reshard_after_forward(False, recurse=False)
        module.unshard()
    try:
        yield
    finally:
        for module in shards:
            module.set_reshard_after_forward(True, recurse=False)
            module.reshard()


def whole(tensor: Tensor) -> Tensor:
    """Return a tensor whole and on the CPU."""
    return (tensor.full_tensor() if isinstance(tensor, DTensor) else tensor).detach().cpu()


def like(tensor: Tensor, pattern: Tensor) -> Tensor:
    """Return a whole tensor spread as `pattern` is."""
    if isinstance(pattern, DTensor) and tensor.ndim:
        return distribute_tensor(tensor.to(pattern.device), pattern.device_mesh, pattern.placements)
    return tensor


@torch.no_grad()
def load(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Load whole weights into a model, sharded or not.

    Raises:
        RuntimeError: Names or shapes are not the model's.
    """
    own = model.state_dict()
    model.load_state_dict({name: like(value, own.get(name, value)) for name, value in weights.items()})
