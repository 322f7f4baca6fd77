"""The field's best-known systems, written from their papers, with the same way in and out as attending's model.

Each takes a batch of windows, as `attending.tokenization.batch_windows` lays them, and gives one logit a code.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from attending.model import AttendingForSequenceClassification, TokenMask

EMBEDDING = 100
"""Width of CAML's and LAAT's word vectors, as published."""


class LabelWiseAttention(nn.Module):
    """LAAT's attention (Vu, Nguyen and Nguyen 2020, arXiv:2007.06351, equations 2 to 5) and one linear unit a code."""

    def __init__(self, codes: int, hidden_size: int, projection: int = 256) -> None:
        super().__init__()
        self.project = nn.Linear(hidden_size, projection, bias=False)
        self.ask = nn.Linear(projection, codes, bias=False)
        self.weight = nn.Parameter(torch.randn(codes, hidden_size) * hidden_size**-0.5)
        self.bias = nn.Parameter(torch.zeros(codes))

    def forward(self, tokens: Tensor, mask: TokenMask) -> Tensor:
        """Return logits, (document, code), of token states, (document, token, hidden)."""
        scores = self.ask(torch.tanh(self.project(tokens))).float()
        weights = scores.masked_fill(~mask.is_real[..., None], torch.finfo(torch.float32).min).softmax(1)
        found = weights.transpose(1, 2) @ tokens.float()
        return (found * self.weight).sum(-1) + self.bias


class PlmIcd(nn.Module):
    """PLM-ICD (Huang, Tsai and Chen 2022, arXiv:2207.05289): segments through an encoder, LAAT's attention over all."""

    def __init__(self, reader: AttendingForSequenceClassification, codes: int) -> None:
        super().__init__()
        self.backbone = reader.backbone
        self._read = reader.read
        self.attention = LabelWiseAttention(codes, reader.config.hidden_size)
        self.dropout = nn.Dropout(0.1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, owner_mask: Tensor, document_index: Tensor) -> Tensor:
        """Return logits, (document, code)."""
        documents = self._read(input_ids, attention_mask, owner_mask, document_index)
        return self.attention(self.dropout(documents.tokens), documents.mask)


class Caml(nn.Module):
    """CAML (Mullenbach et al. 2018, arXiv:1802.05695): one convolution of 50 maps over 10 words, attention per code."""

    def __init__(self, vocabulary: int, codes: int, maps: int = 50, width: int = 10) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, EMBEDDING)
        self.dropout = nn.Dropout(0.2)
        self.convolution = nn.Conv1d(EMBEDDING, maps, width, padding=width // 2)
        self.ask = nn.Linear(maps, codes, bias=False)
        self.weight = nn.Parameter(torch.randn(codes, maps) * maps**-0.5)
        self.bias = nn.Parameter(torch.zeros(codes))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, owner_mask: Tensor, document_index: Tensor) -> Tensor:
        """Return logits, (document, code)."""
        ids, mask = rows_of_tokens(input_ids, owner_mask, document_index)
        words = self.dropout(self.embedding(ids)) * mask.is_real[..., None]
        states = torch.tanh(self.convolution(words.transpose(1, 2)))[..., : ids.shape[1]].transpose(1, 2)
        scores = self.ask(states).masked_fill(~mask.is_real[..., None], torch.finfo(states.dtype).min)
        found = scores.softmax(1).transpose(1, 2) @ states
        return (found * self.weight).sum(-1) + self.bias


class Laat(nn.Module):
    """LAAT (Vu, Nguyen and Nguyen 2020): a bidirectional LSTM, then label-wise attention."""

    def __init__(self, vocabulary: int, codes: int, hidden: int = 256) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, EMBEDDING)
        self.dropout = nn.Dropout(0.3)
        self.lstm = nn.LSTM(EMBEDDING, hidden, batch_first=True, bidirectional=True)
        self.attention = LabelWiseAttention(codes, 2 * hidden)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, owner_mask: Tensor, document_index: Tensor) -> Tensor:
        """Return logits, (document, code)."""
        ids, mask = rows_of_tokens(input_ids, owner_mask, document_index)
        lengths = mask.is_real.sum(1).clamp_min(1).cpu()
        packed = pack_padded_sequence(
            self.dropout(self.embedding(ids)), lengths, batch_first=True, enforce_sorted=False
        )
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=ids.shape[1])
        return self.attention(states, mask)


def rows_of_tokens(input_ids: Tensor, owner_mask: Tensor, document_index: Tensor) -> tuple[Tensor, TokenMask]:
    """Put each document's tokens in a row of their own, (document, token), each token once."""
    documents = int(document_index.max()) + 1
    lengths = torch.zeros(documents, dtype=torch.long, device=input_ids.device)
    lengths.index_add_(0, document_index, owner_mask.sum(1))
    rows = pad_sequence(list(input_ids[owner_mask].split(lengths.tolist())), batch_first=True)
    if not rows.shape[1]:
        rows = rows.new_zeros(documents, 1)
    is_real = torch.arange(rows.shape[1], device=rows.device) < lengths[:, None]
    return rows, TokenMask(is_real)
