"""The change between two models that were not judged on the same examples: two variances, added."""

from __future__ import annotations

import math

from mlgate.stats.estimate import Estimate

METHOD = "not paired"


def independent(baseline: Estimate, head: Estimate) -> Estimate:
    """Return the change between two values, each of them the `head` of an estimate of its own against zero.

    The degrees of freedom are those of Welch and Satterthwaite (1947).
    """
    parts = [baseline.se**2, head.se**2]
    total = sum(parts)
    sides = (baseline, head)
    spread = sum(part * part / side.df for part, side in zip(parts, sides, strict=True) if side.df)
    return Estimate(
        baseline=baseline.head,
        head=head.head,
        center=head.center - baseline.center,
        se=math.sqrt(total),
        n=min(baseline.n, head.n),
        method=METHOD,
        df=total * total / spread if spread > 0 and math.isfinite(total) else None,
        n_examples=min(side.n_examples or side.n for side in sides),
        unit=head.unit,
    )


def proportion(right: int, n: int) -> Estimate:
    """Return one proportion as an estimate against zero, with one success and one failure added.

    The difference of two such is the interval of Agresti and Caffo 2000, The American Statistician 54(4), section 3.
    """
    adjusted = (right + 1) / (n + 2)
    return Estimate(
        baseline=0.0,
        head=right / n,
        center=adjusted,
        se=math.sqrt(adjusted * (1 - adjusted) / (n + 2)),
        n=n,
        method=METHOD,
        n_examples=n,
    )
