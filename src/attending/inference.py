"""Whole documents through a model in bounded memory: encoded documents in, probabilities and attention out."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from attending.model import AttendingForSequenceClassification, DocumentStates
from attending.tokenization import EncodedDocument, batch_windows

WINDOW_TOKENS_AT_ONCE = 16_384
"""Tokens that go through the backbone together."""
DOCUMENT_TOKENS_AT_ONCE = 32_768
"""Token states, padding included, that are held at once; a longer document goes alone."""


@torch.inference_mode()
def read(model: AttendingForSequenceClassification, documents: Sequence[EncodedDocument]) -> DocumentStates:
    """Read documents on the model's device.

    Returns:
        The states of their tokens, document after document.
    """
    pad, start = model.config.backbone_config.pad_token_id, model.config.start_token_id
    batch = batch_windows(documents, pad_id=pad, bos_id=start).to(model.device)
    return model.read(
        batch.input_ids,
        batch.attention_mask,
        batch.owner_mask,
        batch.document_index,
        windows_at_once=max(1, WINDOW_TOKENS_AT_ONCE // batch.input_ids.shape[1]),
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
