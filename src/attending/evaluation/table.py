"""A table to read: the metrics of several systems go in, one column each comes out."""

import math
from collections.abc import Mapping

from rich.table import Table

from attending.errors import InputError
from attending.evaluation.metrics import Metrics

_ROWS = {
    "F1 micro": "f1_micro",
    "F1 macro (codes that occur)": "f1_macro_occurring",
    "F1 macro (all codes)": "f1_macro_all",
    "Precision micro": "precision_micro",
    "Recall micro": "recall_micro",
    "Precision macro (codes that occur)": "precision_macro_occurring",
    "Recall macro (codes that occur)": "recall_macro_occurring",
    "AUC micro": "auc_micro",
    "AUC macro": "auc_macro",
    "Average precision micro": "average_precision_micro",
    "Average precision macro (mAP)": "average_precision_macro",
    "Precision at 5": "precision_at_5",
    "Precision at 8": "precision_at_8",
    "Precision at 15": "precision_at_15",
    "Recall at 5": "recall_at_5",
    "Recall at 8": "recall_at_8",
    "Recall at 15": "recall_at_15",
    "R-precision": "r_precision",
    "Exact match": "exact_match",
    "Hamming loss": "hamming_loss",
}


def comparison_table(systems: Mapping[str, Metrics]) -> Table:
    """Return a table for rich's console: a row for each metric in percent, a column for each system.

    A figure that is not defined is a dash.

    Args:
        systems: Metrics by the system's name, all over the same documents and codes.

    Raises:
        InputError: No system, or systems that were measured on different numbers of documents, codes or
            labels.
    """
    measured_on = {
        (metrics.documents, metrics.codes, metrics.codes_occurring, metrics.labels_per_document)
        for metrics in systems.values()
    }
    if len(measured_on) != 1:
        raise InputError(
            f"Expected systems measured on the same documents and codes, got {len(measured_on)} different "
            "sets of them. Evaluate all on the same split."
        )
    ((documents, codes, occurring, _),) = measured_on
    table = Table(title=f"{documents:,} documents, {codes:,} codes, of which {occurring:,} occur; in percent")
    table.add_column("")
    figures = [metrics.as_dict() for metrics in systems.values()]
    for name in systems:
        table.add_column(name, justify="right")
    for title, field in _ROWS.items():
        if any(field in of_system for of_system in figures):
            table.add_row(title, *(_percent(of_system[field]) for of_system in figures))
    return table


def _percent(figure: float | None) -> str:
    return "-" if figure is None or math.isnan(figure) else f"{100 * figure:.2f}"
