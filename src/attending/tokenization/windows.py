"""A text in; its token ids, their places in the text and its windows out; batches of windows for the model.

Windows themselves, and who owns which token, are the model's matter: `attending.model.windows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from attending.errors import InputError
from attending.model.windows import (
    OVERLAP_TOKENS,
    WINDOW_TOKENS,
    Window,
    WindowBatch,
    lay_windows,
    split_into_windows,
)
from attending.tokenization.word_memory import memory_of


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

    What our own tokenizers make of a word is remembered for later texts (see `word_memory.py`); the result is the same.

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
    memory = memory_of(tokenizer)
    remembered = memory.read(text) if memory else None
    token_ids, offsets = remembered or _read_whole(tokenizer, text)
    try:
        windows = split_into_windows(
            len(token_ids), window_tokens=window_tokens, overlap_tokens=overlap_tokens, causal=causal
        )
    except ValueError as error:
        raise InputError(str(error)) from None
    return EncodedDocument(token_ids, offsets, tuple(windows))


def _read_whole(tokenizer: PreTrainedTokenizerFast, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the ids, (token,), and the offsets, (token, 2), of a text's tokens."""
    encoding = tokenizer(
        text,
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=False,
        padding=False,
        verbose=False,
    )
    token_ids = np.asarray(encoding["input_ids"], dtype=np.int64)
    return token_ids, np.asarray(encoding["offset_mapping"], dtype=np.int64).reshape(-1, 2)


def batch_windows(documents: Sequence[EncodedDocument], pad_id: int, bos_id: int) -> WindowBatch:
    """Lay the windows of some documents side by side; see `attending.model.windows.lay_windows`.

    Args:
        documents: One or more encoded documents.
        pad_id: The id that fills shorter windows on the right.
        bos_id: The special token at the head of each window: `</s>`, id 2, for BioGPT.

    Raises:
        ValueError: No document was given.
    """
    return lay_windows(
        [torch.from_numpy(document.token_ids) for document in documents],
        [document.windows for document in documents],
        pad_id=pad_id,
        start_id=bos_id,
    )
