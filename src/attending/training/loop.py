"""Corpus folders in, a run folder out, with the best model as its folder model/.

The loop reads top to bottom. What a step sees and draws follows from the seed and the step's number alone, so a run
that is interrupted and resumed ends as an uninterrupted one.
"""

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from attending.errors import InputError
from attending.evaluation import best_threshold, evaluate
from attending.inference import probabilities
from attending.model import AttendingForSequenceClassification
from attending.model_folder import verify_model_folder, write_model_folder
from attending.training import sharding
from attending.training.adapters import add_adapters, merge_adapters
from attending.training.arguments import TrainingArguments
from attending.training.checkpoints import checkpoint_folder, read_weights, verify_checkpoint
from attending.training.display import bar
from attending.training.examples import collate
from attending.training.failures import StopSignal, TrainingError, explained
from attending.training.run import ARGUMENTS, LOG_COLUMNS, Run, begin
from attending.training.schedule import CosineRestarts

if TYPE_CHECKING:
    from torch.utils.tensorboard.writer import SummaryWriter

DOCUMENTS_AT_ONCE = 32
"""Validation documents whose tokens are held at once."""


_LEFT_ALONE: list[torch.nn.Module] = []
"""Models of several processes: one that is taken apart may wait for ever for a process that has left (gloo)."""


def train(
    arguments: TrainingArguments, folder: Path, *, resume: bool = False, report: Callable[[str], None] = print
) -> Path:
    """Train a model and return its folder.

    Args:
        arguments: Everything the run depends on.
        folder: The run folder; new, unless `resume`.
        resume: Go on from the newest checkpoint whose seal holds. The arguments must be those the run began with, but
            for what `MAY_CHANGE` names. A finished run is left as it is.
        report: Where lines on the run's progress go.

    Raises:
        InputError: Arguments, corpora, devices or the run folder do not fit together.
        TrainingError: The run failed (the loss is no number, no memory, no space) or was asked to stop by SIGINT or
            SIGTERM. Its checkpoints are whole and it can be resumed.
    """
    if resume and _is_finished(arguments, folder):
        report(f"the run in {folder} is finished")
        return folder / "model"
    with explained(folder, arguments.documents_a_device):
        run = begin(arguments, folder, resume, report)
        try:
            with StopSignal().watched() as stop:
                _take_steps(run, stop)
            return _finish(run)
        finally:
            run.meter.stop()
            run.accelerator.end_training()  # processes that leave without a word may abort each other
            if run.accelerator.num_processes > 1:
                _LEFT_ALONE.append(run.model)


def _take_steps(run: Run, stop: StopSignal) -> None:
    arguments, progress = run.arguments, run.progress
    schedule = CosineRestarts(
        cycle_steps=max(1, round(arguments.restart_epochs * run.steps_an_epoch)),
        warmup_steps=arguments.warmup_steps,
        lowest=arguments.lowest_rate,
        factor=arguments.restart_factor,
    )
    is_main = run.accelerator.is_main_process
    began = time.monotonic() - progress.seconds
    with (
        bar(progress.step, run.total_steps, arguments.documents_a_step, shown=is_main) as shown,
        _tensorboard(run) as board,
    ):
        while progress.step < run.total_steps and progress.evaluations_without_gain < arguments.patience:
            rate = schedule(progress.step)
            for group in run.optimizer.param_groups:
                group["lr"] = group["highest"] * rate
            loss, number = _step(run, stop)
            progress.losses.append(loss)
            progress.step += 1
            progress.seconds = time.monotonic() - began
            shown.at(progress.step, loss)
            if board is not None:
                board.add_scalar("train/loss", loss, progress.step)
                board.add_scalar("train/learning_rate", arguments.learning_rate * rate, progress.step)
            if progress.step % run.steps_an_evaluation == 0 or progress.step == run.total_steps:
                line = _evaluate(run, rate, board)
                run.save()
                run.report(line)
            elif number or (arguments.steps_a_checkpoint and progress.step % arguments.steps_a_checkpoint == 0):
                run.save()
            if number:
                raise TrainingError(
                    f"Stopped by {signal.Signals(number).name} at step {progress.step} of {run.total_steps}; a "
                    "checkpoint was written. Go on with --resume.",
                    exit_code=128 + number,
                )


