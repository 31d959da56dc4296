"""The verdict on metrics whose noise is known: larger than tolerated, and more than noise?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from mlgate.metrics.compare import Judgement, Kind, moved
from mlgate.stats.decision import Decided, Decision, decide_all
from mlgate.stats.estimate import Estimate
from mlgate.units import Tolerance

KINDS: dict[Decision, Kind] = {
    Decision.WORSE: "regression",
    Decision.WITHIN_NOISE: "within-noise",
    Decision.CERTIFIED: "certified",
    Decision.NOT_CERTIFIED: "not-certified",
    Decision.UNCHANGED: "unchanged",
}
_BY_SIZE: frozenset[Kind] = frozenset({"regression", "within", "improved", "unchanged"})
_LIMITS: frozenset[Kind] = frozenset({"floor", "ceiling"})


class Strictness(NamedTuple):
    """Whether the gate fails on what is within noise, and on whatever is not certified."""

    within_noise: bool = False
    not_certified: bool = False

    def fails(self, kind: Kind) -> bool:
        """Return whether a verdict that the data do not settle fails."""
        return self.not_certified or (self.within_noise and kind == "within-noise")


def with_noise(
    judgements: Sequence[Judgement], estimates: Mapping[str, Estimate], strictness: Strictness
) -> list[Judgement]:
    """Return the judgements, those with an estimate judged anew by it; `estimates` are by the metric's name.

    All gating metrics with an estimate are one family: their p values are adjusted by Holm's method. Floors and
    ceilings stand whatever the noise. A metric that is not judged keeps its verdict and shows its interval.
    """
    found = [_with_estimate(judgement, estimates.get(judgement.name)) for judgement in judgements]
    family = [(index, tolerance) for index, one in enumerate(found) if (tolerance := _asked(one)) is not None]
    oriented = [oriented_estimate(found[index]) for index, _ in family]
    sizes = [tolerance.absolute(one.baseline) for (_, tolerance), one in zip(family, oriented, strict=True)]
    for (index, tolerance), decided in zip(family, decide_all(oriented, sizes), strict=True):
        found[index] = _judged(found[index], decided, tolerance, len(family), strictness)
    return found


def _with_estimate(judgement: Judgement, estimate: Estimate | None) -> Judgement:
    """Return a judgement with its estimate; the values that are compared are then those of the estimate."""
    if estimate is None or judgement.change is None:
        return judgement
    if judgement.kind in _LIMITS:
        return replace(judgement, estimate=estimate)
    metric = replace(judgement.metric, baseline=estimate.baseline, head=estimate.head)
    return replace(judgement, metric=metric, estimate=estimate)


def _asked(judgement: Judgement) -> Tolerance | None:
    """Return the tolerance by which the noise of a change is judged, or None where it is not judged so."""
    metric, policy = judgement.metric, judgement.policy
    if judgement.estimate is None or not policy.has_direction or judgement.kind not in _BY_SIZE | _LIMITS:
        return None
    if not isinstance(metric.baseline, float) or not isinstance(metric.head, float):
        return None
    kind, tolerance = moved(metric.baseline, metric.head, policy)
    return None if kind == "baseline-zero" else tolerance


def oriented_estimate(judgement: Judgement) -> Estimate:
    """Return a judgement's estimate, turned so that more is better; raises `ValueError` where it has none."""
    if judgement.estimate is None:
        raise ValueError("a judgement without an estimate has no direction")
    return judgement.estimate.oriented(higher_is_better=judgement.policy.better == "higher")


def _judged(
    judgement: Judgement, decided: Decided, tolerance: Tolerance, family: int, strictness: Strictness
) -> Judgement:
    kind = judgement.kind if judgement.kind in _LIMITS else KINDS[decided.decision]
    return replace(
        judgement,
        kind=kind,
        tolerance=tolerance,
        decided=decided,
        family=family,
        strict=strictness.fails(kind),
    )
