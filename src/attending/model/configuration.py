"""What a model is made of: the backbone's configuration, the codes and their taxonomy, the parts that are on."""

from typing import Any, Literal, get_args

from transformers import AutoConfig, PreTrainedConfig

from .windows import OVERLAP_TOKENS, WINDOW_TOKENS

COUNTING_FROM_PADDING = ("roberta", "xlm-roberta", "camembert", "mpnet", "longformer")
"""Families of backbones whose first position is the one after the padding id."""

Reading = Literal["causal", "two-way"]
Head = Literal["label", "similarity", "document"]
Loss = Literal["bce", "focal", "asymmetric"]


class AttendingConfig(PreTrainedConfig):
    """Configuration of `AttendingForSequenceClassification`.

    Args:
        backbone_config: Configuration of the Hugging Face model that reads the text, or its dictionary with a
            `model_type`. Without one, BioGPT's own (`microsoft/biogpt`).
        reading: "causal" lets a token see what stands before it in its window (as BioGPT was trained); "two-way"
            lets it see the whole window.
        window_tokens: Tokens in a window, special tokens included; at most what the backbone can read.
        overlap_tokens: Tokens that neighbouring windows share.
        start_token_id: Id of the token that every window begins with; BioGPT's is `</s>`.
        special_token_ids: Ids of tokens that stand for no text (start, end, padding); no code looks at them.
        code_paths: For each code its node at each level of the taxonomy, (code, level), as positions among that
            level's nodes; from `LabelSpace.hierarchy()`.
        level_sizes: Number of nodes at each level, (level,).
        attention_heads: Heads of the attention of codes over tokens; divides the backbone's width.
        cross_attention: Whether codes look at the tokens by multi-head cross-attention. Without it every code sees
            the pooled document.
        hierarchical_attention: Whether a code also looks along its path in the taxonomy.
        heads: Classification heads whose logits are mixed with learned weights.
        head_dropout: Dropout on what the heads see, in [0, 1).
        loss: "bce" (binary cross-entropy with logits), "focal" or "asymmetric".
        focal_gamma: Exponent of the focal loss (Lin et al. 2017, arXiv:1708.02002).
        positive_gamma: Exponent of the asymmetric loss for codes that a document has (Ridnik et al. 2021,
            arXiv:2009.14119).
        negative_gamma: The same for codes that it does not have.
        negative_margin: Probability below which the asymmetric loss leaves out a code that a document does not have.
        ancestor_loss_weight: Weight of the loss on the labels above the codes in the taxonomy, each of which a document
            has when it has a code below it; needs hierarchical attention; 0 turns it off.
        r_drop_weight: Weight of the disagreement between two readings under dropout (Liang et al. 2021,
            arXiv:2106.14448); training then reads each document twice; 0 turns it off.
        described_loss_weight: Weight of the loss on codes scored from their description alone. Above 0 the model learns
            to score codes that it was never trained on (zero-shot); 0 turns it off.
        evidence_loss_weight: Weight of the loss that draws attention to gold evidence where the corpus has some
            (Cheng et al. 2023, MDACE, doi:10.18653/v1/2023.acl-short.7); 0 turns it off.

    Raises:
        ValueError: A setting is outside what is named above; the message gives the allowed values.
    """

    model_type = "attending"
    sub_configs = {"backbone_config": AutoConfig}  # noqa: RUF012  the base class declares it

    def __init__(
        self,
        backbone_config: PreTrainedConfig | dict[str, Any] | None = None,
        reading: Reading = "causal",
        window_tokens: int = WINDOW_TOKENS,
        overlap_tokens: int = OVERLAP_TOKENS,
        start_token_id: int = 2,
        special_token_ids: list[int] | None = None,
        code_paths: list[list[int]] | None = None,
        level_sizes: list[int] | None = None,
        attention_heads: int = 4,
        cross_attention: bool = True,
        hierarchical_attention: bool = True,
        heads: list[Head] | None = None,
        head_dropout: float = 0.2,
        loss: Loss = "bce",
        focal_gamma: float = 2.0,
        positive_gamma: float = 1.0,
        negative_gamma: float = 4.0,
        negative_margin: float = 0.05,
        ancestor_loss_weight: float = 0.0,
        r_drop_weight: float = 0.0,
        described_loss_weight: float = 0.0,
        evidence_loss_weight: float = 0.0,
        **kwargs: Any,
    ) -> None:
        if backbone_config is None:
            backbone_config = AutoConfig.for_model("biogpt")
        elif isinstance(backbone_config, dict):
            backbone_config = AutoConfig.for_model(**backbone_config)
        backbone_config.dtype = None  # the whole model has one type of numbers
        self.backbone_config = backbone_config
        self.reading = reading
        self.window_tokens = window_tokens
        self.overlap_tokens = overlap_tokens
        self.start_token_id = start_token_id
        self.special_token_ids = [1, 2] if special_token_ids is None else list(special_token_ids)
        self.code_paths = [] if code_paths is None else [list(path) for path in code_paths]
        self.level_sizes = [] if level_sizes is None else list(level_sizes)
        self.attention_heads = attention_heads
        self.cross_attention = cross_attention
        self.hierarchical_attention = hierarchical_attention
        self.heads = list(get_args(Head)) if heads is None else list(heads)
        self.head_dropout = head_dropout
        self.loss = loss
        self.focal_gamma = focal_gamma
        self.positive_gamma = positive_gamma
        self.negative_gamma = negative_gamma
        self.negative_margin = negative_margin
        self.ancestor_loss_weight = ancestor_loss_weight
        self.r_drop_weight = r_drop_weight
        self.described_loss_weight = described_loss_weight
        self.evidence_loss_weight = evidence_loss_weight
        kwargs.setdefault("problem_type", "multi_label_classification")
        kwargs.setdefault("tie_word_embeddings", False)
        super().__init__(**kwargs)
        self._check()

    @property
    def codes(self) -> int:
        """Number of codes."""
        return len(self.id2label or {})

    @property
    def pad_token_id_of_backbone(self) -> int:
        """Id that fills windows up; any will do, as it is masked."""
        return int(self.backbone_config.pad_token_id or 0)

    @property
    def hidden_size(self) -> int:
        """Width of a token's state."""
        return int(self.backbone_config.hidden_size)

    @property
    def longest_window(self) -> int | None:
        """Tokens that the backbone can read at once, or None where it names no limit.

        RoBERTa and its kin count positions from behind the padding id, so that many of them are not to be had.
        """
        longest = getattr(self.backbone_config, "max_position_embeddings", None)
        if longest is None or self.backbone_config.model_type not in COUNTING_FROM_PADDING:
            return longest
        return int(longest - self.pad_token_id_of_backbone - 1)

    def _check(self) -> None:
        _one_of("reading", self.reading, get_args(Reading))
        _one_of("loss", self.loss, get_args(Loss))
        for head in self.heads:
            _one_of("heads", head, get_args(Head))
        if not self.heads or len(set(self.heads)) != len(self.heads):
            raise ValueError(f"heads must name at least one head, each once; allowed: {get_args(Head)}.")
        longest = self.longest_window
        if longest is not None and self.window_tokens > longest:
            raise ValueError(
                f"window_tokens ({self.window_tokens}) is more than the backbone reads ({longest}). Lower it."
            )
        if not 0 <= self.overlap_tokens < self.window_tokens - 1:
            raise ValueError(
                f"overlap_tokens ({self.overlap_tokens}) must be in [0, window_tokens - 1 = {self.window_tokens - 1})."
            )
        if self.hidden_size % self.attention_heads:
            raise ValueError(
                f"attention_heads ({self.attention_heads}) must divide the backbone's width ({self.hidden_size})."
            )
        if not 0 <= self.head_dropout < 1:
            raise ValueError(f"head_dropout must be in [0, 1), got {self.head_dropout}.")
        for name in ("ancestor_loss_weight", "r_drop_weight", "described_loss_weight", "evidence_loss_weight"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be below 0, got {getattr(self, name)}.")
        if not 0 <= self.negative_margin < 1:
            raise ValueError(f"negative_margin must be in [0, 1), got {self.negative_margin}.")
        if self.ancestor_loss_weight > 0 and not self.hierarchical_attention:
            raise ValueError("ancestor_loss_weight needs hierarchical_attention. Turn it on, or set the weight to 0.")
        if self.code_paths and any(len(path) != len(self.level_sizes) for path in self.code_paths):
            raise ValueError(f"Each of code_paths must name one node for each of the {len(self.level_sizes)} levels.")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}.")
