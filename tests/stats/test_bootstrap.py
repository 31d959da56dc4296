"""The bootstrap, against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from mlgate.stats.bootstrap import bootstrap


def means(before: np.ndarray, after: np.ndarray):  # type: ignore[no-untyped-def]
    return lambda rows: (float(before[rows].mean()), float(after[rows].mean()))


def test_bootstrap__of_a_mean_is_its_standard_error() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(size=500)
    after = before + 0.3 * rng.normal(size=500)
    found = bootstrap(means(before, after), 500, seed=7)
    assert found.se == pytest.approx((after - before).std(ddof=1) / np.sqrt(500), rel=0.06)
    assert (found.baseline, found.head, found.n) == (before.mean(), after.mean(), 500)


def test_bootstrap__same_seed_same_answer() -> None:
    values = np.random.default_rng(1).normal(size=(2, 50))
    assert bootstrap(means(*values), 50, seed=3) == bootstrap(means(*values), 50, seed=3)


def test_bootstrap__whole_clusters_are_drawn() -> None:
    rng = np.random.default_rng(2)
    before = rng.normal(size=100)
    after = before + rng.normal(size=100)
    alone = bootstrap(means(before, after), 100, seed=3)
    twice = np.tile(np.arange(100), 2)
    doubled = bootstrap(means(np.tile(before, 2), np.tile(after, 2)), 200, seed=3, clusters=twice)
    assert doubled.n == 100
    assert doubled.se == pytest.approx(alone.se, rel=0.08)


def test_bootstrap__large_data_are_thinned_and_scaled_back() -> None:
    rng = np.random.default_rng(2)
    before = rng.normal(size=400_000)
    after = before + rng.normal(size=400_000)
    found = bootstrap(means(before, after), 400_000, seed=3, resamples=200)
    assert found.se == pytest.approx(1 / np.sqrt(400_000), rel=0.2)


def test_bootstrap__metric_that_is_seldom_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite on many"):
        bootstrap(lambda rows: (0.0, float("nan") if rows[0] % 2 else 1.0), 50, seed=1)
