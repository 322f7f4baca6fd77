"""The handwritten notes for development and the pieces of notes, each as JSON lines, which `attending prepare` reads.

python recipes/handwritten_notes.py NOTES PIECES
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attending.sealing import write_text_whole

DATA = Path(__file__).parents[1] / "tests" / "data"
NOTES = DATA / "handwritten"


def main() -> None:
    """Write both files, but for what has no code, which `attending prepare` would leave out."""
    for path, documents in zip(sys.argv[1:3], (_notes(), _pieces()), strict=True):
        lines = [json.dumps(document) for document in documents if document["codes"]]
        write_text_whole(Path(path), "\n".join(lines) + "\n")


def _notes() -> Iterator[Mapping[str, Any]]:
    for name, gold in json.loads((NOTES / "gold.json").read_text(encoding="utf-8")).items():
        if gold["split"] == "development":
            text = (NOTES / f"{name}.txt").read_text(encoding="utf-8")
            yield {"id": name, "text": text, "codes": list(gold["codes"])}


def _pieces() -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate((DATA / "pieces.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        piece = json.loads(line)
        yield {"id": f"piece-{number}", "text": piece["text"], "codes": piece["codes"]}


if __name__ == "__main__":
    main()
