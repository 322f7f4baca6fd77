"""Sentences on conditions that the patient does not have: denied, ruled out, a relative's, a likeness."""

import re

from attending.corpus.synthetic.mentions import fits_sex, topics_near, topics_of_code
from attending.corpus.synthetic.passage import Passage
from attending.corpus.synthetic.phrasing import Phrasing, bare

Decoys = dict[str, list[Passage]]
"""Decoys by the section that they are to stand in."""

_SECTIONS: dict[str, tuple[str, ...]] = {
    "negated": ("history", "history", "past", "course"),
    "ruled_out": ("course", "course", "history"),
    "family": ("family",),
    "uncertain": ("course", "course", "history"),
    "historical": ("past", "past", "history"),
    "lookalike": ("course", "history", "past"),
}
_SMOKING = ("F17.210", "Z87.891")
_FINDING = re.compile(
    r"^(?:CT|CXR|MRI|US|TTE|ECG|EKG|KUB|LENI|Echo|Ultrasound|X-ray|Labs?|Imaging|eGFR|UA)\b"
    r"|^Blood culture|IMPRESSION|titers?\b|\blevel\b|antibod|negative\.$"
)
_EVENT = re.compile(
    r"\b(?:was|were|is|are|has|had|given|received|advised|should|do not|for \d|continue\w*|started|held|told"
    r"|reports?|admission|discharge\w*|inpatient|throughout|hospital\w*|today|on arrival|ED)\b|\d+ ?L\b",
    re.IGNORECASE,
)
_LONGEST_ITEM = 70


def draw_decoys(words: Phrasing) -> Decoys:
    """Draw the decoys of a note: none is of a condition that the patient has, nor of anything near one.

    What relatives have is free: a patient with diabetes may well have a diabetic mother.
    """
    rng, stay, layout = words.rng, words.stay, words.layout
    sections = set(layout.sections)
    wanted = rng.randint(2, 6) if layout.kind in {"short", "prose"} else rng.randint(4, 12)
    codes = [code for code in words.bank.concepts if code not in stay.concepts and code not in _SMOKING]
    rng.shuffle(codes)
    # Most of what is considered, past or alike belongs to older patients than those of a maternity ward.
    told = ("negated", "family") if "OBSTET" in stay.plan.service.upper() else tuple(_SECTIONS)
    decoys: Decoys = {}
    topics_used: set[str] = set()
    for code in codes:
        if wanted == 0:
            break
        absent = words.bank.concepts[code].absent
        kinds = [kind for kind in told if absent[kind] and sections.intersection(_SECTIONS[kind])]
        if not kinds:
            continue
        kind = rng.choice(kinds)
        section = rng.choice([section for section in _SECTIONS[kind] if section in sections])
        wording = rng.choice(absent[kind])
        if kind != "family":
            topics = wording.mentions.topics | topics_of_code(code)
            is_free = not topics & topics_used and wording.mentions.stay_clear(stay.has) and not _is_near(code, words)
            if not is_free or not fits_sex(wording.plain, stay.person.sex):
                continue
            topics_used |= topics
        decoy = wording.say(words.voice, rng)
        if kind != "family":
            section = _fitting_section(decoy.text, section, words)
        decoys.setdefault(section, []).append(decoy if section == "course" else bare(decoy))
        wanted -= 1
    return decoys


def never_smoker(words: Phrasing) -> list[Passage]:
    """A denial of tobacco for the social history of those who never smoked, if the bank has one."""
    concepts = words.bank.concepts
    denials = [
        wording
        for code in _SMOKING
        if code in concepts
        for wording in concepts[code].absent["negated"]
        if wording.mentions.stay_clear(words.stay.has)
    ]
    return [bare(words.rng.choice(denials).say(words.voice, words.rng))] if denials else []


def _is_near(code: str, words: Phrasing) -> bool:
    """Whether the patient has something of the topics of a code, or of its category if it has no topic."""
    own = topics_of_code(code)
    has = words.stay.has
    if not own:
        return any(other[:3] == code[:3] for other in has)
    return bool(own & topics_near(has))


def _fitting_section(text: str, section: str, words: Phrasing) -> str:
    """Findings may stand among the results, and only what reads like a diagnosis among the past ones."""
    sections = words.layout.sections
    if _FINDING.search(text) and "results" in sections and words.perhaps(0.6):
        return "results"
    reads_otherwise = len(text) > _LONGEST_ITEM or _FINDING.search(text) or _EVENT.search(text)
    return "course" if section == "past" and reads_otherwise and "course" in sections else section