def _step(run: Run, stop: StopSignal) -> tuple[float, int]:
    """Take one optimizer step over `documents_a_step` documents.

    Returns:
        Its loss, and the number of the signal that any of the processes was sent, or 0.
    """
    arguments, step = run.arguments, run.progress.step
    documents = _documents_of_step(run, step)
    size = arguments.documents_a_device
    parts = [documents[first : first + size] for first in range(0, len(documents), size)]
    own = range(run.accelerator.process_index, len(parts), run.accelerator.num_processes)
    config = run.bare_model.config
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
            run.descriptions,
            arguments.described_codes,
        ).to(run.accelerator.device)
        with sharding.accumulating(run.model, run.accelerator, last=number == own[-1]):
            loss = run.model(
                **vars(batch.windows), labels=batch.labels, evidence=batch.evidence, described=batch.described
            ).loss
            run.accelerator.backward(loss / len(own))
        total += loss.detach() / len(own)
    noted = stop.number
    told = torch.stack([total / run.accelerator.num_processes, total.new_tensor(float(noted))])
    mean, number = run.accelerator.reduce(told, reduction="sum").tolist()
    length = sharding.clip_gradients(run.model, run.accelerator, arguments.clip_norm)
    # fp16's scaler finds and leaves out steps whose gradient is no number
    if not math.isfinite(mean) or (run.accelerator.scaler is None and not math.isfinite(length)):
        raise TrainingError(
            f"The loss or its gradient is no longer a number at step {step}. The checkpoints in {run.checkpoints} are "
            "whole, but would lead here again: start a new run with a lower learning_rate, more warmup_steps or "
            "precision float32."
        )
    run.optimizer.step()
    run.optimizer.zero_grad()
    if run.average is not None:
        run.average.follow(step)
    return mean, noted or (signal.SIGTERM if number else 0)


def _documents_of_step(run: Run, step: int) -> list[int]:
    """Return the training documents of a step, like lengths together; each epoch has its own order."""
    size = run.arguments.documents_a_step
    epoch, within = divmod(step, run.steps_an_epoch)
    order = np.random.default_rng([run.arguments.seed, epoch]).permutation(len(run.train))
    chosen = np.resize(order, run.steps_an_epoch * size)[within * size : (within + 1) * size]
    return sorted(chosen.tolist(), key=lambda position: run.train.lengths[position])


def _evaluate(run: Run, rate: float, board: "SummaryWriter | None") -> str:
    """Score validation, log it, note whether it is the best so far, and return a line that tells of it."""
    threshold, metrics = _validation_metrics(run)
    progress, score = run.progress, float(metrics[run.arguments.watched_metric] or 0.0)
    loss = float(np.mean(progress.losses))
    is_best = score > progress.best_score
    progress.threshold = threshold
    if is_best:
        progress.best_score, progress.best_step, progress.best_threshold = score, progress.step, threshold
        progress.evaluations_without_gain = 0
    else:
        progress.evaluations_without_gain += 1
    row = (
        progress.step,
        f"{progress.step / run.steps_an_epoch:.3f}",
        f"{run.arguments.learning_rate * rate:.3g}",
        f"{loss:.7f}",
        f"{progress.seconds:.1f}",
        f"{threshold:.4f}",
        f"{metrics['f1_micro']:.5f}",
        f"{metrics['f1_macro_occurring']:.5f}",
        int(is_best),
    )
    progress.log.append({name: str(value) for name, value in zip(LOG_COLUMNS, row, strict=True)})
    progress.losses = []
    if board is not None:
        for name, value in metrics.items():
            if value is not None:
                board.add_scalar(f"validation/{name}", value, progress.step)
        board.flush()
    left = progress.seconds / progress.step * (run.total_steps - progress.step)
    return (
        f"step {progress.step}/{run.total_steps}  loss {loss:.4f}  validation F1 micro {metrics['f1_micro']:.4f} "
        f"macro {metrics['f1_macro_occurring']:.4f}{'  best' if is_best else ''}  "
        f"{progress.step * run.arguments.documents_a_step / progress.seconds:.1f} documents/s  {left / 60:.0f} min left"
    )


