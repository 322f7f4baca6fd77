"""Texts in; token ids with character offsets, windows with one owner a token, and batches of them out."""

from attending.tokenization.tokenizer import biogpt_tokenizer, train_tokenizer
from attending.tokenization.windows import (
    EncodedDocument,
    WindowBatch,
    batch_windows,
    encode,
    split_into_windows,
)

__all__ = [
    "EncodedDocument",
    "WindowBatch",
    "batch_windows",
    "biogpt_tokenizer",
    "encode",
    "split_into_windows",
    "train_tokenizer",
]
