"""An exponential moving average of a model's weights (Polyak averaging), which is often better than the last ones."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class MovingAverage:
    """Follows the trained weights of a model.

    Early on the decay is smaller, (1 + step) / (10 + step), so that the first weights do not weigh for long.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        """Start from the model's weights as they are."""
        self._followed = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self._decay = decay
        self.weights = {name: weight.detach().clone() for name, weight in self._followed.items()}

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Take in the weights after a step, counted from 0."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, weight in self._followed.items():
            self.weights[name].lerp_(weight, 1 - decay)

    @torch.no_grad()
    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Go on from weights that were saved."""
        for name, weight in self.weights.items():
            weight.copy_(weights[name])

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the averaged weights into the model for a while."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for name, weight in self._followed.items():
            current = weight.clone()
            weight.copy_(self.weights[name])
            self.weights[name].copy_(current)
