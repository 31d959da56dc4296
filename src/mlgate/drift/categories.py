"""Compares categories: shares of the frequent ones, with the rare ones together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlgate.drift.kinds import Skip, as_text, is_id
from mlgate.drift.measured import Aspect, Difference, Measured, Mover
from mlgate.drift.rules import ColumnRule, Measure
from mlgate.stats import two_samples as two
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

    from mlgate.stats.two_samples import Ints

_MOST = 200
# Cochran's rule for the chi-square test.
_EXPECTED = 5
_BARS = 8
_MOVERS = 3
_LONGEST = 60


def measure(found: Measured, before: pl.Series, now: pl.Series, rule: ColumnRule) -> Measured:
    """Return a column with the comparison of its categories."""
    counts = _counted(before, now)
    if rule.ignore is not False and rule.kind is None:
        first, second = (counts.filter(counts[side] > 0).height for side in ("before", "now"))
        if is_id(found.name, first, before.len()) and is_id(found.name, second, now.len()):
            return replace(found, skip=Skip.ID)
    kept = _pooled(counts)
    difference = _compared(*kept, rule)
    top = counts.head(_BARS).sort("before", descending=True)
    bars = (tuple(top[side].to_list()) for side in ("before", "now"))
    return replace(
        found,
        before=replace(found.before, bars=next(bars)),
        now=replace(found.now, bars=next(bars)),
        differences=(difference,),
        movers=_movers(counts),
        fresh=counts.filter(counts["before"] == 0).height,
    )


def _counted(before: pl.Series, now: pl.Series) -> pl.DataFrame:
    """Return every category with its count at both sides, the most frequent first."""
    import polars as pl

    first, second = (
        as_text(values).alias("value").value_counts(name=side).lazy()
        for side, values in (("before", before), ("now", now))
    )
    joined = first.join(second, on="value", how="full", coalesce=True).with_columns(
        pl.col("before", "now").fill_null(0).cast(pl.Int64)
    )
    return joined.sort(pl.col("before") + pl.col("now"), "value", descending=[True, False]).collect()


def _pooled(counts: pl.DataFrame) -> tuple[Ints, Ints]:
    """Return the counts of the categories that are frequent enough to be compared, and of all others together."""
    import numpy as np

    first, second = (counts[side].to_numpy() for side in ("before", "now"))
    total = first + second
    smaller = min(first.sum(), second.sum()) / total.sum()
    frequent = min(_MOST, int(np.count_nonzero(total * smaller >= _EXPECTED)))
    if frequent == total.size:
        return first, second
    return tuple(  # type: ignore[return-value]
        np.append(side[:frequent], side[frequent:].sum()) for side in (first, second)
    )


def _compared(first: Ints, second: Ints, rule: ColumnRule) -> Difference:
    statistic = two.total_variation(first, second)
    stability = two.psi(first, second)
    # Categories have no distance, so that there is no Wasserstein distance either.
    sizes = {Measure.PSI: stability}
    if rule.measure is Measure.JENSEN_SHANNON:
        sizes[Measure.JENSEN_SHANNON] = two.jensen_shannon(first, second)
    measure_ = rule.measure if rule.measure in sizes else Measure.STATISTIC
    return Difference(
        aspect=Aspect.VALUES,
        statistic=statistic,
        p_value=two.chi_square_p_value(first, second),
        psi=stability,
        measure=measure_ or Measure.STATISTIC,
        size=sizes.get(measure_ or Measure.STATISTIC, statistic),
    )


def _movers(counts: pl.DataFrame) -> tuple[Mover, ...]:
    """Return the categories whose share changed most."""
    import polars as pl

    shares = counts.select("value", *(pl.col(side) / pl.col(side).sum() for side in ("before", "now")))
    moved = shares.sort((pl.col("now") - pl.col("before")).abs(), "value", descending=[True, False]).head(_MOVERS)
    return tuple(Mover(shorten(value, _LONGEST), before, now) for value, before, now in moved.iter_rows())
