"""What codes rest on: shares that sum to one, gradients that add up, the same states as prediction reads."""

import numpy as np
import pytest
import torch

from attending.errors import InputError
from attending.explanation import METHODS, Method, attribute, integrated_gradients
from attending.explanation.attribution import _embed, _read
from attending.inference import read
from attending.model import AttendingForSequenceClassification, DocumentStates
from attending.model.windows import split_into_windows
from attending.taxonomy import LabelSpace
from attending.tokenization import EncodedDocument

from ..conftest import tiny_config


def document_of(model: AttendingForSequenceClassification, tokens: int) -> EncodedDocument:
    windows = split_into_windows(tokens, window_tokens=32, overlap_tokens=8, causal=model.config.reading == "causal")
    ids = np.random.default_rng(tokens).integers(3, 500, tokens)
    offsets = np.column_stack([np.arange(tokens) * 2, np.arange(tokens) * 2 + 1])
    return EncodedDocument(ids, offsets, tuple(windows))


def logits_of(
    model: AttendingForSequenceClassification, document: EncodedDocument, embedded: torch.Tensor
) -> np.ndarray:
    with torch.inference_mode():
        states = torch.cat([part for _, part in _read(model, document, embedded)])
        mask = type(read(model, [document]).mask)(torch.ones(1, len(states), dtype=torch.bool))
        return model.decide(DocumentStates(states[None], mask))[0].numpy()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("tokens", [1, 31, 100])
def test_shares_of_tokens_and_nothing_sum_to_one(
    tiny_model: AttendingForSequenceClassification, method: Method, tokens: int
) -> None:
    found = attribute(tiny_model, document_of(tiny_model, tokens), [4, 0, 2], method)
    assert found.weights.shape == (3, tokens)
    assert (found.weights >= 0).all()
    sums = found.weights.sum(1) + found.nothing
    assert np.allclose(sums, 1, atol=1e-4) or (method == "integrated-gradients" and np.allclose(sums[sums > 0.99], 1))


def test_embeddings_are_read_as_prediction_reads_tokens(tiny_model: AttendingForSequenceClassification) -> None:
    document = document_of(tiny_model, 100)
    states = torch.cat([part for _, part in _read(tiny_model, document, _embed(tiny_model, document))])
    torch.testing.assert_close(states, read(tiny_model, [document]).tokens[0].clone(), atol=1e-5, rtol=1e-4)


def test_integrated_gradients_add_up_to_the_difference_from_blank_tokens(
    tiny_model: AttendingForSequenceClassification,
) -> None:
    document = document_of(tiny_model, 40)
    embedded = _embed(tiny_model, document)
    codes = torch.tensor([0, 3])
    parts = integrated_gradients(tiny_model, document, codes, steps=200).sum(1)
    difference = logits_of(tiny_model, document, embedded) - logits_of(tiny_model, document, embedded * 0)
    np.testing.assert_allclose(parts.numpy(), difference[codes.numpy()], atol=0.05, rtol=0.05)


def test_a_code_is_explained_alike_alone_and_among_others_by_its_own_gradient(
    tiny_model: AttendingForSequenceClassification,
) -> None:
    document = document_of(tiny_model, 60)
    together = attribute(tiny_model, document, [1, 3], "integrated-gradients", steps=2)
    alone = attribute(tiny_model, document, [3], "integrated-gradients", steps=2)
    np.testing.assert_allclose(together.weights[1], alone.weights[0], atol=1e-5)


def test_gradients_leave_the_model_as_it_was(tiny_model: AttendingForSequenceClassification) -> None:
    attribute(tiny_model, document_of(tiny_model, 60), [1, 3], "attingrad")
    assert all(parameter.grad is None for parameter in tiny_model.parameters())


@pytest.mark.parametrize("method", METHODS)
def test_no_code_and_no_token_are_answers_too(tiny_model: AttendingForSequenceClassification, method: Method) -> None:
    assert attribute(tiny_model, document_of(tiny_model, 20), [], method).weights.shape == (0, 20)
    empty = attribute(tiny_model, document_of(tiny_model, 0), [2], method)
    assert empty.weights.shape == (1, 0)
    assert empty.nothing.tolist() == [1.0]


def test_codes_that_do_not_look_at_tokens_have_no_attention(label_space: LabelSpace) -> None:
    model = AttendingForSequenceClassification(tiny_config(label_space, cross_attention=False)).eval()
    document = document_of(model, 40)
    assert not attribute(model, document, [0, 1], "attention").weights.any()
    assert attribute(model, document, [0, 1], "integrated-gradients").weights.any()


def test_an_unknown_method_is_named(tiny_model: AttendingForSequenceClassification) -> None:
    with pytest.raises(InputError, match="Expected a method among attention, .*, got 'lime'"):
        attribute(tiny_model, document_of(tiny_model, 5), [0], "lime")  # type: ignore[arg-type]
