"""One change between two models with its uncertainty, however it was estimated."""

from __future__ import annotations

import math

from msgspec import Struct
from msgspec.structs import replace

from mlgate.stats.distributions import cdf, quantile


class Estimate(Struct, frozen=True, kw_only=True):
    """The change of a metric from the baseline to the head.

    `baseline` and `head` are the metric's values, in its own unit. `center` and `se` describe the change's sampling
    distribution: a normal one, or Student's with `df` degrees of freedom; `center` differs from the plain difference
    where the estimator adjusts it. `n` counts the independent units, and `unit` names them: an example, a group, a
    query, a seed, a fold or a commit. `n_examples` counts the examples. `disagreement` is the share of examples on
    which the models differ, where that is defined.
    """

    baseline: float
    head: float
    center: float
    se: float
    n: int
    method: str
    df: float | None = None
    n_examples: int | None = None
    disagreement: float | None = None
    unit: str = "example"

    @property
    def change(self) -> float:
        """Return head minus baseline."""
        return self.head - self.baseline

    def lower(self, level: float = 0.95) -> float:
        """Return the one-sided lower bound of the change at this level of confidence."""
        return self.center - quantile(level, self.df) * self.se

    def upper(self, level: float = 0.95) -> float:
        """Return the one-sided upper bound of the change at this level of confidence."""
        return self.center + quantile(level, self.df) * self.se

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the two-sided interval; that of 90 % has the one-sided bounds of 95 % as its ends."""
        one_sided = (1 + level) / 2
        return self.lower(one_sided), self.upper(one_sided)

    def p_below(self, margin: float = 0.0) -> float:
        """Return the one-sided p value of "the change is below `margin`" against "it is not"."""
        if self.se == 0 or not math.isfinite(self.se):
            return 0.0 if self.center < margin and self.se == 0 else 1.0
        return cdf((self.center - margin) / self.se, self.df)

    def oriented(self, *, higher_is_better: bool) -> Estimate:
        """Return this estimate turned so that more is better: a loss becomes its negative."""
        if higher_is_better:
            return self
        return self.scaled(-1.0)

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate of the metric times `factor`, such as 100 for one in percent."""
        return replace(
            self,
            baseline=factor * self.baseline,
            head=factor * self.head,
            center=factor * self.center,
            se=abs(factor) * self.se,
        )
