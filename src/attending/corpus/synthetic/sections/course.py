"""What happened in hospital: the plan's course, a paragraph for other problems, and what is left to do."""

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.phrasing import as_problem, as_prose, bare
from attending.corpus.synthetic.places import is_acute

_ACTIVE = ("ACUTE ISSUES:", "ACTIVE ISSUES:", "ACTIVE ISSUES\n=============", "ACUTE ISSUES:\n=============")
_CHRONIC = ("CHRONIC ISSUES:", "CHRONIC ISSUES\n==============", "CHRONIC/STABLE ISSUES:")
_TRANSITIONAL = ("TRANSITIONAL ISSUES:", "TRANSITIONAL ISSUES\n===================", "Transitional issues:")


def write_course(draft: Draft) -> Passage:
    """Brief hospital course."""
    words, layout = draft.words, draft.words.layout
    planned = words.planned("course")
    active: list[Passage] = []
    chronic: list[Passage] = []
    for code in draft.said_in("course"):
        if paragraph := words.say(code, "course"):
            (active if is_acute(code) else chronic).append(as_problem(paragraph, layout.problem))
    words.rng.shuffle(active)
    words.rng.shuffle(chronic)
    for decoy in draft.decoys.get("course", []):
        _put_decoy(decoy, active if words.perhaps(0.6) else chronic, draft)
    if planned:
        active.insert(0, planned)
    paragraphs: list[Passage] = []
    for heading, problems in ((_ACTIVE, active), (_CHRONIC, chronic)):
        if layout.issue_headings and problems:
            paragraphs.append(words.choose(*heading))
        paragraphs += problems
    paragraphs += words.fragments("hospital_detail", words.much(3))
    if words.stay.died:
        paragraphs.append(words.fragment("death"))
    paragraphs += _transitional(draft)
    if layout.is_dictated:
        gap = "\n\n" if words.perhaps(0.5) and layout.kind == "dictated" else " "
        return join(gap, [as_prose(paragraph).sentence() for paragraph in paragraphs])
    return join("\n\n" if words.perhaps(0.75) else "\n", paragraphs)


def _put_decoy(decoy: Passage, problems: list[Passage], draft: Draft) -> None:
    """Add a decoy to a paragraph or as one of its own."""
    words = draft.words
    if problems and not decoy.text.startswith("#") and words.perhaps(0.4):
        index = words.rng.randrange(len(problems))
        problems[index] = join(" ", [problems[index].sentence(), decoy])
    else:
        problems.append(as_problem(decoy, words.layout.problem))


def _transitional(draft: Draft) -> list[Passage]:
    """The list of things to follow up, among them the code status."""
    words = draft.words
    spoken = [bare(line) for code in draft.said_in("transitional") if (line := words.say(code, "line"))]
    if not spoken and not words.perhaps(0.35 if words.layout.issue_headings else 0.12):
        return []
    items = [join("", ["- ", item]) for item in spoken]
    if "Z66" not in words.stay.has and words.perhaps(0.5):
        items.append(words.fragment("full_code"))
    items += words.fragments("transitional", 1 + words.much(4))
    words.rng.shuffle(items)
    return [join("\n", [words.choose(*_TRANSITIONAL), *items])]
