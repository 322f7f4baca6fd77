from importlib.util import find_spec
from pathlib import Path

import pytest

from attending.errors import InputError
from attending.taxonomy import Taxonomy
from attending.taxonomy.official import read_order_file

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2027</version>
  <introduction><introSection type="title"><title>TABULAR LIST</title></introSection></introduction>
  <chapter>
    <name>2</name>
    <desc>Neoplasms (C00-D49)</desc>
    <sectionIndex><sectionRef first="C00" last="C96" id="C00-C96">Malignant</sectionRef></sectionIndex>
    <section id="C00-C96"><desc>Malignant neoplasms (C00-C96)</desc></section>
    <section id="C7A"><desc>Malignant neuroendocrine tumors (C7A)</desc>
      <diag><name>C7A</name><desc>Malignant neuroendocrine tumors</desc></diag>
    </section>
  </chapter>
  <chapter>
    <name>19</name>
    <desc>Injury (S00-T88)</desc>
    <section id="S40-S49">
      <desc>Injuries to the shoulder and upper arm (S40-S49)</desc>
      <diag>
        <name>S42</name>
        <desc>Fracture of shoulder and upper arm</desc>
        <includes><note>fracture of   collar bone</note></includes>
        <excludes1><note>traumatic amputation (S48.-)</note></excludes1>
        <sevenChrNote><note>The appropriate 7th character is to be added</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">initial encounter for closed fracture</extension>
          <extension char="B">initial encounter for open fracture</extension>
          <note>initial encounter for compound fracture</note>
          <extension char="S">sequela</extension>
        </sevenChrDef>
        <diag>
          <name>S42.0</name><desc>Fracture of clavicle</desc>
          <inclusionTerm><note>Fractured collar bone</note></inclusionTerm>
          <inclusionTerm><note>Broken\tclavicle</note></inclusionTerm>
        </diag>
        <diag>
          <name>S42.1</name><desc>Fracture of scapula</desc>
          <diag>
            <name>S42.11</name><desc>Fracture of body of scapula</desc>
            <sevenChrDef><extension char="D">routine healing</extension></sevenChrDef>
          </diag>
        </diag>
      </diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""


def order_line(number, code, flag, title):
    return f"{number:05d} {code:<7} {flag} {title[:60]:<60} {title}"


CM_ROWS = [
    ("C7A", 1, "Malignant neuroendocrine tumors, all"),
    ("S42", 0, "Fracture of shoulder and upper arm"),
    ("S420", 0, "Fracture of clavicle"),
    ("S420XXA", 1, "Fracture of clavicle, initial encounter for closed fracture"),
    ("S420XXB", 1, "Fracture of clavicle, initial encounter for open fracture, as the order file has it"),
    ("S421", 0, "Fracture of scapula"),
    ("S4211", 0, "Fracture of body of scapula"),
    ("S4211XD", 1, "Fracture of body of scapula, routine healing"),
]
PCS_ROWS = [
    ("001", 0, "Central Nervous System and Cranial Nerves, Bypass"),
    (
        "0016070",
        1,
        "Bypass Cerebral Ventricle to Nasopharynx with Autologous Tissue Substitute, Open Approach",
    ),
    ("B00", 0, "Imaging, Central Nervous System, Plain Radiography"),
    ("B00B0ZZ", 1, "Plain Radiography of Spinal Cord using High Osmolar Contrast"),
    ("XZ0", 0, "New Technology, A Body System to Come, Introduction"),
    ("XZ0A0ZZ", 1, "Introduction of Something New"),
]


@pytest.fixture
def official(tmp_path):
    paths = {
        "tabular_xml": tmp_path / "icd10cm_tabular_2027.xml",
        "cm_order": tmp_path / "icd10cm_order_2027.txt",
        "pcs_order": tmp_path / "icd10pcs_order_2027.txt",
    }
    paths["tabular_xml"].write_text(TABULAR, encoding="utf-8")
    for name, rows in (("cm_order", CM_ROWS), ("pcs_order", PCS_ROWS)):
        lines = (order_line(number, *row) for number, row in enumerate(rows, start=1))
        paths[name].write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return paths


