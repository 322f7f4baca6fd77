"""One admission in, its discharge summary out: which section says what, in which words, with every evidence mark kept."""

import random
import re
from collections.abc import Callable, Sequence
from functools import cached_property

from attending.corpus.synthetic.laboratory import draw_panels
from attending.corpus.synthetic.layout import Layout, draw_layout
from attending.corpus.synthetic.mentions import TOPICS, fits_sex, kin_of
from attending.corpus.synthetic.passage import Mark, Passage, join
from attending.corpus.synthetic.patients import Stay
from attending.corpus.synthetic.places import section_of, weights_of
from attending.corpus.synthetic.wording import Voice, Wording
from attending.corpus.synthetic.wording_bank import WordingBank

_BULLET = re.compile(r"(?:[-*•]+\s*|#+\)?\s*|\d{1,2}(?:\.\)|[.)])\s+)")
_RUN_HEADING = re.compile(
    r"(?:secondary|primary|other|chronic|active|acute)[a-z /]*(?:diagnos[ei]s|issues?|problems?)?: *\n?",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\{age\}|\bpresent(?:s|ing|ed)\b (?:with|to|for)|\bp/w\b")
_ALONE = re.compile(
    r"\b(?:notable|significant|remarkable) only|otherwise (?:healthy|well|unremarkable|negative)|no other (?:medical|past|pmh)|"
    r"\bhealthy|no (?:other )?(?:significant )?(?:past medical history|pmh|medical problems)|only medical",
    re.IGNORECASE,
)
_EXAMINED = re.compile(
    r"(?:discharge )?(?:VS|vitals|vital signs|BP|on exam|exam|physical exam|general|gen|lungs?|resp|pulm|ext|heent|neuro|psych|abd|cv|skin|fundi|weight|wt|mental status|mse)\b",
    re.IGNORECASE,
)
_FINDING = re.compile(
    r"^(?:CT|CXR|MRI|US|TTE|ECG|EKG|KUB|LENI|Echo|Ultrasound|X-ray|Labs?|Imaging|eGFR|Urine|UA|Blood cultures?)\b|IMPRESSION|titers?\b|\blevel\b|antibod|negative\.$"
)
_VERB = re.compile(
    r"\b(?:was|were|is|are|has|had|given|received|advised|should|do not|for \d|continue\w*|started|held|told|reports?)\b|\d+ ?L\b",
    re.IGNORECASE,
)
_THIS_STAY = re.compile(
    r"admission|discharge|inpatient|throughout|hospital|\btoday\b|on arrival|\bED\b|while here", re.IGNORECASE
)
_SHOUTED = re.compile(r"[A-Z]{6,}")
_AGENTS: tuple[tuple[str, ...], ...] = (
    ("warfarin|coumadin|INR", "apixaban|eliquis", "rivaroxaban|xarelto", "dabigatran|pradaxa"),
    ("clopidogrel|plavix", "ticagrelor|brilinta", "prasugrel|effient"),
)
_AGENT_WEIGHTS = ((45, 35, 15, 5), (70, 20, 10))
_TRIES = 8
_DECOY_PLACES: dict[str, tuple[str, ...]] = {
    "negated": ("history", "history", "past", "course"),
    "ruled_out": ("course", "course", "history"),
    "family": ("family",),
    "uncertain": ("course", "course", "history"),
    "historical": ("past", "past", "history"),
    "lookalike": ("course", "history", "past"),
}
_SOCIAL = (
    "social_housing",
    "social_work",
    "social_alcohol",
    "social_family",
    "social_function",
    "social_other",
)
_RISK_FACTORS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("E11",), ("Diabetes", "Diabetes Mellitus", "DM", "diabetes")),
    (("E78",), ("Dyslipidemia", "Hyperlipidemia", "HLD", "dyslipidemia")),
    (("I10", "I11", "I12", "I13"), ("Hypertension", "HTN", "hypertension")),
)
_CARDIAC_HISTORY = (
    (("Z95.1",), "CABG"),
    (("Z95.5",), "PERCUTANEOUS CORONARY INTERVENTIONS"),
)
_SMOKING = ("F17.210", "Z87.891")


def write_note(stay: Stay, bank: WordingBank, rng: random.Random) -> Passage:
    """Write the discharge summary of one admission.

    Args:
        stay: What is to be told.
        bank: The wordings to tell it in.
        rng: Source of chance; equal streams give equal notes.

    Returns:
        The note; each of the stay's concepts is marked in it at least once.
    """
    return _NoteWriter(stay, bank, rng).write()


