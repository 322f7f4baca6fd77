"""From the tokens that a code rests on to the words that support it: ranked character spans of the source text.

Spans are what a human coder should read first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attending.explanation.phrases import widen_to_phrase


@dataclass(frozen=True)
class EvidenceSpan:
    """Words of the note that support a code: `text == note[start:end]`.

    `weight` is the share of what the code rests on that lies on them, in [0, 1].
    """

    start: int
    end: int
    text: str
    weight: float


def evidence_spans(
    text: str,
    offsets: NDArray[np.int64],
    weights: NDArray[np.floating],
    *,
    most: int = 3,
    least_weight: float = 0.05,
    neighbour_share: float = 0.1,
) -> tuple[EvidenceSpan, ...]:
    """Turn one code's weights over tokens into its best spans, heaviest first.

    Each span grows from a token with much weight over its neighbours that hold at least `neighbour_share` of that
    weight, then to whole words, then to the phrase they are part of; spans never overlap.

    Args:
        text: The source text.
        offsets: Character start and end of each token, (token, 2).
        weights: Weight of each token, (token,); what lies on "nothing in the text" is left out, so they may sum to
            less than 1.
        most: Spans to return at most.
        least_weight: Spans with less weight are not evidence; none at all may be left.
        neighbour_share: Share of a peak's weight that a neighbour must hold to belong to its span.

    Returns:
        At most `most` spans; empty when the code found nothing.
    """
    taken = np.zeros(len(weights), dtype=bool)
    spans: list[EvidenceSpan] = []
    for peak in np.argsort(-weights, kind="stable")[: 4 * most]:
        if len(spans) == most or weights[peak] * 4 < least_weight:
            break
        if taken[peak] or offsets[peak, 0] == offsets[peak, 1]:
            continue
        first, last = int(peak), int(peak)
        while first > 0 and not taken[first - 1] and weights[first - 1] >= neighbour_share * weights[peak]:
            first -= 1
        while last + 1 < len(weights) and not taken[last + 1] and weights[last + 1] >= neighbour_share * weights[peak]:
            last += 1
        words = _whole_words(text, int(offsets[first, 0]), int(offsets[last, 1]))
        phrase = widen_to_phrase(text, *words)
        for start, end in (phrase, words):
            inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
            if not (taken & inside).any():
                break
        else:
            taken |= inside
            continue
        taken |= inside
        weight = float(weights[inside].sum())
        if weight >= least_weight and text[start:end].strip():
            spans.append(EvidenceSpan(start, end, text[start:end], weight))
    return tuple(sorted(spans, key=lambda span: -span.weight))


def stated_first(
    text: str,
    offsets: NDArray[np.int64],
    weights: NDArray[np.floating],
    stated: Sequence[tuple[int, int]],
    spans: Sequence[EvidenceSpan],
    *,
    most: int = 3,
) -> tuple[EvidenceSpan, ...]:
    """Put words that say a code outright before the spans that it rests on; spans never overlap.

    Args:
        text: The source text.
        offsets: Character start and end of each token, (token, 2).
        weights: Weight of each token, (token,).
        stated: Character start and end of such words; of many those come first on which most weight lies.
        spans: What the code rests on, as `evidence_spans` gave it.
        most: Spans to return at most.
    """
    found = [
        EvidenceSpan(start, end, text[start:end], float(weights[(offsets[:, 0] < end) & (offsets[:, 1] > start)].sum()))
        for start, end in stated
    ]
    chosen: list[EvidenceSpan] = []
    for span in (*sorted(found, key=lambda span: -span.weight), *spans):
        if len(chosen) < most and all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    return tuple(chosen)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the ends of the words it touches, then drop blanks and loose punctuation at its ends."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while start < end and not (text[start].isalnum() or text[start] in "(<>+-"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")%+"):
        end -= 1
    return start, end
