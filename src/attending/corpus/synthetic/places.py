"""Where notes say what: for each kind of condition, how likely each place of a note is to speak of it."""

from collections.abc import Collection, Mapping

_CHRONIC = {
    "history": 0.42,
    "past": 0.74,
    "story": 0.1,
    "course": 0.36,
    "diagnosis": 0.33,
    "medication": 0.65,
    "result": 0.1,
}
_ACUTE = {"story": 0.2, "course": 0.85, "diagnosis": 0.42, "medication": 0.3, "result": 0.45}
_FINDING = {"past": 0.2, "story": 0.15, "course": 0.7, "diagnosis": 0.35, "medication": 0.4, "result": 0.4}
_PAST_EVENT = {
    "history": 0.42,
    "past": 0.78,
    "story": 0.12,
    "course": 0.22,
    "diagnosis": 0.12,
    "result": 0.12,
}
_SMOKING = {"history": 0.1, "past": 0.2, "social": 0.88, "story": 0.06, "course": 0.14, "medication": 0.15}
_DRUG = {"history": 0.14, "past": 0.22, "story": 0.25, "course": 0.35, "medication": 0.85, "diagnosis": 0.05}
_LIMITS = {"past": 0.08, "story": 0.15, "course": 0.5, "transitional": 0.5, "diagnosis": 0.03}
_VACCINE = {"course": 0.75, "story": 0.2, "medication": 0.25, "transitional": 0.25}
_LINE = {"procedure": 0.55, "course": 0.7, "result": 0.45, "story": 0.1}
_EVENT = {"story": 0.3, "course": 0.85}

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
}


def weights_of(code: str) -> Mapping[str, float]:
    """How likely each place is to speak of a code; what is not known otherwise counts as chronic."""
    for beginning, weights in _BY_BEGINNING:
        if code.startswith(beginning):
            return weights
    return _CHRONIC


def section_of(place: str, sections: Collection[str]) -> str:
    """The section of a note that holds a place, empty if the note has none."""
    return next((section for section in _SECTIONS[place] if section in sections), "")
