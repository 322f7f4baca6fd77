"""The command `attending`: one function for each of its commands, from synthesize to explain.

What cannot be used gets one line on standard error and exit code 2; nothing is left half-written.
"""

import atexit
import gc
import io
import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from attending import __version__
from attending.errors import InputError
from attending.terminal import print_table

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


class CalibrationMethod(StrEnum):
    """How probabilities are mended."""

    NONE = "none"
    TEMPERATURE = "temperature"
    PLATT = "platt"


def main() -> None:
    """Run the command line."""
    gc.set_threshold(50_000)  # torch and transformers make a million objects as they load: a quarter of the start else
    atexit.register(gc.freeze)  # and the process need not look through them for garbage before it ends
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
    undercoding: Annotated[
        float, typer.Option(min=0, max=0.99, help="Share of secondary codes left out, as human coders do; 0.2 to 0.35.")
    ] = 0.0,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processes that write; as many as processors unless given.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a synthetic hospital in MIMIC-IV's tables and layout, with gold evidence beside it."""
    from attending.corpus.synthetic import synthesize as write_hospital

    write_hospital(
        folder,
        admissions=admissions,
        seed=seed,
        wordings=wordings.value,
        undercoding=undercoding,
        processes=processes,
        progress=sys.stderr.isatty(),
        overwrite=overwrite,
    )
    typer.echo(f"{admissions} synthetic admissions in {folder}")


