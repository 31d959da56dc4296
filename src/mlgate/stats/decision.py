"""The verdict on one change: is it larger than tolerated, and is it more than noise?"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mlgate.stats.corrections import holm
from mlgate.stats.estimate import Estimate
from mlgate.stats.runs import needed

LEVEL = 0.95


class Decision(StrEnum):
    """What is known of one change."""

    WORSE = "worse"
    WITHIN_NOISE = "within-noise"
    CERTIFIED = "certified"
    NOT_CERTIFIED = "not-certified"
    UNCHANGED = "unchanged"


class Decided(Struct, frozen=True, kw_only=True):
    """A decision with the figures behind it, all oriented so that more is better and in the metric's own unit.

    `p_value` is one-sided for "the head is worse", adjusted for the number of gating metrics. `worst_drop` is the
    largest drop that the data leave plausible; `needed` is how many independent units would settle it.
    """

    decision: Decision
    p_value: float
    worst_drop: float
    needed: int | None = None


def decide(estimate: Estimate, tolerance: float, *, p_value: float | None = None, level: float = LEVEL) -> Decided:
    """Return the decision on a change that is oriented so that more is better.

    `tolerance` d is how far the metric may fall, in its own unit, zero or more. `p_value` is the adjusted one where
    several metrics gate; by default the change's own.

    - change < −d, and worse than nothing at `level`: worse;
    - change < −d otherwise: within noise;
    - change ≥ −d, and a fall of d is ruled out at `level`: certified;
    - change ≥ −d otherwise: not certified.
    """
    p = estimate.p_below(0.0) if p_value is None else p_value
    lower = estimate.lower(level)
    worst = max(0.0, -lower)
    if estimate.change == 0 and (estimate.disagreement == 0 or estimate.se == 0):
        return Decided(decision=Decision.UNCHANGED, p_value=1.0, worst_drop=0.0)
    if _below(estimate.change, -tolerance):
        is_real = p <= 1 - level
        return Decided(decision=Decision.WORSE if is_real else Decision.WITHIN_NOISE, p_value=p, worst_drop=worst)
    if lower > -tolerance:
        return Decided(decision=Decision.CERTIFIED, p_value=p, worst_drop=worst)
    return Decided(
        decision=Decision.NOT_CERTIFIED, p_value=p, worst_drop=worst, needed=needed(estimate, tolerance) or None
    )


def decide_all(estimates: list[Estimate], tolerances: list[float], *, level: float = LEVEL) -> list[Decided]:
    """Return the decisions on several gating metrics, in the order given, their p values adjusted by Holm's method."""
    adjusted = holm([estimate.p_below(0.0) for estimate in estimates])
    return [
        decide(estimate, tolerance, p_value=p, level=level)
        for estimate, tolerance, p in zip(estimates, tolerances, adjusted, strict=True)
    ]


def _below(change: float, bound: float) -> bool:
    """Return whether `change` is below `bound` by more than the noise of floating-point sums."""
    return change < bound - 1e-12 * max(1.0, abs(bound))
