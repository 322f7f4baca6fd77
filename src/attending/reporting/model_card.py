"""Files in, a model card out: what a model is, what it was trained on, what was measured on which data.

Every figure comes from a file: the model folder's configuration, the run's arguments, log, energy and data cards, and
the reports of `attending evaluate`. What was not measured is not claimed.
"""

import csv
import io
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attending.errors import InputError
from attending.evaluation import Estimate
from attending.lexicon import FEATURES, StoredCombination
from attending.model_folder import (
    CALIBRATION,
    CALIBRATION_FIGURES,
    CARD,
    CODES,
    COMBINATION,
    StoredCalibration,
    verify_model_folder,
)
from attending.sealing import MANIFEST, sealed_folder
from attending.taxonomy import LabelSpace

Json = Mapping[str, Any]

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
_PEOPLE = {"sex": "Sex", "age": "Age, years", "race": "Race", "insurance": "Insurance", "language": "Language"}
"""What patients are grouped by in a report, and its title."""

_HEAD = """---
language: en
library_name: transformers
pipeline_tag: text-classification
tags: [icd-10, clinical-coding, attending]
---
"""

_USE = """## Intended use

Decision support for trained medical coders: the model reads an English discharge summary and proposes ICD-10 codes,
each with a probability and the words that support it. Every proposal is to be read against the note and decided by a
human coder. Not for diagnosis, treatment, billing without review, or anything automatic. Take identifiers out of notes
first.
"""

_LIMITS = """## Limits

- It knows the codes of its list alone, of the release named above, and proposes nothing else.
- Figures hold for the data named beside them and for no other: measure on notes of your own before you rely on it.
- Attention shows where the model looked, not why. "No evidence" means that it looked nowhere in particular.
- A model trained on notes of patients may hold traces of them: pass it on only under the terms of its training data.
"""

_NO_GROUPS = """## Bias

How well the model does for which patients was not measured for this card. Training data carry the coding habits, and
the inequities, of the hospital that they came from. Before use, `attending evaluate` on a corpus with patients'
attributes says for whom it does worse.
"""

_GLOSSARY = """## Glossary

| Word | Meaning |
|---|---|
| ICD-10-CM, ICD-10-PCS | the American lists of diagnosis and of procedure codes |
| document | one discharge summary |
| label space | the ordered codes that the model can propose |
| micro, macro | over all (document, code) pairs; the mean over codes, each counting the same |
| precision, recall | share of proposed codes that are right; share of right codes that are proposed |
| F1 | harmonic mean of precision and recall |
| F1 macro | over the codes that at least one of the documents has |
| threshold | probability from which a code is proposed; tuned on validation documents only |
| AUC, AP | area under the ROC curve; average precision: how well codes are ranked, whatever the threshold |
| P@5 | share of the five most probable codes that are right |
| ECE | expected calibration error: how far probabilities are from the shares that came true, on average |
| Hamming loss | share of (document, code) pairs that are decided wrongly |
| evidence | the words of the document, by character offsets, that support a code |
| lexicon | the conditions that the document states in known terms, by rules for negation, family and history |
| note-blind floor | the most frequent codes, proposed without reading |
| kWh, kg CO2eq | energy; the warming of all gases emitted, as that of so much carbon dioxide |
"""

_CITATION = """## Citation

```
@software{attending,
  title = {attending: ICD-10 codes for discharge summaries, each with its evidence},
  author = {{The attending developers}},
  license = {MIT}
}
```
"""


def write_model_card(
    model: Path, *, about: Path | None = None, reports: Sequence[Path] = (), run: Path | None = None
) -> None:
    """Write the card of a model folder anew and seal the folder again.

    Args:
        model: A model folder; it is checked first.
        about: Markdown that says what the model is; it opens the card. Without it the card says what the model's
            configuration says.
        reports: JSON reports of `attending evaluate`.
        run: The run folder that the model came from; its data, arguments, log and energy go into the card.

    Raises:
        InputError: The model folder is damaged, or a file cannot be read.
    """
    verify_model_folder(model)
    read = [(path, _report(path)) for path in reports]
    parts = [_HEAD + "\n" + _described(model) if about is None else _text(about).rstrip() + "\n", _USE]
    parts += [_measured(path, report) for path, report in read]
    parts += [_bias(read), _combined(model), _calibrated(model)]
    if run is not None:
        parts += [_trained_on(run), _trained(run), _energy(run)]
    parts += [_LIMITS, _GLOSSARY, _CITATION]
    with sealed_folder(model, overwrite=True) as folder:
        for path in model.iterdir():
            if path.is_file() and path.name != MANIFEST:
                shutil.copy2(path, folder)
        (folder / CARD).write_text("\n".join(part for part in parts if part), encoding="utf-8")


