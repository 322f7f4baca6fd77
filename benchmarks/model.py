"""Speed and memory of the model against the plain Hugging Face loop on equal weights; one JSON line goes out.

- `python benchmarks/model.py`: the shipped model on this machine. The plain loop reads one window at a time in float32
  with default settings and gives the same answers. int8: the backbone's linear layers, quantized dynamically by
  torch. Also the memory of 8,000 codes on one document of 8,000 tokens.
- `python benchmarks/model.py biogpt` and `... biogpt-large`: a model of that size with random weights on documents of
  3,200 tokens, and a training step at the reference's batch of ten windows of 1,024 tokens; made for a GPU. The plain
  loop is BioGptForSequenceClassification, one window at a time. `--layers N` makes it smaller, for a trial.

All that is compared runs side by side in one process, in turns.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from memory import forget_peak_mb, peak_mb
from torch.ao.quantization import quantize_dynamic
from transformers import BertConfig, BioGptConfig, BioGptForSequenceClassification

from attending.inference import encode_for, prepare_model, probabilities
from attending.model import AttendingConfig, AttendingForSequenceClassification, DocumentStates, TokenMask
from attending.model_folder import SHIPPED, read_model_folder
from attending.tokenization import EncodedDocument, batch_windows, split_into_windows

ROUNDS = 5
SIZES = {
    "biogpt": {"layers": 24, "hidden": 1024, "heads": 16, "positions": 1024, "vocabulary": 42_384},
    "biogpt-large": {"layers": 48, "hidden": 1600, "heads": 25, "positions": 2048, "vocabulary": 57_717},
}


def in_turns(calls: dict[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the shortest time of each call in seconds, taken in turns after one call that does not count."""
    best: dict[str, float] = {}
    for turn in range(rounds + 1):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn:
                best[name] = min(best.get(name, float("inf")), time.perf_counter() - began)
    return best


@torch.inference_mode()
def plain_loop(model: AttendingForSequenceClassification, documents: list[EncodedDocument]) -> np.ndarray:
    """Read one window at a time, as the usual loop does, and give the model's answers."""
    found = []
    for document in documents:
        batch = batch_windows([document], model.config.pad_token_id_of_backbone, model.config.start_token_id)
        states = [
            model.backbone(input_ids=row[None, :length], attention_mask=mask[None, :length].long()).last_hidden_state[
                own[None, :length]
            ]
            for row, mask, own, length in zip(
                batch.input_ids,
                batch.attention_mask,
                batch.owner_mask,
                batch.attention_mask.sum(1).tolist(),
                strict=True,
            )
        ]
        tokens = torch.cat(states)[None]
        mask = TokenMask(torch.ones(tokens.shape[:2], dtype=torch.bool))
        found.append(model.decide(DocumentStates(tokens, mask)).sigmoid().numpy())
    return np.concatenate(found)


def shipped(notes: int) -> dict[str, Any]:
    """Compare the shipped model with the plain loop on this CPU."""
    texts = notes_of_the_synthetic_hospital(notes)
    exact, fast, small = (read_model_folder(SHIPPED) for _ in range(3))
    documents = [encode_for(exact.model.config, exact.tokenizer, text) for text in texts]
    chosen = prepare_model(fast.model, "cpu", "auto")
    quantize_dynamic(small.model.backbone, {torch.nn.Linear}, inplace=True)
    ways = {"float32": exact, "auto": fast, "int8": small}
    seconds = in_turns(
        {
            "plain": lambda: plain_loop(exact.model, documents),
            **{name: partial(probabilities, way.model, documents) for name, way in ways.items()},
        }
    )
    plain = plain_loop(exact.model, documents)
    expected = plain >= exact.thresholds
    compared: dict[str, float] = {}
    for name, way in ways.items():
        found = probabilities(way.model, documents)
        decided = found >= exact.thresholds
        both, either = (decided & expected).sum(), (decided | expected).sum()
        compared |= {
            f"times_plain_{name}": round(seconds["plain"] / seconds[name], 2),
            f"largest_difference_{name}": float(np.abs(found - plain).max()),
            f"equal_decisions_{name}": round(float((decided == expected).mean()), 5),
            f"equal_among_proposed_{name}": round(float(both / max(1, either)), 5),
        }
    return {
        "notes": notes,
        "tokens_a_note": int(np.median([len(document.token_ids) for document in documents])),
        "threads": torch.get_num_threads(),
        "chosen": chosen,
        "plain_documents_a_second": round(notes / seconds["plain"], 2),
        **compared,
        **many_codes(),
    }


def notes_of_the_synthetic_hospital(notes: int) -> list[str]:
    """Write a small synthetic hospital and return the texts of its notes."""
    import tempfile
    from pathlib import Path

    from attending.corpus import prepare, read_corpus
    from attending.corpus.synthetic import synthesize

    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder, "hospital"), admissions=notes, seed=5)
        prepare(Path(folder, "hospital"), Path(folder, "corpus"), keep_without_label=True)
        corpus = read_corpus(Path(folder, "corpus"))
        return [document.text for split in ("train", "validation", "test") for document in corpus.split(split)]


@torch.inference_mode()
def many_codes(codes: int = 8_000, tokens: int = 8_000) -> dict[str, Any]:
    """Measure the memory that many codes on one long document need beyond the model, small backbone."""
    torch.manual_seed(0)
    model = small_model(codes).eval()
    document = random_document(np.random.default_rng(0), tokens, model.config)
    forget_peak_mb()
    before = peak_mb()
    probabilities(model, [document])
    return {"codes": codes, "tokens": tokens, "more_memory_mb": round(peak_mb() - before)}


