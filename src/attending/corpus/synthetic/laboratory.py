"""Blood and urine tests as discharge summaries print them: they fit the patient and move through the stay.

What a patient lives with shifts a test for the whole stay, what brought the patient shifts it on admission and
has mostly passed at discharge. A few tests are off for no reason, as in real notes: a result is no diagnosis.
"""

import random
import re
from collections.abc import Collection, Mapping
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
    plain: str = ""

    @property
    def spoken(self) -> str:
        """Its name in running text."""
        return self.plain or self.name


_COUNT = (
    Analyte("WBC", 8.1, 2.2, 4.0, 10.0, 1),
    Analyte("RBC", 4.3, 0.4, 3.9, 6.1, 2),
    Analyte("Hgb", 12.9, 1.2, 11.2, 17.5, 1),
    Analyte("Hct", 38.9, 3.4, 34.0, 51.0, 1),
    Analyte("MCV", 90, 4, 82, 98),
    Analyte("MCH", 29.9, 1.5, 26.0, 32.0, 1),
    Analyte("MCHC", 33.0, 0.9, 32.0, 37.0, 1),
    Analyte("RDW", 13.9, 0.9, 10.5, 15.5, 1),
    Analyte("RDWSD", 45.2, 3.0, 35.1, 46.3, 1),
    Analyte("Plt Ct", 231, 55, 150, 400, 0, "Plt"),
)
_DIFFERENTIAL = (
    Analyte("Neuts", 66.0, 9.0, 34.0, 71.0, 1, "neutrophils"),
    Analyte("Lymphs", 22.0, 7.0, 19.0, 53.0, 1, "lymphocytes"),
    Analyte("Monos", 8.0, 2.2, 5.0, 13.0, 1),
    Analyte("Eos", 2.1, 1.3, 1.0, 7.0, 1),
    Analyte("Baso", 0.5, 0.2, 0.0, 1.0, 1),
)
_CHEMISTRY = (
    Analyte("Glucose", 106, 15, 70, 105, 0, "glucose"),
    Analyte("UreaN", 15, 4, 6, 20, 0, "BUN"),
    Analyte("Creat", 0.9, 0.15, 0.4, 1.2, 1, "Cr"),
    Analyte("Na", 139, 2.2, 133, 145),
    Analyte("K", 4.2, 0.35, 3.3, 5.1, 1),
    Analyte("Cl", 103, 2.5, 96, 108),
    Analyte("HCO3", 25, 2, 22, 32),
    Analyte("AnGap", 13, 2, 8, 20, 0, "anion gap"),
)
_MINERALS = (
    Analyte("Calcium", 9.0, 0.4, 8.4, 10.3, 1, "Ca"),
    Analyte("Phos", 3.4, 0.6, 2.7, 4.5, 1),
    Analyte("Mg", 2.0, 0.2, 1.6, 2.6, 1),
)
_LIVER = (
    Analyte("ALT", 24, 9, 0, 40),
    Analyte("AST", 25, 9, 0, 40),
    Analyte("AlkPhos", 82, 22, 35, 105, 0, "alk phos"),
    Analyte("TotBili", 0.5, 0.2, 0.0, 1.5, 1, "T bili"),
)
_CLOTTING = (
    Analyte("PT", 12.1, 0.8, 9.4, 12.5, 1),
    Analyte("PTT", 30.5, 3.5, 25.0, 36.5, 1),
    Analyte("INR(PT)", 1.1, 0.08, 0.9, 1.1, 1, "INR"),
)
_LIPIDS = (
    Analyte("Cholest", 172, 34, 0, 199),
    Analyte("Triglyc", 118, 42, 0, 149),
    Analyte("HDL", 48, 12, 40, 100),
    Analyte("LDLcalc", 98, 28, 0, 129, 0, "LDL"),
)
_IRON = (
    Analyte("Iron", 71, 25, 30, 160),
    Analyte("calTIBC", 292, 52, 260, 470),
    Analyte("Ferritn", 141, 80, 13, 400, 0, "ferritin"),
    Analyte("TRF", 225, 40, 200, 360),
)
_VITAMINS = (Analyte("VitB12", 512, 180, 240, 900, 0, "B12"), Analyte("Folate", 13, 5, 2, 20))
_HBA1C = Analyte("%HbA1c", 5.5, 0.3, 4.0, 6.0, 1, "A1c")
_TSH = Analyte("TSH", 1.9, 0.9, 0.27, 4.2, 1)
_LACTATE = Analyte("Lactate", 1.3, 0.35, 0.5, 2.0, 1, "lactate")
_BNP = Analyte("proBNP", 160, 90, 0, 449)
_CRP = Analyte("CRP", 3.1, 1.6, 0.0, 5.0, 1)
_GAS = (
    Analyte("pO2", 84, 9, 85, 105),
    Analyte("pCO2", 40, 4, 35, 45),
    Analyte("pH", 7.40, 0.03, 7.35, 7.45, 2),
)
_ALWAYS = 1.0
_PANELS: tuple[tuple[float, tuple[Analyte, ...]], ...] = (
    (_ALWAYS, _COUNT),
    (0.35, _DIFFERENTIAL),
    (0.35, _CLOTTING),
    (_ALWAYS, _CHEMISTRY),
    (0.35, _LIVER),
    (0.55, _MINERALS),
)
"""The usual panels with their share of draws, in the order in which they are printed."""

