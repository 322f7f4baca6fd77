"""Arguments and a run folder in; a run that stands where it should out: at its beginning, or where it was interrupted.

arguments.yaml  tokenizer/  examples/  checkpoints/  log.csv  tensorboard/  energy.json  model/
"""

import csv
import io
import math
import shutil
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.distributed.tensor import DTensor
from transformers import PreTrainedTokenizerFast

from attending.corpus import Corpus, read_corpus
from attending.errors import InputError
from attending.model import AttendingForSequenceClassification
from attending.sealing import remove_leftovers, sealed_folder, verify, write_text_whole
from attending.taxonomy import LabelSpace
from attending.training import sharding
from attending.training.adapters import add_adapters
from attending.training.arguments import MAY_CHANGE, TrainingArguments
from attending.training.average import MovingAverage
from attending.training.checkpoints import (
    Progress,
    State,
    keep_checkpoints,
    load_optimizer,
    newest_checkpoint,
    optimizer_tensors,
    read_checkpoint,
    write_checkpoint,
)
from attending.training.descriptions import Descriptions
from attending.training.devices import new_accelerator
from attending.training.energy import CARBON, ENERGY, PARTS, EnergyMeter, write_energy
from attending.training.examples import Examples, verify_examples, write_examples
from attending.training.optimizer import freeze_layers, new_optimizer
from attending.training.start import new_model, new_tokenizer, saved_tokenizer

ARGUMENTS = "arguments.yaml"
LOG = "log.csv"
LOG_COLUMNS = ("step", "epoch", "learning_rate", "loss", "seconds", "threshold", "f1_micro", "f1_macro", "best")


