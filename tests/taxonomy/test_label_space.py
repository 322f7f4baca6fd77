import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attending.errors import InputError
from attending.taxonomy import LabelSpace, Taxonomy, named_codes

TAXONOMY = Taxonomy.load()
CODES = named_codes("mimic-iv-50")
SPACE = LabelSpace.of(CODES, TAXONOMY)


def test_order_descriptions_and_synonyms_are_kept():
    space = LabelSpace.of(["Z66", "i10", "02hv33z", "I2510"], TAXONOMY)
    assert space.codes == ("Z66", "I10", "02HV33Z", "I25.10")
    assert len(space) == 4
    assert space.descriptions[1] == "Essential (primary) hypertension"
    assert "high blood pressure" in space.synonyms[1]
    assert space.synonyms[3] == ("Atherosclerotic heart disease NOS",)
    assert space.release == TAXONOMY.release
    assert [space.index(code) for code in ("z66", "I10", "02HV33Z", "I25.10")] == [0, 1, 2, 3]
    assert "I2510" in space
    assert "I25.11" not in space
    assert "not a code" not in space


def test_an_unknown_code_has_no_index():
    with pytest.raises(InputError, match=r"I25\.11 is not among the 50 codes"):
        SPACE.index("I25.11")


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([], "at least one code"),
        (["I10", "Z66", "i10"], r"1 codes stand twice in the label space \(first I10\)"),
        (["I10", "I25.99"], "I25.99 is not in this taxonomy"),
        (["N17-N19"], "Expected a code, got N17-N19, which is a block"),
        (["nothing at all"], "Expected an ICD-10-CM code"),
    ],
)
def test_codes_that_make_no_label_space_are_refused(codes, message):
    with pytest.raises(InputError, match=message):
        LabelSpace.of(codes, TAXONOMY)


def test_codes_outside_are_left_out_and_told():
    given_codes = ["i10", "E8342", "I2510", "garbage", "I10"]
    row = SPACE.encode(given_codes)
    assert row.dtype == np.bool_
    assert row.shape == (50,)
    assert SPACE.decode(row) == tuple(code for code in CODES if code in ("I10", "I25.10"))
    assert SPACE.outside(given_codes) == ("E8342", "garbage")


@given(st.sets(st.sampled_from(CODES)))
def test_decode_is_the_inverse_of_encode(codes):
    assert set(SPACE.decode(SPACE.encode(codes))) == codes


@pytest.mark.parametrize("row", [np.zeros(49, bool), np.zeros(50), np.zeros((1, 50), bool)])
def test_a_row_of_another_kind_is_refused(row):
    with pytest.raises(InputError, match="Expected a boolean row of 50 labels"):
        SPACE.decode(row)


def test_the_hierarchy_places_each_code_on_its_path():
    hierarchy = SPACE.hierarchy()
    assert hierarchy.levels == ("chapter", "block", "category")
    assert hierarchy.paths.shape == (50, 3)
    for place, code in enumerate(CODES):
        path = tuple(hierarchy.nodes[level][hierarchy.paths[place, level]] for level in range(3))
        assert path == TAXONOMY.levels(code)
    for nodes, descriptions in zip(hierarchy.nodes, hierarchy.descriptions, strict=True):
        assert len(set(nodes)) == len(nodes)
        assert [TAXONOMY.get(node).description for node in nodes] == list(descriptions)
    assert [len(nodes) for nodes in hierarchy.nodes] == [12, 28, 38]
    for level in range(3):
        assert set(hierarchy.paths[:, level]) == set(range(len(hierarchy.nodes[level])))


def test_what_is_written_is_what_is_read(tmp_path):
    path = tmp_path / "label_space.json"
    space = LabelSpace.of(CODES, TAXONOMY.with_codes({"N18.39": "Another stage"}))
    space.write(path)
    read = LabelSpace.read(path)
    assert read == space
    assert read.codes == space.codes
    assert read.release.endswith("1 codes added")
    assert np.array_equal(read.hierarchy().paths, space.hierarchy().paths)


def damage(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("release"),
        lambda content: content.pop("format"),
        lambda content: content.update(labels={}),
        lambda content: content.update(labels=[1]),
        lambda content: content.update(node_descriptions={}),
        lambda content: content.update(release=3),
        lambda content: content["labels"][0].update(code="i2510"),
        lambda content: content["labels"][0].update(path=["Chapter 1"]),
        lambda content: content["labels"][0].update(synonyms="text"),
        lambda content: content["labels"][0].update(description=None),
        lambda content: content["labels"].clear(),
        lambda content: content["labels"].append(content["labels"][0]),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, change):
    path = tmp_path / "label_space.json"
    SPACE.write(path)
    damage(path, change)
    with pytest.raises(InputError, match="is damaged: it is not a label space"):
        LabelSpace.read(path)