def _validation_metrics(run: Run) -> tuple[float, dict[str, int | float | None]]:
    """Score validation at the threshold that is best there; in float32, as prediction will."""
    run.bare_model.eval()
    with run.average.in_place() if run.average else nullcontext(), sharding.gathered(run.bare_model):
        found = _validation_probabilities(run)
    labels = run.validation.labels()
    threshold = best_threshold(labels, found)
    return threshold, evaluate(labels, found, threshold).as_dict()


def _validation_probabilities(run: Run) -> NDArray[np.float32]:
    """Score validation, each process its share, like lengths together; (document, code)."""
    processes, documents = run.accelerator.num_processes, len(run.validation)
    order = np.argsort(run.validation.lengths, kind="stable")
    own = order[run.accelerator.process_index :: processes]
    found = np.zeros((math.ceil(documents / processes), len(run.label_space)), dtype=np.float32)
    for first in range(0, len(own), DOCUMENTS_AT_ONCE):
        chosen = [run.validation[position].encoded for position in own[first : first + DOCUMENTS_AT_ONCE].tolist()]
        found[first : first + len(chosen)] = probabilities(run.bare_model, chosen)
    gathered = run.accelerator.gather(torch.from_numpy(found).to(run.accelerator.device)).cpu().numpy()
    whole = np.zeros((documents, len(run.label_space)), dtype=np.float32)
    for process, part in enumerate(np.split(gathered, processes)):
        positions = order[process::processes]
        whole[positions] = part[: len(positions)]
    return whole


def _finish(run: Run) -> Path:
    """Write the best checkpoint's weights as a model folder, with the threshold that was best on validation."""
    target, progress = run.folder / "model", run.progress
    if run.accelerator.is_main_process:
        checkpoint = checkpoint_folder(run.checkpoints, progress.best_step)
        try:
            verify_checkpoint(checkpoint)
        except InputError as error:
            raise TrainingError(f"The best checkpoint cannot be used: {error} Or start a new run.") from None
        model = AttendingForSequenceClassification(run.bare_model.config)
        if run.arguments.lora_rank:
            add_adapters(run.arguments, model)
        read_weights(checkpoint, model)
        if run.arguments.lora_rank:
            merge_adapters(model)
        thresholds = np.full(len(run.label_space), progress.best_threshold)
        write_model_folder(
            target,
            model,
            run.tokenizer,
            run.label_space,
            thresholds,
            weights=run.arguments.saved_weights,
            overwrite=True,
        )
        run.report(
            f"best at step {progress.best_step}: validation {run.arguments.watched_metric} {progress.best_score:.4f} "
            f"at threshold {progress.best_threshold:.2f}; {progress.seconds / 60:.0f} min of training"
        )
    run.accelerator.wait_for_everyone()
    return target


def _is_finished(arguments: TrainingArguments, folder: Path) -> bool:
    """Say whether a run with these arguments has left a whole model folder."""
    try:
        verify_model_folder(folder / "model")
        return TrainingArguments.from_yaml(folder / ARGUMENTS) == arguments
    except InputError:
        return False


@contextmanager
def _tensorboard(run: Run) -> "Iterator[SummaryWriter | None]":
    """Write logs for TensorBoard, if the arguments ask for them; rows after a resumed run's checkpoint are dropped."""
    if not (run.arguments.tensorboard and run.accelerator.is_main_process):
        yield None
        return
    try:
        from torch.utils.tensorboard.writer import SummaryWriter
    except ImportError:
        raise InputError(
            'Logs for TensorBoard need tensorboard. Install it with: pip install "attending[train]", or set '
            "tensorboard: false."
        ) from None
    with SummaryWriter(str(run.folder / "tensorboard"), purge_step=run.progress.step + 1) as writer:
        yield writer
