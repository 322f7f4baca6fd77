"""Arguments in, an accelerator out: which devices a run uses, in which precision, and how many of them there are."""

import os
from datetime import timedelta

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs

from attending.errors import InputError
from attending.training.arguments import TrainingArguments

_LONGEST_WAIT = timedelta(hours=6)
"""How long processes wait for the one that tokenizes or writes."""


def new_accelerator(arguments: TrainingArguments) -> Accelerator:
    """Start the processes' connection, if there are several, and choose device and precision.

    Raises:
        InputError: A device or precision that is not to be had here, or a number of devices that does not fit the
            documents in a step; the message gives what does.
    """
    device = _device(arguments)
    # Another run in this process may have had another device or precision.
    AcceleratorState._reset_state(reset_partial_state=True)
    handlers = [
        InitProcessGroupKwargs(timeout=_LONGEST_WAIT),
        # A pooled document that no head looks at takes no gradient.
        DistributedDataParallelKwargs(
            find_unused_parameters=not (arguments.cross_attention and "document" in arguments.heads)
        ),
    ]
    accelerator = Accelerator(
        cpu=device == "cpu",
        mixed_precision=_precision(arguments, device),
        kwargs_handlers=handlers,
        rng_types=[],
    )
    processes = accelerator.num_processes
    if arguments.sharding == "fsdp" and processes == 1:
        raise InputError(
            "sharding fsdp spreads a model over several devices, and there is one. Start several processes with "
            "torchrun, or set sharding to none."
        )
    if arguments.documents_a_step % (arguments.documents_a_device * processes):
        share = arguments.documents_a_step // processes
        allowed = [size for size in range(1, share + 1) if arguments.documents_a_step % (size * processes) == 0]
        raise InputError(
            f"documents_a_step ({arguments.documents_a_step}) must be a multiple of documents_a_device "
            f"({arguments.documents_a_device}) times the number of devices ({processes}). "
            + (
                f"Allowed for documents_a_device: {', '.join(map(str, allowed))}."
                if allowed
                else f"Set documents_a_step to a multiple of {processes}."
            )
        )
    return accelerator


def _device(arguments: TrainingArguments) -> str:
    """Return cpu, cuda or mps, as asked for or found."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    device = arguments.device
    if device == "auto":
        asked_for_cpu = os.environ.get("ACCELERATE_USE_CPU", "").lower() in ("1", "true", "yes")
        device = "cpu" if asked_for_cpu else next((name for name in ("cuda", "mps") if there[name]), "cpu")
    if not there[device]:
        raise InputError(
            f"device is {device}, but PyTorch {torch.__version__} sees none here. Available: "
            f"{', '.join(name for name, found in there.items() if found)}. Set device to one of these or to auto."
        )
    local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    if device == "cuda" and local > torch.cuda.device_count():
        raise InputError(
            f"{local} processes were started on a machine with {torch.cuda.device_count()} GPUs. Give torchrun "
            f"--nproc-per-node {torch.cuda.device_count()}."
        )
    return device


def _precision(arguments: TrainingArguments, device: str) -> str:
    """Name the precision as accelerate does."""
    has_bf16 = device == "cpu" or (device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False))
    there = ["float32", *(["bf16"] if has_bf16 else []), *(["fp16"] if device == "cuda" else [])]
    precision = arguments.precision
    if precision == "auto":
        precision = "float32" if device != "cuda" else "bf16" if has_bf16 else "fp16"
    if precision not in there:
        raise InputError(
            f"precision {precision} is not to be had on this {device}. Available: auto, {', '.join(there)}."
        )
    return precision.replace("float32", "no")
