"""Documents of your own, one JSON object a line, go in; the same corpus folder as from MIMIC-IV comes out.

An object has `id`, `text` and `codes` (in any spelling), and may have
- `subject_id`: the patient. Without it each document is taken for a patient of its own.
- `split`: train, validation (or dev, val, valid) or test. All documents say it, and it is kept, or none.
- `evidence`: a list of {"code", "start", "end"}, half-open places of characters in `text`. A span with
  `"negated": true` says that its words rule the code out; it is left out.
- the attributes of `schema.ATTRIBUTES`: `age` (years), `sex`, `race`, ...

Other fields are not read. Files may be compressed (.jsonl.gz). They are read twice, once to choose and once
to write; texts are never all in memory.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from attending.corpus.card import DataCard
from attending.corpus.evidence import Evidence, EvidenceRows
from attending.corpus.findings import Findings, Reason
from attending.corpus.schema import ATTRIBUTES_SCHEMA, Split
from attending.corpus.selection import Selection
from attending.corpus.writer import CodedDocuments, Origin, can_describe, write_corpus
from attending.errors import InputError
from attending.sealing import sealed_folder, sha256_of
from attending.taxonomy import Taxonomy, normal_form

REPEATED_DOCUMENT = Reason("document whose id an earlier line has", "left out, the earlier line stays")
EMPTY_DOCUMENT = Reason("document without text", "left out")
NOT_CODED = Reason("document without a code", "left out")
MALFORMED_CODE = Reason("code that has not the shape of one", "left out")
UNKNOWN_CODE = Reason("code that the taxonomy does not have", "kept, but never a label")
REPEATED_CODE = Reason("code that its document names before", "left out")
NEGATED = Reason("evidence that rules its code out", "left out")
BAD_SPAN = Reason("evidence whose start and end are no span (0 <= start < end)", "left out")

_SPLIT_NAMES: Mapping[str, Split] = {
    "train": "train",
    "dev": "validation",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
_KINDS: Mapping[type, str] = {str: "a string", int: "a whole number", list: "a list", dict: "an object"}
_Value = TypeVar("_Value")


def prepare_own(
    source: Path | Sequence[Path],
    target: Path,
    *,
    codes_field: str = "codes",
    top: int = 50,
    codes: Path | str | None = None,
    keep_without_label: bool = False,
    seed: int = 0,
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    overwrite: bool = False,
) -> DataCard:
    """Turn documents of your own into a corpus folder.

    Args:
        source: A file with a JSON object a line, or several.
        target: The folder to write; it appears complete or not at all.
        codes_field: Which field holds the codes.
        top: How many codes become labels: those that most training documents have.
        codes: The labels themselves, in place of `top`: a list by its name ("mimic-iv-50"), or a file with a
            code a line.
        keep_without_label: Whether documents stay that have codes but no label.
        seed: Of the patient split; without a part where the documents say their split.
        fractions: Share of the patients in train, validation and test; likewise.
        overwrite: Whether `target` may be replaced.

    Returns:
        The data card, which also lies in the folder.

    Raises:
        InputError: A file is missing or damaged, a field is missing or of another kind, or nothing is left to
            learn from.
    """
    selection = Selection(top, codes, keep_without_label, seed, fractions)
    selection.listed_codes()  # a wrong list is told of before hours of reading
    paths = [source] if isinstance(source, Path) else list(source)
    if len({path.name for path in paths}) < len(paths):
        raise InputError("Expected files of different names, got two of one name. Rename one.")
    with sealed_folder(target, overwrite=overwrite, source=paths[0]) as folder:
        findings, taxonomy = Findings(), Taxonomy.load()
        reading = _Reading(codes_field, taxonomy, findings)
        for record in _records(paths):
            reading.take(record)
        documents = reading.documents([path.name for path in paths])
        places = list(zip(documents.files, documents.rows, strict=True))
        return write_corpus(
            folder,
            documents,
            lambda keep: _texts(paths, [places[place] for place in np.flatnonzero(keep)]),
            taxonomy=taxonomy,
            titles={},
            selection=selection,
            origin=Origin(
                source="Documents of your own",
                policy=reading.policy,
                arguments={**selection.as_json(), "codes_field": codes_field},
                inputs={path.name: sha256_of(path) for path in paths},
            ),
            findings=findings,
        )


@dataclass(frozen=True)
class _Record:
    """One line of a file."""

    file: str
    row: int
    fields: dict[str, object]

    def required(self, name: str, kind: type[_Value]) -> _Value:
        """Return a field; raise if it is missing or of another kind."""
        value = self.optional(name, kind)
        if value is None:
            raise InputError(f"Line {self.row} of {self.file} has no field {name!r}. Give it {_KINDS[kind]}.")
        return value

    def optional(self, name: str, kind: type[_Value]) -> _Value | None:
        """Return a field or None; raise if it is of another kind."""
        value = self.fields.get(name)
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        raise InputError(
            f"Expected {_KINDS[kind]} for {name!r} in line {self.row} of {self.file}, "
            f"got {type(value).__name__}. Correct the line."
        )

    def items(self, name: str, kind: type[_Value]) -> Iterator[_Value]:
        """Give the items of a list; raise if one is of another kind."""
        for item in self.required(name, list):
            if not isinstance(item, kind):
                raise InputError(
                    f"Expected {_KINDS[kind]} for every item of {name!r} in line {self.row} of {self.file}, "
                    f"got {type(item).__name__}. Correct the line."
                )
            yield item

    def string(self, name: str) -> str:
        """Return a field that must be a string of whole characters."""
        value = self.required(name, str)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InputError(
                f"Field {name!r} in line {self.row} of {self.file} has half a surrogate pair, "
                "which is no character. Correct the line."
            ) from None
        return value


@dataclass
class _Reading:
    """What is kept of the documents while the files are read for the first time."""

    codes_field: str
    taxonomy: Taxonomy
    findings: Findings
    _seen: set[str] = field(default_factory=set)
    _ids: list[str] = field(default_factory=list)
    _subjects: list[str | None] = field(default_factory=list)
    _codes: list[tuple[str, ...]] = field(default_factory=list)
    _files: list[str] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)
    _splits: list[Split | None] = field(default_factory=list)
    _attributes: list[dict[str, object]] = field(default_factory=list)
    _spans: EvidenceRows = field(default_factory=EvidenceRows)
    _has_evidence: bool = False

    @property
    def policy(self) -> str:
        """How documents and patients were told apart."""
        without = sum(subject is None for subject in self._subjects)
        alone = f"; {without:,} without subject_id, each taken for a patient of its own" if without else ""
        return f"One document a line{alone}"

    def take(self, record: _Record) -> None:
        """Check a document and keep all but its text."""
        document_id, text = record.string("id"), record.string("text")
        codes = self._codes_of(record)
        reason: Reason | None = None
        if document_id in self._seen:
            reason = REPEATED_DOCUMENT
        elif not text.strip():
            reason = EMPTY_DOCUMENT
        elif not codes:
            reason = NOT_CODED
        self._seen.add(document_id)
        if reason:
            self.findings.add(record.file, reason, record.row)
            return
        self._take_evidence(record)
        self._ids.append(document_id)
        self._subjects.append(record.string("subject_id") if record.fields.get("subject_id") is not None else None)
        self._codes.append(codes)
        self._files.append(record.file)
        self._rows.append(record.row)
        self._splits.append(_split_of(record))
        kinds = ((name, int if name == "age" else str) for name in ATTRIBUTES_SCHEMA.names)
        self._attributes.append({name: record.optional(name, kind) for name, kind in kinds})

    def documents(self, files: Sequence[str]) -> CodedDocuments:
        """Return what was kept."""
        if not self._ids:
            raise InputError(
                f"Expected documents with text and codes in {', '.join(files)}, found none. "
                f"Check the field {self.codes_field!r}."
            )
        splits = [split for split in self._splits if split]
        if splits and len(splits) < len(self._splits):
            raise InputError(
                f"{len(splits)} of {len(self._splits)} documents say their split, the others do not. "
                "Give `split` to all documents or to none."
            )
        subjects = [subject or document for subject, document in zip(self._subjects, self._ids, strict=True)]
        return CodedDocuments(
            document_ids=self._ids,
            subject_ids=subjects,
            codes=self._codes,
            attributes=pa.Table.from_pylist(self._attributes, schema=ATTRIBUTES_SCHEMA),
            evidence=self._spans.table() if self._has_evidence else None,
            evidence_file="",
            files=self._files,
            rows=self._rows,
            given_splits=splits or None,
        )

    def _codes_of(self, record: _Record) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for text in record.items(self.codes_field, str):
            code = _normal(text)
            if code is None:
                self.findings.add(record.file, MALFORMED_CODE, record.row)
            elif code in codes:
                self.findings.add(record.file, REPEATED_CODE, record.row)
            else:
                codes[code] = None
                if not can_describe(code, self.taxonomy, {}):
                    self.findings.add(record.file, UNKNOWN_CODE, record.row)
        return tuple(codes)

    def _take_evidence(self, record: _Record) -> None:
        if record.fields.get("evidence") is None:
            return
        self._has_evidence = True
        for item in record.items("evidence", dict):
            span = _Record(record.file, record.row, item)
            code = _normal(span.string("code"))
            start, end = span.required("start", int), span.required("end", int)
            if span.fields.get("negated") is True:
                self.findings.add(record.file, NEGATED, record.row)
            elif code is None:
                self.findings.add(record.file, MALFORMED_CODE, record.row)
            elif not 0 <= start < end < 2**31:
                self.findings.add(record.file, BAD_SPAN, record.row)
            else:
                self._spans.add(len(self._ids), record.row, Evidence(code, start, end))


def _split_of(record: _Record) -> Split | None:
    given = record.optional("split", str)
    if given is None:
        return None
    split = _SPLIT_NAMES.get(given)
    if split is None:
        raise InputError(
            f"Expected a split among {', '.join(_SPLIT_NAMES)} in line {record.row} of {record.file}, "
            "got another word. Correct the line."
        )
    return split


def _texts(paths: Sequence[Path], places: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Give the texts of documents, which are named by file and line and ascend."""
    records = _records(paths)
    for place in places:
        for record in records:
            if (record.file, record.row) == place:
                yield record.string("text")
                break


def _records(paths: Iterable[Path]) -> Iterator[_Record]:
    """Read the lines of the files one after the other; empty lines are passed over."""
    for path in paths:
        row = 0
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                for row, line in enumerate(file, start=1):
                    if line.strip():
                        yield _Record(path.name, row, _object(line, path, row))
        except FileNotFoundError:
            raise InputError(
                f"Expected a file with a JSON object a line at {path}, found nothing. Check the path."
            ) from None
        except (OSError, EOFError, zlib.error):
            raise InputError(f"{path.name} is damaged: it cannot be read beyond line {row}. Copy it again.") from None


def _object(line: bytes, path: Path, row: int) -> dict[str, object]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"Expected UTF-8 in {path.name}, found other bytes in line {row}. Convert it first.") from None
    except ValueError:
        raise InputError(
            f"Expected a JSON object in line {row} of {path.name}, found other text. Correct it."
        ) from None
    if not isinstance(value, dict):
        raise InputError(f"Expected a JSON object in line {row} of {path.name}, got another value. Correct it.")
    return value


def _normal(text: str) -> str | None:
    try:
        return normal_form(text)
    except InputError:
        return None
