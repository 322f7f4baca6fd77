import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacremoses import MosesTokenizer
from tokenizers import NormalizedString, PreTokenizedString

from attending.tokenization import moses

MOSES = MosesTokenizer(lang="en")
NORMALIZER = moses.moses_normalizer()
PRE_TOKENIZER = moses.moses_pre_tokenizer()
ESCAPES = {"&apos;": "'", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&#124;": "|", "&#91;": "[", "&#93;": "]"}
CLINICAL = [
    "___",
    "[**2118-6-2**]",
    "Mr.",
    "Dr. ___",
    "q.d.",
    "p.o.",
    "b.i.d.",
    "q.h.s.",
    "q.4-6h.",
    "WBC-9.8",
    "06:15AM",
    "RBC-3.21*",
    "10,000",
    ">100,000",
    "CABGx3",
    "('09)",
    "s/p",
    "Murphy's",
    "couldn't",
    "A&Ox3.",
    "1.",
    "2.3.",
    "III",
    "No. 5",
    "pp. 3",
    "No. x",
    "e.g.",
    "i.e.",
    "T-cell",
    "R>L",
    "3.1-->2.0",
    "---",
    "=>32",
    "<=4",
    "5'6\"",
    "98.6°F",
    "±",
    "β-blocker",
    "Sjögren's",
    "I.V.",
    "U.S.",
    "M.D.,",
    "pt.",
    "Pt.",
    "ED...",
    "#",
    "~8cm",
    "@",
    "|",
    "(-)",
    "[INR",
    "2.0]",
    "1/2",
    "½",
    "µg",
    "a",
    "the",
    "Hgb",
    "%",
    '"crampy,"',
    "``",
    "''",
    "'s",
    "x'",
    ".5",
    ",5",
    "&lt;",
    "http://a.org/b_c?d=1",
    "\u2019s",
    "\u2013",
    "\u2026",
    "中文",
    "😀",
    "e\u0301",
    "\u200b",
    "\ufeff",
]
GAPS = [" ", "\n", "  ", "\t", "", " \n ", "\r\n", "\u00a0", "\u3000", "\x0c", "\x1f", "\x85", "\u2028"]


def moses_words(text: str) -> list[str]:
    """What sacremoses gives, with our names for what it escapes."""
    words = MOSES.tokenize(text, aggressive_dash_splits=True, return_str=False, escape=True)
    named = []
    for word in words:
        unescaped = re.sub(r"&(?:apos|quot|lt|gt|#124|#91|#93);", lambda found: ESCAPES[found.group()], word)
        named.append(moses.SPLIT_HYPHEN if word == "@-@" else unescaped.replace("&amp;", "&"))
    return named


def our_words(text: str) -> list[str]:
    return [word for word, _ in PRE_TOKENIZER.pre_tokenize_str(NORMALIZER.normalize_str(text))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t ", []),
        ("Dr. Lee saw him. He left.", ["Dr.", "Lee", "saw", "him", ".", "He", "left", "."]),
        ("ASA q.d. 81 mg. po", ["ASA", "q.d.", "81", "mg.", "po"]),
        ("WBC-9.8 <5", ["WBC", "\x01", "9.8", "<", "5"]),
        ("a - b --> c", ["a", "-", "b", "--", ">", "c"]),
        ("[**Name**] ___", ["[", "*", "*", "Name", "*", "*", "]", "_", "_", "_"]),
        ("1,000, 2,5", ["1,000", ",", "2,5"]),
        ("it's the patients' 5's", ["it", "'s", "the", "patients", "'", "5", "'s"]),
        ("rock'n'roll", ["rock", "'n'roll"]),
        ("'tis 5'6'7", ["'tis", "5", "'", "6'7"]),
        ("a,,5 5,,,5", ["a", ",", ",5", "5", ",", ",", ",5"]),
        (",5", [",5"]),
        ("end.'", ["end", ".", "'"]),
        ("wait... No. 5, no. X", ["wait", "...", "No.", "5", ",", "no", ".", "X"]),
        ("in\x00put", ["input"]),
        ("&lt;", ["&", "lt", ";"]),
    ],
)
def test_words_of_moses(text: str, words: list[str]) -> None:
    assert our_words(text) == words == moses_words(text)


