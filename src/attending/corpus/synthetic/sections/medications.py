"""What the patient takes: at home and after discharge, in accord with what the other sections say."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.drugs import CLASSES, agents_in, agents_of, drug_of
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.phrasing import bare
from attending.corpus.synthetic.places import is_acute

_NEEDS: dict[str, tuple[str, ...]] = {
    "anticoagulant": ("Z79.01",),
    "antiplatelet": ("Z79.02",),
    "basal insulin": ("Z79.4",),
    "mealtime insulin": ("Z79.4",),
    "biguanide": ("E11",),
    "sulfonylurea": ("E11",),
    "gliptin": ("E11",),
    "urate lowering": ("M10", "M1A"),
    "prostate drug": ("N40",),
    "muscarinic inhaler": ("J44", "J43"),
}
"""Classes that speak for a condition by themselves: only patients who have it take them."""
_HELD_CLASSES = (
    "renin-angiotensin",
    "thiazide",
    "loop diuretic",
    "anticoagulant",
    "antiplatelet",
    "calcium antagonist",
)
_REASONS_TO_HOLD = ("N17", "E87.1", "E87.5", "I95", "K92", "D62", "A41", "S06")
_AFTER_SURGERY = {"surgery", "orthopaedics", "obstetrics"}
_FOR_SURGERY = re.compile(r"oxycodone|hydromorphone|cephalexin|amoxicillin|bacitracin|tramadol", re.IGNORECASE)
_INDICATED: dict[str, tuple[str, ...]] = {
    "donepezil": ("F03", "G30"),
    "memantine": ("F03", "G30"),
    "levetiracetam": ("G40", "S06", "C79.3"),
    "hydroxychloroquine": ("M06", "M32"),
    "alendronate": ("M81",),
    "ropinirole": ("G25", "G20"),
    "carbidopa": ("G20",),
    "sumatriptan": ("G43",),
    "quetiapine": ("F20", "F31", "F25", "F05", "F33"),
    "latanoprost": ("H40",),
    "timolol": ("H40",),
    "prednisone": ("Z79.52", "J44", "J45", "M06", "M35.3", "M32", "K50", "Z94"),
    "thiamine": ("F10",),
    "nystatin": ("C", "B20", "D7"),
    "potassium chloride": ("I50", "E87.6"),
    "magnesium oxide": ("I50", "E83.42", "F10", "E87.6"),
}
"""Drugs of the general lists that only patients with certain conditions take."""
_ALWAYS_LISTED = ("Z79.01", "Z79.02", "Z79.4", "Z79.82", "Z79.52")
"""Long-term drugs: the lists name them."""
_FORBIDDEN: dict[str, tuple[str, ...]] = {
    "NSAID": (
        *("N17", "N18", "I50", "K92", "K25", "K26", "K27", "K57.31", "D62", "I60", "I61", "I62", "S06", "D69", "R04"),
        *("Z79.01", "Z79.02", "K70", "K74", "I21", "Z98.84"),
    ),
    "flecainide": ("I25", "I50"),
    "antiarrhythmic": ("I44",),
    "pioglitazone": ("I50",),
    "biguanide": ("N18.4", "N18.6", "K70.3", "K74", "E87.2"),
    "bupropion": ("G40",),
    "triptan": ("I25", "I63", "Z86.73"),
    "pseudoephedrine": ("I10", "I25", "I48", "I50"),
    "cilostazol": ("I50",),
    "rate-controlling calcium antagonist": ("I50.2",),
    "nitrofurantoin": ("N18",),
    "heparin": ("Z79.01", "I60", "I61", "S06", "K92"),
    "acetaminophen": ("K71", "T39"),
    "loperamide": ("K59.0", "A04", "K56"),
    "polyethylene": ("A04", "K56", "R19.7"),
    "senna": ("A04", "K56"),
}
"""Drugs, or kinds of drugs, that patients with certain conditions are not given."""
_ONLY_IN_HOSPITAL = re.compile(
    r"^(?:HELD|heparin|enoxaparin|lovenox)|Duration:|last day|while at rehab|shower|walker", re.I
)
_STOPPED = re.compile(
    r"(?:stop(?:ped)?|discontinu(?:ed|e)|avoid(?:ed)?|do not take|not (?:be )?given|off of)\s+"
    r"(?:(?:the|your|her|his|home|all) )*([a-z]{5,})|\b([a-z]{5,}) (?:was|were) (?:stopped|discontinued)",
    re.IGNORECASE,
)
_DRY = ("None", "none", "The patient takes no medications.", "No home medications")


@dataclass(frozen=True)
class Medications:
    """The drugs of one stay.

    Attributes:
        home: Those that the patient came with.
        discharge: Those that the patient leaves with, held ones among them.
    """

    home: tuple[Passage, ...]
    discharge: tuple[Passage, ...]


def draw_medications(draft: Draft, told: Sequence[Passage]) -> Medications:
    """Draw the drugs of a stay: those of the conditions, those the note has named, and others; none twice.

    Args:
        draft: The note.
        told: The sections that have named drugs.
    """
    words = draft.words
    drugs: dict[str, tuple[Passage, bool]] = {}
    spoken = draft.said_in("medication")
    spoken = spoken + [code for code in words.stay.concepts if code.startswith(_ALWAYS_LISTED) and code not in spoken]
    for code in spoken:
        # A drug that the admission was for is new, as after a stent.
        is_new = is_acute(code) or (code in words.stay.plan.reason and words.perhaps(0.75))
        for _ in range(1 if is_new else words.rng.choice((1, 1, 2, 2, 3))):
            if line := _line_of(draft, code):
                drugs.setdefault(drug_of(line.text), (bare(line), is_new))
    for agent_class, agent in _named(draft, told):
        if agent_class not in drugs and (line := words.drug_line(agent)):
            drugs[agent_class] = (bare(line), False)
    for line in words.plan_drugs():
        if words.perhaps(0.85):
            drugs.setdefault(drug_of(line.text), (line, words.perhaps(0.7)))
    for line in _usual(draft):
        drugs.setdefault(drug_of(line.text), (line, False))
    has = words.stay.has
    drugs = {
        name: drug
        for name, drug in drugs.items()
        if not any(code.startswith(_FORBIDDEN.get(name, ("-",))) for code in has)
    }
    stopped = _stopped(told)
    allergies = {word.lower() for word in re.findall(r"[A-Za-z]{5,}", words.allergies.text)}
    drugs = {
        name: drug
        for name, drug in drugs.items()
        if not allergies.intersection(re.findall(r"[a-z]+", drug[0].text.lower()))
    }
    home = [
        line
        for line, is_new in drugs.values()
        if not is_new and not _ONLY_IN_HOSPITAL.search(line.text) and words.perhaps(0.94)
    ]
    leaving = [
        _held(draft, line) if _is_held(draft, line) else line
        for name, (line, _) in drugs.items()
        if name not in stopped and words.perhaps(0.96)
    ]
    taken = set(drugs)
    for line in words.fragments("discharge_medication", words.much(2, cap=5)):
        suits = words.stay.plan.family in _AFTER_SURGERY or not _FOR_SURGERY.search(line.text) or words.perhaps(0.2)
        suits = suits and not any(code.startswith(_FORBIDDEN.get(drug_of(line.text), ("-",))) for code in has)
        if drug_of(line.text) == "heparin" and words.destination != "facility":
            suits = words.stay.plan.family in _AFTER_SURGERY and suits
        if suits and drug_of(line.text) not in taken | stopped:
            taken.add(drug_of(line.text))
            leaving.append(line)
    words.rng.shuffle(home)
    if words.perhaps(0.6):
        leaving.sort(key=lambda line: line.text.removeprefix("HELD- ").lower())
    else:
        words.rng.shuffle(leaving)
    return Medications(tuple(home), tuple(leaving))


def write_home_medications(draft: Draft, medications: Medications) -> Passage:
    """Medications on admission."""
    words, layout = draft.words, draft.words.layout
    lines = list(medications.home)
    if not lines:
        return words.choose(*_DRY)
    if words.perhaps(0.4 if layout.is_dictated else 0.06):
        return join(", ", [line.on_one_line() for line in lines]).sentence()
    listed = words.listed(lines, layout.medication_list)
    if words.perhaps(0.6) and not layout.is_dictated:
        return join("\n", [words.fragment("home_list_opening"), listed])
    return listed


def write_discharge_medications(draft: Draft, medications: Medications) -> Passage:
    """Discharge medications: most of those from home, and new ones."""
    words, layout = draft.words, draft.words.layout
    if words.stay.died:
        return words.choose("n/a", "None (expired)", "N/A")
    lines = list(medications.discharge)
    if layout.is_dictated:
        lines = [line for line in lines if "\n" not in line.text]
    if not lines:
        return Passage("None")
    if layout.kind == "prose" or (layout.kind == "dictated" and words.perhaps(0.3)):
        return join(", ", lines).sentence()
    return words.listed(lines, layout.medication_list)


def _usual(draft: Draft) -> list[Passage]:
    """Drugs that anyone may take, and those of them that the patient's other conditions call for."""
    words = draft.words
    lines: list[Passage] = []
    for line in words.fragments("medication", 2 + words.much(8, cap=20)):
        need = next((codes for drug, codes in _INDICATED.items() if drug in line.text.lower()), None)
        if need is None or any(code.startswith(need) for code in words.stay.has):
            lines.append(line)
    return lines


