"""Does a code rest on the words said to support it? Words are taken out of a note, and what is left is read again.

Comprehensiveness is how far a code's probability falls when its evidence is taken out; sufficiency how far it falls
when only its evidence is left: good evidence is high in the first and low in the second (DeYoung et al. 2020, ERASER,
doi:10.18653/v1/2020.acl-main.408). Tokens are taken out of the text, not masked, and the windows are laid anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attending.explanation.spans import EvidenceSpan
from attending.inference import probabilities
from attending.model import AttendingConfig, AttendingForSequenceClassification
from attending.model.windows import split_into_windows
from attending.tokenization import EncodedDocument

TOKEN_COUNTS = (1, 2, 5, 10, 20, 50)
"""How many of a code's heaviest tokens a deletion curve takes out. Evidence is a phrase or two, not a share of a note:
at 1 % of a discharge summary every method has long taken out all of it."""


@dataclass(frozen=True, eq=False)
class DeletionCurves:
    """What becomes of some codes' probabilities as their heaviest tokens are taken out, or kept alone."""

    tokens: NDArray[np.int64]
    """How many tokens, (step,)."""
    probability: NDArray[np.float64]
    """On the whole note, (code,)."""
    removed: NDArray[np.float64]
    """Without those tokens, (code, step)."""
    kept: NDArray[np.float64]
    """On those tokens alone, (code, step)."""

    @property
    def comprehensiveness(self) -> NDArray[np.float64]:
        """Mean fall over the steps when tokens are taken out, (code,): the area over the deletion curve (AOPC)."""
        return (self.probability[:, None] - self.removed).mean(1)

    @property
    def sufficiency(self) -> NDArray[np.float64]:
        """Mean fall over the steps when nothing else is left, (code,)."""
        return (self.probability[:, None] - self.kept).mean(1)


@dataclass(frozen=True, eq=False)
class SpanFaithfulness:
    """The same for the spans that a reader is shown; each array is (code,)."""

    comprehensiveness: NDArray[np.float64]
    sufficiency: NDArray[np.float64]


def deletion_curves(
    model: AttendingForSequenceClassification,
    encoded: EncodedDocument,
    codes: Sequence[int],
    weights: NDArray[np.floating],
    *,
    tokens: Sequence[int] = TOKEN_COUNTS,
) -> DeletionCurves:
    """Take out, or keep, more and more of the tokens that codes are said to rest on.

    Args:
        model: A model in evaluation mode.
        encoded: The document.
        codes: Positions of the codes, (code,).
        weights: What each code rests on, (code, token).
        tokens: How many of the heaviest tokens; at most as many as there are.
    """
    length = len(encoded.token_ids)
    steps = np.minimum(np.asarray(tokens, dtype=np.int64), length)
    chosen = np.zeros((len(codes), len(steps), length), dtype=bool)
    order = np.argsort(-weights, axis=1, kind="stable")
    for row in range(len(codes)):
        for step, count in enumerate(steps):
            chosen[row, step, order[row, :count]] = True
    probability, removed, kept = _erased(model, encoded, codes, chosen)
    return DeletionCurves(steps, probability, removed, kept)


def span_faithfulness(
    model: AttendingForSequenceClassification,
    encoded: EncodedDocument,
    codes: Sequence[int],
    evidence: Sequence[Sequence[EvidenceSpan]],
) -> SpanFaithfulness:
    """Take out, or keep alone, the tokens of each code's spans; arguments as in `deletion_curves`."""
    chosen = np.zeros((len(codes), 1, len(encoded.token_ids)), dtype=bool)
    starts, ends = encoded.offsets.T
    for row, spans in enumerate(evidence):
        for span in spans:
            chosen[row, 0] |= (starts < span.end) & (ends > span.start)
    probability, removed, kept = _erased(model, encoded, codes, chosen)
    return SpanFaithfulness(probability - removed[:, 0], probability - kept[:, 0])


def without_tokens(config: AttendingConfig, encoded: EncodedDocument, gone: NDArray[np.bool_]) -> EncodedDocument:
    """Take tokens, (token,), out of a document and lay its windows anew."""
    token_ids, offsets = encoded.token_ids[~gone], encoded.offsets[~gone]
    windows = split_into_windows(
        len(token_ids),
        window_tokens=config.window_tokens,
        overlap_tokens=config.overlap_tokens,
        causal=config.reading == "causal",
    )
    return EncodedDocument(token_ids, offsets, tuple(windows))


def _erased(
    model: AttendingForSequenceClassification,
    encoded: EncodedDocument,
    codes: Sequence[int],
    chosen: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the codes' probabilities on the whole note, (code,), without the chosen tokens, and on them alone.

    Args:
        model: A model in evaluation mode.
        encoded: The document.
        codes: Positions of the codes, (code,).
        chosen: (code, step, token).

    Returns:
        (code,), (code, step) and (code, step).
    """
    if not len(codes):
        return np.zeros(0), np.zeros(chosen.shape[:2]), np.zeros(chosen.shape[:2])
    flat = chosen.reshape(-1, chosen.shape[-1])
    variants = [encoded]
    for gone in (*flat, *~flat):
        variants.append(without_tokens(model.config, encoded, gone))
    found = probabilities(model, variants).astype(np.float64)
    asked = np.asarray(codes)
    column = np.repeat(asked, chosen.shape[1])
    row = np.arange(len(flat))
    removed, kept = found[1 + row, column], found[1 + len(flat) + row, column]
    return found[0, asked], removed.reshape(chosen.shape[:2]), kept.reshape(chosen.shape[:2])
