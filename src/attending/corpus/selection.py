"""What a corpus is asked for: how many codes or which ones, which documents, which patients where."""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from attending.corpus.terminology import Terminology
from attending.errors import InputError
from attending.sealing import sha256_of
from attending.taxonomy import named_codes


@dataclass(frozen=True)
class Selection:
    """The arguments that `prepare` and `prepare_own` share."""

    top: int
    """How many codes become labels, the most frequent first; without a part where the next two are given."""
    min_count: int | None
    """Every code becomes a label that so many documents of training patients have."""
    codes: Path | str | None
    """The labels: a list by its name ("mimic-iv-50"), or a file with a code a line."""
    keep_without_label: bool
    """Whether documents stay that have codes but none of the labels. The benchmarks leave them out."""
    split_file: Path | None
    """Which document, admission or patient is in which split, in place of dealing patients out."""
    seed: int
    """Of the patient split."""
    fractions: tuple[float, float, float]
    """Share of the patients in train, validation and test."""

    def __post_init__(self) -> None:
        if self.top < 1:
            raise InputError(f"Expected at least one code, got top = {self.top}. Give how many codes to predict.")
        if self.min_count is not None and self.min_count < 1:
            raise InputError(f"Expected a minimum count of at least 1, got {self.min_count}. Give how many documents.")
        if self.min_count is not None and self.codes is not None:
            raise InputError("A minimum count and a list of codes contradict each other. Give one of them.")
        if len(self.fractions) != 3 or min(self.fractions) <= 0 or not isclose(sum(self.fractions), 1):
            raise InputError(
                "Expected three shares above 0 that sum to 1 for train, validation and test, "
                f"got {self.fractions}. Give for example 0.8 0.1 0.1."
            )
        if not 0 <= self.seed < 2**32:
            raise InputError(f"Expected a seed from 0 to {2**32 - 1}, got {self.seed}. Give another.")

    @property
    def list_name(self) -> str | None:
        """The name of the list of codes, without the folder of a file."""
        return None if self.codes is None else Path(self.codes).name

    def as_json(self) -> dict[str, str | int | float | bool | list[float] | None]:
        """Return the arguments for the data card; of a file its name."""
        is_dealt_out = self.split_file is None
        return {
            "top": self.top if self.codes is None and self.min_count is None else None,
            "min_count": self.min_count,
            "codes": self.list_name,
            "keep_without_label": self.keep_without_label,
            "split_file": None if self.split_file is None else self.split_file.name,
            "seed": self.seed if is_dealt_out else None,
            "fractions": list(self.fractions) if is_dealt_out else None,
        }

    def inputs(self) -> dict[str, str]:
        """Return the SHA-256 sum of each file that was named, by its name."""
        paths = (self._list_file, self.split_file)
        return {path.name: sha256_of(path) for path in paths if path is not None}

    def listed_codes(self, terminology: Terminology) -> tuple[str, ...] | None:
        """Return the codes that were asked for by list, in its order, or None where the most frequent are.

        Raises:
            InputError: No such list or file, or a line of the file is not a code, or a code stands twice.
        """
        if self.codes is None:
            return None
        path = self._list_file
        return named_codes(str(self.codes)) if path is None else _codes_of_file(path, terminology)

    @property
    def _list_file(self) -> Path | None:
        if self.codes is None:
            return None
        path = Path(self.codes)
        is_file = isinstance(self.codes, Path) or path.suffix or len(path.parts) > 1 or path.is_file()
        return path if is_file else None


def most_frequent(
    documents: Iterable[Iterable[str]], among: Container[str], *, top: int | None = None, min_count: int = 1
) -> tuple[str, ...]:
    """Return the codes that most documents have, the most frequent first, equals by the alphabet.

    Args:
        documents: The codes of each document, each once.
        among: What is counted.
        top: How many codes at most.
        min_count: How many documents a code must have.
    """
    counts = Counter(code for codes in documents for code in codes if code in among)
    enough = (code for code in counts if counts[code] >= min_count)
    return tuple(sorted(enough, key=lambda code: (-counts[code], code))[:top])


def _codes_of_file(path: Path, terminology: Terminology) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InputError(f"Expected a list of codes at {path}, found nothing. Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"Expected a text file with a code a line, got {path}. Save it as UTF-8 text.") from None
    codes: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            code = terminology.normal(line)
        except InputError as error:
            raise InputError(f"Line {number} of {path.name}: {error}") from None
        if code in codes:
            raise InputError(f"{code} stands in lines {codes[code]} and {number} of {path.name}. Name each code once.")
        codes[code] = number
    if not codes:
        raise InputError(f"Expected a code a line in {path}, found none. Name the codes to predict.")
    return tuple(codes)
