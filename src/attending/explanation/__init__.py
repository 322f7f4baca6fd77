"""Why this code: the words of the note that support it, whether it rests on them, whether a human would name them."""

from attending.explanation.attribution import (
    METHODS,
    Attribution,
    Method,
    attribute,
    attribute_described,
    integrated_gradients,
)
from attending.explanation.explained import (
    LEAST_SUPPORT,
    CodeInQuestion,
    ExplainedCode,
    ExplainedNote,
    explained_note,
    supporting_spans,
)
from attending.explanation.faithfulness import DeletionCurves, SpanFaithfulness, deletion_curves, span_faithfulness
from attending.explanation.plausibility import Agreement, agreement
from attending.explanation.sections import Section, find_sections
from attending.explanation.spans import EvidenceSpan, evidence_spans

__all__ = [
    "LEAST_SUPPORT",
    "METHODS",
    "Agreement",
    "Attribution",
    "CodeInQuestion",
    "DeletionCurves",
    "EvidenceSpan",
    "ExplainedCode",
    "ExplainedNote",
    "Method",
    "Section",
    "SpanFaithfulness",
    "agreement",
    "attribute",
    "attribute_described",
    "deletion_curves",
    "evidence_spans",
    "explained_note",
    "find_sections",
    "integrated_gradients",
    "span_faithfulness",
    "supporting_spans",
]
