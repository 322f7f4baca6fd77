"""Documents of your own go in, the same corpus folder as from MIMIC-IV comes out.

A file has a document a row: JSON lines (.jsonl), CSV, TSV (each also .gz) or Parquet, with the columns
- `text` and `codes`: a list, or one string with a separator between the codes.
- `id` (or `document_id`, `note_id`). Without it a document is named by its file and row.
- `subject_id` (or `patient_id`): the patient. Without it each document is taken for a patient of its own.
- `split`: train, validation (or dev, val, valid) or test. All documents say it, and it is kept, or none.
- `evidence`: a list of {"code", "start", "end"}, half-open places of characters in `text`; in CSV and TSV as JSON. A
  span with `"negated": true` says that its words rule the code out; it is left out.
- the attributes of `schema.ATTRIBUTES`: `age` (years), `sex`, `race`, ...

The columns may have other names (`columns`); others are not read. The files are read once; texts are never all in
memory.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

import pyarrow as pa

from attending.corpus.card import DataCard
from attending.corpus.evidence import Evidence, EvidenceRows
from attending.corpus.findings import Findings, Reason
from attending.corpus.rows import FileRows, Row
from attending.corpus.schema import ATTRIBUTES, ATTRIBUTES_SCHEMA, Split
from attending.corpus.selection import Selection
from attending.corpus.splits import SPLIT_NAMES, GivenSplit, read_split_file
from attending.corpus.tables import identifier
from attending.corpus.terminology import AnyLabels, IcdTerminology, IcdVersion, Terminology
from attending.corpus.text_store import TextStore
from attending.corpus.writer import CodedDocuments, Origin, write_corpus
from attending.errors import InputError
from attending.sealing import sealed_folder, sha256_of
from attending.taxonomy import LabelSet

REPEATED_DOCUMENT = Reason("document whose id an earlier line has", "left out, the earlier line stays")
EMPTY_DOCUMENT = Reason("document without text", "left out")
NOT_CODED = Reason("document without a code", "left out")
MALFORMED_CODE = Reason("code that has not the shape of one", "left out")
UNKNOWN_CODE = Reason("code that has no description", "kept, but never a label")
REPEATED_CODE = Reason("code that its document names before", "left out")
BAD_AGE = Reason("age that cannot be (0 to 130 years)", "read as unknown")
NEGATED = Reason("evidence that rules its code out", "left out")
BAD_SPAN = Reason("evidence whose start and end are no span (0 <= start < end)", "left out")

_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "document_id", "note_id"),
    "text": ("text",),
    "codes": ("codes", "labels"),
    "subject_id": ("subject_id", "patient_id"),
    "split": ("split",),
    "evidence": ("evidence",),
    **{attribute: (attribute,) for attribute in ATTRIBUTES},
}
"""What a column may be called, by what it holds; the first that a file has counts."""
_REQUIRED = ("text", "codes")
_SEPARATORS = re.compile(r"[;,|\s]+")
_LIKELY_SEPARATOR = re.compile(r"[;,|\s]")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_BETWEEN_QUOTED = re.compile(r"\[[\s,]*\]")
_OLDEST = 130
_TEXTS_AT_ONCE = 500
_KINDS: Mapping[type, str] = {str: "a string", int: "a whole number", list: "a list", dict: "an object"}
_Value = TypeVar("_Value")


def prepare_own(
    source: Path | Sequence[Path],
    target: Path,
    *,
    columns: Mapping[str, str] | None = None,
    separator: str | None = None,
    labels: LabelSet = "icd",
    icd: IcdVersion = "10",
    descriptions: Path | None = None,
    top: int = 50,
    min_count: int | None = None,
    codes: Path | str | None = None,
    keep_without_label: bool = False,
    split_file: Path | None = None,
    seed: int = 0,
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    overwrite: bool = False,
) -> DataCard:
    """Turn documents of your own into a corpus folder; equal files and arguments give equal bytes.

    Args:
        source: A file with a document a row, or several.
        target: The folder to write; it appears complete or not at all. While it is made, the texts lie beside it too.
        columns: What your columns are called, where it is not as above: {"text": "note", "subject_id": "mrn"}.
        separator: What stands between codes that are one string. Without it any of ; , | and white space do for
            codes of ICD, which have none of these in them; other labels must be told it.
        labels: "icd", or "any" for labels of another set, each kept as it is spelled.
        icd: Which codes of ICD count: of ICD-10, of ICD-9, or both; with "both" those of ICD-9 are written
            ICD9CM:428.0.
        descriptions: A file with the columns `code`, `description` and, for labels of another set, perhaps `parent`:
            what codes are called that the packaged releases lack.
        top: How many codes become labels: those that most training documents have.
        min_count: In place of `top`: every code becomes a label that so many training documents have.
        codes: The labels themselves, in place of `top`: a list by its name ("mimic-iv-50"), or a file with a
            code a line.
        keep_without_label: Whether documents stay that have codes but no label; with labels of another set, also
            those whose list of labels is empty.
        split_file: A file that says which document or patient is in which split; see `read_split_file`. Documents
            that it does not name are left out.
        seed: Of the patient split; without a part where the splits are given.
        fractions: Share of the patients in train, validation and test; likewise.
        overwrite: Whether `target` may be replaced.

    Returns:
        The data card, which also lies in the folder.

    Raises:
        InputError: A file is missing or damaged, a column is missing or of another kind, or nothing is left to
            learn from.
    """
    selection = Selection(top, min_count, codes, keep_without_label, split_file, seed, fractions)
    paths = [source] if isinstance(source, Path) else list(source)
    if len({path.name for path in paths}) < len(paths):
        raise InputError("Expected files of different names, got two of one name. Rename one.")
    terminology = _terminology(labels, icd, descriptions)
    selection.listed_codes(terminology)  # a wrong list is told of before hours of reading
    named = {**selection.inputs(), **({descriptions.name: sha256_of(descriptions)} if descriptions else {})}
    files = [_Columns.of_file(FileRows(path), columns or {}) for path in paths]
    with sealed_folder(target, overwrite=overwrite, source=paths[0]) as folder, TextStore(folder) as texts:
        findings = Findings()
        reading = _Reading(terminology, selection, separator, texts, findings)
        for file in files:
            reading.take_all(file)
        documents = reading.documents([path.name for path in paths], split_file)
        return write_corpus(
            folder,
            documents,
            texts.read,
            terminology=terminology,
            selection=selection,
            origin=Origin(
                source="Documents of your own",
                policy=reading.policy,
                arguments={
                    **selection.as_json(),
                    "labels": labels,
                    "icd": icd if labels == "icd" else None,
                    "descriptions": descriptions.name if descriptions else None,
                    "separator": separator,
                    "columns": ", ".join(f"{name}={theirs}" for name, theirs in sorted((columns or {}).items()))
                    or None,
                },
                inputs={**{path.name: sha256_of(path) for path in paths}, **named},
            ),
            findings=findings,
        )


def _terminology(labels: LabelSet, icd: IcdVersion, path: Path | None) -> Terminology:
    if labels not in get_args(LabelSet):
        raise InputError(f"Expected labels to be icd or any, got {labels!r}. Choose one of them.")
    if labels == "any":
        if icd != "10":
            raise InputError("A version of ICD goes with codes of ICD, not with labels of another set. Leave one out.")
        described, parents = _read_descriptions(path, AnyLabels()) if path else ({}, {})
        name = f"labels of your own{f', described by {path.name}' if path else ''}"
        return AnyLabels(described, parents, name)
    return IcdTerminology(icd, _read_descriptions(path, IcdTerminology(icd))[0] if path else {})


def _read_descriptions(path: Path, terminology: Terminology) -> tuple[dict[str, str], dict[str, str]]:
    """Return the description of each code that a file has, and what it says stands above it."""
    file = FileRows(path)
    found = file.columns()
    wanted = ["code", "description", *(["parent"] if found is None or "parent" in found else [])]
    if found is not None and (missing := [name for name in wanted if name not in found]):
        raise InputError(
            f"{path.name} has no column {', '.join(map(repr, missing))} (it has: {', '.join(found)[:200]}). "
            "Give the columns code and description."
        )
    described: dict[str, str] = {}
    parents: dict[str, str] = {}
    for row in file.read(wanted):
        code, description, parent = (row.fields.get(name) or "" for name in ("code", "description", "parent"))
        if not all(isinstance(value, str) for value in (code, description, parent)) or not code.strip():
            raise InputError(f"Expected a code and its description in {row.place} of {path.name}. Correct it.")
        try:
            normal = terminology.normal(code)
        except InputError as error:
            raise InputError(f"{row.place.capitalize()} of {path.name}: {error}") from None
        if normal in described:
            raise InputError(f"{row.place.capitalize()} of {path.name} describes a code once more. Describe each once.")
        described[normal] = description.strip()
        if parent.strip():
            parents[normal] = parent.strip()
    return described, parents


@dataclass(frozen=True)
class _Columns:
    """A file and what its columns are called."""

    file: FileRows
    of: Mapping[str, tuple[str, ...]]
    """What each column may be called."""
    found: tuple[str, ...] | None
    """The file's columns; None for JSON lines, where each line has its own."""
    named: Mapping[str, str]
    """What the user named."""

    @classmethod
    def of_file(cls, file: FileRows, named: Mapping[str, str]) -> "_Columns":
        """Find the columns of a file.

        Raises:
            InputError: One is named that cannot be, or one that is needed or was named is missing.
        """
        if unknown := [name for name in named if name not in _NAMES]:
            raise InputError(f"No column holds {unknown[0]!r}. Name what is one of: {', '.join(_NAMES)}.")
        called = {name: (named[name],) if name in named else names for name, names in _NAMES.items()}
        found = file.columns()
        for name in (*_REQUIRED, *named):
            if found is not None and not set(called[name]) & set(found):
                raise InputError(
                    f"{file.path.name} has no column {' or '.join(map(repr, called[name]))} "
                    f"(it has: {', '.join(found)[:200]}). Name the column that holds {name!r}."
                )
        return cls(file, called, found, named)

    def records(self) -> Iterator["_Record"]:
        """Read the rows."""
        if self.found is None:
            yield from self._of_json_lines()
            return
        theirs = {
            name: next((one for one in names if one in (self.found or ())), None) for name, names in self.of.items()
        }
        columns = [one for one in theirs.values() if one is not None]
        for row in self.file.read(list(dict.fromkeys(columns))):
            fields = {name: row.fields[one] for name, one in theirs.items() if one is not None}
            yield _Record(row, fields, self.of)

    def _of_json_lines(self) -> Iterator["_Record"]:
        missing = set(self.named)
        for row in self.file.read([]):
            fields = {
                name: row.fields[one]
                for name, names in self.of.items()
                if (one := next((one for one in names if one in row.fields), None)) is not None
            }
            missing -= fields.keys()
            yield _Record(row, fields, self.of)
        if missing:
            name = min(missing)
            raise InputError(
                f"No line of {self.file.path.name} has the field {self.named[name]!r}, which was to hold {name!r}. "
                "Check its name."
            )


