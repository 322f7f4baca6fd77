"""The patients of a synthetic hospital: who they are, what they have, why they are admitted."""

import math
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from attending.corpus.synthetic.coding import exclude_each_other
from attending.corpus.synthetic.wording import Wording
from attending.corpus.synthetic.wording_bank import AdmissionPlan, WordingBank


@dataclass(frozen=True)
class Person:
    """What does not change from one admission to the next."""

    sex: str
    age: int
    race: str
    insurance: str
    language: str
    marital_status: str


@dataclass(frozen=True)
class Stay:
    """One admission as the note will tell it.

    Attributes:
        person: Who is admitted.
        age: Age in years at this admission.
        plan: Why.
        texts: The wording chosen for each part of the plan.
        concepts: Conditions that the note says, the principal one first; dotted codes.
        silent: Conditions that the patient has and the note does not speak of.
        days: Length of stay.
        died: Whether the patient died in hospital.
    """

    person: Person
    age: int
    plan: AdmissionPlan
    texts: Mapping[str, Wording]
    concepts: tuple[str, ...]
    silent: frozenset[str]
    days: int
    died: bool

    @property
    def has(self) -> frozenset[str]:
        """Everything the patient has, said or not."""
        return frozenset(self.concepts) | self.silent


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
    """

    name: str
    variants: Mapping[str, float]
    logit: float
    decade: float = 0.0
    male: float = 0.0
    metabolic: float = 0.0
    mood: float = 0.0
    given: Mapping[str, float] = field(default_factory=dict)


NEVER = -40.0

CHRONIC: tuple[Risk, ...] = (
    Risk("hypertension", {"I10": 1}, 0.64, decade=0.45, metabolic=1.0),
    Risk("obesity", {"E66.9": 8, "E66.01": 2}, -2.62, decade=-0.25, metabolic=1.2),
    Risk("hyperlipidemia", {"E78.5": 1}, -0.94, decade=0.3, metabolic=0.7, given={"hypertension": 0.9}),
    Risk(
        "diabetes",
        {"E11.9": 18, "E11.65": 2, "E11.42": 1, "E11.40": 1},
        -2.16,
        decade=0.1,
        metabolic=1.0,
        given={"hypertension": 0.7, "obesity": 0.5},
    ),
    Risk(
        "sleep apnea",
        {"G47.33": 1},
        -3.06,
        male=0.5,
        metabolic=0.5,
        given={"obesity": 1.5, "hypertension": 0.4},
    ),
    Risk("former smoker", {"Z87.891": 1}, -0.99, decade=0.2, male=0.4),
    Risk("smoker", {"F17.210": 1}, -2.6, decade=-0.45, male=0.2, mood=0.3, given={"former smoker": NEVER}),
    Risk(
        "coronary disease",
        {"I25.10": 1},
        -2.84,
        decade=0.5,
        male=0.8,
        metabolic=0.4,
        given={"hyperlipidemia": 0.9, "diabetes": 0.4, "smoker": 0.5, "former smoker": 0.4},
    ),
    Risk("old infarction", {"I25.2": 1}, -5.44, given={"coronary disease": 5.2}),
    Risk("stent", {"Z95.5": 1}, -8.56, given={"coronary disease": 7.8, "old infarction": 0.9}),
    Risk("bypass", {"Z95.1": 1}, -8.44, male=0.4, given={"coronary disease": 7.5, "stent": -0.3}),
    Risk(
        "antiplatelet",
        {"Z79.02": 1},
        -3.96,
        given={"stent": 3.8, "coronary disease": 0.8},
    ),
    Risk(
        "kidney disease",
        {"N18.3": 31, "N18.30": 0, "N18.9": 40, "N18.4": 12, "N18.6": 12},
        -2.95,
        decade=0.4,
        given={"hypertension": 1.3, "diabetes": 1.2, "coronary disease": 0.3},
    ),
    Risk(
        "heart failure",
        {"I50.9": 20, "I50.22": 25, "I50.32": 30, "I50.20": 5, "I50.30": 5, "I50.42": 5},
        -3.24,
        decade=0.35,
        given={"hypertension": 0.9, "coronary disease": 1.2, "kidney disease": 1.0, "diabetes": 0.3},
    ),
    Risk(
        "atrial fibrillation",
        {"I48.91": 60, "I48.0": 30, "I48.2": 4, "I48.20": 4, "I48.21": 3},
        -2.58,
        decade=0.75,
        male=0.2,
        given={"heart failure": 1.1, "hypertension": 0.3},
    ),
    Risk(
        "past stroke",
        {"Z86.73": 1},
        -3.24,
        decade=0.3,
        given={"hypertension": 0.6, "atrial fibrillation": 0.6},
    ),
    Risk("past thrombosis", {"Z86.718": 1}, -2.62, decade=0.05),
    Risk("COPD", {"J44.9": 1}, -3.58, decade=0.25, given={"smoker": 2.2, "former smoker": 1.9}),
    Risk("asthma", {"J45.909": 1}, -2.09, decade=-0.15, male=-0.5, metabolic=0.2, given={"COPD": -0.8}),
    Risk("depression", {"F32.9": 1}, -1.76, decade=-0.1, male=-0.4, mood=1.0),
    Risk("anxiety", {"F41.9": 1}, -2.12, decade=-0.2, male=-0.4, mood=0.9, given={"depression": 0.9}),
    Risk("insomnia", {"G47.00": 1}, -3.12, mood=0.5, given={"depression": 0.5, "anxiety": 0.5}),
    Risk("chronic pain", {"G89.29": 1}, -2.93, decade=-0.1, mood=0.4, given={"depression": 0.5, "smoker": 0.4}),
    Risk("hypothyroidism", {"E03.9": 1}, -1.33, decade=0.2, male=-0.9),
    Risk("reflux", {"K21.9": 1}, -1.07, decade=0.05, metabolic=0.25, mood=0.2),
    Risk("gout", {"M10.9": 1}, -4.02, decade=0.3, male=0.9, metabolic=0.4, given={"kidney disease": 0.8}),
    Risk("prostate", {"N40.0": 8, "N40.1": 2}, -11.76, decade=0.55, male=9.9),
)
"""What patients live with, in the order in which it is drawn; calibrated to MIMIC-IV's shares."""

