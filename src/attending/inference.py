"""Whole documents through a model in bounded memory: encoded documents in, probabilities and attention out."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from attending.model import AttendingConfig, AttendingForSequenceClassification, DocumentStates
from attending.tokenization import EncodedDocument, batch_windows, encode

TOKENS_AT_ONCE = {"cpu": 2048, "cuda": 65_536}
"""Tokens that go through the backbone together: on a CPU as many as its caches hold."""
DOCUMENT_TOKENS_AT_ONCE = 32_768
"""Token states, padding included, that are held at once; a longer document goes alone."""


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


@torch.inference_mode()
def probabilities(
    model: AttendingForSequenceClassification, documents: Sequence[EncodedDocument]
) -> NDArray[np.float32]:
    """Return the probability of each code for each document, (document, code), in the order given."""
    found = np.zeros((len(documents), model.config.codes), dtype=np.float32)
    for chosen in _groups(documents):
        logits = model.decide(read(model, [documents[position] for position in chosen]))
        found[chosen] = logits.sigmoid().cpu().numpy()
    return found


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
