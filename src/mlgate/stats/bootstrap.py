"""The bootstrap, for a metric of which nothing but its value is known: a user's own function.

It needs numpy alone, so that any interpreter can run this file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]

RESAMPLES = 2_000
MAX_ROWS = 200_000


class Resampled(NamedTuple):
    """The values over all examples, the standard error of their change, and how many units were drawn from."""

    baseline: float
    head: float
    se: float
    n: int
    resamples: int


def bootstrap(
    metric: Callable[[Ints], tuple[float, float]],
    n: int,
    *,
    seed: int,
    clusters: Ints | None = None,
    resamples: int = RESAMPLES,
) -> Resampled:
    """Return the paired bootstrap's standard error of a change.

    `metric` takes the numbers of rows, shape (m,), and returns the value at the baseline and at the head for them.
    Whole clusters are drawn where they are given. Above 200,000 rows a seeded subsample is resampled and the standard
    error scaled by the root of the share. Resamples whose value is not finite are left out; more than one in twenty of
    them raises `ValueError` (Efron and Tibshirani 1993, chapter 6).
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    baseline, head = metric(np.arange(n))
    units = _units(n, clusters)
    count = n if units is None else len(units)
    share = min(1.0, MAX_ROWS / n)
    kept = draw.permutation(count)[: max(2, int(count * share))] if share < 1 else np.arange(count)
    changes = []
    for _ in range(resamples):
        picked = kept[draw.integers(0, kept.shape[0], kept.shape[0])]
        before, after = metric(picked if units is None else np.concatenate([units[unit] for unit in picked]))
        changes.append(after - before)
    finite = np.array([change for change in changes if math.isfinite(change)])
    if finite.shape[0] < 0.95 * resamples:
        raise ValueError("it is not finite on many resamples")
    return Resampled(baseline, head, float(finite.std(ddof=1)) * math.sqrt(kept.shape[0] / count), count, resamples)


def _units(n: int, clusters: Ints | None) -> list[Ints] | None:
    """Return the rows of each cluster, or None where every row stands alone."""
    import numpy as np

    if clusters is None:
        return None
    order = np.argsort(clusters, kind="stable")
    return np.split(np.arange(n)[order], np.flatnonzero(np.diff(clusters[order])) + 1)
