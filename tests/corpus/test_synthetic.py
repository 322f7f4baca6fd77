import csv
import gzip
import os
import random
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from attending.corpus.synthetic import synthesize
from attending.corpus.synthetic.coding import EXTERNAL_CAUSES, external_cause
from attending.corpus.synthetic.drugs import agents_in, agents_of, drug_of
from attending.corpus.synthetic.hospital import CodedNote, coded_notes
from attending.corpus.synthetic.laboratory import Laboratory
from attending.corpus.synthetic.mentions import find_mentions
from attending.corpus.synthetic.passage import Mark, Passage, join
from attending.corpus.synthetic.patients import draw_person
from attending.corpus.synthetic.risks import RISKS
from attending.corpus.synthetic.shares import SHARES
from attending.corpus.synthetic.tables import COLUMNS
from attending.corpus.synthetic.undercoding import left_out
from attending.corpus.synthetic.wording import Voice, Wording
from attending.corpus.synthetic.wording_bank import (
    BANK_FOLDER,
    FORMS,
    SERVICE_SHARES,
    UNSAID,
    WordingBank,
    WordingSides,
    WordingSplit,
    normal_form,
)
from attending.errors import InputError
from attending.taxonomy import Taxonomy, named_codes
from attending.taxonomy.coding_rules import COMBINED_WITH_DIABETES, EXCLUSIVE

VOICE = Voice("F", "71", "Ms.", "the patient")


@pytest.fixture(scope="module")
def bank() -> WordingBank:
    return WordingBank.load()


def write(bank: WordingBank, count: int) -> list[CodedNote]:
    def endless() -> Iterator[CodedNote]:
        for number in range(count):
            rng = random.Random(f"test {number}")
            yield from coded_notes(draw_person(rng), bank, rng)

    source = endless()
    return [next(source) for _ in range(count)]


@pytest.fixture(scope="module")
def notes(bank: WordingBank) -> list[CodedNote]:
    return write(bank, 360)


@pytest.fixture(scope="module")
def whole(notes: list[CodedNote]) -> list[CodedNote]:
    """The notes that are not snippets."""
    return [coded for coded in notes if len(coded.note.text.split()) > 300]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital") / "small"
    synthesize(folder, admissions=24, seed=3)
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


def test_edits_keep_the_marks_on_their_words() -> None:
    passage = Passage("has atrial fibrillation, on warfarin", (Mark(4, 23, "I48.91"), Mark(28, 36, "Z79.01")))
    edited = passage.edited([(0, 3, "h/o"), (4, 10, "atrail"), (23, 25, ","), (28, 36, "coumadin 5")])
    assert edited.text == "h/o atrail fibrillation,on coumadin 5"
    assert said(edited) == ["atrail fibrillation", "coumadin 5"]


# laboratory


def test_a_test_follows_the_condition_through_the_stay() -> None:
    rng = random.Random(1)
    for _ in range(30):
        laboratory = Laboratory(["N17.9"], takes_warfarin=False, rng=rng)
        admission, worst, discharge = (
            float(laboratory.spoken("Creat", moment).split()[1]) for moment in ("admission", "worst", "discharge")
        )
        assert worst >= 1.3
        assert discharge < worst
        assert admission <= worst + 0.3
        assert laboratory.trend("Creat").startswith("Cr: ")


@pytest.mark.parametrize(
    ("text", "admission", "discharge"),
    [
        ("Cr 2.6 on admission from baseline of 1.0, improved. Discharge Cr 0.9.", 2.6, 0.9),
        ("Creatinine rose to 3.4 -> 1.2", 3.4, 1.2),
        ("Goal potassium above 4. Cr 1.1", 1.1, 1.1),
    ],
)
def test_the_laboratory_agrees_with_what_the_course_tells(text: str, admission: float, discharge: float) -> None:
    laboratory = Laboratory([], takes_warfarin=False, rng=random.Random(3))
    laboratory.believe(text)
    told = [float(laboratory.spoken("Creat", moment).split()[1]) for moment in ("admission", "discharge")]
    assert told == pytest.approx([admission, discharge], abs=0.25)