def _described(model: Path) -> str:
    """Say what a model is, by its own configuration."""
    config, codes = _json(model / "config.json"), _json(model / CODES)
    backbone = config["backbone_config"]
    number = len(config["id2label"])
    release = codes.get("release")
    return (
        f"# attending: {number} codes\n\n"
        f"A {backbone['model_type']} backbone ({backbone.get('num_hidden_layers', '?')} layers, "
        f"{backbone.get('hidden_size', '?')} wide), read {config['reading']} in windows of {config['window_tokens']} "
        f"tokens with {config['overlap_tokens']} overlap; code descriptions that attend over the whole note; "
        f"{len(config['heads'])} classification heads. It proposes {number} codes"
        f"{f' of {release}' if isinstance(release, str) else ''}. Made by `attending train`.\n"
    )


def _report(path: Path) -> Json:
    try:
        report = json.loads(_text(path))
        _measured(path, report)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise _no_report(path) from None
    return report


def _measured(path: Path, report: Json) -> str:
    try:
        rows = [
            "| System | " + " | ".join(title for _, title in _METRICS) + " |",
            "|---" * (len(_METRICS) + 1) + "|",
        ]
        for system in report["systems"]:
            ranges = system.get("intervals", {})
            values = " | ".join(_figure(system["metrics"][name], ranges.get(name)) for name, _ in _METRICS)
            rows.append(f"| {system['name']} | {values} |")
        facts = f"{report['documents']} documents, {report['codes']} codes ({report['codes_occurring']} occur)."
        if any(system.get("intervals") for system in report["systems"]):
            facts += " In brackets 95 % intervals from resampled patients."
        if found := report["evidence"]:
            facts += (
                f" Evidence: for {found['hit_rate']:.1%} of {found.get('true_positives', found.get('codes'))} rightly "
                "proposed codes with gold evidence, the best span overlaps a gold span."
            )
        return f"## Measured on {report['corpus']}, {report['split']} part\n\n{facts}\n\n" + "\n".join(rows) + "\n"
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _no_report(path) from None


def _no_report(path: Path) -> InputError:
    return InputError(f"{path} is not a report of `attending evaluate --output`.")


def _figure(value: float | None, interval: Json | None = None) -> str:
    if value is None:
        return "-"
    if interval is None or interval.get("low") is None:
        return f"{value:.3f}"
    return f"{value:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"


def _bias(reports: Sequence[tuple[Path, Json]]) -> str:
    """Say for which patients the model does worse, as far as the reports have measured it."""
    parts = []
    for path, report in reports:
        models = report.get("models", [])
        groups = models[0]["subgroups"] if models else report.get("subgroups", {})
        try:
            tables = [_groups(title, groups[by]) for by, title in _PEOPLE.items() if groups.get(by)]
        except (KeyError, TypeError, AttributeError):
            raise _no_report(path) from None
        if tables:
            parts.append(f"On {report['corpus']}, {report['split']} part:\n\n" + "\n".join(tables))
    if not parts:
        return _NO_GROUPS
    lead = (
        "F1 micro by group of patients, and its gap to all patients, with 95 % intervals. Groups marked small are too "
        "few to say much. A gap whose interval does not hold 0 is a difference that these data show; it need not be "
        "the model's doing, since groups differ in their codes.\n\n"
    )
    return "## Bias\n\n" + lead + "\n".join(parts)


def _groups(title: str, groups: Sequence[Json]) -> str:
    rows = [f"| {title} | Documents | Patients | F1 micro | Gap |", "|---|---|---|---|---|"]
    for group in groups:
        figure = group["figures"]["f1_micro"]
        gap = {"low": figure["gap_low"], "high": figure["gap_high"]}
        name = f"{group['name']}{' (small)' if group['small'] else ''}"
        rows.append(
            f"| {name} | {group['documents']} | {group['patients']} | {_figure(figure['value'], figure)} | "
            f"{_figure(figure['gap'], gap)} |"
        )
    return "\n".join(rows) + "\n"


