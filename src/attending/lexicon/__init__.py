"""What a note says in so many words: a text in, mentions of conditions and how each is meant out."""

from attending.lexicon.baseline import LexicalBaseline
from attending.lexicon.combination import Combination, StoredCombination
from attending.lexicon.findings import FEATURES, Findings, Lexicon
from attending.lexicon.mention import Mention

__all__ = ["FEATURES", "Combination", "Findings", "LexicalBaseline", "Lexicon", "Mention", "StoredCombination"]
