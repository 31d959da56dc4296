"""The change between two samples that share no example."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from scipy import stats

from mlgate.metrics.predictions.estimators import find_estimator
from mlgate.metrics.predictions.pairs import Pairs
from mlgate.stats.estimate import Estimate
from mlgate.stats.unpaired import independent, proportion


def test_proportion__difference_is_agresti_and_caffo_by_hand() -> None:
    found = independent(proportion(90, 98), proportion(60, 78))
    # 61/80 - 91/100, and sqrt(.7625 * .2375 / 80 + .91 * .09 / 100)
    assert found.center == pytest.approx(-0.1475)
    assert found.se == pytest.approx(math.sqrt(0.7625 * 0.2375 / 80 + 0.91 * 0.09 / 100))
    assert found.change == pytest.approx(60 / 78 - 90 / 98)
    assert found.n == 78


def test_independent__degrees_of_freedom_are_welch_s() -> None:
    one = Estimate(baseline=0.0, head=1.0, center=1.0, se=0.3, n=5, method="", df=4.0)
    other = Estimate(baseline=0.0, head=2.0, center=2.0, se=0.1, n=9, method="", df=8.0)
    assert independent(one, other).df == pytest.approx(0.1**2 / (0.09**2 / 4 + 0.01**2 / 8))


def test_mae__equals_welch_s_test() -> None:
    rng = np.random.default_rng(4)
    before, after = np.abs(rng.normal(size=80)), np.abs(1.5 * rng.normal(size=60))
    sides = [
        Pairs(pl.DataFrame({"truth": np.zeros(errors.shape[0]), f"{side}_prediction": errors}))
        for side, errors in (("base", before), ("head", after))
    ]
    estimator = find_estimator("mae")
    assert estimator is not None
    found = estimator.unpaired(*sides)
    expected = stats.ttest_ind(after, before, equal_var=False)
    assert found.change == pytest.approx(after.mean() - before.mean())
    assert found.change / found.se == pytest.approx(expected.statistic)


@pytest.mark.parametrize("name", ["accuracy", "recall", "f1", "roc_auc", "log_loss"])
def test_unpaired__is_wider_than_paired(name: str) -> None:
    rng = np.random.default_rng(5)
    truth = (rng.random(800) < 0.4).astype(int)
    score = np.clip(0.5 + 0.3 * (truth - 0.5) + 0.2 * rng.normal(size=800), 0.01, 0.99)
    other = np.clip(score + 0.02 * rng.normal(size=800), 0.01, 0.99)
    frame = pl.DataFrame({
        "truth": truth, "base_score": score, "head_score": other,
        "base_prediction": (score > 0.5).astype(int), "head_prediction": (other > 0.5).astype(int),
    })  # fmt: skip
    estimator = find_estimator(name)
    assert estimator is not None
    paired, unpaired = estimator.estimate(Pairs(frame)), estimator.unpaired(Pairs(frame), Pairs(frame))
    assert unpaired.change == pytest.approx(paired.change)
    assert unpaired.se > 1.5 * paired.se
