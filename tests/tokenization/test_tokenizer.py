import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BioGptTokenizer, PreTrainedTokenizerFast

from attending.errors import InputError
from attending.tokenization import biogpt_tokenizer, encode, train_tokenizer

NOTE = """
Name:  ___                     Unit No:   ___

Chief Complaint:
Abdominal pain, n/v x3 days

Ms. ___ is a 67 y.o. F w/ h/o HTN, DMII (A1c 8.2% on [**2118-6-2**]), CAD s/p CABGx3 ('09) & CKD.
She couldn't keep down "solids"...  Pt. takes ASA 81mg q.d. and Insulin q.h.s.

___ 06:15AM BLOOD WBC-9.8 RBC-3.21* Hgb-10.2* Plt ___
\tURINE CULTURE:  >100,000 ORGANISMS/ML..  AMPICILLIN------------ =>32 R
# Sepsis: no w/r/r. T-cells |CD4| <5; Murphy's (-). Nevertheless, 5'6" tall; nevertheless well.
"""
WORDS = """
&lt; &amp; &apos;s @-@ DOT MULTI http://a.org/b_c?d=1 a.b@c.org 1,000 5'6 Dr. No. q.d. mg. rock'n'roll ___ T-cell [x]
(-) </s> <unk> ± β ½ – … ß Ⅷ ٣ 𐐀 中文 日本 العربية 😀 🇪🇸
"""
PIECES = [
    *WORDS.split(),
    *("e\u0301", "a\u0345", "\u0301", "\u200b", "\ufeff", " ", "  ", "\n", "\t", "\u00a0", "\u3000", "\x1c", "\x85"),
    *("\x00", "\x01", "\x02", "\x1b"),
]
RUNS = st.builds(lambda mark, times: mark * times, st.sampled_from(".,'\"`-& a5\x01"), st.integers(1, 40))
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEXTS = (
    st.lists(st.sampled_from(PIECES) | RUNS | ANYTHING, max_size=10)
    .map("".join)
    .filter(lambda text: "DOTMULTI" not in re.sub(r"[\x00-\x08\x0e-\x1b]", "", text))
)
IN_A_BARE_PROCESS = """
import json, sys
for name in ("attending", "sacremoses"):
    sys.modules[name] = None
from transformers import AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
encoding = tokenizer(sys.stdin.read(), return_offsets_mapping=True, verbose=False)
print(json.dumps([encoding["input_ids"], encoding["offset_mapping"], tokenizer.model_max_length,
                  tokenizer.pad_token_id, sorted(encoding)]))
"""
TRAIN_IN_A_PROCESS = """
import hashlib, sys
from attending.tokenization import train_tokenizer
tokenizer = train_tokenizer(iter([sys.stdin.read()]), vocabulary_size=300)
print(hashlib.sha256(tokenizer.backend_tokenizer.to_str().encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def biogpt(shared: Path) -> PreTrainedTokenizerFast:
    folder = shared / "biogpt-tokenizer"
    return biogpt_tokenizer(folder / "vocab.json", folder / "merges.txt")


@pytest.fixture(scope="module")
def slow(shared: Path) -> BioGptTokenizer:
    folder = shared / "biogpt-tokenizer"
    return BioGptTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))


@pytest.fixture(scope="module")
def trained() -> PreTrainedTokenizerFast:
    return train_tokenizer([NOTE], vocabulary_size=300)


def run(code: str, *arguments: str, text: str) -> str:
    """Run Python code in a fresh process that reads the text."""
    finished = subprocess.run(
        [sys.executable, "-c", code, *arguments], input=text, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def check_offsets(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    """Each token's slice of the text is the token, and tokens do not overlap."""
    encoded = encode(tokenizer, text)
    assert (encoded.offsets[1:, 0] >= encoded.offsets[:-1, 1]).all()
    assert (encoded.offsets[:, 0] < encoded.offsets[:, 1]).all()
    for token, (start, end) in zip(
        tokenizer.convert_ids_to_tokens(encoded.token_ids), encoded.offsets.tolist(), strict=True
    ):
        written = re.sub(r"[\x00-\x08\x0e-\x1b]", "", text[start:end])
        if token != "<unk>" or written == "<unk>":
            assert written == token.removesuffix("</w>").replace("\x01", "-")
        else:
            assert len(written) == 1


