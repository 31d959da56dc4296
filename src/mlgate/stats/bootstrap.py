"""The bootstrap, for a metric of which nothing but its value is known: a user's own callable."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlgate.stats.estimate import Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]

RESAMPLES = 2_000
MAX_ROWS = 200_000


def bootstrap(
    metric: Callable[[Ints], tuple[float, float]],
    n: int,
    *,
    seed: int,
    clusters: Ints | None = None,
    resamples: int = RESAMPLES,
) -> Estimate:
    """Return the paired bootstrap's estimate of a change.

    `metric` takes the numbers of rows, shape (m,), and returns the value at the baseline and at the head for them.
    Whole clusters are drawn where they are given. Above 200,000 rows a seeded subsample is resampled and the standard
    error scaled by the root of the share. Resamples whose value is not finite are left out; more than one in twenty of
    them raises `ValueError` (Efron and Tibshirani 1993, chapter 6).
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    rows = np.arange(n)
    baseline, head = metric(rows)
    units = _units(rows, clusters)
    share = min(1.0, MAX_ROWS / n)
    if share < 1:
        units = [units[i] for i in draw.permutation(len(units))[: max(2, int(len(units) * share))]]
    changes = []
    for _ in range(resamples):
        picked = draw.integers(0, len(units), len(units))
        before, after = metric(
            np.concatenate([units[i] for i in picked]) if clusters is not None else _flat(units, picked)
        )
        changes.append(after - before)
    finite = np.array([change for change in changes if math.isfinite(change)])
    if finite.shape[0] < 0.95 * resamples:
        raise ValueError("the metric is not finite on many resamples")
    return Estimate(
        baseline=baseline,
        head=head,
        center=head - baseline,
        se=float(finite.std(ddof=1)) * math.sqrt(share),
        n=len(units) if share == 1 else n,
        method=f"bootstrap, {resamples:,} resamples",
        n_examples=n,
    )


def _units(rows: Ints, clusters: Ints | None) -> list[Ints] | Ints:
    import numpy as np

    if clusters is None:
        return rows
    order = np.argsort(clusters, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)


def _flat(units: list[Ints] | Ints, picked: Ints) -> Ints:
    import numpy as np

    return np.asarray(units)[picked]