@app.command()
def prepare(
    source: Annotated[
        Path,
        typer.Argument(
            help="A folder with MIMIC-IV's tables, or your own file: .jsonl, .csv, .tsv (or .gz), .parquet."
        ),
    ],
    folder: Annotated[Path, typer.Argument(help="The corpus folder to write.")],
    notes: Annotated[Path | None, typer.Option(help="Where MIMIC-IV-Note lies, if not in SOURCE.")] = None,
    top: Annotated[
        int | None,
        typer.Option(min=1, help="Number of most frequent codes to learn; 50 unless the next two are given."),
    ] = None,
    min_count: Annotated[
        int | None, typer.Option(min=1, help="Learn every code that so many documents of training patients have.")
    ] = None,
    codes: Annotated[
        str | None, typer.Option(help="Learn the codes of a named list (mimic-iv-50) or of a file, one a line.")
    ] = None,
    icd: Annotated[
        Literal["10", "9", "both"], typer.Option(help="Which codes count; those of ICD-9 are written ICD9CM:428.0.")
    ] = "10",
    kinds: Annotated[
        Literal["both", "diagnoses", "procedures"] | None, typer.Option(help="Which of MIMIC-IV's codes count.")
    ] = None,
    split_file: Annotated[
        Path | None,
        typer.Option(
            help="A file that says the split of each note_id, hadm_id or subject_id (.csv, .parquet, .feather)."
        ),
    ] = None,
    fractions: Annotated[
        tuple[float, float, float], typer.Option(help="Shares of training, validation and test patients.")
    ] = (0.8, 0.1, 0.1),
    labels: Annotated[
        Literal["icd", "any"] | None, typer.Option(help="Your own file: `any` takes labels of any set, as spelled.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=YOURS", help="Your own file: what a column is called, as in text=note."),
    ] = None,
    separator: Annotated[
        str | None, typer.Option(help="Your own file: what stands between codes that are one string.")
    ] = None,
    descriptions: Annotated[
        Path | None, typer.Option(help="Your own file: a CSV of code, description and perhaps parent.")
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

    chosen = {"--top": top, "--min-count": min_count, "--codes": codes}
    if len(given := [name for name, value in chosen.items() if value is not None]) > 1:
        raise InputError(f"{' and '.join(given)} contradict each other. Give one of them.")
    is_own = source.is_file()
    of_mimic = {"--notes": notes, "--kinds": kinds}
    of_own = {"--labels": labels, "--column": column, "--separator": separator, "--descriptions": descriptions}
    for name, value in (of_mimic if is_own else of_own).items():
        if value is not None:
            here, other = "a file of your own notes", "a folder of MIMIC-IV's tables"
            raise InputError(f"{name} goes with {other if is_own else here}, not with {here if is_own else other}.")
    selection: dict[str, Any] = {
        "icd": icd,
        "top": top or 50,
        "min_count": min_count,
        "codes": codes,
        "keep_without_label": keep_without_label,
        "split_file": split_file,
        "fractions": fractions,
        "seed": seed,
        "overwrite": overwrite,
    }
    if is_own:
        pairs = [pair.partition("=") for pair in column or []]
        if not all(name and theirs for name, _, theirs in pairs):
            raise InputError("Expected --column NAME=YOURS, as in --column text=note. Correct it.")
        card = prepare_own(
            source,
            folder,
            columns={name.strip(): theirs for name, _, theirs in pairs},
            separator=separator,
            labels=labels or "icd",
            descriptions=descriptions,
            **selection,
        )
    else:
        card = prepare_mimic(source, folder, notes=notes, kinds=kinds or "both", **selection)
    typer.echo(card.text())


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def train(context: typer.Context) -> None:
    """Train a model on prepared corpora; `attending train --help` names each setting's flag."""
    from attending.reporting import write_model_card
    from attending.training.flags import train_command

    train_command(context.args, write_card=lambda model, run: write_model_card(model, run=run))


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A prepared corpus.")],
    model: Annotated[
        list[Path] | None,
        typer.Option(help="A model folder; several times to compare models; the shipped model without it."),
    ] = None,
    split: Annotated[Split, typer.Option(help="Part of the corpus to score.")] = Split.TEST,
    fit: Annotated[
        Path | None, typer.Option(help="Corpus that baselines and thresholds are fitted to, if not this one.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the corpus in the report.")] = None,
    resamples: Annotated[
        int, typer.Option(min=100, help="Resamples of patients that intervals are taken from.")
    ] = 1000,
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the whole report as a page that opens offline.")] = None,
    seed: Seed = 0,
) -> None:
    """Score models beside the lexicon, TF-IDF with logistic regression and the note-blind floor, with intervals."""
    from attending.prediction.on_corpus import evaluate_on_corpus
    from attending.reporting import evaluation_page
    from attending.sealing import write_text_whole

    for option, target in (("--output", output), ("--html", html)):
        if target is not None and target.is_dir():
            raise InputError(f"Expected {option} {target} to be a file, found a folder. Name a file in it.")
    report = evaluate_on_corpus(
        corpus, model or [None], split=split.value, fit=fit, name=name, resamples=resamples, seed=seed
    )
    text = json.dumps(report.to_dict(), indent=1)
    if output is not None:
        write_text_whole(output, text + "\n")
    if html is not None:
        write_text_whole(html, evaluation_page(report.to_dict()))
    if as_json:
        typer.echo(text)
    else:
        print_table(report.table())


@app.command()
def card(
    model: Annotated[Path, typer.Argument(help="The model folder whose card is written anew.")],
    about: Annotated[
        Path | None, typer.Option(help="A Markdown file that says what the model is; it opens the card.")
    ] = None,
    report: Annotated[list[Path] | None, typer.Option(help="A JSON report of `attending evaluate`.")] = None,
    run: Annotated[Path | None, typer.Option(help="The run folder that the model came from.")] = None,
) -> None:
    """Write a model's card from its evaluation reports and the files of its run, and seal the folder again."""
    from attending.reporting import write_model_card

    write_model_card(model, about=about, reports=report or [], run=run)
    typer.echo(f"The card is {model / 'README.md'}")


@app.command()
def combine(
    model: Annotated[Path, typer.Argument(help="The model folder; it is changed in place and sealed again.")],
    corpora: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS...", help="Prepared corpora; their validation documents are what is fitted to."),
    ],
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    seed: Seed = 0,
) -> None:
    """Put the lexicon at a model's side: what notes say in so many words is weighed with what the model says."""
    from attending.prediction.combine import combine_model

    combined = combine_model(model, corpora, device=device, seed=seed)
    print_table(combined.table())
    typer.echo(f"The model in {model} is combined with the lexicon; calibrate it next: attending calibrate")


