"""How one metric's change gets its interval: from what it is on each side, paired where the examples are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from mlgate.metrics.pairs import Pairs, Side
from mlgate.stats.estimate import Estimate
from mlgate.stats.influence import from_influence, weighted_mean
from mlgate.stats.proportions import bonett_price
from mlgate.stats.unpaired import METHOD, independent, proportion

if TYPE_CHECKING:
    from mlgate.metrics.pairs import Bools
    from mlgate.stats.influence import Floats

    Measured = tuple[float, Floats]

Needs = Literal["label", "score", "value"]
Better = Literal["higher", "lower"]


class Estimator(Struct, frozen=True, kw_only=True):
    """One metric that predictions give. `needs` is the column it is computed from: labels, a score, or values.

    `measure` returns its value at one side and the influence value of each unit, shape (n,). `hits` is there for a
    share of the examples that it judges: which of them count, shape (m,). `is_unbiased` and `by_query` say how the
    influence values are scaled, and what their units are.
    """

    name: str
    needs: Needs
    better: Better
    measure: Callable[[Pairs, Side], Measured]
    hits: Callable[[Pairs, Side], Bools] | None = None
    is_unbiased: bool = False
    by_query: bool = False

    def estimate(self, pairs: Pairs) -> Estimate:
        """Return the change on the same examples; raises `ValueError` in words where it is not defined."""
        if self.hits and pairs.weights is None and pairs.clusters is None:
            return _counted(self.hits(pairs, pairs.base), self.hits(pairs, pairs.head))
        old, by_old = self.measure(pairs, pairs.base)
        new, by_new = self.measure(pairs, pairs.head)
        by_new -= by_old
        return self._from(pairs, old, new, by_new)

    def unpaired(self, baseline: Pairs, head: Pairs) -> Estimate:
        """Return the change between examples that are not the same; each side has its own truth."""
        return independent(self._alone(baseline, baseline.base), self._alone(head, head.head))

    def value(self, pairs: Pairs, side: Side) -> float:
        """Return the metric's value at one side."""
        if self.hits and pairs.weights is None:
            hits = self.hits(pairs, side)
            return float(hits.mean())
        return self.measure(pairs, side)[0]

    def _alone(self, pairs: Pairs, side: Side) -> Estimate:
        if self.hits and pairs.weights is None and pairs.clusters is None:
            hits = self.hits(pairs, side)
            return proportion(int(hits.sum()), hits.shape[0])
        value, influence = self.measure(pairs, side)
        return self._from(pairs, 0.0, value, influence, method=METHOD)

    def _from(self, pairs: Pairs, old: float, new: float, influence: Floats, method: str | None = None) -> Estimate:
        if self.by_query:
            from msgspec.structs import replace

            found = from_influence(old, new, influence, method=method or "paired by query")
            return replace(found, unit="query", n_examples=pairs.n)
        return from_influence(
            old,
            new,
            influence,
            method=method or pairs.method,
            clusters=pairs.clusters,
            is_unbiased=self.is_unbiased,
        )


def share(hits: Bools, pairs: Pairs) -> Measured:
    """Return the (weighted) share of all examples that count, and its influence values."""
    return weighted_mean(hits.astype("float64"), pairs.weights)


def _counted(before: Bools, after: Bools) -> Estimate:
    import numpy as np

    n = before.shape[0]
    right_before, right_after = int(np.count_nonzero(before)), int(np.count_nonzero(after))
    both = int(np.count_nonzero(before & after))
    return bonett_price(
        fixed=right_after - both, broken=right_before - both, n=n, baseline=right_before / n, head=right_after / n
    )
