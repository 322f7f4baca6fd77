"""Makes the packaged tables from the packages that carry the official files.

Run `python -m attending.taxonomy.derive` with simple-icd-10-cm 1.5.0 and drg 1.0.0 installed (the extra
`dev`); it writes `tables/icd-10-cm.gz` and `tables/icd-10-pcs.gz` beside this module. Neither package is
needed after.
"""

import csv
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from attending.errors import InputError
from attending.sealing import sha256_of
from attending.taxonomy.code import CM, PCS
from attending.taxonomy.official import OrderedCode, pcs_lines, read_tabular
from attending.taxonomy.table import Provenance, Table

TABLES = Path(__file__).parent / "tables"
_PINNED = {"simple_icd_10_cm": "1.5.0", "drg": "1.0.0"}


def derive_cm() -> Table:
    """Make the table of ICD-10-CM (April 2026) from the files that simple-icd-10-cm carries.

    Raises:
        InputError: The package is not installed, or in another version.
    """
    folder = _package_folder("simple_icd_10_cm") / "data"
    tabular_xml = folder / "icd10c-tabular-April-1-2026.xml"
    code_list = folder / "code-list-April-2026.txt"
    listed = code_list.read_text(encoding="utf-8").split("\n")
    tabular = read_tabular(tabular_xml, valid=(line.split(" ")[0] for line in listed))
    provenance = Provenance(
        system=CM,
        release="April 2026",
        publisher="National Center for Health Statistics, Centers for Disease Control and Prevention (CDC)",
        source="simple-icd-10-cm 1.5.0",
        licence="public domain (a work of the U.S. government); the package that carries it: MIT",
        sha256={path.name: sha256_of(path) for path in (tabular_xml, code_list)},
        note="In force from 1 April 2026. A code whose seventh character the tabular list only describes has "
        "the title of the code above it, followed by the meaning of that character.",
    )
    return Table.of(provenance, tabular.groups, tabular.codes)


def derive_pcs() -> Table:
    """Make the table of ICD-10-PCS from the titles that drg carries.

    Raises:
        InputError: The package is not installed, or in another version.
    """
    path = _package_folder("drg") / "data" / "tuva" / "icd_10_pcs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        ordered = [OrderedCode(code, title, is_billed=True) for code, title in csv.reader(file)]
    groups, codes = pcs_lines(ordered)
    provenance = Provenance(
        system=PCS,
        release="April 2024",
        publisher="Centers for Medicare & Medicaid Services (CMS)",
        source="drg 1.0.0, which takes it from the Tuva Project",
        licence="public domain (a work of the U.S. government); the packages that carry it: Apache-2.0",
        sha256={path.name: sha256_of(path)},
        note="The source names no release; 78,638 codes is what the release in force from 1 April 2024 has. "
        "Titles of sections, body systems and tables are composed from pcs_axes.txt.",
    )
    return Table.of(provenance, groups, codes)


def main() -> None:
    """Write both tables."""
    TABLES.mkdir(exist_ok=True)
    derive_cm().write(TABLES / "icd-10-cm.gz")
    derive_pcs().write(TABLES / "icd-10-pcs.gz")


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None or version(package) != _PINNED[package]:
        raise InputError(
            f"Deriving the tables needs {package} {_PINNED[package]}. "
            f'Install it with: pip install "{package.replace("_", "-")}=={_PINNED[package]}"'
        )
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
