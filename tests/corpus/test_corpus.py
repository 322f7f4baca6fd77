"""A corpus folder is read lazily, and only if it is whole."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attending.corpus import Corpus, prepare, read_corpus
from attending.corpus.schema import DOCUMENTS_FILE, SPLITS
from attending.errors import InputError
from attending.sealing import seal
from attending.taxonomy import LabelSpace, Taxonomy
from tests.corpus.hospital import hospital


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("corpus")
    source = hospital(400)
    source.gold = True
    prepare(source.write(place / "source"), place / "corpus", top=5)
    return place / "corpus"


@pytest.fixture
def corpus(folder: Path) -> Corpus:
    return read_corpus(folder)


@pytest.fixture
def own_copy(folder: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "corpus"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


def test_all_documents_are_in_one_split(corpus: Corpus) -> None:
    names = [corpus.split(split).document_ids for split in SPLITS]
    assert sum(map(len, names)) == len({name for part in names for name in part}) == 400
    assert [len(part) for part in names] == [corpus.card.splits[split].documents for split in SPLITS]


def test_documents_are_the_same_in_any_order(corpus: Corpus, folder: Path) -> None:
    train = corpus.split("train")
    in_order = list(train)
    texts = dict(
        zip(
            *pq.read_table(folder / DOCUMENTS_FILE, columns=["document_id", "text"]).to_pydict().values(),
            strict=True,
        )
    )
    assert [document.text for document in in_order] == [texts[name] for name in train.document_ids]
    for place in np.random.default_rng(0).permutation(len(train)):
        assert train[place] == in_order[place]
    assert train[-1] == in_order[-1]
    assert [document.codes for document in in_order] == list(train.codes)
    assert [document.subject_id for document in in_order] == list(train.subject_ids)


def test_a_slice_is_documents_too(corpus: Corpus) -> None:
    train = corpus.split("train")
    part = train[10:20:3]
    assert part.document_ids == train.document_ids[10:20:3]
    assert part[1] == train[13]
    np.testing.assert_array_equal(part.labels(corpus.label_space), train.labels(corpus.label_space)[10:20:3])


def test_a_place_outside_is_an_index_error(corpus: Corpus) -> None:
    with pytest.raises(IndexError):
        corpus.split("test")[len(corpus.split("test"))]


def test_labels_are_those_of_the_label_space(corpus: Corpus, taxonomy: Taxonomy) -> None:
    documents = corpus.split("validation")
    for space in (corpus.label_space, LabelSpace.of(["J44.9", "K21.9", "I10"], taxonomy)):
        labels = documents.labels(space)
        assert labels.dtype == np.bool_
        np.testing.assert_array_equal(labels, np.stack([space.encode(codes) for codes in documents.codes]))


def test_evidence_is_that_of_the_document(corpus: Corpus) -> None:
    assert corpus.has_evidence
    for document in corpus.split("test"):
        ((code, start, end),) = document.evidence
        assert (code, document.text[start:end]) == ("I10", "hypertension")


def test_documents_travel_to_another_process(corpus: Corpus) -> None:
    documents = corpus.split("test")
    expected = documents[3]
    sent = pickle.dumps(documents)
    assert b"Known for hypertension" not in sent
    assert pickle.loads(sent)[3] == expected


def test_texts_are_not_all_kept(corpus: Corpus) -> None:
    train = corpus.split("train")
    groups = train._texts._groups
    list(train)
    assert sum(map(len, groups.values())) <= 8 * 128
    assert len(groups) == 4


def test_unknown_names_are_refused(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="Expected a split among train, validation, test, got 'dev'"):
        corpus.split("dev")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"Expected an attribute among age, sex, .*, got 'text'"):
        corpus.split("test").attribute("text")


def test_a_folder_that_is_no_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"Expected a corpus folder at .*, found nothing\. Make it with `attending prep"
    ):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"is not a corpus folder: it has no manifest\.json"):
        read_corpus(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    seal(tmp_path)
    with pytest.raises(InputError, match=r"is not a corpus folder: it has no documents\.parquet"):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    "name", ["documents.parquet", "splits.parquet", "codes.parquet", "evidence.parquet", "corpus.json"]
)
def test_a_flipped_byte_is_found(own_copy: Path, name: str) -> None:
    content = bytearray((own_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (own_copy / name).write_bytes(bytes(content))
    with pytest.raises(InputError, match=rf"{name} is damaged"):
        read_corpus(own_copy)


def test_columns_of_another_type_are_found(own_copy: Path) -> None:
    table = pq.read_table(own_copy / "splits.parquet")
    pq.write_table(table.drop_columns(["split"]), own_copy / "splits.parquet")
    seal(own_copy)
    with pytest.raises(InputError, match=r"Expected column 'split' of type string in .*, found no such column"):
        read_corpus(own_copy)
    pq.write_table(table.set_column(2, "split", pa.array([1] * len(table))), own_copy / "splits.parquet")
    seal(own_copy)
    with pytest.raises(InputError, match=r"Expected column 'split' of type string in .*, found int64"):
        read_corpus(own_copy)
    (own_copy / "splits.parquet").write_text("no table")
    seal(own_copy)
    with pytest.raises(InputError, match=r"splits\.parquet is not a Parquet file"):
        read_corpus(own_copy)


def test_a_card_of_another_form_is_found(own_copy: Path) -> None:
    (own_copy / "corpus.json").write_text('{"source": 1}')
    seal(own_copy)
    with pytest.raises(InputError, match=r"corpus\.json is not a data card"):
        read_corpus(own_copy)


@pytest.mark.parametrize("package", ["pyarrow", "iterstrat"])
def test_a_missing_package_is_answered_with_the_command(package: str) -> None:
    program = f"import sys; sys.modules[{package!r}] = None\nimport attending.corpus"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f'A corpus needs {package}, which is not installed. Run: pip install "attending[train]"' in ended.stderr