class TestBioGpt:
    def test_a_note_has_the_ids_of_biogpt(self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer) -> None:
        assert biogpt(NOTE)["input_ids"] == slow(NOTE)["input_ids"]

    @pytest.mark.parametrize("part", ["train", "dev"])
    def test_case_reports_have_the_ids_of_biogpt(
        self, shared: Path, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer, part: str
    ) -> None:
        path = shared / "data" / f"codiesp_en_{part}.jsonl"
        if not path.is_file():
            pytest.skip(f"{path.name} is absent from the folder shared/ beside the checkout")
        for line in path.read_text(encoding="utf-8").splitlines()[::10]:
            text = json.loads(line)["text"]
            assert biogpt(text, verbose=False)["input_ids"] == slow(text, verbose=False)["input_ids"]

    @settings(max_examples=300, deadline=None)
    @given(text=TEXTS)
    def test_any_text_has_the_ids_of_biogpt_and_offsets(
        self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer, text: str
    ) -> None:
        assert biogpt(text)["input_ids"] == slow(text)["input_ids"]
        check_offsets(biogpt, text)

    def test_each_token_is_its_slice_of_the_text(self, biogpt: PreTrainedTokenizerFast) -> None:
        check_offsets(biogpt, NOTE)

    def test_special_tokens_in_a_text_are_read_as_biogpt_reads_them(
        self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer
    ) -> None:
        text = "a </s> b.<unk>'c' <pad>,5<s>. d."
        assert biogpt(text)["input_ids"] == slow(text)["input_ids"]

    @pytest.mark.parametrize(
        "arguments",
        [
            {"text": "one", "add_special_tokens": False},
            {"text": "one two", "text_pair": "three"},
            {"text": "one two", "text_pair": "three", "add_special_tokens": False},
            {"text": ["one", "one two three four"], "text_pair": ["five", "six"], "padding": True},
            {"text": ["one", "one two three four"], "padding": True, "padding_side": "left"},
            {"text": ["one", "one two three four"], "padding": True, "pad_to_multiple_of": 8},
            {"text": ["one", "one two"], "padding": "max_length", "truncation": True, "max_length": 3},
            {"text": ["", "one"], "padding": True, "return_tensors": "np"},
            {"text": ["one two", "one"], "padding": True, "return_tensors": "pt"},
            {"text": NOTE, "truncation": True, "max_length": 7},
            {"text": NOTE, "truncation": True, "max_length": 7, "add_special_tokens": False},
            {"text": "one two three", "text_pair": "four five", "truncation": "longest_first", "max_length": 5},
            {"text": "one two three", "text_pair": "four five", "truncation": "only_first", "max_length": 6},
            {"text": "one two three", "text_pair": "four five", "truncation": "only_second", "max_length": 6},
            {"text": "one", "text_pair": "two", "return_token_type_ids": True, "return_special_tokens_mask": True},
        ],
        ids=lambda arguments: "-".join(name for name in arguments if name != "text") or None,
    )
    def test_special_tokens_truncation_padding_and_pairs_are_those_of_biogpt(
        self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer, arguments: dict[str, Any]
    ) -> None:
        ours, theirs = (
            {name: np.asarray(value).tolist() for name, value in tokenizer(**arguments).items()}
            for tokenizer in (biogpt, slow)
        )
        assert ours == theirs

    def test_a_batch_is_its_texts_one_by_one(self, biogpt: PreTrainedTokenizerFast) -> None:
        texts = [NOTE, "", "one", *NOTE.splitlines()]
        assert biogpt(texts)["input_ids"] == [biogpt(text)["input_ids"] for text in texts]

    def test_the_special_tokens_are_those_of_biogpt(
        self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer
    ) -> None:
        for name in ("bos", "eos", "sep", "pad", "unk"):
            assert getattr(biogpt, f"{name}_token_id") == getattr(slow, f"{name}_token_id")
        assert (biogpt.cls_token, biogpt.mask_token) == (slow.cls_token, slow.mask_token)
        assert biogpt.padding_side == slow.padding_side
        assert len(biogpt) == len(slow)

    def test_tokens_bear_the_names_of_biogpt_but_for_what_moses_escapes(
        self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer
    ) -> None:
        ours, theirs = (
            {index: token for token, index in tokenizer.get_vocab().items()} for tokenizer in (biogpt, slow)
        )
        assert ours.keys() == theirs.keys()
        renamed = {theirs[index]: ours[index] for index in ours if ours[index] != theirs[index]}
        assert renamed.pop("madeupword0000</w>") == "evertheless</w>"
        assert renamed.pop("@-@</w>") == "\x01</w>"
        assert renamed.pop("&apos;s</w>") == "'s</w>"
        assert all(re.search("&.*;", token) for token in renamed)

    def test_a_merge_without_an_id_stays_within_the_vocabulary(
        self, biogpt: PreTrainedTokenizerFast, slow: BioGptTokenizer
    ) -> None:
        """The one difference in ids that the decision record names for a word."""
        for text in ("nevertheless", "Nevertheless", "never the less"):
            assert biogpt(text)["input_ids"] == slow(text)["input_ids"]
        assert slow("evertheless")["input_ids"] == [2, 3]
        assert biogpt("evertheless")["input_ids"] == [2, slow.convert_tokens_to_ids("madeupword0000</w>")]

    def test_decoding_gives_readable_text(self, biogpt: PreTrainedTokenizerFast) -> None:
        ids = biogpt("T-cells & [x]")["input_ids"]
        assert biogpt.decode(ids, skip_special_tokens=True) == "T-cells & [ x ]"

    def test_a_bare_process_reads_the_saved_tokenizer(self, biogpt: PreTrainedTokenizerFast, tmp_path: Path) -> None:
        biogpt.save_pretrained(tmp_path)
        ids, offsets, longest, pad, fields = json.loads(run(IN_A_BARE_PROCESS, str(tmp_path), text=NOTE))
        expected = biogpt(NOTE, return_offsets_mapping=True)
        assert ids == expected["input_ids"]
        assert [tuple(pair) for pair in offsets] == expected["offset_mapping"]
        assert (longest, pad, fields) == (1024, 1, ["attention_mask", "input_ids", "offset_mapping"])


