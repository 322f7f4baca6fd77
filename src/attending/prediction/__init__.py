"""Text in, coded documents out; files and folders of notes; a corpus scored."""

from attending.notes import Note, find_notes, read_note
from attending.prediction.coded_document import CodedDocument, ProposedCode
from attending.prediction.coder import Coder

__all__ = ["CodedDocument", "Coder", "Note", "ProposedCode", "find_notes", "read_note"]
