"""What a code looks like: a code of ICD-10-CM, ICD-10-PCS or ICD-9-CM goes in, its normal form comes out.

V27.0 and E849.7 are codes of ICD-9-CM and of ICD-10-CM, with other meanings. A code of ICD-9-CM is therefore
always written with its system before it, as UMLS and BioPortal do: ICD9CM:V27.0.
"""

import re
from typing import Literal

from attending.errors import InputError

System = Literal["ICD-10-CM", "ICD-10-PCS", "ICD-9-CM", "ICD-9-CM procedures"]
CM: System = "ICD-10-CM"
PCS: System = "ICD-10-PCS"
NINTH_CM: System = "ICD-9-CM"
NINTH_PROCEDURES: System = "ICD-9-CM procedures"
NINTH: tuple[System, System] = (NINTH_CM, NINTH_PROCEDURES)
NINTH_PREFIX = "ICD9CM:"

_CM_SHAPE = re.compile(r"([A-Z][0-9A-Z][0-9A-Z])(?:(\.?)([0-9A-Z]{1,4}))?")
_PCS_SHAPE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
# A section of ICD-10-PCS named by a letter, then a body system: any letter (ICD-10-CM has none there), or
# one of its digits.
_LETTERED_PCS_SHAPE = re.compile(r"(?:[BCDFGHX][A-HJ-NP-Z]|B[02-5789]|C[025789]|D[0789]|F[01]|X[02]).{5}")
# ICD-10-CM writes X00-X08 (fire and flames) with the placeholder X in sixth place, where ICD-10-PCS has none.
_FIRE = re.compile(r"X0...X.")
_NINTH_SHAPES = {
    NINTH_CM: re.compile(r"([0-9]{3}|V[0-9]{2})(?:\.?([0-9]{1,2}))?|(E[0-9]{3})(?:\.?([0-9]))?"),
    NINTH_PROCEDURES: re.compile(r"([0-9]{2})(?:\.?([0-9]{1,2}))?"),
}
_EXPECTED = {
    CM: "an ICD-10-CM code such as I25.10 or I2510 (a letter, two characters, then at most four more)",
    PCS: "an ICD-10-PCS code such as 02HV33Z (seven characters of 0-9, A-H, J-N, P-Z, no dot)",
    NINTH_CM: "an ICD-9-CM code such as 428.0, V27.0 or E849.7, with or without its dot",
    NINTH_PROCEDURES: "an ICD-9-CM procedure code such as 38.93, with or without its dot",
}


def normal_form(text: str, *, system: System | None = None) -> str:
    """Return the one way a code is written here.

    ICD-10-CM: dotted, upper case (I25.10). ICD-10-PCS: without a dot (02HV33Z). ICD-9-CM: dotted, behind the name
    of its system (ICD9CM:428.0, ICD9CM:V27.0; a procedure has two digits before the dot, ICD9CM:38.93).

    Only the shape is checked: whether the code exists, and whether it is billed as it stands, is for a
    `Taxonomy` to say (N18 has the shape of I10). Blocks (N17-N19) and chapters are entries of a taxonomy, but
    no codes.

    Args:
        text: A code with or without its dot, in any case, with or without blanks around it.
        system: The system it belongs to, where this is known (MIMIC-IV keeps each in its own table). Without
            it a code is of ICD-9-CM only if it says so (ICD9CM:...), there without its dot a diagnosis; and an
            undotted code of seven characters is ICD-10-PCS if it begins with one of that system's sections and
            body systems; this tells apart all codes of the packaged releases.

    Raises:
        InputError: The text has not the shape of a code of that system.
    """
    code = text.strip().upper()
    bare = code.removeprefix(NINTH_PREFIX)
    likely = system or (_likely_ninth(bare) if bare != code else _likely_system(code))
    if likely in NINTH:
        if match := _NINTH_SHAPES[likely].fullmatch(bare):
            category, *rest = filter(None, match.groups())
            return NINTH_PREFIX + ".".join((category, *rest))
    elif likely == PCS:
        if _PCS_SHAPE.fullmatch(code):
            return code
    elif match := _CM_SHAPE.fullmatch(code):
        category, _, detail = match.groups()
        return f"{category}.{detail}" if detail else category
    expected = _EXPECTED[likely] if system or likely in NINTH else f"{_EXPECTED[CM]}, or {_EXPECTED[PCS]}"
    raise InputError(f"Expected {expected}, got {_shortened(text)}. Correct the code.")


def undotted(code: str) -> str:
    """Return a code as claims and MIMIC-IV's tables write it: I2510 for I25.10.

    Raises:
        InputError: The text has not the shape of a code.
    """
    return normal_form(code).removeprefix(NINTH_PREFIX).replace(".", "")


def system_of(code: str) -> System:
    """Tell the system of a code in normal form: ICD-10-PCS codes have seven characters and no dot."""
    if code.startswith(NINTH_PREFIX):
        return _likely_ninth(code.removeprefix(NINTH_PREFIX))
    return PCS if len(code) == 7 and "." not in code else CM


def _likely_system(code: str) -> System:
    if len(code) != 7 or "." in code:
        return CM
    if code[0].isdigit():
        return PCS
    return PCS if _LETTERED_PCS_SHAPE.fullmatch(code) and not _FIRE.fullmatch(code) else CM


def _likely_ninth(bare: str) -> System:
    return NINTH_PROCEDURES if len(bare.partition(".")[0]) == 2 else NINTH_CM


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 20 else f"{text[:20]}...")
