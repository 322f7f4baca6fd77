"""A loaded model and a text in, the log odds of every code out: what the model says, and the lexicon beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from attending.errors import InputError
from attending.inference import describe, encode_for, log_odds, read
from attending.lexicon import Lexicon
from attending.model import DocumentStates
from attending.model_folder import LoadedModel
from attending.taxonomy import LabelSpace, Taxonomy, normal_form
from attending.tokenization import EncodedDocument

Spans = tuple[tuple[int, int], ...]

_DOCUMENTS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class FurtherCodes:
    """Codes that a model never learnt, which it scores from what they are called."""

    codes: tuple[str, ...]
    descriptions: tuple[str, ...]

    @classmethod
    def of(cls, codes: Sequence[str] | Mapping[str, str], label_space: LabelSpace) -> Self:
        """Look codes up; those that the model learnt are left out.

        Args:
            codes: Codes of ICD-10 in any spelling; or any labels with a description each.
            label_space: The model's own codes.

        Raises:
            InputError: A code that the packaged release does not have, or an empty description.
        """
        if not codes:
            return cls((), ())
        if not isinstance(codes, Mapping):
            taxonomy = Taxonomy.load()
            unknown = [code for code in codes if not _is_known(code, taxonomy)]
            if unknown:
                raise InputError(
                    f"{len(unknown)} codes are not in {taxonomy.release} (first {unknown[0]!r}). Correct them, or give "
                    "them with a description each."
                )
            codes = {(entry := taxonomy.get(normal_form(code))).code: entry.description for code in codes}
        if empty := [code for code, description in codes.items() if not description.strip()]:
            raise InputError(f"{len(empty)} codes have no description (first {empty[0]!r}). Give each one.")
        further = {code: description for code, description in codes.items() if code not in label_space}
        return cls(tuple(further), tuple(further.values()))


@dataclass(frozen=True, eq=False)
class Scored:
    """A note as read and scored; codes are the model's own, then those scored from their description."""

    encoded: EncodedDocument
    states: DocumentStates
    log_odds: NDArray[np.float64]
    """Of every code, not calibrated, (code,)."""
    stated: tuple[Spans, ...]
    """The words that the lexicon finds for each code, (code,); none without a lexicon."""


class Scorer:
    """Reads notes with a model and, where the model folder says how to combine them, the lexicon."""

    def __init__(self, loaded: LoadedModel, described: FurtherCodes | None = None) -> None:
        """Make ready.

        Args:
            loaded: The model folder; its model is on its device already.
            described: Codes to score from their description, after the model's own.

        Raises:
            InputError: There are such codes, and the model does not read descriptions.
        """
        self._loaded, self._model = loaded, loaded.model
        self._own = len(loaded.label_space)
        self.queries: torch.Tensor | None = None
        further = described if described is not None and described.codes else None
        if further is not None:
            self.queries = describe(loaded.model, loaded.tokenizer, further.descriptions)
        self._lexicon = self._further_lexicon = None
        if loaded.combination is not None:
            self._lexicon = Lexicon.for_codes(loaded.label_space.codes, loaded.label_space.descriptions)
            if further is not None:
                self._further_lexicon = Lexicon.for_codes(further.codes, further.descriptions)

    def score(self, text: str) -> Scored:
        """Read and score one note."""
        encoded = encode_for(self._model.config, self._loaded.tokenizer, text)
        states = read(self._model, [encoded])
        with torch.inference_mode():
            logits = self._model.decide(states)
            if self.queries is not None:
                logits = torch.cat([logits, self._model.decide_described(states, self.queries)], dim=1)
        found, stated = self._combined(logits[0].double().cpu().numpy(), text)
        return Scored(encoded, states, found, stated)

    def log_odds(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Score many notes, a few at a time; (document, code), not calibrated."""
        rows: list[NDArray[np.float64]] = []
        for first in range(0, len(texts), _DOCUMENTS_AT_ONCE):
            part = texts[first : first + _DOCUMENTS_AT_ONCE]
            encoded = [encode_for(self._model.config, self._loaded.tokenizer, text) for text in part]
            logits = log_odds(self._model, encoded, self.queries).astype(np.float64)
            rows += [self._combined(row, text)[0] for row, text in zip(logits, part, strict=True)]
        return np.stack(rows)

    def _combined(self, logits: NDArray[np.float64], text: str) -> tuple[NDArray[np.float64], tuple[Spans, ...]]:
        combination = self._loaded.combination
        if combination is None or self._lexicon is None:
            return logits, ((),) * len(logits)
        own = self._lexicon.find(text)
        found, stated = combination.own.log_odds(logits[: self._own], own.features), own.spans
        if self._further_lexicon is not None and combination.described is not None:
            further = self._further_lexicon.find(text)
            of_further = combination.described.log_odds(logits[self._own :], further.features)
            return np.concatenate([found, of_further]), (*stated, *further.spans)
        return np.concatenate([found, logits[self._own :]]), (*stated, *(((),) * (len(logits) - self._own)))


def _is_known(code: str, taxonomy: Taxonomy) -> bool:
    try:
        return normal_form(code) in taxonomy
    except InputError:
        return False
