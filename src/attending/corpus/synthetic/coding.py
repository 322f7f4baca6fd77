"""From the conditions that a note says to the codes that a human coder writes, and what supports each."""

from collections.abc import Collection, Iterable, Sequence

EXCLUSIVE: tuple[tuple[str, ...], ...] = (
    ("I48",),
    ("J44", "J43"),
    ("J45",),
    ("J96", "J95.82"),
    ("J12", "J13", "J14", "J15", "J16", "J18", "J69"),
    ("F32", "F33", "F34.1", "F31"),
    ("F40", "F41"),
    ("E66",),
    ("E78",),
    ("E03", "E89.0", "E05"),
    ("E08", "E09", "E10", "E11", "E13"),
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
)
"""Groups of code beginnings of which an admission holds at most one code."""

_HYPERTENSION = ("I10", "I11", "I12", "I13")
_KIDNEY = ("N18", "I12", "I13", "E11.22")
_HEART_FAILURE = ("I50", "I11.0", "I13")
_DIABETES = ("E11",)


def exclude_each_other(first: str, second: str) -> bool:
    """Whether two different codes may not stand on one admission."""
    return first != second and any(first.startswith(group) and second.startswith(group) for group in EXCLUSIVE)


def supported_codes(concepts: Sequence[str]) -> dict[str, frozenset[str]]:
    """Apply the coding rules for combinations to the concepts of an admission.

    Hypertension with chronic kidney disease, heart failure or both is one combination code (I12, I11.0, I13;
    ICD-10-CM guideline I.C.9.a); type 2 diabetes with chronic kidney disease is E11.22 (guideline I.A.15).

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
    elif "E11.9" in diabetes and len(diabetes) > 1:
        codes = _replaced(codes, frozenset(["E11.9"]), "", frozenset())
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
