"""The learning rate of each step: linear warm-up, then cosine cycles with warm restarts."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class CosineRestarts:
    """Cosine annealing with warm restarts (SGDR, Loshchilov & Hutter 2017, arXiv:1608.03983).

    A pure function of the step, so that a resumed run has the rates of an uninterrupted one.
    """

    cycle_steps: int
    """Steps of the first cycle."""
    warmup_steps: int = 0
    """Steps of linear warm-up; the first cycle begins after them."""
    lowest: float = 0.0
    """Share of the highest rate at a cycle's end."""
    factor: float = 1.0
    """Length of each cycle as a multiple of the one before (T_mult of the paper); may be below 1."""

    def __call__(self, step: int) -> float:
        """Return the share of the highest learning rate at a step, counted from 0."""
        if step < self.warmup_steps:
            return (step + 1) / self.warmup_steps
        position, length = step - self.warmup_steps, self.cycle_steps
        while position >= length:
            position -= length
            length = max(1, round(length * self.factor))
        return self.lowest + (1 - self.lowest) * (1 + math.cos(math.pi * position / length)) / 2
