import csv
import gzip
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from attending.corpus.synthetic import synthesize
from attending.corpus.synthetic.coding import EXCLUSIVE, exclude_each_other, supported_codes
from attending.corpus.synthetic.hospital import CodedNote, coded_notes
from attending.corpus.synthetic.mentions import find_mentions
from attending.corpus.synthetic.passage import Mark, Passage, join
from attending.corpus.synthetic.patients import draw_person
from attending.corpus.synthetic.tables import COLUMNS
from attending.corpus.synthetic.wording import Voice, Wording
from attending.corpus.synthetic.wording_bank import BANK_FOLDER, SAID, WordingBank, on_side
from attending.errors import InputError
from attending.taxonomy import Taxonomy, named_codes

VOICE = Voice("F", "71", "Ms.", "the patient")


@pytest.fixture(scope="module")
def bank() -> WordingBank:
    return WordingBank.load()


@pytest.fixture(scope="module")
def notes(bank: WordingBank) -> list[CodedNote]:
    def endless() -> Iterator[CodedNote]:
        for number in range(1_000):
            rng = random.Random(f"test {number}")
            yield from coded_notes(draw_person(rng), bank, rng)

    source = endless()
    return [next(source) for _ in range(300)]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital") / "small"
    synthesize(folder, admissions=40, seed=3)
    return folder


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# passages


def said(passage: Passage) -> list[str]:
    return [passage.text[mark.start : mark.end] for mark in passage.marks]


@pytest.mark.parametrize("keep_space", [True, False])
@pytest.mark.parametrize("width", range(4, 40, 3))
def test_wrapping_moves_marks_with_their_words(width: int, keep_space: bool) -> None:
    rng = random.Random(width)
    words = ["".join(rng.choices("abcdef", k=rng.randint(1, 9))) for _ in range(80)]
    pieces = [Passage(word, (Mark(0, len(word), word),)) if rng.random() < 0.4 else word for word in words]
    passage = join(" ", pieces)
    wrapped = passage.wrapped(width, keep_space=keep_space)
    assert said(wrapped) == [mark.concept for mark in passage.marks]
    assert wrapped.text.split() == words
    assert max(len(line.rstrip()) for line in wrapped.text.split("\n")) <= max(width, 9)


def test_a_mark_may_cross_a_line_break() -> None:
    wrapped = Passage("has atrial fibrillation today", (Mark(4, 23, "I48.91"),)).wrapped(12, keep_space=True)
    assert wrapped.text == "has atrial \nfibrillation \ntoday"
    assert said(wrapped) == ["atrial \nfibrillation"]


def test_filling_a_slot_keeps_the_marks_on_both_sides() -> None:
    before = Passage("GERD, {history}, HTN", (Mark(0, 4, "K21.9"), Mark(17, 20, "I10")))
    filled = before.replacing("{history}", Passage("gout", (Mark(0, 4, "M10.9"),)))
    assert said(filled) == ["GERD", "gout", "HTN"]


# wordings


def test_a_wording_is_read_with_its_choices_ranges_slots_and_marks() -> None:
    wording = Wording("{He} has {mild |}[[{HTN|htn}]] x {3-3} years, [[N18.3:CKD {3|III}]]; {M|F}", "I10")
    passage = wording.say(VOICE, random.Random(1))
    assert re.fullmatch(r"She has (mild )?(HTN|htn) x 3 years, CKD (3|III); F", passage.text)
    assert [mark.concept for mark in passage.marks] == ["I10", "N18.3"]
    assert wording.codes == {"I10", "N18.3"}


