"""What every source ends in: documents with their codes go in, the files of a corpus folder come out.

The texts come as a stream and are written a few at a time; of all documents at once only the codes are kept.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean, median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from attending.corpus.card import DataCard, LabelCounts, SplitCounts
from attending.corpus.evidence import Evidence, EvidenceTable
from attending.corpus.findings import Findings, Reason
from attending.corpus.schema import (
    CARD_FILE,
    CODES_FILE,
    CODES_SCHEMA,
    DOCUMENTS_FILE,
    DOCUMENTS_SCHEMA,
    EVIDENCE_FILE,
    EVIDENCE_SCHEMA,
    LABEL_SPACE_FILE,
    SPLITS,
    SPLITS_FILE,
    SPLITS_SCHEMA,
    Split,
)
from attending.corpus.selection import Selection, most_frequent
from attending.corpus.splits import STRATIFIED_CODES, PatientSplit, split_patients
from attending.errors import InputError
from attending.taxonomy import LabelSpace, Taxonomy
from attending.taxonomy.code import system_of

NO_LABEL = Reason("document with codes, none of them a label", "left out")
NO_LABEL_KEPT = Reason("document with codes, none of them a label", "kept, without a label")
SPAN_OUTSIDE = Reason("evidence that ends after its text", "left out")
SPAN_OF_OTHER_CODE = Reason("evidence of a code that its document does not have", "left out")

_ROW_GROUP = 128  # documents; the reader unpacks one such group at a time


@dataclass(frozen=True)
class CodedDocuments:
    """The documents of a source that have a code, in its order; their texts are read later."""

    document_ids: Sequence[str]
    subject_ids: Sequence[str]
    codes: Sequence[tuple[str, ...]]
    """The codes of each, dotted, each once."""
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
    given_splits: Sequence[Split] | None
    """The split of each, where the source says."""


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
    texts: Callable[[NDArray[np.bool_]], Iterator[str]],
    *,
    taxonomy: Taxonomy,
    titles: Mapping[str, str],
    selection: Selection,
    origin: Origin,
    findings: Findings,
) -> DataCard:
    """Split the patients, choose the labels, and write all files of a corpus folder but its manifest.

    Args:
        folder: An empty folder.
        documents: The documents that have a code.
        texts: Given which documents stay, (document,), reads their texts again, in their order.
        taxonomy: What describes the labels.
        titles: Descriptions, by code, of codes that the taxonomy may lack.
        selection: What the corpus was asked for with.
        origin: What the card says of the source.
        findings: What was counted so far; what is left out here is added.

    Raises:
        InputError: Too few patients, patients in two of the given splits, or no code that could be a label.
    """
    split = _given(documents) if documents.given_splits else _dealt_out(documents, selection)
    in_training = [split.of_subject[subject] == "train" for subject in documents.subject_ids]
    label_space, chosen = _label_space(documents, in_training, taxonomy, titles, selection)
    is_label = frozenset(label_space.codes)
    has_label = np.array([not is_label.isdisjoint(codes) for codes in documents.codes])
    for place in np.flatnonzero(~has_label).tolist():
        reason = NO_LABEL_KEPT if selection.keep_without_label else NO_LABEL
        findings.add(documents.files[place], reason, documents.rows[place])
    keep = np.ones_like(has_label) if selection.keep_without_label else has_label
    tallies = {name: _Tally() for name in SPLITS}
    with _Files(folder, with_evidence=documents.evidence is not None) as files:
        for places, some_texts in _groups(np.flatnonzero(keep), texts(keep)):
            spans = [
                _valid_spans(documents, place, text, findings) for place, text in zip(places, some_texts, strict=True)
            ]
            files.write(documents, places, some_texts, split, spans)
            for place, text, found in zip(places, some_texts, spans, strict=True):
                subject = documents.subject_ids[place]
                tallies[split.of_subject[subject]].add(subject, text, documents.codes[place], is_label, len(found))
    label_space.write(folder / LABEL_SPACE_FILE)
    labels = tuple(
        LabelCounts(code, description, {name: tallies[name].of_label[code] for name in SPLITS})
        for code, description in zip(label_space.codes, label_space.descriptions, strict=True)
    )
    _write_codes(folder / CODES_FILE, labels)
    card = DataCard(
        source=origin.source,
        release=label_space.release,
        policy=origin.policy,
        labels_chosen=chosen,
        split_method=split.method,
        coded_documents=len(documents.codes),
        labelled_documents=int(has_label.sum()),
        splits={name: tallies[name].counts() for name in SPLITS},
        labels=labels,
        findings=findings.all(),
        arguments=origin.arguments,
        inputs=origin.inputs,
    )
    card.write(folder / CARD_FILE)
    return card


def _given(documents: CodedDocuments) -> PatientSplit:
    of_subject: dict[str, Split] = {}
    torn = set()
    for subject, split in zip(documents.subject_ids, documents.given_splits or (), strict=True):
        if of_subject.setdefault(subject, split) != split:
            torn.add(subject)
    if torn:
        raise InputError(
            f"{len(torn)} patients have documents in more than one of the given splits. "
            "Split by patient, not by document."
        )
    if "train" not in of_subject.values():
        raise InputError(
            "Expected documents in split 'train', found none with a code. Give the training documents too."
        )
    return PatientSplit(of_subject, "as the source gives it")


def _dealt_out(documents: CodedDocuments, selection: Selection) -> PatientSplit:
    listed = selection.listed_codes()
    balanced = min(selection.top if listed is None else len(listed), STRATIFIED_CODES)
    among = {code for codes in documents.codes for code in codes} if listed is None else frozenset(listed)
    return split_patients(
        documents.subject_ids,
        documents.codes,
        most_frequent(documents.codes, balanced, among),
        fractions=selection.fractions,
        seed=selection.seed,
    )


def _label_space(
    documents: CodedDocuments,
    in_training: Sequence[bool],
    taxonomy: Taxonomy,
    titles: Mapping[str, str],
    selection: Selection,
) -> tuple[LabelSpace, str]:
    """Return the label space and a sentence that says how it was chosen."""
    trained = [codes for codes, train in zip(documents.codes, in_training, strict=True) if train]
    seen = {code for codes in trained for code in codes}
    listed = selection.listed_codes()
    if listed is None:
        described = {code for code in seen if can_describe(code, taxonomy, titles)}
        codes = most_frequent(trained, selection.top, described)
        chosen = f"the {len(codes)} codes that most documents of training patients have"
    else:
        codes = listed
        unseen = sum(code not in seen for code in codes)
        name = selection.list_name
        chosen = f"the {len(codes)} codes of the list {name}, {unseen} of them on no document of training patients"
        if unseen == len(codes):
            raise InputError(f"None of the {len(codes)} codes of {name} is on a training document. Choose other codes.")
        if unknown := [code for code in codes if not can_describe(code, taxonomy, titles)]:
            raise InputError(
                f"{len(unknown)} codes of {name} (first {unknown[0]}) are neither in {taxonomy.release} "
                "nor described by the source. Correct or remove them."
            )
    if not codes:
        raise InputError("No training document has a code that is known. Check that the codes are ICD-10-CM or -PCS.")
    added = [code for code in codes if code not in taxonomy]
    # A code of another release may lie in a category that the packaged release lacks: that is described too.
    wanted = [*(code[:3] for code in added if code[:3] in titles and code[:3] not in taxonomy), *added]
    if added:
        taxonomy = taxonomy.with_codes({code: titles[code] for code in wanted})
    return LabelSpace.of(codes, taxonomy), chosen


def can_describe(code: str, taxonomy: Taxonomy, titles: Mapping[str, str]) -> bool:
    """Tell whether the taxonomy has a code, or can take it up with the title that the source gives."""
    if code in taxonomy:
        return True
    has_category = system_of(code) == "ICD-10-PCS" or code[:3] in taxonomy or bool(titles.get(code[:3]))
    return has_category and bool(titles.get(code))


def _valid_spans(documents: CodedDocuments, place: int, text: str, findings: Findings) -> list[Evidence]:
    spans: list[Evidence] = []
    if documents.evidence is None:
        return spans
    for row, span in documents.evidence.with_rows(place):
        if span.end > len(text):
            findings.add(documents.evidence_file or documents.files[place], SPAN_OUTSIDE, row)
        elif span.code not in documents.codes[place]:
            findings.add(documents.evidence_file or documents.files[place], SPAN_OF_OTHER_CODE, row)
        else:
            spans.append(span)
    return spans


def _groups(places: NDArray[np.int_], texts: Iterator[str]) -> Iterator[tuple[list[int], list[str]]]:
    """Give documents and their texts, a row group at a time."""
    for start in range(0, len(places), _ROW_GROUP):
        group = places[start : start + _ROW_GROUP].tolist()
        yield group, list(islice(texts, len(group)))


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
        self._splits = pq.ParquetWriter(folder / SPLITS_FILE, SPLITS_SCHEMA, compression="zstd")
        self._evidence = (
            pq.ParquetWriter(folder / EVIDENCE_FILE, EVIDENCE_SCHEMA, compression="zstd") if with_evidence else None
        )

    def __enter__(self) -> "_Files":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in (self._documents, self._splits, self._evidence):
            if writer is not None:
                writer.close()

    def write(
        self,
        documents: CodedDocuments,
        places: Sequence[int],
        texts: Sequence[str],
        split: PatientSplit,
        spans: Sequence[Sequence[Evidence]],
    ) -> None:
        ids = [documents.document_ids[place] for place in places]
        subjects = [documents.subject_ids[place] for place in places]
        columns = {
            "document_id": ids,
            "subject_id": subjects,
            "text": texts,
            "codes": [documents.codes[place] for place in places],
        }
        attributes = documents.attributes.take(places).to_pydict()
        self._documents.write_table(pa.table({**columns, **attributes}, schema=DOCUMENTS_SCHEMA))
        where = [split.of_subject[subject] for subject in subjects]
        self._splits.write_table(
            pa.table({"document_id": ids, "subject_id": subjects, "split": where}, schema=SPLITS_SCHEMA)
        )
        if self._evidence is not None:
            rows = [(name, *span) for name, found in zip(ids, spans, strict=True) for span in found]
            columns_of = zip(*rows, strict=True) if rows else ([], [], [], [])
            arrays = [
                pa.array(list(column), field.type) for column, field in zip(columns_of, EVIDENCE_SCHEMA, strict=True)
            ]
            self._evidence.write_table(pa.Table.from_arrays(arrays, schema=EVIDENCE_SCHEMA))


def _write_codes(path: Path, labels: Sequence[LabelCounts]) -> None:
    columns = {
        "position": list(range(len(labels))),
        "code": [label.code for label in labels],
        "description": [label.description for label in labels],
        **{f"{split}_documents": [label.documents[split] for label in labels] for split in SPLITS},
    }
    pq.write_table(pa.table(columns, schema=CODES_SCHEMA), path)


class _Tally:
    """Counts the documents of one split."""

    def __init__(self) -> None:
        self.of_label: Counter[str] = Counter()
        self._subjects: set[str] = set()
        self._words, self._codes, self._labels = array("q"), array("q"), array("q")
        self._spans = 0

    def add(self, subject: str, text: str, codes: Sequence[str], is_label: frozenset[str], spans: int) -> None:
        labels = is_label.intersection(codes)
        self.of_label.update(labels)
        self._subjects.add(subject)
        self._words.append(len(text.split()))
        self._codes.append(len(codes))
        self._labels.append(len(labels))
        self._spans += spans

    def counts(self) -> SplitCounts:
        return SplitCounts(
            documents=len(self._words),
            patients=len(self._subjects),
            words_mean=_mean(self._words),
            words_median=float(median(self._words or [0])),
            codes_mean=_mean(self._codes),
            codes_median=float(median(self._codes or [0])),
            labels_mean=_mean(self._labels),
            evidence_spans=self._spans,
        )


def _mean(numbers: "array[int]") -> float:
    return round(fmean(numbers), 4) if numbers else 0.0
