"""Makes clinical_words.txt.gz. Run `python -m attending.deidentification.derive`.

Words in lower case are those that the wording bank of the synthetic hospital, the descriptions of ICD-10 and spaCy's
English stop words write so. Words with a capital are those that the bank and the descriptions write with one; neither
names a person: "Crohn" is a disease here, "Foley" a catheter.
"""

import gzip
import re
from importlib.resources import files
from pathlib import Path

from spacy.lang.en.stop_words import STOP_WORDS

from attending.deidentification.recognizers import plain
from attending.taxonomy import Taxonomy

_MONTHS = "january february march april may june july august september october november december"
_SIGNS = (
    "Allen Babinski Brudzinski Chvostek Cullen Homans Hoffmann Kernig Lachman Lhermitte McBurney Murphy Phalen Romberg"
)
_SIGNS += (
    " Rovsing Schatzki Spurling Tinel Todd Trendelenburg Trousseau Virchow Weber Rinne Doppler Apgar Bishop Braden"
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"


def main() -> None:
    """Write the list."""
    wordings = files("attending").joinpath("corpus/synthetic/wordings")
    texts = [file.read_text(encoding="utf-8") for file in wordings.iterdir() if file.name.endswith(".toml")]
    lower = {word for text in texts for word in re.findall(r"(?<![\w'’-])[a-zà-ÿ]{2,}(?![\w])", text)}
    taxonomy = Taxonomy.load()
    descriptions = [taxonomy.get(code).description for code in taxonomy]
    inside = {word for text in descriptions for word in re.findall(r"(?<=[ (/-])[A-Za-zÀ-ÿ]{2,}", text)}
    at_first = {text.split()[0] for text in descriptions}
    common = {plain(word) for word in {*lower, *STOP_WORDS, *_MONTHS.split(), *_WEEKDAYS.split()}}
    common |= {plain(word) for word in inside if word.islower()}
    capitalised = {word for text in texts for word in re.findall(r"(?<![\w'’-])[A-ZÀ-Ý][a-zà-ÿ]{2,}(?![\w])", text)}
    named = {*inside, *at_first, *capitalised, *_SIGNS.split()}
    eponyms = {plain(word).capitalize() for word in named if plain(word) not in common}
    words = "\n".join(sorted(word for word in {*common, *eponyms} if len(word) > 1))
    target = Path(str(files("attending.deidentification").joinpath("clinical_words.txt.gz")))
    target.write_bytes(gzip.compress(words.encode(), mtime=0))


if __name__ == "__main__":
    main()
