"""What was found and done: procedures, examination, laboratory, imaging and cultures."""

import re

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Passage, join

_EXAMINED = re.compile(
    r"(?:discharge )?(?:VS|vitals|vital signs|BP|on exam|exam|physical exam|general|gen|lungs?|resp|pulm|ext"
    r"|heent|neuro|psych|abd|cv|skin|fundi|weight|wt|mental status|mse)\b",
    re.IGNORECASE,
)
_NOTHING = {"none", "n/a", "no"}
_REPORTS = {"imaging": 60, "ecg": 20, "echo": 12, "procedure_report": 3, "pathology": 1}
_REPORTS_OF_A_KIND = {"imaging": 3, "ecg": 1, "echo": 1, "procedure_report": 1, "pathology": 1}
_NORMAL_ONLY_WITHOUT = {
    "ecg": ("I48", "I44", "I47", "I49", "Z95.0", "Z95.81", "I21"),
    "imaging": ("J18", "J69", "J12", "J15", "U07", "I61", "I63", "I60", "S06", "C71", "C79.3", "I26", "K35", "K57.2"),
    "echo": ("I50", "I42", "I25.5", "I34", "I35", "I27", "I21", "Z95.2", "I33"),
}
"""Reports of the general lists are normal: patients with such codes have none."""
_SAYS_DISCHARGE = re.compile(r"discharge", re.IGNORECASE)
_ADMISSION_TITLES = (
    "ADMISSION LABS:",
    "Admission labs",
    "ON ADMISSION:",
    "ADMISSION LABS\n==============",
    "LABS ON ADMISSION",
    "Labs on admission:",
    "",
)
_INTERVAL_TITLES = ("PERTINENT LABS:", "INTERVAL LABS", "INTERIM LABS:", "RELEVANT LABS:\n==============", "")
_DISCHARGE_TITLES = (
    "DISCHARGE LABS:",
    "Discharge labs",
    "ON DISCHARGE:",
    "DISCHARGE LABS\n==============",
    "LABS ON DISCHARGE",
)
_IMAGING_TITLES = ("IMAGING:", "IMAGING/STUDIES:", "STUDIES:", "Imaging", "IMAGING\n========", "REPORTS:", "")
_CULTURE_TITLES = ("MICRO:", "MICROBIOLOGY:", "Microbiology", "MICROBIOLOGY\n============", "")


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
    if layout.fullness < 0.25 and words.perhaps(0.3):
        return words.choose("___", "see H&P", "Discharge exam: VSS, NAD, RRR, CTAB, abd soft NT/ND, no edema")
    planned = words.planned("exam")
    blocks = [planned if planned and words.perhaps(0.9) else words.service_fragment("exam_admission")]
    blocks += [line for line in draft.result_lines if _EXAMINED.match(line.text)]
    told_both = bool(planned) and blocks[0] is planned and bool(_SAYS_DISCHARGE.search(planned.text if planned else ""))
    if words.perhaps(0.25 + 0.6 * layout.fullness) and not words.stay.died and not told_both:
        leaving = words.planned("exam_discharge") if words.perhaps(0.9) else None
        leaving = leaving or words.service_fragment("exam_discharge")
        if leaving and not _SAYS_DISCHARGE.search(leaving.text):
            titles = ("DISCHARGE PHYSICAL EXAM:\n", "DISCHARGE EXAM:\n", "Discharge exam:\n", "On discharge:\n")
            leaving = join("", [words.choose(*titles), leaving])
        blocks.append(leaving)
    return join("\n\n" if words.perhaps(0.6) else "\n", [block for block in blocks if block])


def write_results(draft: Draft) -> Passage:
    """Pertinent results: blood tests, cultures and reports of the admission, of its conditions and of no concern."""
    words, layout = draft.words, draft.words.layout
    tells_exam = "exam" in layout.sections and not layout.is_dictated
    findings = [line for line in draft.result_lines if not (tells_exam and _EXAMINED.match(line.text))]
    findings += draft.decoys.get("results", [])
    findings += words.all_planned("results")
    kinds = words.rng.choices(list(_REPORTS), list(_REPORTS.values()), k=words.much(2))
    for kind in dict.fromkeys(kinds):
        if any(code.startswith(_NORMAL_ONLY_WITHOUT.get(kind, ("-",))) for code in words.stay.has):
            continue
        findings += words.fragments(kind, min(kinds.count(kind), _REPORTS_OF_A_KIND[kind]), nearness=-1)
    words.rng.shuffle(findings)
    cultures = words.fragments("microbiology", words.much(2, cap=6), nearness=1)
    laboratory = draft.laboratory
    if layout.is_dictated:
        panels = [Passage(line) for line in laboratory.draw("admission", tidy=True)]
        return join(" ", [item.on_one_line().sentence() for item in [*panels, *findings, *cultures]])
    blocks: list[Passage] = []
    if words.perhaps(0.93):
        blocks.append(_titled(draft, _ADMISSION_TITLES, laboratory.draw("admission")))
    if words.perhaps(0.35 * layout.fullness):
        between = laboratory.draw("worst") if words.perhaps(0.6) else laboratory.trends()
        draws = words.much(1, cap=7)
        for number in range(draws):
            between += laboratory.draw("recovering", recovered=(number + 1) / (draws + 1))
        if between:
            blocks.append(_titled(draft, _INTERVAL_TITLES, between))
    last = []
    if words.perhaps(0.25 + 0.6 * layout.fullness) and not words.stay.died:
        last = [_titled(draft, _DISCHARGE_TITLES, laboratory.draw("discharge"))]
    if words.perhaps(0.5):
        blocks, last = blocks + last, []
    if cultures and words.perhaps(0.6):
        titled = _under(draft, _CULTURE_TITLES, join("\n", cultures))
        blocks.append(titled)
    else:
        findings += cultures
    if findings and words.perhaps(0.5):
        blocks.append(_under(draft, _IMAGING_TITLES, join("\n\n" if words.perhaps(0.7) else "\n", findings)))
    else:
        blocks += findings
    return join("\n\n", blocks + last) if blocks + last else words.choose("___", "See OMR", "reviewed in OMR")


def _titled(draft: Draft, titles: tuple[str, ...], lines: list[str]) -> Passage:
    return _under(draft, titles, Passage("\n".join(lines)))


def _under(draft: Draft, titles: tuple[str, ...], body: Passage) -> Passage:
    title = draft.words.choose(*titles)
    return join("\n", [title, body]) if title else body
