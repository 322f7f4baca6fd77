"""Texts on their way from a source to a corpus: they go to a file as they are read and come back in order.

A source is so read once, though which of its documents stay is known only after its last.
"""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_SCHEMA = pa.schema([pa.field("text", pa.string())])
_FILE = "texts.arrow"


class TextStore:
    """A file of texts in a folder; it is removed at the end."""

    def __init__(self, folder: Path) -> None:
        """Open the file for writing; it takes as much room as the texts."""
        self._path = folder / _FILE
        self._writer = pa.ipc.new_file(str(self._path), _SCHEMA)
        self._sizes: list[int] = []

    def __enter__(self) -> "TextStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        self._path.unlink(missing_ok=True)

    def add(self, texts: "pa.Array[Any]") -> None:
        """Take texts; they follow those taken before."""
        if len(texts):
            self._writer.write_batch(pa.record_batch([texts], schema=_SCHEMA))
            self._sizes.append(len(texts))

    def read(self, places: NDArray[np.int_]) -> Iterator["pa.Array[Any]"]:
        """Give the texts of these places, which ascend, a few megabytes at a time. Nothing can be added after."""
        self._writer.close()
        ends = np.cumsum(self._sizes)
        with pa.OSFile(str(self._path), "r") as source, pa.ipc.open_file(source) as file:
            for batch, (end, size) in enumerate(zip(ends.tolist(), self._sizes, strict=True)):
                first, last = np.searchsorted(places, [end - size, end])
                if first < last:
                    texts = file.get_batch(batch).column(0)
                    yield texts.take(pa.array(places[first:last] - (end - size)))
