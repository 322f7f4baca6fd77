"""One entry of the wording bank: read once from its mark-up, said many times, never quite the same."""

import random
import re
from dataclasses import dataclass
from functools import cached_property

from attending.corpus.synthetic.drugs import agents_in
from attending.corpus.synthetic.mentions import Mentions, find_mentions, fits_sex
from attending.corpus.synthetic.passage import Mark, Passage
from attending.errors import InputError

SLOTS = frozenset(
    {"age", "He", "he", "his", "His", "him", "Him", "man", "Man", "M", "Mr", "pt", "Pt", "title"}
    | {"history", "complaint", "conditions"}
)
"""What may stand in braces besides a choice and a range; the last three are filled with passages of the note."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")
_MARK = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_CODE_BEFORE = re.compile(r"([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|[0-9A-Z]{7}):(?=\S)")
_EITHER_SEX = re.compile(r"(?<![A-Za-z])(?:F/M|M/F)(?![A-Za-z])")
_SEXED = (
    ("m", "f"),
    ("man", "woman"),
    ("male", "female"),
    ("gentleman", "lady"),
    ("mr.", "ms."),
    ("mr.", "mrs."),
    ("he", "she"),
    ("his", "her"),
    ("him", "her"),
)
_ONE_OF_MANY = re.compile(
    r"(?<![\d.-])1 (week|day|month|year|hour|minute|episode|tablet|drink|pack|time|unit|night|flight|block"
    r"|pillow)s\b"
)
_YEAR = re.compile(r"\b(in|since|of|until|from|circa) (?:19[4-9]\d|20[0-2]\d)\b(?! (?:m[gLl]|[Uu]|cc))")
_OPENING = re.compile(r"\{age\}|\bpresent(?:s|ing|ed)\b (?:with|to|for)|\bp/w\b")
_ALONE = re.compile(
    r"\b(?:notable|significant|remarkable) only|otherwise (?:healthy|well|unremarkable|negative)"
    r"|no other (?:medical|past|pmh)|\bhealthy|only medical"
    r"|no (?:other )?(?:significant )?(?:past medical history|pmh|medical problems)",
    re.IGNORECASE,
)
_OPERATIVE = re.compile(
    r"\bPOD\b|POD#|post-?op|PACU|\bEBL\b|intra-?op|operating room|anesthesia|\bincision|bypass time|cell saver"
    r"|crossmatch|\bSwan\b|CVICU|SICU|epidural|wound vac|surgical (?:site|wound)|staples"
    r"|(?:after|your) (?:surgery|operation)|you have a drain|your drain",
    re.IGNORECASE,
)
_DESTINATIONS = {
    "home": re.compile(
        r"\b(?:VNA|visiting nurses?|home (?:PT|OT|physical therapy|services|nursing)"
        r"|(?:discharged?|return(?:ed)?|sent) home|discharged? to home"
        r"|cleared (?:\w+ ){0,3}home|safe for (?:discharge )?home|home with|private car)\b",
        re.IGNORECASE,
    ),
    "facility": re.compile(
        r"\b(?:rehab(?:ilitation)?|SNF|skilled nursing|extended care|nursing facility|bed at|long[- ]term care|LTAC)\b",
        re.IGNORECASE,
    ),
}
_LONG_WORD = re.compile(r"[a-z]{5,}")
_SHOUTED = re.compile(r"[A-Z]{6,}")
_SPACES = re.compile(r"(?<=[^\s]) {2,}(?=[^\s])")
_LOOSE_PUNCTUATION = re.compile(r" +([,.;:](?:\s|$))")


@dataclass(frozen=True)
class Voice:
    """How one note speaks of its patient: what the slots of a wording become."""

    sex: str
    age: str
    title: str
    patient: str
    hides_years: bool = True

    def fill(self, slot: str, rng: random.Random) -> str:
        """Say one slot."""
        male = self.sex == "M"
        match slot:
            case "age":
                return self.age
            case "He" | "he":
                word = "he" if male else "she"
            case "his" | "His":
                word = "his" if male else "her"
            case "him" | "Him":
                word = "him" if male else "her"
            case "man" | "Man":
                word = rng.choice(("man", "man", "male", "gentleman") if male else ("woman", "woman", "female", "lady"))
            case "pt":
                return self.patient
            case "Pt":
                return self.patient[0].upper() + self.patient[1:]
            case "title" | "Mr":
                return self.title
            case "M":
                return self.sex
            case _:
                return "{" + slot + "}"
        return word.capitalize() if slot[0].isupper() else word


@dataclass(frozen=True)
class Wording:
    """A string of the bank with `{a|b}` choices, ranges, slots and `[[...]]` evidence marks.

    Attributes:
        source: The string as it stands in the bank.
        concept: The code that an unnamed mark speaks for.
        raw: Whether runs of spaces carry layout and stay.
    """

    source: str
    concept: str
    raw: bool = False

    @cached_property
    def plain(self) -> str:
        """The string without braces and with every alternative, for searching."""
        text = _MARK.sub(lambda match: _CODE_BEFORE.sub("", match.group(1), count=1), self.source)
        while (opened := _BRACES.sub(lambda match: match.group(1).replace("|", " / "), text)) != text:
            text = opened
        return text

    @cached_property
    def mentions(self) -> Mentions:
        """The conditions that it says or denies in passing."""
        return find_mentions(self.plain)

    @cached_property
    def only_sex(self) -> str:
        """The one sex, "F" or "M", that it may be said of; empty if it is either."""
        return "".join(sex for sex in "FM" if not fits_sex(self.plain, "M" if sex == "F" else "F"))

    @cached_property
    def agents(self) -> frozenset[str]:
        """The words for drugs of which a patient takes one of a class."""
        return agents_in(self.plain)

    @cached_property
    def content(self) -> frozenset[str]:
        """Its longer words, in small letters: what it is about."""
        return frozenset(_LONG_WORD.findall(self.plain.lower()))

    @cached_property
    def opens_a_note(self) -> bool:
        """Whether it is a story that opens a note of its own."""
        return bool(_OPENING.search(self.source))

    @cached_property
    def is_operative(self) -> bool:
        """Whether it speaks of an operation during the stay, or what goes with one."""
        return bool(_OPERATIVE.search(self.plain))

    @cached_property
    def leads_to(self) -> frozenset[str]:
        """Where it says the patient goes: "home", "facility", both or neither."""
        return frozenset(place for place, pattern in _DESTINATIONS.items() if pattern.search(self.plain))

    @cached_property
    def claims_health(self) -> bool:
        """Whether it is false of anyone with several conditions."""
        return bool(_ALONE.search(self.source))

    @cached_property
    def reads_as_prose(self) -> bool:
        """Whether it may stand inside a sentence."""
        return not (_SHOUTED.search(self.source) or ":" in self.source or " - " in self.source)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes that its marks speak for."""
        found: set[str] = set()
        for match in _MARK.finditer(self.source):
            named = _CODE_BEFORE.match(match.group(1))
            found.add(named.group(1) if named else self.concept)
        return frozenset(found)

    def faults(self) -> list[str]:
        """What is wrong with the mark-up, if anything, in a few words each."""
        found: list[str] = []
        if not self.source.strip():
            return ["empty"]
        if self.source.count("[[") != self.source.count("]]") or len(_MARK.findall(self.source)) != self.source.count(
            "[["
        ):
            found.append("unbalanced [[ ]]")
        rest = self.source
        while inners := _BRACES.findall(rest):
            unknown = [
                inner for inner in inners if "|" not in inner and inner not in SLOTS and not _RANGE.fullmatch(inner)
            ]
            found += [f"unknown slot {{{inner}}}" for inner in unknown]
            rest = _BRACES.sub("", rest)
        if "{" in rest or "}" in rest:
            found.append("unbalanced braces")
        if "\t" in self.source:
            found.append("tab")
        return found

    def say(self, voice: Voice, rng: random.Random) -> Passage:
        """Draw one passage: choices made, slots filled, evidence marked."""

        def fill(match: re.Match[str]) -> str:
            inner = match.group(1)
            if "|" in inner:
                return _choose(inner.split("|"), voice, rng)
            if limits := _RANGE.fullmatch(inner):
                return _number(limits.group(1), limits.group(2), rng)
            return voice.fill(inner, rng)

        text = self.source
        # Innermost braces first, so that an alternative may hold a slot or a range.
        while "{" in text and (filled := _BRACES.sub(fill, text)) != text:
            text = filled
        if "F/M" in text or "M/F" in text:
            text = _EITHER_SEX.sub(voice.sex, text)
        if "Mr" in text:
            text = text.replace("Mr./Ms.", voice.title).replace("Mr/Ms", voice.title)
        if "1 " in text:
            text = _ONE_OF_MANY.sub(r"1 \1", text)
        if voice.hides_years and ("19" in text or "20" in text):
            text = _YEAR.sub(r"\1 ___", text)
        if not self.raw:
            if "  " in text:
                text = _SPACES.sub(" ", text)
            text = _LOOSE_PUNCTUATION.sub(r"\1", text).strip()
        return _read_marks(text, self.concept)


