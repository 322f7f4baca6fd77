"""What every source ends in: documents with their codes go in, the files of a corpus folder come out.

The texts come as a stream and are written a few at a time; of all documents at once only the codes are kept.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from attending.corpus.card import DataCard, LabelCounts
from attending.corpus.card_page import card_page
from attending.corpus.counts import Tally, subgroups_of, words_in
from attending.corpus.evidence import Evidence, EvidenceTable
from attending.corpus.findings import Findings, Reason
from attending.corpus.schema import (
    ATTRIBUTES,
    CARD_FILE,
    CODES_FILE,
    CODES_SCHEMA,
    DOCUMENTS_FILE,
    DOCUMENTS_SCHEMA,
    EVIDENCE_FILE,
    EVIDENCE_SCHEMA,
    LABEL_SPACE_FILE,
    PAGE_FILE,
    SPLITS,
    SPLITS_FILE,
    SPLITS_SCHEMA,
    Split,
)
from attending.corpus.selection import Selection, most_frequent
from attending.corpus.splits import STRATIFIED_CODES, PatientSplit, split_patients
from attending.corpus.terminology import Terminology
from attending.errors import InputError
from attending.taxonomy import LabelSpace

NO_LABEL = Reason("document with codes, none of them a label", "left out")
NO_LABEL_KEPT = Reason("document with codes, none of them a label", "kept, without a label")
NO_SPLIT = Reason("document that the split file does not name", "left out")
SPAN_OUTSIDE = Reason("evidence that ends after its text", "left out")
SPAN_OF_OTHER_CODE = Reason("evidence of a code that its document does not have", "left out")

_ROW_GROUP = 128  # documents; the reader unpacks one such group at a time


@dataclass(frozen=True)
class CodedDocuments:
    """The documents of a source that have a code, in its order; their texts are read later."""

    document_ids: Sequence[str]
    subject_ids: Sequence[str]
    codes: Sequence[tuple[str, ...]]
    """The codes of each in normal form, each once."""
    attributes: pa.Table
    """One row a document, as `ATTRIBUTES_SCHEMA` says."""
    evidence: EvidenceTable | None
    """Spans by the place of their document in this list; None where the source has no evidence."""
    evidence_file: str
    """Where those were read, for the findings."""
    files: Sequence[str]
    """The file each was read from."""
    rows: Sequence[int]
    """Its row there."""
    given_splits: Sequence[Split | None] | None
    """The split of each, where the source or a split file says; None for a document that the file does not name."""
    split_method: str
    """Where these come from, for the data card."""


@dataclass(frozen=True)
class Origin:
    """What the data card says of a source."""

    source: str
    policy: str
    arguments: dict[str, str | int | float | bool | list[float] | None]
    inputs: dict[str, str]


def write_corpus(
    folder: Path,
    documents: CodedDocuments,
    texts: Callable[[NDArray[np.int_]], Iterator["pa.Array[Any]"]],
    *,
    terminology: Terminology,
    selection: Selection,
    origin: Origin,
    findings: Findings,
) -> DataCard:
    """Split the patients, choose the labels, and write all files of a corpus folder but its manifest.

    Args:
        folder: An empty folder.
        documents: The documents that have a code.
        texts: Given the places of the documents that stay, (document,), gives their texts in their order, in arrays
            of any length.
        terminology: What describes the labels.
        selection: What the corpus was asked for with.
        origin: What the card says of the source.
        findings: What was counted so far; what is left out here is added.

    Raises:
        InputError: Too few patients, patients in two of the given splits, or no code that could be a label.
    """
    split = _given(documents) if documents.given_splits is not None else _dealt_out(documents, selection, terminology)
    has_split = np.array([subject in split.of_subject for subject in documents.subject_ids])
    if documents.given_splits is not None:
        has_split &= np.array([given is not None for given in documents.given_splits])
    in_training = [
        has and split.of_subject[subject] == "train"
        for has, subject in zip(has_split.tolist(), documents.subject_ids, strict=True)
    ]
    label_space, chosen = _label_space(documents, in_training, terminology, selection)
    is_label = frozenset(label_space.codes)
    has_label = np.array([not is_label.isdisjoint(codes) for codes in documents.codes])
    for place in np.flatnonzero(~has_split).tolist():
        findings.add(documents.files[place], NO_SPLIT, documents.rows[place])
    for place in np.flatnonzero(has_split & ~has_label).tolist():
        reason = NO_LABEL_KEPT if selection.keep_without_label else NO_LABEL
        findings.add(documents.files[place], reason, documents.rows[place])
    kept = np.flatnonzero(has_split if selection.keep_without_label else has_split & has_label)
    where = [split.of_subject[documents.subject_ids[place]] for place in kept.tolist()]
    words, spans = _write_documents(folder, documents, kept, texts(kept), findings)
    ids, subjects = (
        [each[place] for place in kept.tolist()] for each in (documents.document_ids, documents.subject_ids)
    )
    _write_splits(folder / SPLITS_FILE, ids, subjects, where)
    tally = Tally(where, subjects, words, [documents.codes[place] for place in kept.tolist()], spans, is_label)
    label_space.write(folder / LABEL_SPACE_FILE)
    splits = {name: tally.split(name) for name in SPLITS}
    labels = _label_counts(label_space, tally, {name: counts.documents for name, counts in splits.items()})
    _write_codes(folder / CODES_FILE, labels)
    card = DataCard(
        source=origin.source,
        release=label_space.release,
        policy=origin.policy,
        labels_chosen=chosen,
        split_method=split.method,
        coded_documents=len(documents.codes),
        labelled_documents=int((has_split & has_label).sum()),
        splits=splits,
        total=tally.total(),
        labels=labels,
        code_frequencies=tally.code_frequencies(),
        words=tally.words(),
        codes=tally.codes(),
        subgroups=subgroups_of(documents.attributes.take(kept), subjects, where),
        findings=findings.all(),
        arguments=origin.arguments,
        inputs=origin.inputs,
    )
    card.write(folder / CARD_FILE)
    (folder / PAGE_FILE).write_text(card_page(card), encoding="utf-8")
    return card


def _label_counts(label_space: LabelSpace, tally: Tally, documents: dict[Split, int]) -> tuple[LabelCounts, ...]:
    """Return how frequent each label is; `documents` says how many each split has."""
    of_code = {name: tally.code_documents(name) for name in SPLITS}
    return tuple(
        LabelCounts(
            code,
            description,
            {name: of_code[name][code] for name in SPLITS},
            {name: round(of_code[name][code] / max(documents[name], 1), 6) for name in SPLITS},
        )
        for code, description in zip(label_space.codes, label_space.descriptions, strict=True)
    )


def _given(documents: CodedDocuments) -> PatientSplit:
    of_subject: dict[str, Split] = {}
    torn = set()
    for subject, split in zip(documents.subject_ids, documents.given_splits or (), strict=True):
        if split is not None and of_subject.setdefault(subject, split) != split:
            torn.add(subject)
    if torn:
        rows = sum(subject in torn for subject in documents.subject_ids)
        raise InputError(
            f"{len(torn)} patients, with {rows} documents, have documents in more than one of the given splits. "
            "Split by patient, not by document."
        )
    if "train" not in of_subject.values():
        raise InputError(
            "Expected documents in split 'train', found none with a code. Give the training documents too."
        )
    return PatientSplit(of_subject, documents.split_method)


def _dealt_out(documents: CodedDocuments, selection: Selection, terminology: Terminology) -> PatientSplit:
    listed = selection.listed_codes(terminology)
    if listed is not None:
        balanced, among = len(listed), frozenset(listed)
    else:
        balanced = STRATIFIED_CODES if selection.min_count is not None else selection.top
        among = frozenset(code for codes in documents.codes for code in codes)
    return split_patients(
        documents.subject_ids,
        documents.codes,
        most_frequent(documents.codes, among, top=min(balanced, STRATIFIED_CODES)),
        fractions=selection.fractions,
        seed=selection.seed,
    )


def _label_space(
    documents: CodedDocuments, in_training: Sequence[bool], terminology: Terminology, selection: Selection
) -> tuple[LabelSpace, str]:
    """Return the label space and a sentence that says how it was chosen."""
    trained = [codes for codes, train in zip(documents.codes, in_training, strict=True) if train]
    seen = {code for codes in trained for code in codes}
    listed = selection.listed_codes(terminology)
    if listed is not None:
        unseen = sum(code not in seen for code in listed)
        name = selection.list_name
        if unseen == len(listed):
            raise InputError(
                f"None of the {len(listed)} codes of {name} is on a training document. Choose other codes."
            )
        if unknown := [code for code in listed if not terminology.describes(code)]:
            raise InputError(
                f"{len(unknown)} codes of {name} (first {unknown[0]}) have no description: neither the packaged "
                "releases nor the source know them. Correct, describe or remove them."
            )
        chosen = f"the {len(listed)} codes of the list {name}, {unseen} of them on no document of training patients"
        return terminology.label_space(listed), chosen
    described = {code for code in seen if terminology.describes(code)}
    if selection.min_count is not None:
        codes = most_frequent(trained, described, min_count=selection.min_count)
        chosen = f"the {len(codes)} codes that at least {selection.min_count} documents of training patients have"
    else:
        codes = most_frequent(trained, described, top=selection.top)
        chosen = f"the {len(codes)} codes that most documents of training patients have"
    if not described:
        raise InputError(
            f"No training document has a code with a description. Check that the codes are {terminology.name}, "
            "or describe them."
        )
    if not codes:
        raise InputError(
            f"None of {len(described)} codes is on at least {selection.min_count} documents of training patients. "
            "Lower the minimum count."
        )
    return terminology.label_space(codes), chosen


def _write_documents(
    folder: Path,
    documents: CodedDocuments,
    kept: NDArray[np.int_],
    texts: Iterator["pa.Array[Any]"],
    findings: Findings,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Write the documents that stay, and their evidence; return the words and the evidence spans of each."""
    words: list[NDArray[np.int64]] = []
    spans: list[int] = []
    with _Files(folder, with_evidence=documents.evidence is not None) as files, ThreadPoolExecutor(1) as beside:
        writing: Future[None] | None = None
        for some_texts in _row_groups(texts):
            places = kept[len(spans) : len(spans) + len(some_texts)].tolist()
            lengths = cast(list[int], pc.utf8_length(cast(pa.StringArray, some_texts)).to_pylist())
            found = [
                _valid_spans(documents, place, length, findings) for place, length in zip(places, lengths, strict=True)
            ]
            if writing is not None:
                writing.result()
            writing = beside.submit(files.write, documents, places, some_texts, found)
            words.append(words_in(some_texts))
            spans += map(len, found)
        if writing is not None:
            writing.result()
    return np.concatenate([np.empty(0, np.int64), *words]), np.array(spans, np.int64)


