"""What patients have: the chance of each condition, given age, sex and what else is known of the patient."""

import json
import math
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True)
class Risk:
    """How likely a condition is: a logistic model on what is known of the patient so far.

    Attributes:
        name: What the other risks call it.
        variants: The codes it may be said as, with weights.
        logit: For an average patient of 65 years.
        decade: Per ten years of age above 65.
        male: For men.
        metabolic: Per standard deviation of the patient's metabolic burden.
        mood: Per standard deviation of the patient's psychological burden.
        given: For what the patient has already, by name.
        needs: Names of which the patient must have one, unless empty.
    """

    name: str
    variants: Mapping[str, float]
    logit: float = 0.0
    decade: float = 0.0
    male: float = 0.0
    metabolic: float = 0.0
    mood: float = 0.0
    given: Mapping[str, float] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def chance(self, age: int, *, is_male: bool, metabolic: float, mood: float, known: Collection[str]) -> float:
        """The probability that a patient has it.

        Args:
            age: In years.
            is_male: Whether the patient is a man.
            metabolic: The patient's metabolic burden, standard normal.
            mood: The patient's psychological burden, standard normal.
            known: Names of what the patient has, and traits of the admission.
        """
        if self.needs and not any(name in known for name in self.needs):
            return 0.0
        logit = self.logit + self.decade * (age - 65) / 10 + self.metabolic * metabolic + self.mood * mood
        if is_male:
            logit += self.male
        logit += sum(weight for name, weight in self.given.items() if name in known)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    def variant(self, sayable: Collection[str], rng: random.Random) -> str:
        """Draw one of the codes that can be said; empty if none can."""
        weights = {code: weight for code, weight in self.variants.items() if code in sayable and weight}
        return rng.choices(list(weights), list(weights.values()))[0] if weights else ""


NEVER = -40.0
CALIBRATION = Path(__file__).with_name("calibration.json")
"""What `calibrate` found: each risk's logit, and of a few the weights of variants and of other conditions."""


def _calibrated(*risks: Risk) -> tuple[Risk, ...]:
    """Put in what was found by calibration."""
    found = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return tuple(
        replace(
            risk,
            logit=found[risk.name]["logit"],
            variants={**risk.variants, **found[risk.name].get("variants", {})},
            given={**risk.given, **found[risk.name].get("given", {})},
        )
        for risk in risks
    )