def checked(source: str, concept: str, *, where: str, raw: bool = False) -> Wording:
    """Make a wording.

    Raises:
        InputError: Its mark-up is broken; `where` says which entry that is.
    """
    wording = Wording(source, concept, raw)
    if faults := wording.faults():
        raise InputError(
            f"Expected a wording with sound mark-up in {where}, found: {'; '.join(faults)}. Mend the entry."
        )
    return wording


def _choose(options: list[str], voice: Voice, rng: random.Random) -> str:
    """Choose an alternative; between a man's word and a woman's the patient's sex decides."""
    pair = {option.strip().lower() for option in options}
    for male, female in _SEXED:
        if pair == {male, female}:
            wanted = male if voice.sex == "M" else female
            return next(option for option in options if option.strip().lower() == wanted)
    return rng.choice(options)


def _number(low: str, high: str, rng: random.Random) -> str:
    if "." not in low and "." not in high:
        return str(rng.randint(*sorted((int(low), int(high)))))
    digits = max(len(low.partition(".")[2]), len(high.partition(".")[2]))
    return f"{rng.uniform(float(low), float(high)):.{digits}f}"


def _read_marks(text: str, concept: str) -> Passage:
    pieces: list[str] = []
    marks: list[Mark] = []
    before = length = 0
    for match in _MARK.finditer(text):
        pieces.append(text[before : match.start()])
        length += len(pieces[-1])
        inner = match.group(1)
        named = _CODE_BEFORE.match(inner)
        said = inner[named.end() :] if named else inner
        bare = said.strip()
        if bare:
            start = length + said.index(bare)
            marks.append(Mark(start, start + len(bare), named.group(1) if named else concept))
        pieces.append(said)
        length += len(said)
        before = match.end()
    pieces.append(text[before:])
    return Passage("".join(pieces), tuple(marks))
