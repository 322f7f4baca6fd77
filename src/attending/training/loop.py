"""Corpus folders in, a run folder out: arguments.yaml, tokenizer/, log.csv, checkpoints/, and the best model as model/.

The loop reads top to bottom. What a step sees and draws follows from the seed and the step's number alone, so a run
that is interrupted and resumed ends as an uninterrupted one.
"""

import csv
import io
import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from transformers import PreTrainedTokenizerFast

from attending.corpus import Corpus, read_corpus
from attending.errors import InputError
from attending.evaluation import best_threshold, evaluate
from attending.inference import probabilities
from attending.model import AttendingForSequenceClassification
from attending.model_folder import write_model_folder
from attending.sealing import sealed_folder, verify, write_text_whole
from attending.taxonomy import LabelSpace
from attending.training.arguments import TrainingArguments
from attending.training.checkpoints import (
    Progress,
    checkpoint_folder,
    keep_checkpoints,
    newest_checkpoint,
    read_checkpoint,
    read_weights,
    write_checkpoint,
)
from attending.training.examples import Example, collate, read_examples
from attending.training.schedule import CosineRestarts
from attending.training.start import new_model, new_optimizer, new_tokenizer, saved_tokenizer

ARGUMENTS = "arguments.yaml"
LOG_COLUMNS = ("step", "epoch", "learning_rate", "loss", "seconds", "threshold", "f1_micro", "f1_macro", "best")


