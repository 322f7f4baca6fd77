"""Sentences on conditions that the patient does not have: denied, ruled out, a relative's, a likeness."""

import re

from attending.corpus.synthetic.mentions import find_mentions, fits_sex, topics_near, topics_of_code
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
    r"|reports?|ordered|noted|required|sent|seen|taken|placed|implanted|admission|discharge\w*|inpatient|throughout"
    r"|hospital\w*|today|on arrival|ED|fell|ate|gained|took|takes|lost|used|tolerated|dosed|please|if|IMPRESSION)\b"
    r"|\d+ ?L\b",
    re.IGNORECASE,
)
_SHORT_ITEM, _LONGEST_ITEM = 36, 70
_MOST = {"history": 2, "past": 2, "results": 3}
"""So many decoys a section may hold; the others go to the hospital course."""
_EVENTS = ("Y92", "02HV33Z", "Z23", "Z66")
"""Codes of events of the stay: what resembles them belongs to the hospital course."""
_FRAIL = 60
"""Before this age hardly anyone talks about limits of care."""
_HEADED, _HEADED_SHARE = {"ruled_out", "uncertain", "negated", "historical"}, 0.45
"""Kinds of decoys that may stand under a heading, and how often: else a heading alone would tell what is so."""
_CONDITIONS_SLOT = "{conditions}"


def draw_decoys(words: Phrasing) -> Decoys:
    """Draw the decoys of a note: none is of a condition that the patient has, nor of anything near one.

    What relatives have is free: a patient with diabetes may well have a diabetic mother.
    """
    rng, stay, layout = words.rng, words.stay, words.layout
    sections = set(layout.sections)
    wanted = rng.randint(1, 3) if layout.kind in {"short", "prose", "snippet"} else rng.randint(1, 6)
    codes = [code for code in words.bank.deniable if code not in stay.concepts]
    if stay.age < _FRAIL:
        codes = [code for code in codes if code != "Z66"]
    rng.shuffle(codes)
    # Most of what is considered, past or alike belongs to older patients than those of a maternity ward.
    told = ("negated", "family") if stay.plan.family == "obstetrics" else tuple(_SECTIONS)
    decoys: Decoys = {}
    topics_used: set[str] = set()
    for code in codes:
        if wanted == 0:
            break
        absent = words.bank.concepts[code].absent
        # Of tobacco the social history speaks, but for that of relatives.
        fitting = ("family",) if code in _SMOKING else told
        kinds = [kind for kind in fitting if absent[kind] and sections.intersection(_SECTIONS[kind])]
        if not kinds:
            continue
        kind = rng.choice(kinds)
        section = rng.choice([section for section in _SECTIONS[kind] if section in sections])
        wording = rng.choice(absent[kind])
        if kind != "family":
            topics = wording.mentions.topics | topics_of_code(code)
            is_free = not topics & topics_used and wording.mentions.stay_clear(stay.has) and not _is_near(code, words)
            if not is_free or not words.allows(wording):
                continue
        decoy = wording.say(words.voice, rng)
        if kind != "family":
            if code.startswith(_EVENTS) and kind != "negated" and "course" in sections:
                section = "course"
            section = _fitting_section(decoy.text, section, words)
            if len(decoys.get(section, [])) >= _MOST.get(section, 9):
                if "course" not in sections or len(decoy.text) < _SHORT_ITEM:
                    continue
                section = "course"
            topics_used |= topics
        if section == "course" and kind in _HEADED and words.perhaps(_HEADED_SHARE):
            decoy = _headed(decoy, code, words)
        decoys.setdefault(section, []).append(decoy if section == "course" else bare(decoy))
        wanted -= 1
    for section in ("history", "past"):
        if section in sections and words.perhaps(0.3) and (negated := _negated(words, section)):
            decoys.setdefault(section, []).append(negated)
    if "history" in sections and words.perhaps(0.06) and (abbreviation := words.fragment("mi_cad_other_sense")):
        decoys.setdefault("history", []).append(abbreviation)
    return decoys


def of_relatives(words: Phrasing) -> list[Passage]:
    """Lines of a family history: what relatives have, or have not."""
    rng = words.rng
    lines: list[Passage] = []
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        names = words.fragments("condition_of_relatives", rng.choice((1, 1, 2, 2, 3)))
        names += words.fragments("condition_name", rng.choice((0, 0, 1)))
        template = words.fragment("family_condition")
        line = _filled(template, [name.text for name in names], rng.choice((" and ", ", ", ", and ")))
        relative = "F" if _WOMEN_OF_THE_FAMILY.search(line.text) else "M"
        if names and template and fits_sex(line.text, relative):
            lines.append(line)
    if words.perhaps(0.25) and (names := words.fragments("condition_name", rng.choice((1, 2, 3)))):
        lines.append(_filled(words.fragment("family_negated"), [name.text for name in names], " or "))
    return [line for line in lines if line]


_WOMEN_OF_THE_FAMILY = re.compile(r"mother|sister|aunt|daughter|mom\b|MGM|wife", re.IGNORECASE)


def no_smoker(words: Phrasing) -> list[Passage]:
    """What the social history of someone who never smoked says of tobacco, if the bank has words for it."""
    rng = words.rng
    neutral = words.fragment("social_neutral_tobacco")
    if neutral and rng.random() < 0.5:
        return [neutral]
    kind = "lookalike" if rng.random() < 0.25 else "negated"
    wordings = [
        wording
        for code in _SMOKING
        if code in words.bank.concepts
        for wording in words.bank.concepts[code].absent[kind]
        if wording.mentions.stay_clear(words.stay.has) and wording.only_sex in ("", words.stay.person.sex)
    ]
    return [bare(rng.choice(wordings).say(words.voice, rng))] if wordings else []


def _negated(words: Phrasing, section: str) -> Passage:
    """A list of what the patient does not have: "No history of HTN, DM or CAD."."""
    rng = words.rng
    names: list[str] = []
    topics: set[str] = set()
    for name in words.fragments("condition_name", rng.choice((2, 3, 3, 4, 5))):
        own = find_mentions(name.text).topics
        if not own & topics:
            names.append(name.text)
            topics |= own
    if len(names) < 2:
        return Passage("")
    template = words.fragment("negated_list" if section == "past" or words.perhaps(0.8) else "risk_negatives")
    return _filled(template, names, rng.choice((" or ", ", or ", " or ", ", ", "/" if len(names) == 2 else " or ")))


def _filled(template: Passage, names: list[str], last: str) -> Passage:
    """Put a list of names into a sentence."""
    if not template or not names:
        return Passage("")
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + last + names[-1]
    return template.replacing(_CONDITIONS_SLOT, Passage(listed))


def _headed(decoy: Passage, code: str, words: Phrasing) -> Passage:
    """Put what is not so under the condition's own heading, as real notes do: "# PNA: CXR clear"."""
    headings = words.bank.headings.get(code, ())
    if not headings or decoy.text.startswith(("#", "-")):
        return decoy
    heading = words.rng.choice(headings)
    shown = words.rng.choice(
        (heading, heading[0].upper() + heading[1:], heading.upper(), f"?{heading}", f"R/o {heading}")
    )
    return Passage(f"# {shown}: {decoy.text}")


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
    if section == "course" and "past" in sections and len(text) < _SHORT_ITEM and not _EVENT.search(text):
        return "past"
    reads_otherwise = len(text) > _LONGEST_ITEM or _FINDING.search(text) or _EVENT.search(text)
    return "course" if section == "past" and reads_otherwise and "course" in sections else section
