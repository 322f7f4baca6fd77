"""Windows of documents in, one logit a code out: the reference system's parts, each of which can be switched off."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModel, PreTrainedModel
from transformers.utils import ModelOutput

from .attention import AttentionPooling, CodeAttention, HierarchicalAttention, TokenMask
from .configuration import AttendingConfig
from .heads import HeadEnsemble
from .losses import LOSSES
from .windows import WindowBatch, lay_windows, split_into_windows


@dataclass
class AttendingOutput(ModelOutput):
    """Answer of the model: `loss` when labels were given, `logits` (document, code) in float32."""

    loss: Tensor | None = None
    logits: Tensor | None = None


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
        self.post_init()

    @classmethod
    def from_backbone(cls, name_or_folder: str, config: AttendingConfig) -> "AttendingForSequenceClassification":
        """Build a new model whose backbone has the weights of a Hugging Face model, by name or folder.

        `config.backbone_config` is replaced by that model's own. Weights are read from safetensors alone.
        """
        backbone = AutoModel.from_pretrained(name_or_folder, use_safetensors=True)
        config.backbone_config = backbone.config
        model = cls(config)
        model.backbone.load_state_dict(backbone.state_dict())
        return model

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        owner_mask: Tensor | None = None,
        document_index: Tensor | None = None,
        labels: Tensor | None = None,
        evidence: GoldEvidence | None = None,
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
            unused: What other tokenizers add (`token_type_ids`).
        """
        documents = self.read(input_ids, attention_mask, owner_mask, document_index)
        logits = self.decide(documents)
        if labels is None:
            return AttendingOutput(logits=logits)
        loss = LOSSES[self.config.loss](logits, labels, self.config.focal_gamma)
        if evidence is not None and len(evidence.code) and self.config.evidence_loss_weight > 0:
            loss = loss + self.config.evidence_loss_weight * self._evidence_loss(documents, evidence)
        return AttendingOutput(loss=loss, logits=logits)

    def read(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        owner_mask: Tensor | None = None,
        document_index: Tensor | None = None,
        windows_at_once: int | None = None,
    ) -> DocumentStates:
        """Read windows and put each document's tokens in a row; arguments as in `forward`.

        `windows_at_once` bounds how many windows go through the backbone together (memory); the answer is the same.
        """
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        if owner_mask is None or document_index is None:
            batch = self._windows_of_rows(input_ids, attention_mask.bool())
            input_ids, attention_mask = batch.input_ids, batch.attention_mask
            owner_mask, document_index = batch.owner_mask, batch.document_index
        step = windows_at_once or len(input_ids)
        owned = [
            self.backbone(
                input_ids=input_ids[first : first + step], attention_mask=attention_mask[first : first + step].long()
            ).last_hidden_state[owner_mask[first : first + step]]
            for first in range(0, len(input_ids), step)
        ]
        lengths = torch.zeros(int(document_index.max()) + 1, dtype=torch.long, device=input_ids.device)
        lengths.index_add_(0, document_index, owner_mask.sum(1))
        tokens = pad_sequence(list(torch.cat(owned).split(lengths.tolist())), batch_first=True)
        is_real = torch.arange(tokens.shape[1], device=tokens.device) < lengths[:, None]
        return DocumentStates(tokens, TokenMask(is_real))

    def decide(self, documents: DocumentStates) -> Tensor:
        """Return one logit a code for documents that have been read, (document, code), float32."""
        queries = self.code_queries.weight
        pooled = self.pooling(documents.tokens, documents.mask)
        if self.config.cross_attention:
            found = self.code_attention(documents.tokens, queries, documents.mask)
        else:
            found = pooled[:, None] + queries
        if self.hierarchy is not None:
            nodes = self.code_attention(documents.tokens, self.hierarchy.node_queries.weight, documents.mask)
            found = self.hierarchy(found, nodes)
        return self.heads(found, queries, pooled)

    def attention(self, documents: DocumentStates, document: Tensor, code: Tensor) -> Tensor:
        """Say where codes looked; weights show where the model looked, not why.

        Args:
            documents: Documents as read.
            document: (question,), the document of each question.
            code: (question,), the code of each question.

        Returns:
            Weights, (question, 1 + token); position 0 is "nothing in the text"; a row sums to 1.
        """
        queries = self.code_queries(code)
        return self.code_attention.log_weights(documents.tokens, queries, documents.mask, document).exp()

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

    def _node_weight(self) -> Tensor | None:
        return None if self.hierarchy is None else self.hierarchy.node_queries.weight

    def _evidence_loss(self, documents: DocumentStates, evidence: GoldEvidence) -> Tensor:
        queries = self.code_queries(evidence.code)
        log_weights = self.code_attention.log_weights(documents.tokens, queries, documents.mask, evidence.document)
        silent = ~evidence.tokens.any(1, keepdim=True)
        right = torch.cat([silent, evidence.tokens], dim=1)
        return -log_weights.masked_fill(~right, float("-inf")).logsumexp(1).mean()


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
