"""The report of `attending evaluate` in; one HTML page that opens offline and compares systems out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attending.page import (
    DASHES,
    GRID,
    INK,
    MARKERS,
    MUTED,
    SERIES,
    Cell,
    Column,
    Page,
    Row,
    Section,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Report = Mapping[str, Any]

_HEADLINE = (
    ("f1_micro", "F1 micro"),
    ("f1_macro_occurring", "F1 macro"),
    ("precision_micro", "Precision"),
    ("recall_micro", "Recall"),
    ("average_precision_micro", "AP micro"),
    ("average_precision_macro", "mAP"),
    ("auc_micro", "AUC micro"),
    ("auc_macro", "AUC macro"),
    ("precision_at_5", "P@5"),
    ("precision_at_8", "P@8"),
    ("precision_at_15", "P@15"),
    ("r_precision", "R-precision"),
    ("exact_match", "Exact match"),
    ("hamming_loss", "Hamming loss"),
)
_GROUPED_BY = {
    "chapter": "Chapter of ICD-10",
    "frequency": "Training documents with the code",
    "length": "Words in the document",
    "age": "Age in years",
    "sex": "Sex",
    "race": "Race",
    "insurance": "Insurance",
    "language": "Language",
}
_WORST = 15
_FEWEST_LABELS = 10


def evaluation_page(report: Report) -> str:
    """Return the report as an HTML page; it holds no text of any note.

    Args:
        report: What `attending evaluate --json` prints.

    Raises:
        InputError: jinja2 or matplotlib is not installed.
    """
    models: Sequence[Report] = report["models"]
    names = [model["name"] for model in models]
    page = Page(
        f"Evaluation on {report['corpus']}",
        lead=f"{', '.join(names)} on the {report['split']} part. Ranges are 95 % intervals from resampled patients.",
    )
    _add_headline(page.section("Headline"), report)
    if report["comparisons"]:
        _add_differences(page.section("Differences"), report)
    _add_precision_recall(page.section("Precision and recall"), report["systems"])
    _add_calibration(page.section("Calibration"), models)
    _add_acceptance(page.section("What can be accepted without a look"), models)
    _add_evidence(page.section("Evidence"), models)
    for by, title in _GROUPED_BY.items():
        if by in models[0]["subgroups"]:
            _add_groups(page.section(title), title, by, models)
    _add_worst(page.section("Weakest codes"), report)
    _add_codes(page.section("Every code"), report)
    return page.render()


def _add_headline(section: Section, report: Report) -> None:
    section.facts(
        {
            "Documents": report["documents"],
            "Patients": report["patients"],
            "Codes": report["codes"],
            "Codes that occur": report["codes_occurring"],
        }
    )
    shown = [(key, title) for key, title in _HEADLINE if key in report["systems"][0]["metrics"]]
    rows = [
        [title, *(_estimate(system["intervals"].get(key), system["metrics"][key]) for system in report["systems"])]
        for key, title in shown
    ]
    section.table("Each system, in percent", ["Metric", *(system["name"] for system in report["systems"])], rows)
    section.paragraph(
        "Thresholds were tuned on validation documents; “own thresholds” are those stored with the model. The "
        "lexicon goes by what notes say in known terms; the note-blind floor proposes the most frequent codes without "
        "reading. F1 macro and mAP are means over the codes that occur."
    )


def _add_differences(section: Section, report: Report) -> None:
    section.paragraph(
        "First system less second, in points, on the same resamples of patients; p is two-sided. A range that leaves "
        "out 0 speaks for a real difference."
    )
    for pair in report["comparisons"]:
        rows: list[Row] = []
        for key, title in _HEADLINE:
            found = pair["differences"].get(key)
            if found is not None:
                figures = (found["first"], found["second"], found["difference"])
                first, second, difference = (None if figure is None else 100 * figure for figure in figures)
                rows.append([title, first, second, difference, _range(found["low"], found["high"]), found["p_value"]])
        columns: list[str | Column] = ["Metric", Column(pair["first"], ".1f"), Column(pair["second"], ".1f")]
        section.table(
            f"{pair['first']} against {pair['second']}",
            [*columns, Column("Difference", "+.1f"), "95 % interval", Column("p", ".3f")],
            rows,
        )


def _add_precision_recall(section: Section, systems: Sequence[Report]) -> None:
    drawn = [system for system in systems if system["threshold"] is not None and system["precision_recall"]]

    def draw(axes: "Axes") -> None:
        for number, system in enumerate(drawn):
            recall, precision = zip(*system["precision_recall"], strict=True)
            axes.plot(recall, precision, color=_colour(number), linestyle=_dashes(number), label=system["name"])
            metrics = system["metrics"]
            axes.plot(
                metrics["recall_micro"], metrics["precision_micro"], color=_colour(number), marker=_marker(number)
            )
        _unit_axes(axes, "Recall", "Precision")

    caption = "Micro precision and recall as the threshold falls; the mark is where each system was tuned."
    with _drawn(draw) as figure:
        section.figure(figure, caption, description=_precision_recall_in_words(drawn))


def _precision_recall_in_words(systems: Sequence[Report]) -> str:
    parts = [
        f"{system['name']}: precision {system['metrics']['precision_micro']:.2f} at recall "
        f"{system['metrics']['recall_micro']:.2f}"
        for system in systems
    ]
    return f"Precision-recall curves. {'; '.join(parts)}."


def _add_calibration(section: Section, models: Sequence[Report]) -> None:
    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":")
        for number, model in enumerate(models):
            bins = model["calibration"]["equal_width"]
            points = [part for part in bins if part["pairs"] and part["observed"] is not None]
            mean = [part["mean_probability"] for part in points]
            observed = [part["observed"] for part in points]
            spread = [
                [max(0.0, part["observed"] - (part["observed_low"] or 0.0)) for part in points],
                [max(0.0, (part["observed_high"] or 0.0) - part["observed"]) for part in points],
            ]
            axes.errorbar(
                mean,
                observed,
                yerr=spread,
                color=_colour(number),
                marker=_marker(number),
                linestyle=_dashes(number),
                linewidth=1,
                capsize=2,
                label=model["name"],
            )
        _unit_axes(axes, "Probability given", "Share that was right")

    with _drawn(draw) as figure:
        section.figure(
            figure,
            "Reliability: on the dotted line probabilities mean what they say; below it they promise too much.",
            description="Reliability plot. "
            + " ".join(f"{model['name']}: ECE {_number(model, 'ece_equal_mass')}." for model in models),
        )
    measures = (
        ("ece_equal_mass", "ECE, bins of equal size"),
        ("ece_equal_width", "ECE, bins of equal width"),
        ("ece_equal_mass_likely", "ECE of likely pairs, bins of equal size"),
        ("ece_equal_width_likely", "ECE of likely pairs, bins of equal width"),
        ("brier", "Brier score"),
        ("log_loss", "Log loss"),
    )
    rows: list[Row] = [
        [title, *(_estimate(model["calibration"][key], None, scale=1, digits=4) for model in models)]
        for key, title in measures
    ]
    rows.append(["Calibrated", *("yes" if model["calibrated"] else "no" for model in models)])
    section.table("Calibration", ["Measure", *(model["name"] for model in models)], rows)
    least = models[0]["calibration"]["at_least"]
    section.paragraph(
        f"ECE is the mean gap between a probability and how often it is right. Most (document, code) pairs are sure to "
        f"be wrong and are easy; likely pairs are those with a probability of {least:g} or more."
    )


def _add_acceptance(section: Section, models: Sequence[Report]) -> None:
    models = [model for model in models if model["acceptance"]]
    if not models:
        section.paragraph("No model proposes a code at its own thresholds, so there is nothing to accept.")
        return
    words = {
        "code": ("proposed codes", "precision"),
        "document": ("documents", "share with every code right"),
    }
    for unit, (considered, accuracy) in words.items():

        def draw(axes: "Axes", unit: str = unit, considered: str = considered, accuracy: str = accuracy) -> None:
            for number, model in enumerate(models):
                points = [
                    point
                    for point in model["acceptance"][unit]["points"]
                    if None not in (point["accepted"]["value"], point["accuracy"]["value"])
                ]
                share = [point["accepted"]["value"] for point in points]
                right = [point["accuracy"]["value"] for point in points]
                axes.plot(share, right, color=_colour(number), linestyle=_dashes(number), label=model["name"])
                low, high = ([point["accuracy"][end] for point in points] for end in ("low", "high"))
                axes.fill_between(share, low, high, color=_colour(number), alpha=0.15, linewidth=0)
            _unit_axes(axes, f"Share of {considered} accepted", accuracy.capitalize())

        with _drawn(draw) as figure:
            section.figure(
                figure,
                f"Share of {considered} that could be accepted without a look, surest first, against their {accuracy}.",
                description=f"Curve of accepted {considered} against accuracy; the table below gives points of it.",
            )
        wanted = list(models[0]["acceptance"][unit]["at"])
        rows = [
            [f"{float(want):.0%}", *(_accepted(model["acceptance"][unit]["at"][want]) for model in models)]
            for want in wanted
        ]
        section.table(
            f"{considered.capitalize()} that can be accepted at a wanted accuracy",
            ["Wanted accuracy", *(f"{model['name']}: accepted, %" for model in models)],
            rows,
        )
    section.paragraph("Measured on these documents; for a promise on new ones, calibrate the model.")


def _add_evidence(section: Section, models: Sequence[Report]) -> None:
    if all(model["evidence"] is None for model in models):
        section.paragraph("This corpus has no gold evidence.")
        return
    measures = (
        ("hit_rate", "Best span overlaps a gold span"),
        ("token_precision", "Precision of words"),
        ("token_recall", "Recall of words"),
        ("token_f1", "F1 of words"),
        ("span_f1", "F1 of spans"),
    )
    rows: list[Row] = [
        [title, *(None if model["evidence"] is None else 100 * model["evidence"][key] for model in models)]
        for key, title in measures
    ]
    section.table(
        "Evidence of rightly proposed codes, in percent",
        ["Measure", *(Column(model["name"], ".1f") for model in models)],
        rows,
    )
    counts = [
        f"{model['name']}: {model['evidence']['true_positives']:,} codes with gold evidence, none found for "
        f"{model['evidence']['silent']:,}."
        for model in models
        if model["evidence"] is not None
    ]
    section.paragraph(" ".join(counts))


def _add_groups(section: Section, title: str, by: str, models: Sequence[Report]) -> None:
    groups = {model["name"]: {group["name"]: group for group in model["subgroups"][by]} for model in models}
    first = groups[models[0]["name"]]
    columns: list[str | Column] = [title, Column("Documents", ",d"), Column("Codes", ",d"), Column("Labels", ",d")]
    for name in groups:
        prefix = "" if len(groups) == 1 else f"{name}: "
        columns += [f"{prefix}{figure}" for figure in ("F1 micro", "gap", "precision", "recall")]
    rows: list[Row] = []
    for name, group in first.items():
        row: list[str | int | float | Cell | None] = [
            f"{name} (small)" if group["small"] else name,
            group["documents"],
            group["codes"],
            group["labels"],
        ]
        for of_model in groups.values():
            figures = of_model[name]["figures"]
            f1 = figures["f1_micro"]
            gap = {"value": f1["gap"], "low": f1["gap_low"], "high": f1["gap_high"]}
            row += [
                _estimate(f1, None),
                _estimate(gap, None, sign=True),
                _estimate(figures["precision_micro"], None),
                _estimate(figures["recall_micro"], None),
            ]
        rows.append(row)
    section.table(f"By {title[0].lower()}{title[1:]}, in percent", columns, rows)
    if any(group["small"] for group in first.values()):
        section.warning("Groups marked small have too few documents or patients to be read as a difference.")
    section.paragraph("The gap is the group's F1 less that of all, on the same resamples.")


def _add_worst(section: Section, report: Report) -> None:
    for model in report["models"]:
        common = [code for code in model["per_code"] if code["labels"] >= _FEWEST_LABELS]
        worst = sorted(common, key=lambda code: (code["f1"], -code["labels"], code["code"]))[:_WORST]
        rows = [
            [
                code["code"],
                report["descriptions"][code["code"]],
                100 * code["f1"],
                code["labels"],
                code["labels"] - code["correct"],
                code["predicted"] - code["correct"],
            ]
            for code in worst
        ]
        section.table(
            f"{model['name']}: lowest F1 among the {len(common)} codes with {_FEWEST_LABELS} documents or more",
            [
                "Code",
                "Description",
                Column("F1", ".1f"),
                Column("Documents", ",d"),
                Column("Missed", ",d"),
                Column("Wrongly proposed", ",d"),
            ],
            rows,
        )


def _add_codes(section: Section, report: Report) -> None:
    models = report["models"]
    columns: list[str | Column] = ["Code", "Description", Column("Documents", ",d")]
    for model in models:
        prefix = "" if len(models) == 1 else f"{model['name']}: "
        columns += [Column(f"{prefix}{title}", ".1f") for title in ("F1", "precision", "recall", "AP", "AUC")]
    rows: list[Row] = []
    for of_models in zip(*(model["per_code"] for model in models), strict=True):
        code = of_models[0]
        row: list[str | int | float | Cell | None] = [
            code["code"],
            report["descriptions"][code["code"]],
            code["labels"],
        ]
        for found in of_models:
            keys = ("f1", "precision", "recall", "average_precision", "auc")
            row += [None if found[key] is None or not found["labels"] else 100 * found[key] for key in keys]
        rows.append(row)
    section.table("Each code at the model's own threshold, in percent", columns, rows)


@contextmanager
def _drawn(draw: "Callable[[Axes], None]") -> Iterator[Any]:
    """Give a figure with one pair of axes drawn on."""
    with new_figure() as figure:
        axes = figure.subplots()
        draw(axes)
        if (curves := len(axes.get_legend_handles_labels()[1])) > 1:
            figure.set_figheight(figure.get_figheight() + 0.22 * curves)
            figure.legend(loc="outside lower center", ncols=1, fontsize=9)
        yield figure


def _unit_axes(axes: "Axes", across: str, up: str) -> None:
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel=across, ylabel=up)
    axes.grid(True, color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(color=INK)


def _colour(number: int) -> str:
    return SERIES[number % len(SERIES)]


def _dashes(number: int) -> Any:
    return DASHES[number % len(DASHES)]


def _marker(number: int) -> str:
    return MARKERS[number % len(MARKERS)]


def _estimate(
    estimate: Report | None, value: float | None, *, scale: float = 100, digits: int = 1, sign: bool = False
) -> Cell | float | None:
    """Write a figure with its interval, or alone where it has none; in percent unless `scale` says otherwise."""
    if estimate is None:
        return None if value is None else Cell(f"{scale * value:.{digits}f}", sort=scale * value)
    if estimate["value"] is None:
        return None
    form = f"{'+' if sign else ''}.{digits}f"
    figures = [None if estimate[key] is None else scale * estimate[key] for key in ("value", "low", "high")]
    text = format(figures[0], form)
    if figures[1] is not None and figures[2] is not None:
        text += f" ({figures[1]:{form}} to {figures[2]:{form}})"
    return Cell(text, sort=figures[0])


def _range(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{100 * low:+.1f} to {100 * high:+.1f}"


def _accepted(point: Report | None) -> Cell | float | None:
    return Cell("none", sort=0.0) if point is None else _estimate(point["accepted"], None)


def _number(model: Report, measure: str) -> str:
    value = model["calibration"][measure]["value"]
    return "undefined" if value is None else f"{value:.3f}"
