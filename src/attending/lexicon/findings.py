"""A text in, its findings for each code of a label space out: features for a model and the words that support them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from attending.errors import InputError
from attending.lexicon.coding import apply_rules, code_of_the_past
from attending.lexicon.matching import Matcher
from attending.lexicon.mention import Mention
from attending.lexicon.terms import Concept, names_in_description, read_terms
from attending.taxonomy import Taxonomy, normal_form

FEATURES = (
    "stated",
    "stated_in_diagnoses",
    "log_mentions",
    "hinted",
    "only_negated",
    "only_elsewhere",
    "overruled",
    "by_rule",
)
"""What is said of a code: whether the note states that the patient has it, and does so among the diagnoses, in the
history or in the heading of a problem; the logarithm of one and the mentions that do so; whether drugs, devices or
findings suggest it; whether it is only denied, or only possible, a relative's, past or feared; whether a combination or
a more exact code takes its place; and whether a combination of others makes it."""

_DIAGNOSES = ("diagnoses", "past")


@dataclass(frozen=True)
class Findings:
    """What a text says for each code of a label space."""

    features: npt.NDArray[np.float32]
    """(code, feature), in the order of `FEATURES`."""
    spans: tuple[tuple[tuple[int, int], ...], ...]
    """The words that support each code, (code,): offsets into the text, start and end, in order."""


class Lexicon:
    """The terms for the codes of a label space, ready to be found in texts."""

    def __init__(self, codes: Sequence[str], matcher: Matcher) -> None:
        """Use `Lexicon.for_codes`."""
        self.codes = tuple(codes)
        self._matcher = matcher
        self._places = {code: place for place, code in enumerate(self.codes)}

    @classmethod
    def for_codes(cls, codes: Sequence[str], descriptions: Sequence[str]) -> "Lexicon":
        """Gather the terms: the packaged ones, and for other codes what they are officially called.

        Args:
            codes: The codes of the label space, in its order.
            descriptions: What each is called, (code,).

        Raises:
            InputError: There are not as many descriptions as codes.
        """
        if len(codes) != len(descriptions):
            raise InputError(
                f"Expected a description for each of {len(codes)} codes, got {len(descriptions)}. "
                "Take both from one label space."
            )
        concepts = list(read_terms())
        known = {concept.code for concept in concepts}
        others = [(code, text) for code, text in zip(codes, descriptions, strict=True) if code not in known]
        if others:
            taxonomy = Taxonomy.load()
            concepts.extend(_described(code, text, taxonomy) for code, text in others)
        return cls(codes, Matcher(concepts))

    def mentions(self, text: str) -> list[Mention]:
        """Find all that a text mentions, in its order, of codes outside the label space too."""
        return self._matcher.mentions(text)

    def find(self, text: str) -> Findings:
        """Find what a text says for each code."""
        by_code: defaultdict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions(text):
            by_code[mention.code].append(mention)
            if mention.assertion == "historical" and mention.kind != "hint":
                past = code_of_the_past(mention.code)
                if past is not None:
                    by_code[past].append(replace(mention, code=past, assertion="affirmed"))
        stated = {code: [mention for mention in mentions if mention.states] for code, mentions in by_code.items()}
        stated = {code: mentions for code, mentions in stated.items() if mentions}
        weights = {
            code: len(mentions) + 2.0 * any(_among_diagnoses(mention) for mention in mentions)
            for code, mentions in stated.items()
        }
        coded = apply_rules(sorted(stated, key=lambda code: stated[code][0].start), weights)
        features = np.zeros((len(self.codes), len(FEATURES)), np.float32)
        spans: list[tuple[tuple[int, int], ...]] = []
        for place, code in enumerate(self.codes):
            mentions = by_code.get(code, [])
            affirmed = stated.get(code, [])
            hints = [mention for mention in mentions if mention.kind == "hint" and mention.assertion == "affirmed"]
            named = [mention for mention in mentions if mention.kind != "hint"]
            denied = bool(named) and not affirmed and all(mention.assertion == "negated" for mention in named)
            features[place] = (
                bool(affirmed),
                any(map(_among_diagnoses, affirmed)),
                np.log1p(len(affirmed)),
                bool(hints),
                denied,
                bool(named) and not affirmed and not denied,
                code in coded.overruled,
                code in coded.by_rule,
            )
            support = affirmed or hints
            for part in coded.by_rule.get(code, ()):
                support = support + stated[part]
            spans.append(tuple(sorted({(mention.start, mention.end) for mention in support})))
        return Findings(features, tuple(spans))


def _among_diagnoses(mention: Mention) -> bool:
    return mention.part in _DIAGNOSES or mention.heads


def _described(code: str, description: str, taxonomy: Taxonomy) -> Concept:
    """A concept whose names are those of its official description and inclusion terms."""
    texts = [description]
    try:
        entry = taxonomy.get(normal_form(code))
    except InputError:
        pass
    else:
        texts += [entry.description, *entry.inclusion_terms]
    return Concept(code, names_in_description(texts))