class _NoteWriter:
    """Writes one note section by section; remembers which wordings it has used."""

    def __init__(self, stay: Stay, bank: WordingBank, rng: random.Random) -> None:
        self.stay = stay
        self.bank = bank
        self.rng = rng
        self.layout: Layout = draw_layout(rng)
        self.voice = _draw_voice(stay, self.layout, rng)
        self.used: set[str] = set()
        self.topics_used: set[str] = set()
        self.foreign_agents = _draw_foreign_agents(rng)
        self.places = self._choose_places()
        self.decoys = self._draw_decoys()

    def write(self) -> Passage:
        writers: dict[str, Callable[[], Passage]] = {
            "complaint": self._complaint,
            "procedure": self._procedure,
            "history": self._history,
            "past": self._past,
            "social": self._social,
            "family": self._family,
            "exam": self._exam,
            "results": self._results,
            "course": self._course,
            "home_medications": self._home_medications,
            "discharge_medications": self._discharge_medications,
            "disposition": self._disposition,
            "diagnosis": self._diagnosis,
            "condition": self._condition,
            "instructions": self._instructions,
            "followup": self._followup,
        }
        bodies = {name: writers[name]() for name in self.layout.sections if name != "diagnosis"}
        said = {mark.concept for body in bodies.values() for mark in body.marks}
        diagnoses = self._diagnosis(said)
        if self.layout.kind == "prose":
            note = self._letter(bodies, diagnoses)
        else:
            bodies["diagnosis"] = diagnoses
            sections = [
                self.layout.section(name, bodies[name]) for name in self.layout.sections if bodies[name]
            ]
            note = join(self.layout.gap, [self._heading(), *sections, *self._closing()])
        if self.layout.width:
            note = note.wrapped(self.layout.width, keep_space=self.layout.keep_space)
        return note

    # --- what goes where -------------------------------------------------------------------------------------------

    def _choose_places(self) -> dict[str, list[str]]:
        """Give each concept the places where the note will say it; at least one for what the plan does not say."""
        places: dict[str, list[str]] = {}
        planned = {code for wording in self.stay.texts.values() for code in wording.codes}
        for code in self.stay.concepts:
            if code not in self.bank.concepts:
                continue
            said = self.bank.concepts[code].said
            weights = {
                place: weight
                for place, weight in weights_of(code).items()
                if section_of(place, self.layout.sections) and said[_list_for(place)]
            }
            factor = 0.45 if code in planned else 0.75 + 0.35 * min(1, self.layout.fullness)
            chosen = [place for place, weight in weights.items() if self.rng.random() < weight * factor]
            speaking = [place for place in weights if place not in {"medication", "result"}]
            if speaking and code not in planned and not set(chosen) & set(speaking):
                chosen.append(self.rng.choices(speaking, [weights[place] for place in speaking])[0])
            for place in chosen:
                places.setdefault(place, []).append(code)
        return places

    def _draw_decoys(self) -> dict[str, list[Passage]]:
        """Draw sentences on conditions that the patient does not have, nor anything near them, by section."""
        has = self.stay.has
        sections = set(self.layout.sections)
        decoys: dict[str, list[Passage]] = {}
        wanted = (
            self.rng.randint(4, 12) if self.layout.kind not in {"short", "prose"} else self.rng.randint(2, 6)
        )
        codes = [
            code for code in self.bank.concepts if code not in self.stay.concepts and code not in _SMOKING
        ]
        self.rng.shuffle(codes)
        for code in codes:
            if wanted <= 0:
                break
            absent = self.bank.concepts[code].absent
            kinds = [kind for kind in absent if absent[kind] and sections & set(_DECOY_PLACES[kind])]
            if not kinds:
                continue
            kind = self.rng.choice(kinds)
            place = self.rng.choice([place for place in _DECOY_PLACES[kind] if place in sections])
            wording = self.rng.choice(absent[kind])
            topics = wording.mentions.topics | kin_of(code)
            if kind != "family":
                if topics & self.topics_used or self._is_near(code) or not wording.mentions.stay_clear(has):
                    continue
                if not fits_sex(wording.plain, self.stay.person.sex):
                    continue
                self.topics_used |= topics
            decoy = wording.say(self.voice, self.rng)
            if kind == "lookalike":
                place = self._place_of_lookalike(wording.plain, place)
            elif place == "past" and "course" in sections and _THIS_STAY.search(decoy.text):
                place = "course"
            decoys.setdefault(place, []).append(decoy if place == "course" else _bare(decoy))
            wanted -= 1
        return decoys

    def _place_of_lookalike(self, text: str, place: str) -> str:
        """Findings stand among the results, and only what reads like a diagnosis stands among the past ones."""
        if _FINDING.search(text) and "results" in self.layout.sections and self._perhaps(0.6):
            return "results"
        if place == "past" and (len(text) > 70 or _FINDING.search(text) or _VERB.search(text)):
            return "course"
        return place

    def _is_near(self, code: str) -> bool:
        own = kin_of(code)
        if not own:
            return any(other[:3] == code[:3] for other in self.stay.has)
        return any(topic.is_near(self.stay.has) for topic in TOPICS if topic.name in own)

    # --- choosing words --------------------------------------------------------------------------------------------

    def _say(self, code: str, kind: str, *, prose: bool = False) -> Passage | None:
        """Say a concept from one of its lists in words that are true of this patient; None if there are none."""
        wordings = [
            wording for wording in self.bank.concepts[code].said[kind] if self._suits(wording, prose=prose)
        ]
        fresh = [wording for wording in wordings if wording.source not in self.used] or wordings
        for _ in range(_TRIES if fresh else 0):
            wording = self.rng.choice(fresh)
            passage = wording.say(self.voice, self.rng)
            if not any(agent.search(passage.text) for agent in self.foreign_agents):
                self.used.add(wording.source)
                return passage
        return None

    def _suits(self, wording: Wording, *, prose: bool) -> bool:
        if not wording.mentions.fit(self.stay.has, kin_of(wording.concept)) or not fits_sex(
            wording.plain, self.stay.person.sex
        ):
            return False
        if len(self.stay.concepts) > 2 and _ALONE.search(wording.source):
            return False
        return not prose or not (
            _SHOUTED.search(wording.source) or ":" in wording.source or " - " in wording.source
        )

    def _name(self, code: str, *, prose: bool = False) -> Passage:
        """Name a concept; a code with no wordings that suit is named by any of its names."""
        passage = self._say(code, "name", prose=prose) or self._say(code, "name")
        if passage is None:
            names = self.bank.concepts[code].said["name"]
            passage = self.rng.choice(names).say(self.voice, self.rng)
        return passage

    def _planned(self, part: str) -> Passage | None:
        wording = self.stay.texts.get(part)
        return wording.say(self.voice, self.rng) if wording else None

    def _fragment(self, name: str) -> Passage:
        """Draw a generic fragment that does not contradict the patient."""
        wordings = self.bank.fragments[name]
        for _ in range(_TRIES):
            wording = self.rng.choice(wordings)
            if wording.source not in self.used and wording.mentions.stay_clear(self.stay.has):
                break
        if len(wordings) > 12:
            self.used.add(wording.source)
        return wording.say(self.voice, self.rng)

    def _fragments(self, name: str, count: int) -> list[Passage]:
        drawn = [self._fragment(name) for _ in range(count)]
        return list({passage.text: passage for passage in drawn}.values())

    def _much(self, most: int) -> int:
        """A number of optional details, about 0 to `most`, larger in fuller notes."""
        return sum(
            self.rng.random() < self.layout.fullness
            for _ in range(round(most * max(1, self.layout.fullness)))
        )

    def _perhaps(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _listed(self, items: Sequence[Passage], mark: str) -> Passage:
        """Set items as a list in the note's style."""
        if self.layout.capitals:
            items = [item.upper() for item in items]
        if mark == ", ":
            return join(", ", [item.without_final_period() for item in items])
        if mark[:1] == "1":
            return join(
                "\n", [join("", [f"{number}{mark[1:]}", item]) for number, item in enumerate(items, 1)]
            )
        return join("\n", [join("", [mark, item]) for item in items])

    # --- the sections ----------------------------------------------------------------------------------------------

    def _heading(self) -> Passage:
        service, sex = self.stay.plan.service, self.stay.person.sex
        if self.layout.is_dictated:
            lines = [
                "DISCHARGE SUMMARY",
                "",
                "PATIENT NAME: ___",
                "MEDICAL RECORD NUMBER: ___",
                "DATE OF ADMISSION: ___",
            ]
            lines += ["DATE OF DISCHARGE: ___", "ATTENDING PHYSICIAN: ___, M.D."]
            if self._perhaps(0.5):
                lines.append(f"SERVICE: {service.title()}")
            if self._perhaps(0.5):
                lines.append("PRIMARY CARE PHYSICIAN: ___, M.D.")
            return Passage("\n".join(lines))
        gap = self.layout.gap
        allergies = self._fragment("allergies").text
        if self.layout.kind == "short" and self._perhaps(0.5):
            return Passage(
                f"Admission Date: ___  Discharge Date: ___\nSex: {sex}\nService: {service}\nAllergies: {allergies}"
            )
        name = "Name:  ___                     Unit No:   ___"
        parts = [f" \n{name}", "Admission Date:  ___              Discharge Date:   ___"]
        parts += [f"Date of Birth:  ___             Sex:   {sex}", f"Service: {service}"]
        parts += [f"Allergies: \n{allergies}", "Attending: ___."]
        return Passage(gap.join(parts))

    def _complaint(self) -> Passage:
        return (self._planned("complaint") or Passage("___")).without_final_period()

    def _procedure(self) -> Passage:
        items = [self._name(code) for code in self.places.get("procedure", [])]
        planned = self._planned("procedure")
        if planned and not (items and planned.text.lower().strip(". ") in {"none", "n/a", "no"}):
            items.insert(0, planned)
        return join("\n", items) if items else Passage(self.rng.choice(("None", "none", "None.", "N/A")))

    def _past_phrase(self) -> Passage:
        """What comes after "with" in the first sentence: a history of this and that."""
        names = [
            self._name(code, prose=True).without_final_period() for code in self.places.get("history", [])
        ]
        names = [name if self._perhaps(0.2) else name.lowered() for name in names]
        if not names:
            told = "past" in self.layout.sections and self.places.get("past")
            if told or len(self.stay.concepts) > len(self.stay.plan.reason) + 2:
                return Passage(
                    self.rng.choice(
                        (
                            "past medical history as below",
                            "a PMH as listed below",
                            "multiple medical problems",
                            "medical history as below",
                        )
                    )
                )
            return Passage(
                self.rng.choice(
                    (
                        "no significant past medical history",
                        "no significant PMH",
                        "an unremarkable past medical history",
                    )
                )
            )
        return self.rng.choice(
            (
                "a history of ",
                "a history of ",
                "PMH of ",
                "PMH significant for ",
                "h/o ",
                "a past medical history of ",
                "a past medical history significant for ",
                "",
            )
        ) + self._enumerated(names)

    def _enumerated(self, names: Sequence[Passage]) -> Passage:
        if len(names) < 2:
            return names[0]
        last = self.rng.choice((" and ", " and ", ", and ", ", "))
        return join("", [join(", ", names[:-1]), last, names[-1]])

    def _history(self) -> Passage:
        story = self._planned("story") or Passage("{He} was admitted with {history}.")
        if "{history}" in story.text:
            story = story.replacing("{history}", self._past_phrase())
        if self.layout.is_dictated:
            story = story.on_one_line()
        asides: list[Passage] = []
        for code in self.places.get("story", []):
            asides += self._aside(code)
        asides += self.decoys.get("history", [])
        if self._perhaps(0.12):
            asides.append(self._fragment("ed_course"))
        self.rng.shuffle(asides)
        asides = [aside.sentence() for aside in asides]
        paragraphs = [story]
        if asides:
            if self._perhaps(0.5) or self.layout.is_dictated:
                paragraphs = [join(" ", [story, *asides])]
            else:
                paragraphs.append(join(" ", asides))
        if self._perhaps(0.15 + 0.6 * self.layout.fullness) and not self.layout.is_dictated:
            paragraphs.append(self._fragment("ros"))
        return join("\n\n" if self._perhaps(0.8) else "\n", paragraphs)

    def _aside(self, code: str) -> list[Passage]:
        """A sentence on a concept for running text; a story's own opening would tell of another admission."""
        said = self.bank.concepts[code].said
        wordings = [
            wording
            for wording in said["story"]
            if not _OPENING.search(wording.source)
            and self._suits(wording, prose=False)
            and wording.source not in self.used
        ]
        if not wordings:
            return []
        wording = self.rng.choice(wordings)
        self.used.add(wording.source)
        return [wording.say(self.voice, self.rng)]

    def _cardiac_past(self) -> Passage:
        """The fixed form of cardiology services: risk factors with their signs, cardiac history, the rest."""
        has = self.stay.concepts
        risks: list[Passage] = []
        taken: set[str] = set()
        for beginnings, words in _RISK_FACTORS:
            word = self.rng.choice(words)
            code = next((code for code in has if code.startswith(beginnings)), "")
            if code and code in self.bank.concepts:
                taken.add(code)
                risks.append(
                    join(
                        "",
                        [self.rng.choice(("(+) ", "(+)", "+ ")), Passage(word, (Mark(0, len(word), code),))],
                    )
                )
            elif not any(code.startswith(beginnings) for code in self.stay.silent):
                risks.append(Passage(self.rng.choice(("(-) ", "(-)", "- ")) + word))
        history: list[Passage | str] = []
        for codes, heading in _CARDIAC_HISTORY:
            code = next((code for code in codes if code in has and code in self.bank.concepts), "")
            if code:
                taken.add(code)
                history.append(join("", [f"- {heading}: ", self._name(code)]))
            elif not self.stay.silent.intersection(codes):
                history.append(f"- {heading}: {self.rng.choice(('None', 'none', 'N/A'))}")
        history.append("- PACING/ICD: None")
        rest = [self._name(code) for code in self.places.get("past", []) if code not in taken]
        rest += self.decoys.get("past", [])
        parts = [
            join("", ["1. CARDIAC RISK FACTORS: ", join(", ", risks)]),
            join("\n", ["2. CARDIAC HISTORY:", *history]),
        ]
        parts.append(
            join("\n", ["3. OTHER PAST MEDICAL HISTORY:", *(join("", ["- ", item]) for item in rest)])
        )
        return join("\n", parts if rest else parts[:2])

    def _past(self) -> Passage:
        if "CARD" in self.stay.plan.service and not self.layout.is_dictated and self._perhaps(0.4):
            return self._cardiac_past()
        codes = self.places.get("past", [])
        run_on = self.layout.past_list == ", " or self.layout.kind == "prose"
        items: list[Passage] = []
        for code in codes:
            line = self._say(code, "line") if not run_on and self._perhaps(0.45) else None
            items.append(_bare(line) if line else self._name(code, prose=run_on))
        if not run_on:
            items = [item.capitalized() if self._perhaps(0.4) else item for item in items]
        decoys = self.decoys.get("past", [])
        self.rng.shuffle(items)
        if self.layout.kind == "dictated" and self._perhaps(0.4):
            run_on = True
        if not items and not decoys:
            return Passage(
                self.rng.choice(("None", "none", "Denies", "As per HPI.", "See HPI", "None significant."))
            )
        if run_on:
            names = [item.on_one_line().without_final_period().lowered() for item in items]
            listed = [self._enumerated(names).capitalized().sentence()] if items else []
            return join(" ", [*listed, *(decoy.sentence() for decoy in decoys)])
        listed = (
            self._listed(items, self.layout.past_list if self.layout.past_list != ", " else "- ")
            if items
            else Passage("")
        )
        if not decoys:
            return listed
        if self._perhaps(0.5) or not items:
            items += decoys
            self.rng.shuffle(items)
            return self._listed(items, self.layout.past_list if self.layout.past_list != ", " else "- ")
        return join("\n", [listed, join(" ", decoys)])

    def _social(self) -> Passage:
        items: list[Passage] = []
        for code in self.places.get("social", []):
            line = self._say(code, "line") if self._perhaps(0.5) else None
            items += [_bare(line).sentence()] if line else self._aside(code)
        smokes = any(code.startswith(("F17", "Z87.891", "Z72.0")) for code in self.stay.has)
        if not smokes and self._perhaps(0.7):
            items += self._never_smoker()
        if not items and self._perhaps(0.35):
            return self._fragment("social_hidden")
        topics = [topic for topic in _SOCIAL if topic != "social_alcohol" or not self._drinks()]
        items += [
            self._fragment(topic) for topic in self.rng.sample(topics, min(len(topics), 1 + self._much(4)))
        ]
        self.rng.shuffle(items)
        if self.layout.is_dictated or self._perhaps(0.65):
            return join(" ", [item.sentence() for item in items])
        return join("\n", [join("", ["- ", item]) if self._perhaps(0.9) else item for item in items])

    def _drinks(self) -> bool:
        return any(code.startswith(("F10", "K70")) for code in self.stay.has)

    def _never_smoker(self) -> list[Passage]:
        denials = [
            wording
            for code in _SMOKING
            if code in self.bank.concepts
            for wording in self.bank.concepts[code].absent["negated"]
            if wording.mentions.stay_clear(self.stay.has)
        ]
        return [_bare(self.rng.choice(denials).say(self.voice, self.rng))] if denials else []

    def _family(self) -> Passage:
        items = list(self.decoys.get("family", []))
        if not items and self._perhaps(0.45):
            return self._fragment("family_unknown")
        if not items or self._perhaps(0.4):
            items += self._fragments("family", 1 + self._much(2))
        return join(
            " " if self.layout.is_dictated or self._perhaps(0.6) else "\n",
            [item.sentence() for item in items],
        )

    def _exam(self) -> Passage:
        planned = self._planned("exam")
        if self.layout.is_dictated:
            return self._fragment("exam_dictated")
        blocks = [planned if planned and self._perhaps(0.65) else self._fragment("exam_admission")]
        blocks += [line for line in self._result_lines if _EXAMINED.match(line.text)]
        if self._perhaps(0.2 + 0.6 * self.layout.fullness):
            blocks.append(self._fragment("exam_discharge"))
        if self.layout.fullness < 0.15 and self._perhaps(0.4):
            return Passage(
                self.rng.choice(
                    ("___", "see H&P", "Discharge exam: VSS, NAD, RRR, CTAB, abd soft NT/ND, no edema")
                )
            )
        return join("\n\n" if self._perhaps(0.6) else "\n", blocks)

    @cached_property
    def _result_lines(self) -> list[Passage]:
        lines: list[Passage] = []
        for code in self.places.get("result", []):
            if line := self._say(code, "result"):
                lines.append(line)
        return lines

    def _results(self) -> Passage:
        has = self.stay.has
        blocks: list[Passage] = []
        tidy = self.layout.is_dictated
        if self._perhaps(0.9):
            title = (
                ""
                if tidy
                else self.rng.choice(
                    (
                        "ADMISSION LABS:\n",
                        "Admission labs\n",
                        "ON ADMISSION:\n",
                        "ADMISSION LABS\n==============\n",
                        "",
                    )
                )
            )
            draws = [draw_panels(has, self.rng, tidy=tidy) for _ in range(1 if tidy else 1 + self._much(2))]
            blocks.append(
                Passage(title + (". " if tidy else "\n").join(line for draw in draws for line in draw))
            )
        in_exam = "exam" in self.layout.sections
        findings = [
            line for line in self._result_lines if not (in_exam and _EXAMINED.match(line.text)) or tidy
        ]
        findings += self.decoys.get("results", [])
        findings += self._fragments("imaging", self._much(5))
        findings += self._fragments("microbiology", self._much(3))
        self.rng.shuffle(findings)
        blocks += findings
        if not tidy and self._perhaps(0.2 + 0.6 * self.layout.fullness):
            blocks.append(
                Passage(
                    self.rng.choice(("DISCHARGE LABS:\n", "Discharge labs\n", "ON DISCHARGE:\n"))
                    + "\n".join(draw_panels(has, self.rng))
                )
            )
        return join("\n\n" if not tidy else " ", [block.sentence() if tidy else block for block in blocks])

    def _course(self) -> Passage:
        paragraphs: list[Passage] = []
        active: list[Passage] = []
        if planned := self._planned("course"):
            active.append(planned)
        chronic: list[Passage] = []
        for code in self.places.get("course", []):
            if paragraph := self._say(code, "course"):
                acute = weights_of(code).get("past", 0) < 0.3
                (active if acute else chronic).append(self._problem(paragraph))
        first, rest = active[:1], active[1:]
        self.rng.shuffle(rest)
        self.rng.shuffle(chronic)
        decoys = self.decoys.get("course", [])
        for decoy in decoys:
            group = rest if self._perhaps(0.6) else chronic
            if group and self._perhaps(0.4):
                index = self.rng.randrange(len(group))
                group[index] = join(" ", [group[index].sentence(), decoy])
            else:
                group.append(decoy)
        headed = self.layout.issue_headings
        if headed:
            paragraphs.append(
                Passage(
                    self.rng.choice(
                        (
                            "ACUTE ISSUES:",
                            "ACTIVE ISSUES:",
                            "ACTIVE ISSUES\n=============",
                            "ACUTE ISSUES:\n=============",
                        )
                    )
                )
            )
        paragraphs += first + rest
        if headed and chronic:
            paragraphs.append(
                Passage(
                    self.rng.choice(
                        ("CHRONIC ISSUES:", "CHRONIC ISSUES\n==============", "CHRONIC/STABLE ISSUES:")
                    )
                )
            )
        paragraphs += chronic
        paragraphs += self._fragments("hospital_detail", self._much(4))
        if self.stay.died:
            paragraphs.append(
                Passage(
                    f"{self.voice.fill('Pt', self.rng)} died on ___ with {self.rng.choice(('family', '___', 'family and chaplain'))} at the bedside. Autopsy was declined."
                )
            )
        paragraphs += self._transitional()
        if self.layout.is_dictated:
            return join(
                "\n\n" if self._perhaps(0.5) and self.layout.kind != "prose" else " ",
                [_unproblem(item.on_one_line()).sentence() for item in paragraphs],
            )
        return join("\n\n" if self._perhaps(0.75) else "\n", paragraphs)

    def _transitional(self) -> list[Passage]:
        spoken = [
            _bare(line) for code in self.places.get("transitional", []) if (line := self._say(code, "line"))
        ]
        if not spoken and not self._perhaps(0.35 if self.layout.issue_headings else 0.12):
            return []
        items = [join("", ["- ", item]) for item in spoken]
        if "Z66" not in self.stay.has and self._perhaps(0.5):
            items.append(self._fragment("full_code"))
        items += self._fragments("transitional", 1 + self._much(4))
        self.rng.shuffle(items)
        return [
            join(
                "\n",
                [
                    self.rng.choice(
                        (
                            "TRANSITIONAL ISSUES:",
                            "TRANSITIONAL ISSUES\n===================",
                            "Transitional issues:",
                        )
                    ),
                    *items,
                ],
            )
        ]

    def _problem(self, paragraph: Passage) -> Passage:
        """Give a problem of the course the note's own mark, where it came with one."""
        heading = _RUN_HEADING.match(paragraph.text)
        if (
            heading
            and "\n" in heading.group()
            and not any(mark.start < heading.end() for mark in paragraph.marks)
        ):
            paragraph = paragraph.after(heading.end())
        bullet = _BULLET.match(paragraph.text)
        if not bullet:
            return paragraph
        bare = paragraph.after(bullet.end())
        mark = self.layout.problem
        return join(
            "", [mark if mark[:1] != "1" else bullet.group() if bullet.group()[:1].isdigit() else "# ", bare]
        )

    @cached_property
    def _medications(self) -> list[Passage]:
        """What the patient takes at home: the drugs of the conditions, and others."""
        drugs: dict[str, Passage] = {}
        for code in self.places.get("medication", []):
            for _ in range(self.rng.choice((1, 1, 1, 2))):
                if line := self._say(code, "medication"):
                    drugs.setdefault(_drug(line), _bare(line))
        for line in self._fragments("medication", 1 + self._much(10)):
            drugs.setdefault(_drug(line), line)
        lines = list(drugs.values())
        self.rng.shuffle(lines)
        return lines

    def _home_medications(self) -> Passage:
        lines = [line for line in self._medications if self._perhaps(0.9)]
        if not lines:
            return Passage(self.rng.choice(("None", "none", "The patient takes no medications.")))
        if self._perhaps(0.6) and not self.layout.is_dictated:
            heading = "The Preadmission Medication list is accurate and complete.\n"
            return heading + self._listed(lines, self.layout.medication_list)
        if self._perhaps(0.15) or (self.layout.is_dictated and self._perhaps(0.4)):
            return join(", ", lines).sentence()
        return self._listed(lines, self.layout.medication_list)

    def _discharge_medications(self) -> Passage:
        if self.stay.died:
            return Passage(self.rng.choice(("n/a", "None (expired)", "N/A")))
        lines = [line for line in self._medications if self._perhaps(0.92)]
        taken = {_drug(line) for line in lines}
        lines += [
            line
            for line in self._fragments("discharge_medication", self._much(3))
            if _drug(line) not in taken
        ]
        if self.layout.is_dictated:
            lines = [line for line in lines if "\n" not in line.text]
        if not lines:
            return Passage("None")
        if self.layout.kind == "prose" or (self.layout.kind == "dictated" and self._perhaps(0.3)):
            return join(", ", lines).sentence()
        return self._listed(lines, self.layout.medication_list)

    def _disposition(self) -> Passage:
        if self.stay.died:
            return self._fragment("expired")
        return (self._planned("disposition") if self._perhaps(0.6) else None) or self._fragment("disposition")

    def _diagnosis(self, said: set[str] | None = None) -> Passage:
        planned = self._planned("diagnosis")
        said = (said or set()) | {mark.concept for mark in (planned.marks if planned else ())}
        codes = list(self.places.get("diagnosis", []))
        named = {mark.concept for mark in planned.marks} if planned else set()
        codes = [code for code in codes if code not in named]
        codes += [
            code
            for code in self.stay.concepts
            if code not in said and code not in codes and code in self.bank.concepts
        ]
        prose = self.layout.kind == "prose"
        items = [self._name(code, prose=prose) for code in codes]
        if not prose:
            items = [item.capitalized() if self._perhaps(0.6) else item for item in items]
        if planned is None:
            first, rest = items[:1], items[1:]
        else:
            first, rest = [planned], items
        mark = self.layout.diagnosis_list if not prose else ", "
        if not first:
            return Passage("___")
        if prose:
            return join(", ", [item.on_one_line().without_final_period() for item in first + rest])
        has_lines = "\n" in first[0].text or re.match(r"(?i)primary|\d[.)]|-", first[0].text)
        if has_lines or (rest and self._perhaps(0.45)):
            title = self.rng.choice(
                (
                    ("Primary:", "Secondary:"),
                    ("PRIMARY DIAGNOSIS:", "SECONDARY DIAGNOSES:"),
                    ("Primary diagnosis", "Secondary diagnoses"),
                    ("Primary Diagnosis:", "Secondary Diagnosis:"),
                )
            )
            head = (
                first[0]
                if has_lines
                else join("\n", [title[0], self._listed(first, mark if mark != ", " else "")])
            )
            if not rest:
                return head
            if re.search(r"(?i)\bsecondary|chronic", first[0].text):
                return join("\n", [head, self._listed(rest, mark)])
            return join(
                "\n\n" if self._perhaps(0.5) else "\n",
                [head, join("\n", [title[1], self._listed(rest, mark)])],
            )
        return self._listed(first + rest, mark)

    def _condition(self) -> Passage:
        return self._fragment("expired_condition" if self.stay.died else "condition")

    def _instructions(self) -> Passage:
        if self.stay.died:
            return Passage(self.rng.choice(("n/a", "Patient expired.", "N/A")))
        planned = self._planned("instructions") if self._perhaps(0.85) else None
        return join(
            "\n\n", [planned or self._fragment("instructions"), *self._fragments("advice", self._much(2))]
        )

    def _followup(self) -> Passage:
        return Passage("n/a") if self.stay.died else self._fragment("followup")

    def _closing(self) -> list[Passage]:
        parts: list[Passage] = []
        if self._perhaps(0.06):
            parts.append(self._fragment("addendum"))
        if self._perhaps(0.7 if self.layout.is_dictated else 0.1):
            parts.append(self._fragment("closing"))
        return parts

    def _letter(self, bodies: dict[str, Passage], diagnoses: Passage) -> Passage:
        """A note in plain prose, as a letter or a transfer summary has it."""
        patient = self.voice.fill("Pt", self.rng)
        opening = self.rng.choice(
            (
                f"Dear Dr. ___,\n\n{patient} was discharged from the {self.stay.plan.service.title()} service of ___ on ___.",
                f"TRANSFER SUMMARY\n\n{patient} was under our care from ___ to ___.",
                "Dear Colleague,\n\nThank you for asking us to care for this patient, whose stay is summarized here.",
                "Hospital summary",
            )
        )
        parts: list[Passage | str] = [opening, bodies["history"]]
        past = bodies["past"]
        if self._perhaps(0.7):
            past = join("", [self.rng.choice(("Past history: ", "Background: ", "Medical history: ")), past])
        parts.append(join(" ", [past.sentence(), bodies["social"]]))
        parts.append(bodies["course"])
        parts.append(
            join(
                "",
                [
                    self.rng.choice(("Final diagnoses: ", "In summary, the diagnoses were ", "Diagnoses: ")),
                    diagnoses,
                ],
            ).sentence()
        )
        parts.append(
            join(
                "",
                [
                    self.rng.choice(
                        ("Medications on discharge: ", "Discharged on ", "Current medications: ")
                    ),
                    bodies["discharge_medications"],
                ],
            ).sentence()
        )
        parts.append(self.rng.choice(("Sincerely,\n___, MD", "With kind regards,\n___", "___, M.D.")))
        return join("\n\n", [part for part in parts if part])


def _draw_voice(stay: Stay, layout: Layout, rng: random.Random) -> Voice:
    male = stay.person.sex == "M"
    title = "Mr." if male else rng.choice(("Ms.", "Ms.", "Mrs."))
    patient = (
        rng.choice(("the patient", "the patient", f"{title} ___", "pt"))
        if not layout.is_dictated
        else "the patient"
    )
    hides_age = rng.random() < (0.8 if not layout.is_dictated else 0.4)
    age = "___" if hides_age else str(min(stay.age, 90))
    return Voice(stay.person.sex, age, title, patient, hides_years=rng.random() < 0.85)


def _draw_foreign_agents(rng: random.Random) -> list[re.Pattern[str]]:
    """The drugs of each class that this patient does not take."""
    foreign: list[re.Pattern[str]] = []
    for agents, weights in zip(_AGENTS, _AGENT_WEIGHTS, strict=True):
        own = rng.choices(agents, weights)[0]
        foreign += [re.compile(rf"\b(?:{agent})\b", re.IGNORECASE) for agent in agents if agent != own]
    return foreign


def _list_for(place: str) -> str:
    """The list of the bank that a place draws from first."""
    return {
        "history": "name",
        "past": "name",
        "diagnosis": "name",
        "procedure": "name",
        "transitional": "line",
        "social": "line",
    }.get(place, place)


def _bare(line: Passage) -> Passage:
    """A list line without a bullet or heading of its own."""
    for pattern in (_RUN_HEADING, _BULLET):
        if match := pattern.match(line.text):
            clear = not any(mark.start < match.end() for mark in line.marks)
            if clear and match.end() < len(line.text):
                line = line.after(match.end())
    return line


def _unproblem(paragraph: Passage) -> Passage:
    """A paragraph of the course without the mark that a problem list gives it."""
    match = re.match(r"(?:#+\)?|[-*])\s*", paragraph.text)
    return paragraph.after(match.end()) if match else paragraph


def _drug(line: Passage) -> str:
    return line.text.lstrip("0123456789.-*# ").split(" ", 1)[0].lower().strip(",")