def test_lasting_conditions_stay(bank: WordingBank) -> None:
    laboratory = Laboratory(["N18.6"], takes_warfarin=False, rng=random.Random(2))
    assert float(laboratory.spoken("Creat", "discharge").split()[1]) > 3
    assert any("BLOOD Glucose-" in line for line in laboratory.draw("admission"))


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


def test_the_bank_is_large(bank: WordingBank) -> None:
    """At least 1,500 fragments of a sentence or more, written by hand."""
    stories = [wording for plan in bank.admissions for texts in plan.texts.values() for wording in texts]
    said = [wording for concept in bank.concepts.values() for texts in concept.said.values() for wording in texts]
    generic = [wording for texts in bank.fragments.values() for wording in texts]
    fragments = {wording.source for wording in stories + said + generic if len(wording.plain.split()) >= 6}
    assert len(fragments) >= 1_500
    assert {plan.family for plan in bank.admissions} == set(SERVICE_SHARES)


def test_the_bank_says_each_of_the_fifty_codes_in_many_ways(bank: WordingBank) -> None:
    for code in named_codes("mimic-iv-50"):
        said = {normal_form(wording.source) for texts in bank.concepts[code].said.values() for wording in texts}
        assert len(said) >= 40, code


def test_the_bank_has_decoys_of_every_kind(bank: WordingBank) -> None:
    fifty = named_codes("mimic-iv-50")
    counts = {
        kind: len({wording.source for code in fifty for wording in bank.concepts[code].absent[kind]}) for kind in UNSAID
    }
    assert sum(counts.values()) >= 300
    assert min(counts.values()) >= 40
    assert len(bank.fragments["negated_list"]) >= 20


def test_decoys_of_a_condition_say_nothing_else_of_the_fifty_as_marked(bank: WordingBank) -> None:
    for concept in bank.concepts.values():
        assert not any(wording.codes for texts in concept.absent.values() for wording in texts)


def test_every_risk_names_a_code_of_the_taxonomy() -> None:
    taxonomy = Taxonomy.load()
    for risk in RISKS.chronic + RISKS.episodic:
        assert all(taxonomy.get(code) for code in risk.variants)


# train and held-out


def lists_of_the_bank() -> list[list[str]]:
    def within(value: object) -> Iterator[list[str]]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name not in FORMS | {"reason", "sexes"}:
                    yield from within(inner)
        elif isinstance(value, list):
            strings = [item for item in value if isinstance(item, str)]
            if strings:
                yield strings
            for item in value:
                if isinstance(item, dict):
                    yield from within(item)

    files = sorted(BANK_FOLDER.glob("*.toml"))
    return [found for file in files for found in within(tomllib.loads(file.read_text(encoding="utf-8")))]


def test_every_wording_is_on_one_side_wherever_it_stands() -> None:
    lists = lists_of_the_bank()
    sides = WordingSides(lists)
    kept: dict[WordingSplit, set[str]] = {"train": set(), "held-out": set()}
    one_sided = several = 0
    for sources in lists:
        for split, forms in kept.items():
            forms |= {normal_form(source) for source in sides.keep(sources, split)}
        if len({normal_form(source) for source in sources}) > 1:
            several += 1
            one_sided += not (sides.keep(sources, "train") and sides.keep(sources, "held-out"))
    # Some lists say one thing in several ways.
    assert one_sided < 0.02 * several
    assert not kept["train"] & kept["held-out"]
    assert 0.15 < len(kept["held-out"]) / len(kept["train"]) < 0.5


def test_marks_numbers_and_choices_do_not_make_another_wording() -> None:
    assert normal_form("[[I10:HTN]] on {2|3} drugs since {1990-2010}") == normal_form(
        "[[HTN]] on {4|5} drugs since 2005"
    )
    assert normal_form("{a|b}") != normal_form("{c|d}")