CHRONIC: tuple[Risk, ...] = _calibrated(
    Risk("hypertension", {"I10": 1}, decade=0.45, metabolic=1.0),
    Risk("obesity", {"E66.9": 8, "E66.01": 2}, decade=-0.25, metabolic=1.2),
    Risk("hyperlipidemia", {"E78.5": 1}, decade=0.3, metabolic=0.7, given={"hypertension": 0.9}),
    Risk(
        "diabetes",
        {"E11.9": 18, "E11.65": 2, "E11.42": 1, "E11.40": 1},
        decade=0.1,
        metabolic=1.0,
        given={"hypertension": 0.7, "obesity": 0.5},
    ),
    Risk(
        "sleep apnea",
        {"G47.33": 1},
        male=0.5,
        metabolic=0.5,
        given={"obesity": 1.5, "hypertension": 0.4},
    ),
    Risk("former smoker", {"Z87.891": 1}, decade=0.2, male=0.4),
    Risk("smoker", {"F17.210": 1}, decade=-0.45, male=0.2, mood=0.3, given={"former smoker": NEVER}),
    Risk(
        "coronary disease",
        {"I25.10": 1},
        decade=0.5,
        male=0.8,
        metabolic=0.4,
        given={"hyperlipidemia": 0.9, "diabetes": 0.4, "smoker": 0.5, "former smoker": 0.4},
    ),
    Risk("old infarction", {"I25.2": 1}, given={"coronary disease": 5.2}),
    Risk("stent", {"Z95.5": 1}, given={"coronary disease": 7.8, "old infarction": 0.9}),
    Risk("bypass", {"Z95.1": 1}, male=0.4, given={"coronary disease": 7.5, "stent": -0.3}),
    Risk(
        "antiplatelet",
        {"Z79.02": 1},
        given={"stent": 3.8, "coronary disease": 0.8},
        needs=("coronary disease", "stent", "old infarction", "past stroke", "I73.9", "I65.23", "Z95.820", "vessel"),
    ),
    Risk(
        "kidney disease",
        {"N18.3": 31, "N18.30": 0, "N18.9": 35.13, "N18.4": 12, "N18.6": 12},
        decade=0.4,
        given={"hypertension": 1.57, "diabetes": 1.04, "coronary disease": 0.3},
    ),
    Risk(
        "heart failure",
        {"I50.9": 20, "I50.22": 25, "I50.32": 30, "I50.20": 5, "I50.30": 5, "I50.42": 5},
        decade=0.35,
        given={"hypertension": 0.9, "coronary disease": 1.2, "kidney disease": 1.17, "diabetes": 0.3},
    ),
    Risk(
        "atrial fibrillation",
        {"I48.91": 60, "I48.0": 25.98, "I48.2": 4, "I48.20": 4, "I48.21": 3},
        decade=0.75,
        male=0.2,
        given={"heart failure": 1.1, "hypertension": 0.3},
    ),
    Risk(
        "past stroke",
        {"Z86.73": 1},
        decade=0.3,
        given={"hypertension": 0.6, "atrial fibrillation": 0.6},
    ),
    Risk("past thrombosis", {"Z86.718": 1}, decade=0.05),
    Risk("COPD", {"J44.9": 1}, decade=0.25, given={"smoker": 2.2, "former smoker": 1.9}),
    Risk("asthma", {"J45.909": 1}, decade=-0.15, male=-0.5, metabolic=0.2, given={"COPD": -0.8}),
    Risk("depression", {"F32.9": 1}, decade=-0.1, male=-0.4, mood=1.0),
    Risk("anxiety", {"F41.9": 1}, decade=-0.2, male=-0.4, mood=0.9, given={"depression": 0.9}),
    Risk("insomnia", {"G47.00": 1}, mood=0.5, given={"depression": 0.5, "anxiety": 0.5}),
    Risk("chronic pain", {"G89.29": 1}, decade=-0.1, mood=0.4, given={"depression": 0.5, "smoker": 0.4}),
    Risk("hypothyroidism", {"E03.9": 1}, decade=0.2, male=-0.9),
    Risk("reflux", {"K21.9": 1}, decade=0.05, metabolic=0.25, mood=0.2),
    Risk("gout", {"M10.9": 1}, decade=0.3, male=0.9, metabolic=0.4, given={"kidney disease": 0.8}),
    Risk("prostate", {"N40.0": 8, "N40.1": 2}, decade=0.55, male=9.9),
)
"""What patients live with, in the order in which it is drawn; calibrated to MIMIC-IV's shares."""

