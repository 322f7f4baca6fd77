"""The data card as a page: a `DataCard` goes in, one HTML file with tables and figures comes out."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from attending.corpus.counts import SMALL_GROUP, Histogram, SplitCounts
from attending.corpus.schema import SPLITS
from attending.page import DASHES, GRID, INK, MARKERS, SERIES, Cell, Column, Page, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from attending.corpus.card import DataCard, LabelCounts

_SHOWN_LABELS = 500
_FEW = Cell(f"< {SMALL_GROUP}", sort=0)
_BARS = 60
_WIDE = 6.4


def card_page(card: "DataCard") -> str:
    """Return the data card as HTML; equal cards give equal bytes."""
    page = Page("Data card", lead=f"{card.source}. {card.policy}.".replace("`", ""))
    _add_overview(page, card)
    _add_lengths(page, card)
    _add_codes(page, card)
    _add_groups(page, card)
    _add_findings(page, card)
    _add_origin(page, card)
    return page.render()


def _add_overview(page: Page, card: "DataCard") -> None:
    section = page.section("What it holds")
    section.facts(
        {
            "documents": card.total.documents,
            "patients": card.total.patients,
            "mean words": f"{card.total.words_mean:,.0f}",
            "codes a document": f"{card.total.codes_mean:.1f}",
            "labels a document": f"{card.total.labels_mean:.1f}",
            "labels": len(card.labels),
            "different codes": sum(codes for _, codes in card.code_frequencies),
        }
    )
    section.paragraph(f"Labels: {card.labels_chosen}. {card.release}.")
    section.paragraph(
        f"Split: {card.split_method}. {card.coded_documents:,} documents have a code, "
        f"{card.labelled_documents:,} of them a label."
    )
    parts: dict[str, SplitCounts] = {name: card.splits[name] for name in SPLITS}
    parts["total"] = card.total
    rows: list[list[str | Cell]] = []
    for name in SplitCounts.__dataclass_fields__:
        counts = [getattr(part, name) for part in parts.values()]
        form = ",.1f" if isinstance(counts[0], float) else ",d"
        rows.append([name.replace("_", " "), *(Cell(format(count, form), sort=count) for count in counts)])
    section.table("What each split holds. No patient is in two splits.", ["", *parts], rows)


def _add_lengths(page: Page, card: "DataCard") -> None:
    section = page.section("Lengths")
    for histogram, unit in ((card.words, "words"), (card.codes, "codes")):
        median = getattr(card.total, f"{unit}_median")
        section.figure(
            _bars(histogram, unit, median),
            f"Documents by number of {unit}. Dashed: the median, {median:,.0f}.",
            description=f"A histogram of the {unit} of {card.total.documents:,} documents; the mean is "
            f"{getattr(card.total, f'{unit}_mean'):,.1f}, the median {median:,.0f}.",
        )


def _add_codes(page: Page, card: "DataCard") -> None:
    section = page.section("Codes")
    counts = np.repeat(*np.array(card.code_frequencies).T)
    once = int((counts == 1).sum())
    section.figure(
        _frequencies(counts, sorted((sum(label.documents.values()) for label in card.labels), reverse=True)),
        f"Documents of each code, the most frequent first; {once:,} of {len(counts):,} codes are on one document.",
        description=f"A falling curve on two logarithmic axes: the most frequent code is on {counts[0]:,} documents, "
        f"the median code on {np.median(counts):,.0f}.",
    )
    most = sorted(card.labels, key=lambda label: (-label.documents["train"], label.code))[:_SHOWN_LABELS]
    apart = [abs(label.shares["test"] - label.shares["train"]) for label in card.labels]
    section.figure(
        _balance(most),
        "Split balance: each label's share of the documents in validation and test beside its share in train. "
        "On the line they are equal.",
        description=f"Points of {len(most):,} labels along the diagonal. Shares in test and train differ by "
        f"{np.mean(apart):.2%} of the documents on average, by {max(apart):.2%} at most.",
    )
    rows: list[list[str | float | Cell | None]] = []
    for label in most:
        documents = [label.documents[split] for split in SPLITS]
        shown = [_FEW if 0 < count < SMALL_GROUP else Cell(f"{count:,}", sort=count) for count in documents]
        shares = [
            None if 0 < count < SMALL_GROUP or not card.splits[split].documents else label.shares[split]
            for split, count in zip(SPLITS, documents, strict=True)
        ]
        rows.append([label.code, label.description, *shown, *shares])
    which = (
        f"The {len(most):,} most frequent of {len(card.labels):,} labels" if len(most) < len(card.labels) else "Labels"
    )
    section.table(
        f"{which}: documents in each split, and their share of it.",
        ["Code", "Description", *SPLITS, *(Column(f"{split} share", ".2%") for split in SPLITS)],
        rows,
    )


def _add_groups(page: Page, card: "DataCard") -> None:
    section = page.section("Groups of patients")
    if not card.subgroups:
        section.paragraph("The source says nothing of its patients.")
        return
    section.paragraph(
        f"Documents and patients by group. Counts from 1 to {SMALL_GROUP - 1} are not told, nor the next smallest "
        "where the total would give one away. A patient can be in several groups of one attribute, by age for example."
    )
    for attribute, groups in groupby(card.subgroups, key=lambda group: group.attribute):
        section.table(
            attribute.replace("_", " ").capitalize(),
            ["Group", *SPLITS, "patients"],
            [[one.group, *(_told(one.documents[split]) for split in SPLITS), _told(one.patients)] for one in groups],
        )


def _add_findings(page: Page, card: "DataCard") -> None:
    section = page.section("Left out or changed")
    if not card.findings:
        section.paragraph("Nothing: every row of the source is in the corpus.")
        return
    section.table(
        "Every row of the source that is not in the corpus as it was, counted by reason.",
        ["File", "What", "What was done", "Rows", "First row"],
        [[one.file, one.what, one.done, one.rows, one.first_row] for one in card.findings],
    )


def _add_origin(page: Page, card: "DataCard") -> None:
    section = page.section("Made from")
    section.table("Arguments", ["Argument", "Value"], [[name, str(value)] for name, value in card.arguments.items()])
    section.table("Files read", ["File", "SHA-256"], [[name, value] for name, value in card.inputs.items()])
    section.paragraph(f"Fingerprint of files and arguments: {card.fingerprint}")


def _bars(histogram: Histogram, unit: str, median: float) -> "Figure":
    counts = np.array(histogram.counts)
    shown, beyond = counts[:_BARS], int(counts[_BARS:].sum())
    starts = histogram.width * np.arange(len(shown))
    with new_figure(_WIDE) as figure:
        axes = figure.subplots()
        axes.bar(starts, shown, width=histogram.width * 0.9, align="edge", color=SERIES[0])
        axes.axvline(median, color=INK, linestyle="--", linewidth=1)
        more = f" ({beyond:,} documents have more)" if beyond else ""
        axes.set_xlabel(f"{unit} a document{more}")
        axes.set_ylabel("documents")
        axes.grid(axis="y", color=GRID)
        axes.set_axisbelow(True)
    return figure


def _frequencies(counts: "np.ndarray[tuple[int], np.dtype[np.int_]]", labels: Sequence[int]) -> "Figure":
    with new_figure(_WIDE) as figure:
        axes = figure.subplots()
        for place, (name, values) in enumerate((("all codes", counts), ("labels", np.array(labels)))):
            values = values[values > 0]
            # Few of many thousand points, evenly on the logarithmic axis, draw the same curve.
            ranks = np.unique(np.geomspace(1, len(values), 200).round().astype(int))
            axes.plot(ranks, values[ranks - 1], color=SERIES[place], linestyle=DASHES[place], label=name)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda number, _: f"{number:,.0f}")
            axis.set_minor_formatter(lambda number, _: "")
        axes.set_xlabel("rank of the code")
        axes.set_ylabel("documents")
        axes.grid(color=GRID)
        axes.legend()
    return figure


def _balance(labels: "Sequence[LabelCounts]") -> "Figure":
    largest = max(max(label.shares.values()) for label in labels)
    with new_figure(_WIDE, 4.2) as figure:
        axes = figure.subplots()
        axes.plot([0, largest], [0, largest], color=INK, linewidth=1)
        for place, split in enumerate(SPLITS[1:]):
            axes.plot(
                [label.shares["train"] for label in labels],
                [label.shares[split] for label in labels],
                linestyle="",
                marker=MARKERS[place],
                fillstyle="none",
                color=SERIES[place],
                label=split,
            )
        axes.set_xlabel("share of the documents in train")
        axes.set_ylabel("share in validation, test")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.grid(color=GRID)
        axes.legend()
    return figure


def _told(count: int | None) -> int | Cell:
    return Cell("not told", sort=0) if count is None else count
