import gc
import random
import threading
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import normalizers
from transformers import PreTrainedTokenizerFast

from attending.tokenization import encode, train_tokenizer, word_memory
from attending.tokenization.word_memory import memory_of

SENTENCE = "Mr. Lee's T-cell count was 9,800 & rising; p.o. intake poor. No. 5, 'quoted' e.g. (x) a.5 6-7 ___ ## β"
WORDS = "a b. A 5 . .. 5. x' 'y ' '' Dr. No. ,5 5, x.y. .' '. ß ß. Ⅷ ٣ \u0345 </s> 中 😀 v. pp. \x01 \x00"
PIECES = SENTENCE.split() + WORDS.split()
GAPS = ["", " ", "\n", "  ", "\t\n", "\u00a0", "\u3000", "\x1c", "\x85", "\u2028"]
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES) | st.text(max_size=4), st.sampled_from(GAPS)), max_size=15).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs).encode("utf-8", "ignore").decode()
)


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerFast:
    return train_tokenizer([SENTENCE], vocabulary_size=150)


@pytest.fixture(scope="module")
def lasting() -> PreTrainedTokenizerFast:
    return train_tokenizer([SENTENCE], vocabulary_size=150)


def check(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    """`encode` gives what the tokenizer gives."""
    expected = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    encoded = encode(tokenizer, text)
    assert encoded.token_ids.tolist() == expected["input_ids"]
    assert [tuple(place) for place in encoded.offsets.tolist()] == expected["offset_mapping"]


@settings(max_examples=1000, deadline=None)
@given(text=TEXTS)
def test_any_text_has_the_tokens_that_the_tokenizer_gives(lasting: PreTrainedTokenizerFast, text: str) -> None:
    check(lasting, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "one",
        " one ",
        "one two",
        "mg. Po mg. po mg. 5 mg.",
        "'x' 'y 5' '6",
        "a </s> b",
        "a\x00 b",
        "' ' '",
        "𐐀. 𐐨",
    ],
)
def test_a_text_is_read_alike_the_second_time(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    check(tokenizer, text)
    check(tokenizer, f"x {text} x")
    check(tokenizer, text)


def test_a_known_word_is_not_read_again(tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    memory = memory_of(tokenizer)
    assert memory is not None
    ask = memory._ask
    monkeypatch.setattr(memory, "_ask", lambda words: asked.append(words) or ask(words))
    memory.read("a b. c b. d")
    memory.read("a c b. d b. 5 d")
    assert asked == [["a", "b. a", "c", "d"], ["a", "d", "b. 0", "5", "d"]]


def test_memory_is_bounded(tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_memory, "_MOST_WORDS", 100)
    monkeypatch.setattr(word_memory, "_WORDS_AT_ONCE", 30)
    choose = random.Random(0)
    memory = memory_of(tokenizer)
    assert memory is not None
    for words in (5, 40, 80, 500, 20):
        check(tokenizer, " ".join(f"{choose.randrange(10**6)}{choose.choice(['', '.', '-x'])}" for _ in range(words)))
        assert len(memory._known) <= 100
    check(tokenizer, f"a {'x' * 65} b")
    assert "x" * 65 not in memory._known


def test_new_special_tokens_count_from_then_on(tokenizer: PreTrainedTokenizerFast) -> None:
    check(tokenizer, "a [SEX] b")
    tokenizer.add_special_tokens({"additional_special_tokens": ["[SEX]"]})
    check(tokenizer, "a [SEX] b")
    assert tokenizer.convert_tokens_to_ids("[SEX]") in encode(tokenizer, "a [SEX] b").token_ids
    tokenizer.add_tokens(["poor"])
    check(tokenizer, "a poor b")
    assert memory_of(tokenizer) is None


def test_another_tokenizer_reads_for_itself(tokenizer: PreTrainedTokenizerFast) -> None:
    tokenizer.backend_tokenizer.normalizer = normalizers.Lowercase()
    assert memory_of(tokenizer) is None
    check(tokenizer, "Mr. Lee Mr. Lee")


def test_truncation_and_padding_set_before_do_not_count(tokenizer: PreTrainedTokenizerFast) -> None:
    tokenizer(["a b c", "a"], truncation=True, max_length=2, padding="max_length")
    assert encode(tokenizer, "a b c a b c").token_ids.shape == (6,)


def test_threads_share_a_memory(tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_memory, "_MOST_WORDS", 50)
    choose = random.Random(1)
    texts = [" ".join(str(choose.randrange(200)) for _ in range(60)) for _ in range(40)]
    expected = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    found: list[list[int]] = [[] for _ in texts]

    def read(places: range) -> None:
        for place in places:
            found[place] = encode(tokenizer, texts[place]).token_ids.tolist()

    threads = [threading.Thread(target=read, args=(range(start, len(texts), 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_a_memory_goes_with_its_tokenizer() -> None:
    tokenizer = train_tokenizer([SENTENCE], vocabulary_size=150)
    memory = weakref.ref(memory_of(tokenizer))
    assert memory() is not None
    del tokenizer
    gc.collect()
    assert memory() is None
