"""Files in, documents out: the model card, the page of an evaluation."""

from attending.reporting.evaluation_page import evaluation_page
from attending.reporting.model_card import write_model_card

__all__ = ["evaluation_page", "write_model_card"]
