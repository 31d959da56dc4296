"""The verdict on one metric, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.metrics.compare import Metric, judge
from mlgate.metrics.flatten import Odd
from mlgate.metrics.rules import Policy, Rule, Rulebook
from mlgate.units import Tolerance

NAN = Odd("not a number", "NaN")
FINITE = st.floats(min_value=-1e300, max_value=1e300)


def kind(baseline, head, **rule):
    return judged(baseline, head, **rule).kind


def judged(baseline, head, **rule):
    tolerance = rule.pop("tolerance", None)
    written = Rule(**rule, tolerance=Tolerance.parse(tolerance) if tolerance else None)
    metric = Metric(name="m", file="m.json", key="m", baseline=baseline, head=head)
    return judge(metric, Policy(rule=written, pattern="m"))


@pytest.mark.parametrize(
    ("baseline", "head", "expected"),
    [
        pytest.param(0.81, 0.80, "within", id="exactly the tolerance"),
        pytest.param(0.81, 0.7999, "regression", id="a hundredth of a point more"),
        pytest.param(0.81, 0.82, "improved", id="better"),
        pytest.param(0.3, 0.1 + 0.2, "unchanged", id="noise"),
        pytest.param(None, 0.1, "new", id="new"),
        pytest.param(0.8, None, "removed", id="removed"),
        pytest.param(NAN, 0.8, "baseline-odd", id="NaN before"),
        pytest.param(0.8, NAN, "not-finite", id="NaN now"),
        pytest.param(NAN, NAN, "not-finite", id="NaN before and now"),
        pytest.param(0.8, Odd("text", "good"), "not-number", id="text now"),
        pytest.param(Odd("text", "good"), 0.8, "new", id="text before"),
        pytest.param(Odd("text", "a"), Odd("text", "b"), "no-metric", id="text before and now"),
        pytest.param(Odd("null", "null"), None, "no-metric", id="null before, gone now"),
    ],
)
def test_judge__higher_is_better_by_a_point(baseline, head, expected):
    assert kind(baseline, head, better="higher", tolerance="1pp") == expected


@pytest.mark.parametrize(
    ("baseline", "head", "expected"),
    [
        pytest.param(-10.0, -9.9, "within", id="1 % of a negative value"),
        pytest.param(-10.0, -9.7, "regression", id="3 % of a negative value"),
        pytest.param(0.0, 1e-300, "baseline-zero", id="from zero, worse"),
        pytest.param(0.0, -1.0, "improved", id="from zero, better"),
        pytest.param(0.0, -0.0, "unchanged", id="zero and minus zero"),
        pytest.param(1e-320, 1e-310, "regression", id="denormal numbers"),
    ],
)
def test_judge__lower_is_better_by_two_percent(baseline, head, expected):
    assert kind(baseline, head, better="lower", tolerance="2%") == expected


def test_judge__limits_come_before_the_comparison():
    assert kind(0.9, 0.5, better="higher", tolerance="1pp", min=0.6) == "floor"


def test_judge__limit_of_a_float_sum_holds():
    assert kind(None, 0.3, better="lower", max=0.3) == "new"
    assert kind(None, 0.1 + 0.2, better="lower", max=0.3) == "new"


@given(FINITE, FINITE, st.sampled_from(["higher", "lower"]))
def test_judge__the_better_of_two_never_fails(one, other, better):
    worse, best = sorted([one, other], reverse=better == "lower")
    assert not judged(worse, best, better=better, tolerance="0%").fails


@given(FINITE, st.floats(min_value=0.1, max_value=0.9))
def test_judge__a_tenth_worse_always_fails_or_says_why_not(baseline, share):
    head = baseline - abs(baseline) * share
    expected = "regression" if head != baseline else "unchanged"
    assert kind(baseline, head, better="higher", tolerance="5%") == expected


def test_policy__one_rule_wins_whole():
    book = Rulebook({"*": Rule(better="higher", min=0.5), "a.*": Rule(max=1), "a.b": Rule(gate=False), "zzz": Rule()})
    assert [book.policy((key,), key).pattern for key in ("x", "a.c", "a.b")] == ["*", "a.*", "a.b"]
    assert book.policy(("a.c",), "a.c").rule.min is None
    assert book.unused() == ["zzz"]


def test_policy__equal_globs_are_settled_by_the_later():
    book = Rulebook({"a*c": Rule(min=1), "*ac": Rule(min=2)})
    assert book.policy(("aac",), "aac").rule.min == 2


def test_policy__file_and_name_wins_over_the_name():
    book = Rulebook({"auc": Rule(min=1), "a.json:auc": Rule(min=2)})
    assert book.policy(("a.json:auc", "auc"), "auc").rule.min == 2
