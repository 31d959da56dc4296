"""What chance would do: the tails of distributions by which a finding is told from noise."""

from __future__ import annotations

import math
from collections.abc import Sequence

SURE = 1e-3
"""How rare something must be, were nothing wrong, to be worth a word."""


def poisson_tail(count: int, mean: float) -> float:
    """Return P(X >= count) of a Poisson variable with this mean."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    from scipy.stats import poisson

    return float(poisson.sf(count - 1, mean))


def binomial_tail(count: int, trials: int, share: float) -> float:
    """Return P(X >= count) of `trials` draws that each succeed with probability `share`."""
    if count <= 0:
        return 1.0
    if share <= 0:
        return 0.0
    from scipy.stats import binom

    return float(binom.sf(count - 1, trials, min(share, 1.0)))


def upper_share(count: int, trials: int) -> float:
    """Return an upper bound of a share that was seen `count` times in `trials`: Wilson's, at two standard errors."""
    if not trials:
        return 1.0
    z, p = 2.0, count / trials
    middle = p + z * z / (2 * trials)
    spread = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return (middle + spread) / (1 + z * z / trials)


def absence(share: float, draws: int) -> float:
    """Return the probability that what has this share is in none of `draws` rows."""
    return (1.0 - min(share, 1.0)) ** draws


def same_shares(first: Sequence[int], second: Sequence[int]) -> tuple[float, float]:
    """Return the total variation between two sets of counts and the p value of their being of one distribution."""
    import numpy as np

    from mlgate.stats.two_samples import chi_square_p_value, total_variation

    a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    return float(total_variation(a, b)), float(chi_square_p_value(a, b))
