"""Truths of the model: padding, neighbours and windows never change a logit; what is saved is what is loaded."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    BertConfig,
    BioGptConfig,
    BioGptModel,
    ElectraConfig,
    ModernBertConfig,
    RobertaConfig,
)

from attending.model import (
    AttendingConfig,
    AttendingForSequenceClassification,
    DescribedCodes,
    DocumentStates,
    GoldEvidence,
    TokenMask,
)
from attending.model.losses import binary_cross_entropy
from attending.taxonomy import LabelSpace
from attending.tokenization import EncodedDocument, batch_windows, split_into_windows
from tests.conftest import tiny_config


def encoded(token_ids: list[int], config: AttendingConfig) -> EncodedDocument:
    """A document of given tokens, each of one character."""
    places = np.arange(len(token_ids), dtype=np.int64)
    return EncodedDocument(
        token_ids=np.array(token_ids, dtype=np.int64),
        offsets=np.stack([places, places + 1], axis=1),
        windows=split_into_windows(
            len(token_ids),
            window_tokens=config.window_tokens,
            overlap_tokens=config.overlap_tokens,
            causal=config.reading == "causal",
        ),
    )


@torch.inference_mode()
def logits_of(model: AttendingForSequenceClassification, documents: list[list[int]]) -> Tensor:
    batch = batch_windows([encoded(tokens, model.config) for tokens in documents], pad_id=1, bos_id=2)
    return model(batch.input_ids, batch.attention_mask, batch.owner_mask, batch.document_index).logits


tokens = st.lists(st.integers(4, 499), min_size=0, max_size=90)


@settings(max_examples=40, deadline=None)
@given(document=tokens, neighbours=st.lists(tokens, max_size=3))
def test_neighbours_and_packing_change_no_logit(
    tiny_model: AttendingForSequenceClassification, document: list[int], neighbours: list[list[int]]
) -> None:
    alone = logits_of(tiny_model, [document])
    packed = logits_of(tiny_model, [*neighbours, document])
    torch.testing.assert_close(packed[-1:], alone, atol=1e-4, rtol=1e-4)


@settings(max_examples=30, deadline=None)
@given(document=st.lists(st.integers(4, 499), min_size=1, max_size=40), padding=st.integers(1, 20))
def test_padding_changes_no_logit(
    tiny_model: AttendingForSequenceClassification, document: list[int], padding: int
) -> None:
    row = torch.tensor([[2, *document]])
    with torch.inference_mode():
        plain = tiny_model(row).logits
        padded = tiny_model(
            torch.nn.functional.pad(row, (0, padding), value=1),
            torch.nn.functional.pad(torch.ones_like(row), (0, padding)),
        ).logits
    torch.testing.assert_close(padded, plain, atol=1e-4, rtol=1e-4)


@settings(max_examples=20, deadline=None)
@given(document=st.lists(st.integers(4, 499), min_size=1, max_size=90))
def test_three_lines_of_hugging_face_read_a_whole_document_of_any_length(
    tiny_model: AttendingForSequenceClassification, document: list[int]
) -> None:
    with torch.inference_mode():
        plain = tiny_model(torch.tensor([[2, *document]])).logits
    torch.testing.assert_close(plain, logits_of(tiny_model, [document]), atol=1e-5, rtol=1e-5)


def test_reading_windows_in_small_groups_changes_nothing(tiny_model: AttendingForSequenceClassification) -> None:
    batch = batch_windows([encoded(list(range(4, 300)), tiny_model.config)], pad_id=1, bos_id=2)
    inputs = (batch.input_ids, batch.attention_mask, batch.owner_mask, batch.document_index)
    with torch.inference_mode():
        whole, parts = tiny_model.read(*inputs), tiny_model.read(*inputs, tokens_at_once=70)
    torch.testing.assert_close(parts.tokens, whole.tokens, atol=1e-5, rtol=1e-5)


def test_a_token_of_each_window_reaches_the_answer(tiny_model: AttendingForSequenceClassification) -> None:
    document = list(range(4, 204))
    plain = logits_of(tiny_model, [document])
    for position in (0, 31, 60, 120, 199):
        changed = [*document]
        changed[position] = 450
        assert not torch.allclose(logits_of(tiny_model, [changed]), plain, atol=1e-6)


def test_plain_biogpt_gives_equal_states_for_one_window(label_space: LabelSpace) -> None:
    model = AttendingForSequenceClassification(tiny_config(label_space, reading="causal")).eval()
    plain = BioGptModel(model.config.backbone_config).eval()
    plain.load_state_dict(model.backbone.state_dict())
    row = torch.tensor([[2, *range(4, 30)]])
    with torch.inference_mode():
        torch.testing.assert_close(model.read(row).tokens, plain(row).last_hidden_state[:, 1:])


@pytest.mark.parametrize("reading", ["causal", "two-way"])
def test_reading_decides_whether_a_token_sees_what_follows(label_space: LabelSpace, reading: str) -> None:
    model = AttendingForSequenceClassification(tiny_config(label_space, reading=reading)).eval()
    first, second = torch.tensor([[2, 10, 11, 12]]), torch.tensor([[2, 10, 11, 13]])
    with torch.inference_mode():
        change = (model.read(first).tokens - model.read(second).tokens)[0, 0].abs().max()
    assert (change > 0) == (reading == "two-way")


SMALL = {
    "vocab_size": 500,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
FAMILIES = {
    "bert": BertConfig(**SMALL),
    "roberta": RobertaConfig(**SMALL, max_position_embeddings=34, pad_token_id=1),
    "modernbert": ModernBertConfig(**SMALL, pad_token_id=1, bos_token_id=2, eos_token_id=2, local_attention=8),
    "electra": ElectraConfig(**SMALL, embedding_size=16),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_other_families_of_backbones_read_in_two_directions(
    label_space: LabelSpace, family: str, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    backbone = AutoModel.from_config(FAMILIES[family])
    backbone.save_pretrained(tmp_path)
    config = tiny_config(label_space, backbone_config=FAMILIES[family])
    model = AttendingForSequenceClassification.from_backbone(str(tmp_path), config).eval()
    torch.testing.assert_close(
        next(model.backbone.parameters()), next(backbone.parameters()), msg="the backbone's weights were not taken"
    )
    documents: list[list[int]] = [list(range(5, 90)), [], [5, 6, 7]]
    packed = logits_of(model, documents)
    for position, document in enumerate(documents):
        torch.testing.assert_close(packed[position : position + 1], logits_of(model, [document]), atol=1e-4, rtol=1e-4)
    training = model.train()
    training(torch.tensor([[2, *range(5, 40)]]), labels=torch.zeros(1, len(label_space))).loss.backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []
    with pytest.raises(ValueError, match="set reading to 'two-way'"):
        AttendingForSequenceClassification(tiny_config(label_space, backbone_config=FAMILIES[family], reading="causal"))


def test_roberta_reads_no_more_than_its_positions(label_space: LabelSpace) -> None:
    with pytest.raises(ValueError, match=r"window_tokens \(33\) is more than the backbone reads \(32\)"):
        tiny_config(label_space, backbone_config=FAMILIES["roberta"], window_tokens=33)


@pytest.mark.parametrize(
    ("layers", "width", "heads", "positions", "vocabulary", "parameters"),
    [(24, 1024, 16, 1024, 42384, 346.8), (48, 1600, 25, 2048, 57717, 1571.2)],
    ids=["BioGPT", "BioGPT-Large"],
)
def test_biogpt_and_biogpt_large_have_their_size(
    label_space: LabelSpace, layers: int, width: int, heads: int, positions: int, vocabulary: int, parameters: float
) -> None:
    backbone = BioGptConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        max_position_embeddings=positions,
    )
    config = tiny_config(label_space, backbone_config=backbone, reading="causal", window_tokens=1024)
    with torch.device("meta"):
        model = AttendingForSequenceClassification(config)
    own = sum(parameter.numel() for parameter in model.backbone.parameters())
    assert round(own / 1e6, 1) == parameters


@pytest.mark.parametrize(
    "changes",
    [
        {"cross_attention": False},
        {"hierarchical_attention": False},
        {"heads": ["label"]},
        {"heads": ["similarity"]},
        {"heads": ["document"]},
        {"loss": "focal"},
        {"loss": "asymmetric"},
        {"ancestor_loss_weight": 0.5},
        {"r_drop_weight": 0.5},
    ],
)
def test_each_part_can_be_switched_on_and_off_and_still_learns(
    label_space: LabelSpace, changes: dict[str, object]
) -> None:
    torch.manual_seed(0)
    model = AttendingForSequenceClassification(tiny_config(label_space, **changes))
    labels = torch.zeros(1, len(label_space))
    output = model(torch.tensor([[2, 5, 6, 7]]), labels=labels)
    output.loss.backward()
    assert output.loss.isfinite()
    assert model.backbone.embed_tokens.weight.grad is not None
    assert model.backbone.embed_tokens.weight.grad[5].abs().sum() > 0


def test_save_and_load_give_equal_logits_and_label_order(
    tiny_model: AttendingForSequenceClassification, label_space: LabelSpace, tmp_path: Path
) -> None:
    tiny_model.save_pretrained(tmp_path)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
    row = torch.tensor([[2, *range(4, 30)]])
    with torch.inference_mode():
        torch.testing.assert_close(loaded(row).logits, tiny_model(row).logits)
    assert [loaded.config.id2label[position] for position in range(len(label_space))] == list(label_space.codes)


def test_a_saved_model_loads_where_attending_is_not_installed(
    tiny_model: AttendingForSequenceClassification, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    tiny_model.save_pretrained(folder)
    row = [[2, *range(4, 30)]]
    with torch.inference_mode():
        expected = tiny_model(torch.tensor(row)).logits
    program = (
        "import sys, torch\n"
        "sys.modules['attending'] = None\n"
        "from transformers import AutoModelForSequenceClassification\n"
        f"model = AutoModelForSequenceClassification.from_pretrained({str(folder)!r}, trust_remote_code=True).eval()\n"
        f"print(model(torch.tensor({row})).logits.tolist())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PATH": "", "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache")},
    )
    torch.testing.assert_close(torch.tensor(json.loads(result.stdout)), expected, atol=1e-5, rtol=1e-5)


def test_attention_is_a_distribution_and_padding_gets_none(tiny_model: AttendingForSequenceClassification) -> None:
    batch = batch_windows(
        [encoded(list(range(4, 40)), tiny_model.config), encoded([5, 6], tiny_model.config)], pad_id=1, bos_id=2
    )
    with torch.inference_mode():
        states = tiny_model.read(batch.input_ids, batch.attention_mask, batch.owner_mask, batch.document_index)
        weights = tiny_model.attention(states, torch.tensor([0, 1, 1]), torch.tensor([0, 0, 3]))
    torch.testing.assert_close(weights.sum(1), torch.ones(3))
    assert (weights[1:, 3:] < 1e-30).all()


def test_attention_on_no_question_is_empty(tiny_model: AttendingForSequenceClassification) -> None:
    none = torch.zeros(0, dtype=torch.long)
    with torch.inference_mode():
        states = tiny_model.read(torch.tensor([[2, 5, 6]]))
        assert tiny_model.attention(states, none, none).shape == (0, 3)


def test_attention_is_what_the_fused_path_uses(tiny_model: AttendingForSequenceClassification) -> None:
    attention = tiny_model.code_attention
    tokens, queries = torch.randn(1, 9, 32), torch.randn(3, 32)
    mask = TokenMask(torch.ones(1, 9, dtype=torch.bool))
    with torch.inference_mode():
        slots = attention._slots(tokens)
        value = attention._split(attention.value(slots))
        query = attention._split(attention.query(attention.query_norm(queries))[None])
        scores = query @ attention._split(attention.key(slots)).transpose(2, 3) / query.shape[-1] ** 0.5
        states = queries + attention.out((scores.softmax(-1) @ value).transpose(1, 2).flatten(2))
        expected = states + attention.combine(attention.combine_norm(states))
        torch.testing.assert_close(attention(tokens, queries, mask), expected, atol=1e-4, rtol=1e-4)
        weights = attention.log_weights(tokens, queries, mask, torch.zeros(3, dtype=torch.long)).exp()
    torch.testing.assert_close(weights, scores.softmax(-1).mean(1)[0], atol=1e-5, rtol=1e-5)


def test_evidence_loss_draws_attention_to_the_gold_tokens(label_space: LabelSpace) -> None:
    torch.manual_seed(0)
    config = tiny_config(label_space, evidence_loss_weight=1.0, head_dropout=0.0)
    model = AttendingForSequenceClassification(config)
    row, labels = torch.tensor([[2, *range(4, 20)]]), torch.zeros(1, len(label_space))
    gold = torch.zeros(2, 16, dtype=torch.bool)
    gold[0, 3:5] = True
    evidence = GoldEvidence(torch.zeros(2, dtype=torch.long), torch.tensor([0, 1]), gold)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        model(row, labels=labels, evidence=evidence).loss.backward()
        optimizer.step()
    model.eval()
    with torch.inference_mode():
        weights = model.attention(model.read(row), torch.zeros(2, dtype=torch.long), torch.tensor([0, 1]))
    assert weights[0, 4:6].sum() > 0.9
    assert weights[1, 0] > 0.9


def test_before_training_the_taxonomy_says_nothing_and_the_label_head_leads(label_space: LabelSpace) -> None:
    torch.manual_seed(0)
    model = AttendingForSequenceClassification(tiny_config(label_space)).eval()
    assert model.hierarchy is not None
    assert model.heads.mix.softmax(0)[list(model.heads.heads).index("label")] > 0.75
    with_taxonomy = logits_of(model, [[7, 8, 9]])
    hierarchy = model.hierarchy
    model.hierarchy = None
    torch.testing.assert_close(logits_of(model, [[7, 8, 9]]), with_taxonomy)
    model.hierarchy = hierarchy.train()
    batch = batch_windows([encoded([7, 8, 9], model.config)], pad_id=1, bos_id=2)
    model(**vars(batch), labels=torch.ones(1, len(label_space))).loss.backward()
    assert hierarchy.out.weight.grad is not None
    assert hierarchy.out.weight.grad.abs().sum() > 0


def test_labels_above_the_codes_are_those_of_any_code_below(label_space: LabelSpace) -> None:
    model = AttendingForSequenceClassification(tiny_config(label_space))
    labels = torch.zeros(2, len(label_space))
    labels[0, label_space.codes.index("E11.9")] = labels[0, label_space.codes.index("I10")] = 1
    assert model.hierarchy is not None
    hierarchy = label_space.hierarchy()
    names = [node for level in hierarchy.nodes for node in level]
    above = model.hierarchy.labels_above(labels)
    expected = {name for code in ("E11.9", "I10") for name in path_of(label_space, code)}
    assert {name for name, has in zip(names, above[0].tolist(), strict=True) if has} == expected
    assert not above[1].any()


def path_of(label_space: LabelSpace, code: str) -> list[str]:
    hierarchy = label_space.hierarchy()
    path = hierarchy.paths[label_space.codes.index(code)]
    return [nodes[place] for nodes, place in zip(hierarchy.nodes, path, strict=True)]


def test_r_drop_reads_twice_in_training_and_once_afterwards(label_space: LabelSpace) -> None:
    torch.manual_seed(0)
    model = AttendingForSequenceClassification(tiny_config(label_space, r_drop_weight=10.0, head_dropout=0.5))
    row, labels = torch.tensor([[2, 5, 6, 7]]), torch.zeros(1, len(label_space))
    reads: list[int] = []
    model.backbone.register_forward_hook(lambda *_: reads.append(1))
    model(row, labels=labels)
    assert len(reads) == 2
    model.eval()
    plain = binary_cross_entropy(model(row).logits, labels, model.config)
    torch.testing.assert_close(model(row, labels=labels).loss, plain)
    assert len(reads) == 4


def described(ids: list[list[int]], labels: Tensor | None = None) -> DescribedCodes:
    width = 1 + max(len(row) for row in ids)
    rows = [[2, *row] + [1] * (width - 1 - len(row)) for row in ids]
    real = [[1] * (1 + len(row)) + [0] * (width - 1 - len(row)) for row in ids]
    return DescribedCodes(torch.tensor(rows), torch.tensor(real), labels)


def test_the_model_learns_to_find_the_words_of_a_description(label_space: LabelSpace) -> None:
    """In each step other words are described, and they belong to no code: nothing but the description tells them."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    config = tiny_config(label_space, described_loss_weight=1.0, head_dropout=0.0, attention_heads=2)
    model = AttendingForSequenceClassification(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def batch(documents: int) -> tuple[Tensor, DescribedCodes]:
        asked, has = random.choice(np.arange(10, 40), 8, replace=False), random.random((documents, 8)) < 0.3
        texts = [[*asked[row], *random.integers(400, 499, 14 - row.sum())] for row in has]
        rows = torch.tensor([[2, *random.permutation(text)] for text in texts])
        return rows, described([[int(word)] for word in asked], torch.tensor(has).float())

    for _ in range(500):
        rows, codes = batch(16)
        optimizer.zero_grad()
        model(rows, labels=torch.zeros(len(rows), len(label_space)), described=codes).loss.backward()
        optimizer.step()
    model.eval()
    rows, codes = batch(200)
    assert codes.labels is not None
    with torch.inference_mode():
        right = (model(rows, described=codes).described_logits > 0) == codes.labels.bool()
    assert right.float().mean() > 0.9  # saying "no" to all is right for 0.7


def test_described_codes_do_not_depend_on_each_other_or_on_padding(label_space: LabelSpace) -> None:
    torch.manual_seed(0)
    model = AttendingForSequenceClassification(tiny_config(label_space, described_loss_weight=1.0)).eval()
    row = torch.tensor([[2, *range(4, 60)]])
    with torch.inference_mode():
        together = model(row, described=described([[5], [6, 7, 8, 9]])).described_logits
        alone = model(row, described=described([[5]])).described_logits
        states = model.read(row)
        queries = model.describe(described([[5]]).input_ids, described([[5]]).attention_mask)
        weights = model.attention(states, torch.tensor([0]), torch.tensor([0]), described=queries)
    torch.testing.assert_close(together[:, :1], alone, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(weights.sum(1), torch.ones(1))


def test_a_model_that_learnt_no_descriptions_refuses_them(tiny_model: AttendingForSequenceClassification) -> None:
    with pytest.raises(ValueError, match="trained without described_loss_weight"):
        tiny_model(torch.tensor([[2, 5]]), described=described([[5]]))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_answers_nearly_the_same(label_space: LabelSpace, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    model = AttendingForSequenceClassification(tiny_config(label_space)).eval()
    documents: list[list[int]] = [list(range(5, 90)), [], [5, 6, 7]]
    plain = logits_of(model, documents)
    half = logits_of(model.compute_in(dtype), documents)
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, plain, atol=0.1, rtol=0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_large_states_do_not_overflow_in_half_precision(label_space: LabelSpace, dtype: torch.dtype) -> None:
    """The scores of thousands of codes over thousands of tokens stay finite, as softmax is taken in float32."""
    torch.manual_seed(0)
    codes, tokens = 2000, 4000
    config = tiny_config(
        label_space,
        id2label={position: str(position) for position in range(codes)},
        label2id={str(position): position for position in range(codes)},
        code_paths=[[0]] * codes,
        level_sizes=[1],
    )
    model = AttendingForSequenceClassification(config).eval().compute_in(dtype)
    with torch.inference_mode():
        for weights in (model.code_attention.query.weight, model.code_attention.key.weight):
            weights.mul_(200)
        states = DocumentStates(
            torch.randn(1, tokens, 32, dtype=dtype) * 100, TokenMask(torch.ones(1, tokens, dtype=torch.bool))
        )
        logits = model.decide(states)
        weights = model.attention(states, torch.zeros(3, dtype=torch.long), torch.arange(3))
    assert logits.isfinite().all()
    torch.testing.assert_close(weights.sum(1), torch.ones(3), atol=1e-2, rtol=0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reading": "sideways"}, "reading must be one of causal, two-way"),
        ({"loss": "hinge"}, "loss must be one of bce, focal, asymmetric"),
        ({"heads": []}, "heads must name at least one head"),
        ({"window_tokens": 65}, r"window_tokens \(65\) is more than the backbone reads \(64\)"),
        ({"overlap_tokens": 31}, r"overlap_tokens \(31\) must be in"),
        ({"attention_heads": 5}, r"attention_heads \(5\) must divide"),
        ({"head_dropout": 1.0}, "head_dropout must be in"),
        ({"r_drop_weight": -1.0}, "r_drop_weight must not be below 0"),
        ({"negative_margin": 1.0}, "negative_margin must be in"),
        ({"ancestor_loss_weight": 0.1, "hierarchical_attention": False}, "needs hierarchical_attention"),
    ],
)
def test_a_wrong_setting_is_refused(label_space: LabelSpace, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tiny_config(label_space, **changes)


def test_a_mask_that_is_not_boolean_is_refused() -> None:
    with pytest.raises(TypeError, match=r"must be boolean, got torch.float32"):
        TokenMask(torch.zeros(1, 2))


def test_the_default_backbone_is_biogpt() -> None:
    backbone = AttendingConfig().backbone_config
    assert isinstance(backbone, BioGptConfig)
    assert (backbone.hidden_size, backbone.num_hidden_layers, backbone.vocab_size) == (1024, 24, 42384)
