"""From influence values to an interval: the one way in which every smooth metric gets its standard error.

The influence value of an example says by how much the metric would move, times n, if that example weighed a little
more; the metric's sampling variance is the variance of these values over n (Hampel 1974). For a change between two
models on the same examples the values of both are subtracted example by example, which is what pairing means. Rows
of one cluster (a user, a patient, a document) are summed first, for they are not independent (Liang and Zeger 1986).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlgate.stats.estimate import Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]


def from_influence(
    baseline: float,
    head: float,
    influence: Floats,
    *,
    method: str,
    clusters: Ints | None = None,
    disagreement: float | None = None,
    is_unbiased: bool = False,
    counts: Ints | None = None,
) -> Estimate:
    """Return the estimate of a change whose influence values are given.

    `influence`, shape (n,), is in the metric's unit and sums to about zero; `clusters`, shape (n,), holds each row's
    cluster as a number from 0. With `counts` each value stands for that many examples. Fewer than two independent
    units give an infinite standard error. The degrees of freedom say how well the values' own spread is known:
    2 n / (kurtosis − 1), by Satterthwaite's moment match, and n − 1 at the most; a rare class gives few, as it should.
    `is_unbiased` says that the values are already scaled so that the sum of their squares over n² is an unbiased
    variance.
    """
    import numpy as np

    n = influence.shape[0] if counts is None else int(counts.sum())
    sums: Floats = influence
    if clusters is not None:
        sums = np.bincount(clusters, weights=influence).astype(np.float64)
    units = sums.shape[0] if counts is None else n
    df = max(1.0, units - 1.0)
    if units < 2:
        se = math.inf
    else:
        total, fourth = _moments(sums, counts)
        se = math.sqrt(total if is_unbiased and clusters is None else total * units / (units - 1)) / n
        if fourth * units > total * total > 0:
            df = min(df, max(1.0, 2 * units / (fourth * units / (total * total) - 1)))
    return Estimate(
        baseline=baseline,
        head=head,
        center=head - baseline,
        se=se,
        n=units,
        method=method,
        df=df,
        n_examples=n,
        disagreement=disagreement,
        unit="example" if clusters is None else "group",
    )


def _moments(values: Floats, counts: Ints | None) -> tuple[float, float]:
    """Return the sums of the squares and of the fourth powers of the values' distances from their mean."""
    import numpy as np

    if counts is None:
        squares = np.square(values - values.mean())
        return float(squares.sum()), float(squares @ squares)
    squares = np.square(values - float(values @ counts) / float(counts.sum()))
    return float(squares @ counts), float(np.square(squares) @ counts)


def weighted_mean(values: Floats, weights: Floats | None) -> tuple[float, Floats]:
    """Return the (weighted) mean of `values`, shape (n,), and its influence values, shape (n,)."""
    if weights is None:
        mean = float(values.mean())
        return mean, values - mean
    total = float(weights.sum())
    mean = float(values @ weights) / total
    return mean, (values - mean) * weights * (values.shape[0] / total)
