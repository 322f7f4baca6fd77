"""Notes in, coded documents out."""

from collections.abc import Iterable
from pathlib import Path
from typing import overload

import numpy as np
import torch
from numpy.typing import NDArray

from attending.errors import InputError
from attending.explanation import evidence_spans
from attending.inference import encode_for, read
from attending.model import DocumentStates
from attending.model_folder import SHIPPED, LoadedModel, read_model_folder
from attending.prediction.coded_document import CodedDocument, ProposedCode
from attending.taxonomy import LabelSpace


class Coder:
    """Proposes ICD-10 codes for discharge summaries; a human coder decides.

    Example:
        >>> coder = Coder.from_pretrained()
        >>> document = coder.code("Discharge Diagnosis: Community-acquired pneumonia.")
        >>> [code.code for code in document.codes]
        ['J18.9']
    """

    def __init__(self, loaded: LoadedModel, device: str = "auto") -> None:
        self._model = loaded.model
        self._model.to(_device(device))  # type: ignore[arg-type]
        self._tokenizer = loaded.tokenizer
        self.thresholds: NDArray[np.float64] = loaded.thresholds
        self.label_space: LabelSpace = loaded.label_space

    @classmethod
    def from_pretrained(cls, folder: str | Path | None = None, *, device: str = "auto") -> "Coder":
        """Load a model folder, or the model that ships with this package.

        Args:
            folder: A folder that `attending train` wrote. None: the shipped demonstration model.
            device: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", ...

        Raises:
            InputError: The folder is missing, incomplete or damaged, or there is no such device.
        """
        return cls(read_model_folder(SHIPPED if folder is None else Path(folder)), device)

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

    def code_with_probabilities(
        self, text: str, *, threshold: float | None = None
    ) -> tuple[CodedDocument, NDArray[np.float64]]:
        """Propose codes for one note as `code` does, and return the probability of every code too, (code,)."""
        if threshold is not None and not 0 <= threshold <= 1:
            raise InputError(f"The threshold must be in [0, 1], got {threshold}.")
        if not text.strip():
            raise InputError("The note holds no text. Give the text of a discharge summary.")
        encoded = encode_for(self._model.config, self._tokenizer, text)
        states = read(self._model, [encoded])
        found = self._probabilities(states)
        chosen = np.flatnonzero(found >= (self.thresholds if threshold is None else threshold))
        chosen = chosen[np.argsort(-found[chosen], kind="stable")]
        weights = self._attention(states, chosen)
        proposed = tuple(
            ProposedCode(
                self.label_space.codes[position],
                self.label_space.descriptions[position],
                round(float(found[position]), 4),
                evidence_spans(text, encoded.offsets, weights[row]),
            )
            for row, position in enumerate(chosen.tolist())
        )
        return CodedDocument(text, proposed), found

    @torch.inference_mode()
    def _probabilities(self, states: DocumentStates) -> NDArray[np.float64]:
        return self._model.decide(states)[0].double().sigmoid().cpu().numpy()

    @torch.inference_mode()
    def _attention(self, states: DocumentStates, codes: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return where codes looked, (code, token), without the weight on "nothing in the text".

        A model whose codes do not look at tokens has no evidence to show: all weights are 0.
        """
        if not self._model.config.cross_attention:
            return np.zeros((len(codes), states.tokens.shape[1]), dtype=np.float32)
        asked = torch.as_tensor(codes, device=self._model.device)
        weights = self._model.attention(states, torch.zeros_like(asked), asked)
        return weights[:, 1:].cpu().numpy()


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError):
        raise InputError(f"There is no device {name!r} on this machine. Use auto, cpu, or cuda with a GPU.") from None
    return device
