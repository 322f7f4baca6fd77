"""What training minimises; always in float32."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from .configuration import AttendingConfig


def binary_cross_entropy(logits: Tensor, labels: Tensor, config: AttendingConfig) -> Tensor:
    """Return the mean binary cross-entropy of logits and labels, both (document, code)."""
    return functional.binary_cross_entropy_with_logits(logits.float(), labels.float())


def focal(logits: Tensor, labels: Tensor, config: AttendingConfig) -> Tensor:
    """Return the mean focal loss (Lin et al. 2017, arXiv:1708.02002): what is already right counts for less."""
    logits, labels = logits.float(), labels.float()
    missed = (labels - logits.sigmoid()).abs()
    return (missed**config.focal_gamma * _cross_entropies(logits, labels)).mean()


def asymmetric(logits: Tensor, labels: Tensor, config: AttendingConfig) -> Tensor:
    """Return the mean asymmetric loss (Ridnik et al. 2021, arXiv:2009.14119).

    Codes that a document does not have are many: they are focused harder, and one that is surely absent (probability
    below `negative_margin`) counts for nothing.
    """
    probabilities, labels = logits.float().sigmoid(), labels.float()
    absent = (probabilities - config.negative_margin).clamp_min(0)
    tiny = torch.finfo(torch.float32).tiny
    of_present = (1 - probabilities) ** config.positive_gamma * functional.logsigmoid(logits.float())
    of_absent = absent**config.negative_gamma * (1 - absent).clamp_min(tiny).log()
    return -(labels * of_present + (1 - labels) * of_absent).mean()


LOSSES: dict[str, Callable[[Tensor, Tensor, AttendingConfig], Tensor]] = {
    "bce": binary_cross_entropy,
    "focal": focal,
    "asymmetric": asymmetric,
}


def disagreement(logits: Tensor, others: Tensor) -> Tensor:
    """Return how far two readings of the same documents under dropout differ (R-Drop, Liang et al. 2021).

    The mean over documents and codes of the symmetric Kullback-Leibler divergence of two Bernoulli distributions
    (arXiv:2106.14448), both given as logits, (document, code).
    """
    logits, others = logits.float(), others.float()
    return 0.5 * ((logits.sigmoid() - others.sigmoid()) * (logits - others)).mean()


def _cross_entropies(logits: Tensor, labels: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
