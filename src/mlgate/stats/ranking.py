"""Metrics of how scores rank positives before negatives: ROC AUC and average precision, with influence values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]


class Ranked(NamedTuple):
    """A metric's value and its influence values, shape (n,)."""

    value: float
    influence: Floats


def roc_auc(positive: Bools, scores: Floats, weights: Floats | None = None) -> Ranked:
    """Return the area under the ROC curve with ties counted half, and DeLong's structural components as influence.

    `positive` and `scores` have shape (n,). Each example's component is the (weighted) share of the other class that
    it ranks rightly (DeLong, DeLong and Clarke-Pearson 1988), found by sorting (Sun and Xu 2014). The components are
    scaled by sqrt(m / (m - 1)) within each class of m, so that their sum of squares is DeLong's unbiased variance.
    Raises `ValueError` where one of the classes is missing.
    """
    import numpy as np

    n = scores.shape[0]
    n_positive = int(positive.sum())
    if n_positive in (0, n):
        raise ValueError("ROC AUC needs both classes")
    # Sorted once; what lies below a score is then a running sum. Arrays are used again: new ones cost more than sums.
    order = np.argsort(scores)
    is_up = positive[order]
    component = scores[order]
    last = _last_of_equals(component)
    weight = None if weights is None else weights[order]
    up = _running(is_up, weight, component)
    down = _running(~is_up, weight, np.empty(n))
    totals = float(up[-1]), float(down[-1])
    if min(totals) <= 0:
        raise ValueError("ROC AUC needs both classes, and all weights of one are zero")
    component, down = _halved(up, last), _halved(down, last)
    component /= -totals[0]
    component += 1.0
    down /= totals[1]
    np.copyto(component, down, where=is_up)
    # The mean over either class is the area, and so is that over both.
    value = float(component.mean() if weight is None else component @ weight / sum(totals))
    component -= value
    scales = np.array([_scale(n - n_positive, n, totals[1]), _scale(n_positive, n, totals[0])])
    component *= np.take(scales, is_up.view(np.uint8), out=down)
    if weight is not None:
        component *= weight
    influence = down
    influence[order] = component
    return Ranked(value, influence)


def average_precision(positive: Bools, scores: Floats, weights: Floats | None = None) -> Ranked:
    """Return the average precision, as scikit-learn sums it over distinct scores, with its influence values.

    With precision P(s) = T(s) / A(s), the weight of positives over that of all examples scored s or more, the value
    is the mean of P over the positives' scores. An example moves it by its own term and by its part in the precision
    at every lower score. Raises `ValueError` where there is no positive.
    """
    import numpy as np

    n = scores.shape[0]
    if not positive.any():
        raise ValueError("average precision needs a positive")
    order = np.argsort(-scores, kind="stable")
    ranked, hit = scores[order], positive[order].astype(np.float64)
    weight = np.ones(n) if weights is None else weights[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), n - 1)
    group = np.zeros(n, dtype=np.intp)
    group[last[:-1] + 1] = 1
    group = np.cumsum(group)
    total = float(weight.sum())
    all_above = np.cumsum(weight)[last] / total
    hits_above = np.cumsum(weight * hit)[last] / total
    precision = np.divide(hits_above, all_above, out=np.zeros_like(hits_above), where=all_above > 0)
    prevalence = float(hits_above[-1])
    mass = np.diff(hits_above, prepend=0.0)
    value = float(precision @ mass) / prevalence
    # From each score down: the weight of positives there over all that are ranked as high.
    per_all = np.divide(mass, all_above, out=np.zeros_like(mass), where=all_above > 0)
    pull = np.cumsum(per_all[::-1])[::-1]
    pull_precision = np.cumsum((per_all * precision)[::-1])[::-1]
    own = hit * (precision[group] - value)
    through = hit * pull[group] - pull_precision[group]
    influence = np.empty(n)
    influence[order] = (own + through) / prevalence * weight * (n / total)
    return Ranked(value, influence)


def _running(counted: Bools, weight: Floats | None, out: Floats) -> Floats:
    """Return the running sum of the (weighted) rows that count, in the array `out`."""
    import numpy as np

    return np.cumsum(counted if weight is None else np.where(counted, weight, 0.0), dtype=np.float64, out=out)


def _last_of_equals(ranked: Floats) -> Ints | None:
    """Return the place of the last of each run of equal scores, or None where no two are equal."""
    import numpy as np

    is_last = np.empty(ranked.shape[0], dtype=np.bool_)
    is_last[-1] = True
    np.not_equal(ranked[1:], ranked[:-1], out=is_last[:-1])
    return None if is_last.all() else np.flatnonzero(is_last)


def _halved(sums: Floats, last: Ints | None) -> Floats:
    """Return running sums over sorted scores with half of what equal scores add taken back.

    Where no two are equal, an example adds nothing to the sum of the other class, and there is nothing to take back.
    """
    import numpy as np

    if last is None:
        return sums
    ends = sums[last]
    middle = ends.copy()
    middle[1:] += ends[:-1]
    middle /= 2
    return np.repeat(middle, np.diff(last, prepend=-1))


def _scale(count: int, n: int, total: float) -> float:
    """Return what turns one class's components into influence values whose squares sum to DeLong's variance."""
    import math

    unbiased = math.sqrt(count / (count - 1)) if count > 1 else 1.0
    return n / total * unbiased