EPISODIC: tuple[Risk, ...] = (
    Risk(
        "insulin",
        {"Z79.4": 1},
        -7.69,
        given={"diabetes": 7.6, "kidney disease": 0.9, "coronary disease": 0.3, "pregnancy": NEVER},
    ),
    Risk(
        "anticoagulant",
        {"Z79.01": 1},
        -4.13,
        given={"atrial fibrillation": 3.8, "past thrombosis": 2.2, "past stroke": 0.3, "pregnancy": NEVER},
    ),
    Risk("pneumonia", {"J18.9": 1}, -4.03, decade=0.15, given={"COPD": 0.8, "medical": 0.6, "pregnancy": NEVER}),
    Risk(
        "respiratory failure",
        {"J96.01": 1},
        -4.09,
        given={"pneumonia": 2.3, "COPD": 0.6, "heart failure": 0.6, "infection": 0.7, "pregnancy": -3},
    ),
    Risk(
        "kidney injury",
        {"N17.9": 1},
        -2.42,
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
        -4.32,
        decade=0.1,
        given={"surgical": 1.7, "bleeding": 2.2, "pregnancy": 0.5},
    ),
    Risk("anemia", {"D64.9": 1}, -2.27, decade=0.1, given={"kidney disease": 0.9, "cancer": 0.7}),
    Risk("platelets", {"D69.6": 1}, -3.15, given={"infection": 0.5, "cancer": 0.9, "liver": 1.4}),
    Risk(
        "sodium",
        {"E87.1": 1},
        -2.92,
        decade=0.15,
        given={"heart failure": 0.5, "liver": 0.9, "pregnancy": -3},
    ),
    Risk("acidosis", {"E87.2": 1}, -3.5, given={"kidney injury": 1.3, "infection": 1.0, "pregnancy": -3}),
    Risk(
        "urinary infection",
        {"N39.0": 1},
        -2.21,
        decade=0.25,
        male=-0.7,
        given={"diabetes": 0.2, "pregnancy": -1},
    ),
    Risk("constipation", {"K59.00": 1}, -3.34, decade=0.1, given={"surgical": 0.3, "chronic pain": 1.0}),
    Risk(
        "limits of care",
        {"Z66": 1},
        -2.96,
        decade=0.9,
        given={"cancer": 0.9, "respiratory failure": 0.9, "pregnancy": NEVER},
    ),
    Risk(
        "central line",
        {"02HV33Z": 1},
        -3.96,
        given={"infection": 1.1, "cancer": 0.6, "respiratory failure": 0.9, "acidosis": 0.8, "pregnancy": -3},
    ),
    Risk("vaccination", {"Z23": 1}, -3.68, given={"pregnancy": 1.3, "medical": 0.2}),
    Risk(
        "place of an event",
        {"Y92.9": 50, "Y92.239": 25, "Y92.230": 30},
        -2.06,
        given={"surgical": 0.4, "blood loss": 0.4, "kidney injury": 0.2, "injury": 0.8},
    ),
)
"""What an admission may bring besides its reason, in the order in which it is drawn."""

