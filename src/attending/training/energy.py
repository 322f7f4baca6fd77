"""How much energy a run takes: codecarbon's running estimate, and the Lacoste calculator's formula as a cross-check.

codecarbon (https://github.com/mlco2/codecarbon) reads the power of NVIDIA GPUs from their driver, that of the CPU from
RAPL where the system lets it, and models the rest from data sheets; it runs without network here. The calculator of
Lacoste et al. 2019 (arXiv:1910.09700) takes power x hours x carbon intensity.
"""

import json
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from attending.sealing import write_text_whole
from attending.training.arguments import TrainingArguments

ENERGY = "energy.json"
PARTS = {"energy_kwh": "energy_consumed", "cpu_kwh": "cpu_energy", "gpu_kwh": "gpu_energy", "ram_kwh": "ram_energy"}
CARBON = "carbon_kg"
_ANY_COUNTRY = "USA"  # codecarbon must be told one; its carbon is left out unless the arguments name one


class EnergyMeter:
    """Estimates the energy of this machine; one that cannot be read counts nothing, and never ends a run."""

    def __init__(self, arguments: TrainingArguments, *, on: bool) -> None:
        """Begin to count if `on` and if the arguments ask for it."""
        self._has_country = bool(arguments.country)
        self._total: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._tracker: Any = None
        if on and arguments.energy:
            with suppress(Exception):
                self._tracker = self._start(arguments.country or _ANY_COUNTRY)

    def since_last_asked(self) -> dict[str, float]:
        """Return kWh by part, and kg CO2eq if a country is named, since the last call; empty if unknown."""
        if self._tracker is None:
            return {}
        with suppress(Exception):
            self._tracker.flush()
        since = {name: value - self._told.get(name, 0.0) for name, value in self._total.items()}
        self._told = dict(self._total)
        return since

    def stop(self) -> None:
        """End the estimate."""
        if self._tracker is not None:
            with suppress(Exception):
                self._tracker.stop()
            self._tracker = None

    def _start(self, country: str) -> Any:
        from codecarbon import OfflineEmissionsTracker
        from codecarbon.output_methods.base_output import BaseOutput

        meter = self

        class Handler(BaseOutput):
            def out(self, total: Any, delta: Any) -> None:
                # not delta: it leaves out what the tracker has handed to others in between
                meter._total = {name: float(getattr(total, field)) for name, field in PARTS.items()}
                if meter._has_country:
                    meter._total[CARBON] = float(total.emissions)

        tracker = OfflineEmissionsTracker(
            country_iso_code=country,
            output_methods=[],
            allow_multiple_runs=True,
            log_level="critical",
            output_handlers=[Handler()],
        )
        tracker.start()
        return tracker


def write_energy(
    path: Path, arguments: TrainingArguments, energy: dict[str, float], *, hours: float, devices: int
) -> None:
    """Write what a run has taken so far, and the cross-check if its power was stated.

    Args:
        path: The file to write.
        arguments: Name country, hardware, its power and the carbon intensity.
        energy: Sums of `EnergyMeter.since_last_asked`; may be empty.
        hours: Training time, h.
        devices: Number of devices.
    """
    estimate = None
    intensity = arguments.carbon_intensity
    if energy:
        estimate = {"by": f"codecarbon {version('codecarbon')}, offline", **energy}
        if CARBON in energy and not intensity and energy["energy_kwh"] > 0:
            intensity = energy[CARBON] / energy["energy_kwh"]
    check = None
    if arguments.hardware_watts:
        kwh = arguments.hardware_watts / 1000 * hours
        check = {
            "by": "power x hours x carbon intensity (Lacoste et al. 2019, arXiv:1910.09700)",
            "watts": arguments.hardware_watts,
            "energy_kwh": kwh,
            "kg_a_kwh": intensity or None,
            CARBON: kwh * intensity if intensity else None,
        }
    about = {
        "hardware": arguments.hardware or _hardware(),
        "devices": devices,
        "country": arguments.country or None,
        "hours": hours,
        "estimate": estimate,
        "cross_check": check,
    }
    write_text_whole(path, json.dumps(about, indent=1) + "\n")


def _hardware() -> str:
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
