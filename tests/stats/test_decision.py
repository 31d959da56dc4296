"""The decision table, the corrections, and what is known between runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mlgate.stats.corrections import benjamini_hochberg, holm
from mlgate.stats.decision import Decision, decide, decide_all
from mlgate.stats.estimate import Estimate
from mlgate.stats.proportions import bonett_price
from mlgate.stats.runs import against_history, combined, folds, needed, welch


def change_of(change: float, se: float, n: int = 1_000) -> Estimate:
    return Estimate(baseline=0.9, head=0.9 + change, center=change, se=se, n=n, method="made up")


@pytest.mark.parametrize(
    ("change", "se", "expected"),
    [
        pytest.param(0.00, 0.002, Decision.CERTIFIED, id="no change, little noise"),
        pytest.param(0.03, 0.030, Decision.NOT_CERTIFIED, id="better, but a fall is plausible"),
        pytest.param(0.00, 0.020, Decision.NOT_CERTIFIED, id="no change, much noise"),
        pytest.param(-0.01, 0.001, Decision.NOT_CERTIFIED, id="exactly the tolerance"),
        pytest.param(-0.015, 0.020, Decision.WITHIN_NOISE, id="beyond the tolerance, within noise"),
        pytest.param(-0.04, 0.010, Decision.WORSE, id="beyond both"),
        pytest.param(-0.008, 0.001, Decision.CERTIFIED, id="real, but smaller than tolerated"),
        pytest.param(0.0, 0.0, Decision.UNCHANGED, id="identical predictions"),
        pytest.param(-0.02, math.inf, Decision.WITHIN_NOISE, id="nothing known of the noise"),
    ],
)
def test_decide__table(change: float, se: float, expected: Decision) -> None:
    assert decide(change_of(change, se), 0.01).decision is expected


def test_decide__says_how_many_examples_would_settle_it() -> None:
    found = decide(change_of(0.0, 0.02, n=500), 0.01)
    # By hand: (1.6449 + 0.8416)^2 * 0.02^2 * 500 / 0.01^2
    assert found.needed == math.ceil(2.4864749**2 * 0.0004 * 500 / 0.0001)


def test_decide_all__ten_metrics_are_not_ten_tickets() -> None:
    borderline = change_of(-0.02, 0.02 / 1.8)
    assert decide(borderline, 0.01).decision is Decision.WORSE
    together = decide_all([borderline] + [change_of(0.0, 0.01)] * 9, [0.01] * 10)
    assert together[0].decision is Decision.WITHIN_NOISE


def test_equal_models__seldom_fail() -> None:
    """A reduced run of bench/gate_operating_characteristics.py."""
    rng = np.random.default_rng(12)
    for n in (50, 200, 1_000, 5_000, 50_000):
        cells = rng.multinomial(n, [0.05, 0.05, 0.9], size=2_000)
        drawn = (
            bonett_price(fixed=int(f), broken=int(b), n=n, baseline=(b + s) / n, head=(f + s) / n) for f, b, s in cells
        )
        failed = sum(decide(estimate, 0.01).decision is Decision.WORSE for estimate in drawn)
        assert failed / 2_000 <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 2_000)


def test_holm__hand_computed() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def test_benjamini_hochberg__hand_computed() -> None:
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


def test_welch__hand_computed() -> None:
    found = welch([0.90, 0.92], [0.85, 0.89, 0.87])
    assert found.change == pytest.approx(-0.04)
    assert found.se == pytest.approx(math.sqrt(0.0002 / 2 + 0.0004 / 3))
    total = 0.0002 / 2 + 0.0004 / 3
    assert found.df == pytest.approx(total**2 / ((0.0002 / 2) ** 2 + (0.0004 / 3) ** 2 / 2))


def test_folds__corrected_for_shared_training_rows() -> None:
    found = folds([0.90, 0.91, 0.92, 0.93, 0.94], [0.91, 0.91, 0.94, 0.93, 0.96])
    differences = [0.01, 0.0, 0.02, 0.0, 0.02]
    spread = sum((d - 0.01) ** 2 for d in differences) / 4
    assert found.se == pytest.approx(math.sqrt((1 / 5 + 1 / 4) * spread))
    with pytest.raises(ValueError, match="pairs"):
        folds([0.9], [0.9, 0.8])


def test_combined__carries_both_sources() -> None:
    examples = change_of(-0.01, 0.003)
    seeds = welch([0.90, 0.91, 0.92], [0.89, 0.90, 0.91])
    found = combined(examples, seeds)
    assert found.se == pytest.approx(math.hypot(0.003, seeds.se))
    assert found.change == pytest.approx(seeds.change)


def test_against_history__slow_progress_is_no_noise() -> None:
    steady = [0.80 + 0.01 * step for step in range(10)]
    jumpy = [0.85 + 0.02 * (-1) ** step for step in range(10)]
    assert against_history(steady, 0.89, 0.89).se == pytest.approx(0.01)
    assert against_history(jumpy, 0.85, 0.85).se == pytest.approx(0.04)


def test_needed__nothing_settles_the_unknown() -> None:
    assert needed(change_of(0.0, math.inf), 0.01) == 0
