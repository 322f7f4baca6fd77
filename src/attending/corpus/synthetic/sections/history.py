"""What was before the admission: present illness, past, social and family history."""

import re

from attending.corpus.synthetic.decoys import no_smoker, of_relatives
from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Mark, Passage, join
from attending.corpus.synthetic.phrasing import INLINE, bare

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
HISTORY_SLOT = "{history}"
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
_SYMPTOMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"nausea|vomiting|n/v|emesis",
        r"fevers?|febrile|chills|rigors|sweats",
        r"chest (?:pain|pressure|tightness|discomfort)|\bCP\b",
        r"dyspnea|shortness of breath|\bSOB\b|\bDOE\b|breathless|hypoxi",
        r"abd(?:ominal|omen)? pain|epigastric|belly|flank pain",
        r"headache|\bHA\b|migraine",
        r"cough|sputum|hemoptysis",
        r"diarrhea|loose stools",
        r"constipat",
        r"dysuria|hematuria|urinary|frequency",
        r"melena|BRBPR|hematochezia|black stools|bleeding",
        r"lighthead|dizz|syncope|passed out|presyncope",
        r"weakness|numb|vision|visual|speech|aphasia|seizure",
        r"rash|itch",
        r"weight (?:loss|gain)|appetite",
        r"edema|swelling",
        r"myalgias|joint|back pain",
        r"palpitations",
        r"sick contacts|travel|antibiotics",
    )
)
_TELLS_ED = re.compile(r"\bED\b|\bER\b|emergency|OSH|outside hospital|urgent care|triage|transferred", re.IGNORECASE)
_ELECTIVE = re.compile(
    r"elective|scheduled|planned|presents today for|here for|electively|induction|cycle", re.IGNORECASE
)
_WITHOUT_EMERGENCY = {"surgery", "orthopaedics", "obstetrics", "psychiatry"}
"""Services whose stories tell the emergency department themselves, if there was one."""
_RISK_FACTORS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("E11",), ("Diabetes", "Diabetes Mellitus", "DM", "diabetes")),
    (("E78",), ("Dyslipidemia", "Hyperlipidemia", "HLD", "dyslipidemia")),
    (("I10", "I11", "I12", "I13"), ("Hypertension", "HTN", "hypertension")),
)
_CARDIAC_HISTORY = (("Z95.1", "CABG"), ("Z95.5", "PERCUTANEOUS CORONARY INTERVENTIONS"))
_OWN_LIST: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "psychiatry": (("F",), ("Past psychiatric history:", "PAST PSYCHIATRIC HISTORY:", "Psychiatric history")),
    "oncology": (("C", "Z85"), ("PAST ONCOLOGIC HISTORY:", "Oncologic History:", "ONCOLOGY HISTORY")),
}
"""Services that list their own field first: the codes and the title."""


def write_history(draft: Draft) -> Passage:
    """History of present illness: the plan's story with the past in its slot, then other matters."""
    words = draft.words
    story = words.planned("story") or Passage("The patient was admitted with {history}.")
    if HISTORY_SLOT in story.text:
        story = story.replacing(HISTORY_SLOT, past_phrase(draft))
    asides = [aside for code in draft.said_in("story") for aside in words.aside(code)]
    asides += draft.decoys.get("history", [])
    words.rng.shuffle(asides)
    asides = [aside.sentence() for aside in asides]
    if words.layout.is_dictated:
        return join(" ", [story.on_one_line(), *asides, *(line.on_one_line() for line in _emergency(draft, story))])
    paragraphs = [story]
    if asides and words.perhaps(0.4):
        paragraphs = [join(" ", [story, *asides])]
    elif asides:
        paragraphs.append(join(" ", asides))
    paragraphs += _emergency(draft, story)
    if words.perhaps(0.15 + 0.5 * words.layout.fullness) and words.layout.kind != "snippet":
        paragraphs += _review_of_systems(draft, story)
    return join("\n\n" if words.perhaps(0.8) else "\n", paragraphs)


