"""Time and memory that the taxonomy takes in a fresh process; one JSON line goes out. Needs Linux (/proc).

Run `python benchmarks/taxonomy.py`. Limits: `load_and_first_get_s` < 0.3, `load_and_first_get_mb` < 60.
"""

import json
import time

from memory import peak_mb

from attending.taxonomy import LabelSpace, Taxonomy, named_codes

_GETS = 10_000


def main() -> None:
    """Measure and print."""
    start_mb, start = peak_mb(), time.perf_counter()
    taxonomy = Taxonomy.load()
    taxonomy.get("I25.10")
    loaded_mb, loaded = peak_mb(), time.perf_counter()
    taxonomy.get("02HV33Z")
    both_mb, both = peak_mb(), time.perf_counter()
    codes = [code for code in taxonomy if "." in code][:_GETS]
    listed = time.perf_counter()
    for code in codes:
        taxonomy.get(code)
    got = time.perf_counter()
    LabelSpace.of(named_codes("mimic-iv-50"), taxonomy)
    named = time.perf_counter()
    print(
        json.dumps(
            {
                "load_and_first_get_s": round(loaded - start, 4),
                "load_and_first_get_mb": round(loaded_mb - start_mb, 1),
                "first_pcs_get_s": round(both - loaded, 4),
                "first_pcs_get_mb": round(both_mb - loaded_mb, 1),
                "get_us": round((got - listed) / _GETS * 1e6, 1),
                "label_space_of_50_s": round(named - got, 4),
                "entries": len(taxonomy),
                "release": taxonomy.release,
            }
        )
    )


if __name__ == "__main__":
    main()
