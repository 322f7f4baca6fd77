"""What the codes of the training documents are called, tokenized once; for each batch some of them, drawn at random.

A model learns from them to score codes by their description alone. They are all the codes that a human coder gave the
documents and that can be described, not the labels alone.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from attending.inference import lay_descriptions
from attending.model import AttendingConfig, DescribedCodes
from attending.taxonomy import LabelSpace, Taxonomy

FILE = "descriptions.json"
MOST_TOKENS = 48
"""Tokens of a description that are read; few have more."""
MOST_NAMES = 8
"""Names of a code that are kept: its description, then its synonyms."""


class NamedCodes:
    """Numbers the codes that documents have as they come, and looks up what each is called."""

    def __init__(self, label_space: LabelSpace) -> None:
        self._label_space, self._taxonomy = label_space, Taxonomy.load()
        self._positions: dict[str, int] = {}
        self._names: list[list[str]] = []

    def positions(self, codes: Sequence[str]) -> list[int]:
        """Return the numbers of codes, without those that nothing describes."""
        return [position for code in codes if (position := self._position(code)) is not None]

    def write(self, folder: Path, tokenizer: PreTrainedTokenizerFast) -> None:
        """Write the names of all codes so far, tokenized, without special tokens."""
        names = [
            [ids[:MOST_TOKENS] for ids in tokenizer(names, add_special_tokens=False)["input_ids"]]
            for names in self._names
        ]
        content = {"codes": list(self._positions), "token_ids": names}
        (folder / FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")

    def _position(self, code: str) -> int | None:
        if code not in self._positions:
            names = self._called(code)
            if not names:
                return None
            self._positions[code] = len(self._positions)
            self._names.append(names[:MOST_NAMES])
        return self._positions[code]

    def _called(self, code: str) -> list[str]:
        if code in self._label_space:
            position = self._label_space.index(code)
            return [self._label_space.descriptions[position], *self._label_space.synonyms[position]]
        if code in self._taxonomy:
            entry = self._taxonomy.get(code)
            return [entry.description, *entry.includes, *entry.inclusion_terms]
        return []


class Descriptions:
    """The names that `NamedCodes` wrote, ready to draw from."""

    def __init__(self, folder: Path) -> None:
        """Read a folder's file; without one there is nothing to draw."""
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        self.codes: tuple[str, ...] = tuple(content["codes"])
        self._token_ids: list[list[list[int]]] = content["token_ids"]

    def draw(
        self,
        codes: Sequence[NDArray[np.int32]],
        count: int,
        config: AttendingConfig,
        random: np.random.Generator,
    ) -> DescribedCodes:
        """Draw codes for a batch: up to half of them such as its documents have, the others from all.

        Each is given one of its names, drawn at random.

        Args:
            codes: The codes of each document, as numbers, (document,).
            count: How many codes; fewer if there are no more.
            config: Says how a description begins and what fills it up.
            random: Draws.
        """
        theirs = random.permutation(np.unique(np.concatenate(codes)))[: count // 2]
        others = np.setdiff1d(random.permutation(len(self.codes))[:count], theirs)
        chosen = np.concatenate([theirs, random.permutation(others)[: count - len(theirs)]]).astype(np.int64)
        rows = [self._token_ids[code][random.integers(len(self._token_ids[code]))] for code in chosen.tolist()]
        ids, mask = lay_descriptions(rows, config)
        labels = np.stack([np.isin(chosen, own) for own in codes])
        return DescribedCodes(ids, mask, torch.from_numpy(labels))
