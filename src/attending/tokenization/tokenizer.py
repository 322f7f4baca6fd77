"""Vocabulary files or texts in; a fast tokenizer with character offsets out.

Both split a text as BioGPT does (Moses, see `moses.py`) and its words by byte-pair encoding with `</w>` at a
word's end; `</s>` heads every sequence. They consist of parts of the `tokenizers` library alone, so that
`AutoTokenizer.from_pretrained` reads what `save_pretrained` wrote where this package is not installed.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tokenizers import AddedToken, Tokenizer, decoders
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

from attending.errors import InputError
from attending.tokenization.moses import SPLIT_HYPHEN, moses_normalizer, moses_pre_tokenizer

MODEL_MAX_LENGTH: Final = 1024
"""Tokens that BioGPT reads at once, the special one included: what `truncation=True` cuts to."""

_SPECIAL_TOKENS: Final = ["<s>", "<pad>", "</s>", "<unk>"]
"""In the order of their ids, 0 to 3."""
_END_OF_WORD: Final = "</w>"

_WRITTEN_BY_MOSES: Final = {
    "&apos;": "'",
    "&quot;": '"',
    "&lt;": "<",
    "&gt;": ">",
    "&#124;": "|",
    "&#91;": "[",
    "&#93;": "]",
    "&amp;": "&",
    "@-@": SPLIT_HYPHEN,
}
"""What Moses writes, and the one character that stands for it in our words."""
_NEVER_INSIDE_A_WORD: Final = frozenset("&;#@")
"""Moses sets these apart; merges with them only put together what it writes."""
_FILLER: Final = "madeupword"
"""How the tokens begin that fill BioGPT's vocabulary up. No text gives them; a merge that leads to no token
of BioGPT (`evertheless</w>` on the way to `nevertheless</w>`) takes the place of one, so that no id is out of
range."""


def biogpt_tokenizer(vocabulary: Path, merges: Path) -> PreTrainedTokenizerFast:
    """Build the fast tokenizer that gives the ids of BioGPT's own (`BioGptTokenizer`), and offsets.

    Tokens bear the name of what stands in the text (`'s</w>`, where BioGPT's file has `&apos;s</w>`); their
    ids are BioGPT's. The decision record on the tokenizer tells what differs, and why.

    Args:
        vocabulary: BioGPT's `vocab.json`.
        merges: BioGPT's `merges.txt`.

    Raises:
        InputError: A file is missing or is not of the form that BioGPT publishes under that name.
    """
    ids = {_as_in_text(token): index for token, index in _read_vocabulary(vocabulary).items()}
    fillers = sorted(token for token in ids if token.startswith(_FILLER))
    pairs = []
    for line, (first, second) in enumerate(_read_merges(merges), start=1):
        pair = _as_in_text(first), _as_in_text(second)
        if _NEVER_INSIDE_A_WORD & {*pair[0], *pair[1]}:
            continue
        merged = pair[0] + pair[1]
        if merged not in ids and fillers:
            ids[merged] = ids.pop(fillers.pop(0))
        if not {*pair, merged} <= ids.keys():
            raise InputError(
                f"Line {line} of {merges} names tokens that {vocabulary} does not hold. "
                "Give the vocab.json and merges.txt of one and the same BioGPT model."
            )
        pairs.append(pair)
    return _tokenizer(ids, pairs)


def train_tokenizer(texts: Iterable[str], *, vocabulary_size: int) -> PreTrainedTokenizerFast:
    """Learn a vocabulary of the same form as BioGPT's from texts. The same texts give the same tokenizer.

    Every character of the texts gets a token, inside a word and at its end; others become `<unk>`, id 3.

    Args:
        texts: Any number of texts; they are read once and not kept.
        vocabulary_size: Tokens in all, special ones included. Few or short texts may yield less.

    Raises:
        InputError: The texts hold more different characters than the vocabulary has room for, or none at all.
    """
    normalizer, pre_tokenizer = moses_normalizer(), moses_pre_tokenizer()
    counts = Counter(
        word for text in texts for word, _ in pre_tokenizer.pre_tokenize_str(normalizer.normalize_str(text))
    )
    characters = sorted({character for word in counts for character in word})
    needed = len(_SPECIAL_TOKENS) + 2 * len(characters)
    if not characters:
        raise InputError("Expected texts to learn a vocabulary from, found no word. Check the texts' source.")
    if vocabulary_size < needed:
        raise InputError(
            f"vocabulary_size ({vocabulary_size}) must be at least {needed}: {len(_SPECIAL_TOKENS)} special "
            f"tokens and two for each of the {len(characters)} characters in the texts. Ask for more tokens."
        )
    learner = Tokenizer(BPE(unk_token="<unk>", end_of_word_suffix=_END_OF_WORD))
    learner.pre_tokenizer = WhitespaceSplit()
    # Characters at a word's end are named beforehand: the trainer would number them in a hash table's order.
    trainer = BpeTrainer(
        vocab_size=vocabulary_size,
        special_tokens=[*_SPECIAL_TOKENS, *(character + _END_OF_WORD for character in characters)],
        initial_alphabet=characters,
        end_of_word_suffix=_END_OF_WORD,
        show_progress=False,
    )
    learner.train_from_iterator(_repeat(counts), trainer)
    learnt = json.loads(learner.to_str())["model"]
    return _tokenizer(learnt["vocab"], [(first, second) for first, second in learnt["merges"]])


def _tokenizer(ids: dict[str, int], pairs: list[tuple[str, str]]) -> PreTrainedTokenizerFast:
    """Put the parts together: Moses' words, byte-pair encoding, `</s>` at the head."""
    tokenizer = Tokenizer(BPE(ids, pairs, unk_token="<unk>", end_of_word_suffix=_END_OF_WORD))
    tokenizer.normalizer = moses_normalizer()
    tokenizer.pre_tokenizer = moses_pre_tokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="</s> $A", pair="</s> $A </s>:1 $B:1", special_tokens=[("</s>", _SPECIAL_TOKENS.index("</s>"))]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.BPEDecoder(suffix=_END_OF_WORD),
            decoders.Fuse(),
            decoders.Replace(f" {SPLIT_HYPHEN} ", "-"),
        ]
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in _SPECIAL_TOKENS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=MODEL_MAX_LENGTH,
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )


