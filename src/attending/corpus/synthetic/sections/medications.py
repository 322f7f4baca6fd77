"""What the patient takes: at home and after discharge."""

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.phrasing import bare


def draw_medications(draft: Draft) -> list[Passage]:
    """Draw the drugs that the patient lives with: those of the conditions, and others; no drug twice."""
    words = draft.words
    drugs: dict[str, Passage] = {}
    for code in draft.said_in("medication"):
        for _ in range(words.rng.choice((1, 1, 1, 2))):
            if line := words.say(code, "medication"):
                drugs.setdefault(_drug(line), bare(line))
    for line in words.fragments("medication", 1 + words.much(8)):
        drugs.setdefault(_drug(line), line)
    lines = list(drugs.values())
    words.rng.shuffle(lines)
    return lines


def write_home_medications(draft: Draft, medications: list[Passage]) -> Passage:
    """Medications on admission."""
    words, layout = draft.words, draft.words.layout
    lines = [line for line in medications if words.perhaps(0.9)]
    if not lines:
        return words.choose("None", "none", "The patient takes no medications.")
    if words.perhaps(0.4 if layout.is_dictated else 0.06):
        return join(", ", lines).sentence()
    listed = words.listed(lines, layout.medication_list)
    if words.perhaps(0.6) and not layout.is_dictated:
        return join("\n", ["The Preadmission Medication list is accurate and complete.", listed])
    return listed


def write_discharge_medications(draft: Draft, medications: list[Passage]) -> Passage:
    """Discharge medications: most of those from home, and new ones."""
    words, layout = draft.words, draft.words.layout
    if words.stay.died:
        return words.choose("n/a", "None (expired)", "N/A")
    lines = [line for line in medications if words.perhaps(0.92)]
    taken = {_drug(line) for line in lines}
    for line in words.fragments("discharge_medication", words.much(3)):
        if _drug(line) not in taken:
            taken.add(_drug(line))
            lines.append(line)
    if layout.is_dictated:
        lines = [line for line in lines if "\n" not in line.text]
    if not lines:
        return Passage("None")
    if layout.kind == "prose" or (layout.kind == "dictated" and words.perhaps(0.3)):
        return join(", ", lines).sentence()
    return words.listed(lines, layout.medication_list)


def _drug(line: Passage) -> str:
    return line.text.lstrip("0123456789.-*# ").split(" ", 1)[0].lower().strip(",")
