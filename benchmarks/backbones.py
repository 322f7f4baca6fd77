"""Which backbone the shipped model should start from: three of them, fine-tuned on the same documents.

    python benchmarks/backbones.py --unlabelled FOLDER [--work runs/backbones] [--tokens 4000000] [--admissions 700]

A small BioGPT (3 layers, 256 wide) from nothing, the same after learning to predict the next token of unlabelled
biomedical texts (`*.jsonl.gz` in FOLDER, one `text` a line), and MiniLM as recipes/shipped_backbone.py cuts it; each
reads two-way. One JSON line each: F1 at thresholds tuned on validation, on the synthetic hospital with held-out
wordings and on CodiEsp's development part.
"""

import argparse
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from corpora import compared
from transformers import BioGptConfig, BioGptForCausalLM, BioGptModel

from attending.corpus import Corpus
from attending.evaluation import best_threshold, evaluate
from attending.inference import encode_for, probabilities
from attending.model_folder import LoadedModel, read_model_folder
from attending.tokenization import train_tokenizer
from attending.training import TrainingArguments, train

ROOT = Path(__file__).parents[1]
WINDOW = 256
WINDOWS_A_STEP = 16


def main() -> None:
    """Make, fine-tune and score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unlabelled", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("runs/backbones"))
    parser.add_argument("--tokens", type=int, default=4_000_000, help="tokens of unlabelled text to learn from")
    parser.add_argument("--admissions", type=int, default=700, help="of the training hospital")
    asked = parser.parse_args()
    corpora = compared(asked.work, (asked.admissions, (0.9, 0.05, 0.05)), (300, (0.05, 0.35, 0.6)))
    for name in ("BioGPT from nothing", "BioGPT after language modelling", "MiniLM"):
        began = time.process_time()
        told = _make(name, asked)
        seconds_before = time.process_time() - began
        began = time.process_time()
        run = asked.work / f"run-{name.replace(' ', '-').lower()}"
        changes: dict[str, Any] = {} if name == "MiniLM" else {"window_tokens": WINDOW, "overlap_tokens": 32}
        arguments = TrainingArguments.from_yaml(
            ROOT / "recipes" / "shipped.yaml",
            backbone=str(_folder(name, asked.work)),
            corpora=[str(asked.work / "training"), *[str(asked.work / "codiesp")] * 3],
            epochs=1.0,
            restart_epochs=1.0,
            evaluations_an_epoch=1.0,
            learning_rate=1.5e-4 if name == "MiniLM" else 6e-4,
            new_parts_rate=4.0 if name == "MiniLM" else 1.0,
            energy=False,
            tensorboard=False,
            **changes,
        )
        model = read_model_folder(train(arguments, run, resume=run.is_dir(), report=lambda line: None))
        result = {
            "backbone": name,
            **told,
            "million_weights": round(sum(weight.numel() for weight in model.model.parameters()) / 1e6, 1),
            "processor_seconds_before": round(seconds_before),
            "processor_seconds_of_fine_tuning": round(time.process_time() - began),
            **{data: _scores(model, corpora[data]) for data in ("held-out", "codiesp")},
        }
        print(json.dumps(result), flush=True)


def _folder(name: str, work: Path) -> Path:
    return work / f"backbone-{name.replace(' ', '-').lower()}"


def _make(name: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Write a backbone with its tokenizer, and tell what it has learnt."""
    folder = _folder(name, asked.work)
    if name == "MiniLM":
        corpora = [f"--corpus={asked.work / corpus}" for corpus in ("training", "codiesp")]
        script = ROOT / "recipes" / "shipped_backbone.py"
        subprocess.run([sys.executable, script, folder, *corpora], check=True, capture_output=True)
        return {}
    texts = list(_unlabelled(asked.unlabelled))
    tokenizer = train_tokenizer(texts, vocabulary_size=8192)
    torch.manual_seed(0)
    config = BioGptConfig(
        vocab_size=len(tokenizer),
        hidden_size=256,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=1024,
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=WINDOW,
    )
    model = BioGptForCausalLM(config)
    told: dict[str, Any] = {}
    if name == "BioGPT after language modelling":
        ids = np.concatenate([tokenizer(text)["input_ids"] for text in texts])[: asked.tokens]
        told = {"tokens": len(ids), "last_loss": _learn_language(model, torch.from_numpy(ids).long())}
    backbone: BioGptModel = model.biogpt
    backbone.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return told


def _unlabelled(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def _learn_language(model: BioGptForCausalLM, ids: torch.Tensor) -> float:
    """Learn to predict the next token in one pass; return the mean loss of the last tenth of the steps."""
    size = WINDOWS_A_STEP * WINDOW
    steps = len(ids) // size
    windows = ids[: steps * size].view(-1, WINDOW)[torch.randperm(steps * WINDOWS_A_STEP)].view(steps, -1, WINDOW)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-3, total_steps=steps)
    losses = []
    model.train()
    for batch in windows:
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(input_ids=batch, labels=batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    return round(float(np.mean(losses[-max(1, steps // 10) :])), 3)


def _scores(loaded: LoadedModel, corpus: Corpus) -> dict[str, float]:
    """Score at the threshold that is best on validation."""
    labels, found = {}, {}
    for split in ("validation", "test"):
        documents = corpus.split("validation" if split == "validation" else "test")
        labels[split] = documents.labels(corpus.label_space)
        texts = [document.text for document in documents]
        encoded = [encode_for(loaded.model.config, loaded.tokenizer, text) for text in texts]
        found[split] = probabilities(loaded.model, encoded)
    threshold = best_threshold(labels["validation"], found["validation"])
    metrics = evaluate(labels["test"], found["test"], threshold)
    return {"f1_micro": round(metrics.f1_micro, 4), "f1_macro": round(metrics.f1_macro_occurring, 4)}


if __name__ == "__main__":
    main()