_NAME_OF = {code: risk.name for risk in CHRONIC + EPISODIC for code in risk.variants}
_IN_PREGNANCY = (
    "J45",
    "F32",
    "F41",
    "E66.9",
    "K21",
    "D62",
    "D64",
    "Z87",
    "F17",
    "K59",
    "Z23",
    "G47.00",
    "Y92",
    "N39",
    "O",
    "Z",
)
_ONLY_WOMEN = (
    "C50",
    "Z85.3",
    "C51",
    "C52",
    "C53",
    "C54",
    "C55",
    "C56",
    "C57",
    "D25",
    "D27",
    "M80",
    "N6",
    "N7",
    "N8",
    "N9",
    "O",
    "Z3",
)
_ONLY_MEN = ("C60", "C61", "C62", "C63", "N4", "N50", "Z85.46", "Z90.79")
_ONLY_OLD = ("F03", "G30", "H26", "H35", "H40", "H91", "I34", "I35", "I65", "M81", "R26", "Z91.81", "Z96")
_NOT_ALONE = ("E10", "E11", "I1", "I48", "I50", "N18", "N40", "O", "R65", "Z79.01", "Z79.02", "Z79.4")
_LAST_BIRTH = 46
_CHRONIC_SAID = 0.93
_RACES = {
    "WHITE": 62,
    "WHITE - OTHER EUROPEAN": 3,
    "WHITE - RUSSIAN": 1,
    "BLACK/AFRICAN AMERICAN": 14,
    "BLACK/CAPE VERDEAN": 2,
    "HISPANIC/LATINO - PUERTO RICAN": 3,
    "HISPANIC/LATINO - DOMINICAN": 2,
    "HISPANIC OR LATINO": 2,
    "ASIAN": 3,
    "ASIAN - CHINESE": 2,
    "OTHER": 4,
    "UNKNOWN": 2,
}


