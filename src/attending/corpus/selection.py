"""What a corpus is asked for: how many codes or which ones, which documents, how many patients where."""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from attending.errors import InputError
from attending.taxonomy import named_codes, normal_form


@dataclass(frozen=True)
class Selection:
    """The arguments that `prepare` and `prepare_own` share."""

    top: int
    """How many codes become labels, the most frequent first. Without a part where `codes` is given."""
    codes: Path | str | None
    """The labels: a list by its name ("mimic-iv-50"), or a file with a code a line."""
    keep_without_label: bool
    """Whether documents stay that have codes but none of the labels. The benchmarks leave them out."""
    seed: int
    """Of the patient split."""
    fractions: tuple[float, float, float]
    """Share of the patients in train, validation and test."""

    def __post_init__(self) -> None:
        if self.top < 1:
            raise InputError(f"Expected at least one code, got top = {self.top}. Give how many codes to predict.")
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
        return {
            "top": self.top if self.codes is None else None,
            "codes": self.list_name,
            "keep_without_label": self.keep_without_label,
            "seed": self.seed,
            "fractions": list(self.fractions),
        }

    def listed_codes(self) -> tuple[str, ...] | None:
        """Return the codes that were asked for by list, in its order, or None where the most frequent are.

        Raises:
            InputError: No such list or file, or a line of the file is not a code, or a code stands twice.
        """
        if self.codes is None:
            return None
        path = Path(self.codes)
        if isinstance(self.codes, Path) or path.suffix or len(path.parts) > 1 or path.is_file():
            return _codes_of_file(path)
        return named_codes(self.codes)


def most_frequent(documents: Iterable[Iterable[str]], top: int, among: Container[str]) -> tuple[str, ...]:
    """Return the codes that most documents have, the most frequent first, equals by the alphabet."""
    counts = Counter(code for codes in documents for code in codes if code in among)
    return tuple(sorted(counts, key=lambda code: (-counts[code], code))[:top])


def _codes_of_file(path: Path) -> tuple[str, ...]:
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
            code = normal_form(line)
        except InputError as error:
            raise InputError(f"Line {number} of {path.name}: {error}") from None
        if code in codes:
            raise InputError(f"{code} stands in lines {codes[code]} and {number} of {path.name}. Name each code once.")
        codes[code] = number
    if not codes:
        raise InputError(f"Expected a code a line in {path}, found none. Name the codes to predict.")
    return tuple(codes)