EPISODIC: tuple[Risk, ...] = _calibrated(
    Risk(
        "insulin",
        {"Z79.4": 1},
        given={"diabetes": 7.6, "kidney disease": 0.9, "coronary disease": 0.3, "pregnancy": NEVER},
    ),
    Risk(
        "anticoagulant",
        {"Z79.01": 1},
        given={"atrial fibrillation": 3.8, "past thrombosis": 2.2, "past stroke": 0.3, "pregnancy": NEVER},
        needs=("atrial fibrillation", "past thrombosis", "Z86.711", "Z95.2", "I48.92", "clot"),
    ),
    Risk("pneumonia", {"J18.9": 1}, decade=0.15, given={"COPD": 0.8, "medical": 0.6, "pregnancy": NEVER}),
    Risk(
        "respiratory failure",
        {"J96.01": 1},
        given={"pneumonia": 2.3, "COPD": 0.6, "heart failure": 0.6, "infection": 0.7, "pregnancy": -3},
    ),
    Risk(
        "kidney injury",
        {"N17.9": 1},
        decade=0.15,
        given={
            "kidney disease": 1.3,
            "heart failure": 0.6,
            "infection": 0.7,
            "medical": 0.3,
            "pregnancy": -3,
        },
    ),
    Risk(
        "blood loss",
        {"D62": 1},
        decade=0.1,
        given={"surgical": 1.7, "bleeding": 2.2, "pregnancy": 0.5},
    ),
    Risk("anemia", {"D64.9": 1}, decade=0.1, given={"kidney disease": 0.9, "cancer": 0.7}),
    Risk("platelets", {"D69.6": 1}, given={"infection": 0.5, "cancer": 0.9, "liver": 1.4}),
    Risk(
        "sodium",
        {"E87.1": 1},
        decade=0.15,
        given={"heart failure": 0.5, "liver": 0.9, "pregnancy": -3},
    ),
    Risk(
        "acidosis",
        {"E87.2": 1},
        given={"kidney injury": 1.3, "infection": 1.0, "pregnancy": -3},
        needs=(
            "kidney injury",
            "infection",
            "sepsis",
            "kidney disease",
            "bleeding",
            "liver",
            "respiratory failure",
            "urinary infection",
            "pneumonia",
            "COPD",
            "diabetes",
        ),
    ),
    Risk(
        "urinary infection",
        {"N39.0": 1},
        decade=0.25,
        male=-0.7,
        given={"diabetes": 0.2, "pregnancy": -1},
    ),
    Risk("constipation", {"K59.00": 1}, decade=0.1, given={"surgical": 0.3, "chronic pain": 1.0}),
    Risk(
        "limits of care",
        {"Z66": 1},
        decade=1.1,
        given={
            "cancer": 0.9,
            "respiratory failure": 0.9,
            "surgical": -0.8,
            "injury": -0.8,
            "safe": -2,
            "pregnancy": NEVER,
        },
    ),
    Risk(
        "central line",
        {"02HV33Z": 1},
        given={"infection": 1.1, "cancer": 0.6, "respiratory failure": 0.9, "acidosis": 0.8, "pregnancy": -3},
        needs=(
            "infection",
            "cancer",
            "respiratory failure",
            "acidosis",
            "sepsis",
            "kidney injury",
            "surgical",
            "pneumonia",
            "urinary infection",
        ),
    ),
    Risk("vaccination", {"Z23": 1}, given={"pregnancy": 1.3, "medical": 0.2}),
    Risk(
        "place of an event",
        {"Y92.9": 50, "Y92.239": 43.61, "Y92.230": 46.67},
        given={"surgical": 0.4, "blood loss": 0.4, "kidney injury": 0.2, "injury": 0.8},
    ),
)
"""What an admission may bring besides its reason, in the order in which it is drawn."""


def _background(table: str) -> tuple[Risk, ...]:
    """Read lines of code, per cent of patients of 65 years, per decade, for men, and what raises it or is needed.

    "cancer=+2" adds to the log-odds, "cancer!" is needed.
    """
    risks: list[Risk] = []
    for line in table.strip().splitlines():
        code, percent, decade, male, *rest = line.split()
        share = float(percent) / 100
        given = {
            name.replace("_", " "): float(weight)
            for name, _, weight in (item.partition("=") for item in rest)
            if weight
        }
        needs = tuple(item[:-1].replace("_", " ") for item in rest if item.endswith("!"))
        risks.append(
            Risk(code, {code: 1}, math.log(share / (1 - share)), float(decade), float(male), given=given, needs=needs)
        )
    return tuple(risks)


