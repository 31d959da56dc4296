"""Verdicts where noise is known, beside those where it is not."""

from __future__ import annotations

import pytest

from mlgate.metrics.compare import Judgement, Kind, Metric, judge
from mlgate.metrics.names import standard
from mlgate.metrics.noise.verdict import Strictness, with_noise
from mlgate.metrics.rules import Policy, Rule
from mlgate.stats.estimate import Estimate
from mlgate.units import Tolerance


def judgement(name: str, head: float, baseline: float = 0.9, **rule: object) -> Judgement:
    metric = Metric(name=name, file="m.json", key=name, baseline=baseline, head=head)
    return judge(metric, Policy(rule=Rule(**rule), pattern=name if rule else None, known=standard(name)))  # type: ignore[arg-type]


def estimate(head: float, se: float, baseline: float = 0.9) -> Estimate:
    return Estimate(baseline=baseline, head=head, center=head - baseline, se=se, n=1000, method="paired")


@pytest.mark.parametrize(
    ("head", "se", "expected"),
    [
        pytest.param(0.90, 0.000, "unchanged", id="the same"),
        pytest.param(0.90, 0.002, "certified", id="no worse"),
        pytest.param(0.95, 0.002, "certified", id="better"),
        pytest.param(0.895, 0.01, "not-certified", id="a little worse, much noise"),
        pytest.param(0.88, 0.02, "within-noise", id="worse, much noise"),
        pytest.param(0.88, 0.002, "regression", id="worse, little noise"),
    ],
)
def test_with_noise__kinds(head: float, se: float, expected: Kind) -> None:
    (found,) = with_noise([judgement("auc", head)], {"auc": estimate(head, se)}, Strictness())
    assert (found.kind, found.fails) == (expected, expected == "regression")
    assert found.warns is (expected == "within-noise")


def test_with_noise__lower_is_better_is_turned() -> None:
    risen = [judgement("error_rate", 0.14, 0.1)]
    (found,) = with_noise(risen, {"error_rate": estimate(0.14, 0.005, 0.1)}, Strictness())
    assert found.kind == "regression"
    assert found.decided is not None
    assert found.decided.worst_drop == pytest.approx(0.04 + 1.6449 * 0.005, abs=1e-5)


def test_with_noise__metrics_without_an_estimate_keep_their_verdict() -> None:
    plain = [judgement("auc", 0.8), judgement("f1", 0.9), judgement("other", 3.0)]
    found = with_noise(plain, {"f1": estimate(0.9, 0.001)}, Strictness())
    assert [one.kind for one in found] == ["regression", "certified", "no-direction"]
    assert found[0].decided is None


def test_with_noise__floor_stands_and_the_file_s_value_is_shown() -> None:
    (found,) = with_noise([judgement("auc", 0.88, min=0.89)], {"auc": estimate(0.8801, 0.02)}, Strictness())
    assert (found.kind, found.metric.head, found.fails) == ("floor", 0.88, True)
    assert found.decided is not None


def test_with_noise__what_does_not_gate_is_in_no_family() -> None:
    several = [judgement("auc", 0.87, gate=False), judgement("f1", 0.87)]
    found = with_noise(several, {name: estimate(0.87, 0.005) for name in ("auc", "f1")}, Strictness())
    assert [(one.kind, one.family) for one in found] == [("not-gated", 1), ("regression", 1)]
    assert found[0].estimate is not None


def test_with_noise__borderline_change_is_no_regression_among_many() -> None:
    names = ("auc", "f1", "recall", "precision", "accuracy")
    several = [judgement(name, 0.88 if name == "auc" else 0.9) for name in names]
    estimates = {name: estimate(0.88 if name == "auc" else 0.9, 0.01) for name in names}
    alone = with_noise(several[:1], estimates, Strictness())
    among = with_noise(several, estimates, Strictness())
    assert (alone[0].kind, among[0].kind, among[0].family) == ("regression", "within-noise", 5)


def test_with_noise__relative_tolerance_of_zero_says_nothing() -> None:
    plain = [judgement("rmse", 0.5, 0.0)]
    (found,) = with_noise(plain, {"rmse": estimate(0.5, 0.1, 0.0)}, Strictness())
    assert found.kind == "baseline-zero"


@pytest.mark.parametrize(
    ("strictness", "fails"),
    [
        (Strictness(), [False, False]),
        (Strictness(within_noise=True), [True, False]),
        (Strictness(not_certified=True), [True, True]),
    ],
)
def test_with_noise__strictness(strictness: Strictness, fails: list[bool]) -> None:
    several = [judgement("auc", 0.88), judgement("f1", 0.9)]
    estimates = {"auc": estimate(0.88, 0.02), "f1": estimate(0.9, 0.02)}
    assert [one.fails for one in with_noise(several, estimates, strictness)] == fails


def test_with_noise__the_narrower_of_two_tolerances_counts() -> None:
    """A point of 0.05 is a fifth of it: the backstop of 5 % decides."""
    (found,) = with_noise([judgement("recall", 0.046, 0.05)], {"recall": estimate(0.046, 0.0005, 0.05)}, Strictness())
    assert (found.kind, found.tolerance) == ("regression", Tolerance(5, "%"))
