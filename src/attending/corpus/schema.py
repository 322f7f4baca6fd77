"""The files of a corpus folder: their columns and types, written once, with what must hold in them.

- `documents.parquet`: one row a document, in the order of the source. `document_id` is unique. `text` is the
  source's, unchanged. `codes` holds every code of the document, in normal form, each once, in the order in which they
  were given, labels or not. The attributes after it are null where the source does not say.
- `splits.parquet`: the same documents in the same order, each in one split. No subject is in two splits.
- `codes.parquet`: the label space, one row a label. `position` counts from 0: its column in every array.
  `train_documents` and its like say how many documents of the split have the code.
- `label_space.json`: the same codes in the same order as a `LabelSpace`, with synonyms and ancestors.
- `evidence.parquet`, where the source has gold evidence: the characters `text[start:end]` of a document that
  support one of its codes, 0 <= start < end <= len(text); in the order of the documents, then by start, end
  and code.
- `corpus.json`: the data card, `data_card.html` the same to read, with figures.
- `manifest.json`: the SHA-256 sum of each.
"""

from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from attending.errors import InputError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

DOCUMENTS_FILE = "documents.parquet"
SPLITS_FILE = "splits.parquet"
CODES_FILE = "codes.parquet"
LABEL_SPACE_FILE = "label_space.json"
EVIDENCE_FILE = "evidence.parquet"
CARD_FILE = "corpus.json"
PAGE_FILE = "data_card.html"


def _fields(*, nullable: bool, **kinds: pa.DataType) -> list["pa.Field[Any]"]:
    return [pa.field(name, kind, nullable=nullable) for name, kind in kinds.items()]


ATTRIBUTES_SCHEMA = pa.schema(
    _fields(
        nullable=True,
        age=pa.int32(),  # in years, at admission
        sex=pa.string(),
        race=pa.string(),
        insurance=pa.string(),
        language=pa.string(),
        marital_status=pa.string(),
        admission_type=pa.string(),
        year_group=pa.string(),  # the years in which the patient was first seen: "2011 - 2013"
    )
)
ATTRIBUTES: tuple[str, ...] = tuple(ATTRIBUTES_SCHEMA.names)

DOCUMENTS_SCHEMA = pa.schema(
    [
        *_fields(
            nullable=False,
            document_id=pa.string(),
            subject_id=pa.string(),
            text=pa.string(),
            codes=pa.list_(pa.string()),
        ),
        *ATTRIBUTES_SCHEMA,
    ]
)
SPLITS_SCHEMA = pa.schema(_fields(nullable=False, document_id=pa.string(), subject_id=pa.string(), split=pa.string()))
CODES_SCHEMA = pa.schema(
    _fields(
        nullable=False,
        position=pa.int32(),
        code=pa.string(),
        description=pa.string(),
        train_documents=pa.int32(),
        validation_documents=pa.int32(),
        test_documents=pa.int32(),
    )
)
EVIDENCE_SCHEMA = pa.schema(
    _fields(nullable=False, document_id=pa.string(), code=pa.string(), start=pa.int32(), end=pa.int32())
)


def open_parquet(path: Path, schema: pa.Schema) -> pq.ParquetFile:
    """Open a table of a corpus folder.

    Raises:
        InputError: The file is not Parquet, or a column is missing or of another type.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        raise InputError(f"{path} is not a Parquet file. Run `attending prepare` again.") from None
    found = {field.name: field.type for field in file.schema_arrow}
    for field in schema:
        if found.get(field.name) != field.type:
            raise InputError(
                f"Expected column {field.name!r} of type {field.type} in {path}, found "
                f"{found.get(field.name, 'no such column')}. Run `attending prepare` again with this version."
            )
    return file