def _combined(model: Path) -> str:
    """Say what the lexicon's part in the model was fitted to, and what each voice weighs."""
    path = model / COMBINATION
    if not path.is_file():
        return ""
    stored = StoredCombination.read(path, LabelSpace.read(model / CODES))
    weights = {"model's log odds": stored.own.model} | dict(zip(FEATURES, stored.own.features, strict=True))
    rows = [f"| {name} | {weight:+.2f} |" for name, weight in weights.items()]
    return (
        "## Combination with the lexicon\n\n"
        f"Model and lexicon are weighed by a logistic regression fitted to {stored.documents:,} validation documents "
        f"({', '.join(stored.corpora)}). Weights that all codes share, in log odds, from which each code departs a "
        "little:\n\n| Heard | Weight |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def _calibrated(model: Path) -> str:
    """Say what the probabilities were fitted to, how far they were off, and which thresholds promise what."""
    path = model / CALIBRATION
    if not path.is_file():
        return ""
    stored = StoredCalibration.read(path, LabelSpace.read(model / CODES))
    rows = [
        f"| {title} | {_estimate(stored.before[name])} | {_estimate(stored.after[name])} |"
        for name, title in CALIBRATION_FIGURES.items()
    ]
    promised = [f"| Recall {control.recall:g} | {control.threshold:.3f} | |" for control in stored.recalls]
    reached = [f"| Precision {of.precision:g} | {of.threshold:.3f} | {of.accepted:.0%} |" for of in stored.precisions]
    return (
        "## Calibration\n\n"
        f"Method: {stored.calibration.method}, fitted to {stored.documents:,} validation documents of "
        f"{stored.patients:,} patients ({stored.corpus}). It holds for notes like those and promises nothing "
        "for others. In brackets 95 % intervals; after: on documents held out in turn.\n\n"
        "| | Before | After |\n|---|---|---|\n" + "\n".join(rows) + "\n\n"
        "| Wanted | Threshold | Proposals kept |\n|---|---|---|\n" + "\n".join(promised + reached) + "\n"
    )


def _estimate(estimate: Estimate) -> str:
    plain = estimate.to_dict()
    return _figure(plain["value"], plain)


def _trained_on(run: Path) -> str:
    """Say what a run's data were, by the data cards that it kept."""
    lines = []
    for path in sorted(run.glob("examples/*/corpus.json")):
        card = _json(path)
        try:
            counts = ", ".join(
                f"{card['splits'][split]['documents']:,} {split} documents" for split in ("train", "validation")
            )
            lines.append(
                f"- {card['source']}: {counts}. Labels: {card['labels_chosen']}. {card['release']}. "
                f"Split: {card['split_method']}."
            )
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{path} is not a data card. Give the folder of a run of `attending train`.") from None
    return "## Training data\n\n" + _without_paths("\n".join(lines)) + "\n" if lines else ""


def _trained(run: Path) -> str:
    rows = list(csv.DictReader(io.StringIO(_text(run / "log.csv"))))
    if not rows:
        raise InputError(f"{run / 'log.csv'} has no evaluation yet. Give the folder of a finished run.")
    best = next((row for row in reversed(rows) if row.get("best") == "1"), None)
    return (
        f"## Training\n\n{len(rows)} evaluations, {float(rows[-1]['seconds']) / 60:.0f} minutes."
        + (
            f" The best was at step {best['step']}: F1 micro {float(best['f1_micro']):.3f}, macro "
            f"{float(best['f1_macro']):.3f} on the validation documents that chose it."
            if best
            else ""
        )
        + f"\n\n```yaml\n{_without_paths(_text(run / 'arguments.yaml')).rstrip()}\n```\n"
    )


def _energy(run: Path) -> str:
    path = run / "energy.json"
    if not path.is_file():
        return ""
    found = _json(path)
    try:
        where = f" in {found['country']}" if found["country"] else ""
        lines = [f"{found['hours']:.2f} hours on {found['devices']} x {found['hardware']}{where}."]
        if estimate := found["estimate"]:
            lines.append(f"Estimate by {estimate['by']}: {_used(estimate)}. CPU power may be modelled, not metered.")
        if check := found["cross_check"]:
            lines.append(f"Cross-check by {check['by']}, at {check['watts']:g} W: {_used(check)}.")
        return "## Energy\n\n" + "\n".join(lines) + "\n" if len(lines) > 1 else ""
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{path} is not what a run of `attending train` wrote.") from None


def _used(energy: Json) -> str:
    carbon = energy.get("carbon_kg")
    return f"{energy['energy_kwh']:.3g} kWh" + ("" if carbon is None else f", {carbon:.3g} kg CO2eq")


def _without_paths(text: str) -> str:
    """Leave of each path its last name alone: a card travels, and where its data lay is nobody's matter."""
    return re.sub(r"(?<=[\s'\"])[^\s'\"]*/(?=[^\s/'\"]+)", "", text)


def _json(path: Path) -> Json:
    try:
        content = json.loads(_text(path))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not JSON.") from None
    if not isinstance(content, dict):
        raise InputError(f"{path} is not a JSON object.")
    return content


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.") from None
