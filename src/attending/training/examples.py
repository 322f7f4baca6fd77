"""Documents with codes in, tensors for one training step out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from attending.corpus import Documents
from attending.inference import encode_for
from attending.model import AttendingConfig, GoldEvidence
from attending.taxonomy import LabelSpace
from attending.tokenization import EncodedDocument, WindowBatch, batch_windows


@dataclass(frozen=True)
class Example:
    """One document ready for training.

    `labels` is boolean, (code,). `evidence` holds the gold spans of codes of the label space as
    (code position, first token, token after the last).
    """

    encoded: EncodedDocument
    labels: NDArray[np.bool_]
    evidence: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Batch:
    """Tensors of some documents, as the model's forward takes them."""

    windows: WindowBatch
    labels: Tensor
    evidence: GoldEvidence

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on another device."""
        evidence = self.evidence
        return Batch(
            self.windows.to(device),
            self.labels.to(device),
            GoldEvidence(evidence.document.to(device), evidence.code.to(device), evidence.tokens.to(device)),
        )


def read_examples(
    documents: Documents, tokenizer: PreTrainedTokenizerFast, label_space: LabelSpace, config: AttendingConfig
) -> list[Example]:
    """Tokenize documents and place their labels and gold evidence."""
    examples = []
    for document in documents:
        encoded = encode_for(config, tokenizer, document.text)
        evidence = []
        for span in document.evidence:
            if span.code in label_space:
                first = int(np.searchsorted(encoded.offsets[:, 1], span.start, side="right"))
                after = int(np.searchsorted(encoded.offsets[:, 0], span.end, side="left"))
                if first < after:
                    evidence.append((label_space.index(span.code), first, after))
        examples.append(Example(encoded, label_space.encode(document.codes), tuple(evidence)))
    return examples


def collate(examples: Sequence[Example], config: AttendingConfig, random: np.random.Generator, negatives: int) -> Batch:
    """Make one batch.

    Args:
        examples: The documents.
        config: Says how windows begin and what fills them up.
        random: Draws the codes whose attention should find nothing.
        negatives: How many such codes a document.
    """
    windows = batch_windows(
        [example.encoded for example in examples],
        pad_id=config.pad_token_id_of_backbone,
        bos_id=config.start_token_id,
    )
    longest = max(len(example.encoded.token_ids) for example in examples)
    questions: list[tuple[int, int]] = []
    rows: list[NDArray[np.bool_]] = []
    for number, example in enumerate(examples):
        spans: dict[int, NDArray[np.bool_]] = {}
        for code, first, after in example.evidence:
            if example.labels[code]:
                spans.setdefault(code, np.zeros(longest, dtype=bool))[first:after] = True
        absent = np.flatnonzero(~example.labels)
        for code in random.permutation(absent)[:negatives].tolist() if example.evidence else []:
            spans[code] = np.zeros(longest, dtype=bool)
        questions += [(number, code) for code in spans]
        rows += spans.values()
    asked = torch.tensor(questions, dtype=torch.long).reshape(-1, 2)
    tokens = torch.from_numpy(np.stack(rows)) if rows else torch.zeros(0, longest, dtype=torch.bool)
    return Batch(
        windows=windows,
        labels=torch.from_numpy(np.stack([example.labels for example in examples])),
        evidence=GoldEvidence(asked[:, 0], asked[:, 1], tokens),
    )