def _emergency(draft: Draft, story: Passage) -> list[Passage]:
    """What happened in the emergency department, if the story has not told it."""
    words = draft.words
    told = bool(_TELLS_ED.search(story.text)) or bool(_ELECTIVE.search(story.text))
    paragraphs: list[Passage] = []
    if not told and words.stay.plan.family not in _WITHOUT_EMERGENCY and words.perhaps(0.75):
        found = ", ".join(draft.laboratory.abnormal(words.rng.randint(1, 4)))
        items = [
            ("Exam notable for: ", words.fragment("ed_exam", nearness=1)),
            ("Labs notable for: ", Passage(found) if found else words.fragment("ed_labs", nearness=1)),
            ("Imaging notable for: ", words.fragment("ed_imaging", nearness=1)),
            ("Consults: ", words.fragment("ed_consult", nearness=1) if words.perhaps(0.3) else Passage("")),
            ("Patient was given: ", words.fragment("ed_given", nearness=1)),
        ]
        hypoxic = any(code.startswith(("J96", "J44.1", "J18")) for code in words.stay.has)
        opening = Passage("In the ED:") if hypoxic else words.fragment("ed_vitals")
        lines = [join("", [label, body.without_final_period()]) for label, body in items if body and words.perhaps(0.8)]
        if words.perhaps(0.55) and not words.layout.is_dictated:
            paragraphs.append(join("\n", [opening, *(join("", ["- ", line]) for line in lines)]))
        else:
            paragraphs.append(join(" ", [opening.sentence(), *(line.sentence() for line in lines)]))
        if words.perhaps(0.4) and not hypoxic:
            paragraphs.append(words.fragment("ed_transfer"))
    if not _ELECTIVE.search(story.text) and words.perhaps(0.2 + 0.25 * words.layout.fullness):
        paragraphs.append(words.fragment("arrival"))
    return [paragraph for paragraph in paragraphs if paragraph]


def write_past(draft: Draft) -> Passage:
    """Past medical history, as a list, on one line, or in the fixed form of cardiology services."""
    words, layout, family = draft.words, draft.words.layout, draft.words.stay.plan.family
    if family == "cardiology" and not layout.is_dictated and words.perhaps(0.4):
        return _with_operations(draft, _cardiac_past(draft))
    decoys = draft.decoys.get("past", [])
    codes = draft.said_in("past")
    minor = words.fragments("minor_history", words.much(2, cap=5))
    if not codes and not decoys and not minor:
        return words.choose("None", "none", "Denies", "As per HPI.", "See HPI", "None significant.")
    runs_on = layout.past_list in INLINE or layout.kind == "prose" or (layout.kind == "dictated" and words.perhaps(0.4))
    own = [code for code in codes if code.startswith(_OWN_LIST[family][0])] if family in _OWN_LIST else []
    items = _past_items(draft, [code for code in codes if code not in own], runs_on=runs_on) + minor
    words.rng.shuffle(items)
    if runs_on:
        names = [item.on_one_line().without_final_period().lowered() for item in items]
        listed = [words.enumerated(names).capitalized().sentence()] if names else []
        past = join(" ", [*listed, *(decoy.sentence() for decoy in decoys)])
    else:
        items = [item.capitalized() if words.perhaps(0.4) else item for item in items]
        if decoys and items and words.perhaps(0.5):
            text = join(" ", [decoy.sentence() for decoy in decoys])
            past = join("\n", [words.listed(items, layout.past_list), text])
        else:
            items += decoys
            words.rng.shuffle(items)
            past = words.listed(items, layout.past_list)
    if own and not layout.is_dictated:
        first = words.listed(_past_items(draft, own, runs_on=False), "- " if runs_on else layout.past_list)
        title, then = words.choose(*_OWN_LIST[family][1]), words.choose("PAST MEDICAL HISTORY:", "PMH:", "Other PMH:")
        past = join("\n", [title, first, then, past])
    elif own:
        first = words.enumerated([words.name(code, prose=True) for code in own])
        past = join(" ", [first.capitalized().sentence(), past])
    return _with_operations(draft, past)


