"""Losses that are means over examples, or functions of such means, with their influence values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgate.stats.influence import weighted_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# scikit-learn clips probabilities by the same amount, for the same reason: one certain mistake is not infinite.
_EPSILON = 2.220446049250313e-16


class Loss(NamedTuple):
    """A loss's value and its influence values, shape (n,)."""

    value: float
    influence: Floats


def mae(truth: Floats, predicted: Floats, weights: Floats | None = None) -> Loss:
    """Return the mean absolute error."""
    import numpy as np

    return Loss(*weighted_mean(np.abs(truth - predicted), weights))


def mse(truth: Floats, predicted: Floats, weights: Floats | None = None) -> Loss:
    """Return the mean squared error."""
    import numpy as np

    return Loss(*weighted_mean(np.square(truth - predicted), weights))


def rmse(truth: Floats, predicted: Floats, weights: Floats | None = None) -> Loss:
    """Return the root of the mean squared error."""
    squared, influence = mse(truth, predicted, weights)
    root = math.sqrt(squared)
    return Loss(root, influence / (2 * root) if root > 0 else influence)


def mape(truth: Floats, predicted: Floats, weights: Floats | None = None) -> Loss:
    """Return the mean absolute error relative to the truth, as a share; a truth of zero counts as the smallest step."""
    import numpy as np

    return Loss(*weighted_mean(np.abs(truth - predicted) / np.maximum(np.abs(truth), _EPSILON), weights))


def quantile_loss(truth: Floats, predicted: Floats, level: float, weights: Floats | None = None) -> Loss:
    """Return the mean pinball loss at `level`, from 0 to 1."""
    import numpy as np

    off = truth - predicted
    return Loss(*weighted_mean(np.maximum(level * off, (level - 1) * off), weights))


def r2(truth: Floats, predicted: Floats, weights: Floats | None = None) -> Loss:
    """Return the coefficient of determination; raises `ValueError` where the truth is constant."""
    import numpy as np

    centre, _ = weighted_mean(truth, weights)
    spread, by_spread = weighted_mean(np.square(truth - centre), weights)
    if spread <= 0:
        raise ValueError("R2 needs a truth that varies")
    squared, by_squared = mse(truth, predicted, weights)
    ratio = squared / spread
    return Loss(1 - ratio, (ratio * by_spread - by_squared) / spread)


def log_loss(probability: Floats, weights: Floats | None = None) -> Loss:
    """Return the mean negative log of the probability that was given to the true class."""
    import numpy as np

    return Loss(*weighted_mean(-np.log(np.clip(probability, _EPSILON, 1.0)), weights))


def binary_log_loss(truth: Floats, score: Floats, weights: Floats | None = None) -> Loss:
    """Return the log loss of probabilities of the positive class; `truth` is 0 or 1."""
    import numpy as np

    clipped = np.clip(score, _EPSILON, 1 - _EPSILON)
    return Loss(*weighted_mean(-np.log(np.where(truth > 0, clipped, 1 - clipped)), weights))


def brier(truth: Floats, score: Floats, weights: Floats | None = None) -> Loss:
    """Return the mean squared difference of probability and outcome; `truth` is 0 or 1."""
    return mse(truth, score, weights)


def calibration_error(truth: Floats, score: Floats, weights: Floats | None = None, bins: int = 15) -> Loss:
    """Return the expected calibration error over `bins` equal steps of probability (Guo et al. 2017).

    The value is the sum over the steps of |weight of outcomes − weight of probabilities| / total weight.
    """
    import numpy as np

    n = truth.shape[0]
    weight = np.ones(n) if weights is None else weights
    scaled = weight * (n / float(weight.sum()))
    step = np.minimum((score * bins).astype(np.intp), bins - 1)
    gaps = np.bincount(step, weights=(score - truth) * scaled, minlength=bins) / n
    value = float(np.abs(gaps).sum())
    return Loss(value, (np.sign(gaps)[step] * (score - truth)) * scaled - value * scaled)
