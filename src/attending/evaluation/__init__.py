"""How well probabilities fit labels: (document, code) arrays in, numbers out."""

from attending.evaluation.acceptance import (
    AcceptanceCurve,
    AcceptancePoint,
    PrecisionThreshold,
    code_acceptance,
    document_acceptance,
)
from attending.evaluation.baselines import NoteBlindFloor, TfidfLogisticRegression
from attending.evaluation.calibration import (
    Calibration,
    CalibrationChoice,
    choose_calibration,
    fit_platt,
    fit_temperature,
)
from attending.evaluation.comparison import Comparison, Difference, Predictions, compare
from attending.evaluation.intervals import Estimate, Intervals, bootstrap
from attending.evaluation.metrics import Metrics, PerCode, evaluate
from attending.evaluation.reliability import CalibrationReport, ReliabilityBin, measure_calibration
from attending.evaluation.risk_control import RecallControl, control_recall
from attending.evaluation.subgroups import (
    AGE_EDGES,
    FREQUENCY_EDGES,
    WORD_EDGES,
    GroupFigure,
    Subgroup,
    bands,
    code_groups,
    code_subgroups,
    document_subgroups,
)
from attending.evaluation.table import comparison_table
from attending.evaluation.thresholds import (
    NEVER,
    best_threshold,
    best_thresholds_per_code,
    threshold_for_precision,
    threshold_for_recall,
    thresholds_for_precision_per_code,
    thresholds_for_recall_per_code,
)

__all__ = [
    "AGE_EDGES",
    "FREQUENCY_EDGES",
    "NEVER",
    "WORD_EDGES",
    "AcceptanceCurve",
    "AcceptancePoint",
    "Calibration",
    "CalibrationChoice",
    "CalibrationReport",
    "Comparison",
    "Difference",
    "Estimate",
    "GroupFigure",
    "Intervals",
    "Metrics",
    "NoteBlindFloor",
    "PerCode",
    "PrecisionThreshold",
    "Predictions",
    "RecallControl",
    "ReliabilityBin",
    "Subgroup",
    "TfidfLogisticRegression",
    "bands",
    "best_threshold",
    "best_thresholds_per_code",
    "bootstrap",
    "choose_calibration",
    "code_acceptance",
    "code_groups",
    "code_subgroups",
    "compare",
    "comparison_table",
    "control_recall",
    "document_acceptance",
    "document_subgroups",
    "evaluate",
    "fit_platt",
    "fit_temperature",
    "measure_calibration",
    "threshold_for_precision",
    "threshold_for_recall",
    "thresholds_for_precision_per_code",
    "thresholds_for_recall_per_code",
]
