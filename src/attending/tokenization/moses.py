"""The rules by which the Moses tokenizer splits a text, as two replacements and one pattern for `tokenizers`.

In: nothing but the tables of characters beside this file. Out: a normalizer and a pre-tokenizer that keep the
place of every character in the source text. They give the words that sacremoses' `MosesTokenizer("en")` gives
with `aggressive_dash_splits=True`, except that a word keeps the characters that Moses would escape (`&`, not
`&amp;`) and that a hyphen between letters becomes `SPLIT_HYPHEN`, where Moses writes `@-@`.

Moses rewrites the text in some twenty passes; each pass sees the spaces that earlier ones put in. Here one
pattern matches each word where it stands, and what a pass would have seen is asked of the neighbours. Where
matches of a Moses pass must not overlap (`,,,5`, `5'6'7`), the answer depends on the parity of a chain of
commas or apostrophes, which is followed back for a few links.
"""

import json
from importlib.resources import files
from typing import Final

from tokenizers import Regex
from tokenizers.normalizers import Normalizer, Replace
from tokenizers.normalizers import Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import PreTokenizer, Split

SPLIT_HYPHEN: Final = "\x01"
"""Stands for a hyphen between letters or digits. No text holds it any more when it is written."""

_CHAIN: Final = 8
"""How many links of a chain of commas or apostrophes are followed back, and how many spaces within one."""
_REPEATS: Final = 200
"""How many dots a word may hold, and how many commas and apostrophes between two of them."""

