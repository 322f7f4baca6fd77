"""Reads a hospital discharge summary and proposes its ICD-10 codes; a human coder decides."""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attending.errors import InputError
    from attending.explanation import EvidenceSpan
    from attending.prediction import CodedDocument, Coder, ProposedCode
    from attending.taxonomy import LabelSpace, Taxonomy

__version__ = version("attending")

_HOMES = {
    "CodedDocument": "attending.prediction",
    "Coder": "attending.prediction",
    "EvidenceSpan": "attending.explanation",
    "InputError": "attending.errors",
    "LabelSpace": "attending.taxonomy",
    "ProposedCode": "attending.prediction",
    "Taxonomy": "attending.taxonomy",
}

__all__ = [
    "CodedDocument",
    "Coder",
    "EvidenceSpan",
    "InputError",
    "LabelSpace",
    "ProposedCode",
    "Taxonomy",
    "__version__",
]


def __dir__() -> list[str]:
    """Name what can be imported from here."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import attending` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'attending' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
