"""The command `attending`: one function each for synthesize, prepare, train, evaluate, card and predict.

What cannot be used gets one line on standard error and exit code 2; nothing is left half-written.
"""

import io
import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from attending import __version__
from attending.errors import InputError

app = typer.Typer(
    help="Reads a hospital discharge summary and proposes its ICD-10 codes. A human coder decides.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an existing result.")]
Seed = Annotated[int, typer.Option(help="Seed of everything drawn at random.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


class Wordings(StrEnum):
    """Which of the synthetic hospital's wordings are used."""

    ALL = "all"
    TRAIN = "train"
    HELD_OUT = "held-out"


class Split(StrEnum):
    """Part of a corpus."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):  # a terminal or file that knows few characters shows the others escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except InputError as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"attending {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Reads a hospital discharge summary and proposes its ICD-10 codes. A human coder decides."""


@app.command()
def synthesize(
    folder: Annotated[Path, typer.Argument(help="The folder to write.")],
    admissions: Annotated[int, typer.Option(min=1, help="Admissions, each with one note.")] = 1000,
    seed: Seed = 0,
    wordings: Annotated[Wordings, typer.Option(help="Held-out wordings never occur under `train`.")] = Wordings.ALL,
    overwrite: Overwrite = False,
) -> None:
    """Write a synthetic hospital in MIMIC-IV's tables and layout, with gold evidence beside it."""
    from attending.corpus.synthetic import synthesize as write_hospital

    write_hospital(
        folder,
        admissions=admissions,
        seed=seed,
        wordings=wordings.value,
        progress=sys.stderr.isatty(),
        overwrite=overwrite,
    )
    typer.echo(f"{admissions} synthetic admissions in {folder}")


@app.command()
def prepare(
    source: Annotated[
        Path, typer.Argument(help="A folder with MIMIC-IV's tables, or a .jsonl file of your own notes.")
    ],
    folder: Annotated[Path, typer.Argument(help="The corpus folder to write.")],
    notes: Annotated[Path | None, typer.Option(help="Where MIMIC-IV-Note lies, if not in SOURCE.")] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help="Number of most frequent codes to learn; 50 unless --codes is given.")
    ] = None,
    codes: Annotated[
        str | None, typer.Option(help="A named list (mimic-iv-50) or a file with one code a line, instead of --top.")
    ] = None,
    fractions: Annotated[
        tuple[float, float, float], typer.Option(help="Shares of training, validation and test patients.")
    ] = (0.8, 0.1, 0.1),
    codes_field: Annotated[
        str | None, typer.Option(help="Field of a .jsonl file that holds the codes; `codes` unless given.")
    ] = None,
    keep_without_label: Annotated[
        bool, typer.Option("--keep-without-label", help="Keep documents that have none of the codes.")
    ] = False,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Turn tables or notes of your own into a corpus: documents, codes, a split by patient, a data card."""
    from attending.corpus import prepare as prepare_mimic
    from attending.corpus import prepare_own

    if top is not None and codes is not None:
        raise InputError("--top and --codes contradict each other. Give one of them.")
    if source.is_file() and notes is not None:
        raise InputError("--notes goes with a folder of MIMIC-IV's tables, not with a file of your own notes.")
    if not source.is_file() and codes_field is not None:
        raise InputError("--codes-field goes with a .jsonl file of your own notes, not with MIMIC-IV's tables.")
    selection: dict[str, Any] = {
        "top": top or 50,
        "codes": codes,
        "keep_without_label": keep_without_label,
        "fractions": fractions,
        "seed": seed,
        "overwrite": overwrite,
    }
    if source.is_file():
        card = prepare_own(source, folder, codes_field=codes_field or "codes", **selection)
    else:
        card = prepare_mimic(source, folder, notes=notes, **selection)
    typer.echo(card.text())


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(help="A YAML file of settings; see the folder recipes/.")],
    run: Annotated[Path, typer.Argument(help="The run folder to write; the model appears as RUN/model.")],
    corpus: Annotated[list[Path] | None, typer.Option(help="A prepared corpus; may be given several times.")] = None,
    change: Annotated[list[str] | None, typer.Option("--set", help="Change a setting: --set epochs=3")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
) -> None:
    """Train a model on prepared corpora."""
    from attending.training import TrainingArguments, parse_changes
    from attending.training import train as train_model

    changes = parse_changes(change or [])
    if corpus:
        changes["corpora"] = [str(folder) for folder in corpus]
    model = train_model(TrainingArguments.from_yaml(recipe, **changes), run, resume=resume, report=typer.echo)
    typer.echo(f"The model is in {model}")


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A prepared corpus.")],
    model: Annotated[Path | None, typer.Option(help="A model folder; the shipped model without it.")] = None,
    split: Annotated[Split, typer.Option(help="Part of the corpus to score.")] = Split.TEST,
    fit: Annotated[
        Path | None, typer.Option(help="Corpus that baselines and thresholds are fitted to, if not this one.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the corpus in the report.")] = None,
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
) -> None:
    """Score a model beside the note-blind floor and TF-IDF with logistic regression."""
    from attending.prediction.command import TABLE_WIDTH
    from attending.prediction.on_corpus import evaluate_on_corpus
    from attending.sealing import write_text_whole

    report = evaluate_on_corpus(corpus, model, split=split.value, fit=fit, name=name)
    text = json.dumps(report.to_dict(), indent=1)
    if output is not None:
        write_text_whole(output, text + "\n")
    if as_json:
        typer.echo(text)
    else:
        Console(width=None if sys.stdout.isatty() else TABLE_WIDTH).print(report.table())


@app.command()
def card(
    model: Annotated[Path, typer.Argument(help="The model folder whose card is written anew.")],
    about: Annotated[Path, typer.Option(help="A Markdown file that says what the model is; it opens the card.")],
    report: Annotated[list[Path] | None, typer.Option(help="A JSON report of `attending evaluate`.")] = None,
    run: Annotated[Path | None, typer.Option(help="The run folder that the model came from.")] = None,
) -> None:
    """Write a model's card from its evaluation reports and the arguments of its run, and seal the folder again."""
    from attending.reporting import write_model_card

    write_model_card(model, about=about, reports=report or [], run=run)
    typer.echo(f"The card is {model / 'README.md'}")


@app.command()
def predict(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Notes (.txt, UTF-8), folders, or - for stdin.")
    ],
    model: Annotated[Path | None, typer.Option(help="A model folder; the shipped model without it.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Propose codes from this probability on.")
    ] = None,
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Code the good notes even if others cannot be read.")
    ] = False,
    max_characters: Annotated[int | None, typer.Option(min=1, help="Longest note that is accepted.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
) -> None:
    """Propose ICD-10 codes for discharge summaries, with the words that support them."""
    from attending.prediction.command import predict_files

    predict_files(
        files,
        model=model,
        threshold=threshold,
        as_json=as_json,
        output=output,
        keep_going=keep_going,
        max_characters=max_characters,
        device=device,
    )


def _fail(message: str) -> None:
    sys.stderr.write(f"attending: {' '.join(message.split())}\n")
    sys.exit(2)
