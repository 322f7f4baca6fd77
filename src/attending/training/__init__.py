"""Corpus folders in, a run folder with a model folder out."""

from attending.training.arguments import TrainingArguments, parse_changes
from attending.training.loop import train

__all__ = ["TrainingArguments", "parse_changes", "train"]
