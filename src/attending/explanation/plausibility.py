"""Are the words shown the words a human would point at? Spans and gold spans go in, agreement comes out.

Words are counted, not a tokenizer's tokens, so that systems with different tokenizers can be compared. Measures follow
ERASER (DeYoung et al. 2020, doi:10.18653/v1/2020.acl-main.408).
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

_WORD = re.compile(r"\w+")
_LEAST_OVERLAP = 0.5

Bounds = tuple[int, int]
"""Start and end of a span in the text."""


@dataclass(frozen=True)
class Agreement:
    """Counts of agreement; those of several codes and notes add up."""

    codes: int = 0
    """Codes, in a document, that have gold evidence."""
    silent: int = 0
    """Of these, codes for which no evidence was found."""
    hits: int = 0
    """Of these, codes whose best span overlaps a gold span."""
    words_shared: int = 0
    words_found: int = 0
    words_gold: int = 0
    spans_right: int = 0
    """Spans whose words are, to at least a half of the union, those of a gold span."""
    spans_found: int = 0
    gold_found: int = 0
    """Gold spans for which such a span was found."""
    spans_gold: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(*(mine + theirs for mine, theirs in zip(_counts(self), _counts(other), strict=True)))

    @property
    def hit_rate(self) -> float:
        """Share of the codes whose best span overlaps a gold span, in [0, 1]."""
        return self.hits / max(self.codes, 1)

    @property
    def token_precision(self) -> float:
        """Share of the words shown that are gold."""
        return self.words_shared / max(self.words_found, 1)

    @property
    def token_recall(self) -> float:
        """Share of the gold words that are shown."""
        return self.words_shared / max(self.words_gold, 1)

    @property
    def token_f1(self) -> float:
        """Harmonic mean of the two."""
        return _f1(self.token_precision, self.token_recall)

    @property
    def span_f1(self) -> float:
        """F1 of spans, where two are the same if their words overlap to at least a half of the union."""
        return _f1(self.spans_right / max(self.spans_found, 1), self.gold_found / max(self.spans_gold, 1))

    def to_dict(self) -> dict[str, int | float]:
        """Return counts and figures as plain data."""
        figures = ("hit_rate", "token_precision", "token_recall", "token_f1", "span_f1")
        return {**asdict(self), **{name: getattr(self, name) for name in figures}}


def agreement(text: str, found: Sequence[Bounds], gold: Sequence[Bounds]) -> Agreement:
    """Compare one code's spans, best first, with its gold spans in the same text; spans may overlap."""
    found_words, gold_words = [_words(text, span) for span in found], [_words(text, span) for span in gold]
    all_found, all_gold = frozenset().union(*found_words), frozenset().union(*gold_words)
    return Agreement(
        codes=1,
        silent=int(not found),
        hits=int(any(start < found[0][1] and found[0][0] < end for start, end in gold)) if found else 0,
        words_shared=len(all_found & all_gold),
        words_found=len(all_found),
        words_gold=len(all_gold),
        spans_right=sum(any(_alike(mine, theirs) for theirs in gold_words) for mine in found_words),
        spans_found=len(found),
        gold_found=sum(any(_alike(mine, theirs) for mine in found_words) for theirs in gold_words),
        spans_gold=len(gold),
    )


def _words(text: str, span: Bounds) -> frozenset[int]:
    """Return where the words begin that a span touches."""
    start, end = span
    while start > 0 and _WORD.match(text[start - 1]) and _WORD.match(text[start : start + 1]):
        start -= 1
    return frozenset(match.start() for match in _WORD.finditer(text, start, end))


def _alike(mine: frozenset[int], theirs: frozenset[int]) -> bool:
    return bool(mine & theirs) and len(mine & theirs) >= _LEAST_OVERLAP * len(mine | theirs)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _counts(agreed: Agreement) -> tuple[int, ...]:
    return tuple(asdict(agreed).values())
