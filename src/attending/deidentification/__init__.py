"""Text in, likely identifiers of patients and staff out, by kind and place; or the text without them."""

from attending.deidentification.identifiers import Identifier, Kind, find_identifiers, redact

__all__ = ["Identifier", "Kind", "find_identifiers", "redact"]