@dataclass(frozen=True)
class _Record:
    """One row of a file, its fields by what they hold."""

    row: Row
    fields: Mapping[str, Any]
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def required(self, name: str, kind: type[_Value]) -> _Value:
        """Return a field; raise if it is missing or of another kind."""
        value = self.optional(name, kind)
        if value is None:
            found = f" (it has: {', '.join(map(str, self.row.fields))[:200]})" if self.called else ""
            raise InputError(
                f"{self.row.place.capitalize()} of {self.row.file} has no field {self._name(name)!r}{found}. "
                f"Give it {_KINDS[kind]}."
            )
        return value

    def optional(self, name: str, kind: type[_Value]) -> _Value | None:
        """Return a field or None; raise if it is of another kind."""
        value = self.fields.get(name)
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        raise self.wrong(name, _KINDS[kind])

    def wrong(self, name: str, expected: str) -> InputError:
        """Return the error for a field of another kind."""
        return InputError(
            f"Expected {expected} for {self._name(name)!r} in {self.row.place} of {self.row.file}, "
            f"got {type(self.fields.get(name)).__name__}. Correct it."
        )

    def items(self, name: str, kind: type[_Value]) -> Iterator[_Value]:
        """Give the items of a list; raise if one is of another kind."""
        for item in self.required(name, list):
            if not isinstance(item, kind):
                raise InputError(
                    f"Expected {_KINDS[kind]} for every item of {self._name(name)!r} in {self.row.place} of "
                    f"{self.row.file}, got {type(item).__name__}. Correct it."
                )
            yield item

    def string(self, name: str) -> str:
        """Return a field that must be a string of whole characters."""
        value = self.required(name, str)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InputError(
                f"Field {self._name(name)!r} in {self.row.place} of {self.row.file} has half a surrogate pair, "
                "which is no character. Correct it."
            ) from None
        return value

    def identifier(self, name: str) -> str | None:
        """Return a name or whole number as a string, None for an empty one."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise self.wrong(name, "a string or whole number")
        if isinstance(value, str):
            return identifier(self.string(name)) or None
        if value != value:  # NaN, as a column of numbers with gaps has it
            return None
        if value != int(value):
            raise self.wrong(name, "a string or whole number")
        return str(int(value))

    def age(self) -> int | None:
        """Return the age in years."""
        value = self.fields.get("age")
        if isinstance(value, str):
            text = identifier(value)
            if text and not text.lstrip("-").isdecimal():
                raise self.wrong("age", "a whole number")
            return int(text) if text else None
        whole = self.identifier("age")
        return None if whole is None else int(whole)

    def _name(self, name: str) -> str:
        return next(
            (one for one in self.called.get(name, ()) if one in self.row.fields), self.called.get(name, (name,))[0]
        )


@dataclass
class _Reading:
    """What is kept of the documents while the files are read."""

    terminology: Terminology
    selection: Selection
    separator: str | None
    texts: TextStore
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
    _waiting: list[str] = field(default_factory=list)
    _has_evidence: bool = False
    _unnamed: int = 0
    _joined: int = 0

    @property
    def policy(self) -> str:
        """How documents, patients and codes were told apart."""
        without = sum(subject is None for subject in self._subjects)
        between = repr(self.separator) if self.separator else "any of ; , | and white space"
        return "; ".join(
            (
                "One document a row",
                *([f"{self._unnamed:,} without id, each named by its file and row"] if self._unnamed else []),
                *([f"{without:,} without subject_id, each taken for a patient of its own"] if without else []),
                *([f"codes given as one string were divided at {between}"] if self._joined else []),
            )
        )

    def take_all(self, columns: _Columns) -> None:
        """Take the documents of a file."""
        for record in columns.records():
            self.take(record)
        self._store()

    def take(self, record: _Record) -> None:
        """Check a document and keep it; its text goes to the store."""
        document_id, text = record.identifier("id"), record.string("text")
        if document_id is None:
            document_id = f"{record.row.file}:{record.row.number}"
            self._unnamed += 1
        codes = self._codes_of(record)
        reason: Reason | None = None
        if document_id in self._seen:
            reason = REPEATED_DOCUMENT
        elif not text.strip():
            reason = EMPTY_DOCUMENT
        elif not codes and not (self._is_any and self.selection.keep_without_label):
            reason = NOT_CODED
        self._seen.add(document_id)
        if reason:
            self.findings.add(record.row.file, reason, record.row.number)
            return
        self._take_evidence(record)
        self._ids.append(document_id)
        self._subjects.append(record.identifier("subject_id"))
        self._codes.append(codes)
        self._files.append(record.row.file)
        self._rows.append(record.row.number)
        self._splits.append(_split_of(record))
        self._attributes.append(self._attributes_of(record))
        self._waiting.append(text)
        if len(self._waiting) == _TEXTS_AT_ONCE:
            self._store()

    def documents(self, files: Sequence[str], split_file: Path | None) -> CodedDocuments:
        """Return what was kept."""
        if not self._ids:
            raise InputError(
                f"Expected documents with text and codes in {', '.join(files)}, found none. "
                "Check the columns that hold them."
            )
        splits = [split for split in self._splits if split]
        if splits and len(splits) < len(self._splits):
            raise InputError(
                f"{len(splits)} of {len(self._splits)} documents say their split, the others do not. "
                "Give `split` to all documents or to none."
            )
        if splits and split_file:
            raise InputError(f"Both the documents and {split_file.name} say the splits. Give one of the two.")
        subjects = [subject or document for subject, document in zip(self._subjects, self._ids, strict=True)]
        given = GivenSplit(tuple(splits), "as the source gives it") if splits else None
        if split_file:
            given = read_split_file(split_file, {"document": self._ids, "patient": subjects}, self.findings)
        return CodedDocuments(
            document_ids=self._ids,
            subject_ids=subjects,
            codes=self._codes,
            attributes=pa.Table.from_pylist(self._attributes, schema=ATTRIBUTES_SCHEMA),
            evidence=self._spans.table() if self._has_evidence else None,
            evidence_file="",
            files=self._files,
            rows=self._rows,
            given_splits=given.splits if given else None,
            split_method=given.method if given else "",
        )

    @property
    def _is_any(self) -> bool:
        return isinstance(self.terminology, AnyLabels)

    def _store(self) -> None:
        self.texts.add(pa.array(self._waiting, pa.string()))
        self._waiting.clear()

    def _attributes_of(self, record: _Record) -> dict[str, object]:
        age = record.age()
        if age is not None and not 0 <= age <= _OLDEST:
            self.findings.add(record.row.file, BAD_AGE, record.row.number)
            age = None
        said = {name: (record.optional(name, str) or "").strip() or None for name in ATTRIBUTES if name != "age"}
        return {"age": age, **said}

    def _codes_of(self, record: _Record) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for text in self._given_codes(record):
            code = self._normal(text)
            if code is None:
                self.findings.add(record.row.file, MALFORMED_CODE, record.row.number)
            elif code in codes:
                self.findings.add(record.row.file, REPEATED_CODE, record.row.number)
            else:
                codes[code] = None
                if not self.terminology.describes(code):
                    self.findings.add(record.row.file, UNKNOWN_CODE, record.row.number)
        return tuple(codes)

    def _given_codes(self, record: _Record) -> list[str]:
        """Return the codes of a document as they are spelled."""
        value = record.fields.get("codes")
        if not isinstance(value, str):
            return list(record.items("codes", str))
        if (listed := _quoted_list(value)) is not None:
            return listed
        if self.separator:
            parts = value.split(self.separator)
        elif not self._is_any:
            parts = _SEPARATORS.split(value)
        elif _LIKELY_SEPARATOR.search(value.strip()):
            raise InputError(
                f"Expected one label in {record.row.place} of {record.row.file}, got what may be several. Say what "
                "stands between labels (--separator ';'), or give them as a list."
            )
        else:
            parts = [value]
        self._joined += 1
        return [part for part in parts if part.strip()]

    def _take_evidence(self, record: _Record) -> None:
        given = record.fields.get("evidence")
        if given is None or given == "":
            return
        if isinstance(given, str):
            try:
                record = _Record(record.row, {"evidence": json.loads(given)}, record.called)
            except ValueError:
                raise record.wrong("evidence", "a list, or one as JSON,") from None
        self._has_evidence = True
        for item in record.items("evidence", dict):
            span = _Record(record.row, item)
            code = self._normal(span.string("code"))
            start, end = span.required("start", int), span.required("end", int)
            if span.fields.get("negated") is True:
                self.findings.add(record.row.file, NEGATED, record.row.number)
            elif code is None:
                self.findings.add(record.row.file, MALFORMED_CODE, record.row.number)
            elif not 0 <= start < end < 2**31:
                self.findings.add(record.row.file, BAD_SPAN, record.row.number)
            else:
                self._spans.add(len(self._ids), record.row.number, Evidence(code, start, end))

    def _normal(self, text: str) -> str | None:
        try:
            return self.terminology.normal(text)
        except InputError:
            return None


def _quoted_list(value: str) -> list[str] | None:
    """Return the items of a list that was written as text, as pandas does (['I10', 'Z66']); None for other text."""
    value = value.strip()
    if not (value.startswith("[") and _BETWEEN_QUOTED.fullmatch(_QUOTED.sub("", value))):
        return None
    return [single or double for single, double in _QUOTED.findall(value)]


def _split_of(record: _Record) -> Split | None:
    given = record.optional("split", str)
    if given is None or not given.strip():
        return None
    split = SPLIT_NAMES.get(given.strip().lower())
    if split is None:
        raise InputError(
            f"Expected a split among {', '.join(SPLIT_NAMES)} in {record.row.place} of {record.row.file}, "
            "got another word. Correct it."
        )
    return split
