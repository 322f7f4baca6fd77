"""How notes look: which sections stand in which order under which headers, how lists and lines are broken."""

import random
from dataclasses import dataclass

from attending.corpus.synthetic.passage import Passage, join

FULL = (
    "complaint",
    "procedure",
    "history",
    "past",
    "social",
    "family",
    "exam",
    "results",
    "course",
    "home_medications",
    "discharge_medications",
    "disposition",
    "diagnosis",
    "condition",
    "instructions",
    "followup",
)
_DICTATED = (
    "complaint",
    "diagnosis",
    "procedure",
    "history",
    "past",
    "social",
    "family",
    "exam",
    "results",
    "course",
    "condition",
    "disposition",
    "discharge_medications",
    "instructions",
    "followup",
)
_KINDS = {"full": 68, "short": 6, "dictated": 12, "prose": 4, "past_first": 6, "snippet": 4}
_SNIPPETS: dict[tuple[str, ...], int] = {
    ("diagnosis",): 22,
    ("past",): 14,
    ("history",): 8,
    ("course",): 8,
    ("history", "past"): 8,
    ("history", "diagnosis"): 8,
    ("past", "discharge_medications"): 6,
    ("diagnosis", "discharge_medications"): 8,
    ("course", "diagnosis"): 8,
    ("discharge_medications",): 2,
    ("diagnosis", "instructions"): 4,
    ("history", "exam", "course"): 4,
}
"""Parts of a note that come alone: a pasted list, a single line, a page."""
_FULLNESS = {
    "medicine": 1.0,
    "cardiology": 1.0,
    "oncology": 1.05,
    "neurology": 0.9,
    "surgery": 0.65,
    "orthopaedics": 0.55,
    "obstetrics": 0.4,
    "psychiatry": 0.8,
}
"""How full the notes of a family of services are, against those of medicine."""
_TYPICAL, _SPREAD, _FULLEST = 1.25, 0.8, 12.0
"""Mean and standard deviation of the logarithm of fullness, and the most: they make the lengths those of MIMIC-IV."""

