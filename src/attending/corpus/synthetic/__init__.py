"""Invented hospitals in MIMIC-IV's schema, with the words that support each code: data that anyone may have."""

from attending.corpus.synthetic.hospital import synthesize

__all__ = ["synthesize"]
