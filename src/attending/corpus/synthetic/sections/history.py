"""What was before the admission: present illness, past, social and family history."""

import re

from attending.corpus.synthetic.decoys import never_smoker
from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Mark, Passage, join
from attending.corpus.synthetic.phrasing import bare

_OPENINGS = (
    "a history of ",
    "a history of ",
    "history of ",
    "PMH of ",
    "PMH significant for ",
    "h/o ",
    "a past medical history of ",
    "a past medical history significant for ",
    "a h/o ",
    "PMHx of ",
    "known ",
    "",
)
_OPENINGS_BEFORE_HISTORY = (
    "PMH of ",
    "PMH significant for ",
    "PMHx of ",
    "a past medical history significant for ",
    "",
)
_SAYS_HISTORY = re.compile(
    r"(?:remote |past |prior )?(?:history|hx|h/o|s/p|status post|known|previous)\b", re.IGNORECASE
)
_HISTORY_SLOT = "{history}"
_SOCIAL = (
    "social_housing",
    "social_work",
    "social_alcohol",
    "social_family",
    "social_function",
    "social_other",
)
_SMOKING = ("F17", "Z87.891", "Z72.0")
_DRINKING = ("F10", "K70")
_DRINKS = re.compile(r"etoh|alcohol|drink|wine|beer|illicit|drugs", re.IGNORECASE)
_SYMPTOM = re.compile(
    r"nausea|vomiting|n/v|fevers?|chills|chest pain|headache|\bHA\b|cough|dyspnea|diarrhea|dysuria|hematuria"
    r"|melena|BRBPR|hematochezia|black stools|rash|vision|weight loss|sick contacts|hemoptysis|myalgias"
    r"|travel|antibiotics",
    re.IGNORECASE,
)
_RISK_FACTORS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("E11",), ("Diabetes", "Diabetes Mellitus", "DM", "diabetes")),
    (("E78",), ("Dyslipidemia", "Hyperlipidemia", "HLD", "dyslipidemia")),
    (("I10", "I11", "I12", "I13"), ("Hypertension", "HTN", "hypertension")),
)
_CARDIAC_HISTORY = (("Z95.1", "CABG"), ("Z95.5", "PERCUTANEOUS CORONARY INTERVENTIONS"))


def write_history(draft: Draft) -> Passage:
    """History of present illness: the plan's story with the past in its slot, then other matters."""
    words = draft.words
    story = words.planned("story") or Passage("The patient was admitted with {history}.")
    if _HISTORY_SLOT in story.text:
        story = story.replacing(_HISTORY_SLOT, _past_phrase(draft))
    if words.layout.is_dictated:
        story = story.on_one_line()
    asides = [aside for code in draft.said_in("story") for aside in words.aside(code)]
    asides += draft.decoys.get("history", [])
    if words.perhaps(0.12):
        asides.append(words.fragment("ed_course"))
    words.rng.shuffle(asides)
    asides = [aside.sentence() for aside in asides]
    paragraphs = [story]
    if asides and (words.perhaps(0.5) or words.layout.is_dictated):
        paragraphs = [join(" ", [story, *asides])]
    elif asides:
        paragraphs.append(join(" ", asides))
    if words.perhaps(0.15 + 0.6 * words.layout.fullness) and not words.layout.is_dictated:
        paragraphs += _review_of_systems(draft, story)
    return join("\n\n" if words.perhaps(0.8) else "\n", paragraphs)


def write_past(draft: Draft) -> Passage:
    """Past medical history, as a list, on one line, or in the fixed form of cardiology services."""
    words, layout = draft.words, draft.words.layout
    if "CARD" in words.stay.plan.service and not layout.is_dictated and words.perhaps(0.4):
        return _cardiac_past(draft)
    decoys = draft.decoys.get("past", [])
    codes = draft.said_in("past")
    if not codes and not decoys:
        return words.choose("None", "none", "Denies", "As per HPI.", "See HPI", "None significant.")
    runs_on = layout.past_list == ", " or layout.kind == "prose" or (layout.kind == "dictated" and words.perhaps(0.4))
    items: list[Passage] = []
    for code in codes:
        line = words.say(code, "line") if not runs_on and words.perhaps(0.45) else None
        items.append(bare(line) if line else words.name(code, prose=runs_on))
    words.rng.shuffle(items)
    if runs_on:
        names = [item.on_one_line().without_final_period().lowered() for item in items]
        listed = [words.enumerated(names).capitalized().sentence()] if names else []
        return join(" ", [*listed, *(decoy.sentence() for decoy in decoys)])
    items = [item.capitalized() if words.perhaps(0.4) else item for item in items]
    if decoys and items and words.perhaps(0.5):
        return join("\n", [words.listed(items, layout.past_list), join(" ", [decoy.sentence() for decoy in decoys])])
    items += decoys
    words.rng.shuffle(items)
    return words.listed(items, layout.past_list)


