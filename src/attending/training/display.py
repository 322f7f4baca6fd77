"""How a run shows where it stands: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Bar:
    """A bar over a run's steps; nothing is shown where standard error is no terminal."""

    def __init__(self, progress: Progress | None, documents_a_step: int) -> None:
        """Take what shows the bar, if anything does."""
        self._progress, self._documents = progress, documents_a_step

    def at(self, step: int, loss: float) -> None:
        """Show a step that was taken."""
        if self._progress is not None:
            speed = self._progress.tasks[0].speed or 0.0
            rate = f"{speed * self._documents:.1f} documents/s"
            self._progress.update(self._progress.task_ids[0], completed=step, loss=f"loss {loss:.4f}", rate=rate)


@contextmanager
def bar(step: int, total: int, documents_a_step: int, *, shown: bool) -> Iterator[Bar]:
    """Show a bar from a step on, if this process is to show one and standard error is a terminal."""
    if not (shown and sys.stderr.isatty()):
        yield Bar(None, documents_a_step)
        return
    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[loss]}"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task("training", total=total, completed=step, loss="", rate="")
        yield Bar(progress, documents_a_step)
