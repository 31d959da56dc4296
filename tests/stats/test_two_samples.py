"""The distances between two samples: by hand where that is short, against scipy where it is the source of truth."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from mlgate.stats import two_samples as two


def ordered(*values: float) -> np.ndarray:
    return np.array(sorted(values))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param([1, 2, 3], [1, 2, 3], 0.0, id="the same values"),
        pytest.param([1, 2], [1, 1, 2, 2], 0.0, id="the same shares"),
        pytest.param([0.0], [-0.0], 0.0, id="zero of either sign"),
        pytest.param([5, 5, 5], [5, 5], 0.0, id="the same constant"),
        pytest.param([1, 2, 3, 4], [3, 4, 5, 6], 0.5, id="half apart"),
        pytest.param([1, 2], [3, 4], 1.0, id="all apart"),
        pytest.param([1], [1, 2], 0.5, id="one value against two"),
        pytest.param([-math.inf, 0], [0, math.inf], 0.5, id="infinite values"),
    ],
)
def test_ks_statistic__by_hand(first: list[float], second: list[float], expected: float) -> None:
    assert two.ks_statistic(ordered(*first), ordered(*second)) == expected


def test_ks_statistic__of_an_empty_sample_raises() -> None:
    with pytest.raises(ValueError, match="empty"):
        two.ks_statistic(ordered(), ordered(1.0))


@pytest.mark.parametrize("seed", range(20))
def test_ks_statistic__is_that_of_scipy_to_the_last_bit(seed: int) -> None:
    """A reduced run of bench/drift.py: small and large samples, many ties and none, whole numbers and fractions."""
    rng = np.random.default_rng(seed)
    for size in ((40, 40), (300, 70), (2_000, 1_500), (12_000, 9_000), (30_000, 30_000), (9, 50_000)):
        shift, digits = rng.normal() / 5, int(rng.integers(0, 5))
        first, second = np.round(rng.normal(0, 1, size[0]), digits), np.round(rng.normal(shift, 1, size[1]), digits)
        if digits == 0:
            first, second = first.astype(np.int64), second.astype(np.int64)
        expected = stats.ks_2samp(first, second).statistic
        assert two.ks_statistic(np.sort(first), np.sort(second)) == expected


def test_ks_statistic__of_integers_beyond_what_floats_tell_apart() -> None:
    large = 2**60
    assert two.ks_statistic(np.array([large, large + 1]), np.array([large + 2, large + 3])) == 1.0


def test_ks_p_value__is_the_asymptotic_one_of_scipy() -> None:
    rng = np.random.default_rng(3)
    for size in ((100, 100), (150, 3_000), (20_000, 20_000)):
        first, second = rng.normal(size=size[0]), rng.normal(0.1, 1, size[1])
        expected = stats.ks_2samp(first, second, method="asymp")
        assert two.ks_p_value(float(expected.statistic), *size) == pytest.approx(float(expected.pvalue), rel=1e-12)


def test_total_variation__by_hand() -> None:
    # Shares 0.5, 0.5, 0 against 0.25, 0.25, 0.5: half of the rows would have to change.
    assert two.total_variation(np.array([2, 2, 0]), np.array([1, 1, 2])) == 0.5


def test_chi_square_p_value__is_that_of_scipy() -> None:
    first, second = np.array([10, 20, 30, 0]), np.array([25, 15, 20, 0])
    expected = stats.chi2_contingency(np.stack([first, second])[:, :3], correction=False).pvalue
    assert two.chi_square_p_value(first, second) == pytest.approx(float(expected), rel=1e-12)
    assert two.chi_square_p_value(np.array([5, 0]), np.array([9, 0])) == 1.0


def test_psi__by_hand() -> None:
    assert two.psi(np.array([50, 50]), np.array([50, 50])) == 0.0
    # Half a row in each bin: 50.5 and 50.5 of 101, against 80.5 and 20.5 of 101.
    p, q = 80.5 / 101, 20.5 / 101
    expected = (p - 0.5) * math.log(p / 0.5) + (q - 0.5) * math.log(q / 0.5)
    assert two.psi(np.array([50, 50]), np.array([80, 20])) == pytest.approx(expected)
    assert math.isfinite(two.psi(np.array([100, 0]), np.array([0, 100])))


def test_quantile_counts__are_tenths_of_the_first_sample() -> None:
    before, now = np.arange(100.0), np.arange(50.0, 150.0)
    assert [counts.tolist() for counts in two.quantile_counts(before, now)] == [[10] * 10, [0] * 5 + [10] * 4 + [60]]


def test_quantile_counts__of_ties_have_fewer_bins() -> None:
    before, now = np.array([0.0] * 95 + [1.0] * 5), np.array([0.0] * 40 + [1.0] * 60)
    assert [counts.tolist() for counts in two.quantile_counts(before, now)] == [[95, 5], [40, 60]]


def test_jensen_shannon__is_that_of_scipy() -> None:
    first, second = np.array([10, 0, 30]), np.array([5, 15, 20])
    assert two.jensen_shannon(first, second) == pytest.approx(jensenshannon(first, second, 2))
    assert two.jensen_shannon(first, first) == 0.0
    assert two.jensen_shannon(np.array([7, 0]), np.array([0, 7])) == 1.0


@pytest.mark.parametrize("size", [(500, 500), (500, 333), (1, 700), (1_000, 1_001)])
def test_wasserstein__is_that_of_scipy(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    first, second = np.sort(rng.normal(size=size[0])), np.sort(np.round(rng.gamma(2, 1, size[1]), 1))
    expected = float(stats.wasserstein_distance(first, second))
    assert two.wasserstein(first, second) == pytest.approx(expected, rel=1e-10)


def test_wasserstein__leaves_infinities_out() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert two.wasserstein(ordered(-math.inf, 1, 2, math.inf), ordered(2, 3, math.inf)) == 1.0
        assert math.isnan(two.wasserstein(ordered(math.inf), ordered(1)))