def write_social(draft: Draft) -> Passage:
    """Social history: tobacco, then what else is known of the patient's life."""
    words, has = draft.words, draft.words.stay.has
    items: list[Passage] = []
    for code in draft.said_in("social"):
        line = words.say(code, "line") if words.perhaps(0.5) else None
        items += [bare(line).sentence()] if line else words.aside(code)
    if not any(code.startswith(_SMOKING) for code in has) and words.perhaps(0.7):
        items += never_smoker(words)
    if not items and words.perhaps(0.35):
        return words.fragment("social_hidden")
    drinking_is_told = any(code.startswith(_DRINKING) for code in has) or any(
        _DRINKS.search(item.text) for item in items
    )
    topics = [topic for topic in _SOCIAL if topic != "social_alcohol" or not drinking_is_told]
    items += [words.fragment(topic) for topic in words.rng.sample(topics, min(len(topics), 1 + words.much(4)))]
    words.rng.shuffle(items)
    if words.layout.is_dictated or words.perhaps(0.65):
        return join(" ", [item.sentence() for item in items])
    return join("\n", [join("", ["- ", item]) for item in items])


def write_family(draft: Draft) -> Passage:
    """Family history: what relatives have, or that nothing is known."""
    words = draft.words
    items = list(draft.decoys.get("family", []))
    if not items and words.perhaps(0.45):
        return words.fragment("family_unknown")
    if not items or words.perhaps(0.4):
        items += words.fragments("family", 1 + words.much(2))
    return join(" " if words.layout.is_dictated or words.perhaps(0.6) else "\n", [item.sentence() for item in items])


def _review_of_systems(draft: Draft, story: Passage) -> list[Passage]:
    """A review of systems that speaks of no symptom the story has told, if one of a few draws is such."""
    told = {symptom.lower() for symptom in _SYMPTOM.findall(story.text)}
    for review in draft.words.fragments("ros", 6):
        if told.isdisjoint(symptom.lower() for symptom in _SYMPTOM.findall(review.text)):
            return [review]
    return []


def _past_phrase(draft: Draft) -> Passage:
    """What comes after "with" in the first sentence: a history of this and that."""
    words, stay = draft.words, draft.words.stay
    names = [words.name(code, prose=True).without_final_period() for code in draft.said_in("history")]
    if names:
        names = [name if words.perhaps(0.2) else name.lowered() for name in names]
        openings = _OPENINGS_BEFORE_HISTORY if _SAYS_HISTORY.match(names[0].text) else _OPENINGS
        opening = words.choose(*openings)
        return join("", [opening, words.enumerated(names)])
    if draft.said_in("past") or len(stay.concepts) > len(stay.plan.reason) + 2:
        return words.choose(
            "past medical history as below",
            "a PMH as listed below",
            "multiple medical problems",
            "medical history as below",
        )
    return words.choose(
        "no significant past medical history", "no significant PMH", "an unremarkable past medical history"
    )


def _cardiac_past(draft: Draft) -> Passage:
    """The fixed form of cardiology services: risk factors with their signs, cardiac history, the rest."""
    words, stay = draft.words, draft.words.stay
    sayable = [code for code in stay.concepts if code in words.bank.concepts]
    taken: set[str] = set()
    risks: list[Passage] = []
    for beginnings, names in _RISK_FACTORS:
        name = words.rng.choice(names)
        code = next((code for code in sayable if code.startswith(beginnings)), "")
        if code:
            taken.add(code)
            sign = words.choose("(+) ", "(+)", "+ ")
            risks.append(join("", [sign, Passage(name, (Mark(0, len(name), code),))]))
        elif not any(code.startswith(beginnings) for code in stay.has):
            risks.append(join("", [words.choose("(-) ", "(-)", "- "), name]))
    history: list[Passage | str] = []
    for code, heading in _CARDIAC_HISTORY:
        if code in sayable:
            taken.add(code)
            history.append(join("", [f"- {heading}: ", words.name(code)]))
        elif code not in stay.has:
            history.append(join("", [f"- {heading}: ", words.choose("None", "none", "N/A")]))
    rest = [words.name(code) for code in draft.said_in("past") if code not in taken]
    rest += draft.decoys.get("past", [])
    parts = [
        join("", ["1. CARDIAC RISK FACTORS: ", join(", ", risks)]),
        join("\n", ["2. CARDIAC HISTORY:", *history, "- PACING/ICD: None"]),
    ]
    if rest:
        parts.append(join("\n", ["3. OTHER PAST MEDICAL HISTORY:", words.listed(rest, "- ")]))
    return join("\n", parts)
