"""Student's t and the normal distribution, against scipy and against tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from mlgate.stats.distributions import cdf, quantile

DEGREES = (1.0, 1.7, 3.0, 9.5, 40.0, 199.0, 200.0, 2_500.0, 49_999.0)


@pytest.mark.parametrize("df", DEGREES)
def test_quantile__equals_scipy(df: float) -> None:
    for probability in (0.001, 0.05, 0.5, 0.8, 0.95, 0.999):
        assert quantile(probability, df) == pytest.approx(stats.t.ppf(probability, df), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("df", DEGREES)
def test_cdf__equals_scipy(df: float) -> None:
    for value in np.linspace(-12, 12, 49):
        assert cdf(float(value), df) == pytest.approx(stats.t.cdf(value, df), rel=1e-6, abs=1e-14)


@pytest.mark.parametrize(
    ("probability", "df", "expected"),
    [(0.95, None, 1.6448536), (0.975, 1, 12.7062047), (0.95, 5, 2.0150484), (0.95, 30, 1.6972609)],
)
def test_quantile__from_the_tables(probability: float, df: float | None, expected: float) -> None:
    assert quantile(probability, df) == pytest.approx(expected, abs=1e-7)


def test_cdf__ends() -> None:
    assert (cdf(-math.inf, 3), cdf(math.inf, 3), cdf(0.0, 3)) == (0.0, 1.0, 0.5)
