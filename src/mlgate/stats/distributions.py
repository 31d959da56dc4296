"""Quantiles and probabilities of the normal distribution and of Student's t.

They are worked out here, for scipy takes longer to import than the whole gate may take.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

# From here on t and normal quantiles differ by less than 2e-5.
_NORMAL_FROM = 50_000.0
_SERIES_FROM = 200.0
_NORMAL = NormalDist()
_STEPS = 1_000
_ENOUGH = 1e-15
_TINY = 1e-300


@cache
def quantile(probability: float, df: float | None = None) -> float:
    """Return the quantile of the standard normal, or of Student's t with `df` degrees of freedom.

    It is Fisher and Cornish's series (Abramowitz and Stegun 26.7.5), for few degrees of freedom as the beginning of
    Newton's iteration.
    """
    x = _NORMAL.inv_cdf(probability)
    if df is None or df >= _NORMAL_FROM:
        return x
    if df >= _SERIES_FROM:
        return _series(x, df)
    t = _series(x, df) if df >= 5 else _of_few(probability, df)
    for _ in range(60):
        step = (cdf(t, df) - probability) / _density(t, df)
        t -= step
        if abs(step) <= 1e-13 * max(1.0, abs(t)):
            break
    return t


def cdf(value: float, df: float | None = None) -> float:
    """Return the probability of at most `value` under the standard normal, or Student's t with `df` degrees."""
    if df is None or df >= _NORMAL_FROM:
        return _NORMAL.cdf(value)
    if math.isinf(value):
        return 0.0 if value < 0 else 1.0
    square = value * value
    # Of the two forms the one that does not subtract nearly equal numbers.
    if square < df:
        half = 0.5 * _incomplete_beta(0.5, df / 2, square / (df + square))
        return 0.5 + half if value > 0 else 0.5 - half
    tail = 0.5 * _incomplete_beta(df / 2, 0.5, df / (df + square))
    return 1.0 - tail if value > 0 else tail


def _series(x: float, df: float) -> float:
    s = x * x
    terms = (
        (s + 1) / 4,
        ((5 * s + 16) * s + 3) / 96,
        (((3 * s + 19) * s + 17) * s - 15) / 384,
        ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92_160,
    )
    return x * (1 + sum(term / df**power for power, term in enumerate(terms, start=1)))


def _of_few(probability: float, df: float) -> float:
    """Return a value on the far side of the quantile, from which Newton's steps cannot leave the distribution."""
    low, high = -1.0, 1.0
    while cdf(low, df) > probability:
        low *= 2
    while cdf(high, df) < probability:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if cdf(middle, df) < probability else (low, middle)
    return (low + high) / 2


def _density(t: float, df: float) -> float:
    log = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    return math.exp(log - (df + 1) / 2 * math.log1p(t * t / df))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1 - x)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    # Lentz's method, from the term before the first.
    c, d = 1.0, 1.0 / _not_zero(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _not_zero(1 + even * d)
        c = _not_zero(1 + even / c)
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _not_zero(1 + odd * d)
        c = _not_zero(1 + odd / c)
        found *= d * c
        if abs(d * c - 1) <= _ENOUGH:
            break
    return math.exp(log) * found / a


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
