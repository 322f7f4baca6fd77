"""How well probabilities fit labels: (document, code) arrays in, numbers out."""

from attending.evaluation.baselines import NoteBlindFloor, TfidfLogisticRegression
from attending.evaluation.metrics import Metrics, PerCode, evaluate
from attending.evaluation.table import comparison_table
from attending.evaluation.thresholds import best_threshold, best_thresholds_per_code

__all__ = [
    "Metrics",
    "NoteBlindFloor",
    "PerCode",
    "TfidfLogisticRegression",
    "best_threshold",
    "best_thresholds_per_code",
    "comparison_table",
    "evaluate",
]
