"""What the system says of a note: proposed codes, each with a probability and the words that support it."""

from dataclasses import asdict, dataclass, field
from typing import Any

from attending.explanation import EvidenceSpan


@dataclass(frozen=True)
class ProposedCode:
    """A code that a human coder should look at.

    `probability` is the system's, in [0, 1]. `evidence` is ranked, best first; empty means that nothing in the note was
    found to support the code. `zero_shot` marks a code that training never saw, scored from what it is called alone.
    """

    code: str
    description: str
    probability: float
    evidence: tuple[EvidenceSpan, ...]
    zero_shot: bool = False


@dataclass(frozen=True)
class CodedDocument:
    """A note and its proposed codes, most probable first; a proposal for a human coder, not a decision.

    Every evidence span is an exact slice: `text[span.start:span.end] == span.text`.
    """

    text: str = field(repr=False)
    codes: tuple[ProposedCode, ...]
    calibrated: bool = False
    """Whether the probabilities were calibrated on documents with codes; see `attending calibrate`."""

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain data, ready for JSON; of the note's text only the evidence."""
        return {
            "characters": len(self.text),
            "calibrated": self.calibrated,
            "codes": [asdict(code) for code in self.codes],
        }