@dataclass
class Run:
    """A run under way: its folder, its parts, where it stands."""

    folder: Path
    arguments: TrainingArguments
    accelerator: Accelerator
    label_space: LabelSpace
    tokenizer: PreTrainedTokenizerFast
    model: torch.nn.Module
    """The model as training calls it: wrapped, if there are several processes."""
    optimizer: torch.optim.Optimizer
    train: Examples
    validation: Examples
    report: Callable[[str], None]
    meter: EnergyMeter
    average: MovingAverage | None = None
    descriptions: Descriptions | None = None
    """What codes are called, where the model learns to score them from that."""
    progress: Progress = field(default_factory=Progress)

    @property
    def bare_model(self) -> AttendingForSequenceClassification:
        """The model itself."""
        model: AttendingForSequenceClassification = self.accelerator.unwrap_model(self.model)
        return model

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

    def save(self) -> None:
        """Write a checkpoint, log.csv and energy.json; the best checkpoint and the newest are kept."""
        self._count_energy()
        if self.accelerator.scaler is not None:
            self.progress.loss_scale = self.accelerator.scaler.state_dict()
        model, average = self.bare_model, self.average.weights if self.average else {}
        state = State(
            weights=self._whole(model.state_dict()),
            optimizer=self._whole(optimizer_tensors(self.optimizer, _names(model))),
            average=self._whole(average),
        )
        if self.accelerator.is_main_process:
            write_checkpoint(self.checkpoints, state, self.progress, self.label_space)
            keep_checkpoints(self.checkpoints, self.progress)
            self.write_log()
            write_energy(
                self.folder / ENERGY,
                self.arguments,
                self.progress.energy,
                hours=self.progress.seconds / 3600,
                devices=self.accelerator.num_processes,
            )
        self.accelerator.wait_for_everyone()

    def restore(self, checkpoint: Path) -> None:
        """Stand where a checkpoint was written.

        Raises:
            InputError: It belongs to other codes, arguments or a model of another shape.
        """
        state, self.progress = read_checkpoint(checkpoint, self.label_space)
        model = self.bare_model
        names = _names(model)
        of_name = {name: parameter for parameter, name in names.items()}
        try:
            sharding.load(model, state.weights)
            if self.average is not None:
                self.average.load({name: sharding.like(value, of_name[name]) for name, value in state.average.items()})
        except (RuntimeError, KeyError):
            raise InputError(
                f"{checkpoint} belongs to a model of another shape. Resume with the arguments that the run began with."
            ) from None
        spread = {
            key: sharding.like(value, of_name.get(key.rsplit("/", 1)[0], value))
            for key, value in state.optimizer.items()
        }
        load_optimizer(checkpoint, self.optimizer, names, spread)
        if self.accelerator.scaler is not None and self.progress.loss_scale:
            self.accelerator.scaler.load_state_dict(self.progress.loss_scale)

    def _whole(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return tensors whole on the CPU, on the process that writes them; all processes give it their shards."""
        is_main = self.accelerator.is_main_process
        found = {}
        for name, value in tensors.items():
            if is_main:
                found[name] = sharding.whole(value)
            elif isinstance(value, DTensor):
                sharding.whole(value)
        return found

    def _count_energy(self) -> None:
        """Add what all machines have taken since the last time."""
        since = self.meter.since_last_asked()
        names = (*PARTS, CARBON)
        here = torch.tensor([since.get(name, 0.0) for name in names], device=self.accelerator.device)
        for name, value in zip(names, self.accelerator.reduce(here).tolist(), strict=True):
            if value:
                self.progress.energy[name] = self.progress.energy.get(name, 0.0) + value

    def write_log(self) -> None:
        """Write the rows of the log so far."""
        text = io.StringIO()
        writer = csv.DictWriter(text, LOG_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.progress.log)
        write_text_whole(self.folder / LOG, text.getvalue())


def begin(arguments: TrainingArguments, folder: Path, resume: bool, report: Callable[[str], None]) -> Run:
    """Begin a run, or go on with one that was interrupted.

    Raises:
        InputError: Arguments, corpora, devices or the run folder do not fit together; a new run leaves nothing then.
    """
    if not arguments.corpora:
        raise InputError("No corpus to train on. Name at least one folder that `attending prepare` made (--corpus).")
    changed = _check_folder(folder, arguments, resume)
    names = list(dict.fromkeys(arguments.corpora))
    corpora = [read_corpus(Path(name)) for name in names]
    label_space = _common_label_space(corpora, names)
    if not all(any(len(corpus.split(split)) for corpus in corpora) for split in ("train", "validation")):
        raise InputError("The corpora have no training or no validation documents. Prepare them with both.")
    accelerator = new_accelerator(arguments)
    try:
        return _begin(arguments, folder, resume, changed, report, accelerator, label_space, names, corpora)
    except InputError:
        if not resume and accelerator.is_main_process and folder.is_dir():
            _remove_beginning(folder)
        raise


def _begin(
    arguments: TrainingArguments,
    folder: Path,
    resume: bool,
    changed: list[str],
    report: Callable[[str], None],
    accelerator: Accelerator,
    label_space: LabelSpace,
    names: list[str],
    corpora: list[Corpus],
) -> Run:
    is_main = accelerator.is_main_process
    if not is_main:

        def report(line: str) -> None:
            """Leave the telling to the main process."""

    if is_main:
        for place in (folder, folder / "checkpoints"):
            remove_leftovers(place)
        if not resume or changed:
            write_text_whole(folder / ARGUMENTS, arguments.to_yaml())
        if not (folder / "tokenizer").is_dir():
            with sealed_folder(folder / "tokenizer") as partial:
                new_tokenizer(arguments, corpora, label_space).save_pretrained(partial)
    accelerator.wait_for_everyone()
    verify(folder / "tokenizer", what="a tokenizer", next_step="Start a new run.")
    tokenizer = saved_tokenizer(folder / "tokenizer")
    torch.manual_seed(arguments.seed)
    model = new_model(arguments, tokenizer, label_space)
    examples = folder / "examples"
    if is_main:
        if examples.is_dir():
            verify_examples(examples, corpora)
        else:
            write_examples(examples, corpora, tokenizer, label_space, model.config)
    accelerator.wait_for_everyone()
    order = [names.index(name) for name in arguments.corpora]
    train = Examples([examples / str(number) / "train" for number in order], len(label_space), model.config)
    validation = Examples(
        [examples / str(number) / "validation" for number in range(len(names))], len(label_space), model.config
    )
    model.start_biases_from(torch.from_numpy(train.frequencies).float())
    if arguments.lora_rank:
        add_adapters(arguments, model)
    freeze_layers(arguments, model)
    if arguments.gradient_checkpointing:
        with warnings.catch_warnings():  # its new name in transformers 5.23 is unknown to those before
            warnings.simplefilter("ignore", FutureWarning)
            model.gradient_checkpointing_enable({"use_reentrant": False})
    if arguments.sharding == "fsdp":
        sharding.shard(model, accelerator)
        prepared, optimizer = model, accelerator.prepare(new_optimizer(arguments, model))
    else:
        prepared, optimizer = accelerator.prepare(model, new_optimizer(arguments, model))
    run = Run(
        folder=folder,
        arguments=arguments,
        accelerator=accelerator,
        label_space=label_space,
        tokenizer=tokenizer,
        model=prepared,
        optimizer=optimizer,
        train=train,
        validation=validation,
        descriptions=Descriptions(examples) if arguments.described_loss_weight > 0 else None,
        report=report,
        meter=EnergyMeter(arguments, on=accelerator.is_local_main_process),
        average=MovingAverage(accelerator.unwrap_model(prepared), arguments.ema_decay) if arguments.ema_decay else None,
        progress=Progress(seed=arguments.seed),
    )
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    weights = sum(parameter.numel() for parameter in model.parameters())
    devices = accelerator.num_processes
    run.report(
        f"{len(train)} training and {len(validation)} validation documents, {len(label_space)} codes, "
        f"{weights / 1e6:.1f} M weights{'' if trained == weights else f', {trained / 1e6:.1f} M of them trained'}, "
        f"{run.total_steps} steps of {arguments.documents_a_step} documents "
        f"({devices} x {accelerator.device.type}, {arguments.documents_a_device} documents a device, "
        f"{arguments.documents_a_step // (arguments.documents_a_device * devices)} batches accumulated), "
        f"precision {accelerator.mixed_precision.replace('no', 'float32')}"
    )
    if changed:
        run.report(f"changed since the run began: {', '.join(changed)}")
    if resume and (newest := newest_checkpoint(run.checkpoints, run.report)):
        run.restore(newest)
        if is_main:
            run.write_log()  # the last one may have been killed before it could
    if resume:
        run.report(f"resumed at step {run.progress.step} of {run.total_steps}")
    return run


def _check_folder(folder: Path, arguments: TrainingArguments, resume: bool) -> list[str]:
    """Check that a run folder is new, or that an interrupted run's arguments are these; nothing is written yet.

    Returns:
        The names of the settings that a resumed run changes.
    """
    saved = folder / ARGUMENTS
    if not resume:
        if folder.is_file():
            raise InputError(f"Expected {folder} to be a folder to write, found a file. Choose another run folder.")
        if folder.exists() and any(not path.name.endswith(".partial") for path in folder.iterdir()):
            raise InputError(f"{folder} is not empty. Choose another run folder, or resume the run with --resume.")
        return []
    if not saved.is_file():
        raise InputError(f"There is no run to resume in {folder}: it has no {ARGUMENTS}.")
    before, now = asdict(TrainingArguments.from_yaml(saved)), asdict(arguments)
    changed = [name for name in now if now[name] != before[name]]
    if fixed := [name for name in changed if name not in MAY_CHANGE]:
        raise InputError(
            f"The arguments differ from those the run began with, in {saved}: {', '.join(fixed)}. Resume with those. "
            f"What may change: {', '.join(sorted(MAY_CHANGE))}."
        )
    return changed


def _remove_beginning(folder: Path) -> None:
    """Remove what `begin` writes before anything is trained, so that a user's mistake leaves nothing."""
    for name in ("tokenizer", "examples"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / ARGUMENTS).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _common_label_space(corpora: list[Corpus], names: list[str]) -> LabelSpace:
    first = corpora[0].label_space
    for corpus, name in zip(corpora, names, strict=True):
        if corpus.label_space.codes != first.codes:
            raise InputError(
                f"The corpora {names[0]} and {name} have different codes. Prepare both with the same --codes."
            )
    return first


def _names(model: torch.nn.Module) -> dict[Tensor, str]:
    return {parameter: name for name, parameter in model.named_parameters()}
