import dataclasses
import json
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from attending.training import TrainingArguments, train
from attending.training.energy import EnergyMeter, write_energy
from tests.training.conftest import silent


def test_a_run_says_what_energy_it_took(tiny: TrainingArguments, tmp_path: Path) -> None:
    stated = dataclasses.replace(
        tiny, energy=True, tensorboard=True, country="USA", hardware="two cores", hardware_watts=50.0, epochs=1.0
    )
    run = tmp_path / "run"
    train(stated, run, report=silent)
    found = json.loads((run / "energy.json").read_text())
    assert (found["hardware"], found["country"], found["devices"]) == ("two cores", "USA", 1)
    estimate, check = found["estimate"], found["cross_check"]
    assert estimate["by"].startswith("codecarbon ")
    assert 0 < estimate["energy_kwh"] < 0.1
    assert estimate["energy_kwh"] == pytest.approx(
        estimate["cpu_kwh"] + estimate.get("gpu_kwh", 0.0) + estimate["ram_kwh"]
    )
    assert check["energy_kwh"] == pytest.approx(0.05 * found["hours"])
    assert check["kg_a_kwh"] == pytest.approx(estimate["carbon_kg"] / estimate["energy_kwh"])
    assert check["carbon_kg"] == pytest.approx(check["energy_kwh"] * check["kg_a_kwh"])
    events = EventAccumulator(str(run / "tensorboard")).Reload()
    assert [event.step for event in events.Scalars("train/loss")] == [1, 2, 3, 4]
    assert [event.step for event in events.Scalars("validation/f1_micro")] == [2, 4]


def test_without_a_country_there_is_energy_but_no_carbon(tmp_path: Path) -> None:
    arguments = TrainingArguments(hardware_watts=100.0)
    write_energy(tmp_path / "energy.json", arguments, {"energy_kwh": 1.0}, hours=2.0, devices=1)
    found = json.loads((tmp_path / "energy.json").read_text())
    assert found["estimate"]["energy_kwh"] == 1.0
    assert (found["cross_check"]["energy_kwh"], found["cross_check"]["carbon_kg"]) == (0.2, None)
    assert found["hardware"]
    with_intensity = dataclasses.replace(arguments, carbon_intensity=0.5)
    write_energy(tmp_path / "energy.json", with_intensity, {}, hours=2.0, devices=1)
    found = json.loads((tmp_path / "energy.json").read_text())
    assert found["estimate"] is None
    assert found["cross_check"]["carbon_kg"] == 0.1


def test_a_meter_that_fails_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**settings: object) -> None:
        raise OSError("no such device")

    monkeypatch.setattr("codecarbon.OfflineEmissionsTracker", fail)
    meter = EnergyMeter(TrainingArguments(), on=True)
    assert meter.since_last_asked() == {}
    meter.stop()
