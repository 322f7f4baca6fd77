"""What a code looks like: a code of ICD-10-CM or ICD-10-PCS goes in, its normal form comes out."""

import re
from typing import Literal

from attending.errors import InputError

System = Literal["ICD-10-CM", "ICD-10-PCS"]
CM: System = "ICD-10-CM"
PCS: System = "ICD-10-PCS"

_CM_SHAPE = re.compile(r"([A-Z][0-9A-Z][0-9A-Z])(?:(\.?)([0-9A-Z]{1,4}))?")
_PCS_SHAPE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
# A section of ICD-10-PCS named by a letter, then a body system: any letter (ICD-10-CM has none there), or
# one of its digits.
_LETTERED_PCS_SHAPE = re.compile(r"(?:[BCDFGHX][A-HJ-NP-Z]|B[02-5789]|C[025789]|D[0789]|F[01]|X[02]).{5}")
# ICD-10-CM writes X00-X08 (fire and flames) with the placeholder X in sixth place, where ICD-10-PCS has none.
_FIRE = re.compile(r"X0...X.")
_EXPECTED = {
    CM: "an ICD-10-CM code such as I25.10 or I2510 (a letter, two characters, then at most four more)",
    PCS: "an ICD-10-PCS code such as 02HV33Z (seven characters of 0-9, A-H, J-N, P-Z, no dot)",
}


def normal_form(text: str, *, system: System | None = None) -> str:
    """Return the one way a code is written here: dotted, upper case (I25.10; ICD-10-PCS has no dot, 02HV33Z).

    Only the shape is checked: whether the code exists, and whether it is billed as it stands, is for a
    `Taxonomy` to say (N18 has the shape of I10). Blocks (N17-N19) and chapters are entries of a taxonomy, but
    no codes.

    Args:
        text: A code with or without its dot, in any case, with or without blanks around it.
        system: The system it belongs to, where this is known (MIMIC-IV keeps each in its own table). Without
            it an undotted code of seven characters is ICD-10-PCS if it begins with one of that system's
            sections and body systems; this tells apart all codes of the packaged releases.

    Raises:
        InputError: The text has not the shape of a code of that system.
    """
    code = text.strip().upper()
    if (system or _likely_system(code)) == PCS:
        if _PCS_SHAPE.fullmatch(code):
            return code
    elif match := _CM_SHAPE.fullmatch(code):
        category, _, rest = match.groups()
        return f"{category}.{rest}" if rest else category
    expected = _EXPECTED[system] if system else f"{_EXPECTED[CM]}, or {_EXPECTED[PCS]}"
    raise InputError(f"Expected {expected}, got {_shortened(text)}. Correct the code.")


def undotted(code: str) -> str:
    """Return a code as claims and MIMIC-IV's tables write it: I2510 for I25.10.

    Raises:
        InputError: The text has not the shape of a code.
    """
    return normal_form(code).replace(".", "")


def system_of(code: str) -> System:
    """Tell the system of a code in normal form: ICD-10-PCS codes have seven characters and no dot."""
    return PCS if len(code) == 7 and "." not in code else CM


def _likely_system(code: str) -> System:
    if len(code) != 7 or "." in code:
        return CM
    if code[0].isdigit():
        return PCS
    return PCS if _LETTERED_PCS_SHAPE.fullmatch(code) and not _FIRE.fullmatch(code) else CM


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 20 else f"{text[:20]}...")
