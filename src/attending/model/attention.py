"""How codes look at a document: cross-attention over tokens, attention along the taxonomy, pooling."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class TokenMask:
    """Which tokens are real. True is real, False is padding; (document, token)."""

    is_real: Tensor

    def __post_init__(self) -> None:
        """Refuse anything but booleans: a number in a mask is added, not applied."""
        if self.is_real.dtype != torch.bool:
            raise TypeError(f"A token mask must be boolean, got {self.is_real.dtype}.")


class CodeAttention(nn.Module):
    """Let each query gather what it needs from the tokens of a document (multi-head cross-attention).

    Beside the tokens each query may look at one learned "nothing" slot, so that a query that finds no support, or a
    document without any token, has somewhere to look. The feed-forward part lets several findings combine.
    """

    def __init__(self, hidden_size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(hidden_size, hidden_size)
        self.key = nn.Linear(hidden_size, hidden_size)
        self.value = nn.Linear(hidden_size, hidden_size)
        self.out = nn.Linear(hidden_size, hidden_size)
        self.nothing = nn.Parameter(torch.zeros(1, 1, hidden_size))
        self.token_norm = nn.LayerNorm(hidden_size)
        self.query_norm = nn.LayerNorm(hidden_size)
        self.combine_norm = nn.LayerNorm(hidden_size)
        self.combine = nn.Sequential(
            nn.Linear(hidden_size, 2 * hidden_size),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(2 * hidden_size, hidden_size),
        )

    def forward(self, tokens: Tensor, queries: Tensor, mask: TokenMask) -> Tensor:
        """Gather one state for each document and query; no (document, query, token) tensor is kept.

        Args:
            tokens: Token states, (document, token, hidden).
            queries: One vector a code or node, (query, hidden).
            mask: Which tokens are real; padding receives no weight.

        Returns:
            (document, query, hidden).
        """
        query = self._split(self.query(self.query_norm(queries))[None]).expand(len(tokens), -1, -1, -1)
        slots = self._slots(tokens)
        found = functional.scaled_dot_product_attention(
            query,
            self._split(self.key(slots)),
            self._split(self.value(slots)),
            attn_mask=_slot_mask(mask)[:, None, None],
        )
        states = queries + self.out(found.transpose(1, 2).flatten(2))
        return states + self.combine(self.combine_norm(states))

    def log_weights(self, tokens: Tensor, queries: Tensor, mask: TokenMask, document: Tensor) -> Tensor:
        """Say where single queries look: for each the logarithm of its weights, averaged over heads.

        Weights show where the model looked, not why.

        Args:
            tokens: Token states, (document, token, hidden).
            queries: One vector for each question, (question, hidden).
            mask: Which tokens are real.
            document: The document that each question is put to, (question,).

        Returns:
            (question, 1 + token), float32; position 0 is the "nothing" slot; the exponentials of a row sum to 1.
        """
        if not len(document):
            return tokens.new_zeros(0, 1 + tokens.shape[1], dtype=torch.float32)
        count = functional.one_hot(document, len(tokens)).cumsum(0)
        place = count.gather(1, document[:, None]).squeeze(1) - 1
        asked = queries.new_zeros(len(tokens), int(count.amax()), queries.shape[1])
        asked = asked.index_put((document, place), self.query(self.query_norm(queries)).to(asked.dtype))
        query, key = self._split(asked), self._split(self.key(self._slots(tokens)))
        scores = (query @ key.transpose(2, 3)).float() / query.shape[-1] ** 0.5
        weights = scores.masked_fill(~_slot_mask(mask)[:, None, None], float("-inf")).softmax(-1).mean(1)
        return weights[document, place].clamp_min(torch.finfo(torch.float32).tiny).log()

    def _slots(self, tokens: Tensor) -> Tensor:
        nothing = self.nothing.to(tokens.dtype).expand(len(tokens), 1, -1)
        return torch.cat([nothing, self.token_norm(tokens)], dim=1)

    def _split(self, states: Tensor) -> Tensor:
        return states.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class HierarchicalAttention(nn.Module):
    """Let each code attend over its own path in the taxonomy, so that a rare code borrows from its family."""

    path: Tensor

    def __init__(self, hidden_size: int, code_paths: list[list[int]], level_sizes: list[int]) -> None:
        super().__init__()
        firsts = [sum(level_sizes[:level]) for level in range(len(level_sizes))]
        path = torch.tensor(code_paths, dtype=torch.long) + torch.tensor(firsts, dtype=torch.long)
        self.register_buffer("path", path)
        self.node_queries = nn.Embedding(sum(level_sizes), hidden_size)
        self.query = nn.Linear(hidden_size, hidden_size)
        self.key = nn.Linear(hidden_size, hidden_size)
        self.out = nn.Linear(hidden_size, hidden_size)

    def forward(self, code_states: Tensor, node_states: Tensor) -> Tensor:
        """Add to each code's state what its ancestors found.

        Args:
            code_states: (document, code, hidden).
            node_states: The states of all nodes above the codes, level after level, (document, node, hidden).

        Returns:
            (document, code, hidden).
        """
        steps = torch.cat([code_states[:, :, None], node_states[:, self.path]], dim=2)
        scores = (self.query(code_states)[:, :, None] * self.key(steps)).sum(-1).float() / steps.shape[-1] ** 0.5
        gathered = (scores.softmax(-1).to(steps.dtype)[..., None] * steps).sum(2)
        return code_states + self.out(gathered)

    def labels_above(self, labels: Tensor) -> Tensor:
        """Return which nodes stand above a document's codes, (document, node), from its labels, (document, code)."""
        levels = self.path.shape[1]
        above = labels.new_zeros(len(labels), self.node_queries.num_embeddings)
        return above.index_add(1, self.path.flatten(), labels.repeat_interleave(levels, dim=1)).clamp(max=1)


class AttentionPooling(nn.Module):
    """Pool the tokens of a document to one vector by a learned query."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(hidden_size)
        self.score = nn.Linear(hidden_size, 1)
        self.nothing = nn.Parameter(torch.zeros(1, 1, hidden_size))

    def forward(self, tokens: Tensor, mask: TokenMask) -> Tensor:
        """Pool (document, token, hidden) to (document, hidden); an empty document gives the learned "nothing"."""
        nothing = self.nothing.to(tokens.dtype).expand(len(tokens), 1, -1)
        slots = torch.cat([nothing, self.norm(tokens)], dim=1)
        scores = self.score(slots).squeeze(-1).float().masked_fill(~_slot_mask(mask), float("-inf"))
        return (scores.softmax(-1).to(slots.dtype)[..., None] * slots).sum(1)


def _slot_mask(mask: TokenMask) -> Tensor:
    """Put the "nothing" slot, always real, before a document's tokens: (document, 1 + token)."""
    return functional.pad(mask.is_real, (1, 0), value=True)
