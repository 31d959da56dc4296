"""How far two samples differ: Kolmogorov-Smirnov, total variation, PSI, Jensen-Shannon, Wasserstein, and p values.

Numbers come sorted ascending, without NaN; infinities are allowed. Counts are those of the same categories or bins in
both samples.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sorted = NDArray[np.number]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BINS = 10
# Up to this size scipy puts the statistic back on the grid of possible values, k / lcm(n1, n2).
_ON_GRID = 10_000
_SMALL = 4_096
_PIVOTS = 8_192


class _Ranks(NamedTuple):
    """For some values, the number of values of each sample that are at most so large."""

    first: Ints
    second: Ints


def ks_statistic(first: Sorted, second: Sorted) -> float:
    """Return the largest distance between two empirical distribution functions, to the last bit that of scipy.

    Both arrays, shapes (n1,) and (n2,), are sorted and of one dtype. The distance is taken at values that cut the
    samples into blocks; only the blocks that could hold a larger one are looked into, by the bound
    max F1 - G0, G1 - F0 over a block where the functions rise from F0 to F1 and from G0 to G1. Raises `ValueError` for
    an empty sample.
    """
    import numpy as np

    n1, n2 = first.size, second.size
    if not n1 or not n2:
        raise ValueError("a sample is empty")
    if max(n1, n2) <= _SMALL:
        found = _largest(_ranks(first, second, np.concatenate([first, second])), n1, n2)
    else:
        found = _pruned(first, second)
    if max(n1, n2) <= _ON_GRID:
        grid = math.lcm(n1, n2)
        found = round(found * grid) / grid
    return found


def _pruned(first: Sorted, second: Sorted) -> float:
    import numpy as np

    n1, n2 = first.size, second.size
    stride = max(16, max(n1, n2) // _PIVOTS)
    pivots = np.concatenate([first[::stride], second[::stride], first[-1:], second[-1:]])
    pivots.sort()
    upto = _ranks(first, second, pivots)
    best = _largest(upto, n1, n2)
    below = _ranks(first, second, pivots, side="left")
    # Inside a block the first function is between its value at the pivot before and just below the next.
    start = _Ranks(_before(upto.first), _before(upto.second))
    bound = np.maximum(below.first / n1 - start.second / n2, below.second / n2 - start.first / n1)
    open_ = np.flatnonzero(bound > best)
    if open_.size:
        values = np.concatenate([
            first[_spans(start.first[open_], below.first[open_])],
            second[_spans(start.second[open_], below.second[open_])],
        ])  # fmt: skip
        best = max(best, _largest(_ranks(first, second, values), n1, n2))
    return best


def _ranks(first: Sorted, second: Sorted, values: Sorted, side: str = "right") -> _Ranks:
    import numpy as np

    return _Ranks(np.searchsorted(first, values, side), np.searchsorted(second, values, side))  # type: ignore[call-overload]


def _largest(ranks: _Ranks, n1: int, n2: int) -> float:
    import numpy as np

    return float(np.abs(ranks.first / n1 - ranks.second / n2).max(initial=0.0))


def _before(ranks: Ints) -> Ints:
    import numpy as np

    before: Ints = np.concatenate([np.zeros(1, dtype=ranks.dtype), ranks[:-1]])
    return before


def _spans(starts: Ints, stops: Ints) -> Ints:
    """Return the indices of all spans, one after the other."""
    import numpy as np

    sizes = np.maximum(stops - starts, 0)
    ends = np.cumsum(sizes)
    indices: Ints = np.arange(ends[-1]) + np.repeat(starts - (ends - sizes), sizes)
    return indices


@lru_cache(maxsize=4096)
def ks_p_value(statistic: float, n1: int, n2: int) -> float:
    """Return the p value of `scipy.stats.ks_2samp(..., method="asymp")`: both sizes together as one effective size."""
    from scipy.stats import kstwo

    smaller, larger = sorted((float(n1), float(n2)))
    return float(min(1.0, max(0.0, kstwo.sf(statistic, round(larger * smaller / (larger + smaller))))))


def total_variation(first: Ints, second: Ints) -> float:
    """Return half the sum of the absolute differences of the shares: the share of rows that would have to change."""
    import numpy as np

    return float(np.abs(first / first.sum() - second / second.sum()).sum() / 2)


def chi_square_p_value(first: Ints, second: Ints) -> float:
    """Return the p value of Pearson's test that two samples come from one distribution over k categories.

    As `scipy.stats.chi2_contingency(..., correction=False)`; categories that neither sample has are left out.
    """
    import numpy as np
    from scipy.special import chdtrc

    observed = np.stack([first, second])[:, first + second > 0].astype(np.float64)
    if observed.shape[1] < 2:
        return 1.0
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0) / observed.sum()
    return float(chdtrc(observed.shape[1] - 1, ((observed - expected) ** 2 / expected).sum()))


def psi(before: Ints, now: Ints) -> float:
    """Return the population stability index of counts, half a row added to each bin so that an empty one has a log."""
    import numpy as np

    p, q = ((counts + 0.5) / (counts.sum() + 0.5 * counts.size) for counts in (before, now))
    return float(((q - p) * np.log(q / p)).sum())


def jensen_shannon(first: Ints, second: Ints) -> float:
    """Return the Jensen-Shannon distance of counts, from 0 to 1: the square root of the divergence in bits."""
    import numpy as np

    p, q = first / first.sum(), second / second.sum()
    mean = (p + q) / 2
    bits = sum(
        float((side * np.log2(np.divide(side, mean, out=np.ones_like(side), where=side > 0))).sum()) for side in (p, q)
    )
    return math.sqrt(max(0.0, bits / 2))


def quantile_counts(before: Sorted, now: Sorted, bins: int = BINS) -> tuple[Ints, Ints]:
    """Return how many values of each sample fall between the quantiles of `before`, which stay the same for any `now`.

    Bins include their upper border; quantiles that coincide are one border, so that there may be fewer than `bins`.
    """
    import numpy as np

    ranks = [math.ceil(before.size * share / bins) - 1 for share in range(1, bins)]
    borders = np.unique(before[ranks])
    first, second = _ranks(before, now, borders)
    return tuple(  # type: ignore[return-value]
        np.diff(np.concatenate([[0], upto, [size]])) for upto, size in ((first, before.size), (second, now.size))
    )


def wasserstein(first: Sorted, second: Sorted) -> float:
    """Return the area between two empirical distribution functions, in the unit of the values; infinities are left out.

    It is the mean distance of equal quantiles, summed over the borders of both samples' steps in whole numbers.
    """
    import numpy as np

    first, second = finite(first), finite(second)
    n1, n2 = first.size, second.size
    if not n1 or not n2:
        return math.nan
    if n1 == n2:
        return _mean_distance(first, second, None)
    steps = np.concatenate([np.arange(1, n1 + 1) * n2, np.arange(1, n2 + 1) * n1])
    # Two ascending runs, which a stable sort only merges.
    steps.sort(kind="stable")
    starts = _before(steps)
    reached = np.minimum(starts // n2, n1 - 1), np.minimum(starts // n1, n2 - 1)
    return _mean_distance(first[reached[0]], second[reached[1]], (steps - starts) / (n1 * n2))


def _mean_distance(first: Sorted, second: Sorted, weights: Floats | None) -> float:
    import numpy as np

    # The distance of two numbers near the ends of the floats is infinite.
    with np.errstate(over="ignore"):
        apart = np.abs(np.subtract(first, second, dtype=np.float64))
        return float(apart.mean() if weights is None else (apart * weights)[weights > 0].sum())


def finite(values: Sorted) -> Sorted:
    """Return the finite values of a sorted array."""
    import numpy as np

    if not values.size or values.dtype.kind != "f" or (np.isfinite(values[0]) and np.isfinite(values[-1])):
        return values
    begin, end = np.searchsorted(values, [-np.inf, np.inf], side="right")[0], np.searchsorted(values, np.inf)
    return values[begin:end]
