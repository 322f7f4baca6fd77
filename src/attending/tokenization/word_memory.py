"""Texts in; ids and offsets of their tokens out: exactly what the tokenizer gives, faster where words come again.

Moses' rules are local. How a word is split (a word is here what stands between white space) depends on the word
alone, unless it is the first or the last of a text or ends in a period: then it matters what the next word begins
with. So the tokens of a word are remembered, and the tokenizer reads only what is new in a text. Three things join
words across white space; a text that holds one is left to the tokenizer: a control character, a special token,
and a gap between two apostrophes.
"""

from itertools import islice, pairwise, repeat
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from attending.tokenization.moses import characters, moses_normalizer, moses_pre_tokenizer

_MOST_WORDS: Final = 50_000
"""Words that are remembered, in some 15 MB. When there are more, remembering starts anew."""
_LONGEST_WORD: Final = 64
"""Characters of the longest word that is remembered."""
_WORDS_AT_ONCE: Final = 20_000
"""New words that the tokenizer reads at once, for it needs some 500 bytes a character."""

_SMALL_LETTERS: Final = frozenset(characters("lower"))
_PERIOD, _APOSTROPHE = ord("."), ord("'")
_OTHER, _SPACE, _CONTROL = range(3)
_KINDS: Final = np.full(0x3002, _OTHER, dtype=np.uint8)
"""What a character is: white space, a control character that Moses removes, or other (as all from U+3001 on)."""
_KINDS[[*range(0x09), *range(0x0E, 0x1C)]] = _CONTROL
_KINDS[[code for code in range(len(_KINDS)) if chr(code).isspace()]] = _SPACE

_TOKEN_BYTES: Final = 3 * np.dtype(np.int32).itemsize
"""A remembered token: its id, its start and its end within the word."""


