"""Reads a hospital discharge summary and proposes its ICD-10 codes; a human coder decides."""
