"""From what the codes have found to one logit a code: three heads, mixed by learned weights."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class LabelHead(nn.Module):
    """One linear unit a code on that code's own state (CAML, Mullenbach et al. 2018, arXiv:1802.05695)."""

    def __init__(self, codes: int, hidden_size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(codes, hidden_size) * hidden_size**-0.5)

    def forward(self, code_states: Tensor, queries: Tensor, document: Tensor) -> Tensor:
        """Return logits, (document, code)."""
        return (code_states * self.weight).sum(-1)


class SimilarityHead(nn.Module):
    """Cosine similarity of what a code found and what the code means, with a learned scale."""

    def __init__(self, codes: int, hidden_size: int) -> None:
        super().__init__()
        self.found = nn.Linear(hidden_size, hidden_size)
        self.meant = nn.Linear(hidden_size, hidden_size)
        self.scale = nn.Parameter(torch.tensor(8.0))

    def forward(self, code_states: Tensor, queries: Tensor, document: Tensor) -> Tensor:
        """Return logits, (document, code)."""
        return self.scale * functional.cosine_similarity(self.found(code_states), self.meant(queries), dim=-1)


class DocumentHead(nn.Module):
    """A linear layer on the pooled document: which codes go with a document of this kind."""

    def __init__(self, codes: int, hidden_size: int) -> None:
        super().__init__()
        self.linear = nn.Linear(hidden_size, codes, bias=False)

    def forward(self, code_states: Tensor, queries: Tensor, document: Tensor) -> Tensor:
        """Return logits, (document, code)."""
        return self.linear(document)


HEADS: dict[str, type[LabelHead] | type[SimilarityHead] | type[DocumentHead]] = {
    "label": LabelHead,
    "similarity": SimilarityHead,
    "document": DocumentHead,
}


_LEAD = 2.0
"""How much the label head leads before training, as a logit: of three heads it has 79 %. It is the first to learn; the
others' early noise costs F1 where documents are few (docs/ablation.md)."""


class HeadEnsemble(nn.Module):
    """Mixes the heads' logits with learned positive weights that sum to one, and adds one bias a code."""

    def __init__(self, names: list[str], codes: int, hidden_size: int, dropout: float) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({name: HEADS[name](codes, hidden_size) for name in names})
        self.mix = nn.Parameter(torch.tensor([_LEAD if name == "label" else 0.0 for name in names]))
        self.bias = nn.Parameter(torch.zeros(codes))
        self.norm = nn.LayerNorm(hidden_size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, code_states: Tensor, queries: Tensor, document: Tensor) -> Tensor:
        """Return the mixed logits.

        Args:
            code_states: What each code found in each document, (document, code, hidden).
            queries: What each code means, (code, hidden).
            document: The pooled documents, (document, hidden).

        Returns:
            (document, code), float32.
        """
        code_states = self.dropout(self.norm(code_states))
        document = self.dropout(document)
        logits = torch.stack([head(code_states, queries, document).float() for head in self.heads.values()], dim=-1)
        return (logits * self.mix.float().softmax(-1)).sum(-1) + self.bias.float()


class AncestorHead(nn.Module):
    """One linear unit a node of the taxonomy, for the loss on the labels above the codes."""

    def __init__(self, nodes: int, hidden_size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(hidden_size)
        self.weight = nn.Parameter(torch.randn(nodes, hidden_size) * hidden_size**-0.5)
        self.bias = nn.Parameter(torch.zeros(nodes))

    def forward(self, node_states: Tensor) -> Tensor:
        """Return logits, (document, node), of what the nodes found, (document, node, hidden)."""
        return (self.norm(node_states) * self.weight).sum(-1) + self.bias


class DescribedHead(nn.Module):
    """Scores codes from their description alone, those that training never saw too (zero-shot).

    A description becomes a query; what the query finds in a document is compared with it. Nothing here belongs to one
    code, so what is learnt on some codes holds for others.
    """

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.query = nn.Sequential(nn.LayerNorm(hidden_size), nn.Linear(hidden_size, hidden_size))
        self.norm = nn.LayerNorm(hidden_size)
        self.similarity = SimilarityHead(0, hidden_size)
        self.bias = nn.Parameter(torch.tensor(-4.0))

    def queries(self, descriptions: Tensor) -> Tensor:
        """Turn descriptions as read, (code, hidden), into queries, (code, hidden)."""
        return self.query(descriptions)

    def forward(self, code_states: Tensor, queries: Tensor) -> Tensor:
        """Return logits, (document, code), float32, of what was found, (document, code, hidden), and queries."""
        return (self.similarity(self.norm(code_states), queries, code_states) + self.bias).float()
