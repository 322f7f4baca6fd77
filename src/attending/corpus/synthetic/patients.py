"""The patients of a synthetic hospital: who they are, what they have, why they are admitted."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from attending.corpus.synthetic.mentions import topics_of_code
from attending.corpus.synthetic.risks import PLAN_FACTORS, RISKS, Risk, Risks
from attending.corpus.synthetic.wording import Wording
from attending.corpus.synthetic.wording_bank import LISTED_PARTS, SERVICE_SHARES, AdmissionPlan, WordingBank
from attending.taxonomy.coding_rules import exclude_each_other


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
        texts: The wordings chosen for each part of the plan.
        concepts: Conditions that the note says, the principal one first; dotted codes.
        silent: Conditions that the patient has and the note does not speak of.
        days: Length of stay.
        died: Whether the patient died in hospital.
    """

    person: Person
    age: int
    plan: AdmissionPlan
    texts: Mapping[str, tuple[Wording, ...]]
    concepts: tuple[str, ...]
    silent: frozenset[str]
    days: int
    died: bool

    @cached_property
    def has(self) -> frozenset[str]:
        """Everything the patient has, said or not."""
        return frozenset(self.concepts) | self.silent


_NAME_OF = {code: risk.name for risk in RISKS.chronic + RISKS.episodic for code in risk.variants}
_DEADLY = {"medicine", "cardiology", "oncology", "neurology", "surgery"}
_IN_PREGNANCY = (
    *(
        "J45",
        "F32",
        "F33",
        "F41",
        "F17",
        "F43",
        "F90",
        "E66",
        "E03",
        "E06",
        "K21",
        "K58",
        "K59",
        "G43",
        "G47.00",
        "G40",
    ),
    *("D62", "D64", "D50", "D69", "N39", "J30", "I10", "M32", "O", "Y92", "Z23", "Z3", "Z86.718", "Z87", "Z88", "Z98"),
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
_LAST_BIRTH = 46
MOST_STAYS = 12
"""The most admissions of one patient."""
_CHRONIC_SAID = 0.93
_LIMITS_STAY = 0.85
"""How often a patient who did not want resuscitation does not at the next admission."""
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


def draw_stays(person: Person, bank: WordingBank, rng: random.Random, risks: Risks = RISKS) -> Iterator[Stay]:
    """Draw a patient's admissions in order; what the patient lives with stays, and years may add to it."""
    burden = (rng.gauss(0, 1), rng.gauss(0, 1))
    chronic: dict[str, str] = {}
    age = person.age
    for number in range(_number_of_stays(rng)):
        if number:
            age += min(3, int(rng.expovariate(1.6)))
        for risk in risks.chronic:
            if (
                risk.name not in chronic
                and (number == 0 or rng.random() < 0.06)
                and _befalls(risk, person, age, burden, chronic, rng)
                and (code := risk.variant(bank.concepts, rng))
                and _suits_sex(code, person)
                and not any(exclude_each_other(code, other) for other in chronic.values())
            ):
                chronic[risk.name] = code
        stay = _draw_stay(person, age, burden, chronic, bank, risks, rng)
        if "Z66" in stay.concepts and rng.random() < _LIMITS_STAY:
            chronic["limits of care"] = "Z66"
        yield stay
        if stay.died:
            return


def _draw_stay(
    person: Person,
    age: int,
    burden: tuple[float, float],
    chronic: dict[str, str],
    bank: WordingBank,
    risks: Risks,
    rng: random.Random,
) -> Stay:
    plan = _choose_plan(person, age, chronic, bank, rng)
    texts = {part: _choose_texts(part, wordings, rng) for part, wordings in plan.texts.items() if wordings}
    chosen = [wording for wordings in texts.values() for wording in wordings]
    said = list(plan.reason)
    for wording in chosen:
        said += [code for code in sorted(wording.codes) if code not in said]
    denied = frozenset[str]().union(*(wording.mentions.denied for wording in chosen))
    traits = _traits(plan)
    silent: set[str] = set()

    def add(code: str, *, speak: bool = True) -> None:
        if code in said or any(exclude_each_other(code, other) for other in said):
            return
        if denied and topics_of_code(code) & denied:
            return
        if "pregnancy" in traits and not code.startswith(_IN_PREGNANCY):
            return
        (said.append if speak else silent.add)(code)

    for name, code in chronic.items():
        is_bound = name in {"hypertension", "kidney disease", "heart failure", "diabetes", "coronary disease"}
        add(code, speak=is_bound or rng.random() < _CHRONIC_SAID)
    known = traits | _known([*said, *silent])
    for risk in risks.episodic:
        if _befalls(risk, person, age, burden, known, rng) and (code := risk.variant(bank.concepts, rng)):
            add(code)
            known |= _known([code] if code in said else [])
    _say_combination(said, bank, rng)
    death = 0.004 + (0.05 if "Z66" in said else 0) + (0.02 if "J96.01" in said else 0)
    died = plan.family in _DEADLY and "safe" not in traits and rng.random() < death
    days = max(1, round(rng.lognormvariate(1.3, 0.7)))
    return Stay(person, age, plan, texts, tuple(said), frozenset(silent), days, died)


_YOUNGEST = {
    "COPD": 40,
    "coronary disease": 35,
    "heart failure": 30,
    "prostate": 45,
    "past stroke": 28,
    "kidney disease": 25,
    "atrial fibrillation": 30,
    "gout": 28,
    "limits of care": 45,
}
"""The youngest age, in years, at which a risk may befall."""


def _befalls(
    risk: Risk,
    person: Person,
    age: int,
    burden: tuple[float, float],
    known: Mapping[str, str] | set[str],
    rng: random.Random,
) -> bool:
    if age < _YOUNGEST.get(risk.name, 0):
        return False
    metabolic, mood = burden
    return rng.random() < risk.chance(age, is_male=person.sex == "M", metabolic=metabolic, mood=mood, known=known)


def _suits_sex(code: str, person: Person) -> bool:
    return not code.startswith(_ONLY_WOMEN if person.sex == "M" else _ONLY_MEN)


def _choose_texts(part: str, wordings: Sequence[Wording], rng: random.Random) -> tuple[Wording, ...]:
    """One wording for a part of the plan, or several where the part is a list."""
    if part not in LISTED_PARTS:
        return (rng.choice(wordings),)
    most = min(len(wordings), LISTED_PARTS[part])
    return tuple(rng.sample(wordings, rng.randint(min(1, most), most)))


def _choose_plan(
    person: Person, age: int, chronic: Mapping[str, str], bank: WordingBank, rng: random.Random
) -> AdmissionPlan:
    """Choose a reason for admission that fits; what the patient has already draws its own complications."""
    has = set(chronic.values())
    weights: dict[str, list[tuple[AdmissionPlan, float]]] = {}
    for plan in bank.admissions:
        if person.sex not in plan.sexes or not plan.ages[0] <= age <= plan.ages[1]:
            continue
        weight = plan.weight * _rarity(plan.codes)
        if not plan.reason_excludes.isdisjoint(has):
            weight *= 0.05
        if not has.isdisjoint(plan.reason):
            weight *= 2.5
        weights.setdefault(plan.family, []).append((plan, weight))
    if not weights:
        return rng.choice(bank.admissions)
    families = list(weights)
    family = rng.choices(families, [SERVICE_SHARES[name] for name in families])[0]
    return rng.choices(*zip(*weights[family], strict=True))[0]


@cache
def _rarity(codes: frozenset[str]) -> float:
    """How much rarer the codes that a plan brings make it."""
    return math.prod(factor for code, factor in PLAN_FACTORS.items() if code in codes)


def _known(codes: Sequence[str]) -> set[str]:
    """The names of conditions, and the traits that go with them."""
    names = {_NAME_OF[code] for code in codes if code in _NAME_OF}
    return names | {
        trait for trait in ("cancer", "liver") if any(code.startswith(_TRAIT_CODES[trait]) for code in codes)
    }


def _traits(plan: AdmissionPlan) -> set[str]:
    """What the episodic risks need to know of an admission's reason."""
    traits = {"surgical" if plan.family in {"surgery", "orthopaedics"} else "medical"}
    for trait, beginnings in _TRAIT_CODES.items():
        if any(code.startswith(beginnings) for code in plan.reason):
            traits.add(trait)
    if plan.family == "obstetrics" and plan.ages[1] <= _LAST_BIRTH:
        traits.add("pregnancy")
    return traits


_TRAIT_CODES: dict[str, tuple[str, ...]] = {
    "pregnancy": ("O",),
    "infection": ("A4", "A0", "J1", "J69", "L03", "M86", "N10", "N39", "K65", "I33", "T8"),
    "sepsis": ("A40", "A41"),
    "bleeding": ("K92", "K25", "K26", "K57", "I85", "S72", "S3", "I60", "I61", "I62"),
    "cancer": ("C", "Z51.1", "D46", "D47"),
    "liver": ("K70", "K72", "K74", "B18"),
    "injury": ("S", "T", "W", "V"),
    "clot": ("I26", "I82", "I74", "D68", "I51.3"),
    "vessel": ("I20", "I21", "I24", "I25", "I63", "G45", "I65", "I70", "I73", "I74"),
    "safe": ("F", "Z51.1"),
}


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


def _number_of_stays(rng: random.Random) -> int:
    number = 1
    while number < MOST_STAYS and rng.random() < 0.45:
        number += 1
    return number


def _weighted(weights: Mapping[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
