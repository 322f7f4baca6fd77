"""Files in, a model card out: what a model is, what it was trained on, what was measured on which data."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attending.errors import InputError
from attending.sealing import seal, verify, write_text_whole

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

_FRONT = """---
license: mit
language: en
library_name: transformers
pipeline_tag: text-classification
tags: [icd-10, clinical-coding, attending]
---

"""

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
    verify(model, what="a model folder", next_step="Give the folder that `attending train` wrote.")
    parts = [_FRONT + _text(about).rstrip() + "\n"]
    parts += [_measured(_report(path)) for path in reports]
    if run is not None:
        parts.append(_trained(run))
    parts.append(_LIMITS)
    write_text_whole(model / "README.md", "\n".join(parts))
    seal(model)


def _measured(report: dict[str, Any]) -> str:
    rows = [
        "| System | " + " | ".join(title for _, title in _METRICS) + " |",
        "|---" * (len(_METRICS) + 1) + "|",
    ]
    for system in report["systems"]:
        values = " | ".join(f"{system['metrics'][name]:.3f}" for name, _ in _METRICS)
        rows.append(f"| {system['name']} | {values} |")
    facts = f"{report['documents']} documents, {report['codes']} codes ({report['codes_occurring']} occur)."
    evidence = report.get("evidence")
    if evidence:
        facts += (
            f" Evidence: for {evidence['hit_rate']:.1%} of {evidence['true_positives']} rightly proposed codes with "
            "gold evidence, the best span overlaps a gold span."
        )
    return f"## Measured on {report['corpus']}, {report['split']} part\n\n{facts}\n\n" + "\n".join(rows) + "\n"


def _trained(run: Path) -> str:
    log = _text(run / "log.csv").strip().splitlines()
    names, last = log[0].split(","), log[-1].split(",")
    seconds = float(dict(zip(names, last, strict=True))["seconds"])
    return (
        f"## Training\n\n{len(log) - 1} evaluations, {seconds / 60:.0f} minutes.\n\n"
        f"```yaml\n{_text(run / 'arguments.yaml').rstrip()}\n```\n"
    )


def _report(path: Path) -> dict[str, Any]:
    try:
        report = json.loads(_text(path))
        return {**report, "systems": list(report["systems"])}
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path} is not a report of `attending evaluate --output`.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from None
