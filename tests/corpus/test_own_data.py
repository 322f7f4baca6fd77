"""Documents of your own, in any of the formats, become the same corpus folder."""

import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result
from typer.testing import CliRunner

from attending.cli import app
from attending.corpus import Corpus, Document, Evidence, prepare_own, read_corpus, writer
from attending.corpus.schema import SPLITS
from attending.errors import InputError


@pytest.fixture(autouse=True)
def without_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the data card's page without drawing its figures, which test_card.py looks at."""
    monkeypatch.setattr(writer, "card_page", lambda card: card.fingerprint)


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
    path.parent.mkdir(exist_ok=True)
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
    assert corpus.card.policy == "One document a row; 12 without subject_id, each taken for a patient of its own"
    assert not corpus.has_evidence


def test_patients_are_not_torn(tmp_path: Path) -> None:
    corpus = corpus_of([{**line, "subject_id": f"p{n // 3}"} for n, line in enumerate(lines(30))], tmp_path)
    subjects = [set(corpus.split(split).subject_ids) for split in SPLITS]
    assert sum(map(len, subjects)) == len(set.union(*subjects)) == 10
    assert corpus.card.policy == "One document a row"


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
    corpus = corpus_of([{**line, "affirmed": ["K21.9"]} for line in lines()], tmp_path, columns={"codes": "affirmed"})
    assert corpus.label_space.codes == ("K21.9",)
    assert corpus.card.arguments["columns"] == "codes=affirmed"


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
        "code that has no description": (1, 5),
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
        ({"text": None}, r"Line 2 of own\.jsonl has no field 'text' \(it has: id, text, codes\)\. Give it a string"),
        ({"text": 5}, r"Expected a string for 'text' in line 2 of own\.jsonl, got int"),
        ({"text": "\ud800"}, r"Field 'text' in line 2 of own\.jsonl has half a surrogate pair"),
        ({"codes": 10}, r"Expected a list for 'codes' in line 2 of own\.jsonl, got int"),
        ({"id": ["a"]}, r"Expected a string or whole number for 'id' in line 2 of own\.jsonl, got list"),
        ({"subject_id": 1.5}, r"Expected a string or whole number for 'subject_id' in line 2 of own\.jsonl, got float"),
        ({"evidence": "?"}, r"Expected a list, or one as JSON, for 'evidence' in line 2 of own\.jsonl, got str"),
        ({"codes": [10]}, r"Expected a string for every item of 'codes' in line 2 of own\.jsonl, got int"),
        ({"evidence": [5]}, r"Expected an object for every item of 'evidence' in line 2"),
        ({"evidence": [{"code": "I10", "start": 1}]}, r"Line 2 of own\.jsonl has no field 'end'"),
        ({"evidence": [{"code": "I10", "start": True, "end": 2}]}, r"Expected a whole number for 'start'"),
        ({"split": "development"}, r"Expected a split among train, training, dev, .* in line 2 of own\.jsonl"),
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
        (b"", r"Expected documents with text and codes in own\.jsonl, found none\. Check the columns that hold them"),
    ],
)
def test_files_of_another_format_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "own.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=message):
        prepare_own(tmp_path / "own.jsonl", tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


def test_damaged_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Expected a file at .*own\.jsonl, found nothing"):
        prepare_own(tmp_path / "own.jsonl", tmp_path / "corpus")
    path = write(tmp_path / "own.jsonl.gz", lines())
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"own\.jsonl\.gz is damaged: it cannot be read beyond line \d+"):
        prepare_own(path, tmp_path / "corpus")


def test_patients_torn_by_the_given_splits_are_refused(tmp_path: Path) -> None:
    names = ["train", "dev"]
    records = [{**line, "subject_id": "p", "split": names[n % 2]} for n, line in enumerate(lines())]
    with pytest.raises(InputError, match="1 patients, with 12 documents, have documents in more than one"):
        corpus_of(records, tmp_path)


def test_given_splits_without_training_documents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Expected documents in split 'train', found none with a code"):
        corpus_of([{**line, "split": "dev"} for line in lines()], tmp_path)


