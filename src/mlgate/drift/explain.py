"""Tries whether one change of all values explains how numbers moved: another unit, a factor, a shift."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlgate.drift.measured import Explained, How
from mlgate.stats import two_samples as two

if TYPE_CHECKING:
    from mlgate.stats.two_samples import Sorted

# The factors between units that are mixed up, with examples.
UNITS = {
    10.0: "", 100.0: "such as percent or cents", 1000.0: "such as grams or milliseconds",
    1e6: "such as microseconds", 60.0: "such as minutes or seconds", 3600.0: "such as hours or seconds",
    24.0: "such as days or hours", 2.54: "such as inches or centimetres", 1.609344: "such as miles or kilometres",
    0.45359237: "such as pounds or kilograms", 0.3048: "such as feet or metres",
}  # fmt: skip
_NEAR, _NEAR_TEN = 0.04, 0.15
# What may be left of the difference, as a statistic and as a share of what it was.
_LEFT, _OF_IT = 0.05, 0.25


def explain(first: Sorted, second: Sorted, statistic: float) -> Explained | None:
    """Return the change of the first sample that makes it look like the second, if one of the usual ones does.

    A change explains the difference where the Kolmogorov-Smirnov statistic after it is small, and a quarter of what
    it was at most.
    """
    import numpy as np

    first, second = (two.finite(values).astype(np.float64) for values in (first, second))
    if not first.size or not second.size or first[0] == first[-1] or second[0] == second[-1]:
        return None
    enough = min(statistic * _OF_IT, max(_LEFT, 1.36 * math.sqrt(1 / first.size + 1 / second.size)))
    before, now = float(first[first.size // 2]), float(second[second.size // 2])
    ratio = now / before if before else 0.0
    for factor in _units_near(ratio):
        if two.ks_statistic(first * factor, second) <= enough:
            return Explained(How.UNIT, factor)
    tried: list[tuple[float, Explained]] = []
    if now != before:
        tried.append((two.ks_statistic(first + (now - before), second), Explained(How.SHIFT, now - before)))
    if ratio > 0 and ratio != 1:
        tried.append((two.ks_statistic(first * ratio, second), Explained(How.FACTOR, _rounded(ratio))))
    best: Any = min(tried, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] <= enough else None


def _units_near(ratio: float) -> list[float]:
    """Return the factors between units that a ratio of medians may stand for, the nearest first."""
    near = [
        (abs(ratio / known - 1), known)
        for factor in UNITS
        for known in (factor, 1 / factor)
        if abs(ratio / known - 1) <= (_NEAR_TEN if factor >= 10 else _NEAR)
    ]
    return [known for _, known in sorted(near)]


def _rounded(ratio: float) -> float:
    """Return a factor with the two digits that a sample can tell."""
    return float(f"{ratio:.2g}")
