"""MIMIC-IV's tables become a corpus: what stays, what is left out, and how it is counted."""

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from attending.corpus import Corpus, DataCard, Document, prepare, read_corpus, writer
from attending.corpus.schema import SPLITS
from attending.errors import InputError
from tests.corpus.hospital import Hospital, hospital


@pytest.fixture(autouse=True)
def without_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the data card's page without drawing its figures, which test_card.py looks at."""
    monkeypatch.setattr(writer, "card_page", lambda card: card.fingerprint)


def corpus_of(changed: Hospital, folder: Path, **arguments: object) -> Corpus:
    prepare(changed.write(folder / "source"), folder / "corpus", **{"top": 3, **arguments})  # type: ignore[arg-type]
    return read_corpus(folder / "corpus")


def documents_of(corpus: Corpus) -> dict[str, Document]:
    return {document.document_id: document for split in SPLITS for document in corpus.split(split)}


def counted(card: DataCard) -> dict[tuple[str, str], tuple[int, int]]:
    return {(one.file, one.what): (one.rows, one.first_row) for one in card.findings}


def test_documents_hold_text_codes_and_attributes(tmp_path: Path) -> None:
    text = ' \r\nName:  ___ "quoted"\n\n\tUnit No: ___, 5\u00b5g\r\n\n'
    source = hospital()
    source.note(0)[-1] = text
    corpus = corpus_of(source, tmp_path)
    document = documents_of(corpus)["10-DS-1"]
    assert document.text == text
    assert document.subject_id == "10"
    assert document.codes == ("I10", "E78.5", "02HV33Z")
    assert document.evidence == ()
    assert not corpus.has_evidence
    documents = next(part for part in map(corpus.split, SPLITS) if "10-DS-1" in part.document_ids)
    place = documents.document_ids.index("10-DS-1")
    about = {name: documents.attribute(name)[place] for name in ("age", "sex", "race", "marital_status")}
    assert about == {"age": 42, "sex": "F", "race": "WHITE", "marital_status": None}
    assert documents.attribute("year_group")[place] == "2014 - 2016"


def test_evidence_keeps_its_place_in_the_text(tmp_path: Path) -> None:
    source = hospital()
    source.gold = True
    corpus = corpus_of(source, tmp_path)
    assert corpus.has_evidence
    for document in documents_of(corpus).values():
        assert [(span.code, document.text[span.start : span.end]) for span in document.evidence] == [
            ("I10", "hypertension")
        ]
    assert sum(counts.evidence_spans for counts in corpus.card.splits.values()) == 20


def test_evidence_that_supports_nothing_is_counted(tmp_path: Path) -> None:
    source = hospital()
    source.gold = True
    spans = source.rows["gold/evidence"]
    spans[0][-1] = "9999"
    spans[1][2] = "J449"
    spans[2][-2:] = ["7", "7"]
    spans[3][0] = "elsewhere"
    spans[4][2] = "?"
    spans[5][3] = "9"
    corpus = corpus_of(source, tmp_path)
    assert sum(counts.evidence_spans for counts in corpus.card.splits.values()) == 14
    file = "gold/evidence.csv.gz"
    assert {key: value for key, value in counted(corpus.card).items() if key[0] == file} == {
        (file, "evidence that ends after its text"): (1, 2),
        (file, "evidence of a code that its document does not have"): (1, 3),
        (file, "evidence whose start and end are no span (0 <= start < end)"): (1, 4),
        (file, "evidence of a note that is no document"): (1, 5),
        (file, "code that has not the shape of its system"): (1, 6),
        (file, "evidence of a code of another ICD version than asked for"): (1, 7),
    }


