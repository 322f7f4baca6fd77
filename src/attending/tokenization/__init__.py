"""Texts in; token ids with character offsets, windows with one owner a token, and batches of them out."""

from attending.model.windows import WindowBatch, split_into_windows
from attending.tokenization.tokenizer import biogpt_tokenizer, train_tokenizer
from attending.tokenization.windows import EncodedDocument, batch_windows, encode

__all__ = [
    "EncodedDocument",
    "WindowBatch",
    "batch_windows",
    "biogpt_tokenizer",
    "encode",
    "split_into_windows",
    "train_tokenizer",
]
