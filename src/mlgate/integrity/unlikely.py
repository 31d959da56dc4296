"""What chance would do: the tails of distributions by which a finding is told from noise."""

from __future__ import annotations

import math
from collections.abc import Sequence

SURE = 1e-3
"""How rare something must be, were nothing wrong, to be worth a word."""


_SMALL = 1e-18


def poisson_tail(count: int, mean: float) -> float:
    """Return P(X >= count) of a Poisson variable with this mean; 1 for a count that the mean lets expect anyway.

    Only what is rare matters here, and it is summed term by term: no library is loaded for it.
    """
    if count <= max(0.0, mean):
        return 1.0
    if mean <= 0:
        return 0.0
    term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    found, number = 0.0, count
    while term > _SMALL * max(found, _SMALL):
        found += term
        number += 1
        term *= mean / number
    return min(1.0, found)


def binomial_tail(count: int, trials: int, share: float) -> float:
    """Return P(X >= count) of `trials` draws of success probability `share`; 1 for a count that is expected anyway."""
    if count <= max(0.0, trials * share):
        return 1.0
    if share <= 0:
        return 0.0
    ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
    term = math.exp(ways + count * math.log(share) + (trials - count) * math.log1p(-share))
    found, number = 0.0, count
    while term > _SMALL * max(found, _SMALL) and number <= trials:
        found += term
        term *= (trials - number) / (number + 1) * share / (1 - share)
        number += 1
    return min(1.0, found)


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


def same_shares(first: Sequence[int], second: Sequence[int], least: float) -> tuple[float, float]:
    """Return the total variation between two sets of counts, and the p value of their being of one distribution.

    The p value is 1 where the distance is under `least`, for then nobody asks for it.
    """
    sums = sum(first), sum(second)
    distance = sum(abs(a / sums[0] - b / sums[1]) for a, b in zip(first, second, strict=True)) / 2
    if distance < least:
        return distance, 1.0
    import numpy as np

    from mlgate.stats.two_samples import chi_square_p_value

    counts = (np.asarray(side, dtype=np.int64) for side in (first, second))
    return distance, float(chi_square_p_value(*counts))
