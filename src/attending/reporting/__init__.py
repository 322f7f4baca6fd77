"""Files in, documents out: the model card."""

from attending.reporting.model_card import write_model_card

__all__ = ["write_model_card"]
