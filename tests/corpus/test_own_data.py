"""Documents of your own, one JSON object a line, become the same corpus folder."""

import gzip
import json
from pathlib import Path

import pytest

from attending.corpus import Corpus, Document, Evidence, prepare_own, read_corpus
from attending.corpus.schema import SPLITS
from attending.errors import InputError


def lines(count: int = 12) -> list[dict[str, object]]:
    return [
        {
            "id": f"n{n}",
            "text": f"Note {n}: hypertension\r\nand more.",
            "codes": ["I10", ("E785", "n17.9")[n % 2]],
        }
        for n in range(count)
    ]


def write(path: Path, records: list[dict[str, object]]) -> Path:
    text = "".join(json.dumps(record) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def corpus_of(records: list[dict[str, object]], folder: Path, **arguments: object) -> Corpus:
    source = write(folder / "own.jsonl", records)
    prepare_own(source, folder / "corpus", **{"top": 3, "overwrite": True, **arguments})  # type: ignore[arg-type]
    return read_corpus(folder / "corpus")


def documents_of(corpus: Corpus) -> dict[str, Document]:
    return {document.document_id: document for split in SPLITS for document in corpus.split(split)}


def findings_of(corpus: Corpus) -> dict[str, tuple[int, int]]:
    return {finding.what: (finding.rows, finding.first_row) for finding in corpus.card.findings}


def test_documents_keep_their_text_and_their_codes(tmp_path: Path) -> None:
    corpus = corpus_of(lines(), tmp_path)
    documents = documents_of(corpus)
    assert len(documents) == 12
    assert documents["n1"].text == "Note 1: hypertension\r\nand more."
    assert documents["n1"].codes == ("I10", "N17.9")
    assert documents["n1"].subject_id == "n1"
    assert corpus.label_space.codes == ("I10", "E78.5", "N17.9")
    assert corpus.card.policy == "One document a line; 12 without subject_id, each taken for a patient of its own"
    assert not corpus.has_evidence


def test_patients_are_not_torn(tmp_path: Path) -> None:
    corpus = corpus_of([{**line, "subject_id": f"p{n // 3}"} for n, line in enumerate(lines(30))], tmp_path)
    subjects = [set(corpus.split(split).subject_ids) for split in SPLITS]
    assert sum(map(len, subjects)) == len(set.union(*subjects)) == 10
    assert corpus.card.policy == "One document a line"


def test_given_splits_are_kept(tmp_path: Path) -> None:
    names = ["train", "dev", "test"]
    corpus = corpus_of([{**line, "split": names[n % 3]} for n, line in enumerate(lines())], tmp_path)
    assert corpus.split("validation").document_ids == ("n1", "n4", "n7", "n10")
    assert corpus.split("test").document_ids == ("n2", "n5", "n8", "n11")
    assert corpus.card.split_method == "as the source gives it"


def test_a_given_split_may_be_empty(tmp_path: Path) -> None:
    corpus = corpus_of([{**line, "split": "train"} for line in lines()], tmp_path)
    assert len(corpus.split("test")) == 0
    assert corpus.split("test").labels(corpus.label_space).shape == (0, 3)
    assert list(corpus.split("test")) == []
    assert "train" in corpus.card.text()


def test_labels_come_from_the_training_documents(tmp_path: Path) -> None:
    records = [
        {
            "id": str(n),
            "text": "x",
            "codes": ["J18.9"] if n > 1 else ["I10"],
            "split": "dev" if n > 1 else "train",
        }
        for n in range(9)
    ]
    corpus = corpus_of(records, tmp_path)
    assert corpus.label_space.codes == ("I10",)
    assert findings_of(corpus)["document with codes, none of them a label"] == (7, 3)


def test_evidence_keeps_its_place_and_negated_evidence_goes(tmp_path: Path) -> None:
    records = lines()
    records[0]["evidence"] = [
        {"code": "i10", "start": 8, "end": 20},
        {"code": "E78.5", "start": 0, "end": 4, "negated": True},
        {"code": "I10", "start": 5, "end": 5},
        {"code": "I10", "start": 5, "end": 500},
        {"code": "J18.9", "start": 0, "end": 4},
        {"code": "?", "start": 0, "end": 4},
    ]
    corpus = corpus_of(records, tmp_path)
    document = documents_of(corpus)["n0"]
    assert document.evidence == (Evidence("I10", 8, 20),)
    assert document.text[8:20] == "hypertension"
    assert findings_of(corpus) == {
        "evidence that rules its code out": (1, 1),
        "evidence whose start and end are no span (0 <= start < end)": (1, 1),
        "evidence that ends after its text": (1, 1),
        "evidence of a code that its document does not have": (1, 1),
        "code that has not the shape of one": (1, 1),
    }


def test_codes_are_read_from_the_named_field(tmp_path: Path) -> None:
    corpus = corpus_of([{**line, "affirmed": ["K21.9"]} for line in lines()], tmp_path, codes_field="affirmed")
    assert corpus.label_space.codes == ("K21.9",)
    assert corpus.card.arguments["codes_field"] == "affirmed"


def test_dirty_documents_are_counted(tmp_path: Path) -> None:
    records = lines()
    records[0]["text"] = " \n"
    records[1]["codes"] = []
    records[2]["id"] = "n3"
    records[4]["codes"] = ["I10", "?", "Z99.99", "i10"]
    corpus = corpus_of(records, tmp_path)
    assert findings_of(corpus) == {
        "document without text": (1, 1),
        "document without a code": (1, 2),
        "document whose id an earlier line has": (1, 4),
        "code that has not the shape of one": (1, 5),
        "code that the taxonomy does not have": (1, 5),
        "code that its document names before": (1, 5),
    }
    assert documents_of(corpus)["n4"].codes == ("I10", "Z99.99")


def test_several_files_and_packed_ones_are_read_in_order(tmp_path: Path) -> None:
    sources = [
        write(tmp_path / "a.jsonl", [{**line, "split": "train"} for line in lines(3)]),
        write(
            tmp_path / "b.jsonl.gz",
            [{**line, "id": f"m{n}", "split": "dev"} for n, line in enumerate(lines(3))],
        ),
    ]
    card = prepare_own(sources, tmp_path / "corpus", top=2)
    assert list(card.inputs) == ["a.jsonl", "b.jsonl.gz"]
    corpus = read_corpus(tmp_path / "corpus")
    assert corpus.split("validation").document_ids == ("m0", "m1", "m2")
    assert corpus.split("validation")[2].text.startswith("Note 2")


def test_attributes_are_read(tmp_path: Path) -> None:
    corpus = corpus_of([{**line, "age": 50 + n, "sex": "F"} for n, line in enumerate(lines())], tmp_path)
    ages = [age for split in SPLITS for age in corpus.split(split).attribute("age")]
    assert sorted(ages, key=str) == list(range(50, 62))
    assert set(corpus.split("train").attribute("race")) == {None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, r"Line 2 of own\.jsonl has no field 'text'\. Give it a string"),
        ({"text": 5}, r"Expected a string for 'text' in line 2 of own\.jsonl, got int"),
        ({"text": "\ud800"}, r"Field 'text' in line 2 of own\.jsonl has half a surrogate pair"),
        ({"codes": "I10"}, r"Expected a list for 'codes' in line 2 of own\.jsonl, got str"),
        ({"codes": [10]}, r"Expected a string for every item of 'codes' in line 2 of own\.jsonl, got int"),
        ({"evidence": [5]}, r"Expected an object for every item of 'evidence' in line 2"),
        ({"evidence": [{"code": "I10", "start": 1}]}, r"Line 2 of own\.jsonl has no field 'end'"),
        ({"evidence": [{"code": "I10", "start": True, "end": 2}]}, r"Expected a whole number for 'start'"),
        ({"split": "development"}, r"Expected a split among train, dev, .* in line 2 of own\.jsonl"),
        ({"split": "train"}, r"1 of 12 documents say their split, the others do not"),
        ({"age": "old"}, r"Expected a whole number for 'age' in line 2 of own\.jsonl, got str"),
    ],
)
def test_fields_of_the_wrong_kind_are_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    records = lines()
    records[1].update(change)
    with pytest.raises(InputError, match=message):
        corpus_of(records, tmp_path)
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "a"\n', r"Expected a JSON object in line 1 of own\.jsonl, found other text"),
        (b"\n[]\n", r"Expected a JSON object in line 2 of own\.jsonl, got another value"),
        (b'\n{"id": "caf\xe9"}\n', r"Expected UTF-8 in own\.jsonl, found other bytes in line 2"),
        (b"", r"Expected documents with text and codes in own\.jsonl, found none\. Check the field 'codes'"),
    ],
)
def test_files_of_another_format_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "own.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=message):
        prepare_own(tmp_path / "own.jsonl", tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


def test_damaged_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"at .*own\.jsonl, found nothing"):
        prepare_own(tmp_path / "own.jsonl", tmp_path / "corpus")
    path = write(tmp_path / "own.jsonl.gz", lines())
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"own\.jsonl\.gz is damaged: it cannot be read beyond line \d+"):
        prepare_own(path, tmp_path / "corpus")


