"""Puts together what the files of a dataset say of a column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlgate.integrity.column_parts import HIGHEST, ColumnPart
from mlgate.integrity.columns import FEW_VALUES, Known, Measured, known_column, quantiles, shown
from mlgate.integrity.facts import LEVELS, Value

if TYPE_CHECKING:
    import numpy as np


def joined_column(name: str, dtype: Any, rows: int, parts: Sequence[ColumnPart | None]) -> Known:
    """Return a column by what each file says of it."""
    import polars as pl

    held = [part for part in parts if part is not None]
    if not held:
        return known_column(name, dtype, rows, None, (), ())
    top, distinct = _different(held)
    count = sum(part.count for part in held)
    lows = [part.low for part in held if part.low is not None]
    measured = Measured(
        nulls=sum(part.nulls for part in held),
        distinct=min(count, distinct),
        low=min(lows, default=None),
        high=max((part.high for part in held if part.high is not None), default=None),
        is_constant=distinct == 1,
        numeric=sum(part.numeric for part in held),
        dated=sum(part.dated for part in held),
        letters=sum(part.letters * part.count for part in held) / max(1, count),
    )
    points = quantiles(pl.Series(_sample(held))) if lows else ()
    return known_column(name, dtype, rows, measured, points, top)


def joined_dates(parts: Sequence[ColumnPart]) -> tuple[tuple[float, ...], tuple[int, ...]] | None:
    """Return the quantiles of a column of dates, and how many of them are strange; None where none can be read."""
    import numpy as np

    dates = [part.dates for part in parts if part.dates is not None]
    if not dates:
        return None
    ordered = np.sort(_sample(parts))
    last = len(ordered) - 1
    found = [float(ordered[math.floor(level * last + 0.5)]) if last >= 0 else 0.0 for level in LEVELS]
    found[0], found[-1] = float(min(one.low for one in dates)), float(max(one.high for one in dates))
    counts = tuple(sum(counts) for counts in zip(*(one.strange for one in dates), strict=True))
    return tuple(found), counts


def _sample(parts: Sequence[ColumnPart]) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.concatenate([np.frombuffer(part.sample) for part in parts])


def _different(parts: Sequence[ColumnPart]) -> tuple[tuple[Value, ...], int]:
    """Return the values of a column of few, the most frequent first, and how many different ones there are."""
    import numpy as np

    bound = min(part.bound for part in parts)
    hashes = np.concatenate([np.frombuffer(part.hashes, np.uint64) for part in parts])
    if any(part.count and not part.counts for part in parts):
        below = np.sort(hashes[hashes <= bound])
        different = int(np.count_nonzero(below[1:] != below[:-1])) + bool(len(below))
        return (), round(different * (HIGHEST + 1) / (bound + 1))
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else order
    if len(begins) > FEW_VALUES or not len(begins):
        return (), len(begins)
    counts = np.concatenate([np.frombuffer(part.counts, np.int64) for part in parts])
    times = np.add.reduceat(counts[order], begins)
    values = [value for part in parts for value in part.values]
    pairs = [(int(n), values[at]) for n, at in zip(times, order[begins], strict=True)]
    pairs.sort(key=lambda one: (-one[0], one[1]))
    top = tuple(Value(value if isinstance(value, str) else shown(value), n) for n, value in pairs)
    return top, len(top)
