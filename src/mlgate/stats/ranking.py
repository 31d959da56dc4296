"""Metrics of how scores rank positives before negatives: ROC AUC and average precision, with influence values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


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
    up, down = scores[positive], scores[~positive]
    up_weights = None if weights is None else weights[positive]
    down_weights = None if weights is None else weights[~positive]
    above = _share_below(down, down_weights, up)
    below = 1.0 - _share_below(up, up_weights, down)
    value = float(above.mean() if up_weights is None else np.average(above, weights=up_weights))
    influence = np.empty(n)
    influence[positive] = _scaled(above - value, up_weights, n)
    influence[~positive] = _scaled(below - value, down_weights, n)
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


def _share_below(others: Floats, weights: Floats | None, scores: Floats) -> Floats:
    """Return for each of `scores` the (weighted) share of `others` below it, equal ones counted half."""
    import numpy as np

    order = np.argsort(others)
    ordered = others[order]
    queries = np.argsort(scores)
    asked = scores[queries]
    left = np.searchsorted(ordered, asked, side="left")
    right = np.searchsorted(ordered, asked, side="right")
    found = np.empty(scores.shape[0])
    if weights is None:
        found[queries] = (left + right) / (2.0 * others.shape[0])
    else:
        heavy = np.concatenate(([0.0], np.cumsum(weights[order])))
        found[queries] = (heavy[left] + heavy[right]) / (2.0 * heavy[-1])
    return found


def _scaled(centred: Floats, weights: Floats | None, n: int) -> Floats:
    import numpy as np

    count = centred.shape[0]
    unbiased = np.sqrt(count / (count - 1)) if count > 1 else 1.0
    scaled = centred * (n / count) if weights is None else centred * weights * (n / float(weights.sum()))
    return np.asarray(scaled * unbiased)
