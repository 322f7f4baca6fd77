from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from attending.errors import InputError
from attending.tokenization import (
    EncodedDocument,
    WindowBatch,
    batch_windows,
    encode,
    split_into_windows,
    train_tokenizer,
)
from attending.tokenization.windows import Window

SENTENCE = "Mr. Lee's T-cell count was 9,800 & rising; p.o. intake poor. "


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return train_tokenizer([SENTENCE], vocabulary_size=90)


def document(number_of_tokens: int, *, causal: bool = True, first_id: int = 10) -> EncodedDocument:
    places = np.arange(number_of_tokens, dtype=np.int64)
    windows = split_into_windows(number_of_tokens, window_tokens=9, overlap_tokens=3, causal=causal)
    return EncodedDocument(places + first_id, np.stack([places, places + 1], axis=1), tuple(windows))


@given(
    number=st.integers(0, 400),
    room=st.integers(1, 60),
    special=st.integers(0, 3),
    causal=st.booleans(),
    data=st.data(),
)
def test_each_token_has_one_owner_and_sees_the_overlap(
    number: int, room: int, special: int, causal: bool, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, room - 1))
    windows = split_into_windows(
        number, window_tokens=room + special, overlap_tokens=overlap, special_tokens=special, causal=causal
    )
    owned = [place for window in windows for place in range(window.own_start, window.own_end)]
    assert owned == list(range(number))
    assert all(window.end - window.start <= room for window in windows)
    if len(windows) > 1:
        assert all(window.end - window.start == room for window in windows)
        assert all(window.own_start < window.own_end for window in windows)
        assert all(before.end - after.start >= overlap for before, after in pairwise(windows))
        least = overlap if causal else overlap // 2
        assert all(window.own_start - window.start >= least for window in windows[1:])
        if not causal:
            assert all(window.end - window.own_end >= overlap // 2 for window in windows[:-1])


def test_causal_reading_gives_the_overlap_to_the_earlier_window_and_two_way_reading_splits_it() -> None:
    causal = split_into_windows(16, window_tokens=9, overlap_tokens=4, causal=True)
    assert causal == [Window(0, 8, 0, 8), Window(4, 12, 8, 12), Window(8, 16, 12, 16)]
    two_way = split_into_windows(16, window_tokens=9, overlap_tokens=4, causal=False)
    assert two_way == [Window(0, 8, 0, 6), Window(4, 12, 6, 10), Window(8, 16, 10, 16)]


def test_the_last_window_is_moved_back_until_it_is_full() -> None:
    windows = split_into_windows(9, window_tokens=9, overlap_tokens=2, causal=True)
    assert windows == [Window(0, 8, 0, 8), Window(1, 9, 8, 9)]


@pytest.mark.parametrize(("number", "expected"), [(0, 1), (1, 1), (8, 1), (9, 2), (14, 2), (15, 3)])
def test_a_length_that_fills_its_windows_adds_none(number: int, expected: int) -> None:
    assert len(split_into_windows(number, window_tokens=9, overlap_tokens=2, causal=True)) == expected


def test_an_empty_document_has_one_window_that_owns_nothing() -> None:
    assert split_into_windows(0, causal=True) == [Window(0, 0, 0, 0)]


def test_the_defaults_are_those_of_biogpt() -> None:
    first, second = split_into_windows(1024, causal=True)
    assert (first.end, second.start) == (1023, 1)
    assert len(split_into_windows(1023 + 899, causal=True)) == 2
    assert len(split_into_windows(1023 + 900, causal=True)) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"number_of_tokens": -1}, "0 or more tokens, got -1"),
        ({"special_tokens": -1}, "special_tokens=-1"),
        ({"window_tokens": 1}, r"window_tokens \(1\) must be at least 2"),
        ({"window_tokens": 5, "overlap_tokens": 4}, r"overlap_tokens \(4\) must be in \[0, 4\)"),
        ({"overlap_tokens": -1}, r"overlap_tokens \(-1\) must be in \[0, 1023\)"),
    ],
)
def test_windows_that_do_not_fit_are_refused(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_into_windows(**{"number_of_tokens": 10, "causal": True, **arguments})


def test_a_window_owns_a_part_of_itself() -> None:
    with pytest.raises(ValueError, match="must own a part of itself"):
        Window(3, 5, 2, 5)


def test_encoding_keeps_the_whole_text(tokenizer: PreTrainedTokenizerFast) -> None:
    text = SENTENCE * 200
    encoded = encode(tokenizer, text, window_tokens=64, overlap_tokens=16)
    ids = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
    assert encoded.token_ids.tolist() == ids
    assert encoded.token_ids.dtype == encoded.offsets.dtype == np.int64
    assert encoded.windows == tuple(split_into_windows(len(ids), window_tokens=64, overlap_tokens=16, causal=True))
    assert (np.diff(encoded.offsets[:, 0]) >= 0).all()
    assert encoded.offsets[-1, 1] == len(text.rstrip())


def test_truncation_and_padding_set_on_the_tokenizer_do_not_cut_a_document(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    expected = encode(tokenizer, SENTENCE).token_ids
    tokenizer(SENTENCE, truncation=True, max_length=5, padding="max_length")
    assert np.array_equal(encode(tokenizer, SENTENCE).token_ids, expected)


def test_an_empty_text_is_encoded(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(tokenizer, " \n")
    assert encoded.token_ids.shape == (0,)
    assert encoded.offsets.shape == (0, 2)
    assert encoded.windows == (Window(0, 0, 0, 0),)


def test_half_a_surrogate_pair_is_refused_without_quoting_the_text(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    with pytest.raises(InputError, match="character 7 is half of a surrogate pair") as error:
        encode(tokenizer, "secret \ud800")
    assert "secret" not in str(error.value)


def test_a_slow_tokenizer_is_refused() -> None:
    class Slow:
        is_fast = False

    with pytest.raises(InputError, match=r"Expected a fast tokenizer.*got Slow"):
        encode(Slow(), "text")  # type: ignore[arg-type]


def test_an_encoded_document_must_fit_together() -> None:
    good = document(12)
    with pytest.raises(ValueError, match="offsets"):
        replace(good, offsets=good.offsets[:-1])
    with pytest.raises(ValueError, match="own parts must join and cover all 12 tokens"):
        replace(good, windows=good.windows[1:])
    with pytest.raises(ValueError, match="own parts must join"):
        replace(good, windows=())


@pytest.mark.parametrize("causal", [True, False])
def test_owned_states_in_row_order_are_the_documents_in_text_order(causal: bool) -> None:
    documents = [document(20, causal=causal, first_id=100), document(0), document(3, first_id=300)]
    batch = batch_windows(documents, pad_id=1, bos_id=2)
    expected = [index for encoded in documents for index in encoded.token_ids.tolist()]
    assert batch.input_ids[batch.owner_mask].tolist() == expected
    owners = batch.document_index[:, None].expand_as(batch.owner_mask)[batch.owner_mask]
    assert owners.tolist() == [0] * 20 + [2] * 3


def test_a_batch_marks_special_tokens_and_padding() -> None:
    batch = batch_windows([document(9, first_id=50), document(0), document(2, first_id=70)], pad_id=1, bos_id=2)
    assert batch.input_ids.tolist() == [
        [2, 50, 51, 52, 53, 54, 55, 56, 57],
        [2, 51, 52, 53, 54, 55, 56, 57, 58],
        [2, 1, 1, 1, 1, 1, 1, 1, 1],
        [2, 70, 71, 1, 1, 1, 1, 1, 1],
    ]
    assert torch.equal(batch.attention_mask, batch.input_ids != 1)
    assert batch.owner_mask.sum(dim=1).tolist() == [8, 1, 0, 2]
    assert not batch.owner_mask[:, 0].any()
    assert not (batch.owner_mask & ~batch.attention_mask).any()
    assert batch.document_index.tolist() == [0, 0, 1, 2]


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one document"):
        batch_windows([], pad_id=1, bos_id=2)


def test_a_batch_with_the_wrong_types_or_shapes_is_refused() -> None:
    batch = batch_windows([document(9)], pad_id=1, bos_id=2)
    with pytest.raises(TypeError, match=r"owner_mask must be torch.bool, got torch.int64"):
        replace(batch, owner_mask=batch.owner_mask.long())
    with pytest.raises(ValueError, match=r"document_index \(window,\)"):
        replace(batch, document_index=batch.document_index[:1])
    with pytest.raises(ValueError, match="Expected input_ids"):
        WindowBatch(batch.input_ids[0], batch.attention_mask[0], batch.owner_mask[0], batch.document_index)