# What a condition does to a test: code beginning, test, value, spread, whether it lasts. The first that applies counts.
_EFFECTS: tuple[tuple[str, str, float, float, bool], ...] = (
    ("D62", "Hgb", 7.7, 0.7, False),
    ("D64", "Hgb", 9.7, 0.7, True),
    ("D50", "Hgb", 9.3, 0.8, True),
    ("D50", "MCV", 76, 3, True),
    ("D50", "Iron", 21, 8, True),
    ("D50", "Ferritn", 11, 5, True),
    ("D50", "calTIBC", 405, 40, True),
    ("D51", "MCV", 106, 4, True),
    ("D51", "VitB12", 148, 30, True),
    ("E53.8", "VitB12", 168, 30, True),
    ("D63", "Hgb", 9.6, 0.7, True),
    ("D61", "Hgb", 8.8, 0.8, True),
    ("D61", "Plt Ct", 68, 18, True),
    ("D61", "WBC", 2.2, 0.5, True),
    ("D69.6", "Plt Ct", 96, 22, True),
    ("D69.5", "Plt Ct", 88, 20, True),
    ("K74", "Plt Ct", 110, 25, True),
    ("D70", "WBC", 0.9, 0.3, False),
    ("E87.0", "Na", 151, 2, False),
    ("E87.1", "Na", 126, 2.5, False),
    ("E22.2", "Na", 126, 2.5, False),
    ("E87.5", "K", 5.9, 0.25, False),
    ("E87.6", "K", 2.9, 0.15, False),
    ("E83.42", "Mg", 1.3, 0.1, False),
    ("E83.39", "Phos", 1.7, 0.25, False),
    ("E83.52", "Calcium", 11.8, 0.6, False),
    ("E10.10", "HCO3", 10, 2.5, False),
    ("E87.2", "HCO3", 15, 2, False),
    ("E10.10", "AnGap", 25, 3, False),
    ("E11.1", "AnGap", 24, 3, False),
    ("E87.2", "AnGap", 19, 3, False),
    ("E10.10", "pH", 7.18, 0.06, False),
    ("D70", "Neuts", 16.0, 6.0, False),
    ("D69.3", "Plt Ct", 14, 6, False),
    ("E21", "Calcium", 11.4, 0.4, False),
    ("E87.2", "pH", 7.24, 0.05, False),
    ("E87.2", "Lactate", 4.6, 1.4, False),
    ("A41", "Lactate", 3.1, 0.9, False),
    ("N18.6", "Creat", 6.9, 1.4, True),
    ("N18.6", "UreaN", 52, 12, True),
    ("N17", "Creat", 3.1, 0.7, False),
    ("N17", "UreaN", 52, 12, False),
    ("N18.4", "Creat", 3.0, 0.3, True),
    ("N18", "Creat", 1.6, 0.15, True),
    ("N18", "UreaN", 31, 6, True),
    ("E10.10", "Glucose", 468, 70, False),
    ("E11.65", "Glucose", 322, 60, False),
    ("E11", "Glucose", 178, 40, True),
    ("E09.65", "Glucose", 214, 40, False),
    ("R73.9", "Glucose", 168, 20, False),
    ("E11.65", "%HbA1c", 9.8, 1.2, True),
    ("E11", "%HbA1c", 7.6, 1.0, True),
    ("E10", "%HbA1c", 8.4, 1.1, True),
    ("R73.03", "%HbA1c", 6.1, 0.15, True),
    ("E78", "LDLcalc", 131, 26, True),
    ("E78", "Cholest", 208, 30, True),
    ("E03", "TSH", 4.6, 2.0, True),
    ("E05", "TSH", 0.05, 0.03, True),
    ("J18", "WBC", 14.6, 2.6, False),
    ("J18", "Neuts", 84.0, 4.0, False),
    ("J69", "WBC", 14.2, 2.6, False),
    ("N39.0", "WBC", 12.1, 2.4, False),
    ("N10", "WBC", 15.2, 2.6, False),
    ("A41", "WBC", 17.8, 3.6, False),
    ("A41", "Neuts", 87.0, 3.0, False),
    ("A04", "WBC", 16.9, 3.4, False),
    ("L03", "WBC", 13.2, 2.4, False),
    ("K85", "WBC", 13.4, 2.6, False),
    ("D72.8", "WBC", 13.8, 2.0, False),
    ("L03", "CRP", 88, 30, False),
    ("A41", "CRP", 160, 50, False),
    ("J18", "CRP", 122, 45, False),
    ("I50", "proBNP", 4890, 2200, True),
    ("J96", "pO2", 58, 5, False),
    ("J44.1", "pCO2", 56, 6, False),
    ("J44", "pCO2", 47, 4, True),
    ("K70", "TotBili", 3.4, 1.1, True),
    ("K70", "AST", 92, 25, True),
    ("K7", "ALT", 58, 18, True),
    ("K74", "INR(PT)", 1.5, 0.15, True),
    ("K70", "INR(PT)", 1.6, 0.2, True),
)
_FASTER = {"Hgb": 0.55, "Creat": 0.25, "UreaN": 0.3, "Na": 0.2, "WBC": 0.25, "Plt Ct": 0.6}
"""How much of a passing shift is left at discharge; the others keep a tenth."""
_STRAY_CHANCE = 0.04
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
    "10:50AM",
    "07:33PM",
    "05:49AM",
)


