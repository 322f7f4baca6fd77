"""Which tokens a code rests on: a model, a document and codes go in, one weight a token and code comes out.

Three methods:

- "attention": where the code looked. Costs almost nothing; shows where the model looked, not why.
- "integrated-gradients": how much each token moves the code's logit on the way from a note of blank tokens to this one
  (Sundararajan et al. 2017, arXiv:1703.01365). The dearest: one gradient a step and code.
- "attingrad": both together. AttInGrad (Edin et al. 2024, arXiv:2406.03968) is attention times the size of input x
  gradient, which takes weight from words that were looked at but change nothing. Here it is averaged with attention,
  and a little of what input x gradient adds to the score alone ranks the words that the code did not look at: that
  measured better in both directions (docs/explanation.md). The gradient is that of the sum of the codes' logits, so
  that one pass serves all codes: they look at different words, and what is near a code's words is mostly its own.

A document is read window by window, so that memory stays bounded however long it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attending.errors import InputError
from attending.inference import read
from attending.model import AttendingForSequenceClassification, DocumentStates, TokenMask
from attending.tokenization import EncodedDocument

Method = Literal["attention", "integrated-gradients", "attingrad"]
METHODS: tuple[Method, ...] = get_args(Method)

GRADIENT_SHARE = 0.001
"""What input x gradient alone adds, against attention and AttInGrad, which count one half each; all are shares that sum
to 1. Enough to rank the words that the code did not look at, too little to outrank those that it did."""
STEPS = 8
"""Points at which integrated gradients looks, in the middle of as many equal parts of the way."""
TOKENS_AT_ONCE = 2048
"""Tokens whose way through the backbone is remembered at once for a gradient."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """What some codes rest on in one document."""

    weights: NDArray[np.float32]
    """Share of each token, (code, token), 0 or more; a row and its `nothing` sum to 1, or the row is all 0."""
    nothing: NDArray[np.float32]
    """Share of the code's attention on "nothing in the text", (code,)."""


def attribute(
    model: AttendingForSequenceClassification,
    encoded: EncodedDocument,
    codes: Sequence[int],
    method: Method = "attingrad",
    *,
    states: DocumentStates | None = None,
    steps: int = STEPS,
) -> Attribution:
    """Say which tokens each of some codes rests on.

    Args:
        model: A model in evaluation mode. One whose codes do not look at tokens has no attention: its weights are 0
            under "attention" and "attingrad".
        encoded: The document.
        codes: Positions of the codes, (code,).
        method: One of `METHODS`.
        states: The document as `inference.read` gave it, if it was read already.
        steps: Steps of integrated gradients; more are more exact.

    Raises:
        InputError: There is no such method.
    """
    if method not in METHODS:
        raise InputError(f"Expected a method among {', '.join(METHODS)}, got {method!r}. Choose one of them.")
    if not len(codes) or not len(encoded.token_ids):
        none = np.zeros((len(codes), len(encoded.token_ids)), dtype=np.float32)
        return Attribution(none, np.ones(len(codes), dtype=np.float32))
    asked = torch.as_tensor(codes, device=model.device)
    states = read(model, [encoded]) if states is None else states
    attention, nothing = _attention(model, states, asked)
    if method == "integrated-gradients":
        found = integrated_gradients(model, encoded, asked, steps=steps).clamp_min(0)
    elif method == "attingrad":
        found = _attingrad(attention, _input_x_gradient(model, encoded, states, asked))
    else:
        found = attention
    return Attribution((_shares(found) * (1 - nothing)[:, None]).cpu().numpy(), nothing.cpu().numpy())


def attribute_described(
    model: AttendingForSequenceClassification, encoded: EncodedDocument, queries: Tensor, *, states: DocumentStates
) -> Attribution:
    """Say where codes that are scored from their description looked.

    Args:
        model: A model in evaluation mode.
        encoded: The document.
        queries: What `AttendingForSequenceClassification.describe` made of the descriptions, (code, hidden).
        states: The document as `inference.read` gave it.
    """
    places = torch.arange(len(queries), device=queries.device)
    with torch.inference_mode():
        found = model.attention(states, torch.zeros_like(places), places, queries)
    return Attribution(found[:, 1:].float().cpu().numpy(), found[:, 0].float().cpu().numpy())


