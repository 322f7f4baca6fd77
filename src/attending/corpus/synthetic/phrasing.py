"""The words of one note: chooses wordings that are true of its patient and remembers those it has used."""

import random
import re
from collections.abc import Sequence

from attending.corpus.synthetic.layout import Layout
from attending.corpus.synthetic.mentions import fits_sex, topics_of_code
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.patients import Stay
from attending.corpus.synthetic.wording import Voice, Wording
from attending.corpus.synthetic.wording_bank import WordingBank

_BULLET = re.compile(r"(?:[-*•]+\s*|#+\)?\s*|\d{1,2}(?:\.\)|[.)])\s+)")
_RUN_HEADING = re.compile(
    r"(?:secondary|primary|other|chronic|active|acute)[a-z /]*(?:diagnos[ei]s|issues?|problems?)?: *\n?",
    re.IGNORECASE,
)
# A story that opens a note of its own; the admission's plan has told that already.
_OPENING = re.compile(r"\{age\}|\bpresent(?:s|ing|ed)\b (?:with|to|for)|\bp/w\b")
# Words that are false of anyone with several conditions.
_ALONE = re.compile(
    r"\b(?:notable|significant|remarkable) only|otherwise (?:healthy|well|unremarkable|negative)"
    r"|no other (?:medical|past|pmh)|\bhealthy|only medical"
    r"|no (?:other )?(?:significant )?(?:past medical history|pmh|medical problems)",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"[A-Z]{6,}")
# Drugs of which a patient takes one: each class, with how often each is the one.
_AGENTS: tuple[dict[str, int], ...] = (
    {"warfarin|coumadin|INR": 45, "apixaban|eliquis": 35, "rivaroxaban|xarelto": 15, "dabigatran|pradaxa": 5},
    {"clopidogrel|plavix": 70, "ticagrelor|brilinta": 20, "prasugrel|effient": 10},
)
_OLD = 50
_OLD_AGE = re.compile(
    r"Widowed|Retired|grandchildren|walker|cane\b|nursing home|assisted living|senior|age-related|Alendronate"
    r"|Donepezil|Long-term resident|[Dd]aughter fills|Latanoprost|Ropinirole|Oxybutynin"
)
_TRIES = 8
_LARGE_LIST = 12