_HEADERS: dict[str, tuple[str, ...]] = {
    "complaint": ("Chief Complaint:", "Chief Complaint:", "Chief Complaint:", "CC:", "Reason for Admission:"),
    "procedure": ("Major Surgical or Invasive Procedure:",) * 4 + ("Procedures:",),
    "history": ("History of Present Illness:",) * 5
    + ("HPI:", "HISTORY OF PRESENT ILLNESS:", "History of the Present Illness:"),
    "past": ("Past Medical History:",) * 6
    + ("PMH:", "PMHx:", "Past Medical/Surgical History:", "PAST MEDICAL HISTORY:", "PMH/PSH:"),
    "social": ("Social History:",) * 5 + ("SH:", "SOCIAL HISTORY:", "SocHx:"),
    "family": ("Family History:",) * 5 + ("FH:", "FAMILY HISTORY:", "FHx:"),
    "exam": ("Physical Exam:",) * 5 + ("PE:", "PHYSICAL EXAMINATION:"),
    "results": ("Pertinent Results:",) * 5 + ("LABS/STUDIES:", "Labs:", "PERTINENT LABS AND STUDIES:"),
    "course": ("Brief Hospital Course:",) * 5
    + ("Hospital Course:", "HOSPITAL COURSE:", "Brief Hospital Course by Problem:"),
    "home_medications": ("Medications on Admission:",) * 4
    + ("Preadmission medications:", "HOME MEDICATIONS:", "Medications at home:"),
    "discharge_medications": ("Discharge Medications:",) * 5 + ("DISCHARGE MEDICATIONS:", "Meds on discharge:"),
    "disposition": ("Discharge Disposition:",) * 5 + ("Disposition:",),
    "diagnosis": ("Discharge Diagnosis:",) * 5 + ("Discharge Diagnoses:", "Final Diagnosis:", "DISCHARGE DIAGNOSIS:"),
    "condition": ("Discharge Condition:",) * 5 + ("Condition at discharge:",),
    "instructions": ("Discharge Instructions:",) * 5 + ("DISCHARGE INSTRUCTIONS:",),
    "followup": ("Followup Instructions:",) * 5 + ("Follow-up:",),
}
_DICTATED_HEADERS: dict[str, tuple[str, ...]] = {
    "complaint": ("CHIEF COMPLAINT:", "REASON FOR ADMISSION:", "PRESENTING COMPLAINT:"),
    "procedure": ("PROCEDURES PERFORMED:", "PROCEDURES:", "OPERATIONS AND PROCEDURES:"),
    "history": ("HISTORY OF PRESENT ILLNESS:", "HISTORY:", "BRIEF HISTORY:", "HPI:"),
    "past": (
        "PAST MEDICAL HISTORY:",
        "PAST HISTORY:",
        "MEDICAL HISTORY:",
        "PAST MEDICAL AND SURGICAL HISTORY:",
    ),
    "social": ("SOCIAL HISTORY:", "PERSONAL AND SOCIAL HISTORY:"),
    "family": ("FAMILY HISTORY:",),
    "exam": ("PHYSICAL EXAMINATION:", "EXAMINATION:"),
    "results": ("LABORATORY DATA:", "DIAGNOSTIC DATA:", "PERTINENT DATA:"),
    "course": (
        "HOSPITAL COURSE:",
        "COURSE IN HOSPITAL:",
        "HOSPITAL COURSE BY PROBLEM:",
        "SUMMARY OF HOSPITAL COURSE:",
    ),
    "home_medications": ("MEDICATIONS ON ADMISSION:", "HOME MEDICATIONS:"),
    "discharge_medications": ("DISCHARGE MEDICATIONS:", "MEDICATIONS AT DISCHARGE:"),
    "disposition": ("DISPOSITION:", "DISCHARGE DISPOSITION:"),
    "diagnosis": (
        "DISCHARGE DIAGNOSES:",
        "FINAL DIAGNOSES:",
        "DIAGNOSES:",
        "DISCHARGE DIAGNOSIS:",
        "PRINCIPAL AND SECONDARY DIAGNOSES:",
    ),
    "condition": ("CONDITION ON DISCHARGE:", "CONDITION:"),
    "instructions": ("DISCHARGE INSTRUCTIONS:", "PATIENT INSTRUCTIONS:", "DISCHARGE PLAN:"),
    "followup": ("FOLLOWUP:", "FOLLOW-UP:", "FOLLOW UP PLANS:"),
}
_LISTS = ("1. ", "1. ", "1) ", "1.) ", "- ", "- ", "-", "* ", "# ", "", "", "", ", ", ", ", "; ")


@dataclass(frozen=True)
class Layout:
    """The looks of one note.

    Attributes:
        kind: full, short, dictated, prose, past_first, or snippet for a part of a note that comes alone.
        sections: The sections it has, in order.
        headers: The header of each section.
        gap: What stands between two sections.
        past_list: The first mark of the list of past conditions; ", " is a run-on list.
        diagnosis_list: The same for the diagnoses.
        medication_list: The same for medications.
        problem: What begins a problem of the hospital course.
        capitals: Whether lists are in capitals.
        issue_headings: Whether the course has headings for active, chronic and transitional issues.
        width: The line width that the hospital's system breaks at; 0 leaves lines whole.
        keep_space: Whether the space before such a break stays.
        fullness: How much optional detail there is: 0 is none, 1 is much, the longest notes have 4.
        sig_style: Whether drugs are written as older notes do: "Sig: One (1) Tablet PO DAILY (Daily)."
        has_headers: Whether the sections have headers.
    """

    kind: str
    sections: tuple[str, ...]
    headers: dict[str, str]
    gap: str
    past_list: str
    diagnosis_list: str
    medication_list: str
    problem: str
    capitals: bool
    issue_headings: bool
    width: int
    keep_space: bool
    fullness: float
    sig_style: bool
    has_headers: bool

    @property
    def is_dictated(self) -> bool:
        """Whether it speaks in whole sentences, as dictated notes do."""
        return self.kind in {"dictated", "prose"}

    def section(self, name: str, body: Passage) -> Passage:
        """Put a section's header above its body, or before it in dictated notes."""
        if not self.has_headers:
            return body
        header = self.headers[name]
        begins_list = body.text.startswith(("1.", "1)", "- "))
        return join("  " if self.is_dictated and not begins_list else "\n", [header, body])