def test_another_release_is_read_from_its_official_files(official):
    taxonomy = Taxonomy.from_official_files(**official)
    assert taxonomy.release == "ICD-10-CM 2027, ICD-10-PCS icd10pcs_order_2027"
    assert set(taxonomy.provenance[0].sha256) == {"icd10cm_tabular_2027.xml", "icd10cm_order_2027.txt"}
    assert [key for key in taxonomy if "PCS" not in key and taxonomy.get(key).system == "ICD-10-CM"] == [
        "Chapter 2",
        "C00-C96",
        "C7A-C7A",
        "Chapter 19",
        "S40-S49",
        "C7A",
        "S42",
        "S42.0",
        "S42.0XXA",
        "S42.0XXB",
        "S42.1",
        "S42.11",
        "S42.11XD",
    ]
    assert taxonomy.ancestors("C7A") == ("C7A-C7A", "C00-C96", "Chapter 2")
    assert taxonomy.get("C7A").description == "Malignant neuroendocrine tumors, all"
    assert taxonomy.get("S40-S49").description == "Injuries to the shoulder and upper arm"
    assert taxonomy.get("S42").includes == ("fracture of collar bone",)
    assert taxonomy.get("S42.0").inclusion_terms == ("Fractured collar bone", "Broken clavicle")
    opened = taxonomy.get("S420XXB")
    assert opened.description.endswith("as the order file has it")
    assert opened.inclusion_terms == ("Fracture of clavicle, initial encounter for compound fracture",)
    assert taxonomy.children("S42.11") == ("S42.11XD",)


def test_headers_of_the_procedure_order_file_name_the_tables(official):
    taxonomy = Taxonomy.from_official_files(**official)
    assert taxonomy.get("PCS 001").description == "Central Nervous System and Cranial Nerves, Bypass"
    assert taxonomy.get("PCS 00").description == "Central Nervous System and Cranial Nerves"
    assert taxonomy.get("PCS B0").description == "Central Nervous System"
    assert taxonomy.get("PCS XZ").description == "A Body System to Come"
    assert taxonomy.levels("0016070") == ("PCS 0", "PCS 00", "PCS 001")


def test_without_a_procedure_file_the_packaged_procedures_stay(official):
    del official["pcs_order"]
    taxonomy = Taxonomy.from_official_files(**official)
    assert taxonomy.release == "ICD-10-CM 2027, ICD-10-PCS April 2024"
    assert "02HV33Z" in taxonomy


def test_files_of_two_releases_are_refused(official):
    lines = official["cm_order"].read_text().splitlines()
    official["cm_order"].write_text("\n".join(line for line in lines if "S4211 " not in line))
    with pytest.raises(InputError, match=r"1 codes of .* are not in the order file \(first S42\.11\)"):
        Taxonomy.from_official_files(**official)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<ICD10CM.tabular>",
        "<html><body/></html>",
        TABULAR.replace("<version>2027</version>", ""),
        TABULAR.replace(' id="S40-S49"', ""),
    ],
)
def test_what_is_no_tabular_list_is_refused(official, content):
    official["tabular_xml"].write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is not the tabular list of ICD-10-CM"):
        Taxonomy.from_official_files(**official)


@pytest.mark.parametrize(
    "line",
    [
        "A000 Cholera",
        "00002 A000    2 Cholera".ljust(80, "x"),
        order_line(2, "A000", 1, "Cholera")[:70],
        "0002 " + order_line(2, "A000", 1, "Cholera"),
    ],
)
def test_a_line_without_the_columns_is_named(official, line):
    with official["cm_order"].open("a") as file:
        file.write(line + "\n")
    with pytest.raises(InputError, match=r"Line 9 of .*icd10cm_order_2027\.txt has not the columns"):
        Taxonomy.from_official_files(**official)


def test_missing_empty_and_binary_files_are_refused(official, tmp_path):
    with pytest.raises(InputError, match=r"Expected an official file at .*absent"):
        read_order_file(tmp_path / "absent.txt")
    official["cm_order"].write_text("\n\n")
    with pytest.raises(InputError, match="found no line in it"):
        read_order_file(official["cm_order"])
    official["cm_order"].write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_order_file(official["cm_order"])


def test_an_order_file_of_diagnoses_is_no_order_file_of_procedures(official):
    official["pcs_order"] = official["cm_order"]
    with pytest.raises(InputError, match="is no table of ICD-10-PCS known here"):
        Taxonomy.from_official_files(**official)


@pytest.mark.slow
def test_the_whole_published_tabular_list_gives_the_packaged_release(tmp_path):
    spec = find_spec("simple_icd_10_cm")
    if spec is None or spec.origin is None:
        pytest.skip("needs simple-icd-10-cm, which carries the published tabular list")
    (tabular_xml,) = (Path(spec.origin).parent / "data").glob("*.xml")
    packaged = Taxonomy.load()
    codes = [key for key in packaged if "-" not in key and " " not in key]
    codes = [code for code in codes if packaged.get(code).system == "ICD-10-CM"]
    order = tmp_path / "icd10cm_order_2026.txt"
    entries = map(packaged.get, codes)
    order.write_text(
        "\n".join(
            order_line(number, entry.code.replace(".", ""), int(entry.is_leaf), entry.description)
            for number, entry in enumerate(entries, start=1)
        )
    )
    read = Taxonomy.from_official_files(tabular_xml=tabular_xml, cm_order=order)
    assert list(read) == list(packaged)
    assert all(read.get(code) == packaged.get(code) for code in read)
