"""Windows of documents in, one logit a code out: the reference system's parts, each of which can be switched off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModel, PreTrainedModel, initialization
from transformers.utils import ModelOutput

from .attention import AttentionPooling, CodeAttention, HierarchicalAttention, TokenMask
from .configuration import AttendingConfig
from .heads import AncestorHead, DescribedHead, HeadEnsemble
from .losses import LOSSES, binary_cross_entropy, disagreement
from .windows import WindowBatch, lay_windows, split_into_windows


@dataclass
class AttendingOutput(ModelOutput):
    """Answer of the model: `loss` when labels were given, `logits` (document, code) in float32.

    `described_logits`, (document, described code), float32, when described codes were asked for.
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    described_logits: Tensor | None = None


@dataclass(frozen=True)
class DocumentStates:
    """Documents as read: each token's state from the one window that owns it, in the order of the text.

    `tokens` is (document, token, hidden), padded on the right; `mask` says which are real.
    """

    tokens: Tensor
    mask: TokenMask


@dataclass(frozen=True)
class GoldEvidence:
    """Where attention should lie: one row a question "where does this document speak of this code?".

    `document` and `code` are (question,); `tokens` is boolean, (question, token), the tokens of the gold evidence in
    the document's own order. A row without any token says that the document does not speak of the code.
    """

    document: Tensor
    code: Tensor
    tokens: Tensor


@dataclass(frozen=True)
class DescribedCodes:
    """Codes that are scored from their description alone.

    `input_ids` and `attention_mask` are (code, token), each row the start token and a description, padded on the right;
    `labels`, (document, code), 0 or 1, is given for training.
    """

    input_ids: Tensor
    attention_mask: Tensor
    labels: Tensor | None = None


@dataclass(frozen=True)
class Findings:
    """What was found in documents.

    By `codes`, (document, code, hidden); by the `nodes` of the taxonomy above them, (document, node, hidden), where
    there is hierarchical attention; and the documents `pooled`, (document, hidden).
    """

    codes: Tensor
    nodes: Tensor | None
    pooled: Tensor


