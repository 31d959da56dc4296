"""How drift reads: numbers with the digits that matter, shares, p values, tiny histograms."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlgate.drift.judge import Judged, Verdict
from mlgate.drift.measured import MEDIAN, Aspect, Measured
from mlgate.drift.rules import Measure
from mlgate.text import code

MINUS = "\N{MINUS SIGN}"
_BLOCKS = "▁▂▃▄▅▆▇█"
_SURE = 1e-12
_DIGITS = 4
_NAMES = {
    Measure.STATISTIC: "D",
    Measure.PSI: "PSI",
    Measure.WASSERSTEIN: "Wasserstein distance",
    Measure.JENSEN_SHANNON: "Jensen-Shannon distance",
}


def number(value: float) -> str:
    """Return a number with four digits, all of them before the point where there are more."""
    if not math.isfinite(value):
        return "∞" if value > 0 else f"{MINUS}∞" if value < 0 else "NaN"
    size = abs(value)
    if size >= 1e12 or 0 < size < 1e-4:
        return f"{value:.3g}".replace("-", MINUS, 1) if value < 0 else f"{value:.3g}"
    places = max(0, _DIGITS - 1 - math.floor(math.log10(size))) if size else 0
    text = f"{value:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def statistic(value: float) -> str:
    """Return a statistic or a distance with three digits, at least two of them behind the point."""
    return (
        number(value)
        if not math.isfinite(value) or value >= 100
        else f"{value:.2f}"
        if value >= 0.1
        else f"{value:.3f}"
    )


def share(value: float) -> str:
    """Return a share in percent."""
    percent = 100 * value
    if 0 < percent < 0.1:
        return "under 0.1 %"
    return f"{percent:.1f} %" if percent < 99.95 or value == 1 else "over 99.9 %"


def p_value(value: float) -> str:
    """Return `p = 0.03` or, where it is very small, `p < 1e-12`."""
    return f"p < {_SURE:.0e}" if value < _SURE else f"p = {value:.2g}"


def size(verdict: Verdict) -> str:
    """Return the measure with its value: `D = 0.31`, `Wasserstein distance = 0.41 standard deviations`."""
    difference = verdict.difference
    unit = " standard deviations" if difference.measure is Measure.WASSERSTEIN else ""
    return f"{_NAMES[difference.measure]} = {statistic(difference.size)}{unit}"


def change(column: Measured, aspect: Aspect) -> str:
    """Return what changed, from what to what: `median 12.3 → 18.9`, `` `AA` 12.0 % → 31.0 % ``."""
    before, now = column.before, column.now
    if aspect is Aspect.MISSING:
        return f"missing {share(before.missing_share)} → {share(now.missing_share)}"
    if aspect is Aspect.WORDS and column.new_words:
        return f"new words {share(column.new_words[0])} → {share(column.new_words[1])}"
    if before.quantiles and now.quantiles:
        return _quantiles(column, "length: " if aspect is Aspect.LENGTH else "")
    if column.movers:
        mover = column.movers[0]
        return f"{code(mover.value, 40)} {share(mover.before)} → {share(mover.now)}"
    return ""


def _quantiles(column: Measured, what: str) -> str:
    """Return the change of the median, or of the span between the outer quantiles where the median stayed."""
    old, new = column.before.quantiles, column.now.quantiles
    medians = number(old[MEDIAN]), number(new[MEDIAN])
    if medians[0] != medians[1]:
        return f"{what}median {medians[0]} → {medians[1]}"
    spans = [f"{number(side[0])} to {number(side[-1])}" for side in (old, new)]
    return f"{what}median {medians[0]}, " + (f"80 % in {' → '.join(spans)}" if spans[0] != spans[1] else "as before")


def sparklines(column: Measured) -> tuple[str, str]:
    """Return a tiny histogram of each side, on one scale of shares."""
    shares = [_shares(side.bars) for side in (column.before, column.now)]
    peak = max((value for side in shares for value in side), default=0.0)
    return drawn(shares[0], peak), drawn(shares[1], peak)


def infinities(judged: Judged) -> str:
    """Return how many infinite values there are, where there are any."""
    before, now = judged.column.before.infinite, judged.column.now.infinite
    return f"{before:,} → {now:,} infinite" if before or now else ""


def _shares(bars: Sequence[int]) -> list[float]:
    whole = sum(bars)
    return [count / whole for count in bars] if whole else []


def drawn(shares: Sequence[float], peak: float) -> str:
    """Return shares as a tiny histogram in which `peak` is the highest block."""
    if not shares or not peak:
        return ""
    return code("".join(_BLOCKS[max(0, math.ceil(value / peak * len(_BLOCKS)) - 1)] for value in shares))
