"""Notes in, coded documents out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from attending.errors import InputError
from attending.explanation import (
    CodeInQuestion,
    EvidenceSpan,
    ExplainedNote,
    Method,
    attribute,
    attribute_described,
    explained_note,
    supporting_spans,
)
from attending.inference import prepare_model
from attending.model_folder import SHIPPED, LoadedModel, StoredCalibration, read_model_folder
from attending.odds import probabilities_of
from attending.prediction.coded_document import CodedDocument, ProposedCode
from attending.prediction.scoring import FurtherCodes, Scored, Scorer
from attending.taxonomy import LabelSpace


class Coder:
    """Proposes ICD-10 codes for discharge summaries; a human coder decides.

    Example:
        >>> coder = Coder.from_pretrained()
        >>> document = coder.code("Discharge Diagnosis: Community-acquired pneumonia.")
        >>> [code.code for code in document.codes]
        ['J18.9']
    """

    def __init__(
        self,
        loaded: LoadedModel,
        device: str = "auto",
        dtype: str = "auto",
        also: Sequence[str] | Mapping[str, str] = (),
    ) -> None:
        self._model = loaded.model
        self.runs_on = prepare_model(loaded.model, device, dtype)
        self.thresholds: NDArray[np.float64] = loaded.thresholds
        self.calibration: StoredCalibration | None = loaded.calibration
        self.label_space: LabelSpace = loaded.label_space
        self.also = FurtherCodes.of(also, loaded.label_space)
        self._scorer = Scorer(loaded, self.also)
        self._codes = (*loaded.label_space.codes, *self.also.codes)
        self._descriptions = (*loaded.label_space.descriptions, *self.also.descriptions)
        threshold = 0.5 if loaded.combination is None else loaded.combination.described_threshold
        self._all_thresholds = np.append(loaded.thresholds, np.full(len(self.also.codes), threshold))

    @classmethod
    def from_pretrained(
        cls,
        folder: str | Path | None = None,
        *,
        device: str = "auto",
        dtype: str = "auto",
        also: Sequence[str] | Mapping[str, str] = (),
    ) -> "Coder":
        """Load a model folder, or the model that ships with this package.

        Args:
            folder: A folder that `attending train` wrote. None: the shipped demonstration model.
            device: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", ...
            dtype: "float32", "bf16", "fp16", or "auto": bf16 where the device computes in it, which is about twice as
                fast and changes a probability by about 0.01; float32 elsewhere. `runs_on` says what was chosen:
                "cpu, bf16".
            also: Codes to score besides the model's own, from what they are called (zero-shot): codes of ICD-10, or
                any labels with a description each. What is proposed of them is marked as such. Several thousand are
                possible; those that the model learnt are left out.

        Raises:
            InputError: The folder is missing, incomplete or damaged, there is no such device, dtype or code, or the
                model does not read descriptions and `also` is given.
        """
        return cls(read_model_folder(SHIPPED if folder is None else Path(folder)), device, dtype, also)

    @overload
    def code(self, text: str, *, threshold: float | None = None) -> CodedDocument: ...  # type: ignore[overload-overlap]

    @overload
    def code(self, text: Iterable[str], *, threshold: float | None = None) -> list[CodedDocument]: ...

    def code(self, text: str | Iterable[str], *, threshold: float | None = None) -> CodedDocument | list[CodedDocument]:
        """Propose codes for one note, or for each of several.

        A note is read whole, however long it is.

        Args:
            text: One note, or several.
            threshold: Probability from which a code is proposed, in [0, 1]. None: the thresholds tuned with the model.

        Raises:
            InputError: A note holds no text, or the threshold is outside [0, 1].
        """
        if isinstance(text, str):
            return self.code_with_probabilities(text, threshold=threshold)[0]
        return [self.code_with_probabilities(one, threshold=threshold)[0] for one in text]

    def probabilities(self, text: str) -> dict[str, float]:
        """Return the probability of every code for one note: in the label space's order, then those of `also`."""
        return dict(zip(self._codes, self._read(text, None).probabilities.tolist(), strict=True))

    def threshold_for_recall(self, recall: float) -> float:
        """Return the threshold that promises at least this recall for patients like those calibrated on.

        Raises:
            InputError: The model is not calibrated, or its calibration does not promise so much.
        """
        return self._stored_calibration(f"recall of {recall:g}").threshold_for_recall(recall)

    def threshold_for_precision(self, precision: float) -> float:
        """Return the threshold from which proposed codes had at least this precision where it was calibrated.

        Raises:
            InputError: The model is not calibrated, or no stored threshold has so much.
        """
        return self._stored_calibration(f"precision of {precision:g}").threshold_for_precision(precision)

    def _stored_calibration(self, wanted: str) -> StoredCalibration:
        if self.calibration is None:
            raise InputError(
                f"The model is not calibrated, so it has no threshold for a {wanted}. Calibrate it on documents with "
                "codes: attending calibrate MODEL CORPUS."
            )
        return self.calibration

    def code_with_probabilities(
        self, text: str, *, threshold: float | None = None
    ) -> tuple[CodedDocument, NDArray[np.float64]]:
        """Propose codes for one note as `code` does, and return the probabilities of the model's own, (code,)."""
        reading = self._read(text, threshold)
        chosen = self._proposed(reading.probabilities, threshold)
        weights = self._attention(reading.scored, chosen)
        own = len(self.label_space)
        proposed = tuple(
            ProposedCode(
                self._codes[position],
                self._descriptions[position],
                round(float(reading.probabilities[position]), 4),
                reading.evidence(text, position, weights[row]),
                zero_shot=position >= own,
            )
            for row, position in enumerate(chosen)
        )
        return CodedDocument(text, proposed, calibrated=self.calibration is not None), reading.probabilities[:own]

    def _attention(self, scored: Scored, chosen: Sequence[int]) -> NDArray[np.float32]:
        """Return where codes looked, (code, token): the model's own, and those scored from their description."""
        own = len(self.label_space)
        learnt = [position for position in chosen if position < own]
        further = [position - own for position in chosen if position >= own]
        weights = np.zeros((len(chosen), len(scored.encoded.token_ids)), dtype=np.float32)
        is_own = np.array([position < own for position in chosen], dtype=bool)
        weights[is_own] = attribute(self._model, scored.encoded, learnt, "attention", states=scored.states).weights
        if further and self._scorer.queries is not None:
            weights[~is_own] = attribute_described(
                self._model, scored.encoded, self._scorer.queries[further], states=scored.states
            ).weights
        return weights

    def explain(
        self,
        text: str,
        *,
        codes: Sequence[str] | None = None,
        method: Method = "attingrad",
        threshold: float | None = None,
    ) -> ExplainedNote:
        """Say what codes rest on in a note: evidence spans, and the share of each section.

        Args:
            text: One note.
            codes: The model's own codes to explain, proposed or not, dotted; None: those that `code` proposes.
            method: How to find what they rest on; see `attending.explanation.attribution`.
            threshold: As in `code`.

        Raises:
            InputError: A note or threshold as in `code`, a code that the model does not know, or no such method.
        """
        positions = None if codes is None else self._positions(codes)
        reading = self._read(text, threshold)
        own = len(self.label_space)
        proposed = [position for position in self._proposed(reading.probabilities, threshold) if position < own]
        chosen = proposed if positions is None else positions
        asked = [
            CodeInQuestion(
                self.label_space.codes[position],
                self.label_space.descriptions[position],
                round(float(reading.probabilities[position]), 4),
                position in proposed,
                float(reading.support[position]),
                reading.scored.stated[position],
            )
            for position in chosen
        ]
        scored = reading.scored
        attribution = attribute(self._model, scored.encoded, chosen, method, states=scored.states)
        return explained_note(text, scored.encoded, asked, attribution, method)

    def _read(self, text: str, threshold: float | None) -> "_Reading":
        """Check what was given and read the note."""
        if threshold is not None and not 0 <= threshold <= 1:
            raise InputError(f"The threshold must be in [0, 1], got {threshold}.")
        if not text.strip():
            raise InputError("The note holds no text. Give the text of a discharge summary.")
        scored = self._scorer.score(text)
        return _Reading(scored, self._probabilities(scored.log_odds), scored.log_odds - self._log_odds_of_nothing)

    @cached_property
    def _log_odds_of_nothing(self) -> NDArray[np.float64]:
        """What is said of an empty note, (code,)."""
        return self._scorer.score("").log_odds

    def _proposed(self, found: NDArray[np.float64], threshold: float | None) -> list[int]:
        """Return the positions of the codes whose probability reaches their threshold, most probable first."""
        chosen = np.flatnonzero(found >= (self._all_thresholds if threshold is None else threshold))
        positions: list[int] = chosen[np.argsort(-found[chosen], kind="stable")].tolist()
        return positions

    def _positions(self, codes: Sequence[str]) -> list[int]:
        position_of = {code: position for position, code in enumerate(self.label_space.codes)}
        if unknown := [code for code in codes if code not in position_of]:
            raise InputError(
                f"The model does not know {', '.join(map(repr, unknown))}. Name codes among its {len(position_of)}, "
                "dotted, as in I25.10."
            )
        return [position_of[code] for code in dict.fromkeys(codes)]

    def _probabilities(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        found = probabilities_of(log_odds)
        if self.calibration is not None:
            own = len(self.label_space)
            found[:own] = self.calibration.calibration.apply(found[:own])
        return found


@dataclass(frozen=True, eq=False)
class _Reading:
    """A note as read."""

    scored: Scored
    probabilities: NDArray[np.float64]
    """Of every code, (code,)."""
    support: NDArray[np.float64]
    """How far the note lifts each code's log odds above those on an empty note, (code,)."""

    def evidence(self, text: str, position: int, weights: NDArray[np.float32]) -> tuple[EvidenceSpan, ...]:
        """Return the words that support a code, best first, from what it looked at, (token,), and what is stated."""
        support, stated = float(self.support[position]), self.scored.stated[position]
        return supporting_spans(text, self.scored.encoded, weights, support, stated)
