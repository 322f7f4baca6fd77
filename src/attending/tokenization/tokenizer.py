"""Vocabulary files or texts in; a fast tokenizer with character offsets out.

Both tokenizers split a text as BioGPT does (Moses, see `moses.py`) and its words by byte-pair encoding with `</w>`
at a word's end; `</s>` heads every sequence. They consist of parts of the `tokenizers` library alone, so that a
folder written by `save_pretrained` is read by `AutoTokenizer.from_pretrained` where this package is not installed.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tokenizers import AddedToken, Tokenizer, decoders
from tokenizers.models import BPE
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

_ESCAPED: Final = {
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
"""What Moses writes for a character, and the character as it stands in our words."""


def biogpt_tokenizer(vocabulary: Path, merges: Path) -> PreTrainedTokenizerFast:
    """Build the fast tokenizer that gives the ids of BioGPT's own (`BioGptTokenizer` of transformers) and offsets.

    Tokens that Moses escapes bear the name of what stands in the text (`'s</w>` for `&apos;s</w>`); ids are BioGPT's.
    What differs, and why, is told in the decision record on the tokenizer.

    Args:
        vocabulary: BioGPT's `vocab.json`.
        merges: BioGPT's `merges.txt`.

    Raises:
        InputError: A file is missing or is not what BioGPT publishes under that name.
    """
    ids = _read_vocabulary(vocabulary)
    pairs = _read_merges(merges)
    named = {_as_written(token): index for token, index in ids.items()}
    ...


