"""Words in, the phrase around them out: "hypoxic" becomes "acute hypoxic respiratory failure".

A code often rests on one word of a term; a reader wants the term. A span takes one word more before it and two behind
it, on the same line, as long as these are words with a meaning of their own. On gold evidence this is what raised
agreement of words most: see docs/explanation.md.
"""

import re

WORDS_BEFORE = 1
WORDS_BEHIND = 2

_WORD_BEFORE = re.compile(r"(?<![\w'/-])([^\W\d_][\w'/-]*) \Z")
_WORD_BEHIND = re.compile(r" ([^\W\d_][\w'/-]*)")
_LONGEST_WORD = 40
_NO_PART_OF_A_TERM = re.compile(
    r"an?|the|and|or|of|with|without|for|to|in|on|at|by|from|as|is|was|were|be|been|are|has|have|had|her|his|he|she|"
    r"they|we|patient|pt|who|that|which|this|these|but|due|secondary|s/p|given|per|no|not|denies|also|then|when|while|"
    r"since|after|before|during|until|started|continued|treated|presented|admitted|found|noted|likely|new|known|prior|"
    r"history",
    re.IGNORECASE,
)


def widen_to_phrase(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span of whole words by the words beside it that may belong to the same term.

    Args:
        text: The source text.
        start: First character of the span.
        end: The one after its last.

    Returns:
        Start and end of the phrase, which begins and ends with a whole word.
    """
    for _ in range(WORDS_BEFORE):
        before = _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start)
        if before is None or _NO_PART_OF_A_TERM.fullmatch(before[1]):
            break
        start = before.start()
    for _ in range(WORDS_BEHIND):
        behind = _WORD_BEHIND.match(text, end)
        if behind is None or _NO_PART_OF_A_TERM.fullmatch(behind[1]):
            break
        end = behind.end()
    return start, end
