r"""The rules by which the Moses tokenizer splits a text, as replacements and one pattern for `tokenizers`.

In: nothing but the tables of characters beside this file. Out: a normalizer and a pre-tokenizer that keep the
place of every character in the source text. They give the words that sacremoses' `MosesTokenizer("en")` gives
with `aggressive_dash_splits=True`, except that a word keeps the characters that Moses would escape (`&`, not
`&amp;`) and that a hyphen between letters becomes `SPLIT_HYPHEN`, where Moses writes `@-@`.

Moses rewrites the text in some twenty passes; each pass sees the spaces that earlier ones put in. Most of them
look at neighbours alone: here one pattern matches each word where it stands and asks the neighbours what such a
pass would have seen. Two passes (for commas and for apostrophes) also use neighbours up: of `,,5` or `5'6'7` they
find every other one. These are replacements here, which put a mark where Moses puts a space; `\G`, the end of the
match before, tells which neighbours are used up.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from tokenizers import Regex
from tokenizers.normalizers import Normalizer, Replace
from tokenizers.normalizers import Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import PreTokenizer, Split

SPLIT_HYPHEN: Final = "\x01"
"""Stands for a hyphen between letters or digits. No text holds it any more between such when it is written."""
_CUT: Final = "\x02"
"""Stands before a comma or an apostrophe where Moses puts a space. It is part of no word."""

_MOST_PARTS: Final = 50_000
"""Of how many dots, commas, apostrophes and stretches of other characters a word may consist; a longer one is cut.
Oniguruma gives up, with a panic, on a match of ten million steps."""

_ABBREVIATIONS: Final = (
    "Adj|Adm|Adv|Asst|Bart|Bldg|Brig|Bros|Capt|Cmdr|Col|Comdr|Con|Corp|Cpl|DR|Dr|Drs|"
    "Ens|Gen|Gov|Hon|Hr|Hosp|Insp|Lt|MM|MR|MRS|MS|Maj|Messrs|Mlle|Mme|Mr|Mrs|Ms|Msgr|"
    "Op|Ord|Pfc|Ph|Prof|Pvt|Rep|Reps|Res|Rev|Rt|Sen|Sens|Sfc|Sgt|Sr|St|Supt|Surg|v|"
    "vs|rev|Rs|Nos|Nr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)
_ABBREVIATIONS_BEFORE_NUMBERS: Final = "No|Art|pp"

_SPACE: Final = r"\t-\r\x1C-\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"
"""What Python takes for a space."""
_CONTROL: Final = r"\x00-\x08\x0E-\x1B"
"""What Moses removes. Between two spaces it stays: Moses has merged spaces before, and sees two."""


@cache
def moses_normalizer() -> Normalizer:
    """Remove control characters, mark hyphens within words, and put a mark where two passes of Moses cut."""
    letter, digit = _class_of("letter"), _class_of("digit")
    number = digit + _class_of("number_letter")

    # An apostrophe between two characters that are no letters. The match of Moses takes the character after it
    # along: the next match cannot begin before that.
    taken = rf"(?<!'\G)(?<!'\G[{digit}.`'\-{_SPACE}])"
    not_at_end = rf"(?![{_SPACE}{_CONTROL}]*+\z)"
    between_others = rf"(?<=[^{letter}]){taken}'(?=[^{letter}]){not_at_end}"
    # One between two letters. A letter serves one match: rock'n'roll becomes rock 'n'roll.
    between_letters = rf"(?<=[{letter}])(?<!'\G[{letter}])'(?=[{letter}])"
    # A comma behind what is no number; a comma that the match before took along does not count. Where neither a
    # number nor a comma follows, the comma stands alone in any case.
    comma = rf"(?!\G)(?<=[^{number}]),(?=[,{number}])"
    spaces_before_text = rf"\A[{_SPACE}{_CONTROL}]+"
    removed_control = rf"[{_CONTROL}](?:(?<![{_SPACE}].)[{_CONTROL}]*+|[{_CONTROL}]*+(?![{_SPACE}]))"
    further_spaces_between_apostrophes = rf"'[{_SPACE}]\K[{_SPACE}]++(?=')"
    hyphen = f"(?<=[{letter}{digit}])-(?=[{letter}{digit}])"
    return NormalizerSequence(
        [
            Replace(Regex(spaces_before_text), ""),
            Replace(Regex(removed_control), ""),
            Replace(Regex(further_spaces_between_apostrophes), ""),
            Replace(Regex(hyphen), SPLIT_HYPHEN),
            Replace(Regex(comma), _CUT + ","),
            Replace(Regex(f"{between_others}|{between_letters}"), _CUT + "'"),
        ]
    )


@cache
def moses_pre_tokenizer() -> PreTokenizer:
    """Split a normalized text into the words of Moses; spaces and marks belong to none."""
    return Split(Regex(_word_pattern()), behavior="removed", invert=True)


def characters(kind: str) -> str:
    """Give all characters that Moses counts as "letter", "digit", "number_letter" (Roman ones) or "lower"."""
    return "".join(chr(code) for first, last in _ranges(kind) for code in range(first, last + 1))


def _class_of(kind: str) -> str:
    """Give the inside of a character class."""
    return "".join(
        rf"\x{{{first:X}}}" if first == last else rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in _ranges(kind)
    )


def _ranges(kind: str) -> list[tuple[int, int]]:
    """Give the first and last code point of each range of characters of a kind."""
    table = json.loads(files(__package__).joinpath("moses_characters.json").read_text(encoding="utf-8"))
    ends = ([int(end, 16) for end in part.split("-")] for part in table[kind].split())
    return [(pair[0], pair[-1]) for pair in ends]


def _word_pattern() -> str:
    """Give the pattern that matches one word of Moses where it stands."""
    letter, digit, lower = map(_class_of, ("letter", "digit", "lower"))
    number = digit + _class_of("number_letter")
    gap = f"[{_SPACE}{_CONTROL}]"
    at_end = rf"(?={gap}*+\z)"

    # Commas and apostrophes are words of their own, but for some: commas before numbers where Moses did not cut, and
    # apostrophes that begin a word (`heading`) or stand within one (`attached`).
    comma = rf"(?<!{_CUT}),(?=[{number}])"
    alone = (
        rf"'(?:(?<={_CUT}')(?![{letter}])"
        rf"|(?<![{letter}{number}{_CUT}]')(?<!\A')(?=[{letter}])"
        rf"|(?<=[{letter}]')(?![{letter}])(?!{at_end})"
        rf"|(?<=\.')(?<!\.\.'){at_end})"
    )
    heading = rf"'(?:(?<={_CUT}')(?=[{letter}])|(?<=[{number}]')(?=s))"
    attached = rf"(?!{alone}|{heading})'"

    # A dot is within a word if something attached follows. At a word's end it stays where the word holds another dot
    # and a letter, is an abbreviation, or has a small letter behind it.
    plain = rf"[{letter}{digit}`\-]"
    inner_dot = rf"\.(?={plain}|{attached})"
    no_dots = rf"(?>(?:{plain}++|{comma}|{attached}){{0,{_MOST_PARTS}}})"
    no_letters = rf"(?>(?:[{digit}`\-]++|{comma}|{attached}|{inner_dot}){{0,{_MOST_PARTS}}})"
    body = rf"(?>(?:{plain}++|{comma}|{attached}|{inner_dot}){{1,{_MOST_PARTS}}})"
    last_dot = rf"\.(?!\.|'{at_end})"
    return (
        rf"{plain}++(?!['.]|,[{number}])"
        rf"|(?!{gap})(?:[^{letter}{digit}`\-.,']"
        rf"|{alone}"
        rf"|(?:{heading})?+(?={no_dots}{inner_dot})(?={no_letters}[{letter}]){body}(?:{last_dot})?+"
        rf"|(?:{heading})?+{body}(?:(?!\.)|\.(?={gap}*+[{lower}]))"
        rf"|(?:{_ABBREVIATIONS}|[A-Z]){last_dot}"
        rf"|(?:{_ABBREVIATIONS_BEFORE_NUMBERS})\.(?={gap}++[0-9])"
        rf"|(?:{heading})?+{body}"
        rf"|\.{{2,}}"
        rf"|.)"
        rf"|(?<=[{letter}{digit}]){SPLIT_HYPHEN}(?=[{letter}{digit}])"
    )