def test_the_last_summary_of_an_admission_is_its_document(tmp_path: Path) -> None:
    source = hospital()
    notes = source.rows["note/discharge"]
    notes.insert(0, ["10-DS-3", "10", "100", "DS", "3", "", "", "the last"])
    notes.append(["10-DS-2", "10", "100", "DS", "2", "", "", "the second"])
    notes.append(["10-AD-9", "10", "100", "AD", "9", "", "", "an addendum"])
    corpus = corpus_of(source, tmp_path)
    documents = documents_of(corpus)
    assert documents["10-DS-3"].text == "the last"
    assert not {"10-DS-1", "10-DS-2", "10-AD-9"} & set(documents)
    found = counted(corpus.card)
    replaced = "discharge summary that a later one of the same admission replaces"
    assert found["note/discharge.csv.gz", replaced] == (2, 3)
    assert found["note/discharge.csv.gz", "note that is not a discharge summary (note_type is not DS)"] == (
        1,
        24,
    )


def test_dirty_notes_are_counted(tmp_path: Path) -> None:
    source = hospital()
    source.note(0)[-1] = " \n"
    source.note(1)[2] = ""
    source.note(2)[2] = "999"
    source.note(3)[1] = "10"
    source.note(4)[0] = source.note(5)[0]
    source.note(6)[4] = "first"
    source.rows["hosp/admissions"][7][0] = ""
    del source.rows["hosp/patients"][8]
    corpus = corpus_of(source, tmp_path)
    file = "note/discharge.csv.gz"
    assert {key: value for key, value in counted(corpus.card).items() if key[0] == file} == {
        (file, "note without text"): (1, 2),
        (file, "note without an admission (no hadm_id)"): (1, 3),
        (file, "note of an admission that admissions does not have"): (1, 4),
        (file, "note of another patient than its admission's"): (1, 5),
        (file, "note_id that an earlier row has"): (1, 7),
        (file, "number that is no whole number"): (1, 8),
        (file, "note of an admission without a patient (no subject_id)"): (1, 9),
        (file, "note of a patient that patients does not have"): (1, 10),
    }
    documents = documents_of(corpus)
    assert len(documents) == corpus.card.coded_documents == 14
    assert "18-DS-1" in documents


def test_dirty_codes_are_counted(tmp_path: Path) -> None:
    source = hospital()
    rows = source.rows["hosp/diagnoses_icd"]
    rows[0][4] = "9"
    rows[2][4] = "11"
    rows[4][3] = "?10"
    rows[6][3] = "Z9999"
    rows[8][1] = ""
    rows[10][1] = "999"
    rows[13][3] = "I10"
    rows[14][2] = "x"
    rows[16][3] = " i10 "
    corpus = corpus_of(source, tmp_path, keep_without_label=True)
    file = "hosp/diagnoses_icd.csv.gz"
    assert {key: value for key, value in counted(corpus.card).items() if key[0] == file} == {
        (file, "ICD-9 code"): (1, 2),
        (file, "icd_version that is neither 9 nor 10"): (1, 4),
        (file, "code that has not the shape of its system"): (1, 6),
        (file, "code that neither this table's titles nor the taxonomy have"): (1, 8),
        (file, "code without an admission (no hadm_id)"): (1, 10),
        (file, "code of an admission without a discharge summary"): (1, 12),
        (file, "code that an earlier row gives the same admission"): (1, 15),
        (file, "number that is no whole number"): (1, 16),
    }
    documents = documents_of(corpus)
    assert documents["10-DS-1"].codes == ("E78.5", "02HV33Z")
    assert "Z99.99" in documents["13-DS-1"].codes
    assert documents["16-DS-1"].codes == ("I10",)
    assert documents["18-DS-1"].codes[0] == "I10"


def test_codes_follow_seq_num_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    source = hospital()
    source.rows["hosp/diagnoses_icd"].reverse()
    assert documents_of(corpus_of(source, tmp_path))["10-DS-1"].codes == ("I10", "E78.5", "02HV33Z")


def test_a_repeated_admission_or_patient_counts_once(tmp_path: Path) -> None:
    source = hospital()
    source.rows["hosp/admissions"].append([*source.rows["hosp/admissions"][0][:-1], "OTHER"])
    source.rows["hosp/patients"].append(["11", "X", "1", "2180", "", ""])
    corpus = corpus_of(source, tmp_path)
    found = counted(corpus.card)
    assert found["hosp/admissions.csv.gz", "row for a key that an earlier row has"] == (1, 22)
    assert found["hosp/patients.csv.gz", "row for a key that an earlier row has"] == (1, 22)
    assert {race for split in SPLITS for race in corpus.split(split).attribute("race")} == {"WHITE"}