def test_no_long_fragment_of_a_held_out_note_occurs_in_a_training_note(
    train_notes: list[CodedNote], held_out_notes: list[CodedNote]
) -> None:
    def sentences(notes: list[CodedNote]) -> set[str]:
        """Long sentences with their numbers and names left open; laboratory lines and drug lists are common to both."""
        found: set[str] = set()
        for coded in notes:
            for sentence in re.split(r"(?<=[.:;])\s|\n", coded.note.on_one_line().text):
                words = re.findall(r"[a-z]+", sentence.lower())
                if len(words) >= 12 and "blood" not in words and "mg" not in words and "tablet" not in words:
                    found.add(" ".join(words))
        return found

    train, held_out = sentences(train_notes), sentences(held_out_notes)
    assert len(held_out) > 200
    # Two wordings may come to the same words by their choices.
    assert len(train & held_out) < 0.01 * len(held_out)


@pytest.fixture(scope="module")
def train_notes() -> list[CodedNote]:
    return write(WordingBank.load("train"), 100)


@pytest.fixture(scope="module")
def held_out_notes() -> list[CodedNote]:
    return write(WordingBank.load("held-out"), 40)


def test_both_sides_say_all_fifty_codes() -> None:
    sides: tuple[WordingSplit, ...] = ("train", "held-out")
    for split in sides:
        assert set(named_codes("mimic-iv-50")) <= set(WordingBank.load(split).concepts)


# coding


def test_codes_that_exclude_each_other_never_meet(notes: list[CodedNote]) -> None:
    for coded in notes:
        for group in EXCLUSIVE:
            together = [code for code in coded.evidence if code.startswith(group)]
            if group[0] == "E08":
                together = [code for code in together if code not in {"E11.22", *COMBINED_WITH_DIABETES.values()}]
            assert len(together) <= 1
        assert not ("I10" in coded.evidence and any(code.startswith(("N18", "I50")) for code in coded.evidence))
        assert not ("E11.9" in coded.evidence and any(code.startswith("N18") for code in coded.evidence))


def test_every_concept_of_an_admission_is_said(bank: WordingBank, whole: list[CodedNote]) -> None:
    for coded in whole:
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


def test_most_codes_are_said_more_than_once(whole: list[CodedNote]) -> None:
    counts = [len(marks) for coded in whole for marks in coded.evidence.values()]
    assert 0.5 < sum(count > 1 for count in counts) / len(counts) < 0.93