def small_model(codes: int) -> AttendingForSequenceClassification:
    """Return a model as large as the shipped one, for many codes, with random weights."""
    backbone = BertConfig(
        vocab_size=15_000, hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    return AttendingForSequenceClassification(
        AttendingConfig(
            backbone_config=backbone,
            reading="two-way",
            window_tokens=128,
            overlap_tokens=16,
            code_paths=[[code % 20, code % 300, code % 2000] for code in range(codes)],
            level_sizes=[20, 300, 2000],
            id2label={position: str(position) for position in range(codes)},
            label2id={str(position): position for position in range(codes)},
        )
    )


def random_document(random: np.random.Generator, tokens: int, config: AttendingConfig) -> EncodedDocument:
    """Return a document of random tokens, each of one character."""
    places = np.arange(tokens, dtype=np.int64)
    windows = split_into_windows(
        tokens,
        window_tokens=config.window_tokens,
        overlap_tokens=config.overlap_tokens,
        causal=config.reading == "causal",
    )
    ids = random.integers(10, config.backbone_config.vocab_size, tokens)
    return EncodedDocument(ids, np.stack([places, places + 1], axis=1), tuple(windows))


def large(size: str, layers: int | None, documents: int) -> dict[str, Any]:
    """Compare a model of BioGPT's size with the plain loop, and time training steps at the reference's batch."""
    shape = SIZES[size]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    backbone = BioGptConfig(
        vocab_size=shape["vocabulary"],
        hidden_size=shape["hidden"],
        num_hidden_layers=layers or shape["layers"],
        num_attention_heads=shape["heads"],
        intermediate_size=4 * shape["hidden"],
        max_position_embeddings=shape["positions"],
    )
    codes = 50
    config = AttendingConfig(
        backbone_config=backbone,
        code_paths=[[0, code % 10, code % 30] for code in range(codes)],
        level_sizes=[1, 10, 30],
        id2label={position: str(position) for position in range(codes)},
        label2id={str(position): position for position in range(codes)},
    )
    with device:
        model = AttendingForSequenceClassification(config)
        plain = BioGptForSequenceClassification(BioGptConfig(**{**backbone.to_dict(), "num_labels": codes})).eval()
    plain.biogpt.load_state_dict(model.backbone.state_dict())
    random = np.random.default_rng(0)
    read = [random_document(random, 3200, config) for _ in range(documents)]
    report: dict[str, Any] = {
        "size": size,
        "layers": backbone.num_hidden_layers,
        "million_parameters": round(sum(weight.numel() for weight in model.parameters()) / 1e6, 1),
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "training": training_step(model, device),
    }
    report["chosen"] = prepare_model(model, "auto", "auto")
    rate = matrix_rate(device)
    forget_peak()
    seconds = in_turns(
        {"plain": lambda: plain_windows(plain, read), "ours": lambda: probabilities(model, read)}, rounds=3
    )
    windows = sum(len(document.windows) for document in read)
    layer_weights = sum(weight.numel() for name, weight in model.backbone.named_parameters() if "embed" not in name)
    work = 2 * layer_weights * windows * config.window_tokens
    report |= {
        "documents": documents,
        "tokens_a_document": 3200,
        "plain_documents_a_second": round(documents / seconds["plain"], 3),
        "documents_a_second": round(documents / seconds["ours"], 3),
        "times_plain": round(seconds["plain"] / seconds["ours"], 2),
        "peak_gb": round(peak_gb(), 2),
        "share_of_matrix_rate": round(work / seconds["ours"] / rate, 3),
    }
    return report


@torch.inference_mode()
def plain_windows(model: BioGptForSequenceClassification, documents: list[EncodedDocument]) -> None:
    """Read one window at a time in default settings, as the usual loop does."""
    for document in documents:
        batch = batch_windows([document], 1, 2).to(model.device)
        for row in batch.input_ids:
            model(input_ids=row[None]).logits.sigmoid().cpu()


def training_step(model: AttendingForSequenceClassification, device: torch.device) -> dict[str, Any]:
    """Time optimizer steps on ten windows of 1,024 tokens in mixed precision, with and without checkpointing."""
    random = np.random.default_rng(1)
    read = [random_document(random, 1023, model.config) for _ in range(10)]
    batch = batch_windows(read, 1, 2).to(device)
    labels = torch.zeros(len(read), model.config.codes, device=device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    report = {}
    for name in ("plain", "gradient_checkpointing"):
        if name == "gradient_checkpointing":
            model.gradient_checkpointing_enable()

        def step() -> None:
            with torch.autocast(device.type, dtype=torch.bfloat16):
                loss = model(**vars(batch), labels=labels).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        model.train()
        forget_peak()
        seconds = in_turns({"step": step}, rounds=3)["step"]
        report[name] = {"tokens_a_second": round(batch.input_ids.numel() / seconds), "peak_gb": round(peak_gb(), 2)}
    model.gradient_checkpointing_disable()
    return report


def matrix_rate(device: torch.device) -> float:
    """Return the operations a second that the device reaches in a large bf16 matrix product."""
    side = 8192 if device.type == "cuda" else 1024
    left = torch.randn(side, side, device=device, dtype=torch.bfloat16)
    seconds = in_turns({"product": lambda: left @ left})["product"]
    return 2 * side**3 / seconds


def forget_peak() -> None:
    """Start measuring the device's memory anew."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def peak_gb() -> float:
    """Return the most memory held on the device since `forget_peak`, in GB; of the process on a CPU."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**30
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", nargs="?", choices=sorted(SIZES))
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--layers", type=int)
    arguments = parser.parse_args()
    if arguments.size is None:
        print(json.dumps(shipped(arguments.documents)))
    else:
        print(json.dumps(large(arguments.size, arguments.layers, arguments.documents)))


if __name__ == "__main__":
    main()
