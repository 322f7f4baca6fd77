import json
import subprocess
import sys
from pathlib import Path

import pytest

from attending.errors import InputError
from attending.taxonomy import Taxonomy
from attending.taxonomy.table import Table

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.load()


def test_an_entry_says_what_the_release_says(taxonomy):
    entry = taxonomy.get("i2510")
    assert entry.code == "I25.10"
    assert entry.description == "Atherosclerotic heart disease of native coronary artery without angina pectoris"
    assert entry.inclusion_terms == ("Atherosclerotic heart disease NOS",)
    assert (entry.parent, entry.level, entry.is_leaf, entry.system) == ("I25.1", "code", True, "ICD-10-CM")
    assert "high blood pressure" in taxonomy.get("I10").includes


@pytest.mark.parametrize("code", ["N18.3", "E87.2", "F32.9", "Z79.4", "Y92.230"])
def test_codes_that_later_releases_split_are_still_entries(taxonomy, code):
    assert taxonomy.get(code).code == code


def test_categories_can_be_leaves(taxonomy):
    assert taxonomy.get("I10").is_leaf
    assert taxonomy.get("I10").level == "category"
    assert not taxonomy.get("N18").is_leaf
    assert not taxonomy.get("N18.3").is_leaf


@pytest.mark.parametrize(
    ("code", "ancestors"),
    [
        ("I25.10", ("I25.1", "I25", "I20-I25", "Chapter 9")),
        ("S72.001A", ("S72.001", "S72.00", "S72.0", "S72", "S70-S79", "Chapter 19")),
        ("W00.0XXA", ("W00.0", "W00", "W00-W19", "W00-X58", "V00-X58", "Chapter 20")),
        ("C4A.0", ("C4A", "C43-C44", "C00-C75", "C00-C96", "Chapter 2")),
        ("X05.XXXA", ("X05", "X00-X08", "W00-X58", "V00-X58", "Chapter 20")),
        ("B99.9", ("B99", "B99-B99", "Chapter 1")),
        ("02HV33Z", ("PCS 02H", "PCS 02", "PCS 0")),
        ("Chapter 9", ()),
    ],
)
def test_ancestors_run_from_the_nearest_to_the_chapter(taxonomy, code, ancestors):
    assert taxonomy.ancestors(code) == ancestors
    assert taxonomy.parent(code) == (ancestors[0] if ancestors else None)
    assert taxonomy.chapter(code).code == (ancestors[-1] if ancestors else code)


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("I25.10", ("Chapter 9", "I20-I25", "I25")),
        ("I10", ("Chapter 9", "I10-I1A", "I10")),
        ("B20", ("Chapter 1", "B20-B20", "B20")),
        ("W00.0XXA", ("Chapter 20", "W00-W19", "W00")),
        ("02HV33Z", ("PCS 0", "PCS 02", "PCS 02H")),
    ],
)
def test_levels_are_chapter_smallest_block_and_category(taxonomy, code, levels):
    assert taxonomy.levels(code) == levels


@pytest.mark.parametrize("key", ["Chapter 9", "I20-I25", "PCS 0", "PCS 02"])
def test_levels_of_what_is_no_code_are_refused(taxonomy, key):
    with pytest.raises(InputError, match=f"Expected a code, got {key}, which is a (chapter|block)"):
        taxonomy.levels(key)


def test_titles_of_groups(taxonomy):
    assert taxonomy.get("Chapter 9").description == "Diseases of the circulatory system"
    assert taxonomy.get("I20-I25").description == "Ischemic heart diseases"
    assert taxonomy.get("PCS 0").description == "Medical and Surgical"
    assert taxonomy.get("PCS 02").description == "Heart and Great Vessels"
    assert taxonomy.get("PCS 02H").description == "Heart and Great Vessels, Insertion"
    assert taxonomy.get("PCS B21").description == "Imaging, Heart, Fluoroscopy"
    assert taxonomy.get("PCS GZB").description == "Mental Health, Electroconvulsive Therapy"


def test_children(taxonomy):
    assert taxonomy.children("I20-I25") == ("I20", "I21", "I22", "I23", "I24", "I25")
    assert taxonomy.children("N18.3") == ("N18.30", "N18.31", "N18.32")
    assert taxonomy.children("X05") == ("X05.XXXA", "X05.XXXD", "X05.XXXS")
    assert taxonomy.children("I10") == ()
    assert taxonomy.children("Chapter 2")[:2] == ("C00-C96", "D00-D09")
    assert taxonomy.children("PCS 0")[:2] == ("PCS 00", "PCS 01")
    assert "PCS 02H" in taxonomy.children("PCS 02")
    assert "02HV33Z" in taxonomy.children("PCS 02H")


def test_every_entry_is_a_child_of_its_parent(taxonomy):
    roots = [key for key in taxonomy if taxonomy.get(key).parent is None]
    assert len(roots) == 22 + 17
    seen = list(roots)
    for key in seen:
        children = taxonomy.children(key)
        assert all(taxonomy.get(child).parent == key for child in children[:3])
        assert taxonomy.get(key).is_leaf == (not children)
        seen.extend(children)
    assert len(seen) == len(set(seen)) == len(taxonomy)
    assert set(seen) == set(taxonomy)