def _past_items(draft: Draft, codes: list[str], *, runs_on: bool) -> list[Passage]:
    words = draft.words
    items: list[Passage] = []
    for code in codes:
        line = words.say(code, "line") if not runs_on and words.perhaps(0.45) else None
        items.append(bare(line) if line else words.name(code, prose=runs_on))
    return items


def _with_operations(draft: Draft, past: Passage) -> Passage:
    """Add the operations of the past, if the note tells them."""
    words, layout = draft.words, draft.words.layout
    if layout.kind in {"snippet", "prose"} or not words.perhaps(0.3 + 0.3 * layout.fullness):
        return past
    operations = words.fragments("surgical_history", words.rng.choice((1, 1, 2, 2, 3, 4)))
    if not operations:
        return past
    title = words.choose("PAST SURGICAL HISTORY:", "PSH:", "Past Surgical History:", "Surgical history:", "PSHx:")
    if layout.is_dictated or layout.past_list in INLINE:
        return join("\n" if words.perhaps(0.6) else " ", [past, join(" ", [title, join(", ", operations).sentence()])])
    return join(
        "\n\n" if words.perhaps(0.4) else "\n", [past, join("\n", [title, words.listed(operations, layout.past_list)])]
    )


def write_social(draft: Draft) -> Passage:
    """Social history: tobacco, then what else is known of the patient's life."""
    words = draft.words
    has = words.stay.has
    items: list[Passage] = []
    for code in draft.said_in("social"):
        line = words.say(code, "line") if words.perhaps(0.5) else None
        items += [bare(line).sentence()] if line else words.aside(code)
    if not any(code.startswith(_SMOKING) for code in has) and words.perhaps(0.75):
        items += no_smoker(words)
    if not items and words.perhaps(0.5):
        return words.fragment("social_hidden")
    drinking_is_told = any(code.startswith(_DRINKING) for code in has) or any(
        _DRINKS.search(item.text) for item in items
    )
    topics = [topic for topic in _SOCIAL if topic != "social_alcohol" or not drinking_is_told]
    items += [words.fragment(topic) for topic in words.rng.sample(topics, min(len(topics), 1 + words.much(3, cap=4)))]
    items = [item for item in items if item]
    words.rng.shuffle(items)
    if words.layout.is_dictated or words.perhaps(0.65):
        return join(" ", [item.sentence() for item in items])
    return join("\n", [join("", ["- ", item]) for item in items])


def write_family(draft: Draft) -> Passage:
    """Family history: what relatives have, or that nothing is known."""
    words = draft.words
    items = list(draft.decoys.get("family", []))
    if not items and words.perhaps(0.35):
        return words.fragment("family_unknown")
    if words.perhaps(0.55):
        items += of_relatives(words)
    if not items or words.perhaps(0.3):
        items += words.fragments("family", words.rng.choice((1, 1, 2)))
    words.rng.shuffle(items)
    items = items[:4]
    if words.layout.is_dictated or words.perhaps(0.5):
        return join(" ", [item.sentence() for item in items])
    mark = words.choose("- ", "* ", "", "", "").text
    return join("\n", [join("", [mark, item]) for item in items])


def _review_of_systems(draft: Draft, story: Passage) -> list[Passage]:
    """A review of systems that speaks of no symptom the story has told, if one of a few draws is such."""
    told = {pattern for pattern in _SYMPTOMS if pattern.search(story.text)}
    for review in draft.words.fragments("ros", 6):
        if not any(pattern.search(review.text) for pattern in told):
            return [review]
    return []


def past_phrase(draft: Draft) -> Passage:
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
    if not any(code.startswith(("Z95.0", "Z95.81")) for code in stay.has):
        history.append("- PACING/ICD: None")
    rest = [words.name(code) for code in draft.said_in("past") if code not in taken]
    rest += draft.decoys.get("past", [])
    parts = [
        join("", ["1. CARDIAC RISK FACTORS: ", join(", ", risks)]),
        join("\n", ["2. CARDIAC HISTORY:", *history]),
    ]
    if rest:
        parts.append(join("\n", ["3. OTHER PAST MEDICAL HISTORY:", words.listed(rest, "- ")]))
    return join("\n", parts)
