"""The mentions of a note, each as its own sentence means it, go in; what the note as a whole means by them comes out.

Elsewhere a note takes back what it said, tells what is of this stay itself, or reverses an order.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from attending.lexicon.assertion import Assertion, Effect
from attending.lexicon.coding import code_of_the_past, is_drug_use, is_history, lasts, passes
from attending.lexicon.mention import Mention
from attending.lexicon.sections import Sections
from attending.lexicon.this_stay import OLD, SOON, with_new_devices_planned, without_acute_events

_ONE_DOSE = re.compile(r"\b(?:one|1|a|single|first)\s+(?:\w+\s+)?dose\b[^.;:]*\Z", re.IGNORECASE)
_STOPPED = re.compile(r"(?:(?!\n\s*\n).)*?\b(?:discontinued|stopped|d/c['’]?d|dc['’]?d|not continued)", re.I | re.S)
_UNTREATED = re.compile(
    r"(?:(?!\n\s*\n|\bdays?\b|\bcourse\b|\bcomplet|\bfinish).)*?\b"
    r"(?:(?:antibiotics?|abx)\s+(?:were\s+|was\s+|therefore\s+|then\s+)*(?:stopped|discontinued|d/c['’]?d|not\s+(?:given|started|continued))|no\s+(?:antibiotics?|abx)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""That an infection was treated no more, and no course was told of before."""
_INFECTIONS = ("A", "B", "J0", "J1", "J2", "L0", "N10", "N30", "N39.0")
_AMOUNT = re.compile(r"[\d./~ -]*(?:half|one|two|an?)?[\d./ -]*(?:packs?|ppd|cigs?|cigarettes?)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:now|again|restarted|resumed|current(?:ly)?|still|back to)\b", re.IGNORECASE)
_RELAPSED = re.compile(
    r"\b(?:pick(?:ed|s|ing)?\s+(?:it|them|smoking)\s+(?:back\s+)?up|relaps\w*|re-?started|resumed|started\s+(?:smoking\s+)?"
    r"(?:again|back)|took\s+it\s+up\s+again|went\s+back\s+to|back\s+(?:to|up\s+to|at))\b",
    re.IGNORECASE,
)
_FULL_CODE = re.compile(
    r"\b(?P<before>(?:was|were|been|previous(?:ly)?|prior|former(?:ly)?|initially|originally|from|as)\W+(?:a\W+)?)?"
    r"(?:full\s+code|code(?:\s+status)?\s*[:=-]?\s*(?:is\s+|now\s+)?full(?!\w))"
    r"(?P<after>\W{0,3}(?:on\s+(?:admission|arrival)|initially|previously|prior|until|at\s+first|->|→|=>|then))?",
    re.IGNORECASE,
)
"""That a patient is to be resuscitated; `before` or `after` tell that it was so once."""
_NO_LONGER = re.compile(
    r"\b(?:was|were|been|prior|previous(?:ly)?|former(?:ly)?|old|mistaken(?:ly)?|error|report\w*|revers\w*|rescind\w*"
    r"|revok\w*|correct(?:ed|ion)|declin\w*|suspend\w*|transferred|discuss\w*|remain\w*|stay(?:s|ed)?)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:made|chang\w*|transition\w*|convert\w*|became|becom\w*|switch\w*|now|then|updated|agreed|elected|to)\W+"
    r"(?:\w+\W+){0,3}\Z|(?:->|→|=>)\s*\Z",
    re.IGNORECASE,
)
_AT_DISCHARGE = re.compile(
    r"\s+(?:needed\s+|required\s+)?(?:at|on|upon)\s+(?:(?:the\s+)?time\s+of\s+)?(?:discharge|d/?c|home)\b",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"\s*\(([a-z][a-z\s-]{2,60})\)", re.IGNORECASE)
_DOUBTS: tuple[Assertion, ...] = ("negated", "possible")
_CONTRAST = re.compile(
    r"[^.\n]*?(?:\b(?:but|yet|however|although|though)\b[^.\n]*|,\s*not\s+(?:an?\s+)?)", re.IGNORECASE
)
_ENDS_CLAUSE = re.compile(r"\s*(?:[.,;:)]|\Z|\n|(?:and|or|on|by|in|at|per)\b)")


def in_the_whole_note(
    mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str, sections: Sections
) -> list[Mention]:
    """Mend how mentions are meant by what the rest of the note says; a few are left out.

    Args:
        mentions: Of a text, in its order.
        meant: What the cues around each do to it, (mention,).
        text: The text.
        sections: Its parts.
    """
    mentions = _not_treated_on(_taken_back(mentions, meant, text, sections), meant, text)
    mentions = _with_code_status(without_acute_events(_smokes_again(_quit(mentions, text), text), meant, text), text)
    return _agreed(with_new_devices_planned(_as_explained(mentions, text), text, sections), sections)


def _taken_back(
    mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str, sections: Sections
) -> list[Mention]:
    """Let what is ruled out, and what was only claimed and is denied, be denied where it was said just before.

    "Treated for pneumonia, until CT ruled out pneumonia"; "thought to be gout, but crystals showed no gout". A history
    is taken back only as such: "prior MI; ruled out for MI" denies none.
    """
    kept = list(mentions)
    for later, effects in enumerate(meant):
        last = mentions[later]
        if last.assertion != "negated":
            continue
        for earlier in range(later - 1, -1, -1):
            mention = mentions[earlier]
            if last.start - mention.end > SOON or sections.problem(mention.start) != sections.problem(last.start):
                break
            past = "past" in effects or OLD.search(text, last.start, last.end) is not None
            if last.kind == "hint" != mention.kind and not is_drug_use(last.code):
                continue
            if mention.code == last.code and mention.assertion == "affirmed":
                denied = past or not is_history(last.code)
            else:
                denied = past and mention.assertion == "historical" and code_of_the_past(mention.code) == last.code
            if denied and (
                "refuted" in effects
                or (is_drug_use(last.code) and _AT_DISCHARGE.match(text, last.end) is not None)
                or "claimed" in meant[earlier]
                or (lasts(last.code) and _contradicts(text, mention.end, last))
            ):
                kept[earlier] = replace(mention, assertion="negated")
    return kept