def test_membership_takes_any_spelling_and_never_raises(taxonomy):
    for known in ("I2510", "i25.10", "02hv33z", "N17-N19", "Chapter 1", "PCS 02H"):
        assert known in taxonomy
    for unknown in ("I25.99", "not a code", "", "PCS 0ZZ", "0ZZZZZZ", 25, None):
        assert unknown not in taxonomy


def test_an_unknown_code_names_the_release_and_the_way_out(taxonomy):
    with pytest.raises(InputError, match=r"I25\.99 is not in this taxonomy \(ICD-10-CM April 2026.*with_codes"):
        taxonomy.get("I2599")
    with pytest.raises(InputError, match="Expected an ICD-10-CM code"):
        taxonomy.get("PCS 0ZZ")


def test_the_release_says_where_it_comes_from(taxonomy):
    assert taxonomy.release == "ICD-10-CM April 2026, ICD-10-PCS April 2024"
    for part in taxonomy.provenance:
        assert part.licence
        assert part.publisher
        assert all(len(digest) == 64 for digest in part.sha256.values())
    assert "simple-icd-10-cm 1.5.0" in taxonomy.provenance[0].source


class TestWithCodes:
    def test_deleted_codes_stand_below_their_longest_prefix(self, taxonomy):
        extended = taxonomy.with_codes({"T8451XX": "A", "N1839": "Another stage 3", "I25.10": "ignored"})
        assert extended.get("N18.39").parent == "N18.3"
        assert extended.get("N18.39").is_leaf
        assert extended.levels("N18.39") == ("Chapter 14", "N17-N19", "N18")
        assert "N18.39" in extended.children("N18.3")
        assert extended.get("I25.10") == taxonomy.get("I25.10")
        assert len(extended) == len(taxonomy) + 2
        assert extended.release == f"{taxonomy.release}, 2 codes added"
        assert extended.with_codes({"N18.38": "One more"}).release.endswith(", 3 codes added")
        assert "N18.39" not in taxonomy

    def test_an_added_parent_takes_its_added_child(self, taxonomy):
        extended = taxonomy.with_codes({"N18.391": "Below", "N18.39": "Above"})
        assert extended.get("N18.391").parent == "N18.39"
        assert not extended.get("N18.39").is_leaf

    def test_procedures_get_the_groups_they_need(self, taxonomy):
        assert "PCS 0L0" not in taxonomy
        extended = taxonomy.with_codes({"0L000ZZ": "Alteration of a tendon", "02HV3ZZ": "Insertion"})
        assert extended.levels("0L000ZZ") == ("PCS 0", "PCS 0L", "PCS 0L0")
        assert extended.get("PCS 0L0").description == "Tendons, Alteration"
        assert "PCS 0L0" in extended.children("PCS 0L")
        assert extended.get("02HV3ZZ").parent == "PCS 02H"
        with pytest.raises(InputError, match=r"0ZZ .* is no table of ICD-10-PCS known here"):
            taxonomy.with_codes({"0ZZZZZZ": "Nothing"})

    def test_the_system_may_be_given(self, taxonomy):
        extended = taxonomy.with_codes({"X05133A": "An accident"}, system="ICD-10-CM")
        assert extended.get("X05.133A").parent == "X05"

    def test_a_missing_category_must_be_given_too(self, taxonomy):
        with pytest.raises(InputError, match=r"N16\.5 has no category here: N16 is not in .*Add N16 with its title"):
            without(taxonomy, "N16").with_codes({"N16.5": "Something renal"})
        extended = without(taxonomy, "N16").with_codes({"N16.5": "Something renal", "N16": "Renal things"})
        assert extended.levels("N16.5") == ("Chapter 14", "N10-N16", "N16")
        assert "N16" in extended.children("N10-N16")
        with pytest.raises(InputError, match="U99 is in no block"):
            taxonomy.with_codes({"U99": "Nowhere"})

    def test_an_empty_description_is_refused(self, taxonomy):
        with pytest.raises(InputError, match=r"1 codes have an empty description \(first N18\.39\)"):
            taxonomy.with_codes({"N18.39": " "})


def without(taxonomy, category):
    table = taxonomy._cm
    lines = [line for line in table._codes if not line.startswith(category.encode())]
    return Taxonomy(Table(table.provenance, table.groups.values(), lines), lambda: taxonomy._pcs)


@pytest.mark.parametrize("content", [b"", b"not gzip", b"\x1f\x8b\x08\x00"])
def test_a_damaged_table_is_refused(tmp_path, content):
    path = tmp_path / "icd-10-cm.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is damaged: it is not a table of codes"):
        Table.read(path)
    with pytest.raises(InputError, match="found nothing"):
        Table.read(tmp_path / "absent.gz")


def test_every_truncation_of_a_table_is_refused(tmp_path, taxonomy):
    small = Table(taxonomy._cm.provenance, list(taxonomy._cm.groups.values())[:3], taxonomy._cm._codes[:20])
    path = tmp_path / "small.gz"
    small.write(path)
    assert list(Table.read(path)) == list(small)
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match="is damaged"):
            Table.read(path)


def test_loading_stays_within_its_limits():
    script = ROOT / "benchmarks" / "taxonomy.py"
    runs = []
    for _ in range(3):
        printed = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
        runs.append(json.loads(printed))
    assert min(run["load_and_first_get_s"] for run in runs) < 0.3
    assert min(run["load_and_first_get_mb"] for run in runs) < 60