def test_labels_are_the_most_frequent_codes_of_training_patients(tmp_path: Path) -> None:
    corpus = corpus_of(hospital(60), tmp_path, top=4, keep_without_label=True)
    counts = Counter(code for codes in corpus.split("train").codes for code in codes)
    expected = sorted(counts, key=lambda code: (-counts[code], code))[:4]
    assert list(corpus.label_space.codes) == expected
    table = pq.read_table(corpus.folder / "codes.parquet").to_pylist()
    assert [row["code"] for row in table] == expected
    assert [row["position"] for row in table] == [0, 1, 2, 3]
    for split in SPLITS:
        labels = corpus.split(split).labels(corpus.label_space)
        assert [row[f"{split}_documents"] for row in table] == labels.sum(axis=0).tolist()
        assert [one.documents[split] for one in corpus.card.labels] == labels.sum(axis=0).tolist()


def test_no_patient_is_in_two_splits(tmp_path: Path) -> None:
    source = hospital(60)
    for name, column in (("hosp/admissions", 0), ("note/discharge", 1)):
        for p, row in enumerate(source.rows[name]):
            row[column] = str(10 + p // 4)
    corpus = corpus_of(source, tmp_path)
    subjects = [set(corpus.split(split).subject_ids) for split in SPLITS]
    assert sum(map(len, subjects)) == len(set.union(*subjects)) == 15
    assert all(subjects)


def test_documents_without_a_label_go_or_stay(tmp_path: Path) -> None:
    source = hospital()
    source.rows["hosp/diagnoses_icd"][2:4] = [["11", "101", "1", "E785", "10"]]
    (tmp_path / "codes.txt").write_text("I10\n\nN179\n")
    reason = "note/discharge.csv.gz", "document with codes, none of them a label"
    for keep, documents in ((False, 19), (True, 20)):
        corpus = corpus_of(source, tmp_path, codes=tmp_path / "codes.txt", keep_without_label=keep, overwrite=True)
        assert corpus.label_space.codes == ("I10", "N17.9")
        assert len(documents_of(corpus)) == documents
        assert (corpus.card.coded_documents, corpus.card.labelled_documents) == (20, 19)
        assert counted(corpus.card)[reason] == (1, 3)


def test_a_named_list_is_the_label_space(tmp_path: Path) -> None:
    corpus = corpus_of(hospital(), tmp_path, codes="mimic-iv-50")
    assert len(corpus.label_space) == 50
    assert corpus.label_space.codes[0] == "J18.9"
    assert corpus.card.labels_chosen == (
        "the 50 codes of the list mimic-iv-50, 43 of them on no document of training patients"
    )


def test_a_code_of_another_release_takes_its_title_from_the_source(tmp_path: Path) -> None:
    source = hospital()
    source.rows["hosp/d_icd_diagnoses"].append(["I1099", "10", "Hypertension of another release"])
    for row in source.rows["hosp/diagnoses_icd"][::2]:
        row[3] = "I1099"
    corpus = corpus_of(source, tmp_path)
    assert corpus.label_space.codes[0] == "I10.99"
    assert corpus.label_space.descriptions[0] == "Hypertension of another release"
    assert corpus.card.release.endswith("1 codes added")


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    source = hospital()
    source.gold = True
    source.write(tmp_path / "source")
    for name in ("first", "second"):
        prepare(tmp_path / "source", tmp_path / name, top=3, seed=5)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == [
        "codes.parquet",
        "corpus.json",
        "data_card.html",
        "documents.parquet",
        "evidence.parquet",
        "label_space.json",
        "manifest.json",
        "splits.parquet",
    ]
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_the_card_names_what_was_read_and_asked_for(tmp_path: Path) -> None:
    source = hospital().write(tmp_path / "source")
    card = prepare(source, tmp_path / "corpus", top=2, seed=7)
    assert card.arguments == {
        "icd": "10",
        "kinds": "both",
        "top": 2,
        "min_count": None,
        "codes": None,
        "keep_without_label": False,
        "split_file": None,
        "seed": 7,
        "fractions": [0.8, 0.1, 0.1],
    }
    assert set(card.inputs) == {
        f"{module}/{name}.csv.gz"
        for module, names in {
            "hosp": ("patients", "admissions", "diagnoses_icd", "procedures_icd"),
            "note": ("discharge",),
        }.items()
        for name in names
    } | {"hosp/d_icd_diagnoses.csv.gz", "hosp/d_icd_procedures.csv.gz"}
    assert card.inputs["hosp/patients.csv.gz"] != card.inputs["hosp/admissions.csv.gz"]
    assert json.loads((tmp_path / "corpus" / "corpus.json").read_text())["labelled_documents"] == 20


def test_a_hospital_without_procedures_is_read(tmp_path: Path) -> None:
    source = hospital()
    source.rows["hosp/procedures_icd"].clear()
    source.rows["hosp/d_icd_procedures"].clear()
    assert documents_of(corpus_of(source, tmp_path))["10-DS-1"].codes == ("I10", "E78.5")


def test_notes_of_other_patients_than_the_hospital_are_refused(tmp_path: Path) -> None:
    source = hospital()
    for number in range(20):
        source.note(number)[2] = f"9{number}"
    with pytest.raises(InputError, match=r"None of the discharge summaries in note/discharge\.csv\.gz belongs"):
        corpus_of(source, tmp_path)


def test_a_hospital_coded_in_icd_9_alone_is_refused(tmp_path: Path) -> None:
    source = hospital()
    for row in source.rows["hosp/diagnoses_icd"] + source.rows["hosp/procedures_icd"]:
        row[-1] = "9"
    with pytest.raises(InputError, match=r"None of the 20 discharge summaries .* with a code of ICD-10"):
        corpus_of(source, tmp_path)


def test_too_few_patients_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Expected at least 3 patients.* found 2"):
        corpus_of(hospital(2), tmp_path)


def test_listed_codes_that_nothing_describes_or_nobody_has_are_refused(tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("I10\nZ99.99\n")
    with pytest.raises(InputError, match=r"1 codes of codes\.txt \(first Z99\.99\) have no description"):
        corpus_of(hospital(), tmp_path, codes=codes)
    codes.write_text("J44.9\n")
    with pytest.raises(InputError, match=r"None of the 1 codes of codes\.txt is on a training document"):
        corpus_of(hospital(), tmp_path, codes=codes)


def test_a_source_damaged_in_its_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    source = hospital().write(tmp_path / "source")
    path = source / "note" / "discharge.csv.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"note/discharge\.csv\.gz is damaged"):
        prepare(source, tmp_path / "out" / "corpus")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_existing_corpus_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    source = hospital().write(tmp_path / "source")
    prepare(source, tmp_path / "corpus", top=2)
    with pytest.raises(InputError, match="already exists and is not empty"):
        prepare(source, tmp_path / "corpus", top=3)
    assert len(read_corpus(tmp_path / "corpus").label_space) == 2
    prepare(source, tmp_path / "corpus", top=3, overwrite=True)
    assert len(read_corpus(tmp_path / "corpus").label_space) == 3


def test_messages_name_no_patient_and_no_note(tmp_path: Path) -> None:
    source = hospital()
    for row in source.rows["note/discharge"]:
        row[0], row[1], row[-1] = f"77777-{row[0]}", "77777", "secret words"
    with pytest.raises(InputError) as caught:
        corpus_of(source, tmp_path)
    assert "77777" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_many_documents_are_written_in_row_groups(tmp_path: Path) -> None:
    corpus = corpus_of(hospital(300), tmp_path)
    metadata = pq.ParquetFile(corpus.folder / "documents.parquet").metadata
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [128, 128, 44]
    with gzip.open(tmp_path / "source" / "note" / "discharge.csv.gz", "rt", newline="") as file:
        assert all(document.text in file.read() for document in [corpus.split("test")[0]])


def with_ninth_codes(source: Hospital) -> Hospital:
    """Let every second admission be coded in ICD-9, in codes whose spelling ICD-10 has too."""
    rows = source.rows["hosp/diagnoses_icd"]
    for place, row in enumerate(rows):
        if (place // 2) % 2:
            row[3:] = [("V270", "E8497")[place % 2], "9"]
    rows[0][3] = "V270"
    source.rows["hosp/procedures_icd"].append(["11", "101", "1", "2182-03-05", "3893", "9"])
    source.rows["hosp/d_icd_diagnoses"] += [
        ["V270", "9", "Outcome of delivery, single liveborn"],
        ["E8497", "9", "Accidents occurring in residential institution"],
        ["V270", "10", "Occupant of a motor-driven thing"],
    ]
    source.rows["hosp/d_icd_procedures"].append(["3893", "9", "Venous catheterization, not elsewhere classified"])
    return source


def test_codes_of_icd_9_are_no_codes_of_icd_10_of_the_same_spelling(tmp_path: Path) -> None:
    source = with_ninth_codes(hospital()).write(tmp_path / "source")
    for icd, codes in (
        ("10", {"10-DS-1": ("V27.0", "E78.5", "02HV33Z")}),
        ("9", {"11-DS-1": ("ICD9CM:V27.0", "ICD9CM:E849.7", "ICD9CM:38.93")}),
        (
            "both",
            {
                "10-DS-1": ("V27.0", "E78.5", "02HV33Z"),
                "11-DS-1": ("ICD9CM:V27.0", "ICD9CM:E849.7", "ICD9CM:38.93"),
            },
        ),
    ):
        prepare(source, tmp_path / "corpus", icd=icd, min_count=1, keep_without_label=True, overwrite=True)  # type: ignore[arg-type]
        corpus = read_corpus(tmp_path / "corpus")
        found = documents_of(corpus)
        assert len(found) == (20 if icd == "both" else 10)
        assert {name: found[name].codes for name in codes} == codes
        assert (("hosp/diagnoses_icd.csv.gz", "ICD-9 code") in counted(corpus.card)) == (icd == "10")
        assert (("hosp/diagnoses_icd.csv.gz", "ICD-10 code") in counted(corpus.card)) == (icd == "9")
    described = dict(zip(corpus.label_space.codes, corpus.label_space.descriptions, strict=True))
    assert described["ICD9CM:V27.0"] == "Outcome of delivery, single liveborn"
    assert corpus.card.release.endswith(", ICD-9-CM")
    assert corpus.label_space.hierarchy().paths.shape == (len(corpus.label_space), 3)
    labels = corpus.split("train").labels(corpus.label_space)
    assert labels.any(axis=1).all()
    assert labels.sum() == sum(map(len, corpus.split("train").codes))


def test_evidence_of_icd_9_codes_is_theirs(tmp_path: Path) -> None:
    source = with_ninth_codes(hospital())
    source.gold = True
    source.rows["gold/evidence"] = [["11-DS-1", "101", code, "9", "0", "8"] for code in ("V270", "4280")]
    corpus = corpus_of(source, tmp_path, icd="9")
    assert [span.code for span in documents_of(corpus)["11-DS-1"].evidence] == ["ICD9CM:V27.0"]


@pytest.mark.parametrize(
    ("kinds", "codes"),
    [("diagnoses", ("I10", "E78.5")), ("procedures", ("02HV33Z",)), ("both", ("I10", "E78.5", "02HV33Z"))],
)
def test_diagnoses_procedures_or_both_count(tmp_path: Path, kinds: str, codes: tuple[str, ...]) -> None:
    source = hospital()
    for p in range(1, 20):
        source.rows["hosp/procedures_icd"].append([str(10 + p), str(100 + p), "1", "2182-03-05", "02HV33Z", "10"])
    assert documents_of(corpus_of(source, tmp_path, kinds=kinds))["10-DS-1"].codes == codes
    with pytest.raises(InputError, match="Expected kinds of codes among both, diagnoses, procedures, got 'drugs'"):
        prepare(tmp_path / "source", tmp_path / "other", kinds="drugs")  # type: ignore[arg-type]


def test_every_code_with_enough_training_documents_is_a_label(tmp_path: Path) -> None:
    corpus = corpus_of(hospital(60), tmp_path, min_count=9, keep_without_label=True)
    counts = Counter(code for codes in corpus.split("train").codes for code in codes)
    assert set(corpus.label_space.codes) == {code for code, count in counts.items() if count >= 9}
    assert corpus.card.labels_chosen.endswith("codes that at least 9 documents of training patients have")
    with pytest.raises(InputError, match="codes is on at least 61 documents of training patients"):
        corpus_of(hospital(60), tmp_path, min_count=61, overwrite=True)


MORE_COLUMNS = {
    "2.2": {
        "hosp/admissions": (
            "subject_id,hadm_id,admittime,dischtime,deathtime,admission_type,admit_provider_id,admission_location,"
            "discharge_location,insurance,language,marital_status,race,edregtime,edouttime,hospital_expire_flag"
        ),
    },
    "3.1": {
        "hosp/admissions": (
            "subject_id,hadm_id,admittime,dischtime,deathtime,admission_type,admit_provider_id,admission_location,"
            "discharge_location,insurance,language,marital_status,race,edregtime,edouttime,hospital_expire_flag"
        ),
        "hosp/diagnoses_icd": "subject_id,hadm_id,icd_code,icd_version,seq_num",
        "hosp/patients": "gender,subject_id,anchor_year,anchor_age,anchor_year_group,dod,more",
    },
}


@pytest.mark.parametrize("release", MORE_COLUMNS)
def test_columns_are_read_by_name_whatever_the_release(tmp_path: Path, release: str) -> None:
    plain = corpus_of(hospital(), tmp_path / "plain")
    drifted = hospital()
    for name, header in MORE_COLUMNS[release].items():
        names, wanted = drifted.headers[name].split(","), header.split(",")
        drifted.rows[name] = [
            [row[names.index(column)] if column in names else "x" for column in wanted] for row in drifted.rows[name]
        ]
        drifted.headers[name] = header
    corpus = corpus_of(drifted, tmp_path / "drifted")
    assert documents_of(corpus) == documents_of(plain)
    assert corpus.split("train").attribute("race") == plain.split("train").attribute("race")
    assert corpus.split("train").attribute("age") == plain.split("train").attribute("age")


def test_a_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    source = hospital()
    source.headers["hosp/diagnoses_icd"] = "subject_id,hadm_id,seq_num,code,icd_version"
    with pytest.raises(
        InputError,
        match=r"hosp/diagnoses_icd\.csv\.gz has no column 'icd_code' \(it has: subject_id, hadm_id, seq_num, code,",
    ):
        corpus_of(source, tmp_path)


def test_numbers_that_another_program_wrote_are_understood(tmp_path: Path) -> None:
    source = hospital()
    source.note(0)[2] = "NaN"
    source.note(1)[1:3] = [" 11 ", "101.0"]
    source.rows["hosp/diagnoses_icd"][4][1:] = ["102.0", "1", "i10 ", "10.0"]
    source.rows["hosp/diagnoses_icd"][6][3] = " e11.9 "
    source.rows["hosp/patients"][1][2:4] = ["41.0", "2180.0"]
    corpus = corpus_of(source, tmp_path, keep_without_label=True)
    found = documents_of(corpus)
    assert counted(corpus.card)["note/discharge.csv.gz", "note without an admission (no hadm_id)"] == (1, 2)
    assert found["11-DS-1"].subject_id == "11"
    assert found["12-DS-1"].codes == ("I10", "J18.9")
    assert found["13-DS-1"].codes == ("E11.9", "K21.9")
    documents = next(part for part in map(corpus.split, SPLITS) if "11-DS-1" in part.document_ids)
    assert documents.attribute("age")[documents.document_ids.index("11-DS-1")] == 43


def test_a_byte_order_mark_and_crlf_change_nothing(tmp_path: Path) -> None:
    plain = documents_of(corpus_of(hospital(), tmp_path / "plain"))
    source = hospital().write(tmp_path / "source", packed=False)
    for path in source.rglob("*.csv"):
        if path.stem != "discharge":
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    prepare(source, tmp_path / "corpus", top=3)
    assert documents_of(read_corpus(tmp_path / "corpus")) == plain


def split_file(folder: Path, content: str, name: str = "splits.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("column", ["note_id", "hadm_id", "subject_id", "_id"])
def test_a_split_file_says_where_documents_go(tmp_path: Path, column: str) -> None:
    name_of = {
        "note_id": lambda p: f"{10 + p}-DS-1",
        "hadm_id": lambda p: str(100 + p),
        "subject_id": lambda p: f"{10 + p}.0",
        "_id": lambda p: str(100 + p),
    }[column]
    rows = [f"{name_of(p)},{('train', 'val', 'test')[p % 3]}" for p in range(19)]
    path = split_file(tmp_path, f"{column},split\n" + "\n".join(rows) + "\n999,train\n")
    corpus = corpus_of(hospital(), tmp_path, split_file=path)
    assert corpus.split("validation").subject_ids == ("11", "14", "17", "20", "23", "26")
    assert corpus.card.split_method.startswith("as splits.csv gives it by ")
    found = counted(corpus.card)
    assert found["note/discharge.csv.gz", "document that the split file does not name"] == (1, 21)
    assert found["splits.csv", "id that no coded document has"] == (1, 21)
    assert corpus.card.arguments["split_file"] == "splits.csv"
    assert corpus.card.arguments["seed"] is None
    assert "splits.csv" in corpus.card.inputs
    assert sum(counts.documents for counts in corpus.card.splits.values()) == 19


def test_a_split_file_that_tears_a_patient_is_refused(tmp_path: Path) -> None:
    source = hospital()
    for name, column in (("hosp/admissions", 0), ("note/discharge", 1)):
        source.rows[name][1][column] = "10"
    path = split_file(
        tmp_path, "hadm_id,split\n" + "".join(f"{100 + p},{'train' if p else 'test'}\n" for p in range(20))
    )
    with pytest.raises(InputError, match="1 patients, with 2 documents, have documents in more than one of the given"):
        corpus_of(source, tmp_path, split_file=path)


def test_the_fingerprint_is_of_inputs_and_arguments(tmp_path: Path) -> None:
    source = hospital().write(tmp_path / "source")
    codes = tmp_path / "codes.txt"
    codes.write_text("I10\n")
    first = prepare(source, tmp_path / "1", codes=codes)
    assert first.inputs["codes.txt"]
    assert prepare(source, tmp_path / "2", codes=codes).fingerprint == first.fingerprint
    assert prepare(source, tmp_path / "3", codes=codes, seed=1).fingerprint != first.fingerprint
    codes.write_text("I10\nE78.5\n")
    assert prepare(source, tmp_path / "4", codes=codes).fingerprint != first.fingerprint
    written = json.loads((tmp_path / "1" / "corpus.json").read_text())
    assert written["fingerprint"] == first.fingerprint


def test_a_flipped_byte_in_the_notes_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    noted = hospital(400)
    for number, row in enumerate(noted.rows["note/discharge"]):
        row[-1] = random.Random(number).randbytes(2000).hex()
    source = noted.write(tmp_path / "source")
    path = source / "note" / "discharge.csv.gz"
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 0xFF
    path.write_bytes(bytes(packed))
    with pytest.raises(InputError, match=r"note/discharge\.csv\.gz is damaged: it cannot be read beyond row \d+"):
        prepare(source, tmp_path / "out" / "corpus")
    assert list((tmp_path / "out").iterdir()) == []


def test_three_patients_are_the_smallest_corpus(tmp_path: Path) -> None:
    corpus = corpus_of(hospital(3), tmp_path, top=1)
    assert [len(corpus.split(split)) for split in SPLITS] == [1, 1, 1]
    assert corpus.card.split_method == "patients at random: 3 are too few to balance codes"
