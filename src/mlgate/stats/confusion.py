"""Metrics that are functions of the confusion matrix, with their influence values by class.

For K classes let `hits` be the weight of right predictions of each class, `truths` and `picks` the weight of its rows
and of its predictions, all over the total weight. Each metric here is a function of these three vectors, so its
influence on an example depends on its true class t and its predicted class p only: right[t] where t = p, plus
truth[t], plus pick[p], less the metric's own share. That is the delta method, at the cost of a table look-up a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]


class Counts(NamedTuple):
    """The marginal shares of a confusion matrix: three vectors of shape (K,)."""

    hits: Floats
    truths: Floats
    picks: Floats


class Derivative(NamedTuple):
    """A metric's value and its derivatives by hits, truths and picks: three vectors of shape (K,)."""

    value: float
    hits: Floats
    truths: Floats
    picks: Floats


Metric = Callable[[Counts], Derivative]


def count(truth: Ints, predicted: Ints, classes: int, weights: Floats | None = None) -> Counts:
    """Return the shares for class numbers `truth` and `predicted`, shape (n,), with optional weights, shape (n,)."""
    import numpy as np

    total = truth.shape[0] if weights is None else float(weights.sum())
    right = truth == predicted
    hit_weights = None if weights is None else weights[right]
    return Counts(
        np.bincount(truth[right], weights=hit_weights, minlength=classes) / total,
        np.bincount(truth, weights=weights, minlength=classes) / total,
        np.bincount(predicted, weights=weights, minlength=classes) / total,
    )


def count_cells(cells: Ints) -> Counts:
    """Return the shares for a confusion matrix of counts, shape (K, K): truths by rows, predictions by columns."""
    total = float(cells.sum())
    return Counts(cells.diagonal() / total, cells.sum(axis=1) / total, cells.sum(axis=0) / total)


def influence_of_cells(found: Derivative, counts: Counts) -> Floats:
    """Return the influence value of an example by its true and its predicted class, shape (K, K)."""
    import numpy as np

    mean = float(found.hits @ counts.hits + found.truths @ counts.truths + found.picks @ counts.picks)
    return np.diag(found.hits) + found.truths[:, None] + found.picks[None, :] - mean


def influence(found: Derivative, counts: Counts, truth: Ints, predicted: Ints) -> Floats:
    """Return the influence values, shape (n,), of a metric for these examples; their mean over the data is zero."""
    mean = float(found.hits @ counts.hits + found.truths @ counts.truths + found.picks @ counts.picks)
    values = found.truths[truth] + found.picks[predicted]
    values += found.hits[truth] * (truth == predicted)
    values -= mean
    return values


def accuracy(counts: Counts) -> Derivative:
    """Return the share of right predictions."""
    import numpy as np

    zeros = np.zeros_like(counts.hits)
    return Derivative(float(counts.hits.sum()), np.ones_like(counts.hits), zeros, zeros)


def recall_of(index: int) -> Metric:
    """Return the recall of one class: hits / truths; zero where the class has no rows, as scikit-learn has it."""
    return lambda counts: _ratio_of(counts, index, counts.truths, by_truth=True)


def precision_of(index: int) -> Metric:
    """Return the precision of one class: hits / picks; zero where nothing was predicted as it."""
    return lambda counts: _ratio_of(counts, index, counts.picks, by_truth=False)


def f1_of(index: int) -> Metric:
    """Return the F1 of one class: 2 hits / (truths + picks)."""

    def metric(counts: Counts) -> Derivative:
        import numpy as np

        return _picked(_f1(counts), np.eye(counts.hits.shape[0])[index])

    return metric


def macro(kind: str) -> Metric:
    """Return the mean over the classes that occur of `recall`, `precision` or `f1`."""

    def metric(counts: Counts) -> Derivative:
        present = (counts.truths + counts.picks) > 0
        return _picked(_each(kind, counts), present / max(1, int(present.sum())))

    return metric


def balanced_accuracy(counts: Counts) -> Derivative:
    """Return the mean recall over the classes that have rows."""
    present = counts.truths > 0
    return _picked(_each("recall", counts), present / max(1, int(present.sum())))


def weighted(kind: str) -> Metric:
    """Return the mean of `recall`, `precision` or `f1` over the classes, by their share of the rows."""

    def metric(counts: Counts) -> Derivative:
        values, by_hits, by_truths, by_picks = _each(kind, counts)
        share = counts.truths
        return Derivative(float(values @ share), by_hits * share, by_truths * share + values, by_picks * share)

    return metric


def mcc(counts: Counts) -> Derivative:
    """Return Matthews' correlation coefficient, by Gorodkin's form for K classes (2004); zero where undefined."""
    import numpy as np

    c, t, p = float(counts.hits.sum()), counts.truths, counts.picks
    top = c - float(t @ p)
    left, right = 1 - float(p @ p), 1 - float(t @ t)
    zeros = np.zeros_like(t)
    if left <= 0 or right <= 0:
        return Derivative(0.0, zeros, zeros, zeros)
    root = float(np.sqrt(left * right))
    value = top / root
    return Derivative(value, zeros + 1 / root, -p / root + value * t / right, -t / root + value * p / left)


class _Each(NamedTuple):
    """A metric of each class, with its derivatives: four vectors of shape (K,)."""

    values: Floats
    hits: Floats
    truths: Floats
    picks: Floats


def _each(kind: str, counts: Counts) -> _Each:
    import numpy as np

    if kind == "f1":
        return _f1(counts)
    below = counts.truths if kind == "recall" else counts.picks
    inverse = np.divide(1.0, below, out=np.zeros_like(below), where=below > 0)
    values = counts.hits * inverse
    slope = -values * inverse
    zeros = np.zeros_like(values)
    return _Each(values, inverse, slope if kind == "recall" else zeros, zeros if kind == "recall" else slope)


def _f1(counts: Counts) -> _Each:
    import numpy as np

    below = counts.truths + counts.picks
    inverse = np.divide(1.0, below, out=np.zeros_like(below), where=below > 0)
    values = 2 * counts.hits * inverse
    slope = -values * inverse
    return _Each(values, 2 * inverse, slope, slope)


def _picked(each: _Each, shares: Floats) -> Derivative:
    return Derivative(float(each.values @ shares), each.hits * shares, each.truths * shares, each.picks * shares)


def _ratio_of(counts: Counts, index: int, below: Floats, *, by_truth: bool) -> Derivative:
    import numpy as np

    return _picked(_each("recall" if by_truth else "precision", counts), np.eye(below.shape[0])[index])
