"""The words of one note: chooses wordings that are true of its patient and remembers those it has used."""

import random
import re
from collections.abc import Sequence
from functools import cached_property

from attending.corpus.synthetic.drugs import agents_in, agents_of, are_own, draw_agents
from attending.corpus.synthetic.layout import Layout
from attending.corpus.synthetic.mentions import topics_of_code
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.patients import Stay
from attending.corpus.synthetic.wording import Voice, Wording
from attending.corpus.synthetic.wording_bank import WordingBank

_BULLET = re.compile(r"(?:[-*•]+\s*|#+\)?\s*|\d{1,2}(?:\.\)|[.)])\s+)")
_RUN_HEADING = re.compile(
    r"(?:secondary|primary|other|chronic|active|acute)[a-z /]*(?:diagnos[ei]s|issues?|problems?)?: *\n?",
    re.IGNORECASE,
)
_OPERATING = {"surgery", "orthopaedics", "obstetrics"}
_OPERATION = re.compile(r"ectomy|ostomy|otomy|plasty|bypass|repair|resection|replacement|graft|fusion|amputation|ORIF")
_OLD = 50
_OLD_AGE = re.compile(
    r"Widowed|Retired|grandchildren|walker|cane\b|nursing home|assisted living|senior|age-related|Alendronate"
    r"|Donepezil|Long-term resident|[Dd]aughter fills|Latanoprost|Ropinirole|Oxybutynin"
)
_FACILITY = re.compile(r"extended care|rehab|skilled|SNF|nursing|LTAC|acute care|hospital|psychiatric", re.IGNORECASE)
_OTHER_DISPOSITION = 0.25
_TRIES = 8
_COMPARED = 3
_NO_ALLERGY = 0.5


INLINE = (", ", "; ")
"""List marks that keep the list on one line."""


