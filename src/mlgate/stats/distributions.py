"""Quantiles and probabilities of the normal distribution and of Student's t."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

# From here on t and normal quantiles differ by less than 2e-5: not worth what scipy costs to import.
_NORMAL_FROM = 50_000.0
_NORMAL = NormalDist()


@cache
def quantile(probability: float, df: float | None = None) -> float:
    """Return the quantile of the standard normal, or of Student's t with `df` degrees of freedom."""
    if df is None or df >= _NORMAL_FROM:
        return _NORMAL.inv_cdf(probability)
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def cdf(value: float, df: float | None = None) -> float:
    """Return the probability of at most `value` under the standard normal, or Student's t with `df` degrees."""
    if df is None or df >= _NORMAL_FROM:
        return _NORMAL.cdf(value)
    from scipy.special import stdtr

    return float(stdtr(df, value))
