"""The handwritten notes for development as JSON lines, which `attending prepare` reads.

python recipes/handwritten_notes.py FILE
"""

import json
import sys
from pathlib import Path

from attending.sealing import write_text_whole

NOTES = Path(__file__).parents[1] / "tests" / "data" / "handwritten"


def main() -> None:
    """Write the file: all its notes but those without a code."""
    lines = [
        json.dumps(
            {
                "id": name,
                "text": (NOTES / f"{name}.txt").read_text(encoding="utf-8"),
                "codes": list(gold["codes"]),
            }
        )
        for name, gold in json.loads((NOTES / "gold.json").read_text(encoding="utf-8")).items()
        if gold["split"] == "development" and gold["codes"]
    ]
    write_text_whole(Path(sys.argv[1]), "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
