"""Why this code: the words of the note that support it."""

from attending.explanation.spans import EvidenceSpan, evidence_spans

__all__ = ["EvidenceSpan", "evidence_spans"]