class Phrasing:
    """Chooses the words of one note.

    Attributes:
        stay: The admission that is told.
        bank: The wordings.
        layout: The looks of the note.
        voice: How it speaks of the patient.
        rng: Its source of chance.
    """

    def __init__(self, stay: Stay, bank: WordingBank, layout: Layout, rng: random.Random) -> None:
        self.stay = stay
        self.bank = bank
        self.layout = layout
        self.rng = rng
        self.voice = _draw_voice(stay, layout, rng)
        self._foreign_agents = _draw_foreign_agents(rng)
        self._used: set[str] = set()

    # Chance.

    def perhaps(self, chance: float) -> bool:
        """True with this probability."""
        return self.rng.random() < chance

    def much(self, most: int) -> int:
        """A number of optional details, about 0 to `most`, larger in fuller notes."""
        fullness = self.layout.fullness
        return sum(self.rng.random() < fullness for _ in range(round(most * max(1, fullness))))

    def choose(self, *options: str) -> Passage:
        """One of several plain texts."""
        return Passage(self.rng.choice(options))

    # Concepts.

    def say(self, code: str, kind: str, *, prose: bool = False) -> Passage | None:
        """Say a concept from one of its lists in words that are true of this patient, if there are some."""
        return self._drawn([w for w in self.bank.concepts[code].said[kind] if self._suits(w, prose=prose)])

    def name(self, code: str, *, prose: bool = False) -> Passage:
        """Name a concept; if no name suits, by any of its names."""
        passage = (self.say(code, "name", prose=True) if prose else None) or self.say(code, "name")
        return passage or self.rng.choice(self.bank.concepts[code].said["name"]).say(self.voice, self.rng)

    def aside(self, code: str) -> list[Passage]:
        """A sentence on a concept for running text, if the bank has one that opens no note of its own."""
        stories = self.bank.concepts[code].said["story"]
        suiting = [w for w in stories if not _OPENING.search(w.source) and self._suits(w, prose=False)]
        passage = self._drawn([w for w in suiting if w.source not in self._used])
        return [passage] if passage else []

    def planned(self, part: str) -> Passage | None:
        """What the admission's plan says in one part of the note."""
        wording = self.stay.texts.get(part)
        return wording.say(self.voice, self.rng) if wording else None

    def _drawn(self, wordings: Sequence[Wording]) -> Passage | None:
        fresh = [wording for wording in wordings if wording.source not in self._used] or wordings
        for _ in range(_TRIES if fresh else 0):
            wording = self.rng.choice(fresh)
            passage = wording.say(self.voice, self.rng)
            if not any(agent.search(passage.text) for agent in self._foreign_agents):
                self._used.add(wording.source)
                return passage
        return None

    def _suits(self, wording: Wording, *, prose: bool) -> bool:
        if not wording.mentions.fit(self.stay.has, topics_of_code(wording.concept)):
            return False
        if not fits_sex(wording.plain, self.stay.person.sex):
            return False
        if len(self.stay.concepts) > 2 and _ALONE.search(wording.source):
            return False
        return not prose or not (_SHOUTED.search(wording.source) or ":" in wording.source or " - " in wording.source)

    # Fragments.

    def fragment(self, name: str) -> Passage:
        """Draw a generic fragment that comes near nothing that the patient has, if the list has one."""
        wordings = self.bank.fragments[name]
        for _ in range(_TRIES):
            wording = self.rng.choice(wordings)
            fits_age = self.stay.age >= _OLD or not _OLD_AGE.search(wording.source)
            if fits_age and wording.source not in self._used and wording.mentions.stay_clear(self.stay.has):
                break
        if len(wordings) > _LARGE_LIST:
            self._used.add(wording.source)
        return wording.say(self.voice, self.rng)

    def fragments(self, name: str, count: int) -> list[Passage]:
        """Draw up to `count` different fragments."""
        drawn = [self.fragment(name) for _ in range(count)]
        return list({passage.text: passage for passage in drawn}.values())

    # Forms.

    def enumerated(self, names: Sequence[Passage]) -> Passage:
        """X, Y and Z."""
        if len(names) < 2:
            return names[0]
        last = self.rng.choice((" and ", " and ", ", and ", ", "))
        return join("", [join(", ", names[:-1]), last, names[-1]])

    def listed(self, items: Sequence[Passage], mark: str) -> Passage:
        """Set items as a list: `mark` is "1. ", "- ", ... before each item, or ", " between them."""
        if self.layout.capitals:
            items = [item.upper() for item in items]
        if mark == ", ":
            return join(", ", [item.without_final_period() for item in items])
        if mark[:1] == "1":
            return join("\n", [join("", [f"{number}{mark[1:]}", item]) for number, item in enumerate(items, 1)])
        return join("\n", [join("", [mark, item]) for item in items])


def bare(line: Passage) -> Passage:
    """A line without a bullet, number or heading of its own, as far as those are not evidence."""
    for pattern in (_RUN_HEADING, _BULLET):
        line = _without(pattern, line)
    return line


def as_problem(paragraph: Passage, mark: str) -> Passage:
    """Give a paragraph of the hospital course the note's own problem mark, if it came with one."""
    heading = _RUN_HEADING.match(paragraph.text)
    if heading and heading.group().endswith("\n"):
        paragraph = _without(_RUN_HEADING, paragraph)
    bullet = _BULLET.match(paragraph.text)
    if not bullet:
        return paragraph
    if mark[:1] == "1":
        mark = bullet.group() if bullet.group()[0].isdigit() else "# "
    return join("", [mark, paragraph.after(bullet.end())])


def as_prose(paragraph: Passage) -> Passage:
    """A paragraph of the hospital course on one line, without a problem mark."""
    return _without(_BULLET, paragraph.on_one_line())


def _without(pattern: re.Pattern[str], line: Passage) -> Passage:
    match = pattern.match(line.text)
    if not match or match.end() == len(line.text) or any(mark.start < match.end() for mark in line.marks):
        return line
    return line.after(match.end())


def _draw_voice(stay: Stay, layout: Layout, rng: random.Random) -> Voice:
    title = "Mr." if stay.person.sex == "M" else rng.choice(("Ms.", "Ms.", "Mrs."))
    patient = "the patient" if layout.is_dictated else rng.choice(("the patient", "the patient", f"{title} ___", "pt"))
    hides_age = rng.random() < (0.4 if layout.is_dictated else 0.8)
    age = "___" if hides_age else str(min(stay.age, 90))
    return Voice(stay.person.sex, age, title, patient, hides_years=rng.random() < 0.85)


def _draw_foreign_agents(rng: random.Random) -> list[re.Pattern[str]]:
    """The drugs of each class that this patient does not take."""
    foreign: list[re.Pattern[str]] = []
    for agents in _AGENTS:
        own = rng.choices(list(agents), list(agents.values()))[0]
        foreign += [re.compile(rf"\b(?:{agent})\b", re.IGNORECASE) for agent in agents if agent != own]
    return foreign
