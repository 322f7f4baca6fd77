"""Probabilities and their log odds, either of the other, number by number."""

import numpy as np
from numpy.typing import NDArray


def log_odds_of(probabilities: NDArray[np.floating], farthest: float = 1e-12) -> NDArray[np.float64]:
    """Turn probabilities of any shape into log odds; those nearer to 0 or 1 than `farthest` count as so near."""
    inside = np.clip(probabilities.astype(np.float64), farthest, 1 - farthest)
    found: NDArray[np.float64] = np.log(inside) - np.log1p(-inside)
    return found


def probabilities_of(log_odds: NDArray[np.floating]) -> NDArray[np.float64]:
    """Turn log odds of any shape into probabilities, exact to the last place however small they are."""
    found: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(log_odds, -700, 700).astype(np.float64)))
    return found
