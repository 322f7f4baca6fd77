"""The data card: what a corpus holds, how it was made and what was left out; JSON, and tables to read.

The same as a page with figures: `card_page`.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from attending.corpus.counts import Histogram, SplitCounts, SubgroupCounts
from attending.corpus.findings import Finding
from attending.corpus.schema import SPLITS, Split
from attending.errors import InputError

_SHOWN_LABELS = 10


@dataclass(frozen=True)
class LabelCounts:
    """How frequent a label is."""

    code: str
    description: str
    documents: dict[Split, int]
    """Documents of each split that have the code."""
    shares: dict[Split, float]
    """Their share of the split's documents; 0 for a split without documents."""


@dataclass(frozen=True)
class DataCard:
    """What a corpus holds and how it was made."""

    source: str
    """What it was made from."""
    release: str
    """The releases of ICD, or the set, that its labels belong to."""
    policy: str
    """Which of a source's texts became documents."""
    labels_chosen: str
    """How the list of labels was chosen."""
    split_method: str
    """How patients were split."""
    coded_documents: int
    """Documents with at least one code of the kind that was asked for."""
    labelled_documents: int
    """Documents with at least one label."""
    splits: dict[Split, SplitCounts]
    total: SplitCounts
    labels: tuple[LabelCounts, ...]
    """In the order of the label space."""
    code_frequencies: tuple[tuple[int, int], ...]
    """How many codes, labels or not, so many documents have: (documents, codes), the most frequent first."""
    words: Histogram
    """How many documents have so many words."""
    codes: Histogram
    """How many documents have so many codes."""
    subgroups: tuple[SubgroupCounts, ...]
    """By attribute, the largest first."""
    findings: tuple[Finding, ...]
    """What was left out or changed, and why."""
    arguments: dict[str, str | int | float | bool | list[float] | None]
    """What the corpus was asked for with."""
    inputs: dict[str, str]
    """SHA-256 sum of each file that was read, by its name."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 sum over inputs and arguments: corpora of one version that share it are equal."""
        made_from = {"inputs": self.inputs, "arguments": self.arguments}
        return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()

    def write(self, path: Path) -> None:
        """Write the card as JSON; equal cards give equal bytes."""
        content = {"fingerprint": self.fingerprint, **asdict(self)}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "DataCard":
        """Read what `write` wrote.

        Raises:
            InputError: The file is missing or not a data card.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            del content["fingerprint"]
            return cls(
                **{
                    **content,
                    "splits": {split: SplitCounts(**content["splits"][split]) for split in SPLITS},
                    "total": SplitCounts(**content["total"]),
                    "code_frequencies": tuple(tuple(pair) for pair in content["code_frequencies"]),
                    **{name: _histogram(content[name]) for name in ("words", "codes")},
                    "subgroups": tuple(SubgroupCounts(**group) for group in content["subgroups"]),
                    "labels": tuple(LabelCounts(**label) for label in content["labels"]),
                    "findings": tuple(Finding(**finding) for finding in content["findings"]),
                }
            )
        except (OSError, ValueError, TypeError, KeyError):
            raise InputError(f"{path} is not a data card. Run `attending prepare` again.") from None

    def text(self, *, width: int = 110) -> str:
        """Return the card as tables of that many characters a line."""
        console = Console(file=StringIO(), width=width, record=True, color_system=None, markup=False)
        console.print(f"{self.source}. {self.policy}", highlight=False)
        console.print(f"Labels: {self.labels_chosen}. {self.release}.", highlight=False)
        console.print(f"Split: {self.split_method}.", highlight=False)
        counts = f"{self.coded_documents:,} documents have a code, {self.labelled_documents:,} a label."
        console.print(counts, highlight=False)
        for table in (self._split_table(), self._label_table(), self._finding_table()):
            console.print(table)
        return "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"

    def _split_table(self) -> Table:
        table = _table("Splits", "", *SPLITS, "total")
        for name in SplitCounts.__dataclass_fields__:
            counts = [getattr(part, name) for part in (*map(self.splits.__getitem__, SPLITS), self.total)]
            shown = (f"{count:,.1f}" if isinstance(count, float) else f"{count:,}" for count in counts)
            table.add_row(name.replace("_", " "), *shown)
        return _right(table)

    def _label_table(self) -> Table:
        shown = sorted(self.labels, key=lambda label: -label.documents["train"])[:_SHOWN_LABELS]
        title = f"The {len(shown)} most frequent of {len(self.labels)} labels: share of the documents"
        table = _table(title, "code", "description", *SPLITS)
        for label in shown:
            shares = (f"{label.shares[split]:.1%}" if self.splits[split].documents else "-" for split in SPLITS)
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


def _histogram(content: dict[str, Any]) -> Histogram:
    return Histogram(content["width"], tuple(content["counts"]))