@dataclass
class Run:
    """A run under way: its folder, its parts, where it stands."""

    folder: Path
    arguments: TrainingArguments
    accelerator: Accelerator
    label_space: LabelSpace
    tokenizer: PreTrainedTokenizerFast
    model: AttendingForSequenceClassification
    optimizer: torch.optim.Optimizer
    train: list[Example]
    validation: list[Example]
    report: Callable[[str], None]
    progress: Progress = field(default_factory=Progress)
    log: list[dict[str, str]] = field(default_factory=list)

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints."""
        return self.folder / "checkpoints"

    @property
    def steps_an_epoch(self) -> int:
        """Optimizer steps in one pass over the training documents."""
        return math.ceil(len(self.train) / self.arguments.documents_a_step)

    @property
    def total_steps(self) -> int:
        """Optimizer steps in the whole run."""
        return math.ceil(self.arguments.epochs * self.steps_an_epoch)

    @property
    def steps_an_evaluation(self) -> int:
        """Optimizer steps between two looks at validation."""
        return max(1, round(self.steps_an_epoch / self.arguments.evaluations_an_epoch))


def train(
    arguments: TrainingArguments, folder: Path, *, resume: bool = False, report: Callable[[str], None] = print
) -> Path:
    """Train a model and return its folder.

    Args:
        arguments: Everything the run depends on.
        folder: The run folder; new, unless `resume`.
        resume: Go on from the newest checkpoint whose seal holds. The arguments must be those the run began with.
        report: Where lines on the run's progress go.

    Raises:
        InputError: Arguments, corpora or the run folder do not fit together, or the loss is no longer a number.
    """
    run = _start(arguments, folder, resume, report)
    schedule = CosineRestarts(
        cycle_steps=max(1, round(arguments.restart_epochs * run.steps_an_epoch)),
        warmup_steps=arguments.warmup_steps,
        lowest=arguments.lowest_rate,
        factor=arguments.restart_factor,
    )
    losses: list[float] = []
    began = time.monotonic() - run.progress.seconds
    while run.progress.step < run.total_steps and run.progress.evaluations_without_gain < arguments.patience:
        for group in run.optimizer.param_groups:
            group["lr"] = arguments.learning_rate * schedule(run.progress.step)
        losses.append(_step(run))
        run.progress.step += 1
        run.progress.seconds = time.monotonic() - began
        if run.progress.step % run.steps_an_evaluation == 0 or run.progress.step == run.total_steps:
            _evaluate(run, float(np.mean(losses)))
            losses.clear()
    return _finish(run)


def _start(arguments: TrainingArguments, folder: Path, resume: bool, report: Callable[[str], None]) -> Run:
    if not arguments.corpora:
        raise InputError("No corpus to train on. Name at least one folder that `attending prepare` made (--corpus).")
    _check_folder(folder, arguments, resume)
    corpora = [read_corpus(Path(name)) for name in arguments.corpora]
    label_space = _common_label_space(corpora, arguments.corpora)
    # Another run in this process may have had another precision.
    AcceleratorState._reset_state(reset_partial_state=True)
    accelerator = Accelerator(mixed_precision=_precision(arguments), rng_types=[])
    devices = accelerator.num_processes
    if arguments.documents_a_step % (arguments.documents_a_device * devices):
        raise InputError(
            f"documents_a_step ({arguments.documents_a_step}) must be a multiple of documents_a_device "
            f"({arguments.documents_a_device}) times the number of devices ({devices})."
        )
    torch.manual_seed(arguments.seed)
    has_tokenizer = (folder / "tokenizer").is_dir()
    tokenizer = (
        saved_tokenizer(folder / "tokenizer") if has_tokenizer else new_tokenizer(arguments, corpora, label_space)
    )
    model = new_model(arguments, tokenizer, label_space)
    train_examples = [
        example
        for corpus in corpora
        for example in read_examples(corpus.split("train"), tokenizer, label_space, model.config)
    ]
    unique = dict(zip(arguments.corpora, corpora, strict=True)).values()
    validation = [
        example
        for corpus in unique
        for example in read_examples(corpus.split("validation"), tokenizer, label_space, model.config)
    ]
    if not train_examples or not validation:
        raise InputError("The corpora have no training or no validation documents. Prepare them with both.")
    model.start_biases_from(torch.from_numpy(np.mean([example.labels for example in train_examples], axis=0)).float())
    optimizer = new_optimizer(arguments, model)
    prepared_model, prepared_optimizer = accelerator.prepare(model, optimizer)
    run = Run(
        folder,
        arguments,
        accelerator,
        label_space,
        tokenizer,
        prepared_model,
        prepared_optimizer,
        train_examples,
        validation,
        report if accelerator.is_main_process else lambda line: None,
    )
    if accelerator.is_main_process and not resume:
        write_text_whole(folder / ARGUMENTS, arguments.to_yaml())
    if accelerator.is_main_process and not has_tokenizer:
        with sealed_folder(folder / "tokenizer") as partial:
            tokenizer.save_pretrained(partial)
    accelerator.wait_for_everyone()
    weights = sum(parameter.numel() for parameter in model.parameters())
    run.report(
        f"{len(run.train)} training and {len(run.validation)} validation documents, {len(label_space)} codes, "
        f"{weights / 1e6:.1f} M weights, {run.total_steps} steps on {devices} x {accelerator.device.type}, "
        f"precision {accelerator.mixed_precision.replace('no', 'float32')}"
    )
    if resume and (newest := newest_checkpoint(run.checkpoints)):
        run.progress = read_checkpoint(newest, accelerator.unwrap_model(run.model), run.optimizer)
        if accelerator.scaler is not None:
            accelerator.scaler.load_state_dict(run.progress.loss_scale)
        run.log = [row for row in _read_log(folder / "log.csv") if int(row["step"]) <= run.progress.step]
        run.report(f"resumed at step {run.progress.step} of {run.total_steps}")
    return run


def _step(run: Run) -> float:
    """Take one optimizer step over `documents_a_step` documents and return its loss."""
    arguments, step = run.arguments, run.progress.step
    documents = _documents_of_step(run, step)
    size = arguments.documents_a_device
    parts = [documents[first : first + size] for first in range(0, len(documents), size)]
    own = range(run.accelerator.process_index, len(parts), run.accelerator.num_processes)
    config = run.accelerator.unwrap_model(run.model).config
    run.model.train()
    total = torch.zeros((), device=run.accelerator.device)
    for number in own:
        seed = np.random.SeedSequence([arguments.seed, step, number])
        torch.manual_seed(int(seed.generate_state(1)[0]))
        batch = collate(
            [run.train[position] for position in parts[number]],
            config,
            np.random.default_rng(seed),
            arguments.evidence_negatives,
        ).to(run.accelerator.device)
        is_last = number == own[-1]
        with nullcontext() if is_last else run.accelerator.no_sync(run.model):
            loss = run.model(**vars(batch.windows), labels=batch.labels, evidence=batch.evidence).loss
            run.accelerator.backward(loss / len(own))
        total += loss.detach() / len(own)
    mean = float(run.accelerator.reduce(total, reduction="mean"))
    if not math.isfinite(mean):
        raise InputError(
            f"The loss is no longer a number at step {step}. Start a new run with a lower learning_rate or precision "
            f"float32; the checkpoints in {run.checkpoints} are intact."
        )
    run.accelerator.clip_grad_norm_(run.model.parameters(), arguments.clip_norm)
    run.optimizer.step()
    run.optimizer.zero_grad()
    return mean


def _documents_of_step(run: Run, step: int) -> list[int]:
    """Return the training documents of a step, like lengths together; each epoch has its own order."""
    size = run.arguments.documents_a_step
    epoch, within = divmod(step, run.steps_an_epoch)
    order = np.random.default_rng([run.arguments.seed, epoch]).permutation(len(run.train))
    chosen = np.resize(order, run.steps_an_epoch * size)[within * size : (within + 1) * size]
    return sorted(chosen.tolist(), key=lambda position: len(run.train[position].encoded.token_ids))


def _evaluate(run: Run, loss: float) -> None:
    """Score validation, log it, and write a checkpoint; the best one and the newest are kept."""
    threshold, metrics = _validation_metrics(run)
    progress, score = run.progress, float(metrics[run.arguments.watched_metric] or 0.0)
    is_best = score > progress.best_score
    if is_best:
        progress.best_score, progress.best_step, progress.evaluations_without_gain = score, progress.step, 0
    else:
        progress.evaluations_without_gain += 1
    row = (
        progress.step,
        f"{progress.step / run.steps_an_epoch:.3f}",
        f"{run.optimizer.param_groups[0]['lr']:.3g}",
        f"{loss:.5f}",
        f"{progress.seconds:.1f}",
        f"{threshold:.4f}",
        f"{metrics['f1_micro']:.5f}",
        f"{metrics['f1_macro_occurring']:.5f}",
        int(is_best),
    )
    run.log.append({name: str(value) for name, value in zip(LOG_COLUMNS, row, strict=True)})
    if run.accelerator.scaler is not None:
        progress.loss_scale = run.accelerator.scaler.state_dict()
    if run.accelerator.is_main_process:  # the log first: rows beyond the checkpoint are dropped when a run is resumed
        _write_log(run)
        write_checkpoint(run.checkpoints, run.accelerator.unwrap_model(run.model), run.optimizer, progress)
        keep_checkpoints(run.checkpoints, {progress.step, progress.best_step})
    run.accelerator.wait_for_everyone()
    left = progress.seconds / progress.step * (run.total_steps - progress.step)
    run.report(
        f"step {progress.step}/{run.total_steps}  loss {loss:.4f}  validation F1 micro {metrics['f1_micro']:.4f} "
        f"macro {metrics['f1_macro_occurring']:.4f}{'  best' if is_best else ''}  {left / 60:.0f} min left"
    )


def _validation_metrics(run: Run) -> tuple[float, dict[str, int | float | None]]:
    """Score validation at the threshold that is best there; in float32, as prediction will."""
    model = run.accelerator.unwrap_model(run.model)
    model.eval()
    labels = np.stack([example.labels for example in run.validation])
    found = probabilities(model, [example.encoded for example in run.validation])
    threshold = best_threshold(labels, found)
    return threshold, evaluate(labels, found, threshold).as_dict()


def _finish(run: Run) -> Path:
    """Write the best checkpoint's weights as a model folder, with thresholds tuned on validation."""
    target = run.folder / "model"
    if run.accelerator.is_main_process:
        model = run.accelerator.unwrap_model(run.model)
        best = checkpoint_folder(run.checkpoints, run.progress.best_step)
        verify(best, what="the best checkpoint", next_step="Train again in a new run folder.")
        read_weights(best, model)
        threshold, metrics = _validation_metrics(run)
        run.report(
            f"best at step {run.progress.best_step}: validation F1 micro {metrics['f1_micro']:.4f}, macro "
            f"{metrics['f1_macro_occurring']:.4f} at threshold {threshold:.2f}; "
            f"{run.progress.seconds / 60:.0f} min of training"
        )
        thresholds = np.full(len(run.label_space), threshold)
        write_model_folder(target, model, run.tokenizer, run.label_space, thresholds, overwrite=True)
    run.accelerator.wait_for_everyone()
    return target


