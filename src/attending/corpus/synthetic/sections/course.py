"""What happened in hospital: the plan's course, a paragraph for other problems, and what is left to do."""

from itertools import count

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.phrasing import as_problem, as_prose, bare
from attending.corpus.synthetic.places import is_acute
from attending.corpus.synthetic.sections.history import HISTORY_SLOT, past_phrase

_ACTIVE = (
    "ACUTE ISSUES:",
    "ACTIVE ISSUES:",
    "ACTIVE ISSUES\n=============",
    "ACUTE ISSUES:\n=============",
    "ACUTE/ACTIVE ISSUES:",
)
_CHRONIC = (
    "CHRONIC ISSUES:",
    "CHRONIC ISSUES\n==============",
    "CHRONIC/STABLE ISSUES:",
    "CHRONIC ISSUES:\n===============",
)
_TRANSITIONAL = (
    "TRANSITIONAL ISSUES:",
    "TRANSITIONAL ISSUES\n===================",
    "Transitional issues:",
    "TRANSITIONAL ISSUES:\n====================",
    "# TRANSITIONAL ISSUES",
)
_UNMARKED = 0.12
"""How often a problem has no mark of its own."""
_COMPLAINT_SLOT = "{complaint}"


def write_course(draft: Draft) -> Passage:
    """Brief hospital course."""
    words, layout = draft.words, draft.words.layout
    active: list[Passage] = []
    chronic: list[Passage] = []
    for code in draft.said_in("course"):
        if paragraph := words.say(code, "course"):
            (active if is_acute(code) else chronic).append(paragraph)
    active += words.all_planned("more_course") + words.all_planned("complication")
    words.rng.shuffle(active)
    words.rng.shuffle(chronic)
    for decoy in draft.decoys.get("course", []):
        _put_decoy(decoy, active if words.perhaps(0.6) else chronic, draft)
    for problem in words.fragments("neutral_problem", words.much(1, cap=8)):
        (active if words.perhaps(0.5) else chronic).append(problem)
    marks = (layout.problem.replace("1", str(number)) for number in count(2 if layout.problem[:1] == "1" else 1))
    active, chronic = (
        [bare(problem) if words.perhaps(_UNMARKED) else as_problem(problem, next(marks)) for problem in problems]
        for problems in (active, chronic)
    )
    if planned := words.planned("course"):
        active.insert(0, planned)
    paragraphs: list[Passage] = []
    if layout.kind != "snippet" and words.perhaps(0.1 + 0.35 * layout.fullness) and (opening := _opening(draft)):
        paragraphs.append(opening)
    for heading, problems in ((_ACTIVE, active), (_CHRONIC, chronic)):
        if layout.issue_headings and problems:
            paragraphs.append(words.choose(*heading))
        paragraphs += problems
    details = [words.service_fragment("hospital_detail", nearness=1) for _ in range(words.much(2, cap=8))]
    details += words.fragments("hospital_detail", words.much(1, cap=2))
    if layout.is_dictated:
        details = [detail for detail in details if "\n" not in detail.text]
    paragraphs += {detail.text.lstrip("# ")[:4]: detail for detail in details if detail}.values()
    if words.stay.died:
        paragraphs.append(words.fragment("death"))
    transitional = _transitional(draft)
    paragraphs = transitional + paragraphs if words.perhaps(0.12) else paragraphs + transitional
    if layout.is_dictated:
        gap = "\n\n" if words.perhaps(0.5) and layout.kind == "dictated" else " "
        return join(gap, [as_prose(paragraph).sentence() for paragraph in paragraphs])
    return join("\n\n" if words.perhaps(0.75) else "\n", paragraphs)


def _opening(draft: Draft) -> Passage | None:
    """The sentence that sums up the patient before the problems; copied forward from the history, as it were."""
    words = draft.words
    complaint = words.planned("complaint")
    opening = words.fragment("course_opening")
    if not opening or not complaint:
        return None
    opening = opening.replacing(HISTORY_SLOT, past_phrase(draft))
    return opening.replacing(_COMPLAINT_SLOT, complaint.on_one_line().without_final_period().lowered())


def _put_decoy(decoy: Passage, problems: list[Passage], draft: Draft) -> None:
    """Add a decoy to a paragraph or as one of its own."""
    words = draft.words
    if problems and not decoy.text.startswith("#") and words.perhaps(0.15):
        index = words.rng.randrange(len(problems))
        problems[index] = join(" ", [problems[index].sentence(), decoy])
    else:
        problems.append(decoy)


def _transitional(draft: Draft) -> list[Passage]:
    """The list of things to follow up, among them the code status."""
    words = draft.words
    spoken = [bare(line) for code in draft.said_in("transitional") if (line := words.say(code, "line"))]
    spoken += [bare(line) for line in words.all_planned("transitional")]
    if words.stay.died:
        return []
    if not spoken and not words.perhaps(0.45 if words.layout.issue_headings else 0.15):
        return []
    items = [join("", ["- ", item]) for item in spoken]
    if "Z66" not in words.stay.has and words.perhaps(0.5):
        items.append(words.fragment("full_code"))
    items += words.fragments("transitional", 1 + words.much(3, cap=11))
    items += _last_values(draft)
    items = [item if item.text.startswith(("-", "#", "[")) else join("", ["- ", item]) for item in items if item]
    words.rng.shuffle(items)
    return [join("\n", [words.choose(*_TRANSITIONAL), *items])]


def _last_values(draft: Draft) -> list[Passage]:
    """Values that the next doctor needs: "Discharge Cr: 1.4"."""
    words = draft.words
    wanted = [name for name in ("Hgb", "Creat", "Na", "WBC", "K") if words.perhaps(0.12 + 0.08 * words.layout.fullness)]
    label = words.choose("Discharge ", "discharge ", "Last ", "D/c ").text
    return [Passage(f"- {label}{draft.laboratory.spoken(name, 'discharge')}") for name in wanted]