def test_patients_torn_by_the_given_splits_are_refused(tmp_path: Path) -> None:
    names = ["train", "dev"]
    records = [{**line, "subject_id": "p", "split": names[n % 2]} for n, line in enumerate(lines())]
    with pytest.raises(InputError, match="1 patients have documents in more than one of the given splits"):
        corpus_of(records, tmp_path)


def test_given_splits_without_training_documents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Expected documents in split 'train', found none with a code"):
        corpus_of([{**line, "split": "dev"} for line in lines()], tmp_path)


def test_codes_that_nothing_describes_are_no_labels(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No training document has a code that is known"):
        corpus_of([{**line, "codes": ["Z99.99"]} for line in lines()], tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    sources = [write(tmp_path / "a.jsonl", lines()), write(tmp_path / "deep" / "a.jsonl", lines())]
    with pytest.raises(InputError, match="Expected files of different names"):
        prepare_own(sources, tmp_path / "corpus")


def test_codiesp_becomes_a_corpus(tmp_path: Path, shared: Path) -> None:
    sources = [shared / "data" / f"codiesp_en_{part}.jsonl" for part in ("train", "dev")]
    if not all(path.is_file() for path in sources):
        pytest.skip("CodiEsp is absent from the folder shared/ beside the checkout")
    card = prepare_own(sources, tmp_path / "corpus", codes_field="codes_affirmed", top=20)
    corpus = read_corpus(tmp_path / "corpus")
    given = {record["id"]: record for path in sources for record in map(json.loads, path.read_text().splitlines())}
    assert card.coded_documents == 749
    for name, split in (("train", "train"), ("dev", "validation")):
        for document in corpus.split(split):  # type: ignore[arg-type]
            record = given[document.document_id]
            assert (record["split"], record["text"]) == (name, document.text)
            affirmed = {(e["code"], e["start"], e["end"]) for e in record["evidence"] if not e["negated"]}
            assert set(document.evidence) == affirmed
