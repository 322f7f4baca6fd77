"""A document's token ids and offsets in; overlapping windows, one owner a token, and batches of them out.

A backbone reads a limited number of tokens at once. A longer document is read in windows that overlap, so
that no token stands without its neighbours, and each token's state is taken from the one window that owns it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from attending.errors import InputError

WINDOW_TOKENS = 1024
"""Tokens in a window, the special token included. BioGPT reads at most 1024."""
OVERLAP_TOKENS = 124
"""Tokens that neighbouring windows share."""


@dataclass(frozen=True)
class Window:
    """A stretch of a document that is read at once, and the part of it whose states are kept.

    All are positions of the document's own tokens, special tokens not counted, ends excluded:
    `start <= own_start <= own_end <= end`. Only an empty document has a window that owns nothing.
    """

    start: int
    end: int
    own_start: int
    own_end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.own_start <= self.own_end <= self.end:
            raise ValueError(f"A window must own a part of itself, got {self}.")


def split_into_windows(
    number_of_tokens: int,
    *,
    window_tokens: int = WINDOW_TOKENS,
    overlap_tokens: int = OVERLAP_TOKENS,
    special_tokens: int = 1,
    causal: bool,
) -> list[Window]:
    """Cover a document with windows such that each token has exactly one owner.

    All windows of a document that needs more than one are full: the last one is moved back until it is,
    because its tokens then see more before them and a batch pads it to the full width anyway.

    Args:
        number_of_tokens: The document's own tokens, special tokens not counted.
        window_tokens: Tokens in a window, special tokens included.
        overlap_tokens: Tokens that neighbouring windows share; the last two share more if the last one was
            moved back.
        special_tokens: Special tokens at the head of each window.
        causal: Whether a token sees only what stands before it. If so, the earlier window owns the overlap:
            it has seen more before each token of it. Otherwise the overlap is split in the middle.

    Returns:
        Windows in the order of the text; their own parts join without gap. An empty document has one window,
        which owns no token.

    Raises:
        InputError: A window has no room for a token of the document, or the overlap does not fit into it.
    """
    if number_of_tokens < 0:
        raise InputError(f"A document has 0 or more tokens, got {number_of_tokens}.")
    if special_tokens < 0:
        raise InputError(f"A window begins with 0 or more special tokens, got special_tokens={special_tokens}.")
    room = window_tokens - special_tokens
    if room < 1:
        raise InputError(
            f"window_tokens ({window_tokens}) must be at least {special_tokens + 1}: "
            f"{special_tokens} for special tokens and one for the text. Choose wider windows."
        )
    if not 0 <= overlap_tokens < room:
        raise InputError(
            f"overlap_tokens ({overlap_tokens}) must be in [0, {room}), {room} being what window_tokens "
            f"({window_tokens}) leaves for the text. Choose wider windows or less overlap."
        )
    starts = [0]
    while starts[-1] + room < number_of_tokens:
        starts.append(min(starts[-1] + room - overlap_tokens, number_of_tokens - room))
    ends = [min(start + room, number_of_tokens) for start in starts]
    limits = [end if causal else (start + end) // 2 for start, end in zip(starts[1:], ends, strict=False)]
    owned = zip([0, *limits], [*limits, number_of_tokens], strict=True)
    return [Window(start, end, *own) for start, end, own in zip(starts, ends, owned, strict=True)]


@dataclass(frozen=True, eq=False)
class EncodedDocument:
    """A document's tokens, where they stand in the text, and the windows in which they are read."""

    token_ids: NDArray[np.int64]
    """Ids of the document's own tokens, without special tokens, (token,)."""
    offsets: NDArray[np.int64]
    """First character of each token in the source text and the one after its last, (token, 2)."""
    windows: tuple[Window, ...]
    """At least one, in the order of the text."""

    def __post_init__(self) -> None:
        number = len(self.token_ids)
        if self.token_ids.shape != (number,) or self.offsets.shape != (number, 2):
            raise ValueError(
                f"Expected token_ids (token,) and offsets (token, 2), got {self.token_ids.shape} and "
                f"{self.offsets.shape}."
            )
        owned = [place for window in self.windows for place in (window.own_start, window.own_end)]
        if not owned or [0, *owned[1::2]] != [*owned[::2], number]:
            raise ValueError(f"The windows' own parts must join and cover all {number} tokens.")


