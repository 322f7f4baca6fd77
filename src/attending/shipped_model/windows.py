"""A document's token ids in, overlapping windows out, in which each token has one owner.

A backbone reads a limited number of tokens at once. A longer document is read in windows that overlap, so that no token
stands without its neighbours, and each token's state is taken from the one window that owns it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

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
        ValueError: A window has no room for a token of the document, or the overlap does not fit into it.
    """
    if number_of_tokens < 0:
        raise ValueError(f"A document has 0 or more tokens, got {number_of_tokens}.")
    if special_tokens < 0:
        raise ValueError(f"A window begins with 0 or more special tokens, got special_tokens={special_tokens}.")
    room = window_tokens - special_tokens
    if room < 1:
        raise ValueError(
            f"window_tokens ({window_tokens}) must be at least {special_tokens + 1}: "
            f"{special_tokens} for special tokens and one for the text. Choose wider windows."
        )
    if not 0 <= overlap_tokens < room:
        raise ValueError(
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

    def to(self, device: torch.device) -> "WindowBatch":
        """Return the batch on another device."""
        return WindowBatch(
            self.input_ids.to(device),
            self.attention_mask.to(device),
            self.owner_mask.to(device),
            self.document_index.to(device),
        )


def lay_windows(
    token_ids: Sequence[Tensor], windows: Sequence[Sequence[Window]], *, pad_id: int, start_id: int
) -> WindowBatch:
    """Lay the windows of some documents side by side.

    Args:
        token_ids: For each document the ids of its own tokens, without special tokens, (token,), int64, on the CPU.
        windows: For each document its windows, in the order of the text.
        pad_id: The id that fills shorter windows on the right.
        start_id: The special token at the head of each window: `</s>`, id 2, for BioGPT.

    Raises:
        ValueError: No document was given.
    """
    placed = [(index, window) for index, own in enumerate(windows) for window in own]
    if not placed:
        raise ValueError("Expected at least one document to batch, got none.")
    width = 1 + max(window.end - window.start for _, window in placed)
    input_ids = torch.full((len(placed), width), pad_id, dtype=torch.int64)
    input_ids[:, 0] = start_id
    attention_mask = torch.zeros(len(placed), width, dtype=torch.bool)
    owner_mask = torch.zeros(len(placed), width, dtype=torch.bool)
    for row, (index, window) in enumerate(placed):
        length = window.end - window.start
        input_ids[row, 1 : 1 + length] = token_ids[index][window.start : window.end]
        attention_mask[row, : 1 + length] = True
        owner_mask[row, 1 + window.own_start - window.start : 1 + window.own_end - window.start] = True
    document_index = torch.tensor([index for index, _ in placed], dtype=torch.int64)
    return WindowBatch(input_ids, attention_mask, owner_mask, document_index)