class Phrasing:
    """Chooses the words of one note.

    Attributes:
        stay: The admission that is told.
        bank: The wordings.
        layout: The looks of the note.
        voice: How it speaks of the patient.
        rng: Its source of chance.
        agents: Of each class of drugs, the one that the patient takes, if any.
        allergies: What the note's head says of allergies.
        destination: Where the patient goes: "home", "facility" or "died".
        disposition: What the note says of it.
    """

    def __init__(self, stay: Stay, bank: WordingBank, layout: Layout, rng: random.Random) -> None:
        self.stay = stay
        self.bank = bank
        self.layout = layout
        self.rng = rng
        self.voice = _draw_voice(stay, layout, rng)
        self.agents = draw_agents(rng)
        self._known_agents: dict[str, str] = {}
        self._used: set[str] = set()
        self._planned = {part: self._say_planned(wordings) for part, wordings in stay.texts.items()}

        self.destination, self.disposition = "died", Passage("")
        self.destination, self.disposition = self._draw_disposition()
        self.allergies = self._draw_allergies()

    # Chance.

    def perhaps(self, chance: float) -> bool:
        """True with this probability."""
        return self.rng.random() < chance

    def much(self, most: int, cap: int = 99) -> int:
        """A number of optional details, about 0 to `most`, larger in fuller notes but at most `cap`."""
        fullness = self.layout.fullness
        return min(cap, sum(self.rng.random() < fullness for _ in range(round(most * max(1, fullness)))))

    def choose(self, *options: str) -> Passage:
        """One of several plain texts."""
        return Passage(self.rng.choice(options))

    # Concepts.

    def say(self, code: str, kind: str, *, prose: bool = False) -> Passage | None:
        """Say a concept from one of its lists in words that are true of this patient, if there are some."""
        wordings = self.bank.concepts[code].said[kind]
        for _ in range(_TRIES if wordings else 0):
            wording = self.rng.choice(wordings)
            if wording.source not in self._used and self._suits(wording, prose=prose):
                return self._drawn([wording]) or self._drawn(wordings, prose=prose)
        return self._drawn(wordings, prose=prose)

    def name(self, code: str, *, prose: bool = False) -> Passage:
        """Name a concept; if no name suits, by any of its names."""
        passage = (self.say(code, "name", prose=True) if prose else None) or self.say(code, "name")
        return passage or self.rng.choice(self.bank.concepts[code].said["name"]).say(self.voice, self.rng)

    def aside(self, code: str) -> list[Passage]:
        """A sentence on a concept for running text, if the bank has one that opens no note of its own."""
        stories = [w for w in self.bank.concepts[code].said["story"] if not w.opens_a_note]
        passage = self._drawn([w for w in stories if w.source not in self._used])
        return [passage] if passage else []

    def planned(self, part: str) -> Passage | None:
        """What the admission's plan says in one part of the note, the first if there are several."""
        passages = self._planned.get(part, [])
        return passages[0] if passages else None

    def all_planned(self, part: str) -> list[Passage]:
        """All that the admission's plan says in one part of the note."""
        return list(self._planned.get(part, []))

    def _say_planned(self, wordings: Sequence[Wording]) -> list[Passage]:
        """Say a part of the plan; the drugs it names become the patient's."""
        passages: list[Passage] = []
        for wording in wordings:
            for _ in range(_TRIES if wording.agents else 1):
                passage = wording.say(self.voice, self.rng)
                if not (words := agents_in(passage.text)) or are_own(words, self._known_agents):
                    break
            self._known_agents.update(agents_of(words))
            self.agents.update(self._known_agents)
            passages.append(passage)
        return passages

    def _draw_disposition(self) -> tuple[str, Passage]:
        """Where the patient goes, as the plan says or by chance."""
        if self.stay.died:
            return "died", self.fragment("expired")
        disposition = self.planned("disposition")
        if not disposition or self.perhaps(_OTHER_DISPOSITION):
            disposition = self.rng.choice(self.bank.fragments["disposition"]).say(self.voice, self.rng)
        return "facility" if _FACILITY.search(disposition.text) else "home", disposition

    def _draw_allergies(self) -> Passage:
        """Allergies, to nothing that the plan gives."""
        listed = Passage("") if self.perhaps(_NO_ALLERGY) else self.fragment("allergies")
        given = " ".join(passage.text.lower() for passages in self._planned.values() for passage in passages)
        if not listed or any(word in given for word in re.findall(r"[a-z]{5,}", listed.text.lower())):
            return Passage("No Known Allergies / Adverse Drug Reactions")
        return listed

    def _drawn(self, wordings: Sequence[Wording], *, prose: bool = False) -> Passage | None:
        """Draw from those that suit, a new one if there is one, in words for the patient's own drugs."""
        suiting = [wording for wording in wordings if self._suits(wording, prose=prose)]
        fresh = [wording for wording in suiting if wording.source not in self._used] or suiting
        for _ in range(_TRIES if fresh else 0):
            wording = self.rng.choice(fresh)
            passage = wording.say(self.voice, self.rng)
            if not wording.agents or are_own(agents_in(passage.text), self.agents):
                self._used.add(wording.source)
                return passage
        return None

    def _suits(self, wording: Wording, *, prose: bool) -> bool:
        if prose and not wording.reads_as_prose:
            return False
        if not self.allows(wording):
            return False
        if wording.claims_health and len(self.stay.concepts) > 2:
            return False
        return wording.mentions.fit(self.stay.has, topics_of_code(wording.concept))

    def allows(self, wording: Wording) -> bool:
        """Whether it is of the patient's sex, of no operation that never was and of no other place to go to."""
        if wording.only_sex not in ("", self.stay.person.sex):
            return False
        if wording.leads_to and self.destination not in wording.leads_to:
            return False
        return self._was_operated or not wording.is_operative

    @cached_property
    def _was_operated(self) -> bool:
        if self.stay.plan.family in _OPERATING:
            return True
        procedure = self.planned("procedure")
        return bool(procedure and _OPERATION.search(procedure.text))

    # Fragments.

    def fragment(self, name: str, *, nearness: int = 0) -> Passage:
        """Draw a generic fragment that comes near nothing that the patient has.

        Args:
            name: The list. If the bank has none of that name, the passage is empty.
            nearness: 1 takes the one of several draws that shares most words with what the plan tells, and if none
                shares any, nothing more often than not; -1 takes the one that shares fewest, for what is normal or
                found by chance had better not speak of what the admission was for.
        """
        wordings = self.bank.fragments.get(name, ())
        best, most = None, -99
        drawn = 0
        for _ in range(_TRIES if wordings else 0):
            wording = self.rng.choice(wordings)
            if wording.source in self._used or not self.allows(wording):
                continue
            if self.stay.age < _OLD and _OLD_AGE.search(wording.source):
                continue
            if not wording.mentions.stay_clear(self.stay.has):
                continue
            shared = nearness * len(wording.content & self._topic_words) if nearness else 0
            if shared > most:
                best, most = wording, shared
            drawn += 1
            if not nearness or drawn == _COMPARED:
                break
        if best is None or (nearness > 0 and most == 0 and self.perhaps(0.7)):
            return Passage("")
        passage = best.say(self.voice, self.rng)
        passage = Passage(passage.text.rstrip(" "))
        if best.agents and not are_own(agents_in(passage.text), self.agents):
            return Passage("")
        self._used.add(best.source)
        return passage

    @cached_property
    def _topic_words(self) -> frozenset[str]:
        """The words of the plan that tell what the stay is about."""
        wordings = [wording for part in self.stay.texts.values() for wording in part]
        return frozenset[str]().union(*(wording.content for wording in wordings)) - self.bank.common_words

    def fragments(self, name: str, count: int, *, nearness: int = 0) -> list[Passage]:
        """Draw up to `count` different fragments."""
        drawn = [self.fragment(name, nearness=nearness) for _ in range(count)]
        return list({passage.text: passage for passage in drawn if passage}.values())

    def service_fragment(self, name: str, *, nearness: int = 0) -> Passage:
        """Draw a fragment of the list for the service's family, or of the general one."""
        return self.fragment(f"{name}_{self.stay.plan.family}", nearness=nearness) or self.fragment(name)

    def plan_drugs(self) -> list[Passage]:
        """Lines for the drugs that the plan's course and instructions name and the general lists have."""
        plan = [passage for part in ("course", "more_course", "instructions") for passage in self.all_planned(part)]
        named = {word for passage in plan for word in re.findall(r"[a-z]{6,}", passage.text.lower())}
        drugs = sorted(named.intersection(self.bank.lines_by_drug))
        lines = [self._drawn(self.bank.lines_by_drug[drug]) for drug in drugs]
        return [line for line in lines if line]

    def drug_line(self, agent: str) -> Passage | None:
        """A line of a medication list for an agent; marks speak only for what the note says the patient has."""
        wordings = [w for w in self.bank.drug_lines.get(agent, ()) if w.mentions.fit(self.stay.has)]
        passage = self._drawn(wordings)
        if passage is None:
            return None
        return Passage(passage.text, tuple(mark for mark in passage.marks if mark.concept in self.stay.concepts))

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
        if mark in INLINE:
            return join(mark, [item.on_one_line().without_final_period() for item in items])
        if mark[:1] == "1":
            return join("\n", [join("", [f"{number}{mark[1:]}", item]) for number, item in enumerate(items, 1)])
        return join("\n", [join("", [mark, item]) for item in items])


def bare(line: Passage) -> Passage:
    """A line without a bullet, number or heading of its own, as far as those are not evidence."""
    for pattern in (_RUN_HEADING, _BULLET):
        line = _without(pattern, line)
    return line


def as_problem(paragraph: Passage, mark: str) -> Passage:
    """Give a paragraph of the hospital course the note's own problem mark, if it came with some mark."""
    heading = _RUN_HEADING.match(paragraph.text)
    if heading and heading.group().endswith("\n"):
        paragraph = _without(_RUN_HEADING, paragraph)
    bullet = _BULLET.match(paragraph.text)
    if not bullet:
        return paragraph
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