@pytest.mark.parametrize("source", ["[[HTN", "{nobody}", "{a|b", "", "a\tb"])
def test_broken_markup_is_named(tmp_path: Path, source: str) -> None:
    text = source.replace("\t", "\\t")
    (tmp_path / "broken.toml").write_text(f'["I10"]\nname = ["{text}"]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.toml, I10, name, entry 1"):
        WordingBank.load(folder=tmp_path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found none"):
        WordingBank.load(folder=tmp_path)


def test_a_denial_is_not_a_statement() -> None:
    mentions = find_mentions("Denies HTN or diabetes. Has gout, on apixaban.")
    assert mentions.denied == {"hypertension", "diabetes"}
    assert mentions.said == {"gout", "anticoagulation"}
    assert not mentions.fit(frozenset(["M10.9"]))
    assert mentions.fit(frozenset(["M10.9", "Z79.01"]))


def test_the_bank_says_each_of_the_fifty_codes_in_many_ways(bank: WordingBank) -> None:
    for code in named_codes("mimic-iv-50"):
        assert sum(len(wordings) for wordings in bank.concepts[code].said.values()) >= 40


def test_train_and_held_out_share_no_wording() -> None:
    shared = total = 0
    for file in sorted(BANK_FOLDER.glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).values():
            if not isinstance(entry, dict):
                continue
            for sources in [entry.get(name, []) for name in SAID] + list(entry.get("absent", {}).values()):
                unique = list(dict.fromkeys(sources))
                train, held_out = on_side(unique, "train"), on_side(unique, "held-out")
                assert set(train) | set(held_out) == set(unique)
                if len(unique) > 1:
                    assert train
                    assert held_out
                    assert not set(train) & set(held_out)
                else:
                    shared += len(unique)
                total += len(unique)
    assert shared < 0.1 * total


# coding


@pytest.mark.parametrize(
    ("concepts", "codes"),
    [
        (["I10"], ["I10"]),
        (["I10", "N18.3"], ["I12.9", "N18.3"]),
        (["I10", "N18.6"], ["I12.0", "N18.6"]),
        (["K21.9", "I10", "I50.32"], ["K21.9", "I11.0", "I50.32"]),
        (["I10", "I50.9", "N18.9"], ["I13.0", "I50.9", "N18.9"]),
        (["I10", "I13.0", "I50.9", "N18.9"], ["I13.0", "I50.9", "N18.9"]),
        (["E11.9", "N18.9"], ["E11.22", "N18.9"]),
        (["E11.9", "E11.22", "N18.9"], ["E11.22", "N18.9"]),
        (["E11.65", "N18.9"], ["E11.65", "N18.9", "E11.22"]),
        (["E11.9", "E11.42"], ["E11.42"]),
        (["N18.9"], ["N18.9"]),
    ],
)
def test_combinations_are_coded_as_the_guidelines_say(concepts: list[str], codes: list[str]) -> None:
    assert list(supported_codes(concepts)) == codes


def test_all_parts_support_a_combination() -> None:
    codes = supported_codes(["I10", "I50.9", "N18.9", "E11.9"])
    assert codes["I13.0"] == {"I10", "I50.9", "N18.9"}
    assert codes["E11.22"] == {"E11.9", "N18.9"}


def test_codes_that_exclude_each_other_never_meet(notes: list[CodedNote]) -> None:
    for coded in notes:
        for group in EXCLUSIVE:
            together = [code for code in coded.evidence if code.startswith(group)]
            if group == ("E08", "E09", "E10", "E11", "E13"):
                together = [code for code in together if code != "E11.22"]
            assert len(together) <= 1
        assert not ("I10" in coded.evidence and any(code.startswith(("N18", "I50")) for code in coded.evidence))
        assert not ("E11.9" in coded.evidence and any(code.startswith("N18") for code in coded.evidence))


def test_every_concept_of_an_admission_is_said(bank: WordingBank, notes: list[CodedNote]) -> None:
    for coded in notes:
        assert {mark.concept for mark in coded.note.marks} >= set(coded.stay.concepts) & set(bank.concepts)
        assert all(coded.evidence.values())


def test_evidence_is_words(notes: list[CodedNote]) -> None:
    for coded in notes:
        text = coded.note.text
        for marks in coded.evidence.values():
            for mark in marks:
                words = text[mark.start : mark.end]
                assert words == words.strip() != ""
                assert mark.end <= len(text)


def test_no_markup_is_left_in_the_notes(notes: list[CodedNote]) -> None:
    for coded in notes:
        assert not re.search(r"\[\[|\]\]|[{}|]", coded.note.text)


def test_no_man_is_pregnant(notes: list[CodedNote]) -> None:
    men = [coded for coded in notes if coded.stay.person.sex == "M"]
    assert men
    assert not [coded for coded in men if any(code.startswith("O") for code in coded.evidence)]


def test_smokers_are_not_called_never_smokers(notes: list[CodedNote]) -> None:
    smokers = [coded for coded in notes if "F17.210" in coded.evidence]
    assert len(smokers) > 5
    for coded in smokers:
        assert not re.search(r"never[- ]smok|denies (?:any )?tobacco|non-?smoker", coded.note.text, re.IGNORECASE)


def test_most_codes_are_said_more_than_once(notes: list[CodedNote]) -> None:
    counts = [len(marks) for coded in notes for marks in coded.evidence.values()]
    assert 0.4 < sum(count > 1 for count in counts) / len(counts) < 0.85


def test_notes_have_the_lengths_of_real_ones(notes: list[CodedNote]) -> None:
    words = sorted(len(coded.note.text.split()) for coded in notes)
    assert 550 < words[150] < 1_000
    assert words[15] < 400
    assert words[-15] > 1_100


def test_exclusion_is_symmetric_and_never_with_itself() -> None:
    assert exclude_each_other("I48.0", "I48.91")
    assert exclude_each_other("F17.210", "Z87.891")
    assert not exclude_each_other("I48.0", "I48.0")
    assert not exclude_each_other("I10", "E11.9")


# the hospital


def test_the_tables_have_mimics_columns(hospital: Path) -> None:
    for table, columns in COLUMNS.items():
        with gzip.open(hospital / f"{table}.csv.gz", "rt", encoding="utf-8") as file:
            assert file.readline().rstrip("\n") == ",".join(columns)


def test_evidence_lies_in_its_note_and_every_code_has_some(hospital: Path) -> None:
    texts = {row["note_id"]: row["text"] for row in rows(hospital, "note/discharge")}
    assert len(texts) == 40
    supported: dict[str, set[str]] = defaultdict(set)
    for row in rows(hospital, "gold/evidence"):
        assert texts[row["note_id"]][int(row["start"]) : int(row["end"])].strip()
        supported[row["hadm_id"]].add(row["icd_code"])
    coded: dict[str, set[str]] = defaultdict(set)
    for table in ("hosp/diagnoses_icd", "hosp/procedures_icd"):
        for row in rows(hospital, table):
            coded[row["hadm_id"]].add(row["icd_code"])
    assert coded == supported


def test_every_code_has_its_official_title(hospital: Path) -> None:
    titles = {row["icd_code"]: row["long_title"] for row in rows(hospital, "hosp/d_icd_diagnoses")}
    assert titles["I10"] == Taxonomy.load().get("I10").description
    assert {row["icd_code"] for row in rows(hospital, "hosp/diagnoses_icd")} <= set(titles)
    procedures = {row["icd_code"] for row in rows(hospital, "hosp/d_icd_procedures")}
    assert "02HV33Z" in procedures
    assert {row["icd_code"] for row in rows(hospital, "hosp/procedures_icd")} <= procedures


def test_patients_and_admissions_belong_together(hospital: Path) -> None:
    patients = {row["subject_id"] for row in rows(hospital, "hosp/patients")}
    admissions = rows(hospital, "hosp/admissions")
    assert {row["subject_id"] for row in admissions} == patients
    assert len({row["hadm_id"] for row in admissions}) == 40
    assert all(row["admittime"] < row["dischtime"] for row in admissions)


def test_equal_seeds_give_equal_bytes_and_others_do_not(hospital: Path, tmp_path: Path) -> None:
    synthesize(tmp_path / "same", admissions=40, seed=3)
    synthesize(tmp_path / "other", admissions=40, seed=4)
    manifest = (hospital / "manifest.json").read_bytes()
    assert (tmp_path / "same" / "manifest.json").read_bytes() == manifest
    assert (tmp_path / "other" / "manifest.json").read_bytes() != manifest


def test_a_small_hospital_begins_a_larger_one(hospital: Path, tmp_path: Path) -> None:
    synthesize(tmp_path / "larger", admissions=55, seed=3)
    for table in COLUMNS:
        small, large = rows(hospital, table), rows(tmp_path / "larger", table)
        assert large[: len(small)] == small


def test_held_out_notes_differ_from_train_notes(tmp_path: Path) -> None:
    synthesize(tmp_path / "train", admissions=5, wordings="train")
    synthesize(tmp_path / "held-out", admissions=5, wordings="held-out")
    texts = [{row["text"] for row in rows(tmp_path / side, "note/discharge")} for side in ("train", "held-out")]
    assert not texts[0] & texts[1]


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"at least one admission"):
        synthesize(tmp_path / "none", admissions=0)
    with pytest.raises(InputError, match=r"all, train or held-out"):
        synthesize(tmp_path / "none", admissions=1, wordings="test")  # type: ignore[arg-type]
