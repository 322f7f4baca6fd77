"""From the conditions that a note says to the codes that a human coder writes, and what supports each."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

EXCLUSIVE: tuple[tuple[str, ...], ...] = (
    ("I48",),
    ("J44", "J43"),
    ("J45",),
    ("J96", "J95.82"),
    ("J12", "J13", "J14", "J15", "J16", "J18", "J69"),
    ("F32", "F33", "F34.1", "F31"),
    ("F20", "F25", "F31"),
    ("F25", "F32", "F33"),
    ("F40", "F41"),
    ("E66",),
    ("E78",),
    ("E03", "E89.0", "E05"),
    ("E08", "E09", "E10", "E11", "E13", "R73"),
    ("E11.9", "O24.4"),
    ("O24.4", "Z79.4"),
    ("E87.0", "E87.1"),
    ("N17",),
    ("N18",),
    ("N17", "N18.6"),
    ("N18.6", "Z94.0"),
    ("D61.818", "D69.6"),
    ("E43", "E46"),
    ("K50", "K51"),
    ("I95",),
    ("I26", "Z86.711"),
    ("F03", "G30"),
    ("N10", "N30", "N39.0", "N41"),
    ("N40",),
    ("G47.0",),
    ("G47.3",),
    ("G89",),
    ("K59.0",),
    ("K21",),
    ("M10", "M1A"),
    ("D50", "D51", "D52", "D53", "D57", "D61", "D62", "D63", "D64"),
    ("D69",),
    ("I50",),
    ("I10", "I11", "I12", "I13", "I15"),
    ("F17", "Z87.891", "Z72.0"),
    ("Y92",),
    ("Z86.718", "I82"),
    ("Z86.73", "I69"),
    ("Z86.73", "G45"),
    ("E22.2", "E87.1"),
    ("E87.2", "E10.10", "E11.10"),
    ("J44.1", "J45.901"),
    ("J44", "J45.909"),
    ("J10", "J18"),
    ("J20", "J44.9"),
    ("F10",),
    ("K70.3", "K74"),
    ("R09.02", "J96"),
    ("R06.0", "J96"),
    ("R06.0", "I50"),
    ("R07", "I21"),
    ("R07", "I20"),
    ("N19", "N17"),
    ("N19", "N18"),
    ("I20", "I25.10"),
    ("I25.5", "I42"),
    ("D61.818", "D70"),
    ("R41.0", "F05"),
    ("R82.71", "N39.0"),
    ("J90", "I50"),
    ("K59.0", "K56"),
    ("E06", "E03"),
    ("E05", "E06"),
    ("Z90.79", "N40"),
    ("C61", "N40"),
    ("C61", "Z85.46"),
    ("C50", "Z85.3"),
    ("Z94.0", "N18.4"),
    ("G89", "M54.5"),
)
"""Groups of code beginnings of which an admission holds at most one code."""

COMBINED_WITH_DIABETES = {"G62.9": "E11.42", "I73.9": "E11.51", "H26.9": "E11.36"}
"""What type 2 diabetes, otherwise without complication, is combined with, and the code of both."""

_HYPERTENSION = ("I10", "I11", "I12", "I13")
_KIDNEY = ("N18", "I12", "I13", "E11.22")
_HEART_FAILURE = ("I50", "I11.0", "I13")
_DIABETES = ("E11",)


def exclude_each_other(first: str, second: str) -> bool:
    """Whether two different codes may not stand on one admission."""
    return first != second and not _groups(first).isdisjoint(_groups(second))


@lru_cache(maxsize=1 << 17)
def _groups(code: str) -> frozenset[int]:
    """The groups of `EXCLUSIVE` that a code belongs to."""
    return frozenset(number for number, group in enumerate(EXCLUSIVE) if code.startswith(group))


def supported_codes(concepts: Sequence[str]) -> dict[str, frozenset[str]]:
    """Apply the coding rules for combinations to the concepts of an admission.

    Hypertension with chronic kidney disease, heart failure or both is one combination code (I12, I11.0, I13;
    ICD-10-CM guideline I.C.9.a); type 2 diabetes with chronic kidney disease is E11.22, and with neuropathy,
    angiopathy or cataract likewise one code (guideline I.A.15); an enlarged prostate with retention is N40.1.

    Args:
        concepts: Dotted codes of the conditions said, the principal one first, without repetition.

    Returns:
        The codes in coding order, each with the concepts whose words support it.
    """
    codes = {concept: frozenset([concept]) for concept in concepts}
    kidney = _among(concepts, _KIDNEY)
    hypertension = _among(concepts, _HYPERTENSION)
    if hypertension:
        failure = _among(concepts, _HEART_FAILURE)
        combination = _hypertension_code(kidney, failure)
        support = hypertension | (kidney if kidney else frozenset()) | (failure if failure else frozenset())
        codes = _replaced(codes, hypertension, combination, support)
    diabetes = _among(concepts, _DIABETES)
    if diabetes and kidney:
        codes = _replaced(codes, diabetes & {"E11.9", "E11.22"}, "E11.22", diabetes | kidney)
    if diabetes:
        for other in [code for code in COMBINED_WITH_DIABETES if code in codes]:
            codes = _replaced(codes, frozenset([other]), COMBINED_WITH_DIABETES[other], diabetes | codes[other])
    if "E11.9" in codes and len(_among(tuple(codes), _DIABETES)) > 1:
        codes = _replaced(codes, frozenset(["E11.9"]), "", frozenset())
    if "N40.0" in codes and "R33.9" in codes:
        both = codes["N40.0"] | codes["R33.9"]
        codes = _replaced(_replaced(codes, frozenset(["N40.0"]), "N40.1", both), frozenset(["R33.9"]), "R33.8", both)
    return codes


def _hypertension_code(kidney: Collection[str], failure: Collection[str]) -> str:
    terminal = any(concept.startswith(("N18.6", "N18.5", "I12.0", "I13.2")) for concept in kidney)
    if kidney and failure:
        return "I13.2" if terminal else "I13.0"
    if kidney:
        return "I12.0" if terminal else "I12.9"
    return "I11.0" if failure else "I10"


def _among(concepts: Iterable[str], beginnings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(concept for concept in concepts if concept.startswith(beginnings))


def _replaced(
    codes: dict[str, frozenset[str]], old: frozenset[str], new: str, support: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Put `new` (unless empty) in the place of the first of `old`, or last, and drop the others of `old`."""
    result: dict[str, frozenset[str]] = {}
    for code, concepts in codes.items():
        if code not in old:
            result[code] = concepts
        elif new and new not in result:
            result[new] = support
    if new and new not in result:
        result[new] = support
    return result