def test_codes_that_nothing_describes_are_no_labels(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No training document has a code with a description"):
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
    card = prepare_own(sources, tmp_path / "corpus", columns={"codes": "codes_affirmed"}, top=20)
    corpus = read_corpus(tmp_path / "corpus")
    given = {record["id"]: record for path in sources for record in map(json.loads, path.read_text().splitlines())}
    assert card.coded_documents == 749
    for name, split in (("train", "train"), ("dev", "validation")):
        for document in corpus.split(split):  # type: ignore[arg-type]
            record = given[document.document_id]
            assert (record["split"], record["text"]) == (name, document.text)
            affirmed = {(e["code"], e["start"], e["end"]) for e in record["evidence"] if not e["negated"]}
            assert set(document.evidence) == affirmed


def as_csv(records: list[dict[str, object]], *, delimiter: str = ",") -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(records[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return file.getvalue().encode()


def joined(records: list[dict[str, object]], separator: str) -> list[dict[str, object]]:
    return [{**record, "codes": separator.join(record["codes"])} for record in records]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["own.csv", "own.csv.gz", "own.tsv", "own.parquet", "own.jsonl.gz"])
def test_every_format_gives_the_same_documents(tmp_path: Path, name: str) -> None:
    records = [{**line, "subject_id": n // 2, "age": 50 + n, "sex": "F"} for n, line in enumerate(lines())]
    plain = corpus_of(records, tmp_path / "plain")
    source = tmp_path / name
    if ".csv" in name or ".tsv" in name:
        content = b"\xef\xbb\xbf" + as_csv(joined(records, "; "), delimiter="\t" if ".tsv" in name else ",")
        source.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    elif name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(records), source, row_group_size=5)
    else:
        write(source, records)
    prepare_own(source, tmp_path / "corpus", top=3)
    corpus = read_corpus(tmp_path / "corpus")
    assert documents_of(corpus) == documents_of(plain)
    assert [corpus.split(split).attribute("age") for split in SPLITS] == [
        plain.split(split).attribute("age") for split in SPLITS
    ]
    assert ("codes given as one string" in corpus.card.policy) == (".csv" in name or ".tsv" in name)


@pytest.mark.parametrize("separator", [";", ",", "|", " ", " ; ", "\n"])
def test_codes_of_icd_may_be_one_string_with_any_separator(tmp_path: Path, separator: str) -> None:
    corpus = corpus_of(joined(lines(), separator), tmp_path)
    assert documents_of(corpus)["n1"].codes == ("I10", "N17.9")
    assert corpus.card.policy.endswith("codes given as one string were divided at any of ; , | and white space")


@pytest.mark.parametrize("text", ["['I10', 'N17.9']", '["I10", "N17.9"]', "['I10' 'N17.9']", "['I10'\n 'N17.9']"])
def test_a_list_that_was_written_as_text_is_a_list(tmp_path: Path, text: str) -> None:
    corpus = corpus_of([{**line, "codes": text} for line in lines()], tmp_path)
    assert documents_of(corpus)["n1"].codes == ("I10", "N17.9")


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    records = [
        {"note": f"Note {n}", "icd": "I10", "mrn": n // 2, "gender": "F", "subject_id": "not this"} for n in range(12)
    ]
    source = tmp_path / "own.csv"
    source.write_bytes(as_csv(records))
    columns = {"text": "note", "codes": "icd", "subject_id": "mrn", "sex": "gender"}
    prepare_own(source, tmp_path / "corpus", columns=columns)
    corpus = read_corpus(tmp_path / "corpus")
    documents = documents_of(corpus)
    assert next(iter(documents)).startswith("own.csv:")
    assert documents["own.csv:2"].text == "Note 0"
    assert {document.subject_id for document in documents.values()} == set("012345")
    assert set(corpus.split("train").attribute("sex")) == {"F"}
    assert "12 without id, each named by its file and row" in corpus.card.policy


@pytest.mark.parametrize("name", ["own.csv", "own.jsonl"])
def test_a_named_column_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    records = lines()
    if name == "own.csv":
        source.write_bytes(as_csv(joined(records, ";")))
        message = r"own\.csv has no column 'MRN' \(it has: id, text, codes\)\. Name the column that holds 'subject_id'"
    else:
        write(source, records)
        message = r"No line of own\.jsonl has the field 'MRN', which was to hold 'subject_id'"
    with pytest.raises(InputError, match=message):
        prepare_own(source, tmp_path / "corpus", columns={"subject_id": "MRN"})
    with pytest.raises(InputError, match="No column holds 'patient'. Name what is one of: id, text, codes, subject_id"):
        prepare_own(source, tmp_path / "corpus", columns={"patient": "MRN"})
    assert not (tmp_path / "corpus").exists()


def test_a_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    source = tmp_path / "own.parquet"
    pq.write_table(pa.table({"id": ["a"], "note": ["x"], "codes": [["I10"]]}), source)
    with pytest.raises(InputError, match=r"own\.parquet has no column 'text' \(it has: id, note, codes\)"):
        prepare_own(source, tmp_path / "corpus")


def test_numbers_gaps_and_ages_are_understood(tmp_path: Path) -> None:
    records = [{**line, "id": n, "subject_id": float(n), "age": 50.0} for n, line in enumerate(lines())]
    records[0]["subject_id"] = None
    records[1]["age"] = 900
    records[2]["age"] = float("nan")
    source = tmp_path / "own.parquet"
    pq.write_table(
        pa.Table.from_pylist(
            records,
            schema=pa.schema(
                {
                    "id": pa.int64(),
                    "text": pa.large_string(),
                    "codes": pa.list_(pa.string()),
                    "subject_id": pa.float64(),
                    "age": pa.float64(),
                }
            ),
        ),
        source,
    )
    prepare_own(source, tmp_path / "corpus", top=3)
    corpus = read_corpus(tmp_path / "corpus")
    assert {document.subject_id for document in documents_of(corpus).values()} == {str(n) for n in range(12)}
    ages = {
        name: age
        for split in SPLITS
        for name, age in zip(corpus.split(split).document_ids, corpus.split(split).attribute("age"), strict=True)
    }
    assert (ages["1"], ages["2"], ages["3"]) == (None, None, 50)
    assert findings_of(corpus)["age that cannot be (0 to 130 years)"] == (1, 2)
    assert "1 without subject_id, each taken for a patient of its own" in corpus.card.policy


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    source = tmp_path / "own.parquet"
    pq.write_table(pa.table({"text": ["x" * 999] * 5000, "codes": [["I10"]] * 5000}), source, compression="none")
    content = bytearray(source.read_bytes())
    content[20:60] = b"\xff" * 40
    source.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"own\.parquet is damaged: it cannot be read beyond row \d+"):
        prepare_own(source, tmp_path / "corpus")
    source.write_bytes(bytes(content[:-20]))
    with pytest.raises(InputError, match=r"own\.parquet is damaged"):
        prepare_own(source, tmp_path / "corpus")
    (tmp_path / "own.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"Expected a file named \.jsonl, \.csv, .*, got own\.xlsx"):
        prepare_own(tmp_path / "own.xlsx", tmp_path / "corpus")
    (tmp_path / "own.csv").write_bytes(b"id,text,codes\n1,x,I10\n2,x\n")
    with pytest.raises(InputError, match=r"own\.csv is damaged: row 3 has more or fewer fields than the header"):
        prepare_own(tmp_path / "own.csv", tmp_path / "corpus")
    (tmp_path / "own.csv").write_bytes(b"id;text;codes\n1;x;I10\n")
    with pytest.raises(InputError, match=r"own\.csv has no column 'text' \(it has: id;text;codes\)"):
        prepare_own(tmp_path / "own.csv", tmp_path / "corpus")
    (tmp_path / "own.csv").write_bytes(b"id,text,codes,age\n1,x,I10,old\n")
    with pytest.raises(InputError, match=r"Expected a whole number for 'age' in row 2 of own\.csv, got str"):
        prepare_own(tmp_path / "own.csv", tmp_path / "corpus")


def test_a_file_can_give_the_splits_of_patients(tmp_path: Path) -> None:
    (tmp_path / "splits.csv").write_text("patient_id,split\np0,train\np1,TEST\np2,val\np9,train\n")
    records = [{**line, "subject_id": f"p{n % 4}"} for n, line in enumerate(lines())]
    corpus = corpus_of(records, tmp_path, split_file=tmp_path / "splits.csv")
    assert set(corpus.split("test").subject_ids) == {"p1"}
    assert findings_of(corpus) == {
        "document that the split file does not name": (3, 4),
        "id that no coded document has": (1, 5),
    }
    with pytest.raises(InputError, match=r"Both the documents and splits\.csv say the splits"):
        corpus_of([{**line, "split": "train"} for line in lines()], tmp_path, split_file=tmp_path / "splits.csv")


def test_codes_of_icd_9_are_described_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "titles.csv").write_text(
        'code,description\n4280,"Congestive heart failure, unspecified"\n38.93,Venous catheterization\n'
    )
    records = [{**line, "codes": "428.0, 38.93 E849.7"} for line in lines()]
    corpus = corpus_of(records, tmp_path, icd="9", descriptions=tmp_path / "titles.csv")
    assert corpus.label_space.codes == ("ICD9CM:38.93", "ICD9CM:428.0")
    assert documents_of(corpus)["n0"].codes == ("ICD9CM:428.0", "ICD9CM:38.93", "ICD9CM:E849.7")
    assert findings_of(corpus)["code that has no description"] == (12, 1)
    assert "titles.csv" in corpus.card.inputs


def labelled() -> list[dict[str, object]]:
    names = ["asthma", "PNEUMONIA/left", "chest pain, unspecified"]
    return [
        {"id": str(n), "text": f"Patient {n} has {names[n % 3]}.", "labels": [names[n % 3], "any finding"]}
        for n in range(30)
    ]


def test_labels_of_any_set_are_kept_as_they_are_spelled(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(
        "code,description,parent\nasthma,Bronchial asthma,lung\nPNEUMONIA/left,Pneumonia of the left lung,infection\n"
        "infection,Infection of the lung,lung\nlung,Diseases of the lung,\n"
    )
    corpus = corpus_of(labelled(), tmp_path, labels="any", top=10, descriptions=tmp_path / "labels.csv")
    space = corpus.label_space
    assert sorted(space.codes) == ["PNEUMONIA/left", "any finding", "asthma", "chest pain, unspecified"]
    assert dict(zip(space.codes, space.descriptions, strict=True)) == {
        "any finding": "any finding",
        "asthma": "Bronchial asthma",
        "PNEUMONIA/left": "Pneumonia of the left lung",
        "chest pain, unspecified": "chest pain, unspecified",
    }
    paths = {label.code: label.path for label in space.labels}
    assert paths["asthma"] == ("lung", "lung", "lung")
    assert paths["PNEUMONIA/left"] == ("lung", "lung", "infection")
    assert paths["any finding"] == ("any finding",) * 3
    assert corpus.card.release == "labels of your own, described by labels.csv"
    assert documents_of(corpus)["1"].codes == ("PNEUMONIA/left", "any finding")


def test_labels_of_any_set_that_are_one_string_need_their_separator(tmp_path: Path) -> None:
    records = [{**line, "labels": ";".join(line["labels"])} for line in labelled()]  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"Expected one label in line 1 of own\.jsonl, got what may be several"):
        corpus_of(records, tmp_path, labels="any")
    corpus = corpus_of(records, tmp_path, labels="any", separator=";")
    assert documents_of(corpus)["2"].codes == ("chest pain, unspecified", "any finding")
    single = corpus_of([{**line, "labels": "asthma"} for line in labelled()], tmp_path, labels="any")
    assert single.label_space.codes == ("asthma",)


def test_documents_without_any_label_may_stay_as_negatives(tmp_path: Path) -> None:
    records = labelled()
    records[3]["labels"] = []
    assert len(documents_of(corpus_of(records, tmp_path, labels="any"))) == 29
    corpus = corpus_of(records, tmp_path, labels="any", keep_without_label=True)
    assert documents_of(corpus)["3"].codes == ()
    with pytest.raises(InputError, match="A version of ICD goes with codes of ICD"):
        corpus_of(records, tmp_path, labels="any", icd="9")
    with pytest.raises(InputError, match="Expected labels to be icd or any, got 'snomed'"):
        corpus_of(records, tmp_path, labels="snomed")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("code,title\nI10,x\n", r"names\.csv has no column 'description' \(it has: code, title\)"),
        ("code,description\n,x\n", r"Expected a code and its description in row 2 of names\.csv"),
        ("code,description\n?,x\n", r"Row 2 of names\.csv: Expected an ICD-10-CM code"),
        ("code,description\nI10,x\ni10,y\n", r"Row 3 of names\.csv describes a code once more"),
    ],
)
def test_wrong_files_of_descriptions_are_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "names.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        corpus_of(lines(), tmp_path, descriptions=tmp_path / "names.csv")


def test_a_parent_above_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("code,description,parent\nasthma,x,lung\nlung,y,asthma\n")
    with pytest.raises(InputError, match="The label 'asthma' stands above itself"):
        corpus_of(labelled(), tmp_path, labels="any", descriptions=tmp_path / "names.csv")


def test_equal_files_give_equal_bytes(tmp_path: Path) -> None:
    source = write(tmp_path / "own.jsonl", lines())
    for name in ("first", "second"):
        prepare_own(source, tmp_path / name, top=3)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_the_command_line_takes_what_prepare_own_takes(tmp_path: Path) -> None:
    records = [{"film": line["text"], "labels": ";".join(line["labels"])} for line in labelled()]  # type: ignore[arg-type]
    source = tmp_path / "own.csv"
    source.write_bytes(as_csv(records))

    def attending(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["prepare", str(source), str(tmp_path / "corpus"), *arguments])

    asked = ("--labels", "any", "--column", "text=film", "--separator", ";")
    assert "30 documents have a code, 30 a label." in attending(*asked, "--min-count", "20").output
    assert read_corpus(tmp_path / "corpus").label_space.codes == ("any finding",)
    for arguments, message in (
        (("--top", "3", "--min-count", "3"), "--top and --min-count contradict each other"),
        (("--min-count", "3", "--codes", "mimic-iv-50"), "--min-count and --codes contradict each other"),
        (("--kinds", "diagnoses"), "--kinds goes with a folder of MIMIC-IV's tables, not with a file of your own"),
        (("--column", "text"), "Expected --column NAME=YOURS, as in --column text=note"),
    ):
        assert message in str(attending(*arguments).exception)