def _line_of(draft: Draft, code: str) -> Passage | None:
    """A line for a condition, in the note's style if a few draws give one."""
    words = draft.words
    line = None
    for _ in range(3):
        line = words.say(code, "medication")
        if line is None or ("Sig:" in line.text) == words.layout.sig_style:
            break
    return line


def _named(draft: Draft, told: Iterable[Passage]) -> list[tuple[str, str]]:
    """The patient's agents that the note has named, by class, as far as the patient may take them."""
    has = draft.words.stay.has
    agents: dict[str, str] = {}
    for passage in told:
        agents.update(agents_of(agents_in(passage.text)))
    return [
        (name, agents[name])
        for name in CLASSES
        if agents.get(name) == draft.words.agents[name]
        and (name not in _NEEDS or any(code.startswith(_NEEDS[name]) for code in has))
    ]


def _stopped(told: Iterable[Passage]) -> set[str]:
    """The drugs, or kinds of drugs, that the note says were stopped or are to be avoided."""
    words = {word for passage in told for match in _STOPPED.finditer(passage.text) for word in match.groups() if word}
    return {drug_of(word.lower()) for word in words}


def _is_held(draft: Draft, line: Passage) -> bool:
    """Whether a drug is held at discharge, as after kidney injury or bleeding."""
    if drug_of(line.text) not in _HELD_CLASSES or "\n" in line.text or "HELD" in line.text:
        return False
    return any(code.startswith(_REASONS_TO_HOLD) for code in draft.words.stay.has) and draft.words.perhaps(0.3)


def _held(draft: Draft, line: Passage) -> Passage:
    name = " ".join(line.text.split(" ")[:1])
    until = draft.words.choose("you see your PCP", "instructed by your doctor", "___", "your labs are rechecked")
    return join("", ["HELD- ", line, f" This medication was held. Do not restart {name} until ", until])
