"""Windows of documents in, one logit a code out; knows only torch and transformers, so that it travels with weights.

Importing this package teaches the Auto classes of transformers the model type "attending".
"""

from transformers import AutoConfig, AutoModelForSequenceClassification

from .attention import TokenMask
from .configuration import AttendingConfig
from .modeling import (
    AttendingForSequenceClassification,
    AttendingOutput,
    DescribedCodes,
    DocumentStates,
    GoldEvidence,
)

AutoConfig.register("attending", AttendingConfig, exist_ok=True)
AutoModelForSequenceClassification.register(AttendingConfig, AttendingForSequenceClassification, exist_ok=True)

__all__ = [
    "AttendingConfig",
    "AttendingForSequenceClassification",
    "AttendingOutput",
    "DescribedCodes",
    "DocumentStates",
    "GoldEvidence",
    "TokenMask",
]
