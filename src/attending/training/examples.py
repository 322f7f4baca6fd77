"""Documents of corpora in, examples on disk out, tokenized once; examples in, tensors for one training step out.

    examples/0/train/   tokens.bin  token_starts.npy  labels.npy  label_starts.npy  codes.npy  code_starts.npy
                        evidence.npy  evidence_starts.npy
    examples/0/validation/ ...      one folder a corpus and split
    examples/0/corpus.json          the corpus's data card; examples.json says which corpora these are

Tokens stay in the file and are read document by document; what is held in memory is where each document's tokens, codes
and evidence lie, some hundred bytes a document.
"""

import json
import shutil
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from attending.corpus import Corpus, Documents
from attending.corpus.schema import CARD_FILE, Split
from attending.errors import InputError
from attending.inference import encode_for
from attending.model import AttendingConfig, DescribedCodes, GoldEvidence
from attending.model.windows import split_into_windows
from attending.sealing import MANIFEST, sealed_folder, sha256_of, verify
from attending.taxonomy import LabelSpace
from attending.tokenization import EncodedDocument, WindowBatch, batch_windows
from attending.training.descriptions import Descriptions, NamedCodes

ABOUT = "examples.json"
SPLITS: tuple[Split, ...] = ("train", "validation")
_TOKEN = np.dtype("<i4")