BACKGROUND_CHRONIC: tuple[Risk, ...] = _background("""
Z79.82 9 0.3 0.2 coronary_disease=1.6 past_stroke=0.9 diabetes=0.4
Z79.52 2.5 0 0 M06.9=2 M32.9=2 M35.3=3 COPD=0.6 Z94.0=4
M19.90 6 0.4 -0.4
M17.9 2.5 0.3 -0.3 obesity=0.8
M81.0 4 0.7 -2
M48.061 1.5 0.3 0
M54.5 3 -0.1 0 chronic_pain=-3
M79.7 1.6 -0.1 -1.8
M06.9 1.4 0 -0.9
M32.9 0.6 -0.4 -1.8
M35.3 0.4 0.8 -0.5
G62.9 2.6 0.2 0 diabetes=0.5
G43.909 2.6 -0.5 -1
G40.909 2.4 -0.2 0
G25.81 1.5 0.1 -0.3
G20 0.9 0.8 0.4
F03.90 1.8 1.3 0
G30.9 0.6 1.3 -0.2
F10.20 3.4 -0.3 0.7 smoker=1
F11.20 1.6 -0.5 0.2 smoker=1.2 chronic_pain=0.5
F31.9 1.8 -0.4 -0.1
F20.9 0.7 -0.3 0.2
F43.10 2.4 -0.4 -0.1 depression=0.8 anxiety=0.8
F90.9 0.6 -0.7 0
F33.9 1.2 -0.2 -0.4
F34.1 0.15 0 0
F41.1 1.4 -0.3 -0.4
F41.0 0.6 -0.4 -0.4
H40.9 2 0.6 0
H26.9 1.2 0.7 0
H35.30 0.9 0.9 0
H91.90 1.8 0.8 0.1
I73.9 2.8 0.4 0.3 coronary_disease=1 diabetes=0.6 smoker=0.8
I27.20 2 0.4 0 heart_failure=1.8 COPD=0.8
I35.0 2.2 0.9 0.1
I34.0 1.8 0.5 0 heart_failure=0.8
I42.9 0.8 0 0.3 heart_failure=1.5
I25.5 0.6 0 0.5 heart_failure=2 coronary_disease!
I47.1 1 0.2 0
I47.2 0.8 0.2 0.5 heart_failure=1.2
I65.23 0.9 0.5 0.2
I70.0 1.2 0.6 0
I71.4 0.7 0.6 0.9
I83.90 0.6 0.3 -0.5
Z95.0 2.2 0.9 0.2 atrial_fibrillation=1.4
Z95.810 0.9 0.1 0.6 heart_failure=2.4
Z95.2 0.6 0.3 0
Z95.820 25 0 0 I73.9!
I69.354 0.8 0.4 0
I69.320 0.4 0.4 0
J30.9 1.5 -0.3 0 asthma=0.9
J43.9 0.6 0.2 0.2 smoker=2 former_smoker=1.5
J84.10 0.5 0.4 0.2
J47.9 0.4 0.2 -0.3
Z99.81 0.5 0.2 0 COPD=2.6
J96.11 0.4 0.2 0 COPD=2.6
D86.9 0.4 -0.2 -0.3
K57.30 2.6 0.5 0
K44.9 1.8 0.3 -0.3 reflux=0.6
K58.9 1.4 -0.4 -0.9
K27.9 0.9 0.2 0.1
K64.9 0.9 0.1 0
K76.0 1.8 -0.2 0 obesity=1.2
K74.60 1.4 -0.1 0.3 B18.2=2.2
K70.30 0.4 -0.1 0.4 F10.20=2.6
K76.6 20 0 0 K74.60! K70.30!
B18.2 1.6 -0.2 0.4 F11.20=2
B20 0.8 -0.4 0.8
K50.90 0.8 -0.4 0
K51.90 0.7 -0.3 0
K22.70 0.6 0.2 0.5
N20.0 1.5 0 0.3
N28.1 0.7 0.4 0.1
L40.9 0.9 -0.1 0
E55.9 3 0 -0.3
E53.8 1 0.3 0
E04.2 0.4 0 -0.9
E05.90 0.6 0 -0.7
E06.3 0.5 -0.2 -1.2
E89.0 0.6 0 -0.9
E78.00 1.6 0 0
E78.1 0.6 -0.2 0.3
E78.2 0.6 0 0.1
R73.03 1.4 0 0
D50.9 3.6 0.1 -0.5
D51.0 0.3 0.3 -0.3
D69.3 0.3 0 0
Z85.3 2.2 0.5 -40
Z85.46 0.05 0.7 3.5
C61 0.03 0.5 3.4
Z86.010 2.4 0.4 0.1
Z86.711 1.6 0.1 0 past_thrombosis=1.6
Z90.49 1.4 0.1 0
Z96.641 1.2 0.4 -0.1
Z96.651 1.8 0.4 -0.2 obesity=0.5
Z98.1 0.7 0 0
Z94.0 0.5 -0.3 0.2
Z91.81 2 0.7 -0.1
""")
"""What patients live with that is not among the benchmark's codes; by code. Rough shares of American inpatients."""

