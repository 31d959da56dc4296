"""Compares numbers: both samples are sorted once, and everything is read off the sorted values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlgate.drift.explain import explain
from mlgate.drift.kinds import Skip, is_id
from mlgate.drift.measured import QUANTILES, Aspect, Difference, Measured, Mover
from mlgate.drift.rules import ColumnRule, Measure
from mlgate.stats import two_samples as two
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

    from mlgate.stats.two_samples import Ints, Sorted

BARS = 10
# Below this nobody asks which value it was.
_NOTABLE = 0.05
# Nor above this, adjusted it is only larger.
_LIKELY = 0.05
_NATIVE = frozenset({
    *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)), "Float32", "Float64",
})  # fmt: skip


def measure(found: Measured, before: pl.Series, now: pl.Series, rule: ColumnRule) -> Measured:
    """Return a column with the comparison of its numbers."""
    whole = before.dtype.is_integer() and now.dtype.is_integer()
    first, second = (_sorted(values) for values in _alike(before, now))
    if whole and rule.ignore is not False and _is_id(found.name, first) and _is_id(found.name, second):
        return replace(found, skip=Skip.ID)
    difference = compare(first, second, Aspect.VALUES, rule)
    found = describe(found, first, second)
    if difference.statistic < _NOTABLE or difference.p_value > _LIKELY:
        return replace(found, differences=(difference,))
    explained = explain(first, second, difference.statistic)
    return replace(found, differences=(difference,), movers=spike(first, second), explained=explained)


def compare(first: Sorted, second: Sorted, aspect: Aspect, rule: ColumnRule) -> Difference:
    """Return the comparison of sorted numbers by the measure that a rule asks for."""
    statistic = two.ks_statistic(first, second)
    counts = two.quantile_counts(first, second)
    stability = two.psi(*counts)
    measure_ = rule.measure if rule.measure and aspect is Aspect.VALUES else Measure.STATISTIC
    size = {
        Measure.STATISTIC: lambda: statistic,
        Measure.PSI: lambda: stability,
        Measure.JENSEN_SHANNON: lambda: two.jensen_shannon(*counts),
        Measure.WASSERSTEIN: lambda: scaled_wasserstein(first, second),
    }[measure_]()
    return Difference(
        aspect=aspect,
        statistic=statistic,
        p_value=two.ks_p_value(statistic, first.size, second.size),
        psi=stability,
        measure=measure_,
        size=size,
    )


def scaled_wasserstein(first: Sorted, second: Sorted) -> float:
    """Return the Wasserstein distance in standard deviations of the first sample, or infinity where that has none."""
    import numpy as np

    distance = two.wasserstein(first, second)
    if not distance:
        return 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        deviation = float(np.std(two.finite(first), dtype=np.float64)) if two.finite(first).size else 0.0
    found = distance / deviation if deviation else math.inf
    return math.inf if math.isnan(found) else found


def describe(found: Measured, first: Sorted, second: Sorted) -> Measured:
    """Return a column with the quantiles and the bars of both sides."""
    bars = _bars(first, second)
    before, now = (
        replace(
            profile,
            quantiles=tuple(float(values[math.ceil(values.size * share) - 1]) for share in QUANTILES),
            infinite=values.size - two.finite(values).size,
            bars=tuple(int(count) for count in counts),
        )
        for profile, values, counts in ((found.before, first, bars[0]), (found.now, second, bars[1]))
    )
    return replace(found, before=before, now=now)


def spike(first: Sorted, second: Sorted) -> tuple[Mover, ...]:
    """Return the value whose share of the second sample rose most, where it rose notably."""
    import numpy as np

    starts = np.flatnonzero(np.concatenate([[True], second[1:] != second[:-1]]))
    lengths = np.diff(np.concatenate([starts, [second.size]]))
    most = int(lengths.argmax())
    value, share = second[starts[most]], float(lengths[most]) / second.size
    earlier = np.searchsorted(first, [value, value], side="left")
    earlier[1] = np.searchsorted(first, value, side="right")
    was = float(earlier[1] - earlier[0]) / first.size
    shown = f"{float(value):g}" if value.dtype.kind == "f" else str(value)
    return (Mover(shorten(shown, 40), was, share),) if share - was >= _NOTABLE else ()


def _alike(before: pl.Series, now: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return both columns in one dtype that numpy knows: as they are, or as floats."""
    if before.dtype == now.dtype and str(before.dtype) in _NATIVE:
        return before, now
    return _as_floats(before), _as_floats(now)


def _as_floats(values: pl.Series) -> pl.Series:
    import polars as pl

    if values.dtype == pl.Duration:
        values = values.cast(pl.Duration("us"))
    plain = values.dtype.is_numeric() or values.dtype == pl.Boolean
    return (values if plain else values.to_physical()).cast(pl.Float64)


def _sorted(values: pl.Series) -> Any:
    # On some processors numpy's own sort is several times slower than this one.
    return values.sort().to_numpy()


def _is_id(name: str, values: Sorted) -> bool:
    import numpy as np

    distinct = 1 + int(np.count_nonzero(values[1:] != values[:-1]))
    return is_id(name, distinct, values.size, float(values[-1]) - float(values[0]))


def _bars(first: Sorted, second: Sorted) -> tuple[Ints, Ints]:
    """Return the counts of both samples in equal bins over the range of all but their outermost values."""
    import numpy as np

    ends = [values for values in (two.finite(first), two.finite(second)) if values.size]
    if not ends:
        return np.array([first.size]), np.array([second.size])
    low = min(float(values[values.size // 100]) for values in ends)
    high = max(float(values[-1 - values.size // 100]) for values in ends)
    steps = np.arange(1, BARS) / BARS
    # Not from the width, which may be beyond every float.
    inner = low * (1 - steps) + high * steps if high > low else np.array([low])
    counts = []
    for values in (first, second):
        upto = np.searchsorted(values, inner, side="right")
        counts.append(np.diff(np.concatenate([[0], upto, [values.size]])))
    return counts[0], counts[1]