def _contradicts(text: str, said: int, denial: Mention) -> bool:
    """Whether a denial, of the condition and not of what comes with it, is set against what was said before."""
    return (
        _CONTRAST.fullmatch(text, said, denial.start) is not None and _ENDS_CLAUSE.match(text, denial.end) is not None
    )


def _agreed(mentions: list[Mention], sections: Sections) -> list[Mention]:
    """Let the heading of a problem and what is said below it mean the same.

    "# Pneumonia: CT without pneumonia" and "# Pneumonia ruled out: treated for pneumonia at first" affirm none.
    """
    problems: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        if mention.kind != "hint":
            problems[(sections.problem(mention.start), mention.code)].append(number)
    agreed = list(mentions)
    for numbers in problems.values():
        heading, *others = numbers
        if not others or not mentions[heading].heads:
            continue
        doubted = mentions[heading].assertion
        if doubted == "affirmed" and all(mentions[other].assertion in _DOUBTS for other in others):
            agreed[heading] = replace(mentions[heading], assertion=mentions[others[-1]].assertion)
        elif doubted in _DOUBTS:
            for other in others:
                if mentions[other].assertion == "affirmed":
                    agreed[other] = replace(mentions[other], assertion=doubted)
    return agreed


def _as_explained(mentions: list[Mention], text: str) -> list[Mention]:
    """Leave out abbreviations that the note itself spells out as something else: "MI (mitral insufficiency)"."""
    strange: set[str] = set()
    for mention in mentions:
        spelled = _SPELLED.match(text, mention.end) if mention.kind == "abbreviation" else None
        if (
            spelled is not None
            and "".join(word[0] for word in spelled[1].split()).upper() == text[mention.start : mention.end]
            and not any(
                mention.code in (other.code, code_of_the_past(other.code))
                for other in mentions
                if spelled.start() < other.start < spelled.end()
            )
        ):
            strange.add(text[mention.start : mention.end])
    return [
        mention
        for mention in mentions
        if mention.kind != "abbreviation" or text[mention.start : mention.end] not in strange
    ]


def _not_treated_on(mentions: list[Mention], meant: Sequence[frozenset[Effect]], text: str) -> list[Mention]:
    """Doubt an infection that was not treated to the end: "one dose of ceftriaxone for presumed UTI, stopped"."""
    return [
        replace(mention, assertion="possible")
        if mention.assertion == "affirmed"
        and "claimed" in effects
        and passes(mention.code)
        and (
            (
                mention.code.startswith(_INFECTIONS)
                and _UNTREATED.match(text, mention.end, mention.end + SOON // 2) is not None
            )
            or (
                _ONE_DOSE.search(text, max(0, mention.start - SOON // 3), mention.start) is not None
                and _STOPPED.match(text, mention.end, mention.end + SOON // 2) is not None
            )
        )
        else mention
        for mention, effects in zip(mentions, meant, strict=True)
    ]


def _quit(mentions: list[Mention], text: str) -> list[Mention]:
    """Take for past how much was smoked where the same line tells that it was given up: "quit in 1990, 2 ppd"."""
    given_up = [mention for mention in mentions if mention.code == "Z87.891" and mention.states]
    return [
        replace(mention, assertion="historical")
        if mention.code == "F17.210"
        and mention.assertion == "affirmed"
        and _AMOUNT.match(text, mention.start, mention.end) is not None
        and any(_beside(mention, other, text) for other in given_up)
        else mention
        for mention in mentions
    ]


def _smokes_again(mentions: list[Mention], text: str) -> list[Mention]:
    """Take for past that smoking was given up where it is told next that it was taken up again."""
    smokes = [mention for mention in mentions if mention.code == "F17.210" and mention.states]
    return [
        replace(mention, assertion="historical")
        if mention.code == "Z87.891"
        and any(
            0 < other.start - mention.end <= SOON // 2 and _RELAPSED.search(text, mention.end, other.start) is not None
            for other in smokes
        )
        else mention
        for mention in mentions
    ]


def _beside(mention: Mention, other: Mention, text: str) -> bool:
    """Whether two mentions stand on one line or close together, and nothing tells of a relapse between or after."""
    first, last = sorted((mention, other), key=lambda each: each.start)
    between = text[first.end : last.start]
    return (
        len(between) <= SOON // 2
        and ("\n" not in between or len(between) <= SOON // 5)
        and _AGAIN.search(text, first.start, last.end + 40) is None
    )


def _with_code_status(mentions: list[Mention], text: str) -> list[Mention]:
    """Take back an order not to resuscitate that is told of as past beside "full code": "was DNR, now full code"."""
    full = [hit.start() for hit in _FULL_CODE.finditer(text) if not (hit["before"] or hit["after"])]
    kept = list(mentions)
    for number, mention in enumerate(mentions):
        near = [place for place in full if abs(place - mention.start) <= SOON // 2]
        if mention.code != "Z66" or not mention.states or not near:
            continue
        first, last = min(near[0], mention.start), max(near[-1], mention.end)
        told = text[max(0, first - SOON // 5) : last + SOON // 5]
        if _NO_LONGER.search(told) and not _MADE.search(text, max(0, mention.start - 60), mention.start):
            kept[number] = replace(mention, assertion="negated")
    return kept
