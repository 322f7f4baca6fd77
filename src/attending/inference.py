"""Whole documents through a model in bounded memory: encoded documents in, probabilities and attention out."""

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from attending.errors import InputError
from attending.model import AttendingConfig, AttendingForSequenceClassification, DocumentStates
from attending.tokenization import EncodedDocument, batch_windows, encode

TOKENS_AT_ONCE = {"cpu": 2048, "cuda": 65_536}
"""Tokens that go through the backbone together: on a CPU as many as its caches hold."""
DOCUMENT_TOKENS_AT_ONCE = 32_768
"""Token states, padding included, that are held at once; a longer document goes alone."""
_DESCRIPTIONS_AT_ONCE = 128


Dtype = Literal["auto", "float32", "bf16", "fp16"]
"""The type of numbers in which the large products of a model are taken."""
_TYPES = {"float32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def choose_device(name: str) -> torch.device:
    """Return the device of a name: "cpu", "cuda", "cuda:1", ..., or "auto", a GPU where there is one.

    Raises:
        InputError: There is no such device.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError):
        raise InputError(f"There is no device {name!r} on this machine. Use auto, cpu, or cuda with a GPU.") from None
    return device


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """Return the type of numbers of a name; "auto": bf16 where the device computes in it, float32 elsewhere.

    bf16 is two to three times as fast there, and changes a probability by about 0.01 (`benchmarks/model.py`).

    Raises:
        InputError: There is no such type.
    """
    if name not in get_args(Dtype):
        raise InputError(f"dtype must be one of {', '.join(get_args(Dtype))}; got {name!r}.")
    if name != "auto":
        return _TYPES[name]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if device.type == "cpu" and torch.cpu._is_avx512_bf16_supported() else torch.float32


def prepare_model(model: AttendingForSequenceClassification, device: str, dtype: str) -> str:
    """Put a model on a device, ready to predict in a type of numbers, and say which were chosen: "cpu, bf16".

    Raises:
        InputError: There is no such device or type.
    """
    place = choose_device(device)
    chosen = choose_dtype(dtype, place)
    model.to(place).eval()  # type: ignore[arg-type]
    model.compute_in(chosen)
    return f"{place}, {next(name for name, value in _TYPES.items() if value == chosen)}"


def encode_for(config: AttendingConfig, tokenizer: PreTrainedTokenizerFast, text: str) -> EncodedDocument:
    """Turn a whole text, however long, into the tokens and windows that a model of this configuration reads."""
    return encode(
        tokenizer,
        text,
        window_tokens=config.window_tokens,
        overlap_tokens=config.overlap_tokens,
        causal=config.reading == "causal",
    )


@torch.inference_mode()
def read(model: AttendingForSequenceClassification, documents: Sequence[EncodedDocument]) -> DocumentStates:
    """Read documents on the model's device.

    Returns:
        The states of their tokens, document after document.
    """
    config = model.config
    batch = batch_windows(documents, config.pad_token_id_of_backbone, config.start_token_id).to(model.device)
    return model.read(
        batch.input_ids,
        batch.attention_mask,
        batch.owner_mask,
        batch.document_index,
        tokens_at_once=TOKENS_AT_ONCE.get(model.device.type, 16_384),
    )


def probabilities(
    model: AttendingForSequenceClassification, documents: Sequence[EncodedDocument]
) -> NDArray[np.float32]:
    """Return the probability of each code for each document, (document, code), in the order given."""
    found: NDArray[np.float32] = torch.from_numpy(log_odds(model, documents)).sigmoid().numpy()
    return found


@torch.inference_mode()
def log_odds(
    model: AttendingForSequenceClassification,
    documents: Sequence[EncodedDocument],
    described: torch.Tensor | None = None,
) -> NDArray[np.float32]:
    """Return the log odds of each code for each document, (document, code), in the order given.

    Args:
        model: A model in evaluation mode.
        documents: The documents.
        described: Queries of `describe`, (code, hidden): after the model's own codes come these.
    """
    more = 0 if described is None else len(described)
    found = np.zeros((len(documents), model.config.codes + more), dtype=np.float32)
    for chosen in _groups(documents):
        states = read(model, [documents[position] for position in chosen])
        logits = model.decide(states)
        if described is not None:
            logits = torch.cat([logits, model.decide_described(states, described)], dim=1)
        found[chosen] = logits.float().cpu().numpy()
    return found


@torch.inference_mode()
def describe(
    model: AttendingForSequenceClassification, tokenizer: PreTrainedTokenizerFast, descriptions: Sequence[str]
) -> torch.Tensor:
    """Return a query for each description, (code, hidden), by which the model scores codes it never learnt.

    Raises:
        InputError: The model did not learn to read descriptions.
    """
    if model.described_head is None:
        raise InputError(
            "The model scores its own codes alone: it was trained without described_loss_weight. Train one with it, or "
            "ask for no further codes."
        )
    config = model.config
    rows = tokenizer(list(descriptions), add_special_tokens=False)["input_ids"]
    queries = []
    for first in range(0, len(rows), _DESCRIPTIONS_AT_ONCE):
        chosen = [row[: config.window_tokens - 1] for row in rows[first : first + _DESCRIPTIONS_AT_ONCE]]
        ids, mask = lay_descriptions(chosen, config)
        queries.append(model.describe(ids.to(model.device), mask.to(model.device)))
    return torch.cat(queries)


def lay_descriptions(rows: Sequence[Sequence[int]], config: AttendingConfig) -> tuple[torch.Tensor, torch.Tensor]:
    """Lay the tokens of descriptions below each other, the start token first, padded on the right.

    Returns:
        Token ids and which of them are real (1), each (description, token).
    """
    ids = torch.full((len(rows), 1 + max(map(len, rows))), config.pad_token_id_of_backbone, dtype=torch.long)
    mask = torch.zeros_like(ids)
    ids[:, 0] = config.start_token_id
    for number, row in enumerate(rows):
        ids[number, 1 : 1 + len(row)] = torch.tensor(row, dtype=torch.long)
        mask[number, : 1 + len(row)] = 1
    return ids, mask


def _groups(documents: Sequence[EncodedDocument]) -> Iterator[list[int]]:
    """Put documents of like length together, as many as fit, so that little is padded."""
    group: list[int] = []
    for position in sorted(range(len(documents)), key=lambda position: len(documents[position].token_ids)):
        longest = len(documents[position].token_ids)
        if group and longest * (len(group) + 1) > DOCUMENT_TOKENS_AT_ONCE:
            yield group
            group = []
        group.append(position)
    if group:
        yield group