class Laboratory:
    """The tests of one stay.

    Args:
        has: The patient's codes; some of them move a test.
        takes_warfarin: Whether the INR is in the therapeutic range.
        rng: Source of chance.
    """

    def __init__(self, has: Collection[str], *, takes_warfarin: bool, rng: random.Random) -> None:
        self._has = has
        self._rng = rng
        self._warfarin = takes_warfarin
        self._courses: dict[str, tuple[float, float, float]] = {}

    def draw(self, moment: str, *, recovered: float = 0.5, tidy: bool = False) -> list[str]:
        """Print one blood draw, a panel a line.

        Args:
            moment: admission, worst, recovering or discharge.
            recovered: How far a recovering patient is on the way from the worst (0) to discharge (1).
            tidy: Print "WBC 8.1, Hgb 12.9" as dictated notes do, not the lines of a laboratory system.
        """
        rng = self._rng
        hour = rng.choice(_HOURS)
        lines: list[str] = []
        for share, panel in _PANELS:
            if rng.random() >= (share if moment == "admission" or share == _ALWAYS else share * 0.6):
                continue
            values = {analyte.name: self._value(analyte, moment, recovered) for analyte in panel}
            _derive(values)
            shown = [analyte for analyte in panel if analyte.name in _SPOKEN or len(panel) < 5] if tidy else panel
            results = [_printed(analyte, values[analyte.name], rng, tidy=tidy) for analyte in shown]
            lines.append(", ".join(results) if tidy else f"___ {hour} BLOOD {' '.join(results)}")
        if moment == "admission":
            lines += self._special(hour, tidy=tidy)
        return lines

    def believe(self, text: str) -> None:
        """Take over the values that a text tells of tests that have not been drawn yet, so that both agree."""
        for name, telling in _TELLING.items():
            if name in self._courses:
                continue
            _, low, high = _TOLD[name]
            values: list[float] = []
            for match in telling.finditer(text):
                clause = max(
                    match.start() - 14, text.rfind(".", 0, match.start()) + 1, text.rfind(",", 0, match.start()) + 1
                )
                if _ELSEWHEN.search(text, max(0, clause), match.start(1)):
                    continue
                values += [float(value) for value in match.groups() if value and low <= float(value) <= high]
            if values:
                self._courses[name] = self._through(_BY_NAME[name], values)

    def _through(self, analyte: Analyte, values: list[float]) -> tuple[float, float, float]:
        """The course of a test whose values a text tells, the last of several being that of discharge."""
        worst = max(values, key=lambda value: abs(value - analyte.usual))
        drawn = self._course(analyte)
        if len(values) > 1 and values[-1] != worst:
            return values[0], worst, values[-1]
        is_normal = analyte.low <= worst <= analyte.high
        passes = abs(drawn[2] - analyte.usual) < abs(worst - analyte.usual)
        if is_normal or not passes:
            return values[0], worst, worst
        return values[0], worst, drawn[2] + _FASTER.get(analyte.name, 0.1) * (worst - drawn[2])

    def trend(self, name: str) -> str:
        """Say how a test moved: "WBC: 14.2 -> 11.0 -> 8.8"; empty if it hardly did."""
        analyte = _BY_NAME[name]
        values = [self._value(analyte, moment) for moment in ("admission", "worst", "discharge")]
        if abs(values[1] - values[2]) < 2 * analyte.spread:
            return ""
        printed = [f"{value:.{analyte.digits}f}" for value in values]
        return f"{analyte.spoken}: {self._rng.choice((' -> ', '-->', ' > ')).join(printed)}"

    def trends(self) -> list[str]:
        """All tests that moved, as trends."""
        return [text for name in ("WBC", "Hgb", "Creat", "Na") if (text := self.trend(name))]

    def abnormal(self, most: int) -> list[str]:
        """Name tests that are out of range on admission, as the emergency department does: "Cr 1.9"."""
        found: list[str] = []
        for analyte in (*_COUNT[:1], _COUNT[2], _COUNT[9], *_CHEMISTRY[1:5], _CHEMISTRY[6], *_LIVER[:2]):
            value = self._value(analyte, "admission")
            if not analyte.low <= value <= analyte.high:
                found.append(f"{analyte.spoken} {value:.{analyte.digits}f}")
        return found[:most]

    def spoken(self, name: str, moment: str) -> str:
        """One test's value in running text: "Hgb 9.1"."""
        analyte = _BY_NAME[name]
        return f"{analyte.spoken} {self._value(analyte, moment):.{analyte.digits}f}"

    def _special(self, hour: str, *, tidy: bool) -> list[str]:
        rng = self._rng
        lines: list[str] = []
        for analytes, chance in self._orders().items():
            if rng.random() >= chance:
                continue
            values = {analyte.name: self._value(analyte, "worst") for analyte in analytes}
            _derive(values)
            results = [_printed(analyte, values[analyte.name], rng, tidy=tidy) for analyte in analytes]
            if analytes is _GAS and not tidy:
                results.insert(0, f"Type-{rng.choice(('ART', '___', 'ART Temp-37.0'))}")
            lines.append(", ".join(results) if tidy else f"___ {hour} BLOOD {' '.join(results)}")
        if rng.random() < (0.9 if self._any("I21") else 0.22):
            lines.append(self._troponin(hour, tidy=tidy))
        if rng.random() < (0.85 if self._any("N39.0", "N10", "N30") else 0.28):
            lines += self._urine(hour, tidy=tidy)
        return lines

    def _orders(self) -> Mapping[tuple[Analyte, ...], float]:
        """Special tests with the chance that they were ordered."""
        return {
            (_LACTATE,): 0.85 if self._any("E87.2", "A41") else 0.15,
            _GAS: 0.75 if self._any("J96", "E87.2", "J44.1") else 0.03,
            (_HBA1C,): 0.45 if self._any("E11", "E10", "R73") else 0.08,
            (_TSH,): 0.4 if self._any("E03", "E05", "I48") else 0.1,
            (_BNP,): 0.7 if self._any("I50") else 0.07,
            _LIPIDS: 0.3 if self._any("I21", "I63", "I25", "G45") else 0.05,
            _IRON: 0.45 if self._any("D50", "D64", "D63") else 0.05,
            _VITAMINS: 0.3 if self._any("D51", "E53", "D64", "F03", "G62") else 0.05,
            (_CRP,): 0.3 if self._any("L03", "A41", "J18", "M06", "M10") else 0.05,
        }

    def _troponin(self, hour: str, *, tidy: bool) -> str:
        if self._any("I21"):
            value = f"{self._rng.uniform(0.12, 2.4):.2f}*"
        else:
            value = "<0.01" if self._rng.random() < 0.85 else "0.02*"
        return f"troponin {value.rstrip('*')}" if tidy else f"___ {hour} BLOOD cTropnT-{value}"

    def _urine(self, hour: str, *, tidy: bool) -> list[str]:
        rng = self._rng
        infected = self._any("N39.0", "N10", "N30")
        leuks = rng.choice(("LG", "MOD", "LG*")) if infected else rng.choice(("NEG", "NEG", "NEG", "TR", "SM"))
        nitrite = rng.choice(("POS", "POS*", "NEG")) if infected else "NEG"
        cells = rng.randint(38, 182) if infected else rng.randint(0, 6)
        bacteria = rng.choice(("MANY", "MOD")) if infected else rng.choice(("NONE", "FEW", "NONE", "FEW", "MOD"))
        if tidy:
            return [f"Urinalysis with {leuks.strip('*').lower()} leukocytes, nitrite {nitrite.strip('*').lower()}"]
        protein = rng.choice(("30", "100", "TR")) if self._any("N18", "E11.2") else rng.choice(("NEG", "NEG", "TR"))
        return [
            f"___ {hour} URINE Color-{rng.choice(('Yellow', 'Straw', 'Yellow'))} "
            f"Appear-{'Hazy' if infected else 'Clear'} Sp ___",
            f"___ {hour} URINE Blood-{rng.choice(('NEG', 'NEG', 'SM', 'TR'))} Nitrite-{nitrite} Protein-{protein} "
            f"Glucose-NEG Ketone-{rng.choice(('NEG', 'NEG', 'TR'))} Bilirub-NEG Urobiln-NEG "
            f"pH-{rng.choice(('5.5', '6.0', '6.5'))} Leuks-{leuks}",
            f"___ {hour} URINE RBC-{rng.randint(0, 8)} WBC-{cells}{'*' if cells > 5 else ''} Bacteri-{bacteria} "
            f"Yeast-NONE Epi-{rng.randint(0, 3)}",
        ]

    def _any(self, *beginnings: str) -> bool:
        return any(code.startswith(beginnings) for code in self._has)

    def _value(self, analyte: Analyte, moment: str, recovered: float = 0.5) -> float:
        if analyte.name not in self._courses:
            self._courses[analyte.name] = self._course(analyte)
        course = self._courses[analyte.name]
        level = course[1] + recovered * (course[2] - course[1]) if moment == "recovering" else course[_MOMENTS[moment]]
        jitter = self._rng.gauss(0, (0.4 if moment == "recovering" else 0.15) * analyte.spread)
        return max(level + jitter, 0.3 * min(analyte.usual, level), 0.0)

    def _course(self, analyte: Analyte) -> tuple[float, float, float]:
        """The test's level on admission, at its worst and at discharge."""
        rng = self._rng
        usual = rng.gauss(analyte.usual, analyte.spread)
        if rng.random() < _STRAY_CHANCE:
            usual += rng.choice((-1, 1)) * 2.2 * analyte.spread
        if analyte.name == "INR(PT)" and self._warfarin:
            level = max(1.6, rng.gauss(2.4, 0.4))
            return level, level, level
        lasting, passing = None, None
        for beginning, name, value, spread, lasts in _EFFECTS:
            if name == analyte.name and self._any(beginning):
                if lasts and lasting is None:
                    lasting = rng.gauss(value, spread)
                elif not lasts and passing is None:
                    passing = rng.gauss(value, spread)
        base = max(usual if lasting is None else lasting, 0.2 * analyte.usual)
        if passing is None:
            return base, base, base
        if analyte.name in {"Creat", "UreaN"}:
            passing = max(passing, 1.6 * base)
        rest = _FASTER.get(analyte.name, 0.1) * rng.uniform(0.6, 1.2)
        shift = passing - base
        return base + shift * rng.uniform(0.6, 1.0), passing, base + shift * rest