def test_notes_have_the_lengths_of_real_ones(notes: list[CodedNote]) -> None:
    words = sorted(len(coded.note.text.split()) for coded in notes)
    assert 1_150 < words[len(words) // 2] < 1_650
    assert words[len(words) // 20] < 500
    assert words[-len(words) // 20] > 2_000


def test_some_documents_are_a_line_or_a_section(notes: list[CodedNote]) -> None:
    words = [len(coded.note.text.split()) for coded in notes]
    assert 3 <= sum(count < 120 for count in words) < 0.1 * len(notes)


def test_the_shares_of_the_codes_are_those_of_the_benchmark(notes: list[CodedNote]) -> None:
    counts = Counter(code for coded in notes for code in coded.evidence)
    for code, share in SHARES.items():
        expected = share / 100 * len(notes)
        # Four standard deviations of chance, patients being several admissions each, and 12 % of calibration.
        assert abs(counts[code] - expected) < 4 * (1.6 * expected) ** 0.5 + 0.12 * expected, code


def test_conditions_come_together_as_in_patients(notes: list[CodedNote]) -> None:
    def share(of: str, among: str) -> float:
        having = [coded for coded in notes if any(code.startswith(among) for code in coded.stay.has)]
        return sum(any(code.startswith(of) for code in coded.stay.has) for coded in having) / len(having)

    assert share("Z95.5", "I25.10") > 3 * share("Z95.5", "")
    assert share("Z79.01", "I48") > 3 * share("Z79.01", "")
    assert share("Z79.4", "E11") > 2 * share("Z79.4", "")
    assert share("E66", "G47.33") > 1.5 * share("E66", "")
    assert share("Z87.891", "J44") > 1.2 * share("Z87.891", "")
    assert share("N18", "E11") > 1.3 * share("N18", "")
    assert share("F41", "F32") > 1.5 * share("F41", "")


def test_each_of_a_class_of_drugs_has_one_agent_in_the_lists(whole: list[CodedNote]) -> None:
    clashes = total = 0
    for coded in whole:
        agents: dict[str, set[str]] = defaultdict(set)
        for line in coded.note.text.split("\n"):
            if re.match(r"(?:\d+[.)]|-) ?[A-Z]", line) and re.search(r"\d ?m?c?g\b", line):
                for name, agent in agents_of(agents_in(line)).items():
                    agents[name].add(agent)
        clashes += sum(len(several) > 1 for several in agents.values())
        total += len(agents)
    assert total > 300
    assert clashes < 0.03 * total


def test_nobody_with_a_bleeding_or_failing_kidneys_gets_an_nsaid(whole: list[CodedNote]) -> None:
    for coded in whole:
        if any(code.startswith(("N17", "N18", "K92", "Z79.01")) for code in coded.stay.concepts):
            listed = re.findall(
                r"(?m)^(?:\d+[.)] ?|- )(?:ibuprofen|naproxen|meloxicam|celecoxib)", coded.note.text, re.I
            )
            assert len(listed) == 0


def test_drugs_that_speak_for_a_code_are_taken_by_those_who_have_it(whole: list[CodedNote]) -> None:
    for coded in whole:
        listed = re.findall(r"(?m)^(?:\d+[.)] ?|- )(\w+).*\b(?:mg|mcg|Units?) (?:PO|SC|oral)\b.*$", coded.note.text)
        classes = {drug_of(drug) for drug in listed}
        has = coded.stay.has
        if "anticoagulant" in classes:
            assert "Z79.01" in has or any(code.startswith(("I26", "I82", "Z86.7")) for code in has)
        if "antiplatelet" in classes:
            assert "Z79.02" in has
        if "basal insulin" in classes:
            assert "Z79.4" in has or any(code.startswith("E1") for code in has)


@pytest.mark.parametrize(
    ("words", "place", "cause"),
    [
        ("rolled out of bed", "Y92.230", "W06.XXXA"),
        ("mechanical fall", "Y92.9", "W19.XXXA"),
        ("drug rash", "Y92.239", "T50.905A"),
        ("accidental injury", "Y92.9", "X58.XXXA"),
        ("post-operative ileus", "Y92.239", "Y83.9"),
    ],
)
def test_a_place_of_occurrence_comes_with_its_cause(words: str, place: str, cause: str) -> None:
    assert external_cause(words, place) == cause


def test_every_place_of_occurrence_has_a_cause(notes: list[CodedNote]) -> None:
    places = [coded for coded in notes if any(code.startswith("Y92") for code in coded.evidence)]
    assert len(places) > 20
    for coded in places:
        assert any(code in EXTERNAL_CAUSES for code in coded.evidence)


# the hospital


def test_the_tables_have_mimics_columns(hospital: Path) -> None:
    for table, columns in COLUMNS.items():
        with gzip.open(hospital / f"{table}.csv.gz", "rt", encoding="utf-8") as file:
            assert file.readline().rstrip("\n") == ",".join(columns)


def test_evidence_lies_in_its_note_and_every_code_has_some(hospital: Path) -> None:
    texts = {row["note_id"]: row["text"] for row in rows(hospital, "note/discharge")}
    assert len(texts) == 24
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
    assert len({row["hadm_id"] for row in admissions}) == 24
    assert all(row["admittime"] < row["dischtime"] for row in admissions)


def test_equal_seeds_give_equal_bytes_and_others_do_not(hospital: Path, tmp_path: Path) -> None:
    synthesize(tmp_path / "same", admissions=24, seed=3)
    synthesize(tmp_path / "other", admissions=24, seed=4)
    manifest = (hospital / "manifest.json").read_bytes()
    assert (tmp_path / "same" / "manifest.json").read_bytes() == manifest
    assert (tmp_path / "other" / "manifest.json").read_bytes() != manifest


def test_a_small_hospital_begins_a_larger_one(hospital: Path, tmp_path: Path) -> None:
    synthesize(tmp_path / "larger", admissions=32, seed=3)
    for table in COLUMNS:
        small, large = rows(hospital, table), rows(tmp_path / "larger", table)
        assert large[: len(small)] == small


def test_several_processes_write_the_same_bytes_as_one(hospital: Path, tmp_path: Path) -> None:
    synthesize(tmp_path / "two", admissions=24, seed=3, processes=2)
    assert (tmp_path / "two" / "manifest.json").read_bytes() == (hospital / "manifest.json").read_bytes()


def test_bytes_do_not_depend_on_the_hash_seed(hospital: Path, tmp_path: Path) -> None:
    script = "import sys, pathlib; from attending.corpus.synthetic import synthesize; "
    script += "synthesize(pathlib.Path(sys.argv[1]), admissions=24, seed=3)"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "same")], check=True, env=environment)
    assert (tmp_path / "same" / "manifest.json").read_bytes() == (hospital / "manifest.json").read_bytes()