def _valid_spans(documents: CodedDocuments, place: int, length: int, findings: Findings) -> list[Evidence]:
    spans: list[Evidence] = []
    if documents.evidence is None:
        return spans
    for row, span in documents.evidence.with_rows(place):
        if span.end > length:
            findings.add(documents.evidence_file or documents.files[place], SPAN_OUTSIDE, row)
        elif span.code not in documents.codes[place]:
            findings.add(documents.evidence_file or documents.files[place], SPAN_OF_OTHER_CODE, row)
        else:
            spans.append(span)
    return spans


def _row_groups(texts: Iterator["pa.Array[Any]"]) -> Iterator["pa.Array[Any]"]:
    """Give the same texts, a row group at a time."""
    waiting: list[pa.Array[Any]] = []
    rows = 0
    for some in texts:
        waiting.append(some)
        rows += len(some)
        if rows >= _ROW_GROUP:
            joined = pa.concat_arrays(waiting)
            whole = rows - rows % _ROW_GROUP
            for start in range(0, whole, _ROW_GROUP):
                yield joined[start : start + _ROW_GROUP]
            waiting, rows = [joined[whole:]], rows - whole
    if rows:
        yield pa.concat_arrays(waiting)


class _Files:
    """The Parquet files that grow while texts are read."""

    def __init__(self, folder: Path, *, with_evidence: bool) -> None:
        self._documents = pq.ParquetWriter(
            folder / DOCUMENTS_FILE,
            DOCUMENTS_SCHEMA,
            compression="zstd",
            use_dictionary=False,
            write_statistics=False,
        )
        self._evidence = (
            pq.ParquetWriter(folder / EVIDENCE_FILE, EVIDENCE_SCHEMA, compression="zstd") if with_evidence else None
        )

    def __enter__(self) -> "_Files":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in (self._documents, self._evidence):
            if writer is not None:
                writer.close()

    def write(
        self,
        documents: CodedDocuments,
        places: Sequence[int],
        texts: "pa.Array[Any]",
        spans: Sequence[Sequence[Evidence]],
    ) -> None:
        ids = [documents.document_ids[place] for place in places]
        attributes = documents.attributes.take(places)
        columns = {
            "document_id": ids,
            "subject_id": [documents.subject_ids[place] for place in places],
            "text": texts,
            "codes": [documents.codes[place] for place in places],
            **{name: attributes.column(name) for name in ATTRIBUTES},
        }
        self._documents.write_table(pa.table(columns, schema=DOCUMENTS_SCHEMA))
        if self._evidence is not None:
            rows = [(name, *span) for name, found in zip(ids, spans, strict=True) for span in found]
            columns_of = zip(*rows, strict=True) if rows else ([], [], [], [])
            arrays = [
                pa.array(list(column), field.type) for column, field in zip(columns_of, EVIDENCE_SCHEMA, strict=True)
            ]
            self._evidence.write_table(pa.Table.from_arrays(arrays, schema=EVIDENCE_SCHEMA))


def _write_splits(path: Path, ids: Sequence[str], subjects: Sequence[str], where: Sequence[Split]) -> None:
    columns = {"document_id": ids, "subject_id": subjects, "split": where}
    pq.write_table(pa.table(columns, schema=SPLITS_SCHEMA), path, compression="zstd")


def _write_codes(path: Path, labels: Sequence[LabelCounts]) -> None:
    columns = {
        "position": list(range(len(labels))),
        "code": [label.code for label in labels],
        "description": [label.description for label in labels],
        **{f"{split}_documents": [label.documents[split] for label in labels] for split in SPLITS},
    }
    pq.write_table(pa.table(columns, schema=CODES_SCHEMA), path)
