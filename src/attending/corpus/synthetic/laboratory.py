"""Blood tests as discharge summaries print them: they fit the patient; some are off for no reason."""

import random
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Analyte:
    """One test of a panel: usual value, spread, the range outside which a star is printed, digits."""

    name: str
    usual: float
    spread: float
    low: float
    high: float
    digits: int = 0


_PANELS: tuple[tuple[Analyte, ...], ...] = (
    (
        Analyte("WBC", 8.1, 2.4, 4.0, 10.0, 1),
        Analyte("RBC", 4.3, 0.4, 3.9, 6.1, 2),
        Analyte("Hgb", 12.9, 1.2, 11.2, 17.5, 1),
        Analyte("Hct", 38.9, 3.4, 34.0, 51.0, 1),
        Analyte("MCV", 90, 4, 82, 98),
        Analyte("MCH", 29.9, 1.5, 26.0, 32.0, 1),
        Analyte("MCHC", 33.0, 0.9, 32.0, 37.0, 1),
        Analyte("RDW", 13.9, 0.9, 10.5, 15.5, 1),
        Analyte("Plt Ct", 231, 55, 150, 400),
    ),
    (
        Analyte("Glucose", 108, 16, 70, 105),
        Analyte("UreaN", 15, 4, 6, 20),
        Analyte("Creat", 0.9, 0.15, 0.4, 1.2, 1),
        Analyte("Na", 139, 2.2, 133, 145),
        Analyte("K", 4.2, 0.35, 3.3, 5.1, 1),
        Analyte("Cl", 103, 2.5, 96, 108),
        Analyte("HCO3", 25, 2, 22, 32),
        Analyte("AnGap", 13, 2, 8, 20),
    ),
    (
        Analyte("Calcium", 9.0, 0.4, 8.4, 10.3, 1),
        Analyte("Phos", 3.4, 0.6, 2.7, 4.5, 1),
        Analyte("Mg", 2.0, 0.2, 1.6, 2.6, 1),
    ),
    (
        Analyte("ALT", 24, 9, 0, 40),
        Analyte("AST", 25, 9, 0, 40),
        Analyte("AlkPhos", 82, 22, 35, 105),
        Analyte("TotBili", 0.5, 0.2, 0.0, 1.5, 1),
    ),
)
# What a condition does to a test: code beginning, test, usual value, spread.
_EFFECTS: tuple[tuple[str, str, float, float], ...] = (
    ("D62", "Hgb", 7.9, 0.8),
    ("D64", "Hgb", 9.6, 0.8),
    ("D50", "Hgb", 9.1, 0.9),
    ("D69.6", "Plt Ct", 92, 25),
    ("D61", "Plt Ct", 71, 20),
    ("D61", "WBC", 2.1, 0.6),
    ("D63", "Hgb", 9.4, 0.8),
    ("E87.0", "Na", 150, 2),
    ("E87.5", "K", 5.7, 0.3),
    ("E87.6", "K", 2.9, 0.2),
    ("E87.1", "Na", 127, 3),
    ("E87.2", "HCO3", 15, 2.5),
    ("N18.6", "Creat", 6.8, 1.6),
    ("N18.6", "UreaN", 52, 13),
    ("N18.4", "Creat", 3.0, 0.4),
    ("N18", "Creat", 1.7, 0.3),
    ("N17", "Creat", 2.6, 0.9),
    ("N17", "UreaN", 44, 14),
    ("N18", "UreaN", 34, 9),
    ("E11", "Glucose", 189, 55),
    ("J18", "WBC", 14.2, 3.2),
    ("N39.0", "WBC", 12.1, 2.8),
    ("A41", "WBC", 17.5, 4.0),
    ("K7", "ALT", 88, 40),
    ("K7", "TotBili", 3.1, 1.5),
)
_STRAY_CHANCE = 0.045
_HOURS = (
    "05:20AM",
    "06:15AM",
    "06:40AM",
    "07:05AM",
    "05:55AM",
    "08:10AM",
    "04:35AM",
    "01:15PM",
    "09:47PM",
    "12:30AM",
    "03:12AM",
)


def draw_panels(has: Collection[str], rng: random.Random, *, tidy: bool = False) -> list[str]:
    """Print the panels of one blood draw.

    Args:
        has: The patient's codes; some of them move a test.
        rng: Source of chance.
        tidy: Print "WBC 8.1, Hgb 12.9" as dictated notes do, not the lines of a laboratory system.
    """
    hour = rng.choice(_HOURS)
    lines: list[str] = []
    for number, panel in enumerate(_PANELS):
        if number >= 2 and rng.random() < 0.45:
            continue
        values = {analyte.name: _value(analyte, has, rng) for analyte in panel}
        _derive(values)
        shown = rng.sample(panel, rng.randint(3, len(panel))) if tidy and len(panel) > 3 else panel
        results = [_printed(analyte, values[analyte.name], rng, tidy=tidy) for analyte in shown]
        lines.append(", ".join(results) if tidy else f"___ {hour} BLOOD {' '.join(results)}")
    return lines


def _value(analyte: Analyte, has: Collection[str], rng: random.Random) -> float:
    usual, spread = analyte.usual, analyte.spread
    if rng.random() < _STRAY_CHANCE:
        usual += rng.choice((-1, 1)) * 3.5 * spread
    for beginning, name, shifted, width in _EFFECTS:
        if name == analyte.name and any(code.startswith(beginning) for code in has):
            usual, spread = shifted, width
            break
    return max(rng.gauss(usual, spread), 0.3 * analyte.usual)


def _derive(values: dict[str, float]) -> None:
    """Make the values that follow from others agree with them, in place."""
    if "Hgb" in values:
        values["Hct"] = values["Hgb"] * 100 / values["MCHC"]
        values["RBC"] = values["Hct"] * 10 / values["MCV"]
        values["MCH"] = values["MCHC"] * values["MCV"] / 100
    if "AnGap" in values:
        values["Cl"] = values["Na"] - values["HCO3"] - values["AnGap"]


def _printed(analyte: Analyte, value: float, rng: random.Random, *, tidy: bool) -> str:
    star = "" if analyte.low <= value <= analyte.high else "*"
    if tidy:
        return f"{analyte.name} {value:.{analyte.digits}f}"
    if analyte.name == "Plt Ct":
        # MIMIC-IV's de-identification hides most platelet counts.
        return f"Plt {'Ct-' + format(value, '.0f') + star if rng.random() < 0.4 else '___'}"
    return f"{analyte.name}-{value:.{analyte.digits}f}{star}"
