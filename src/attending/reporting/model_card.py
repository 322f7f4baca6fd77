"""Files in, a model card out: what a model is, what it was trained on, what was measured on which data."""

import csv
import io
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from attending.errors import InputError
from attending.model_folder import CARD, verify_model_folder
from attending.sealing import MANIFEST, sealed_folder

_METRICS = (
    ("f1_micro", "F1 micro"),
    ("f1_macro_occurring", "F1 macro"),
    ("precision_micro", "Precision"),
    ("recall_micro", "Recall"),
    ("hamming_loss", "Hamming loss"),
    ("auc_micro", "AUC micro"),
    ("average_precision_micro", "AP micro"),
    ("precision_at_5", "P@5"),
)

_LIMITS = """## Intended use and limits

Decision support for trained medical coders: every proposal is to be read against the note and decided by a human coder.
Not for diagnosis, treatment, billing without review, or anything automatic. English discharge summaries; take
identifiers out first. Attention-based evidence shows where the model looked, not why. Figures above hold for the data
named beside them and for no other.
"""


def write_model_card(model: Path, *, about: Path, reports: Sequence[Path], run: Path | None) -> None:
    """Write the card of a model folder anew and seal the folder again.

    Args:
        model: A model folder; it is checked first.
        about: Markdown that says what the model is; it opens the card.
        reports: JSON reports of `attending evaluate`.
        run: The run folder that the model came from; its arguments and log go into the card.

    Raises:
        InputError: The model folder is damaged, or a file cannot be read.
    """
    verify_model_folder(model)
    parts = [_text(about).rstrip() + "\n"]
    parts += [_measured(path) for path in reports]
    if run is not None:
        parts.append(_trained(run))
    parts.append(_LIMITS)
    with sealed_folder(model, overwrite=True) as folder:
        for path in model.iterdir():
            if path.is_file() and path.name != MANIFEST:
                shutil.copy2(path, folder)
        (folder / CARD).write_text("\n".join(parts), encoding="utf-8")


def _measured(path: Path) -> str:
    try:
        report = json.loads(_text(path))
        rows = [
            "| System | " + " | ".join(title for _, title in _METRICS) + " |",
            "|---" * (len(_METRICS) + 1) + "|",
        ]
        for system in report["systems"]:
            values = " | ".join(_figure(system["metrics"][name]) for name, _ in _METRICS)
            rows.append(f"| {system['name']} | {values} |")
        facts = f"{report['documents']} documents, {report['codes']} codes ({report['codes_occurring']} occur)."
        if found := report["evidence"]:
            facts += (
                f" Evidence: for {found['hit_rate']:.1%} of {found['true_positives']} rightly proposed codes with gold "
                "evidence, the best span overlaps a gold span."
            )
        return f"## Measured on {report['corpus']}, {report['split']} part\n\n{facts}\n\n" + "\n".join(rows) + "\n"
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path} is not a report of `attending evaluate --output`.") from None


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _trained(run: Path) -> str:
    rows = list(csv.DictReader(io.StringIO(_text(run / "log.csv"))))
    if not rows:
        raise InputError(f"{run / 'log.csv'} has no evaluation yet. Give the folder of a finished run.")
    return (
        f"## Training\n\n{len(rows)} evaluations, {float(rows[-1]['seconds']) / 60:.0f} minutes.\n\n"
        f"```yaml\n{_without_paths(_text(run / 'arguments.yaml')).rstrip()}\n```\n"
    )


def _without_paths(arguments: str) -> str:
    """Leave of each path its last name alone: a card travels, and where its data lay is nobody's matter."""
    return re.sub(r"(?<=[\s'\"])[^\s'\"]*/(?=[^\s/'\"]+)", "", arguments)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.") from None
