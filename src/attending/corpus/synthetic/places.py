"""Where notes say what: for each kind of condition, how likely each place of a note is to speak of it."""

from collections.abc import Mapping

from attending.corpus.synthetic.phrasing import Phrasing

Places = dict[str, list[str]]
"""For each place of a note, the concepts that it says."""

_CHRONIC = {
    "history": 0.42,
    "past": 0.76,
    "story": 0.08,
    "course": 0.5,
    "diagnosis": 0.33,
    "medication": 0.65,
    "result": 0.1,
    "instruction": 0.08,
}
_ACUTE = {"story": 0.2, "course": 0.85, "diagnosis": 0.42, "medication": 0.3, "result": 0.45, "instruction": 0.35}
_FINDING = {
    "past": 0.2,
    "story": 0.15,
    "course": 0.7,
    "diagnosis": 0.35,
    "medication": 0.4,
    "result": 0.4,
    "instruction": 0.2,
}
_PAST_EVENT = {
    "history": 0.42,
    "past": 0.78,
    "story": 0.12,
    "course": 0.22,
    "diagnosis": 0.12,
    "result": 0.12,
    "instruction": 0.05,
}
_SMOKING = {
    "history": 0.1,
    "past": 0.2,
    "social": 0.88,
    "story": 0.06,
    "course": 0.14,
    "medication": 0.15,
    "instruction": 0.2,
}
_DRUG = {
    "history": 0.14,
    "past": 0.22,
    "story": 0.25,
    "course": 0.35,
    "medication": 0.85,
    "diagnosis": 0.05,
    "instruction": 0.25,
}
_LIMITS = {"past": 0.08, "story": 0.15, "course": 0.5, "transitional": 0.5, "diagnosis": 0.03, "instruction": 0.1}
_VACCINE = {"course": 0.75, "story": 0.2, "medication": 0.25, "transitional": 0.25, "instruction": 0.3}
_LINE = {"procedure": 0.55, "course": 0.7, "result": 0.45, "story": 0.1, "instruction": 0.2}
_EVENT = {"story": 0.08, "course": 0.92}

_BY_BEGINNING: tuple[tuple[str, Mapping[str, float]], ...] = (
    ("F17", _SMOKING),
    ("Z87.891", _SMOKING),
    ("Z79", _DRUG),
    ("Z95", _PAST_EVENT),
    ("Z86", _PAST_EVENT),
    ("Z85", _PAST_EVENT),
    ("I25.2", _PAST_EVENT),
    ("Z66", _LIMITS),
    ("Z23", _VACCINE),
    ("02HV33Z", _LINE),
    ("Y92", _EVENT),
    ("N17", _ACUTE),
    ("D62", _ACUTE),
    ("J96.0", _ACUTE),
    ("J18", _ACUTE),
    ("N39", _ACUTE),
    ("E87", _ACUTE),
    ("R", _ACUTE),
    ("A", _ACUTE),
    ("I21", _ACUTE),
    ("I26", _ACUTE),
    ("I82.4", _ACUTE),
    ("K85", _ACUTE),
    ("K56", _ACUTE),
    ("K59", _FINDING),
    ("D64", _FINDING),
    ("D69", _FINDING),
)
_SECTIONS = {
    "history": ("history",),
    "story": ("history",),
    "past": ("past",),
    "social": ("social",),
    "course": ("course",),
    "transitional": ("course",),
    "diagnosis": ("diagnosis",),
    "medication": ("discharge_medications", "home_medications"),
    "result": ("results",),
    "procedure": ("procedure",),
    "instruction": ("instructions",),
}
_SECTION_OF_PART = {
    "story": "history",
    "more_course": "course",
    "complication": "course",
    "transitional": "course",
    "exam_discharge": "exam",
}
_LISTS = {
    "story": "story",
    "course": "course",
    "medication": "medication",
    "result": "result",
    "transitional": "line",
    "instruction": "instruction",
}
_WHEN_PLANNED = {"course": 0.0, "story": 0.0, "history": 0.0, "past": 0.1}
_SILENT = {"medication", "result", "instruction"}
"""Places whose wordings need not say the concept in words."""


def choose_places(words: Phrasing) -> Places:
    """Give each concept the places where the note says it; what the plan leaves out gets one that speaks."""
    stay, layout, rng = words.stay, words.layout, words.rng
    planned = {
        code
        for part, wordings in stay.texts.items()
        if _SECTION_OF_PART.get(part, part) in layout.sections
        for wording in wordings
        for code in wording.codes
    }
    places: Places = {}
    for code in stay.concepts:
        if code not in words.bank.concepts:
            continue
        said = words.bank.concepts[code].said
        weights = {
            place: weight
            for place, weight in weights_of(code).items()
            if said[_LISTS.get(place, "name")] and any(section in layout.sections for section in _SECTIONS[place])
        }
        if code in planned:
            # A second account of what the plan has told would tell of another event.
            factors = {place: _WHEN_PLANNED.get(place, 0.45) for place in weights}
        else:
            factors = dict.fromkeys(weights, 0.75 + 0.35 * min(2, layout.fullness))
        chosen = [place for place, weight in weights.items() if rng.random() < weight * factors[place]]
        if code.startswith("Y92"):
            # An event is told once: a second account would tell of another.
            chosen = chosen[-1:]
        speaking = [place for place in weights if place not in _SILENT]
        if speaking and code not in planned and not set(chosen).intersection(speaking):
            chosen.append(rng.choices(speaking, [weights[place] for place in speaking])[0])
        for place in chosen:
            places.setdefault(place, []).append(code)
    return places


def is_acute(code: str) -> bool:
    """Whether the hospital course treats a condition among the active problems."""
    return weights_of(code).get("past", 0.0) < 0.3


def weights_of(code: str) -> Mapping[str, float]:
    """How likely each place is to speak of a code; what is not known otherwise counts as chronic."""
    for beginning, weights in _BY_BEGINNING:
        if code.startswith(beginning):
            return weights
    return _CHRONIC