def _check_folder(folder: Path, arguments: TrainingArguments, resume: bool) -> None:
    """Check that a run folder is new, or that an interrupted run's arguments are these; nothing is written yet."""
    saved = folder / ARGUMENTS
    if resume:
        if not saved.is_file():
            raise InputError(f"There is no run to resume in {folder}: it has no {ARGUMENTS}.")
        if TrainingArguments.from_yaml(saved) != arguments:
            raise InputError(f"The arguments differ from those the run began with, in {saved}. Resume with those.")
    elif folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty. Choose another run folder, or resume the run with --resume.")


def _common_label_space(corpora: list[Corpus], names: list[str]) -> LabelSpace:
    first = corpora[0].label_space
    for corpus, name in zip(corpora, names, strict=True):
        if corpus.label_space.codes != first.codes:
            raise InputError(
                f"The corpora {names[0]} and {name} have different codes. Prepare both with the same --codes."
            )
    return first


def _precision(arguments: TrainingArguments) -> str:
    """Name the precision as accelerate does."""
    names = {"float32": "no", "bf16": "bf16", "fp16": "fp16"}
    if arguments.precision != "auto":
        return names[arguments.precision]
    if not torch.cuda.is_available():
        return "no"
    return "bf16" if torch.cuda.is_bf16_supported() else "fp16"


def _read_log(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) if path.is_file() else []


def _write_log(run: Run) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, LOG_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(run.log)
    write_text_whole(run.folder / "log.csv", text.getvalue())
