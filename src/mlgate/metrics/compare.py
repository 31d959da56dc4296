"""The verdict on one metric from its two values and its policy alone: a pure function that knows nothing of noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from mlgate.metrics.flatten import Odd, Value
from mlgate.metrics.rules import Policy
from mlgate.units import Tolerance

if TYPE_CHECKING:
    from mlgate.stats.decision import Decided
    from mlgate.stats.estimate import Estimate

# Two sums of the same numbers in another order differ by about this share of their size.
NOISE = 1e-12


class Metric(Struct, frozen=True, kw_only=True):
    """One metric at both sides; a side is None where the metric is not there.

    `name` is how people read it: the dotted key, with its file where two files have the same one. `item_of` is the
    key of the list that holds it, and `list_remains` whether the head has that list. `baseline_lost` says that the
    baseline's file is there and cannot be read, so that nothing is known of the baseline's value. `slice_of` is the
    name of the metric of which this is the value on a slice of the examples, whose rule it follows.
    """

    name: str
    file: str
    key: str
    baseline: Value | None
    head: Value | None
    item_of: str | None = None
    list_remains: bool = False
    file_deleted: bool = False
    baseline_lost: bool = False
    slice_of: str | None = None


class Refuted(Struct, frozen=True, kw_only=True):
    """What the head's predictions give instead of the file's value: their metric, and its value in the file's unit."""

    name: str
    value: float


# What became of a metric. No enum, which takes longer to make than the metrics of most projects to compare.
Kind = Literal[
    "refuted", "floor", "ceiling", "regression", "not-finite", "not-number", "removed",
    "baseline-odd", "baseline-zero", "baseline-lost", "within-noise", "certified", "not-certified",
    "within", "improved", "unchanged", "no-direction", "not-gated", "new", "dropped", "no-metric",
]  # fmt: skip
_FAILING: frozenset[Kind] = frozenset({
    "refuted", "floor", "ceiling", "regression", "not-finite", "not-number", "removed",
})  # fmt: skip
_WARNING: frozenset[Kind] = frozenset({"baseline-odd", "baseline-zero", "within-noise"})
_UNSETTLED: frozenset[Kind] = frozenset({"within-noise", "not-certified"})


class Judgement(Struct, frozen=True, kw_only=True):
    """The verdict on one metric.

    `tolerance` is the one that was exceeded, or the narrowest that was kept; None where none was asked. `estimate` is
    the change with its uncertainty, in the metric's own unit, where there is one; `decided` is what follows from it,
    oriented so that more is better, and `family` how many changes were judged together. `strict` says that the config
    lets the gate fail on what the data do not settle. `refuted` is what the predictions say against the head's value.
    """

    metric: Metric
    policy: Policy
    kind: Kind
    tolerance: Tolerance | None = None
    estimate: Estimate | None = None
    decided: Decided | None = None
    family: int = 1
    strict: bool = False
    refuted: Refuted | None = None

    @property
    def fails(self) -> bool:
        """Return whether this fails the gate."""
        return self.kind in _FAILING or (self.strict and self.kind in _UNSETTLED)

    @property
    def warns(self) -> bool:
        """Return whether a person should look at this although it does not fail the gate."""
        return self.kind in _WARNING and not self.fails

    @property
    def name(self) -> str:
        """Return the metric's name."""
        return self.metric.name

    @property
    def change(self) -> float | None:
        """Return head minus baseline, in the metric's own unit, where both are numbers."""
        baseline, head = self.metric.baseline, self.metric.head
        if isinstance(baseline, float) and isinstance(head, float):
            return head - baseline
        return None

    @property
    def is_moved(self) -> bool:
        """Return whether both sides are numbers whose change was judged and is not nothing."""
        return self.change is not None and self.kind in _COMPARED | {"regression"} and self.kind != "unchanged"

    @property
    def is_on_unit_scale(self) -> bool:
        """Return whether both values lie between -1 and 1, so that a hundredth of the scale is a point."""
        values = [value for value in (self.metric.baseline, self.metric.head) if isinstance(value, float)]
        return all(abs(value) <= 1 for value in values)

    @property
    def in_points(self) -> bool:
        """Return whether people speak of this metric's change in points of a hundred."""
        return self.policy.is_share and self.is_on_unit_scale

    @property
    def is_judged(self) -> bool:
        """Return whether the gate would have failed on this metric, had it been worse or beyond its limits."""
        return self.fails or self.policy.has_limits or (self.policy.has_direction and self.kind in _COMPARED)

    @property
    def asks_direction(self) -> bool:
        """Return whether this is a number that nobody can judge before a person says which way is better."""
        is_number = isinstance(self.metric.head, float)
        return is_number and self.policy.asks_direction and not self.policy.has_limits


