"""Invented hospitals in MIMIC-IV's schema, with the words that support each code; anyone may have them."""

from attending.corpus.synthetic.hospital import synthesize

__all__ = ["synthesize"]
