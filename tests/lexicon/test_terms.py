import pytest

from attending.errors import InputError
from attending.lexicon.terms import concepts_of, names_in_description, read_terms
from attending.taxonomy import named_codes


def test_each_of_the_fifty_codes_has_terms_or_is_a_combination() -> None:
    combined = {"I12.9", "I13.0", "I11.0", "E11.22"}
    concepts = {concept.code: concept for concept in read_terms()}
    for code in set(named_codes("mimic-iv-50")) - combined:
        assert concepts[code].names or concepts[code].abbreviations or concepts[code].patterns, code


def test_a_code_has_one_table_of_words_and_others_of_patterns_only() -> None:
    with_words = [
        concept.code
        for concept in read_terms()
        if concept.names or concept.abbreviations or concept.hints or concept.blocks
    ]
    assert len(with_words) == len(set(with_words))
    assert [concept.code for concept in read_terms()] == sorted(concept.code for concept in read_terms())


def test_terms_are_read() -> None:
    (concept,) = concepts_of(
        '[[concept]]\ncode = "i10"\nnames = ["hypertension"]\nabbreviations = ["HTN"]\npatterns = ["high\\\\s+bp"]\n',
        "a.toml",
    )
    assert (concept.code, concept.names, concept.abbreviations) == ("I10", ("hypertension",), ("HTN",))
    assert concept.patterns[0].search("High BP")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[concept", "a.toml is no TOML"),
        ("[concept]\ncode = 'I10'", r"tables \[\[concept]] and nothing else"),
        ("[[concept]]\nnames = ['x']", "concept 1 of a.toml, got no code"),
        ("[[concept]]\ncode = 'I10'\nname = ['x']", "concept 1 of a.toml, got the keys name"),
        ("[[concept]]\ncode = 'I10'\nnames = 'x'", "Expected a list of texts as names of I10"),
        ("[[concept]]\ncode = 'I10'\nnames = ['']", "Expected a list of texts as names of I10"),
        (
            "[[concept]]\ncode = 'I10'\npatterns = ['(']",
            "pattern of I10 in concept 1 of a.toml is no regular expression",
        ),
        ("[[concept]]\ncode = 'I10'\npatterns = ['x*']", "pattern of I10 in concept 1 of a.toml finds nothing"),
        ("[[concept]]\ncode = '!'", "ICD-10-CM code"),
    ],
)
def test_what_is_no_term_is_refused(content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        concepts_of(content, "a.toml")


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Anemia, unspecified", "anemia"),
        ("Unspecified asthma, uncomplicated", "asthma"),
        ("Neoplasm, malignant", "malignant neoplasm"),
        ("Obstructive sleep apnea (adult) (pediatric)", "obstructive sleep apnea"),
        ("Urinary tract infection, site not specified", "urinary tract infection"),
        ("Type 2 diabetes mellitus without complications", "type 2 diabetes mellitus"),
        ("Congestive heart failure NOS", "congestive heart failure"),
        ("Other chronic pain", "chronic pain"),
    ],
)
def test_official_descriptions_become_names(description: str, name: str) -> None:
    assert name in names_in_description([description])
