"""Notes in, coded documents out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
import torch
from numpy.typing import NDArray

from attending.errors import InputError
from attending.explanation import CodeInQuestion, ExplainedNote, Method, attribute, explained_note, supporting_spans
from attending.inference import encode_for, prepare_model, read
from attending.model import DocumentStates
from attending.model_folder import SHIPPED, LoadedModel, StoredCalibration, read_model_folder
from attending.prediction.coded_document import CodedDocument, ProposedCode
from attending.taxonomy import LabelSpace
from attending.tokenization import EncodedDocument


class Coder:
    """Proposes ICD-10 codes for discharge summaries; a human coder decides.

    Example:
        >>> coder = Coder.from_pretrained()
        >>> document = coder.code("Discharge Diagnosis: Community-acquired pneumonia.")
        >>> [code.code for code in document.codes]
        ['J18.9']
    """

    def __init__(self, loaded: LoadedModel, device: str = "auto", dtype: str = "float32") -> None:
        self._model = loaded.model
        self.runs_on = prepare_model(loaded.model, device, dtype)
        self._tokenizer = loaded.tokenizer
        self.thresholds: NDArray[np.float64] = loaded.thresholds
        self.calibration: StoredCalibration | None = loaded.calibration
        self.label_space: LabelSpace = loaded.label_space

    @classmethod
    def from_pretrained(
        cls, folder: str | Path | None = None, *, device: str = "auto", dtype: str = "float32"
    ) -> "Coder":
        """Load a model folder, or the model that ships with this package.

        Args:
            folder: A folder that `attending train` wrote. None: the shipped demonstration model.
            device: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", ...
            dtype: "float32", "bf16", "fp16", or "auto": bf16 where the device computes in it, which is two to three
                times as fast and changes a probability by about 0.01. `runs_on` says what was chosen: "cpu, bf16".

        Raises:
            InputError: The folder is missing, incomplete or damaged, or there is no such device or dtype.
        """
        return cls(read_model_folder(SHIPPED if folder is None else Path(folder)), device, dtype)

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
        """Return the probability of every code for one note, in the label space's order."""
        _, found = self.code_with_probabilities(text, threshold=1.0)
        return dict(zip(self.label_space.codes, found.tolist(), strict=True))

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
        """Propose codes for one note as `code` does, and return the probability of every code too, (code,)."""
        reading = self._read(text, threshold)
        chosen = self._proposed(reading.probabilities, threshold)
        attribution = attribute(self._model, reading.encoded, chosen, "attention", states=reading.states)
        proposed = tuple(
            ProposedCode(
                self.label_space.codes[position],
                self.label_space.descriptions[position],
                round(float(reading.probabilities[position]), 4),
                supporting_spans(text, reading.encoded, attribution.weights[row], float(reading.support[position])),
            )
            for row, position in enumerate(chosen)
        )
        return CodedDocument(text, proposed, calibrated=self.calibration is not None), reading.probabilities

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
            codes: The codes to explain, proposed or not, dotted; None: those that `code` proposes.
            method: How to find what they rest on; see `attending.explanation.attribution`.
            threshold: As in `code`.

        Raises:
            InputError: A note or threshold as in `code`, a code that the model does not know, or no such method.
        """
        positions = None if codes is None else self._positions(codes)
        reading = self._read(text, threshold)
        proposed = self._proposed(reading.probabilities, threshold)
        chosen = proposed if positions is None else positions
        asked = [
            CodeInQuestion(
                self.label_space.codes[position],
                self.label_space.descriptions[position],
                round(float(reading.probabilities[position]), 4),
                position in proposed,
                float(reading.support[position]),
            )
            for position in chosen
        ]
        attribution = attribute(self._model, reading.encoded, chosen, method, states=reading.states)
        return explained_note(text, reading.encoded, asked, attribution, method)

    def _read(self, text: str, threshold: float | None) -> "_Reading":
        """Check what was given and read the note."""
        if threshold is not None and not 0 <= threshold <= 1:
            raise InputError(f"The threshold must be in [0, 1], got {threshold}.")
        if not text.strip():
            raise InputError("The note holds no text. Give the text of a discharge summary.")
        encoded = encode_for(self._model.config, self._tokenizer, text)
        states = read(self._model, [encoded])
        logits = self._logits(states)
        return _Reading(encoded, states, self._probabilities(logits), logits - self._logits_of_nothing)

    @cached_property
    def _logits_of_nothing(self) -> NDArray[np.float64]:
        """What the model says of an empty note, (code,)."""
        return self._logits(read(self._model, [encode_for(self._model.config, self._tokenizer, "")]))

    def _proposed(self, found: NDArray[np.float64], threshold: float | None) -> list[int]:
        """Return the positions of the codes whose probability reaches their threshold, most probable first."""
        chosen = np.flatnonzero(found >= (self.thresholds if threshold is None else threshold))
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

    @torch.inference_mode()
    def _logits(self, states: DocumentStates) -> NDArray[np.float64]:
        logits: NDArray[np.float64] = self._model.decide(states)[0].double().cpu().numpy()
        return logits

    def _probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = torch.from_numpy(logits).sigmoid().numpy()
        return found if self.calibration is None else self.calibration.calibration.apply(found)


@dataclass(frozen=True, eq=False)
class _Reading:
    """A note as read."""

    encoded: EncodedDocument
    states: DocumentStates
    probabilities: NDArray[np.float64]
    """Of every code, (code,)."""
    support: NDArray[np.float64]
    """How far the note lifts each code's log odds above those on an empty note, (code,)."""
