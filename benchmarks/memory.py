"""How much memory a benchmark has held; needs Linux (/proc)."""

import re
from pathlib import Path


def peak_mb() -> float:
    """Return the most memory this process has held so far, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    if found is None:
        raise RuntimeError("/proc/self/status names no VmHWM; run this on Linux.")
    return int(found[1]) / 1024


def forget_peak_mb() -> None:
    """Make the kernel forget the peak, so that what follows is measured."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
