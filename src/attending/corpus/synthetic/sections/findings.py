"""What was found and done: procedures, examination, laboratory, imaging and cultures."""

import re

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.laboratory import draw_panels
from attending.corpus.synthetic.passage import Passage, join

_EXAMINED = re.compile(
    r"(?:discharge )?(?:VS|vitals|vital signs|BP|on exam|exam|physical exam|general|gen|lungs?|resp|pulm|ext"
    r"|heent|neuro|psych|abd|cv|skin|fundi|weight|wt|mental status|mse)\b",
    re.IGNORECASE,
)
_NOTHING = {"none", "n/a", "no"}


def write_procedure(draft: Draft) -> Passage:
    """Major surgical or invasive procedures."""
    words = draft.words
    items = [words.name(code) for code in draft.said_in("procedure")]
    planned = words.planned("procedure")
    if planned and not (items and planned.text.lower().strip(". ") in _NOTHING):
        items.insert(0, planned)
    return join("\n", items) if items else words.choose("None", "none", "None.", "N/A")


def write_exam(draft: Draft) -> Passage:
    """Physical examination on admission and, in fuller notes, on discharge."""
    words, layout = draft.words, draft.words.layout
    if layout.is_dictated:
        return words.fragment("exam_dictated")
    planned = words.planned("exam")
    blocks = [planned if planned and words.perhaps(0.65) else words.fragment("exam_admission")]
    blocks += [line for line in draft.result_lines if _EXAMINED.match(line.text)]
    if layout.fullness < 0.15 and words.perhaps(0.4):
        return words.choose("___", "see H&P", "Discharge exam: VSS, NAD, RRR, CTAB, abd soft NT/ND, no edema")
    if words.perhaps(0.2 + 0.6 * layout.fullness):
        blocks.append(words.fragment("exam_discharge"))
    return join("\n\n" if words.perhaps(0.6) else "\n", blocks)


def write_results(draft: Draft) -> Passage:
    """Pertinent results: blood tests, and findings of the concepts among others."""
    words, layout = draft.words, draft.words.layout
    tells_exam = "exam" in layout.sections and not layout.is_dictated
    findings = [line for line in draft.result_lines if not (tells_exam and _EXAMINED.match(line.text))]
    findings += draft.decoys.get("results", [])
    findings += words.fragments("imaging", words.much(5)) + words.fragments("microbiology", words.much(3))
    words.rng.shuffle(findings)
    if layout.is_dictated:
        panels = draw_panels(words.stay.has, words.rng, tidy=True)
        return join(" ", [item.on_one_line().sentence() for item in [*map(Passage, panels), *findings]])
    blocks = list(findings)
    if words.perhaps(0.9):
        titles = (
            "ADMISSION LABS:\n",
            "Admission labs\n",
            "ON ADMISSION:\n",
            "ADMISSION LABS\n==============\n",
            "",
        )
        blocks.insert(0, join("", [words.choose(*titles), _draws(draft, 1 + words.much(2))]))
    if words.perhaps(0.2 + 0.6 * layout.fullness):
        title = words.choose("DISCHARGE LABS:\n", "Discharge labs\n", "ON DISCHARGE:\n")
        blocks.append(join("", [title, _draws(draft, 1)]))
    return join("\n\n", blocks)


def _draws(draft: Draft, count: int) -> str:
    words = draft.words
    return "\n".join(line for _ in range(count) for line in draw_panels(words.stay.has, words.rng))