def draw_layout(family: str, conditions: int, rng: random.Random) -> Layout:
    """Draw the looks of a note.

    Args:
        family: Family of services.
        conditions: How many conditions it has to tell; the more, the fuller it is.
        rng: Source of chance.
    """
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    table = _DICTATED_HEADERS if kind in {"dictated", "prose"} else _HEADERS
    headers = {name: rng.choice(choices) for name, choices in table.items()}
    if kind == "full" and rng.random() < 0.55:
        headers = {name: choices[0] for name, choices in table.items()}
    sections = _draw_sections(kind, rng)
    fullness = _FULLNESS[family] * (0.5 + 0.05 * conditions) * rng.lognormvariate(_TYPICAL, _SPREAD)
    fullness = min(_FULLEST, fullness)
    if kind in {"short", "prose", "snippet"}:
        fullness *= 0.35
    wraps = rng.random() < (0.75 if kind in {"full", "past_first"} else 0.5)
    return Layout(
        kind=kind,
        sections=tuple(sections),
        headers=headers,
        gap="\n\n" if kind in {"dictated", "prose"} else rng.choice(("\n \n", "\n \n", "\n\n", "\n\n", "\n \n \n")),
        past_list=rng.choice(_LISTS),
        diagnosis_list=rng.choice(("1. ", "1. ", "1) ") if kind == "dictated" else _LISTS),
        medication_list=rng.choice(("1. ", "1. ", "1. ", "1. ", "- ", "", "1) ")),
        problem=rng.choice(("# ", "# ", "#", "# ", "1. ", "", "- ", "*", "#) ", "1) ") if kind != "prose" else ("",)),
        capitals=rng.random() < 0.05,
        issue_headings=kind in {"full", "past_first"} and family != "obstetrics" and rng.random() < 0.45,
        width=rng.choice((66, 70, 72, 76, 78, 78, 79, 80)) if wraps else 0,
        keep_space=rng.random() < 0.7,
        fullness=fullness,
        sig_style=rng.random() < 0.12,
        has_headers=rng.random() >= (0.45 if kind == "snippet" else 0.02),
    )


def _draw_sections(kind: str, rng: random.Random) -> list[str]:
    if kind == "snippet":
        return list(rng.choices(list(_SNIPPETS), list(_SNIPPETS.values()))[0])
    if kind == "short":
        keep = {"history", "course", "diagnosis"}
        optional = {
            "complaint": 0.7,
            "past": 0.5,
            "social": 0.35,
            "discharge_medications": 0.6,
            "exam": 0.3,
            "followup": 0.6,
        }
        optional |= {
            "disposition": 0.7,
            "condition": 0.5,
            "instructions": 0.5,
            "procedure": 0.3,
            "family": 0.15,
        }
        return [name for name in FULL if name in keep or rng.random() < optional.get(name, 0.0)]
    if kind == "prose":
        return ["history", "past", "social", "course", "discharge_medications", "condition"]
    if kind == "dictated":
        order = list(_DICTATED)
        if rng.random() < 0.4:
            order.remove("diagnosis")
            order.insert(order.index("condition"), "diagnosis")
        dropped = {
            "complaint": 0.4,
            "family": 0.5,
            "results": 0.3,
            "instructions": 0.3,
            "procedure": 0.3,
            "exam": 0.3,
            "social": 0.25,
        }
        return [name for name in order if rng.random() >= dropped.get(name, 0.0)]
    sections = list(FULL)
    if kind == "past_first":
        sections.remove("past")
        sections.insert(sections.index("history"), "past")
        if rng.random() < 0.5:
            sections.remove("diagnosis")
            sections.insert(0, "diagnosis")
    dropped = {
        "family": 0.12,
        "social": 0.06,
        "exam": 0.06,
        "home_medications": 0.1,
        "results": 0.08,
        "followup": 0.05,
    }
    return [name for name in sections if rng.random() >= dropped.get(name, 0.02 if name != "diagnosis" else 0.0)]
