"""The command `attending train`: a recipe, a run folder, and a flag for each field of `TrainingArguments`."""

import dataclasses
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer

from attending.model_folder import CARD
from attending.training.arguments import TrainingArguments
from attending.training.failures import TrainingError
from attending.training.loop import train

FLAGS = {"corpora": "--corpus"}
"""Flags that are not named as their setting is."""


def train_command(arguments: list[str], write_card: Callable[[Path, Path], None]) -> None:
    """Run `attending train` and end the process with its exit code.

    Args:
        arguments: The words of the command line after `train`.
        write_card: Writes the card of a new model folder, the first, from its run folder, the second.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    app.command(help="Train a model on prepared corpora. A flag takes the place of what the recipe says.")(
        _with_flags(write_card)
    )
    try:
        app(arguments, prog_name="attending train")
    except SystemExit as ended:
        if int(os.environ.get("WORLD_SIZE", "1")) > 1 and ended.code in (0, None):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)  # taking process groups apart may wait for ever for a process that has left
        raise


def _train(write_card: Callable[[Path, Path], None], recipe: Path, run: Path, resume: bool, **settings: Any) -> None:
    changes = {name: value for name, value in settings.items() if value is not None and value != []}
    try:
        model = train(TrainingArguments.from_yaml(recipe, **changes), run, resume=resume, report=typer.echo)
    except TrainingError as error:
        sys.stderr.write(f"attending: {' '.join(str(error).split())}\n")
        sys.exit(error.exit_code)
    if os.environ.get("RANK", "0") == "0":  # one of several processes speaks for all
        if not (model / CARD).read_bytes():
            write_card(model, run)
        typer.echo(f"The model is in {model}")


def _with_flags(write_card: Callable[[Path, Path], None]) -> Callable[..., None]:
    """Return `_train` with a signature from which Typer makes the flags: its own three, then one for each setting."""
    recipe = typer.Argument(help="A YAML file of settings; see the folder recipes/.")
    run = typer.Argument(help="The run folder to write; the model appears as RUN/model.")
    resume = typer.Option("--resume", help="Go on with an interrupted run.")
    kinds: dict[str, Any] = {
        "recipe": Annotated[Path, recipe],
        "run": Annotated[Path, run],
        "resume": Annotated[bool, resume],
    }
    for spec in dataclasses.fields(TrainingArguments):
        flag = FLAGS.get(spec.name, "--" + spec.name.replace("_", "-"))
        help_text = TrainingArguments.descriptions()[spec.name]
        kind: Any = spec.type
        if get_origin(kind) is list:
            choices = ", ".join(get_args(get_args(kind)[0]))
            help_text += f" May be given several times{f', out of {choices}' if choices else ''}."
            kind = list[str]
        names = f"{flag}/--no-{flag[2:]}" if kind is bool else flag
        kinds[spec.name] = Annotated[
            kind | None,
            typer.Option(names, help=help_text, show_default=_shown(spec), rich_help_panel="Settings"),
        ]
    signature = inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=kind,
                default=inspect.Parameter.empty if name in ("recipe", "run") else False if name == "resume" else None,
            )
            for name, kind in kinds.items()
        ]
    )

    def command(**values: Any) -> None:
        _train(write_card, **values)

    command.__signature__ = signature  # type: ignore[attr-defined]
    command.__annotations__ = kinds
    return command


def _shown(spec: "dataclasses.Field[Any]") -> str:
    """Return a setting's default as the help shows it."""
    if spec.default is dataclasses.MISSING:
        assert spec.default_factory is not dataclasses.MISSING
        return ", ".join(spec.default_factory()) or "none"
    return str(spec.default) if spec.default != "" else "none"