class AttendingForSequenceClassification(PreTrainedModel):
    """Assign any of many codes to a document of any length.

    A backbone reads windows; each token's state is taken from the window that owns it; code queries attend over the
    tokens, then along the taxonomy; an ensemble of heads gives one logit a code.
    """

    config: AttendingConfig
    config_class = AttendingConfig
    base_model_prefix = "backbone"
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _supports_flash_attn = True

    def __init__(self, config: AttendingConfig) -> None:
        super().__init__(config)
        hidden = config.hidden_size
        self.backbone = AutoModel.from_config(config.backbone_config)
        if getattr(self.backbone, "pooler", None) is not None:
            self.backbone.pooler = None  # what BERT makes of its first token is not used here
        read_as(self.backbone, config.reading)
        self.code_queries = nn.Embedding(config.codes, hidden)
        self.pooling = AttentionPooling(hidden)
        self.code_attention = CodeAttention(hidden, config.attention_heads, config.head_dropout)
        self.hierarchy = (
            HierarchicalAttention(hidden, config.code_paths, config.level_sizes)
            if config.hierarchical_attention and config.code_paths
            else None
        )
        self.heads = HeadEnsemble(config.heads, config.codes, hidden, config.head_dropout)
        self.ancestor_head = AncestorHead(sum(config.level_sizes), hidden) if config.ancestor_loss_weight > 0 else None
        self.described_head = DescribedHead(hidden) if config.described_loss_weight > 0 else None
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Draw new weights as Hugging Face does; what the taxonomy adds to a code is nothing before it has learnt."""
        super()._init_weights(module)  # type: ignore[no-untyped-call]
        if isinstance(module, HierarchicalAttention):
            initialization.zeros_(module.out.weight)

    @classmethod
    def from_backbone(cls, name_or_folder: str, config: AttendingConfig) -> "AttendingForSequenceClassification":
        """Build a new model whose backbone has the weights of a Hugging Face model, by name or folder.

        `config.backbone_config` is replaced by that model's own. Weights are read from safetensors alone.
        """
        backbone = AutoModel.from_pretrained(name_or_folder, use_safetensors=True)
        config.backbone_config = backbone.config
        model = cls(config)
        model.backbone.load_state_dict(
            {name: value for name, value in backbone.state_dict().items() if not name.startswith("pooler.")}
        )
        return model

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        owner_mask: Tensor | None = None,
        document_index: Tensor | None = None,
        labels: Tensor | None = None,
        evidence: GoldEvidence | None = None,
        described: DescribedCodes | None = None,
        **unused: Any,
    ) -> AttendingOutput:
        """Answer for whole documents.

        Args:
            input_ids: (window, token). Without the two arguments below each row is a document of its own, of any
                length, and is laid out as windows here.
            attention_mask: Which tokens are real, (window, token).
            owner_mask: Which tokens this window speaks for, (window, token), boolean.
            document_index: The document of each window, (window,), 0 for the first; windows in the text's order.
            labels: (document, code), 0 or 1; for the loss.
            evidence: Gold evidence, for the evidence loss; used when `evidence_loss_weight` is above 0.
            described: Codes to score from their description alone; with their labels, for the loss, too.
            unused: What other tokenizers add (`token_type_ids`).

        Raises:
            ValueError: Described codes were given to a model that did not learn to read descriptions.
        """
        windows = (input_ids, attention_mask, owner_mask, document_index)
        documents = self.read(*windows)
        findings = self.look(documents)
        logits = self._mix(findings)
        described_logits = None
        if described is not None:
            queries = self.describe(described.input_ids, described.attention_mask)
            described_logits = self.decide_described(documents, queries)
        loss = None
        if labels is not None:
            loss = LOSSES[self.config.loss](logits, labels, self.config)
            if self.training and self.config.r_drop_weight > 0:
                again = self.decide(self.read(*windows))
                loss = (loss + LOSSES[self.config.loss](again, labels, self.config)) / 2
                loss = loss + self.config.r_drop_weight * disagreement(logits, again)
            if self.ancestor_head is not None and self.hierarchy is not None and findings.nodes is not None:
                above = self.ancestor_head(findings.nodes)
                of_nodes = binary_cross_entropy(above, self.hierarchy.labels_above(labels), self.config)
                loss = loss + self.config.ancestor_loss_weight * of_nodes
            if evidence is not None and len(evidence.code) and self.config.evidence_loss_weight > 0:
                loss = loss + self.config.evidence_loss_weight * self._evidence_loss(documents, evidence)
            if described is not None and described_logits is not None and described.labels is not None:
                of_described = LOSSES[self.config.loss](described_logits, described.labels, self.config)
                loss = loss + self.config.described_loss_weight * of_described
        return AttendingOutput(loss=loss, logits=logits, described_logits=described_logits)

    def read(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        owner_mask: Tensor | None = None,
        document_index: Tensor | None = None,
        tokens_at_once: int | None = None,
    ) -> DocumentStates:
        """Read windows and put each document's tokens in a row; arguments as in `forward`.

        Windows of like length go through the backbone together, whichever document they are of, so that little is
        padded. `tokens_at_once` bounds how many tokens do so (memory); the answer is the same.
        """
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        if owner_mask is None or document_index is None:
            batch = self._windows_of_rows(input_ids, attention_mask.bool())
            input_ids, attention_mask = batch.input_ids, batch.attention_mask
            owner_mask, document_index = batch.owner_mask, batch.document_index
        lengths = attention_mask.sum(1).tolist()
        owned: list[Tensor] = [input_ids.new_empty(0)] * len(input_ids)
        for chosen in _windows_together(lengths, tokens_at_once):
            width = lengths[chosen[-1]]
            is_padded = lengths[chosen[0]] < width
            states = self.backbone(
                input_ids=input_ids[chosen, :width],
                attention_mask=attention_mask[chosen, :width].long() if is_padded else None,
            ).last_hidden_state
            own = owner_mask[chosen, :width]
            for window, part in zip(chosen, states[own].split(own.sum(1).tolist()), strict=True):
                owned[window] = part
        of_documents = torch.zeros(int(document_index.max()) + 1, dtype=torch.long, device=input_ids.device)
        of_documents.index_add_(0, document_index, owner_mask.sum(1))
        tokens = pad_sequence(list(torch.cat(owned).split(of_documents.tolist())), batch_first=True)
        is_real = torch.arange(tokens.shape[1], device=tokens.device) < of_documents[:, None]
        return DocumentStates(tokens, TokenMask(is_real))

    def look(self, documents: DocumentStates) -> Findings:
        """Let codes, and what stands above them, gather what they need from documents that have been read."""
        queries = self.code_queries.weight
        pooled = self.pooling(documents.tokens.to(queries.dtype), documents.mask)
        if self.hierarchy is not None:
            queries = torch.cat([queries, self.hierarchy.node_queries.weight])
        found = self._ask(documents, queries)
        of_codes, of_nodes = found[:, : self.config.codes], found[:, self.config.codes :]
        if not self.config.cross_attention:
            of_codes = pooled[:, None] + self.code_queries.weight
        if self.hierarchy is None:
            return Findings(of_codes, None, pooled)
        return Findings(self.hierarchy(of_codes, of_nodes), of_nodes, pooled)

    def decide(self, documents: DocumentStates) -> Tensor:
        """Return one logit a code for documents that have been read, (document, code), float32."""
        return self._mix(self.look(documents))

    def describe(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Read descriptions of codes, (code, token), the start token first, and return queries, (code, hidden).

        Raises:
            ValueError: The model was trained without `described_loss_weight`.
        """
        if self.described_head is None:
            raise ValueError("This model knows its own codes alone: it was trained without described_loss_weight.")
        states = self.backbone(input_ids=input_ids, attention_mask=attention_mask.long()).last_hidden_state[:, 1:]
        is_real = attention_mask[:, 1:, None].bool()
        means = (states * is_real).sum(1) / is_real.sum(1).clamp_min(1)
        return self.described_head.queries(means.to(self.code_queries.weight.dtype))

    def decide_described(self, documents: DocumentStates, queries: Tensor) -> Tensor:
        """Return one logit for each of the codes that `describe` read, (document, code), float32.

        Raises:
            ValueError: The model was trained without `described_loss_weight`.
        """
        if self.described_head is None:
            raise ValueError("This model knows its own codes alone: it was trained without described_loss_weight.")
        return self.described_head(self._ask(documents, queries), queries)

    def attention(
        self, documents: DocumentStates, document: Tensor, code: Tensor, described: Tensor | None = None
    ) -> Tensor:
        """Say where codes looked; weights show where the model looked, not why.

        Args:
            documents: Documents as read.
            document: (question,), the document of each question.
            code: (question,), the code of each question.
            described: Queries that `describe` made, (code, hidden), if the questions are about those codes.

        Returns:
            Weights, (question, 1 + token); position 0 is "nothing in the text"; a row sums to 1.
        """
        queries = self.code_queries(code) if described is None else described[code]
        dtype = self.code_attention.query.weight.dtype
        return self.code_attention.log_weights(
            documents.tokens.to(dtype), queries.to(dtype), documents.mask, document
        ).exp()

    @torch.no_grad()
    def start_queries_from(self, description_states: Tensor, node_states: Tensor) -> None:
        """Start the code queries from their descriptions as read, (code, hidden), and nodes likewise (node, hidden).

        The states are brought to zero mean over codes and unit variance, so that no common direction hides what
        tells the codes apart.
        """
        for weight, states in ((self.code_queries.weight, description_states), (self._node_weight(), node_states)):
            if weight is not None:
                centred = states - states.mean(0)
                weight.copy_(centred / centred.std().clamp_min(1e-6))

    @torch.no_grad()
    def start_biases_from(self, frequencies: Tensor) -> None:
        """Start the biases from the share of training documents that have each code, (code,), in (0, 1)."""
        self.heads.bias.copy_(torch.logit(frequencies.clamp(1e-4, 1 - 1e-4)))

    def _windows_of_rows(self, input_ids: Tensor, attention_mask: Tensor) -> WindowBatch:
        """Lay out rows of tokens, each a whole document of any length, as windows."""
        special = torch.tensor(self.config.special_token_ids, device=input_ids.device)
        own = attention_mask & ~torch.isin(input_ids, special)
        documents = [row[mask].cpu() for row, mask in zip(input_ids, own, strict=True)]
        windows = [
            split_into_windows(
                len(document),
                window_tokens=self.config.window_tokens,
                overlap_tokens=self.config.overlap_tokens,
                causal=self.config.reading == "causal",
            )
            for document in documents
        ]
        batch = lay_windows(
            documents, windows, pad_id=self.config.pad_token_id_of_backbone, start_id=self.config.start_token_id
        )
        return batch.to(input_ids.device)

    def compute_in(self, dtype: torch.dtype) -> "AttendingForSequenceClassification":
        """Let the large products, backbone and attention over tokens, be taken in another type of numbers.

        Queries, hierarchy, heads and everything from the logits on stay in float32. For prediction only.
        """
        self.backbone.to(dtype)
        self.code_attention.to(dtype)
        return self

    def _ask(self, documents: DocumentStates, queries: Tensor) -> Tensor:
        """Let queries, (query, hidden), look at the documents; (document, query, hidden) in the queries' type."""
        dtype = self.code_attention.query.weight.dtype
        return self.code_attention(documents.tokens.to(dtype), queries.to(dtype), documents.mask).to(queries.dtype)

    def _mix(self, findings: Findings) -> Tensor:
        return self.heads(findings.codes, self.code_queries.weight, findings.pooled)

    def _node_weight(self) -> Tensor | None:
        return None if self.hierarchy is None else self.hierarchy.node_queries.weight

    def _evidence_loss(self, documents: DocumentStates, evidence: GoldEvidence) -> Tensor:
        queries = self.code_queries(evidence.code)
        log_weights = self.code_attention.log_weights(documents.tokens, queries, documents.mask, evidence.document)
        silent = ~evidence.tokens.any(1, keepdim=True)
        right = torch.cat([silent, evidence.tokens], dim=1)
        return -log_weights.masked_fill(~right, float("-inf")).logsumexp(1).mean()


def _windows_together(lengths: list[int], tokens_at_once: int | None) -> Iterator[list[int]]:
    """Say which windows go through the backbone together: like lengths, the shortest first; all without a bound."""
    together: list[int] = []
    for window in sorted(range(len(lengths)), key=lengths.__getitem__):
        if together and tokens_at_once is not None and lengths[window] * (len(together) + 1) > tokens_at_once:
            yield together
            together = []
        together.append(window)
    yield together


def read_as(backbone: PreTrainedModel, reading: str) -> None:
    """Let a backbone read causally or in two directions.

    Raises:
        ValueError: "causal" was asked of a backbone that was built to read in two directions.
    """
    layers = [module for module in backbone.modules() if isinstance(getattr(module, "is_causal", None), bool)]
    if reading == "two-way":
        backbone.config.is_causal = False
        for layer in layers:
            layer.is_causal = False  # type: ignore[assignment]
    elif not any(layer.is_causal for layer in layers):
        raise ValueError(f"{type(backbone).__name__} reads in two directions: set reading to 'two-way'.")


AttendingConfig.register_for_auto_class()
AttendingForSequenceClassification.register_for_auto_class("AutoModelForSequenceClassification")
