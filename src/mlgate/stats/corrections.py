"""Corrections for looking at many metrics or slices at once."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's step-down adjusted p values (1979), in the order given: the family-wise error stays in hand."""
    count = len(p_values)
    order = sorted(range(count), key=p_values.__getitem__)
    adjusted = [1.0] * count
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, p_values[index] * (count - rank)))
        adjusted[index] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return Benjamini and Hochberg's step-up adjusted p values (1995), in the order given: for false discoveries."""
    count = len(p_values)
    order = sorted(range(count), key=p_values.__getitem__, reverse=True)
    adjusted = [1.0] * count
    lowest = 1.0
    for back, index in enumerate(order):
        lowest = min(lowest, p_values[index] * count / (count - back))
        adjusted[index] = lowest
    return adjusted
