"""Short documents made of the tabular list alone: official titles and inclusion terms go in, JSON lines come out.

    python recipes/problem_lists.py FILE [--documents 2500] [--seed 0]

Each is a problem list of a few conditions as ICD-10-CM names them, among them some of the 50 codes of the benchmark,
often with a line that denies others or gives them to a relative. They teach a model what codes are called, and to draw
no codes from a short text that holds none. `attending prepare FILE FOLDER --codes mimic-iv-50 --keep-without-label`
reads them.
"""

import argparse
import json
import random
from pathlib import Path

from attending.sealing import write_text_whole
from attending.taxonomy import LabelSpace, Taxonomy, named_codes
from attending.taxonomy.code import CM

STATED = (
    "Discharge Diagnosis:\n{list}",
    "Past Medical History:\n{list}",
    "PMH: {row}.",
    "Problem list\n{list}",
    "Assessment: patient with {row}.",
    "# {row}",
    "{row}",
)
UNSAID = (
    "No history of {row}.",
    "Denies {row}.",
    "Family History: mother with {row}.",
    "Father: {row}.",
    "Workup was negative for {row}.",
    "{row} was ruled out.",
    "Return to the hospital if you develop {row}.",
    "Screening for {row} is due.",
)
OTHERS = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "R", "S")
"""Chapters of ICD-10-CM, by first letter, from which other conditions are drawn."""


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    taxonomy = Taxonomy.load()
    labels = LabelSpace.of(named_codes("mimic-iv-50"), taxonomy).labels
    called = {label.code: (label.description, *label.synonyms) for label in labels}
    others = [
        (entry.code, entry.description)
        for entry in map(taxonomy.get, taxonomy)
        if entry.system == CM and entry.is_leaf and entry.code not in called and entry.code.startswith(OTHERS)
    ]
    draw = random.Random(arguments.seed)
    lines = [json.dumps(_document(number, called, others, draw)) for number in range(arguments.documents)]
    write_text_whole(arguments.file, "\n".join(lines) + "\n")


def _document(
    number: int, called: dict[str, tuple[str, ...]], others: list[tuple[str, str]], draw: random.Random
) -> dict[str, object]:
    """Return one document: a list of conditions stated, some of the 50 codes and at least one other; often a denial."""
    stated = draw.sample(sorted(called), draw.choice((0, 0, 1, 1, 2)))
    beside = draw.sample(others, draw.randint(1, 3))
    terms = [_written(draw.choice(called[code]), draw) for code in stated]
    terms += [_written(description, draw) for _, description in beside]
    draw.shuffle(terms)
    lines = [_filled(draw.choice(STATED), terms)]
    if draw.random() < 0.6:
        absent = draw.sample(sorted(called.keys() - set(stated)), draw.choice((1, 1, 2, 3)))
        lines.append(_filled(draw.choice(UNSAID), [_written(draw.choice(called[code]), draw) for code in absent]))
        draw.shuffle(lines)
    return {"id": f"list-{number}", "text": "\n".join(lines), "codes": [*stated, *(code for code, _ in beside)]}


def _filled(form: str, terms: list[str]) -> str:
    return form.format(row=", ".join(terms), list="\n".join(f"{place}. {term}" for place, term in enumerate(terms, 1)))


def _written(term: str, draw: random.Random) -> str:
    """Write a term as in running text now and then."""
    short = term.removesuffix(", unspecified").removesuffix(" NOS")
    return draw.choice((term, short, short.lower()))


if __name__ == "__main__":
    main()
