"""What a source holds and its corpus does not, or holds otherwise: counted by file and reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why rows of a source are counted, and what is done with them."""

    what: str
    """What is the matter with the row."""
    done: str
    """What becomes of it: the policy."""


@dataclass(frozen=True)
class Finding:
    """Rows of one file that share a reason."""

    file: str
    """The file, relative to the source."""
    what: str
    """What is the matter with the rows."""
    done: str
    """What became of them."""
    rows: int
    """How many there are."""
    first_row: int
    """The first of them. Row 1 is the first line of a file, of a CSV table its header."""


class Findings:
    """Counts rows by file and reason while a source is read."""

    def __init__(self) -> None:
        """Start with nothing found."""
        self._rows: dict[tuple[str, Reason], tuple[int, int]] = {}

    def add(self, file: str, reason: Reason, row: int, rows: int = 1) -> None:
        """Count rows of a file, `row` being the first of them."""
        counted, first = self._rows.get((file, reason), (0, row))
        self._rows[file, reason] = (counted + rows, min(first, row))

    def all(self) -> tuple[Finding, ...]:
        """Return what was found, by file and reason."""
        return tuple(
            Finding(file, reason.what, reason.done, rows, first)
            for (file, reason), (rows, first) in sorted(self._rows.items(), key=lambda item: _order(*item[0]))
        )


def _order(file: str, reason: Reason) -> tuple[str, str, str]:
    return file, reason.what, reason.done