def integrated_gradients(
    model: AttendingForSequenceClassification, encoded: EncodedDocument, codes: Tensor, *, steps: int = STEPS
) -> Tensor:
    """Return each token's part in each code's logit, (code, token), which may be negative.

    With enough steps a row sums to the logit of this document less that of blank tokens (the embedding 0) in its place.

    Args:
        model: A model in evaluation mode.
        encoded: The document.
        codes: Positions of the codes, (code,).
        steps: Points of the way at which the gradient is taken.
    """
    embedded = _embed(model, encoded)
    total = embedded.new_zeros(len(codes), *embedded.shape, dtype=torch.float32)
    for step in range(steps):
        part = embedded * ((step + 0.5) / steps)
        with torch.inference_mode():
            tokens = torch.cat([states for _, states in _read(model, encoded, part)])
        total += _through_backbone(model, encoded, part, _at_states(model, tokens, codes))
    return (total / steps * embedded.float()).sum(2)


def _attention(
    model: AttendingForSequenceClassification, states: DocumentStates, codes: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the weights of tokens, (code, token), and of "nothing", (code,)."""
    if not model.config.cross_attention:
        weights = torch.zeros(len(codes), 1 + states.tokens.shape[1], device=model.device)
    else:
        with torch.no_grad():
            weights = model.attention(states, torch.zeros_like(codes), codes)
    return weights[:, 1:], weights[:, 0]


def _attingrad(attention: Tensor, input_x_gradient: Tensor) -> Tensor:
    """Put attention, (code, token), and input x gradient, (token, hidden), together; (code, token)."""
    product = _shares(attention * input_x_gradient.norm(dim=1))
    gain = _shares(input_x_gradient.sum(1).clamp_min(0)[None])
    return (_shares(attention) + product) / 2 + GRADIENT_SHARE * gain


def _input_x_gradient(
    model: AttendingForSequenceClassification, encoded: EncodedDocument, states: DocumentStates, codes: Tensor
) -> Tensor:
    """Return the tokens' embeddings times the gradient of the sum of the codes' logits by them, (token, hidden)."""
    embedded = _embed(model, encoded)
    at_states = _at_states(model, states.tokens[0], codes, summed=True)
    return _through_backbone(model, encoded, embedded, at_states)[0] * embedded.float()


def _shares(weights: Tensor) -> Tensor:
    """Bring each row, (row, token), to the sum 1; a row of zeros stays."""
    return weights / weights.sum(1, keepdim=True).clamp_min(torch.finfo(weights.dtype).tiny)


def _at_states(
    model: AttendingForSequenceClassification, tokens: Tensor, codes: Tensor, *, summed: bool = False
) -> Tensor:
    """Return the gradient of each code's logit, or of their sum, by the token states; (row, token, hidden)."""
    with torch.enable_grad():
        leaf = tokens.clone().requires_grad_()
        mask = TokenMask(torch.ones(1, len(leaf), dtype=torch.bool, device=leaf.device))
        logits = model.decide(DocumentStates(leaf[None], mask))[0, codes]
        targets = [logits.sum()] if summed else list(logits)
        return torch.stack([torch.autograd.grad(target, leaf, retain_graph=True)[0] for target in targets])


def _through_backbone(
    model: AttendingForSequenceClassification, encoded: EncodedDocument, embedded: Tensor, at_states: Tensor
) -> Tensor:
    """Carry gradients by token states, (row, token, hidden), back to the embeddings; the same shape, float32."""
    total = torch.zeros(at_states.shape, device=at_states.device)
    with torch.enable_grad():
        leaf = embedded.clone().requires_grad_()
        for owned, states in _read(model, encoded, leaf):
            for row, of_row in enumerate(at_states):
                total[row] += torch.autograd.grad(states, leaf, of_row[owned], retain_graph=True)[0]
    return total


def _embed(model: AttendingForSequenceClassification, encoded: EncodedDocument) -> Tensor:
    """Return the embeddings of a document's tokens, (token, hidden)."""
    with torch.no_grad():
        return model.backbone.get_input_embeddings()(torch.from_numpy(encoded.token_ids).to(model.device))


def _read(
    model: AttendingForSequenceClassification, encoded: EncodedDocument, embedded: Tensor
) -> Iterator[tuple[slice, Tensor]]:
    """Read a document from its tokens' embeddings, some windows at once.

    Yields:
        The tokens that these windows own, and their states, (token, hidden).
    """
    windows = encoded.windows
    start = torch.tensor([model.config.start_token_id], device=model.device)
    head = model.backbone.get_input_embeddings()(start).detach()
    at_once = max(1, TOKENS_AT_ONCE // (1 + windows[0].end - windows[0].start))
    for first in range(0, len(windows), at_once):
        chosen = windows[first : first + at_once]  # windows of one document are equally long
        inputs = torch.stack([torch.cat([head, embedded[window.start : window.end]]) for window in chosen])
        states = model.backbone(inputs_embeds=inputs).last_hidden_state
        own = [
            part[1 + window.own_start - window.start : 1 + window.own_end - window.start]
            for part, window in zip(states, chosen, strict=True)
        ]
        yield slice(chosen[0].own_start, chosen[-1].own_end), torch.cat(own)
