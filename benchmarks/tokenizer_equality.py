"""Compare our tokens with BioGPT's own over whole collections of texts; one JSON line goes out.

Run `python benchmarks/tokenizer_equality.py [--quick]`. It needs the folder shared/ beside the checkout: BioGPT's
vocab.json and merges.txt, CodiEsp and the unlabelled collections. It writes 20,000 synthetic notes into a folder that
is deleted afterwards and lets Hypothesis make 200,000 strings; `--quick` takes a hundredth of everything. For each
source: texts compared, texts whose ids differ from `BioGptTokenizer`'s (`differences`; `recorded` are those that hold
one of the strings named in docs/decisions/0002-tokenizer.md), texts of which `encode` gives other ids or offsets than
the tokenizer that `AutoTokenizer` reads (`encode_differences`), and texts in which a token is not its slice of the
text or overlaps the next (`offset_differences`).
"""

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import argparse
import csv
import gzip
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from transformers import BioGptTokenizer

from attending.corpus.synthetic import synthesize
from attending.tokenization import biogpt_tokenizer, encode

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOTES = 20_000
STRINGS = 200_000
QUICK = 100

RECORDED = re.compile("DOTMULTI|evertheless")
REMOVED_BY_MOSES = re.compile(r"[\x00-\x08\x0e-\x1b]")

WORDS = """
DOTMULTI DOT MULTI &lt; &amp; &#124; &apos;s @-@ </s> <unk> <pad> nevertheless ___ [**2118-6-2**] #tag C:\\x\\y 12:30
http://a.org/b_c?d=1&e=%20 www.who.int a.b@c-d.org 1,000.5 10-20 5'6" 3.1-->2.0 a/b A&Ox3. (-) [x] {y} ,5 .5 x--y T-cell
Dr. vs. e.g. q.d. U.S. III. mg. No. pp. Pt's rock'n'roll 'tis ± µg β ½ °C → “q” ‘q’ – — … ß ﬁ ŉ ǅ Ⅷ ⅷ ٣ 𝟘 𐐀
中文 日本 한국어 Ελλάδα שלום हिन्दी ไทย العربية 😀 🇪🇸
"""
PIECES = [
    *WORDS.split(),
    *("\u2011", "\u00ad", "\u200b", "\ufeff", "e\u0301", "a\u0345", "\u0301", "\u094d", "\U0001f469\u200d\u2695\ufe0f"),
    *("\x00", "\x01", "\x02", "\x07", "\x1b", "\x7f", "\x85"),
    *(" ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u2028", "\u3000", "\x1c", "\x1f"),
]
RUNS = st.builds(lambda mark, times: mark * times, st.sampled_from(".,'\"`-&_ a5\x01"), st.integers(1, 40))
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CLOSE = st.text(st.sampled_from("aZ59.,'`-&<[| \n\x01βⅧ"), max_size=30)
TEXTS = st.lists(st.sampled_from(PIECES) | RUNS | ANYTHING | CLOSE, max_size=12).map("".join)


class Comparison:
    """The three tokenizers side by side, and what was counted."""

    def __init__(self, folder: Path) -> None:
        files = folder / "vocab.json", folder / "merges.txt"
        self.theirs = BioGptTokenizer(*map(str, files))
        self.ours = biogpt_tokenizer(*files)
        self.names = self.ours.convert_ids_to_tokens(list(range(len(self.ours))))
        self.sources: dict[str, Counter[str]] = {}

    def of(self, source: str, texts: Iterable[str]) -> None:
        """Compare the texts of a source."""
        self.theirs.cache.clear()
        for text in texts:
            self.add(source, text)

    def add(self, source: str, text: str) -> None:
        """Compare one text."""
        encoding = self.ours(text, return_offsets_mapping=True, verbose=False)
        encoded = encode(self.ours, text)
        own = slice(1, None)
        counts = self.sources.setdefault(source, Counter())
        counts["texts"] += 1
        differs = encoding["input_ids"] != self.theirs(text, verbose=False)["input_ids"]
        counts["differences"] += differs
        counts["recorded"] += differs and RECORDED.search(REMOVED_BY_MOSES.sub("", text)) is not None
        counts["encode_differences"] += (
            encoded.token_ids.tolist() != encoding["input_ids"][own]
            or [tuple(place) for place in encoded.offsets.tolist()] != encoding["offset_mapping"][own]
        )
        counts["offset_differences"] += not self.are_slices(text, encoded.token_ids.tolist(), encoded.offsets)

    def are_slices(self, text: str, token_ids: list[int], offsets: np.ndarray) -> bool:
        """Tell whether each token is its slice of the text, without what Moses removes, and none overlap."""
        if (offsets[1:, 0] < offsets[:-1, 1]).any():
            return False
        for token_id, (start, end) in zip(token_ids, offsets.tolist(), strict=True):
            written = REMOVED_BY_MOSES.sub("", text[start:end])
            name = self.names[token_id]
            if name == "<unk>" and len(written) == 1:
                continue
            if written != name.removesuffix("</w>").replace("\x01", "-"):
                return False
        return True


def collections(folder: Path, every: int) -> Iterator[tuple[str, Iterator[str]]]:
    """Give the texts of CodiEsp and of the unlabelled collections, by file."""
    for path in [*sorted(folder.glob("codiesp_en_*.jsonl")), *sorted((folder / "unlabelled").glob("*.jsonl.gz"))]:
        open_text = gzip.open if path.suffix == ".gz" else open
        with open_text(path, "rt", encoding="utf-8") as lines:
            yield path.name.partition(".")[0], (json.loads(line)["text"] for line in list(lines)[::every])


def synthetic_notes(number: int) -> Iterator[str]:
    """Write synthetic notes into a folder that is deleted afterwards, and give their texts."""
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder) / "hospital", admissions=number, seed=20)
        table = Path(folder) / "hospital" / "note" / "discharge.csv.gz"
        with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row["text"]


def with_made_strings(number: int, compare: Callable[[str], None]) -> None:
    """Let Hypothesis make strings and compare each."""

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def run(text: str) -> None:
        compare(text)

    run()


def main() -> None:
    """Compare everything and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="take a hundredth of everything")
    every = QUICK if parser.parse_args().quick else 1
    started = time.perf_counter()
    comparison = Comparison(SHARED / "biogpt-tokenizer")
    for source, texts in collections(SHARED / "data", every):
        comparison.of(source, texts)
    comparison.of("synthetic", synthetic_notes(NOTES // every))
    with_made_strings(STRINGS // every, lambda text: comparison.add("hypothesis", text))
    print(
        json.dumps(
            {
                **sum(comparison.sources.values(), Counter()),
                "seconds": round(time.perf_counter() - started),
                "sources": comparison.sources,
            }
        )
    )


if __name__ == "__main__":
    main()
