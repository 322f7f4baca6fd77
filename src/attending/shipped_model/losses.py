"""What training minimises; always in float32."""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional


def binary_cross_entropy(logits: Tensor, labels: Tensor, gamma: float) -> Tensor:
    """Return the mean binary cross-entropy of logits and labels, both (document, code)."""
    return functional.binary_cross_entropy_with_logits(logits.float(), labels.float())


def focal(logits: Tensor, labels: Tensor, gamma: float) -> Tensor:
    """Return the mean focal loss (Lin et al. 2017, arXiv:1708.02002): what is already right counts for less."""
    logits, labels = logits.float(), labels.float()
    missed = (labels - logits.sigmoid()).abs()
    return (missed**gamma * functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")).mean()


LOSSES: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {"bce": binary_cross_entropy, "focal": focal}