BACKGROUND_EPISODIC: tuple[Risk, ...] = _background("""
E87.6 4.5 0 -0.1 medical=0.3 pregnancy=-3
E83.42 3 0 0 F10.20=1 pregnancy=-3
E87.5 2 0.1 0.1 kidney_disease=1 kidney_injury=1 pregnancy=-3
E83.39 1.2 0 0 infection=0.5 pregnancy=-3
E87.0 1.2 0.3 0 infection=0.8 F03.90=0.8 pregnancy=-3
E86.0 2.8 0.2 0 infection=0.5 surgical=-1
D72.829 2 0 0 infection=-1.5
R73.9 1.2 0 0 surgical=0.4
E09.65 2 0 0 Z79.52!
E43 2 0.3 0 cancer=1.4 pregnancy=-9
E46 1.4 0.3 0 cancer=1 pregnancy=-9
D63.1 30 0 0 kidney_disease!
D63.0 14 0 0 cancer!
D63.8 1.4 0.2 0 pregnancy=-9
D64.81 8 0 0 cancer!
D61.818 4 0 0 cancer! liver!
D69.59 0.3 0 0
D75.82 0.15 0 0 surgical=1
I95.9 2.4 0.2 0 infection=0.8 blood_loss=0.6 pregnancy=-3
I95.1 1.1 0.5 0 surgical=-1 pregnancy=-9
R33.9 1.3 0.3 0.8 surgical=0.9 prostate=0.8 pregnancy=-3
R31.9 0.9 0.2 0.4 pregnancy=-9
R13.10 1.4 0.5 0 past_stroke=0.8 pregnancy=-9
R26.81 0.8 0.6 0 pregnancy=-9
R53.81 1.2 0.7 0 pregnancy=-9
F05 1.4 0.8 0.1 F03.90=1.4 infection=0.6 surgical=0.2 pregnancy=-9
R00.1 0.8 0.4 0.1 pregnancy=-9
J90 1.4 0.2 0 cancer=0.9 pregnancy=-9
J98.11 1.4 0.1 0 surgical=0.7 pregnancy=-9
J96.21 0.3 0 0 COPD=2 pregnancy=-9
K56.7 0.3 0 0 surgical=2.2
K59.03 0.5 0 0 surgical=0.6 chronic_pain=0.8
L89.159 0.8 0.4 0 F03.90=0.8 pregnancy=-9
G89.18 0.2 0 0 surgical=2.6
G89.3 14 0 0 cancer!
R65.20 30 0 0 sepsis!
A04.72 0.5 0.2 0 infection=0.6 pregnancy=-9
J69.0 0.4 0.5 0 F03.90=1.4 past_stroke=0.6 pregnancy=-9
R82.71 0.5 0.5 -0.6
N30.00 0.2 0 -0.6
I16.0 1.6 0 0 hypertension!
Z51.5 16 0 0 limits_of_care!
F10.239 12 0 0 F10.20!
C79.51 9 0 0 cancer!
""")
"""What an admission may bring besides, not among the benchmark's codes; by code."""

PLAN_FACTORS: Mapping[str, float] = {"D62": 0.45, "J96.01": 0.5, "J18.9": 0.65, "E87.2": 0.8, "Y92.9": 0.8}
"""How much rarer a reason for admission is made by a code it brings: scenarios bring some codes too often."""


@dataclass(frozen=True)
class Risks:
    """All that a patient may have besides what an admission brings, in the order in which it is drawn.

    Attributes:
        chronic: What patients live with.
        episodic: What an admission may bring.
    """

    chronic: tuple[Risk, ...]
    episodic: tuple[Risk, ...]


RISKS = Risks(CHRONIC + BACKGROUND_CHRONIC, EPISODIC + BACKGROUND_EPISODIC)
CODES_OF_RISKS = frozenset(code for risk in RISKS.chronic + RISKS.episodic for code in risk.variants)
"""All that a patient may have besides what an admission brings."""
