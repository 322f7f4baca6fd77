"""Corpus folders in, a run folder with a model folder out."""

from importlib.util import find_spec

from attending.errors import InputError

if missing := [name for name in ("accelerate", "pyarrow", "yaml") if find_spec(name) is None]:
    raise InputError(f'Training needs {missing[0]}. Install it with: pip install "attending[train]"')

from attending.training.arguments import TrainingArguments
from attending.training.failures import TrainingError
from attending.training.loop import train

__all__ = ["TrainingArguments", "TrainingError", "train"]
