"""Documents tokenized once, read from files: the same tokens, labels and evidence, in memory that does not grow."""

from pathlib import Path

import numpy as np
import pytest
import torch

from attending.corpus import Corpus, read_corpus
from attending.errors import InputError
from attending.inference import encode_for
from attending.model import AttendingConfig
from attending.taxonomy import LabelSpace
from attending.tokenization import train_tokenizer
from attending.training.descriptions import Descriptions
from attending.training.examples import Examples, verify_examples, write_examples
from tests.conftest import tiny_config


@pytest.fixture(scope="module")
def corpus(small_corpus: Path) -> Corpus:
    return read_corpus(small_corpus)


@pytest.fixture(scope="module")
def config(label_space: LabelSpace) -> AttendingConfig:
    return tiny_config(label_space)


@pytest.fixture(scope="module")
def folder(corpus: Corpus, config: AttendingConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples") / "examples"
    tokenizer = train_tokenizer(["pain in the chest"], vocabulary_size=90)
    write_examples(folder, [corpus], tokenizer, corpus.label_space, config)
    return folder


def test_examples_are_the_documents(folder: Path, corpus: Corpus, config: AttendingConfig) -> None:
    tokenizer = train_tokenizer(["pain in the chest"], vocabulary_size=90)
    documents = corpus.split("train")
    examples = Examples([folder / "0" / "train"], len(corpus.label_space), config)
    assert len(examples) == len(documents)
    spans = 0
    for example, document in zip(examples, documents, strict=True):
        encoded = encode_for(config, tokenizer, document.text)
        np.testing.assert_array_equal(example.encoded.token_ids, encoded.token_ids)
        assert example.encoded.windows == encoded.windows
        np.testing.assert_array_equal(example.labels, corpus.label_space.encode(document.codes))
        for code, first, after in example.evidence:
            start, end = encoded.offsets[first, 0], encoded.offsets[after - 1, 1]
            gold = [span for span in document.evidence if span.code == corpus.label_space.codes[code]]
            assert any(start <= span.start and span.end <= end for span in gold)
            spans += 1
    assert spans > 10
    np.testing.assert_array_equal(examples.labels(), documents.labels(corpus.label_space))
    np.testing.assert_array_equal(examples.lengths, [len(example.encoded.token_ids) for example in examples])
    np.testing.assert_allclose(examples.frequencies, examples.labels().mean(0))


def test_codes_beyond_the_labels_are_described_and_drawn(folder: Path, corpus: Corpus, config: AttendingConfig) -> None:
    examples = Examples([folder / "0" / "train"], len(corpus.label_space), config)
    descriptions = Descriptions(folder)
    assert len(descriptions.codes) > len(set(descriptions.codes) & set(corpus.label_space.codes)) > 10
    for example, document in zip(examples, corpus.split("train"), strict=True):
        assert {descriptions.codes[code] for code in example.codes} <= set(document.codes)
        assert len(example.codes) >= 0.9 * len(document.codes)
    own = [example.codes for example in examples[:3]]
    drawn = descriptions.draw(own, 10, config, np.random.default_rng(0))
    again = descriptions.draw(own, 10, config, np.random.default_rng(0))
    assert drawn.labels is not None
    assert again.labels is not None
    assert drawn.labels.shape == (3, 10)
    assert drawn.labels.any(0).sum() >= 5
    assert (drawn.input_ids[:, 0] == config.start_token_id).all()
    assert (drawn.attention_mask.sum(1) > 1).all()
    assert torch.equal(drawn.input_ids, again.input_ids)
    assert torch.equal(drawn.labels, again.labels)


def test_a_corpus_named_twice_is_read_twice(folder: Path, corpus: Corpus, config: AttendingConfig) -> None:
    parts = [folder / "0" / "train", folder / "0" / "validation", folder / "0" / "train"]
    examples = Examples(parts, len(corpus.label_space), config)
    train, validation = len(corpus.split("train")), len(corpus.split("validation"))
    assert len(examples) == 2 * train + validation
    np.testing.assert_array_equal(examples[0].encoded.token_ids, examples[train + validation].encoded.token_ids)
    assert len(examples[1:4]) == 3
    with pytest.raises(IndexError):
        examples[len(examples)]


def test_examples_belong_to_their_corpora(
    folder: Path, corpus: Corpus, small_corpus: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    verify_examples(folder, [corpus])
    with pytest.raises(InputError, match="A corpus is no longer the one that the run in .* began with"):
        verify_examples(folder, [read_corpus(tiny_corpus)])
    with pytest.raises(InputError, match="Expected a folder of examples at"):
        verify_examples(tmp_path / "none", [corpus])
