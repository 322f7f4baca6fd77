"""What a run begins with: a tokenizer, and a model whose code queries have read their descriptions."""

from collections.abc import Iterator
from pathlib import Path

import torch
from accelerate import PartialState
from torch import Tensor
from transformers import AutoConfig, AutoTokenizer, BioGptConfig, PreTrainedConfig, PreTrainedTokenizerFast

from attending.corpus import Corpus
from attending.errors import InputError
from attending.inference import encode_for, read
from attending.model import AttendingConfig, AttendingForSequenceClassification
from attending.taxonomy import LabelSpace
from attending.tokenization import biogpt_tokenizer, train_tokenizer
from attending.training.arguments import TrainingArguments

DESCRIPTIONS_AT_ONCE = 64


def new_tokenizer(
    arguments: TrainingArguments, corpora: list[Corpus], label_space: LabelSpace
) -> PreTrainedTokenizerFast:
    """Return the tokenizer that the arguments name, or one trained on the corpora's training documents.

    A trained one has also read the descriptions of the codes and of what stands above them.

    Raises:
        InputError: The name or folder holds no tokenizer.
    """
    named = arguments.tokenizer or arguments.backbone
    if not named:
        return train_tokenizer(_texts(corpora, label_space), vocabulary_size=arguments.vocabulary_size)
    folder = Path(named)
    if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        return biogpt_tokenizer(folder / "vocab.json", folder / "merges.txt")
    return saved_tokenizer(named)


def saved_tokenizer(name_or_folder: str | Path) -> PreTrainedTokenizerFast:
    """Load a tokenizer that gives character offsets.

    Raises:
        InputError: There is none, or it gives no offsets.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(name_or_folder, trust_remote_code=False)
    except (OSError, ValueError, ImportError):
        raise InputError(
            f"Cannot load a tokenizer from {name_or_folder}. Give a model folder, or one with vocab.json and "
            "merges.txt."
        ) from None
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise InputError(
            f"The tokenizer of {name_or_folder} gives no character offsets. For BioGPT set tokenizer to a folder with "
            "its vocab.json and merges.txt."
        )
    return tokenizer


def new_model(
    arguments: TrainingArguments, tokenizer: PreTrainedTokenizerFast, label_space: LabelSpace
) -> AttendingForSequenceClassification:
    """Build the model; its queries start from what the backbone makes of the codes' descriptions and synonyms.

    Raises:
        InputError: The backbone cannot be loaded, or does not fit the other arguments.
    """
    hierarchy = label_space.hierarchy()
    start = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.eos_token_id
    try:
        config = AttendingConfig(
            backbone_config=_backbone_config(arguments, tokenizer),
            reading=arguments.reading,
            window_tokens=arguments.window_tokens,
            overlap_tokens=arguments.overlap_tokens,
            start_token_id=start,
            special_token_ids=sorted(set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}),
            code_paths=hierarchy.paths.tolist(),
            level_sizes=[len(nodes) for nodes in hierarchy.nodes],
            attention_heads=arguments.attention_heads,
            cross_attention=arguments.cross_attention,
            hierarchical_attention=arguments.hierarchical_attention,
            heads=arguments.heads,
            head_dropout=arguments.head_dropout,
            loss=arguments.loss,
            focal_gamma=arguments.focal_gamma,
            positive_gamma=arguments.positive_gamma,
            negative_gamma=arguments.negative_gamma,
            negative_margin=arguments.negative_margin,
            ancestor_loss_weight=arguments.ancestor_loss_weight,
            r_drop_weight=arguments.r_drop_weight,
            described_loss_weight=arguments.described_loss_weight,
            evidence_loss_weight=arguments.evidence_loss_weight,
            id2label=dict(enumerate(label_space.codes)),
            label2id={code: position for position, code in enumerate(label_space.codes)},
        )
        if arguments.backbone:
            model = AttendingForSequenceClassification.from_backbone(arguments.backbone, config)
        else:
            model = AttendingForSequenceClassification(config)
    except OSError:
        raise InputError(
            f"Cannot load the backbone {arguments.backbone}: expected the name or folder of a Hugging Face model with "
            "config.json and model.safetensors. Weights in another form: load them once with transformers' AutoModel "
            "and save_pretrained to a folder."
        ) from None
    except ValueError as error:
        raise InputError(f"The model cannot be built: {error}") from None
    descriptions = [_said(label_space, position) for position in range(len(label_space))]
    nodes = [description for level in hierarchy.descriptions for description in level]
    model.eval()
    model.start_queries_from(_mean_states(model, tokenizer, descriptions), _mean_states(model, tokenizer, nodes))
    return model


def _backbone_config(arguments: TrainingArguments, tokenizer: PreTrainedTokenizerFast) -> PreTrainedConfig:
    if arguments.backbone:
        return AutoConfig.from_pretrained(arguments.backbone, trust_remote_code=False)
    return BioGptConfig(
        vocab_size=len(tokenizer),
        hidden_size=arguments.hidden_size,
        num_hidden_layers=arguments.layers,
        num_attention_heads=arguments.backbone_heads,
        intermediate_size=4 * arguments.hidden_size,
        hidden_dropout_prob=arguments.backbone_dropout,
        attention_probs_dropout_prob=0.0,  # fused attention on a CPU has no dropout
        max_position_embeddings=arguments.window_tokens,
    )


def _texts(corpora: list[Corpus], label_space: LabelSpace) -> Iterator[str]:
    for corpus in corpora:
        for document in corpus.split("train"):
            yield document.text
    for position in range(len(label_space)):
        yield _said(label_space, position)


def _said(label_space: LabelSpace, position: int) -> str:
    return "; ".join([label_space.descriptions[position], *label_space.synonyms[position]])


@torch.inference_mode()
def _mean_states(
    model: AttendingForSequenceClassification, tokenizer: PreTrainedTokenizerFast, texts: list[str]
) -> Tensor:
    """Return the mean of the token states of each text as the backbone reads it, (text, hidden)."""
    states = []
    model.to(PartialState().device)  # codes are many, and a CPU is slow
    for first in range(0, len(texts), DESCRIPTIONS_AT_ONCE):
        chosen = texts[first : first + DESCRIPTIONS_AT_ONCE]
        documents = read(model, [encode_for(model.config, tokenizer, text) for text in chosen])
        real = documents.mask.is_real[..., None]
        states.append((documents.tokens * real).sum(1) / real.sum(1).clamp_min(1))
    return torch.cat(states)