_SPOKEN = {"WBC", "Hgb", "Hct", "Plt Ct", "Na", "K", "HCO3", "UreaN", "Creat", "Glucose", "Neuts", "Lymphs"}
"""What dictated notes tell of the larger panels."""
_TOLD: dict[str, tuple[str, float, float]] = {
    "Creat": (r"(?i:creatinine|creat)|Cr|SCr", 0.3, 15),
    "Na": (r"(?i:sodium|hyponatremi[ac]|hypernatremi[ac])|Na", 100, 170),
    "K": (r"(?i:potassium)|K", 1.5, 9),
    "WBC": (r"WBC|(?i:white count|leukocytosis)", 0.1, 60),
    "Hgb": (r"(?i:hgb|hemoglobin)|Hb", 3, 20),
    "Plt Ct": (r"(?i:platelets?|platelet count|plts?)", 2, 900),
    "Lactate": (r"(?i:lactate)", 0.3, 20),
    "INR(PT)": (r"INR", 0.8, 12),
    "proBNP": (r"(?:NT-?)?(?:pro)?-?BNP", 20, 50_000),
    "Calcium": (r"(?i:calcium)|Ca", 5, 17),
}
"""How texts name a test, and what values are believed."""
_NUMBER = r"(\d{1,5}(?:\.\d+)?)"
_TELLING = {
    name: re.compile(
        rf"(?<![\w-])(?:{names})(?:\*?[\s:(=]|-(?=\d))[^.;,\n\d/]{{0,36}}?{_NUMBER}(?![\d/%])"
        rf"(?:\s*(?:-+>|to|>|and then)\s*{_NUMBER}(?![\d/%]))?",
    )
    for name, (names, _, _) in _TOLD.items()
}
_ELSEWHEN = re.compile(
    r"baseline|prior|previous|last (?:year|month)|outpatient|goal|below|above|under|over|<|>|urine|UA", re.I
)
_MOMENTS = {"admission": 0, "worst": 1, "discharge": 2}
_BY_NAME = {
    analyte.name: analyte
    for panel in (_COUNT, _CHEMISTRY, _MINERALS, _LIVER, _CLOTTING, (_LACTATE, _BNP))
    for analyte in panel
}