class WordMemory:
    """What a tokenizer makes of single words, remembered from text to text; at most some 15 MB."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._added_tokens = tokenizer.get_added_tokens_decoder()
        self._special_tokens = [token.content for token in self._added_tokens.values()]
        self._known: dict[str, bytes] = {}

    def serves(self, tokenizer: Tokenizer) -> bool:
        """Tell whether this is the memory of a tokenizer, and the tokenizer has the special tokens that it had."""
        return tokenizer is self._tokenizer and tokenizer.get_added_tokens_decoder() == self._added_tokens

    def read(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Give the tokens of a text as the tokenizer does, special tokens not added.

        Returns:
            Ids, (token,), and offsets in characters, (token, 2); None if the tokenizer must read the text itself.
        """
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        kinds = np.full(len(codes) + 2, _SPACE, dtype=np.uint8)
        np.take(_KINDS, codes, out=kinds[1:-1], mode="clip")
        is_space = kinds == _SPACE
        edges = np.flatnonzero(is_space[1:] != is_space[:-1])
        starts, ends = edges[::2], edges[1::2]
        if len(starts) < 2 or (kinds == _CONTROL).any():
            return None
        lasts, nexts = codes[ends[:-1] - 1], codes[starts[1:]]
        if ((lasts == _APOSTROPHE) & (nexts == _APOSTROPHE)).any():
            return None
        words = text.split()
        for place in np.flatnonzero((lasts == _PERIOD) | (lasts == _APOSTROPHE)).tolist():
            words[place] += f" {_stand_in(words[place + 1])}"
        pieces = self._pieces(words)
        if pieces is None:
            return None
        tokens = np.frombuffer(b"".join(pieces), dtype=np.int32).reshape(-1, 3)
        counts = np.fromiter(map(len, pieces), np.int64, len(pieces)) // _TOKEN_BYTES
        return tokens[:, 0].astype(np.int64), tokens[:, 1:] + np.repeat(starts, counts)[:, None]

    def _pieces(self, words: list[str]) -> list[bytes] | None:
        """Give for each word of a text its tokens, three int32 each: id, start and end within the word.

        None if a word holds a special token; such a word is never remembered.
        """
        inner = words[1:-1]
        pieces = list(map(self._known.get, inner, repeat(b"")))
        unknown = [place for place, piece in enumerate(pieces) if not piece]
        new = list(dict.fromkeys([inner[place] for place in unknown]))
        asked = [words[0], *new, words[-1]]
        text = " ".join(asked)
        if any(token in text for token in self._special_tokens):
            return None
        first, *answers, last = self._ask(asked)
        found = dict(zip(new, answers, strict=True))
        for place in unknown:
            pieces[place] = found[inner[place]]
        self._remember(found)
        return [first, *pieces, last]

    def _remember(self, found: dict[str, bytes]) -> None:
        short = {word: piece for word, piece in found.items() if len(word) <= _LONGEST_WORD}
        if len(self._known) + len(short) > _MOST_WORDS:
            self._known = {}
        self._known.update(islice(short.items(), _MOST_WORDS))

    def _ask(self, words: list[str]) -> list[bytes]:
        """Let the tokenizer read words, the first one as the first of a text and the last one as the last of it."""
        pieces = []
        for start in range(0, len(words), _WORDS_AT_ONCE):
            block = words[start : start + _WORDS_AT_ONCE]
            before = "; " if start else ""
            after = " ;" if start + len(block) < len(words) else ""
            pieces += self._ask_at_once(before, block, after)
        return pieces

    def _ask_at_once(self, before: str, words: list[str], after: str) -> list[bytes]:
        if self._tokenizer.truncation is not None:
            self._tokenizer.no_truncation()
        if self._tokenizer.padding is not None:
            self._tokenizer.no_padding()
        encoding = self._tokenizer.encode(before + " ".join(words) + after, add_special_tokens=False)
        tokens = np.empty((len(encoding), 3), dtype=np.int64)
        tokens[:, 0], tokens[:, 1:] = encoding.ids, encoding.offsets
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        own_lengths = np.array([len(word.partition(" ")[0]) for word in words])
        starts = len(before) + np.cumsum(lengths + 1) - (lengths + 1)
        word_of = np.searchsorted(starts, tokens[:, 1], side="right") - 1
        tokens[:, 1:] -= starts[word_of][:, None]
        is_own = (tokens[:, 1] >= 0) & (tokens[:, 1] < own_lengths[word_of])
        data = tokens[is_own].astype(np.int32).tobytes()
        limits = np.searchsorted(word_of[is_own], np.arange(len(words) + 1)) * _TOKEN_BYTES
        return [data[start:end] for start, end in pairwise(limits.tolist())]


_MEMORIES: Final[WeakKeyDictionary[PreTrainedTokenizerFast, WordMemory | None]] = WeakKeyDictionary()
"""The memory of each tokenizer in use, None for one that has none."""


def memory_of(tokenizer: PreTrainedTokenizerFast) -> WordMemory | None:
    """Give the memory of a tokenizer, or None if it does not split texts by the rules of `moses.py`."""
    backend = tokenizer.backend_tokenizer
    if tokenizer in _MEMORIES:
        memory = _MEMORIES[tokenizer]
        if memory is None or memory.serves(backend):
            return memory
    _MEMORIES[tokenizer] = WordMemory(backend) if _follows_our_rules(backend) else None
    return _MEMORIES[tokenizer]


def _follows_our_rules(tokenizer: Tokenizer) -> bool:
    return (
        tokenizer.normalizer is not None
        and tokenizer.pre_tokenizer is not None
        and tokenizer.normalizer.__getstate__() == moses_normalizer().__getstate__()
        and tokenizer.pre_tokenizer.__getstate__() == moses_pre_tokenizer().__getstate__()
        and not any(
            token.normalized or token.content.split() != [token.content]
            for token in tokenizer.get_added_tokens_decoder().values()
        )
    )


def _stand_in(word: str) -> str:
    """Give a word that begins with the same kind of character: a small letter, a digit from 0 to 9, or another."""
    if word[0] in _SMALL_LETTERS:
        return "a"
    return "0" if "0" <= word[0] <= "9" else ";"
