"""What can end a run before its time, each with its exit code; what was saved before stays whole and can be resumed.

| Exit code | What happened | What to do |
|---|---|---|
| 0 | the model folder is written | |
| 2 | a setting, a corpus, a device or a folder cannot be used; nothing was begun | mend what the message names |
| 3 | training failed: no space, no memory, a loss that is no number, a damaged checkpoint | the message's next step |
| 130 | Ctrl-C (SIGINT); a checkpoint was written | resume |
| 143 | SIGTERM, as Slurm sends it before its limit; a checkpoint was written | resume |
"""

import errno
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import torch
from safetensors import SafetensorError

FAILED = 3
"""Exit code of a run that failed and can be resumed."""

_NO_MEMORY = re.compile("out of memory|not enough memory|can't allocate memory|failed to allocate", re.IGNORECASE)
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_SPACE_IN_RUST = re.compile(r"os error (\d+)")


class TrainingError(RuntimeError):
    """A run ended before its time; it can be resumed.

    `exit_code` is what the command ends with.
    """

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        """Take the message, one line with the next step, and the exit code."""
        super().__init__(message)
        self.exit_code = exit_code


class StopSignal:
    """Notes SIGINT and SIGTERM while a run is under way, so that it can stop between two steps.

    A second one acts at once, as it would without this class.
    """

    def __init__(self) -> None:
        """Note nothing yet."""
        self.number = 0

    @contextmanager
    def watched(self) -> Iterator["StopSignal"]:
        """Note signals within the block. Outside the main thread, which alone receives them, nothing is changed."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def explained(folder: Path, documents_a_device: int) -> Iterator[None]:
    """Say what a lack of memory or space means for the run in this folder.

    Raises:
        TrainingError: In the place of the error that a library raised.
    """
    resume = "Then resume the run with --resume; its checkpoints are whole."
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, RuntimeError, OSError, SafetensorError) as error:
        if _is_lack_of_memory(error):
            raise TrainingError(
                f"Out of memory with {documents_a_device} documents a device. Lower documents_a_device, or set "
                f"gradient_checkpointing: true, neither of which changes the effective batch. {resume}"
            ) from error
        if _is_lack_of_space(error):
            raise TrainingError(
                f"No space left to write in {folder}. Make room: a checkpoint takes four times the size of the model. "
                f"{resume}"
            ) from error
        raise


def _is_lack_of_memory(error: Exception) -> bool:
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and _NO_MEMORY.search(str(error)) is not None


def _is_lack_of_space(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_SPACE
    found = _NO_SPACE_IN_RUST.search(str(error)) if isinstance(error, SafetensorError) else None
    return found is not None and int(found[1]) in _NO_SPACE