def _derive(values: dict[str, float]) -> None:
    """Make the values that follow from others agree with them, in place."""
    if "Hgb" in values:
        values["Hct"] = values["Hgb"] * 100 / values["MCHC"]
        values["RBC"] = values["Hct"] * 10 / values["MCV"]
        values["MCH"] = values["MCHC"] * values["MCV"] / 100
    if "AnGap" in values:
        values["Cl"] = values["Na"] - values["HCO3"] - values["AnGap"]
    if "Neuts" in values:
        values["Neuts"] = min(values["Neuts"], 94.0 - values["Monos"] - values["Eos"] - values["Baso"])
        values["Lymphs"] = max(2.0, 100 - values["Neuts"] - values["Monos"] - values["Eos"] - values["Baso"])
    if "LDLcalc" in values:
        values["Cholest"] = values["LDLcalc"] + values["HDL"] + values["Triglyc"] / 5
    if "PT" in values:
        values["PT"] = values["INR(PT)"] * 11.0


def _printed(analyte: Analyte, value: float, rng: random.Random, *, tidy: bool) -> str:
    star = "" if analyte.low <= value <= analyte.high else "*"
    if tidy:
        return f"{analyte.spoken} {value:.{analyte.digits}f}"
    if analyte.name == "Plt Ct":
        # MIMIC-IV's de-identification hides most platelet counts.
        return f"Plt {'Ct-' + format(value, '.0f') + star if rng.random() < 0.4 else '___'}"
    return f"{analyte.name}-{value:.{analyte.digits}f}{star}"
