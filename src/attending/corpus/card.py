"""The data card: what a corpus holds, how it was made and what was left out; JSON, and tables to read."""

import json
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from attending.corpus.findings import Finding
from attending.corpus.schema import SPLITS, Split
from attending.errors import InputError

_SHOWN_LABELS = 10


@dataclass(frozen=True)
class SplitCounts:
    """What one split holds."""

    documents: int
    patients: int
    words_mean: float
    """Words a document; a word is what stands between white space."""
    words_median: float
    codes_mean: float
    """Codes a document, labels or not."""
    codes_median: float
    labels_mean: float
    """Codes a document that are labels."""
    evidence_spans: int


@dataclass(frozen=True)
class LabelCounts:
    """How frequent a label is."""

    code: str
    description: str
    documents: dict[Split, int]
    """Documents of each split that have the code."""


@dataclass(frozen=True)
class DataCard:
    """What a corpus holds and how it was made."""

    source: str
    """What it was made from."""
    release: str
    """The releases of ICD-10 that describe its labels."""
    policy: str
    """Which of a source's texts became documents."""
    labels_chosen: str
    """How the list of labels was chosen."""
    split_method: str
    """How patients were split."""
    coded_documents: int
    """Documents with at least one ICD-10 code."""
    labelled_documents: int
    """Documents with at least one label."""
    splits: dict[Split, SplitCounts]
    labels: tuple[LabelCounts, ...]
    """In the order of the label space."""
    findings: tuple[Finding, ...]
    """What was left out or changed, and why."""
    arguments: dict[str, str | int | float | bool | list[float] | None]
    """What the corpus was asked for with."""
    inputs: dict[str, str]
    """SHA-256 sum of each file that was read, by its name."""

    def write(self, path: Path) -> None:
        """Write the card as JSON; equal cards give equal bytes."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "DataCard":
        """Read what `write` wrote.

        Raises:
            InputError: The file is missing or not a data card.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                **{
                    **content,
                    "splits": {split: SplitCounts(**content["splits"][split]) for split in SPLITS},
                    "labels": tuple(LabelCounts(**label) for label in content["labels"]),
                    "findings": tuple(Finding(**finding) for finding in content["findings"]),
                }
            )
        except (OSError, ValueError, TypeError, KeyError):
            raise InputError(f"{path} is not a data card. Run `attending prepare` again.") from None

    def text(self, *, width: int = 110) -> str:
        """Return the card as tables of that many characters a line."""
        console = Console(file=StringIO(), width=width, record=True, color_system=None)
        console.print(f"{self.source}. {self.policy}", highlight=False)
        console.print(f"Labels: {self.labels_chosen}. {self.release}.", highlight=False)
        console.print(f"Split: {self.split_method}.", highlight=False)
        counts = f"{self.coded_documents:,} documents have an ICD-10 code, {self.labelled_documents:,} a label."
        console.print(counts, highlight=False)
        for table in (self._split_table(), self._label_table(), self._finding_table()):
            console.print(table)
        return "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"

    def _split_table(self) -> Table:
        table = _table("Splits", "", *SPLITS)
        for name in SplitCounts.__dataclass_fields__:
            counts = [getattr(self.splits[split], name) for split in SPLITS]
            shown = (f"{count:,.1f}" if isinstance(count, float) else f"{count:,}" for count in counts)
            table.add_row(name.replace("_", " "), *shown)
        return _right(table)

    def _label_table(self) -> Table:
        shown = sorted(self.labels, key=lambda label: -label.documents["train"])[:_SHOWN_LABELS]
        title = f"The {len(shown)} most frequent of {len(self.labels)} labels: % of the documents"
        table = _table(title, "code", "description", *SPLITS)
        for label in shown:
            shares = (_percent(label.documents[split], self.splits[split].documents) for split in SPLITS)
            table.add_row(label.code, label.description, *shares)
        return _right(table, after=2)

    def _finding_table(self) -> Table:
        table = _table("Left out or changed", "file", "what", "what was done", "rows", "first row")
        for finding in self.findings:
            counts = (f"{finding.rows:,}", f"{finding.first_row:,}")
            table.add_row(finding.file, finding.what, finding.done, *counts)
        return _right(table, after=3)


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def _right(table: Table, *, after: int = 1) -> Table:
    for column in table.columns[after:]:
        column.justify = "right"
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"
