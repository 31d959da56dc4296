"""Whether the smallest or greatest number of a column lies farther out than another sample of one whole would bring."""

from __future__ import annotations

from collections.abc import Iterator

from mlgate.integrity.facts import LEVELS, ColumnFacts, Holds

_TAILS = 3
_EARLY, _LATE = LEVELS.index(0.05), LEVELS.index(0.95)


def far_ends(now: ColumnFacts, before: ColumnFacts) -> Iterator[str]:
    """Yield `min` and `max` where that end lies far beyond the baseline's.

    Far is three times the baseline's own tail, from its end to where the outer twentieth of its values begins, so that
    skewed columns may vary; negative where the baseline never is, which is how -1 stands for missing; or infinite.
    Columns that name rows grow, and are left alone.
    """
    is_compared = now.holds is before.holds is Holds.NUMBER and now.count > 0 and before.quantiles
    if not is_compared or now.is_id or before.is_id or before.low is None or before.high is None:
        return
    tails = (before.quantiles[_EARLY] - before.low, before.high - before.quantiles[_LATE])
    low_enough, high_enough = (_TAILS * max(0.0, tail) for tail in tails)
    if now.low is None or before.low - now.low > low_enough or now.low < 0 <= before.low:
        yield "min"
    if now.high is None or now.high - before.high > high_enough:
        yield "max"
