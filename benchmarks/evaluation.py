"""Time and memory that metrics and thresholds take; one JSON line goes out. Needs Linux (/proc).

Run `python benchmarks/evaluation.py [documents] [codes]`; the default is 10,000 documents of 8,000 codes.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from memory import peak_mb

from attending.evaluation import best_threshold, best_thresholds_per_code, evaluate

_LABELS_PER_DOCUMENT = 15


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
    # "5" makes the kernel forget the peak that making the data reached.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    start_mb = peak_mb()
    times = [time.perf_counter()]
    threshold = best_threshold(labels, probabilities)
    times.append(time.perf_counter())
    best_thresholds_per_code(labels, probabilities)
    times.append(time.perf_counter())
    found = evaluate(labels, probabilities, threshold)
    times.append(time.perf_counter())
    tuned, per_code, evaluated = (round(float(span), 2) for span in np.diff(times))
    print(
        json.dumps(
            {
                "documents": documents,
                "codes": codes,
                "best_threshold_s": tuned,
                "best_thresholds_per_code_s": per_code,
                "evaluate_s": evaluated,
                "probabilities_mb": round(probabilities.nbytes / 2**20),
                "more_memory_mb": round(peak_mb() - start_mb),
                "f1_micro": round(found.f1_micro, 4),
            }
        )
    )


if __name__ == "__main__":
    main()