def draw_person(rng: random.Random) -> Person:
    """Draw an adult; the ages are those of a hospital, most of them old."""
    sex = "F" if rng.random() < 0.525 else "M"
    age = int(max(18, min(91, rng.gauss(64, 16) if rng.random() < 0.85 else rng.uniform(18, 50))))
    race = _weighted(_RACES, rng)
    if age >= 65:
        insurance = "Medicare" if rng.random() < 0.85 else "Other"
    else:
        insurance = _weighted({"Other": 60, "Medicaid": 22, "Medicare": 18}, rng)
    foreign = race.startswith(("HISPANIC", "ASIAN", "OTHER", "WHITE - RUSSIAN"))
    language = "?" if rng.random() < (0.4 if foreign else 0.03) else "ENGLISH"
    marital = _weighted(
        {
            "SINGLE": 60 if age < 40 else 25,
            "MARRIED": 35 if age < 40 else 48,
            "DIVORCED": 8,
            "WIDOWED": max(0, age - 55),
        },
        rng,
    )
    return Person(sex, age, race, insurance, language, marital)


def draw_stays(person: Person, bank: WordingBank, rng: random.Random) -> Iterator[Stay]:
    """Draw a patient's admissions in order; what the patient lives with stays, and years may add to it."""
    metabolic, mood = rng.gauss(0, 1), rng.gauss(0, 1)
    chronic: dict[str, str] = {}
    age = person.age
    for number in range(_number_of_stays(rng)):
        if number:
            age += min(3, int(rng.expovariate(1.6)))
        for risk in CHRONIC:
            if risk.name not in chronic and (number == 0 or rng.random() < 0.06):
                known = frozenset(chronic)
                if rng.random() < _chance(risk, person, age, metabolic, mood, known) and (
                    code := _variant(risk, bank, rng)
                ):
                    chronic[risk.name] = code
        stay = _draw_stay(person, age, metabolic, mood, chronic, bank, rng)
        yield stay
        if stay.died:
            return


def _draw_stay(
    person: Person,
    age: int,
    metabolic: float,
    mood: float,
    chronic: dict[str, str],
    bank: WordingBank,
    rng: random.Random,
) -> Stay:
    plan = _choose_plan(person, age, chronic, bank, rng)
    texts = {part: rng.choice(wordings) for part, wordings in plan.texts.items() if wordings}
    said = list(plan.reason)
    for wording in texts.values():
        said += [code for code in sorted(wording.codes) if code not in said]
    traits = _traits(plan)
    silent: set[str] = set()

    def add(code: str, *, speak: bool = True) -> None:
        if code in said or any(exclude_each_other(code, other) for other in said):
            return
        if "pregnancy" in traits and not code.startswith(_IN_PREGNANCY):
            return
        (said.append if speak else silent.add)(code)

    for name, code in chronic.items():
        is_bound = name in {"hypertension", "kidney disease", "heart failure", "diabetes", "coronary disease"}
        add(code, speak=is_bound or rng.random() < _CHRONIC_SAID)
    for risk in EPISODIC:
        known = traits | {_NAME_OF[code] for code in [*said, *silent] if code in _NAME_OF}
        if rng.random() < _chance(risk, person, age, metabolic, mood, known) and (code := _variant(risk, bank, rng)):
            add(code)
    for code in _draw_others(person, age, bank, rng):
        if not any(exclude_each_other(code, other) for other in silent):
            add(code)
    _say_combination(said, bank, rng)
    death = 0.004 + (0.05 if "Z66" in said else 0) + (0.02 if "J96.01" in said else 0)
    died = "pregnancy" not in traits and "safe" not in traits and rng.random() < death
    days = max(1, round(rng.lognormvariate(1.3, 0.7)))
    return Stay(person, age, plan, texts, tuple(said), frozenset(silent), days, died)


def _choose_plan(
    person: Person, age: int, chronic: Mapping[str, str], bank: WordingBank, rng: random.Random
) -> AdmissionPlan:
    """Choose a reason for admission that fits; what the patient has already draws its own complications."""
    has = set(chronic.values())
    fitting: list[AdmissionPlan] = []
    weights: list[float] = []
    for plan in bank.admissions:
        if person.sex not in plan.sexes or not plan.ages[0] <= age <= plan.ages[1]:
            continue
        clashes = sum(exclude_each_other(code, other) for code in plan.reason for other in has)
        known = sum(code in has for code in plan.reason)
        fitting.append(plan)
        weights.append((0.05 if clashes else 1.0) * (1 + 1.5 * known))
    if not fitting:
        fitting, weights = list(bank.admissions), [1.0] * len(bank.admissions)
    return rng.choices(fitting, weights)[0]


