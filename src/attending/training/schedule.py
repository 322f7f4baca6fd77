"""The learning rate of each step: linear warm-up, then cosine cycles with warm restarts."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class CosineRestarts:
    """Cosine annealing with warm restarts (SGDR, Loshchilov & Hutter 2017, arXiv:1608.03983).

    A pure function of the step, so that a resumed run has the rates of an uninterrupted one.
    """

    cycle_steps: int
    warmup_steps: int = 0
    lowest: float = 0.0

    def __call__(self, step: int) -> float:
        """Return the share of the highest learning rate at a step, counted from 0."""
        if step < self.warmup_steps:
            return (step + 1) / self.warmup_steps
        position = (step - self.warmup_steps) % self.cycle_steps / self.cycle_steps
        return self.lowest + (1 - self.lowest) * (1 + math.cos(math.pi * position)) / 2