def test_clinical_pieces_in_any_order_give_the_words_of_sacremoses() -> None:
    choose = random.Random(0)
    for _ in range(3000):
        text = "".join(choose.choice(CLINICAL) + choose.choice(GAPS) for _ in range(choose.randint(1, 25)))
        assert our_words(text) == moses_words(text), repr(text)


@pytest.mark.parametrize(
    "alphabet",
    [
        "aB5'. ,",
        "'a5 ",
        "'.5-a`",
        ",5a ",
        "'5\u2167as",
        "a.B \n1'",
        "'\"&;<[|#a5. -",
        "' \x01\x055",
        "  a'\x00",
        "a'b'",
    ],
)
def test_chains_of_punctuation_give_the_words_of_sacremoses(alphabet: str) -> None:
    choose = random.Random(1)
    for _ in range(3000):
        text = "".join(choose.choices(alphabet, k=choose.randint(1, choose.choice([8, 14, 60]))))
        assert our_words(text) == moses_words(text), repr(text)


@pytest.mark.parametrize(
    "unit", [",", "'", "5'", "a'", "' ", "'  ", "1,", ",,5", ".", "-", "''a", "' \x01 ", "a.", "1.1"]
)
def test_long_runs_of_punctuation_give_the_words_of_sacremoses(unit: str) -> None:
    for times in range(1, 90):
        for text in (unit * times, f"x{unit * times}y", f"5{unit * times}5"):
            assert our_words(text) == moses_words(text), repr(text)


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text(st.sampled_from("aZ9.,'`-& \n\u00b2\u0663\u094d")))
def test_any_text_gives_the_words_of_sacremoses(text: str) -> None:
    if "DOTMULTI" not in re.sub(r"[\x00-\x08\x0e-\x1b]", "", text):
        assert our_words(text) == moses_words(text)


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [("DOTMULTI DOTDOTMULTI", ["DOTMULTI", "DOTDOTMULTI"], [".", ".."]), ("xDOTMULTIy", ["xDOTMULTIy"], ["x.y"])],
)
def test_where_we_differ_from_sacremoses_is_told_in_the_decision_record(
    text: str, ours: list[str], theirs: list[str]
) -> None:
    assert our_words(text) == ours
    assert moses_words(text) == theirs


def test_a_word_of_more_than_fifty_thousand_parts_is_cut() -> None:
    whole, longer = "a." * 24_000 + "a", "a." * 30_000 + "a"
    assert our_words(whole) == [whole]
    assert "".join(our_words(longer)) == longer


def test_words_keep_their_place_in_the_source_text() -> None:
    text = "\n T-cell\x00s  p\x07H 7.4, 'x' \u00a0 {}"
    pieces = PreTokenizedString(text)

    def normalize(piece: NormalizedString) -> None:
        NORMALIZER.normalize(piece)

    pieces.normalize(normalize)
    PRE_TOKENIZER.pre_tokenize(pieces)
    for word, (start, end), _ in pieces.get_splits(offset_referential="original", offset_type="char"):
        assert re.sub("[\x00-\x08]", "", text[start:end]) == word.replace(moses.SPLIT_HYPHEN, "-")


def test_the_character_tables_are_those_of_sacremoses() -> None:
    def characters(kind: str) -> set[str]:
        return set(moses.characters(kind))

    assert characters("letter") == set(MOSES.IsAlpha)
    assert characters("digit") == set(MOSES.IsAlnum) - set(MOSES.IsAlpha)
    assert characters("digit") | characters("number_letter") == set(MOSES.IsN) & set(MOSES.IsAlnum)
    assert characters("lower") == set(MOSES.IsLower)


def test_every_abbreviation_of_sacremoses_keeps_its_period() -> None:
    assert len(MOSES.NONBREAKING_PREFIXES) > 80
    for abbreviation in MOSES.NONBREAKING_PREFIXES:
        for text in (f"{abbreviation.split()[0]}. Xyz", f"{abbreviation.split()[0]}. 5"):
            assert our_words(text) == moses_words(text)


@pytest.mark.parametrize("unit", ["a.", "1.1", "'", "5'm", "x.x'y", ",", "a-", "' ", "中", "-."])
def test_a_long_line_is_split_to_its_end(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert "".join(our_words(text)).replace(moses.SPLIT_HYPHEN, "-") == text.replace(" ", "")