_ABBREVIATIONS: Final = (
    "Adj|Adm|Adv|Asst|Bart|Bldg|Brig|Bros|Capt|Cmdr|Col|Comdr|Con|Corp|Cpl|DR|Dr|Drs|"
    "Ens|Gen|Gov|Hon|Hr|Hosp|Insp|Lt|MM|MR|MRS|MS|Maj|Messrs|Mlle|Mme|Mr|Mrs|Ms|Msgr|"
    "Op|Ord|Pfc|Ph|Prof|Pvt|Rep|Reps|Res|Rev|Rt|Sen|Sens|Sfc|Sgt|Sr|St|Supt|Surg|v|"
    "vs|rev|Rs|Nos|Nr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)
_ABBREVIATIONS_BEFORE_NUMBERS: Final = "No|Art|pp"

_SPACE: Final = r"\t-\r\x1C-\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"
"""What Python takes for a space."""


def moses_normalizer() -> Normalizer:
    """Drop control characters that are no spaces, and spaces before the text; mark hyphens within words."""
    alphanumeric = f"[{_characters('letter')}{_characters('digit')}]"
    return NormalizerSequence(
        [
            Replace(Regex(rf"\A[{_SPACE}\x00-\x1F]+|[\x00-\x08\x0E-\x1B]+"), ""),
            Replace(Regex(f"(?<={alphanumeric})-(?={alphanumeric})"), SPLIT_HYPHEN),
        ]
    )


def moses_pre_tokenizer() -> PreTokenizer:
    """Split a normalized text into the words of Moses; spaces belong to none."""
    return Split(Regex(_word_pattern()), behavior="removed", invert=True)


def _characters(kind: str) -> str:
    """Give the inside of a character class: "letter", "digit", "number_letter" (Roman ones) or "lower"."""
    table = json.loads(files(__package__).joinpath("moses_characters.json").read_text(encoding="utf-8"))
    ranges = (ends.split("-") for ends in table[kind].split())
    return "".join("-".join(rf"\x{{{end}}}" for end in ends) for ends in ranges)


def _word_pattern() -> str:
    """Give the pattern that matches one word of Moses where it stands."""
    letter, digit, lower = _characters("letter"), _characters("digit"), _characters("lower")
    number = digit + _characters("number_letter")
    spaces = f"[{_SPACE}]*+"

    # A comma is part of a word between numbers (1,000), and before a number where Moses' comma rule, whose
    # matches consume the character before the comma, had none left for it: at the start, or by parity in
    # ",,5".
    pairs = rf"(?:,,){{0,{_CHAIN}}}"
    comma = (
        rf",(?=[{number}])"
        rf"(?:(?<=[{number}],)|(?<=\A{pairs},)|(?<=[{number}],,{pairs},)|(?<=[^,{number}],{pairs},))"
    )

    # Moses' first rule for apostrophes sets those apart that stand between two characters that are no
    # letters. Its matches consume the character after the apostrophe, so that the next two characters begin
    # no match: whether an apostrophe is such a one is counted from the start of a chain of them, each at
    # most one character from the next. The chain starts after a character of another kind or after an
    # apostrophe behind a letter.
    near = rf"[{digit}.`\-]"
    some_spaces = rf"[{_SPACE}]{{1,{_CHAIN}}}"
    between = rf"(?:{near}|{some_spaces})"
    chain_start = (
        rf"(?:(?:\A|[{letter}])'{between}?"
        rf"|(?:\A|[^']){near}|(?:\A|[^'{_SPACE}]){some_spaces}|[^'{letter}{digit}.`\-{_SPACE}])"
    )
    match_to_match = rf"(?:'''{between}?|''{between}|'{between}'{between}?)"
    consumed = rf"(?<={chain_start}{match_to_match}{{0,{_CHAIN}}}(?:''?|'{between})')"
    alone = (
        rf"'(?<!\A')(?:"
        rf"(?!{spaces}\z)(?:(?<![{letter}]')(?![{letter}])(?!(?<=''|'{between}'){consumed})"
        rf"|(?<![{letter}{number}]')(?=[{letter}])"
        rf"|(?<=[{letter}]')(?![{letter}]))"
        rf"|(?<=\.')(?<!\.\.')(?={spaces}\z))"
    )
    # A letter between two apostrophes serves only one of them: rock'n'roll becomes rock 'n'roll.
    other_start = rf"(?:\A|[^']|(?:\A|[^{letter}])')"
    served = rf"(?<={other_start}[{letter}]'[{letter}](?:'[{letter}]'[{letter}]){{0,{_CHAIN}}}')"
    heading = rf"'(?:(?<=[{letter}]')(?=[{letter}])(?!{served})|(?=s)(?<=[{number}]'))"
    attached = rf"(?!{alone}|{heading})'"

    # Words. An interior dot has something attached behind it. Repetitions have a limit, because Oniguruma
    # gives up on a match of many millions of steps.
    plain = rf"[{letter}{digit}`\-]"
    dot = rf"\.(?={plain}|{attached})"
    part = rf"(?>(?:{plain}++|{comma}|{attached}){{1,{_REPEATS}}})"
    part_without_letters = rf"(?>(?:[{digit}`\-]++|{comma}|{attached}){{1,{_REPEATS}}})"
    before_lower = rf"(?:\.(?={spaces}[{lower}]))?+"
    single_dot = rf"\.(?!\.|'{spaces}\z)"
    dotted = (
        rf"(?:{part_without_letters})?+(?>(?:{dot}{part_without_letters}){{1,{_REPEATS}}})(?![{letter}]|{dot})"
        rf"{before_lower}"
        rf"|(?:{part})?+(?>(?:{dot}{part}){{1,{_REPEATS}}})(?:{single_dot})?+"
    )
    return (
        rf"(?![{_SPACE}])(?:{plain}++(?![.,'])"
        rf"|[^{_SPACE}{letter}{digit}`\-.,']"
        rf"|{alone}"
        rf"|(?:{heading})?+(?:{part}(?!\.)|{dotted})"
        rf"|(?:{_ABBREVIATIONS}|[A-Z]){single_dot}"
        rf"|(?:{_ABBREVIATIONS_BEFORE_NUMBERS})\.(?=[{_SPACE}]++[0-9])"
        rf"|(?:{heading})?+{part}{before_lower}"
        rf"|\.{{2,}}"
        rf"|[^{_SPACE}])"
    )
