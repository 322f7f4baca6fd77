"""What stands above a code of ICD-9-CM: its category and chapter. Titles of codes come from the source's tables.

ICD-9-CM (volumes 1 to 3, by the CDC and CMS, in use until September 2015) is in the public domain.
"""

from collections.abc import Mapping

from attending.taxonomy.code import NINTH_PREFIX, NINTH_PROCEDURES, system_of

_CHAPTERS = (
    ("001", "139", "Infectious and parasitic diseases"),
    ("140", "239", "Neoplasms"),
    ("240", "279", "Endocrine, nutritional and metabolic diseases, and immunity disorders"),
    ("280", "289", "Diseases of the blood and blood-forming organs"),
    ("290", "319", "Mental, behavioral and neurodevelopmental disorders"),
    ("320", "389", "Diseases of the nervous system and sense organs"),
    ("390", "459", "Diseases of the circulatory system"),
    ("460", "519", "Diseases of the respiratory system"),
    ("520", "579", "Diseases of the digestive system"),
    ("580", "629", "Diseases of the genitourinary system"),
    ("630", "679", "Complications of pregnancy, childbirth, and the puerperium"),
    ("680", "709", "Diseases of the skin and subcutaneous tissue"),
    ("710", "739", "Diseases of the musculoskeletal system and connective tissue"),
    ("740", "759", "Congenital anomalies"),
    ("760", "779", "Certain conditions originating in the perinatal period"),
    ("780", "799", "Symptoms, signs, and ill-defined conditions"),
    ("800", "999", "Injury and poisoning"),
    ("E000", "E999", "Supplementary classification of external causes of injury and poisoning"),
    (
        "V01",
        "V99",
        "Supplementary classification of factors influencing health status and contact with health services",
    ),
)
_PROCEDURE_CHAPTERS = (
    ("00", "00", "Procedures and interventions, not elsewhere classified"),
    ("01", "05", "Operations on the nervous system"),
    ("06", "07", "Operations on the endocrine system"),
    ("08", "16", "Operations on the eye"),
    ("17", "17", "Other miscellaneous diagnostic and therapeutic procedures"),
    ("18", "20", "Operations on the ear"),
    ("21", "29", "Operations on the nose, mouth and pharynx"),
    ("30", "34", "Operations on the respiratory system"),
    ("35", "39", "Operations on the cardiovascular system"),
    ("40", "41", "Operations on the hemic and lymphatic system"),
    ("42", "54", "Operations on the digestive system"),
    ("55", "59", "Operations on the urinary system"),
    ("60", "64", "Operations on the male genital organs"),
    ("65", "71", "Operations on the female genital organs"),
    ("72", "75", "Obstetrical procedures"),
    ("76", "84", "Operations on the musculoskeletal system"),
    ("85", "86", "Operations on the integumentary system"),
    ("87", "99", "Miscellaneous diagnostic and therapeutic procedures"),
)


def levels_above(code: str, titles: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a code's chapter and category with their titles, the chapter first.

    Args:
        code: A code of ICD-9-CM in normal form.
        titles: Titles by code in normal form. A category that has none is named by its number.
    """
    category = code.partition(".")[0]
    number = category.removeprefix(NINTH_PREFIX)
    chapters = _PROCEDURE_CHAPTERS if system_of(code) == NINTH_PROCEDURES else _CHAPTERS
    first, last, title = next(
        chapter for chapter in chapters if len(chapter[1]) == len(number) and number <= chapter[1]
    )
    chapter = f"{NINTH_PREFIX}{first}-{last}"
    return {chapter: title, category: titles.get(category) or f"Category {number} of ICD-9-CM"}