def _traits(plan: AdmissionPlan) -> set[str]:
    """What the episodic risks need to know of an admission's reason."""
    service = plan.service.upper()
    traits = {"surgical" if any(word in service for word in _SURGICAL_SERVICES) else "medical"}
    for trait, beginnings in _TRAIT_CODES.items():
        if any(code.startswith(beginnings) for code in plan.reason):
            traits.add(trait)
    if "OBSTET" in service and plan.ages[1] <= _LAST_BIRTH:
        traits.add("pregnancy")
    return traits


_SURGICAL_SERVICES = (
    "SURG",
    "ORTHO",
    "UROLOGY",
    "GYN",
    "PLASTIC",
    "OTOLARYNG",
    "VASCULAR",
    "TRANSPLANT",
    "TRAUMA",
    "CARDIOTHORACIC",
)
_TRAIT_CODES: dict[str, tuple[str, ...]] = {
    "pregnancy": ("O",),
    "infection": ("A4", "A0", "J1", "J69", "L03", "M86", "N10", "N39", "K65", "I33", "T8"),
    "bleeding": ("K92", "K25", "K26", "K57", "I85", "S72", "S3", "I60", "I61", "I62"),
    "cancer": ("C", "Z51.1", "D46", "D47"),
    "liver": ("K70", "K72", "K74", "K76", "B18"),
    "injury": ("S", "T", "W", "V"),
    "safe": ("F", "Z51.1"),
}


def _draw_others(person: Person, age: int, bank: WordingBank, rng: random.Random) -> list[str]:
    """Draw conditions that no risk above knows and no admission is for, fit for the patient's sex and age."""
    forbidden = _NOT_ALONE + (_ONLY_WOMEN if person.sex == "M" else _ONLY_MEN) + (() if age >= 50 else _ONLY_OLD)
    principal = {plan.reason[0] for plan in bank.admissions if plan.reason}
    pool = [
        code
        for code in bank.concepts
        if code not in _NAME_OF and code not in principal and not code.startswith(forbidden)
    ]
    return rng.sample(pool, min(len(pool), rng.choices(range(6), (10, 20, 25, 22, 15, 8))[0]))


def _say_combination(said: list[str], bank: WordingBank, rng: random.Random) -> None:
    """Now and then let the note say in words what coders combine: "hypertensive kidney disease"."""
    kidney = any(code.startswith("N18") and code != "N18.6" for code in said)
    failure = any(code.startswith("I50") for code in said)
    for part, needs, combination in (
        ("I10", kidney and failure, "I13.0"),
        ("I10", kidney and not failure, "I12.9"),
        ("I10", failure and not kidney, "I11.0"),
        ("E11.9", kidney, "E11.22"),
    ):
        if part in said and needs and combination in bank.concepts and rng.random() < 0.3:
            said.insert(said.index(part) + 1, combination)


def _chance(risk: Risk, person: Person, age: int, metabolic: float, mood: float, known: Collection[str]) -> float:
    logit = risk.logit + risk.decade * (age - 65) / 10 + risk.metabolic * metabolic + risk.mood * mood
    if person.sex == "M":
        logit += risk.male
    logit += sum(weight for name, weight in risk.given.items() if name in known)
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _variant(risk: Risk, bank: WordingBank, rng: random.Random) -> str:
    sayable = {code: weight for code, weight in risk.variants.items() if code in bank.concepts and weight}
    return _weighted(sayable, rng) if sayable else ""


def _number_of_stays(rng: random.Random) -> int:
    number = 1
    while number < 12 and rng.random() < 0.45:
        number += 1
    return number


def _weighted(weights: Mapping[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
