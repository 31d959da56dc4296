"""The change of a proportion on the same examples: accuracy, error rate, recall of a class."""

from __future__ import annotations

import math

from mlgate.stats.estimate import Estimate


def bonett_price(*, fixed: int, broken: int, n: int, baseline: float, head: float) -> Estimate:
    """Return the estimate of a paired difference of proportions, as an adjusted Wald interval.

    `fixed` of `n` examples are right only at the head, `broken` only at the baseline. One of each is added, which
    keeps the coverage near its nominal level where the plain interval loses half of it: few examples, or models
    that nearly agree. Source: Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37(4), eq. 6.
    """
    up, down = (fixed + 1) / (n + 2), (broken + 1) / (n + 2)
    center = up - down
    se = math.sqrt((up + down - center * center) / (n + 2))
    return Estimate(
        baseline=baseline,
        head=head,
        center=center,
        se=se,
        n=n,
        method="paired, Bonett-Price",
        n_examples=n,
        disagreement=(fixed + broken) / n if n else None,
    )
