"""A note, codes and what they rest on in; for each code its evidence and its share of each section out."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attending.explanation.attribution import Attribution, Method
from attending.explanation.sections import Section, find_sections
from attending.explanation.spans import EvidenceSpan, evidence_spans, stated_first
from attending.tokenization import EncodedDocument

LEAST_SUPPORT = math.log(2)
"""A note that does not even double a code's odds, against an empty note, holds no evidence for it."""


@dataclass(frozen=True)
class ExplainedCode:
    """What a code rests on in a note."""

    code: str
    description: str
    probability: float
    proposed: bool
    """Whether the probability reaches the code's threshold."""
    evidence: tuple[EvidenceSpan, ...]
    """Best first; empty means that nothing in the note was found to support the code."""
    support: float
    """How far the note lifts the code's log odds above those on an empty note; below `LEAST_SUPPORT` there is no
    evidence."""
    nothing: float
    """Share of the code's attention that lies on "nothing in the text", in [0, 1]."""
    sections: tuple[float, ...]
    """Share of the code's support that lies in each section, (section,); they and `nothing` sum to 1."""


@dataclass(frozen=True)
class ExplainedNote:
    """A note and what codes rest on in it; every evidence span is an exact slice, `text[span.start:span.end]`."""

    text: str = field(repr=False)
    method: Method
    sections: tuple[Section, ...]
    codes: tuple[ExplainedCode, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain data, ready for JSON; of the note's text only the evidence."""
        return {
            "characters": len(self.text),
            "method": self.method,
            "sections": [asdict(section) for section in self.sections],
            "codes": [asdict(code) for code in self.codes],
        }


@dataclass(frozen=True)
class CodeInQuestion:
    """A code to be explained.

    `support` is how far the note lifts its log odds above those on an empty note; `stated` are the words that the
    lexicon found for it, as character offsets.
    """

    code: str
    description: str
    probability: float
    proposed: bool
    support: float
    stated: tuple[tuple[int, int], ...] = ()


def explained_note(
    text: str,
    encoded: EncodedDocument,
    codes: Sequence[CodeInQuestion],
    attribution: Attribution,
    method: Method,
) -> ExplainedNote:
    """Turn what codes rest on into evidence and shares of sections.

    Args:
        text: The note.
        encoded: Its tokens.
        codes: The codes, (code,).
        attribution: What they rest on, in the same order.
        method: How that was found.
    """
    sections = find_sections(text)
    shares = section_shares(sections, encoded.offsets, attribution.weights)
    return ExplainedNote(
        text,
        method,
        sections,
        tuple(
            ExplainedCode(
                asked.code,
                asked.description,
                asked.probability,
                asked.proposed,
                supporting_spans(text, encoded, attribution.weights[row], asked.support, asked.stated),
                round(asked.support, 4),
                round(float(attribution.nothing[row]), 4),
                tuple(round(float(share), 4) for share in shares[row]),
            )
            for row, asked in enumerate(codes)
        ),
    )


def supporting_spans(
    text: str,
    encoded: EncodedDocument,
    weights: NDArray[np.float32],
    support: float,
    stated: Sequence[tuple[int, int]] = (),
) -> tuple[EvidenceSpan, ...]:
    """Return a code's evidence, best first; none where the note does not support the code.

    Args:
        text: The note.
        encoded: Its tokens.
        weights: What the code rests on, (token,).
        support: How far the note lifts the code's log odds above those on an empty note.
        stated: Words that say the code outright, as character offsets: they come before what the code rests on.
    """
    if support < LEAST_SUPPORT:
        return ()
    return stated_first(text, encoded.offsets, weights, stated, evidence_spans(text, encoded.offsets, weights))


def section_shares(
    sections: Sequence[Section], offsets: NDArray[np.int64], weights: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Sum the weights of tokens, (code, token), over sections; (code, section)."""
    starts = np.array([section.start for section in sections])
    section_of = np.searchsorted(starts, offsets[:, 0], side="right") - 1
    member = section_of[:, None] == np.arange(len(sections))
    found: NDArray[np.float64] = weights.astype(np.float64) @ member
    return found
