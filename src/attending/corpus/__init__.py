"""Discharge summaries with their codes: MIMIC-IV or your own go in, a sealed corpus folder comes out."""

from importlib.util import find_spec

from attending.errors import InputError

for _package in ("pyarrow", "iterstrat", "jinja2", "matplotlib"):
    if find_spec(_package) is None:
        raise InputError(f'A corpus needs {_package}, which is not installed. Run: pip install "attending[train]"')

from attending.corpus.card import DataCard  # noqa: E402
from attending.corpus.corpus import Corpus, Document, Documents, read_corpus  # noqa: E402
from attending.corpus.evidence import Evidence  # noqa: E402
from attending.corpus.mimic import prepare  # noqa: E402
from attending.corpus.own_data import prepare_own  # noqa: E402

__all__ = [
    "Corpus",
    "DataCard",
    "Document",
    "Documents",
    "Evidence",
    "prepare",
    "prepare_own",
    "read_corpus",
]