@app.command()
def calibrate(
    model: Annotated[Path, typer.Argument(help="The model folder; it is calibrated in place and sealed again.")],
    corpus: Annotated[Path, typer.Argument(help="A prepared corpus; its validation documents are what is fitted to.")],
    recall: Annotated[
        list[float] | None,
        typer.Option(help="A recall to promise, besides the usual ones; may be given several times."),
    ] = None,
    precision: Annotated[
        list[float] | None, typer.Option(help="A precision to reach, besides the usual ones; several times likewise.")
    ] = None,
    method: Annotated[
        CalibrationMethod | None, typer.Option(help="Without it the best on documents held out in turn.")
    ] = None,
    per_code: Annotated[
        bool, typer.Option("--per-code", help="Tune a threshold for each code, not one for all.")
    ] = False,
    keep_proposals: Annotated[
        bool, typer.Option("--keep-proposals", help="Tune none: what is proposed stays, thresholds move along.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    seed: Seed = 0,
) -> None:
    """Make a model's probabilities mean what they say, and its thresholds keep a recall or precision."""
    from attending.prediction.calibrate import calibrate_model

    calibrated = calibrate_model(
        model,
        corpus,
        recalls=recall or (),
        precisions=precision or (),
        method=None if method is None else method.value,
        per_code=per_code,
        keep_proposals=keep_proposals,
        device=device,
        seed=seed,
    )
    print_table(calibrated.table())
    typer.echo(f"The model in {model} is calibrated")


@app.command()
def predict(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Notes (.txt, UTF-8), folders, or - for stdin.")
    ],
    model: Annotated[Path | None, typer.Option(help="A model folder; the shipped model without it.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Propose codes from this probability on.")
    ] = None,
    recall: Annotated[
        float | None, typer.Option(help="Propose codes so that this share is found; needs a calibrated model.")
    ] = None,
    precision: Annotated[
        float | None, typer.Option(help="Propose codes of which this share was right; needs a calibrated model.")
    ] = None,
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Code the good notes even if others cannot be read.")
    ] = False,
    max_characters: Annotated[int | None, typer.Option(min=1, help="Longest note that is accepted.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    dtype: Annotated[
        str, typer.Option(help="Numbers to compute in: float32, bf16, fp16, or auto, the fastest that the device has.")
    ] = "auto",
    also: Annotated[
        str | None,
        typer.Option(
            help="Further codes to score from what they are called: as in I50.33,K70.30, or a file, one a line."
        ),
    ] = None,
) -> None:
    """Propose ICD-10 codes for discharge summaries, with the words that support them."""
    from attending.prediction.command import predict_files

    predict_files(
        files,
        model=model,
        threshold=threshold,
        recall=recall,
        precision=precision,
        as_json=as_json,
        output=output,
        keep_going=keep_going,
        max_characters=max_characters,
        device=device,
        dtype=dtype,
        also=also,
    )


@app.command()
def explain(
    notes: Annotated[
        list[str], typer.Argument(metavar="NOTE...", help="Notes (.txt, UTF-8), folders, or - for stdin.")
    ],
    model: Annotated[Path | None, typer.Option(help="A model folder; the shipped model without it.")] = None,
    codes: Annotated[
        str | None, typer.Option(help="Codes to explain, as in I10,N17.9; those that are proposed without it.")
    ] = None,
    method: Annotated[
        Literal["attingrad", "attention", "integrated-gradients"],
        typer.Option(help="How to find what a code rests on; integrated gradients takes minutes."),
    ] = "attingrad",
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Propose codes from this probability on.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with the notes and their highlights.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw the map of codes and sections of one note.")] = None,
    as_json: AsJson = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
) -> None:
    """Show which words of a note each code rests on, as a table, JSON, a page with highlights or a picture."""
    from attending.prediction.explain import explain_files

    explain_files(
        notes,
        model=model,
        codes=None if codes is None else [code.strip() for code in codes.split(",") if code.strip()],
        method=method,
        threshold=threshold,
        html=html,
        png=png,
        as_json=as_json,
        device=device,
    )


@app.command()
def deidentify(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Notes (.txt, UTF-8), folders, or - for stdin.")
    ],
    redact: Annotated[
        bool, typer.Option("--redact", help="Write copies with ___ in the place of each likely identifier.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="With --redact: the file for one note, the folder for several.")
    ] = None,
    as_json: AsJson = False,
    overwrite: Overwrite = False,
    max_characters: Annotated[int | None, typer.Option(min=1, help="Longest note that is accepted.")] = None,
) -> None:
    """Count likely identifiers in notes by kind (exit code 1 if there are any), or write copies without them."""
    from attending.deidentification.command import check_files, redact_files

    if redact:
        if as_json:
            raise InputError("--json goes without --redact. Check first, then redact.")
        redact_files(files, output=output, overwrite=overwrite, max_characters=max_characters)
        return
    if output is not None:
        raise InputError("--output goes with --redact: a check prints its counts. Leave one of them out.")
    if check_files(files, as_json=as_json, max_characters=max_characters):
        raise typer.Exit(1)


def _fail(message: str) -> None:
    sys.stderr.write(f"attending: {' '.join(message.split())}\n")
    sys.exit(2)
