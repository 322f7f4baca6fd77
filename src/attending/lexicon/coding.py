"""From mentions to the codes of an admission: what passes and what lasts, combinations, and the more exact code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from attending.errors import InputError
from attending.taxonomy import Taxonomy
from attending.taxonomy.coding_rules import exclude_each_other, supported_codes

_PASSING = (
    "A", "B0", "B1", "B25", "B34", "B37", "B9", "D62", "D65", "D70", "D59", "E86", "E87", "E83.4", "E83.5", "E10.1",
    "E11.1", "E16", "F05", "F10.13", "F10.23", "G03", "G04", "G45", "G93.4", "H1", "H6", "I20.0", "I21", "I22",
    "I24", "I26", "I30", "I33", "I40", "I46", "I60", "I61", "I62", "I63", "I74", "I80", "I82.4", "I82.6", "I95",
    "J0", "J1", "J2", "J44.0", "J44.1", "J45.901", "J69", "J80", "J81.0", "J90", "J93", "J95", "J96.0", "J96.2",
    "J96.9", "J98.1", "K25", "K26", "K27", "K35", "K36", "K37", "K52", "K55.0", "K56", "K57.2", "K57.3", "K61",
    "K63.1", "K65", "K72.0", "K80.0", "K81.0", "K83.0", "K85", "K92", "L0", "L50", "L51", "M00", "M86", "N10",
    "N12", "N13.6", "N17", "N20", "N30.0", "N39.0", "N41.0", "O", "P", "R", "S", "T", "U07", "Y92", "Z23",
)  # fmt: skip
"""Beginnings of the codes of what passes: said of the past, it is over."""

_PAST_CODES = {
    "I82": "Z86.718", "I80": "Z86.718", "I26": "Z86.711", "I63": "Z86.73", "G45": "Z86.73", "I21": "I25.2",
    "I22": "I25.2", "F17": "Z87.891", "C61": "Z85.46", "C50": "Z85.3", "C18": "Z85.038", "C34": "Z85.118",
    "N39.0": "Z87.440", "J18": "Z87.01", "K25": "Z87.11", "K26": "Z87.11", "K27": "Z87.11", "N20": "Z87.442",
}  # fmt: skip
"""Beginnings of codes, and the code of having had it."""

_STATUS = ("Z89", "Z90", "Z93", "Z94", "Z95", "Z96", "Z97", "Z98")
"""Codes of what was done before this stay."""

_NICOTINE = ("F17",)


@lru_cache(maxsize=4096)
def passes(code: str) -> bool:
    """Whether what a code means passes, so that one of the past is no longer there. Procedures count in this stay."""
    return is_procedure(code) or code.startswith((*_PASSING, *_NICOTINE))


@lru_cache(maxsize=4096)
def lasts(code: str) -> bool:
    """Whether it goes on until the note says that it is over. A history never ends."""
    return code.startswith(_NICOTINE) or not (
        is_procedure(code) or code.startswith((*_PASSING, "Z8", "Z9", "I25.2", "D64.9", "D69.6", "K59.0"))
    )


def is_procedure(code: str) -> bool:
    """Whether it is a code of ICD-10-PCS, which counts only when it was done in this stay."""
    return len(code) == 7 and "." not in code


def is_status(code: str) -> bool:
    """Whether it is the code of what an earlier stay did: a graft, a stent, a transplant."""
    return code.startswith(_STATUS)


def is_drug_use(code: str) -> bool:
    """Whether it is the code of a drug that is taken for long."""
    return code.startswith("Z79")


def code_of_the_past(code: str) -> str | None:
    """The code of having had what a code means, if there is one."""
    return next((past for start, past in _PAST_CODES.items() if code.startswith(start)), None)


def is_history(code: str) -> bool:
    """Whether a code means having had something."""
    return code.startswith(("Z85", "Z86", "Z87", "I25.2"))


@dataclass(frozen=True)
class Coded:
    """What follows from the codes that a note states."""

    by_rule: dict[str, frozenset[str]]
    """Codes that combinations of others make, each with the stated codes that support it."""
    overruled: frozenset[str]
    """Stated codes in whose place a combination or a more exact code stands."""


def apply_rules(stated: Sequence[str], weights: Mapping[str, float]) -> Coded:
    """Apply the rules for combinations and exclusions to what a note states.

    Args:
        stated: Dotted codes, the most important first, without repetition.
        weights: How firmly the note states each; of two that exclude each other the more exact one stays, of two
            as exact as each other the one that is stated more firmly.
    """
    kept = [code for code in stated if not any(_yields(code, other, weights) for other in stated if other != code)]
    codes = supported_codes(kept)
    by_rule = {code: support for code, support in codes.items() if code not in stated}
    return Coded(by_rule, frozenset(code for code in stated if code not in codes))


def _yields(code: str, other: str, weights: Mapping[str, float]) -> bool:
    """Whether a code gives way to another that it may not stand beside."""
    if not exclude_each_other(code, other) or code in _STANDS:
        return False
    if code.startswith("Y92"):
        return (code == "Y92.9" and not other.startswith("Y92.23")) or (code == "Y92.239" and other == "Y92.230")
    if code.startswith("E11") and other.startswith("E11"):
        return code == "E11.9"
    if code in _HYPERTENSION and other in _HYPERTENSION:
        return False
    if any(code.startswith(less) and other.startswith(more) for more, less in _STRONGER):
        return True
    if any(code.startswith(more) and other.startswith(less) for more, less in _STRONGER):
        return False
    ours, theirs = _exactness(code), _exactness(other)
    histories = code.startswith("Z8") or other.startswith("Z8")
    if ours != theirs and (not histories or 0 in (ours, theirs)):
        return ours < theirs
    return (weights[code], other) < (weights[other], code)


_STANDS = {"D62"}
"""What is beside a chronic condition of its kind, and in the place of an unspecified one."""
_HYPERTENSION = {"I10", "I11.0", "I11.9", "I12.0", "I12.9", "I13.0", "I13.2"}
_STRONGER = (
    ("F31", "F32"),
    ("F31", "F33"),
    ("F33", "F32"),
    ("F20", "F31"),
    ("F25", "F31"),
    ("F25", "F32"),
    ("F25", "F33"),
    ("J43", "J44.9"),
    ("J44", "J45.909"),
    ("J20", "J44.9"),
    ("E10", "E11"),
    ("E08", "E11.9"),
    ("E09", "E11.9"),
    ("E13", "E11.9"),
    ("E66.9", "E66.3"),
    ("I69", "Z86.73"),
    ("E10.10", "E87.2"),
    ("E11.10", "E87.2"),
    ("O24", "E11.9"),
    ("O24", "Z79.4"),
)
"""Pairs of which the first stands for both: bipolar disorder for its depression, type 1 for plain "diabetes"."""


@lru_cache(maxsize=4096)
def _exactness(code: str) -> int:
    """2 for a definite condition, 1 for one "unspecified" or "without" by its title, 0 for a symptom or a habit."""
    if code.startswith(("R", "Z72")):
        return 0
    try:
        title = _taxonomy().get(code).description.lower()
    except InputError:
        return 2
    return 1 if "unspecified" in title or "without" in title else 2


@lru_cache(maxsize=1)
def _taxonomy() -> Taxonomy:
    return Taxonomy.load()
