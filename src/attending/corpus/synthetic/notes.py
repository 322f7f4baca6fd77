"""One admission in, its discharge summary out, with every evidence mark on its words."""

import random
from collections.abc import Callable

from attending.corpus.synthetic.draft import Draft
from attending.corpus.synthetic.layout import draw_layout
from attending.corpus.synthetic.passage import Passage, join
from attending.corpus.synthetic.patients import Stay
from attending.corpus.synthetic.phrasing import Phrasing
from attending.corpus.synthetic.roughness import roughen
from attending.corpus.synthetic.sections import course, discharge, findings, history, medications
from attending.corpus.synthetic.wording_bank import WordingBank

_WRITERS: dict[str, Callable[[Draft], Passage]] = {
    "procedure": findings.write_procedure,
    "history": history.write_history,
    "past": history.write_past,
    "social": history.write_social,
    "family": history.write_family,
    "exam": findings.write_exam,
    "results": findings.write_results,
    "disposition": discharge.write_disposition,
    "condition": discharge.write_condition,
    "followup": discharge.write_followup,
}


def write_note(stay: Stay, bank: WordingBank, rng: random.Random) -> Passage:
    """Write the discharge summary of one admission.

    Args:
        stay: What is to be told.
        bank: The wordings to tell it in.
        rng: Source of chance; equal streams give equal notes.

    Returns:
        The note; each of the stay's concepts that the bank can say is marked in it at least once.
    """
    layout = draw_layout(stay.plan.family, len(stay.concepts), rng)
    draft = Draft.of(Phrasing(stay, bank, layout, rng))
    bodies = _write_bodies(draft)
    if layout.kind == "prose":
        note = _letter(draft, bodies)
    elif layout.kind == "snippet":
        note = join("\n\n", [layout.section(name, bodies[name]) for name in layout.sections if bodies[name]])
    else:
        sections = [layout.section(name, bodies[name]) for name in layout.sections if bodies[name]]
        note = join(layout.gap, [_heading(draft), *sections, *discharge.write_closing(draft)])
    note = roughen(note, draft.words.fragment("template_remnant").text, rng)
    return note.wrapped(layout.width, keep_space=layout.keep_space) if layout.width else note


def _write_bodies(draft: Draft) -> dict[str, Passage]:
    """Write every section's body: the course first, for tests agree with it; drugs and diagnoses follow the others."""
    sections = draft.words.layout.sections
    bodies: dict[str, Passage] = {}
    if "course" in sections:
        bodies["course"] = course.write_course(draft)
        draft.laboratory.believe(bodies["course"].text)
    for name in sections:
        if name == "complaint":
            bodies[name] = (draft.words.planned("complaint") or Passage("___")).without_final_period()
        elif name in _WRITERS:
            bodies[name] = _WRITERS[name](draft)
    told = [bodies[name] for name in ("history", "past", "course") if name in bodies]
    told += draft.words.all_planned("instructions")
    drugs = medications.draw_medications(draft, told)
    if "home_medications" in sections:
        bodies["home_medications"] = medications.write_home_medications(draft, drugs)
    if "discharge_medications" in sections:
        bodies["discharge_medications"] = medications.write_discharge_medications(draft, drugs)
    if "instructions" in sections:
        bodies["instructions"] = discharge.write_instructions(draft, drugs)
    said = {mark.concept for body in bodies.values() for mark in body.marks}
    if "diagnosis" in sections or draft.words.layout.kind == "prose":
        bodies["diagnosis"] = discharge.write_diagnosis(draft, said)
    return bodies


def _heading(draft: Draft) -> Passage:
    words, layout, stay = draft.words, draft.words.layout, draft.words.stay
    service, sex = stay.plan.service, stay.person.sex
    if layout.is_dictated:
        lines = [
            "DISCHARGE SUMMARY",
            "",
            "PATIENT NAME: ___",
            "MEDICAL RECORD NUMBER: ___",
            "DATE OF ADMISSION: ___",
        ]
        lines += ["DATE OF DISCHARGE: ___", "ATTENDING PHYSICIAN: ___, M.D."]
        lines += [f"SERVICE: {service.title()}"] if words.perhaps(0.5) else []
        lines += ["PRIMARY CARE PHYSICIAN: ___, M.D."] if words.perhaps(0.5) else []
        return Passage("\n".join(lines))
    allergies = words.allergies.text
    if layout.kind == "short" and words.perhaps(0.5):
        allergies = (words.fragment("allergies_plain") or words.allergies).text
        lines = [
            "Admission Date: ___  Discharge Date: ___",
            f"Sex: {sex}",
            f"Service: {service}",
            f"Allergies: {allergies}",
        ]
        return Passage("\n".join(lines))
    parts = [
        " \nName:  ___                     Unit No:   ___",
        "Admission Date:  ___              Discharge Date:   ___",
    ]
    parts += [f"Date of Birth:  ___             Sex:   {sex}", f"Service: {service}"]
    parts += [f"Allergies: \n{allergies}", "Attending: ___."]
    return Passage(layout.gap.join(parts))


def _letter(draft: Draft, bodies: dict[str, Passage]) -> Passage:
    """A note in plain prose, as a letter or a transfer summary has it."""
    words, service = draft.words, draft.words.stay.plan.service.title()
    opening = words.choose(
        f"Dear Dr. ___,\n\nThe patient was discharged from the {service} service of ___ on ___.",
        "TRANSFER SUMMARY\n\nThe patient was under our care from ___ to ___.",
        "Dear Colleague,\n\nThank you for asking us to care for this patient, whose stay is summarized here.",
        "Hospital summary",
    )
    past = join("", [words.choose("Past history: ", "Background: ", "Medical history: ", ""), bodies["past"]])
    diagnoses = [
        words.choose("Final diagnoses: ", "In summary, the diagnoses were ", "Diagnoses: "),
        bodies["diagnosis"],
    ]
    drugs = [
        words.choose("Medications on discharge: ", "Discharged on ", "Current medications: "),
        bodies["discharge_medications"],
    ]
    parts = [
        opening,
        bodies["history"],
        join(" ", [past.sentence(), bodies["social"]]),
        bodies["course"],
        join("", diagnoses).sentence(),
        join("", drugs).sentence(),
        words.choose("Sincerely,\n___, MD", "With kind regards,\n___", "___, M.D."),
    ]
    return join("\n\n", parts)
