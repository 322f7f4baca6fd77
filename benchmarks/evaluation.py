"""Time and memory that evaluation takes; one JSON line goes out. Needs Linux (/proc).

Run `python benchmarks/evaluation.py [documents] [codes]`; the default is 10,000 documents of 8,000 codes. Metrics are
timed with everything that `evaluate` gives; `ranking_intervals_s` is the bootstrap of AUC and average precision, which
is taken for up to 100 codes.
"""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from memory import forget_peak_mb, peak_mb

from attending.evaluation import (
    best_threshold,
    best_thresholds_per_code,
    bootstrap,
    code_acceptance,
    control_recall,
    document_subgroups,
    evaluate,
    fit_platt,
    measure_calibration,
    threshold_for_precision,
)

_LABELS_PER_DOCUMENT = 15
_MOST_RANKED_CODES = 100


def main() -> None:
    """Measure and print."""
    documents, codes = (int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 8_000)
    random = np.random.default_rng(0)
    frequency = 1 / np.arange(1, codes + 1)
    frequency *= min(_LABELS_PER_DOCUMENT / frequency.sum(), 0.9)
    probabilities = random.random((documents, codes), np.float32)
    labels = probabilities < frequency
    probabilities = np.where(labels, 0.3 + 0.7 * random.random((documents, codes), np.float32), probabilities**4)
    probabilities = probabilities.astype(np.float32, copy=False)
    subjects = [str(patient) for patient in random.integers(documents * 2 // 3, size=documents)]
    groups = [str(group) for group in random.integers(5, size=documents)]
    forget_peak_mb()
    start_mb = peak_mb()
    threshold = best_threshold(labels, probabilities)
    steps: dict[str, Callable[[], object]] = {
        "best_threshold": lambda: best_threshold(labels, probabilities),
        "best_thresholds_per_code": lambda: best_thresholds_per_code(labels, probabilities),
        "threshold_for_precision": lambda: threshold_for_precision(labels, probabilities, 0.01),
        "evaluate": lambda: evaluate(labels, probabilities, threshold),
        "intervals": lambda: bootstrap(labels, probabilities, threshold, subjects, ranking_resamples=0),
        "ranking_intervals": lambda: bootstrap(labels, probabilities, threshold, subjects),
        "subgroups": lambda: document_subgroups(labels, probabilities, threshold, groups, subjects),
        "control_recall": lambda: control_recall(labels, probabilities, 0.9, subjects),
        "code_acceptance": lambda: code_acceptance(labels, probabilities, threshold, subjects).points,
        "measure_calibration": lambda: measure_calibration(labels, probabilities, subjects),
        "fit_platt": lambda: fit_platt(labels, probabilities, frequency),
    }
    if codes > _MOST_RANKED_CODES:
        del steps["ranking_intervals"]
    seconds = {}
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        seconds[f"{name}_s"] = round(time.perf_counter() - start, 2)
        if name == "evaluate":
            metrics_mb = round(peak_mb() - start_mb)
    print(
        json.dumps(
            {
                "documents": documents,
                "codes": codes,
                **seconds,
                "probabilities_mb": round(probabilities.nbytes / 2**20),
                "more_memory_for_metrics_mb": metrics_mb,
                "more_memory_mb": round(peak_mb() - start_mb),
                "f1_micro": round(evaluate(labels, probabilities, threshold).f1_micro, 4),
            }
        )
    )


if __name__ == "__main__":
    main()