def _as_in_text(token: str) -> str:
    for written, character in _WRITTEN_BY_MOSES.items():
        token = token.replace(written, character)
    return token


def _repeat(counts: Counter[str]) -> Iterator[str]:
    """Give every word as often as it was counted, in pieces of at most a thousand."""
    for word, count in counts.items():
        for start in range(0, count, 1000):
            yield " ".join([word] * min(1000, count - start))


def _read_vocabulary(path: Path) -> dict[str, int]:
    try:
        ids = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(f"Expected BioGPT's vocab.json at {path}, found no JSON. Check the path.") from None
    if not isinstance(ids, dict) or [ids.get(token) for token in _SPECIAL_TOKENS] != [0, 1, 2, 3]:
        raise InputError(
            f"{path} is not BioGPT's vocab.json: it must give {', '.join(_SPECIAL_TOKENS)} the ids 0 to 3. "
            "Give the file that BioGPT publishes."
        )
    return ids


def _read_merges(path: Path) -> list[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, ValueError):
        raise InputError(f"Expected BioGPT's merges.txt at {path}, found no text. Check the path.") from None
    pairs = []
    for number, line in enumerate(lines, start=1):
        match line.split():
            case [first, second, *_]:
                pairs.append((first, second))
            case _:
                raise InputError(
                    f"Line {number} of {path} does not hold two parts of a token. Give BioGPT's merges.txt."
                )
    return pairs