def test_truncated_missing_and_later_files_are_refused(tmp_path):
    path = tmp_path / "label_space.json"
    with pytest.raises(InputError, match="found nothing"):
        LabelSpace.read(path)
    SPACE.write(path)
    whole = path.read_bytes()
    for end in (0, 1, 100, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match="is damaged"):
            LabelSpace.read(path)
    path.write_bytes(whole)
    damage(path, lambda content: content.update(format=3))
    with pytest.raises(InputError, match="has format 3, this version reads 1 and 2"):
        LabelSpace.read(path)


def test_named_lists():
    assert len(CODES) == len(set(CODES)) == 50
    assert CODES[:3] == ("J18.9", "I12.9", "G47.00")
    assert CODES[-1] == "Z79.01"
    assert "02HV33Z" in CODES
    with pytest.raises(InputError, match=r"No list of codes is named 'mimic'. Known: mimic-iv-50"):
        named_codes("mimic")


NINTH = {
    "ICD9CM:428.0": "Congestive heart failure, unspecified",
    "ICD9CM:V27.0": "Outcome of delivery, single liveborn",
    "ICD9CM:E849.7": "Accidents occurring in residential institution",
    "ICD9CM:38.93": "Venous catheterization",
    "ICD9CM:428": "Heart failure",
}


def test_codes_of_icd_9_stand_beside_those_of_icd_10(tmp_path):
    codes = ["V27.0", "icd9cm:v270", "ICD9CM:428.0", "ICD9CM:E8497", "ICD9CM:38.93", "E84.9"]
    taxonomy = TAXONOMY.with_codes({"V27.0": "Occupant of a motor-driven thing"})
    space = LabelSpace.of(codes, taxonomy, ninth_titles=NINTH)
    assert space.codes == ("V27.0", "ICD9CM:V27.0", "ICD9CM:428.0", "ICD9CM:E849.7", "ICD9CM:38.93", "E84.9")
    assert space.labels[2].path == ("ICD9CM:390-459", "ICD9CM:390-459", "ICD9CM:428")
    assert space.node_descriptions["ICD9CM:428"] == "Heart failure"
    assert space.node_descriptions["ICD9CM:38"] == "Category 38 of ICD-9-CM"
    assert space.node_descriptions["ICD9CM:35-39"] == "Operations on the cardiovascular system"
    assert space.release == f"{taxonomy.release}, ICD-9-CM"
    assert LabelSpace.of(["ICD9CM:428.0"], TAXONOMY, ninth_titles=NINTH).release == "ICD-9-CM"
    assert space.encode(["V270"]).tolist() == [True, False, False, False, False, False]
    assert space.encode(["ICD9CM:V270", "ICD9CM:4280"]).tolist() == [False, True, True, False, False, False]
    space.write(tmp_path / "codes.json")
    assert LabelSpace.read(tmp_path / "codes.json") == space
    with pytest.raises(InputError, match="ICD9CM:401.9 has no title"):
        LabelSpace.of(["ICD9CM:401.9"], TAXONOMY, ninth_titles=NINTH)


def test_labels_of_any_set_are_kept_as_they_are_spelled(tmp_path):
    space = LabelSpace.of_any(
        ["i10", "I10", "PNEUMONIA/left", " x"],
        descriptions={"I10": "Hypertension"},
        parents={"I10": "up"},
        release="mine",
    )
    assert space.codes == ("i10", "I10", "PNEUMONIA/left", " x")
    assert space.descriptions == ("i10", "Hypertension", "PNEUMONIA/left", " x")
    assert space.index("i10") == 0
    assert "I 10" not in space
    assert space.outside(["I10", "pneumonia/left"]) == ("pneumonia/left",)
    assert space.hierarchy().paths.shape == (4, 3)
    space.write(tmp_path / "codes.json")
    read = LabelSpace.read(tmp_path / "codes.json")
    assert read == space
    assert read.label_set == "any"
    assert read.index("I10") == 1
    with pytest.raises(InputError, match="at least one code"):
        LabelSpace.of_any([], descriptions={}, parents={}, release="mine")


def test_what_stands_above_a_label_becomes_its_path():
    parents = {"a": "b", "b": "c", "c": "d", "d": "e"}
    space = LabelSpace.of_any(["a", "c", "d", "e"], descriptions={}, parents=parents, release="mine")
    assert [label.path for label in space.labels] == [
        ("e", "c", "b"),
        ("e", "e", "d"),
        ("e", "e", "e"),
        ("e", "e", "e"),
    ]
    with pytest.raises(InputError, match="The label 'a' stands above itself"):
        LabelSpace.of_any(["a"], descriptions={}, parents={"a": "b", "b": "a"}, release="mine")
