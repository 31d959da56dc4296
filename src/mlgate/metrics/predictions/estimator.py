"""How one metric's change gets its interval: from what it is on each side, paired where the examples are the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mlgate.metrics.aside import Aside
from mlgate.metrics.predictions.pairs import Pairs, Side
from mlgate.stats.confusion import Metric, count_cells, influence_of_cells
from mlgate.stats.estimate import Estimate
from mlgate.stats.influence import from_influence
from mlgate.stats.proportions import bonett_price
from mlgate.stats.unpaired import METHOD, independent, proportion

if TYPE_CHECKING:
    from mlgate.metrics.predictions.pairs import Bools, Ints
    from mlgate.stats.influence import Floats

    Measured = tuple[float, Floats]

_AT_ONCE_FROM = 100_000
Needs = Literal["label", "score", "value"]
Better = Literal["higher", "lower"]


class Counted(NamedTuple):
    """A share of the examples: those of the true classes `rows`, shape (K,), that are in the cells `hits`, (K, K)."""

    rows: Bools
    hits: Bools


class Estimator(Struct, frozen=True, kw_only=True):
    """One metric that predictions give. `needs` is the column it is computed from: labels, a score, or values.

    `measure` returns its value at one side and the influence value of each unit, shape (n,). `counted` is there for a
    share of the examples, `confusion` for any other function of the confusion matrix. `is_unbiased` and `by_query` say
    how the influence values are scaled, and what their units are.
    """

    name: str
    needs: Needs
    better: Better
    measure: Callable[[Pairs, Side], Measured]
    counted: Callable[[Pairs], Counted] | None = None
    confusion: Callable[[Pairs], Metric] | None = None
    is_unbiased: bool = False
    by_query: bool = False

    def estimate(self, pairs: Pairs) -> Estimate:
        """Return the change on the same examples; raises `ValueError` in words where it is not defined."""
        if self.counted and pairs.weights is None and pairs.clusters is None:
            return _of_hits(self.counted(pairs), pairs)
        if self.confusion and pairs.joint is not None:
            return _of_cells(self.confusion(pairs), pairs.joint, pairs.method)
        (old, by_old), (new, by_new) = self._both(pairs)
        by_new -= by_old
        return self._from(pairs, old, new, by_new)

    def unpaired(self, baseline: Pairs, head: Pairs) -> Estimate:
        """Return the change between examples that are not the same; each side has its own truth."""
        return independent(self._alone(baseline, baseline.base), self._alone(head, head.head))

    def value(self, pairs: Pairs, side: Side) -> float:
        """Return the metric's value at one side."""
        return self._measured(pairs, side)[0]

    def _both(self, pairs: Pairs) -> tuple[Measured, Measured]:
        """Return what is measured at both sides, at once where they are large: numpy's sorting leaves the lock."""
        if pairs.n < _AT_ONCE_FROM:
            return self._measured(pairs, pairs.base), self._measured(pairs, pairs.head)
        head = Aside(lambda: self._measured(pairs, pairs.head))
        return self._measured(pairs, pairs.base), head.result()

    def _measured(self, pairs: Pairs, side: Side) -> Measured:
        """Return what is measured; raises `ValueError` where the numbers are too large to be computed with."""
        import numpy as np

        with np.errstate(all="ignore"):
            value, influence = self.measure(pairs, side)
            is_finite = math.isfinite(value) and math.isfinite(float(np.square(influence).sum()))
        if not is_finite:
            raise ValueError("it is not finite: the numbers are too large to compute with")
        return value, influence

    def _alone(self, pairs: Pairs, side: Side) -> Estimate:
        if self.counted and pairs.weights is None and pairs.clusters is None:
            rows, hits = self.counted(pairs)
            cells = hits_of(rows, hits, pairs.truth_labels, side.labels)
            return proportion(int(cells.sum()), cells.shape[0])
        value, influence = self._measured(pairs, side)
        return self._from(pairs, 0.0, value, influence, method=METHOD)

    def _from(self, pairs: Pairs, old: float, new: float, influence: Floats, method: str | None = None) -> Estimate:
        if self.by_query:
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


def hits_of(rows: Bools, hits: Bools, truth: Ints, labels: Ints) -> Bools:
    """Return which of the examples that are judged are hits, shape (m,)."""
    if rows.all():
        found: Bools = hits[truth, labels]
        return found
    judged = rows[truth]
    return hits_of(rows | True, hits, truth[judged], labels[judged])


def _of_hits(counted: Counted, pairs: Pairs) -> Estimate:
    import numpy as np

    joint = pairs.joint
    if joint is not None:
        before, after = counted.hits[:, :, None], counted.hits[:, None, :]
        judged = joint * counted.rows[:, None, None]
        n = int(judged.sum())
        right_before, right_after = int((judged * before).sum()), int((judged * after).sum())
        both = int((judged * (before & after)).sum())
    else:
        one = hits_of(*counted, pairs.truth_labels, pairs.base.labels)
        other = hits_of(*counted, pairs.truth_labels, pairs.head.labels)
        n = one.shape[0]
        right_before, right_after = int(np.count_nonzero(one)), int(np.count_nonzero(other))
        both = int(np.count_nonzero(one & other))
    return bonett_price(
        fixed=right_after - both, broken=right_before - both, n=n, baseline=right_before / n, head=right_after / n
    )


def _of_cells(metric: Metric, joint: Ints, method: str) -> Estimate:
    """Return the change of a function of the confusion matrix, whose examples are alike where their classes are."""
    sides = []
    for cells in (joint.sum(axis=2), joint.sum(axis=1)):
        counts = count_cells(cells)
        found = metric(counts)
        sides.append((found.value, influence_of_cells(found, counts)))
    (old, by_old), (new, by_new) = sides
    influence = by_new[:, None, :] - by_old[:, :, None]
    agreeing = joint.diagonal(axis1=1, axis2=2).sum()
    return from_influence(
        old,
        new,
        influence.ravel(),
        method=method,
        counts=joint.ravel(),
        disagreement=1.0 - float(agreeing) / float(joint.sum()),
    )