_COMPARED: frozenset[Kind] = frozenset({
    "within", "improved", "unchanged", "within-noise", "certified", "not-certified",
})  # fmt: skip


def judge(metric: Metric, policy: Policy) -> Judgement:
    """Return the verdict on a metric; in this order: is it there, a number, within its limits, and no worse?"""
    head = metric.head
    if head is None:
        kind = _absent(metric, policy)
    elif isinstance(head, Odd):
        kind = _odd(metric.baseline, head, policy)
    else:
        broken = _broken_limit(head, policy)
        if broken is None:
            return _compared(metric, head, policy)
        kind = broken
    return Judgement(metric=metric, policy=policy, kind=kind)


def _absent(metric: Metric, policy: Policy) -> Kind:
    if isinstance(metric.baseline, Odd) and not metric.baseline.is_numeric:
        return "no-metric"
    is_shorter_list = metric.list_remains and policy.pattern is None
    return "dropped" if policy.rule.dropped or not policy.rule.gate or is_shorter_list else "removed"


def _odd(baseline: Value | None, head: Odd, policy: Policy) -> Kind:
    was_number = isinstance(baseline, float) or (isinstance(baseline, Odd) and baseline.is_numeric)
    if not head.is_numeric and not was_number:
        return "no-metric"
    if not policy.rule.gate:
        return "not-gated"
    return "not-finite" if head.is_numeric else "not-number"


def _broken_limit(head: float, policy: Policy) -> Kind | None:
    rule = policy.rule
    if not rule.gate:
        return None
    if rule.min is not None and head < rule.min - NOISE * abs(rule.min):
        return "floor"
    if rule.max is not None and head > rule.max + NOISE * abs(rule.max):
        return "ceiling"
    return None


def _compared(metric: Metric, head: float, policy: Policy) -> Judgement:
    baseline = metric.baseline
    tolerance: Tolerance | None = None
    kind: Kind
    if baseline is None:
        kind = "baseline-lost" if metric.baseline_lost else "new"
    elif isinstance(baseline, Odd):
        kind = "baseline-odd" if baseline.is_numeric and policy.rule.gate else "new"
    elif is_same(baseline, head):
        kind = "unchanged"
    elif policy.has_direction:
        kind, tolerance = moved(baseline, head, policy)
    else:
        kind = "no-direction" if policy.asks_direction else "not-gated"
    return Judgement(metric=metric, policy=policy, kind=kind, tolerance=tolerance)


def moved(baseline: float, head: float, policy: Policy) -> tuple[Kind, Tolerance | None]:
    """Return what a change is by its size alone, and the tolerance that says so."""
    asked = policy.tolerances(baseline, head)
    # A share of nothing is nothing: a relative tolerance says nothing where the baseline is zero.
    known = [tolerance for tolerance in asked if baseline != 0 or tolerance.scale != "%"]
    narrowest = min(known or asked, key=lambda tolerance: tolerance.absolute(baseline))
    worse_by = baseline - head if policy.better == "higher" else head - baseline
    if worse_by <= 0:
        return "improved", narrowest
    if not known:
        return "baseline-zero", narrowest
    allowed = narrowest.absolute(baseline)
    noise = NOISE * max(abs(baseline), abs(head), allowed)
    return ("regression" if worse_by > allowed + noise else "within"), narrowest


def is_same(baseline: float, head: float) -> bool:
    """Return whether two numbers are equal but for the noise of floating-point sums."""
    return abs(head - baseline) <= NOISE * max(abs(baseline), abs(head))


def looks_like_number(value: Value | None) -> bool:
    """Return whether a value is text that was surely meant as a number."""
    if not isinstance(value, Odd) or value.kind != "text":
        return False
    try:
        float(value.shown)
    except ValueError:
        return False
    return True