def encode(
    tokenizer: PreTrainedTokenizerFast,
    text: str,
    *,
    window_tokens: int = WINDOW_TOKENS,
    overlap_tokens: int = OVERLAP_TOKENS,
    causal: bool = True,
) -> EncodedDocument:
    """Turn a whole text, however long, into tokens, offsets and windows. Nothing is cut off.

    Args:
        tokenizer: A fast tokenizer of the Hugging Face kind; ours or a backbone's own.
        text: The source text; offsets count its characters.
        window_tokens: Tokens in a window, the special token at its head included.
        overlap_tokens: Tokens that neighbouring windows share.
        causal: Whether the backbone sees only what stands before a token; see `split_into_windows`.

    Raises:
        InputError: The tokenizer gives no offsets, the text is no Unicode text, or the windows do not fit.
    """
    if not tokenizer.is_fast:
        raise InputError(
            f"Expected a fast tokenizer, which gives character offsets, got {type(tokenizer).__name__}. "
            "For BioGPT use attending.tokenization.biogpt_tokenizer."
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"The text's character {error.start} is half of a surrogate pair and cannot be written as UTF-8. "
            'Read the file with errors="replace", or mend its encoding.'
        ) from None
    encoding = tokenizer(
        text,
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=False,
        padding=False,
        verbose=False,
    )
    token_ids = np.asarray(encoding["input_ids"], dtype=np.int64)
    windows = split_into_windows(
        len(token_ids), window_tokens=window_tokens, overlap_tokens=overlap_tokens, causal=causal
    )
    offsets = np.asarray(encoding["offset_mapping"], dtype=np.int64).reshape(-1, 2)
    return EncodedDocument(token_ids, offsets, tuple(windows))


@dataclass(frozen=True, eq=False)
class WindowBatch:
    """All windows of some documents, padded to the longest one: what the model reads.

    `states[batch.owner_mask]` gives the states of the documents' tokens, each once, in the order of the
    documents and of their texts.
    """

    input_ids: Tensor
    """Token ids, each window beginning with the special token, (window, token), int64."""
    attention_mask: Tensor
    """True for real tokens, the special one included, False for padding, (window, token), bool."""
    owner_mask: Tensor
    """True where the window speaks for a token, never for special ones or padding, (window, token), bool."""
    document_index: Tensor
    """Which document of the batch each window belongs to, in ascending order, (window,), int64."""

    def __post_init__(self) -> None:
        for name, dtype in (
            ("input_ids", torch.int64),
            ("attention_mask", torch.bool),
            ("owner_mask", torch.bool),
            ("document_index", torch.int64),
        ):
            if (found := getattr(self, name).dtype) != dtype:
                raise TypeError(f"{name} must be {dtype}, got {found}.")
        shape = self.input_ids.shape
        if len(shape) != 2 or any(
            other != expected
            for other, expected in (
                (self.attention_mask.shape, shape),
                (self.owner_mask.shape, shape),
                (self.document_index.shape, shape[:1]),
            )
        ):
            raise ValueError(
                "Expected input_ids, attention_mask, owner_mask (window, token), document_index (window,), "
                f"got {tuple(shape)}, {tuple(self.attention_mask.shape)}, {tuple(self.owner_mask.shape)} and "
                f"{tuple(self.document_index.shape)}."
            )


def batch_windows(documents: Sequence[EncodedDocument], pad_id: int, bos_id: int) -> WindowBatch:
    """Lay the windows of some documents side by side.

    Args:
        documents: One or more encoded documents.
        pad_id: The id that fills shorter windows on the right.
        bos_id: The special token at the head of each window: `</s>`, id 2, for BioGPT.

    Raises:
        ValueError: No document was given.
    """
    if not documents:
        raise ValueError("Expected at least one document to batch, got none.")
    placed = [(index, window) for index, document in enumerate(documents) for window in document.windows]
    width = 1 + max(window.end - window.start for _, window in placed)
    input_ids = np.full((len(placed), width), pad_id, dtype=np.int64)
    input_ids[:, 0] = bos_id
    attention_mask = np.zeros((len(placed), width), dtype=np.bool_)
    owner_mask = np.zeros((len(placed), width), dtype=np.bool_)
    for row, (index, window) in enumerate(placed):
        length = window.end - window.start
        input_ids[row, 1 : 1 + length] = documents[index].token_ids[window.start : window.end]
        attention_mask[row, : 1 + length] = True
        owner_mask[row, 1 + window.own_start - window.start : 1 + window.own_end - window.start] = True
    return WindowBatch(
        torch.from_numpy(input_ids),
        torch.from_numpy(attention_mask),
        torch.from_numpy(owner_mask),
        torch.tensor([index for index, _ in placed], dtype=torch.int64),
    )