class TestTraining:
    def test_the_form_is_that_of_biogpt(self, trained: PreTrainedTokenizerFast) -> None:
        assert trained.convert_ids_to_tokens([0, 1, 2, 3]) == ["<s>", "<pad>", "</s>", "<unk>"]
        assert len(trained) == 300
        assert sorted(trained.get_vocab().values()) == list(range(300))
        assert trained("the pain")["input_ids"][0] == 2
        assert trained("the", "pain")["input_ids"].count(2) == 2

    def test_each_token_is_its_slice_of_the_text(self, trained: PreTrainedTokenizerFast) -> None:
        check_offsets(trained, NOTE)

    def test_every_character_seen_has_a_token_wherever_it_stands(self, trained: PreTrainedTokenizerFast) -> None:
        seen = sorted(set(NOTE) - set(" \n\t"))
        for text in (" ".join(seen), "".join(seen), "".join(reversed(seen))):
            assert trained.unk_token_id not in trained(text)["input_ids"]

    def test_unseen_characters_are_unknown_and_keep_their_place(self, trained: PreTrainedTokenizerFast) -> None:
        encoded = encode(trained, "pain ßé pain")
        unknown = encoded.offsets[encoded.token_ids == 3].tolist()
        assert unknown == [[5, 6], [6, 7]]

    def test_the_same_texts_give_the_same_tokenizer_in_another_process(self, trained: PreTrainedTokenizerFast) -> None:
        digest = hashlib.sha256(trained.backend_tokenizer.to_str().encode()).hexdigest()
        assert run(TRAIN_IN_A_PROCESS, text=NOTE) == digest

    def test_a_bare_process_reads_the_saved_tokenizer(self, trained: PreTrainedTokenizerFast, tmp_path: Path) -> None:
        trained.save_pretrained(tmp_path)
        ids, offsets, *_ = json.loads(run(IN_A_BARE_PROCESS, str(tmp_path), text=NOTE))
        expected = trained(NOTE, return_offsets_mapping=True)
        assert ids == expected["input_ids"]
        assert [tuple(pair) for pair in offsets] == expected["offset_mapping"]

    def test_too_small_a_vocabulary_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"vocabulary_size \(9\) must be at least 10: 4 special tokens and two"):
            train_tokenizer(["abc"], vocabulary_size=9)
        assert len(train_tokenizer(["abc"], vocabulary_size=10)) == 10

    def test_texts_without_a_word_are_refused(self) -> None:
        with pytest.raises(InputError, match="found no word"):
            train_tokenizer([" ", ""], vocabulary_size=100)


class TestDamagedFiles:
    @pytest.fixture
    def files(self, tmp_path: Path) -> tuple[Path, Path]:
        vocabulary, merges = tmp_path / "vocab.json", tmp_path / "merges.txt"
        tokens = ["<s>", "<pad>", "</s>", "<unk>", "a", "b</w>", "ab</w>", "&apos;</w>", "@-@</w>"]
        vocabulary.write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
        merges.write_text("a b</w> 7\n& apos\n&apos ;</w>\n")
        return vocabulary, merges

    def test_small_files_of_the_form_are_read(self, files: tuple[Path, Path]) -> None:
        assert biogpt_tokenizer(*files)("ab ' b-a")["input_ids"] == [2, 6, 7, 5, 8, 3]

    def test_a_missing_vocabulary(self, files: tuple[Path, Path]) -> None:
        files[0].unlink()
        with pytest.raises(InputError, match=r"Expected BioGPT's vocab.json at .*vocab.json, found no JSON"):
            biogpt_tokenizer(*files)

    @pytest.mark.parametrize("content", ["[]", '{"<s>": 0, "<pad>": 2, "</s>": 1, "<unk>": 3}'])
    def test_another_vocabulary(self, files: tuple[Path, Path], content: str) -> None:
        files[0].write_text(content)
        with pytest.raises(InputError, match=r"is not BioGPT's vocab.json: it must give <s>, <pad>, </s>, <unk>"):
            biogpt_tokenizer(*files)

    def test_missing_merges(self, files: tuple[Path, Path]) -> None:
        files[1].unlink()
        with pytest.raises(InputError, match=r"Expected BioGPT's merges.txt at .*merges.txt, found no text"):
            biogpt_tokenizer(*files)

    def test_a_line_that_is_no_merge(self, files: tuple[Path, Path]) -> None:
        files[1].write_text("a b</w>\nab\n")
        with pytest.raises(InputError, match=r"Line 2 of .* does not hold two parts of a token"):
            biogpt_tokenizer(*files)

    def test_merges_of_another_vocabulary(self, files: tuple[Path, Path]) -> None:
        files[1].write_text("a b</w>\nx y\n")
        with pytest.raises(InputError, match=r"Line 2 of .* names tokens that .* does not hold"):
            biogpt_tokenizer(*files)