@dataclass(frozen=True)
class Example:
    """One document ready for training.

    `labels` is boolean, (code,). `evidence` holds the gold spans of codes of the label space as
    (code position, first token, token after the last). `codes` numbers all codes of the document that can be described,
    labels or not, (code,). The places of its tokens in the text are not kept: all zero.
    """

    encoded: EncodedDocument
    labels: NDArray[np.bool_]
    evidence: tuple[tuple[int, int, int], ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Batch:
    """Tensors of some documents, as the model's forward takes them."""

    windows: WindowBatch
    labels: Tensor
    evidence: GoldEvidence
    described: DescribedCodes | None

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on another device."""
        evidence, described = self.evidence, self.described
        return Batch(
            self.windows.to(device),
            self.labels.to(device),
            GoldEvidence(evidence.document.to(device), evidence.code.to(device), evidence.tokens.to(device)),
            described and DescribedCodes(*(tensor.to(device) for tensor in vars(described).values())),
        )


class Examples(Sequence[Example]):
    """Examples of one or more folders, one after the other; a document's tokens are read when it is asked for."""

    def __init__(self, folders: Sequence[Path], codes: int, config: AttendingConfig) -> None:
        """Open folders that `write_examples` made.

        Args:
            folders: Their order is the examples' order; one may be named several times.
            codes: Number of codes in the label space.
            config: Says how windows are laid.
        """
        opened = {folder: _ExampleFiles(folder) for folder in folders}
        self._parts = [opened[folder] for folder in folders]
        self._starts = np.cumsum([0, *(len(part) for part in self._parts)])
        self._codes, self._config = codes, config

    def __len__(self) -> int:
        return int(self._starts[-1])

    @overload
    def __getitem__(self, place: int) -> Example: ...

    @overload
    def __getitem__(self, place: slice) -> list[Example]: ...

    def __getitem__(self, place: int | slice) -> Example | list[Example]:
        if isinstance(place, slice):
            return [self[position] for position in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        number = int(np.searchsorted(self._starts, place, side="right")) - 1
        part, row = self._parts[number], place - int(self._starts[number])
        token_ids = part.token_ids(row)
        windows = split_into_windows(
            len(token_ids),
            window_tokens=self._config.window_tokens,
            overlap_tokens=self._config.overlap_tokens,
            causal=self._config.reading == "causal",
        )
        labels = np.zeros(self._codes, dtype=np.bool_)
        labels[part.labels(row)] = True
        nowhere = np.broadcast_to(np.int64(0), (len(token_ids), 2))
        evidence = tuple((code, first, after) for code, first, after in part.evidence(row).tolist())
        return Example(EncodedDocument(token_ids, nowhere, tuple(windows)), labels, evidence, part.codes(row))

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each document, (document,)."""
        return np.concatenate([np.diff(part.token_starts) for part in self._parts])

    @cached_property
    def frequencies(self) -> NDArray[np.float64]:
        """Share of the documents that have each code, (code,)."""
        counts = sum(np.bincount(part.all_labels, minlength=self._codes) for part in self._parts)
        return np.asarray(counts, dtype=np.float64) / len(self)

    def labels(self) -> NDArray[np.bool_]:
        """Return which document has which code, (document, code)."""
        found = np.zeros((len(self), self._codes), dtype=np.bool_)
        for start, part in zip(self._starts, self._parts, strict=False):
            rows = np.repeat(np.arange(len(part)), np.diff(part.label_starts))
            found[start + rows, part.all_labels] = True
        return found


class _ExampleFiles:
    """The files of one corpus and split."""

    def __init__(self, folder: Path) -> None:
        try:
            self._tokens: BinaryIO = (folder / "tokens.bin").open("rb")
            self.token_starts, self.label_starts, self.all_labels = _loaded(
                folder, "token_starts", "label_starts", "labels"
            )
            self._code_starts, self._codes = _loaded(folder, "code_starts", "codes")
            self._evidence_starts, self._evidence = _loaded(folder, "evidence_starts", "evidence")
        except (OSError, ValueError):
            raise InputError(f"{folder} holds no examples that attending wrote. Start a new run.") from None

    def __len__(self) -> int:
        return len(self.token_starts) - 1

    def token_ids(self, row: int) -> NDArray[np.int64]:
        first, after = self.token_starts[row : row + 2].tolist()
        self._tokens.seek(first * _TOKEN.itemsize)
        data = self._tokens.read((after - first) * _TOKEN.itemsize)
        return np.frombuffer(data, dtype=_TOKEN).astype(np.int64)

    def labels(self, row: int) -> NDArray[np.int32]:
        first, after = self.label_starts[row : row + 2]
        return self.all_labels[first:after]

    def codes(self, row: int) -> NDArray[np.int32]:
        first, after = self._code_starts[row : row + 2]
        return self._codes[first:after]

    def evidence(self, row: int) -> NDArray[np.int32]:
        first, after = self._evidence_starts[row : row + 2]
        return self._evidence[first:after]


def _loaded(folder: Path, *names: str) -> list[NDArray[Any]]:
    return [np.load(folder / f"{name}.npy", allow_pickle=False) for name in names]


def write_examples(
    folder: Path,
    corpora: Sequence[Corpus],
    tokenizer: PreTrainedTokenizerFast,
    label_space: LabelSpace,
    config: AttendingConfig,
) -> None:
    """Tokenize the training and validation documents of corpora into a sealed folder, one document at a time."""
    named = NamedCodes(label_space)
    with sealed_folder(folder) as partial:
        for number, corpus in enumerate(corpora):
            for split in SPLITS:
                part = partial / str(number) / split
                part.mkdir(parents=True)
                _write_part(part, corpus.split(split), tokenizer, label_space, named, config)
            shutil.copyfile(corpus.folder / CARD_FILE, partial / str(number) / CARD_FILE)
        named.write(partial, tokenizer)
        (partial / ABOUT).write_text(json.dumps({"corpora": _sums(corpora)}) + "\n", encoding="utf-8")


def verify_examples(folder: Path, corpora: Sequence[Corpus]) -> None:
    """Check that a folder of examples is whole and was made from these corpora.

    Raises:
        InputError: It is damaged, or a corpus is not the one that the run began with.
    """
    verify(folder, what="a folder of examples", next_step="Remove it: it is made again when the run is resumed.")
    made_from = json.loads((folder / ABOUT).read_text(encoding="utf-8"))["corpora"]
    if made_from != _sums(corpora):
        raise InputError(
            f"A corpus is no longer the one that the run in {folder.parent} began with. Give the run the corpora it "
            "began with, or start a new run."
        )


def collate(
    examples: Sequence[Example],
    config: AttendingConfig,
    random: np.random.Generator,
    negatives: int,
    descriptions: Descriptions | None = None,
    described_codes: int = 0,
) -> Batch:
    """Make one batch.

    Args:
        examples: The documents.
        config: Says how windows begin and what fills them up.
        random: Draws the codes whose attention should find nothing, and those that are scored from their description.
        negatives: How many codes a document should find nothing.
        descriptions: Where codes to score from their description are drawn from; None: there are none.
        described_codes: How many such codes the batch has.
    """
    windows = batch_windows(
        [example.encoded for example in examples],
        pad_id=config.pad_token_id_of_backbone,
        bos_id=config.start_token_id,
    )
    longest = max(len(example.encoded.token_ids) for example in examples)
    questions: list[tuple[int, int]] = []
    rows: list[NDArray[np.bool_]] = []
    for number, example in enumerate(examples):
        spans: dict[int, NDArray[np.bool_]] = {}
        for code, first, after in example.evidence:
            if example.labels[code]:
                spans.setdefault(code, np.zeros(longest, dtype=bool))[first:after] = True
        absent = np.flatnonzero(~example.labels)
        for code in random.permutation(absent)[:negatives].tolist() if example.evidence else []:
            spans[code] = np.zeros(longest, dtype=bool)
        questions += [(number, code) for code in spans]
        rows += spans.values()
    described = None
    if descriptions is not None:
        described = descriptions.draw([example.codes for example in examples], described_codes, config, random)
    asked = torch.tensor(questions, dtype=torch.long).reshape(-1, 2)
    tokens = torch.from_numpy(np.stack(rows)) if rows else torch.zeros(0, longest, dtype=torch.bool)
    return Batch(
        windows=windows,
        labels=torch.from_numpy(np.stack([example.labels for example in examples])),
        evidence=GoldEvidence(asked[:, 0], asked[:, 1], tokens),
        described=described,
    )


def _write_part(
    folder: Path,
    documents: Documents,
    tokenizer: PreTrainedTokenizerFast,
    label_space: LabelSpace,
    named: NamedCodes,
    config: AttendingConfig,
) -> None:
    token_starts, label_starts, code_starts, evidence_starts = (array("q", [0]) for _ in range(4))
    labels, codes, evidence = array("i"), array("i"), array("i")
    with (folder / "tokens.bin").open("wb") as file:
        for document in documents:
            encoded = encode_for(config, tokenizer, document.text)
            file.write(encoded.token_ids.astype(_TOKEN).tobytes())
            token_starts.append(token_starts[-1] + len(encoded.token_ids))
            labels.extend(np.flatnonzero(label_space.encode(document.codes)).tolist())
            label_starts.append(len(labels))
            codes.extend(named.positions(document.codes))
            code_starts.append(len(codes))
            for span in document.evidence:
                if span.code in label_space:
                    first = int(np.searchsorted(encoded.offsets[:, 1], span.start, side="right"))
                    after = int(np.searchsorted(encoded.offsets[:, 0], span.end, side="left"))
                    if first < after:
                        evidence.extend((label_space.index(span.code), first, after))
            evidence_starts.append(len(evidence) // 3)
    for name, values in (
        ("token_starts", np.array(token_starts, dtype=np.int64)),
        ("label_starts", np.array(label_starts, dtype=np.int64)),
        ("code_starts", np.array(code_starts, dtype=np.int64)),
        ("evidence_starts", np.array(evidence_starts, dtype=np.int64)),
        ("labels", np.array(labels, dtype=np.int32)),
        ("codes", np.array(codes, dtype=np.int32)),
        ("evidence", np.array(evidence, dtype=np.int32).reshape(-1, 3)),
    ):
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def _sums(corpora: Sequence[Corpus]) -> list[str]:
    """Name each corpus by the sum of its manifest, which names the bytes of all its files."""
    return [sha256_of(corpus.folder / MANIFEST) for corpus in corpora]