def test_undercoding_leaves_out_codes_and_keeps_the_truth_beside(hospital: Path, tmp_path: Path) -> None:
    synthesize(tmp_path / "noisy", admissions=24, seed=3, undercoding=0.3)
    assert not rows(hospital, "gold/uncoded")
    assert rows(tmp_path / "noisy", "gold/evidence") == rows(hospital, "gold/evidence")

    def codes(folder: Path, *tables: str) -> Counter[tuple[str, str]]:
        return Counter((row["hadm_id"], row["icd_code"]) for table in tables for row in rows(folder, table))

    tables = ("hosp/diagnoses_icd", "hosp/procedures_icd")
    full, noisy = codes(hospital, *tables), codes(tmp_path / "noisy", *tables, "gold/uncoded")
    assert full == noisy
    missed = len(rows(tmp_path / "noisy", "gold/uncoded"))
    assert 0.15 * len(full) < missed < 0.4 * len(full)
    principal = {(row["hadm_id"], row["icd_code"]) for row in rows(hospital, tables[0]) if row["seq_num"] == "1"}
    assert principal <= set(codes(tmp_path / "noisy", *tables))


def test_undercoding_has_the_rate_asked_for_and_spares_the_principal_diagnosis() -> None:
    rng = random.Random(0)
    codes = ["A41.9", "N17.9", "I10", "E78.5", "Z87.891", "F32.9", "E11.9"]
    drawn = [left_out(codes, 0.2, rng) for _ in range(4_000)]
    assert sum(map(len, drawn)) / (6 * len(drawn)) == pytest.approx(0.2, abs=0.01)
    assert not any("A41.9" in missed for missed in drawn)
    counts = Counter(code for missed in drawn for code in missed)
    assert counts["Z87.891"] > 2 * counts["N17.9"]
    assert left_out(codes, 0.0, rng) == frozenset()


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"at least one admission"):
        synthesize(tmp_path / "none", admissions=0)
    with pytest.raises(InputError, match=r"at most .* admissions"):
        synthesize(tmp_path / "none", admissions=10**7)
    with pytest.raises(InputError, match=r"all, train or held-out"):
        synthesize(tmp_path / "none", admissions=1, wordings="test")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"share in \[0, 1\)"):
        synthesize(tmp_path / "none", admissions=1, undercoding=1.0)
    with pytest.raises(InputError, match=r"at least one process"):
        synthesize(tmp_path / "none", admissions=1, processes=0)
    assert not list(tmp_path.iterdir())
