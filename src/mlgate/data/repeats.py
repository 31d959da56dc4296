"""Counts the rows that repeat another, in the cheapest way that their values allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_SPARSE = 16
_SHOWN = 4


class Repeats(NamedTuple):
    """Values that must be unique together, as expressions by column; `keep` is as in `pandas.DataFrame.duplicated`.

    `bounded` is for one column of whole numbers whose least and greatest are known.
    """

    values: dict[str, Any]
    keep: str | bool
    bounded: bool


def count_repeats(lazy: Any, asked: Repeats, known: Mapping[str, Any]) -> int:
    """Return how many rows repeat another; `known` holds the rows, and the bounds and nulls of a bounded column."""
    import polars as pl

    name = next(iter(asked.values))
    rows = known["rows"]
    if asked.bounded and not known[f"nulls {name}"] and rows:
        least, most = known[f"least {name}"], known[f"most {name}"]
        if most - least < _SPARSE * rows and _all_differ(lazy, asked.values[name], least, most):
            return 0
    elif len(asked.values) == 1:
        distinct = lazy.select(asked.values[name].n_unique()).collect(engine="streaming").item()
        if distinct == rows:
            return 0
    groups = _groups(lazy, asked).select(pl.col("_times").sum(), pl.len().alias("_groups"))
    times, several = groups.collect(engine="streaming").row(0)
    return int(times if asked.keep is False else times - several)


def _all_differ(lazy: Any, value: Any, least: int, most: int) -> bool:
    """Return whether whole numbers of a narrow range are all different, by ticking each off."""
    import numpy as np

    seen = np.zeros(most - least + 1, dtype=bool)
    held = lazy.select(_v=value).collect(engine="streaming").get_column("_v").to_numpy()
    count = len(held)
    for begin in range(0, count, 1 << 20):
        seen[held[begin : begin + (1 << 20)].astype("int64") - least] = True
    return int(seen.sum()) == count


def _groups(lazy: Any, asked: Repeats) -> Any:
    """Return the values that stand more than once, how often, and in which row first."""
    import polars as pl

    rows = _numbered(lazy, asked)
    names = _names(asked)
    return rows.group_by(names).agg(_times=pl.len(), _first=pl.col("_row").min()).filter(pl.col("_times") > 1)


def _names(asked: Repeats) -> list[str]:
    return [f"={name}" for name in asked.values]


def _numbered(lazy: Any, asked: Repeats) -> Any:
    named = {f"={name}": value for name, value in asked.values.items()}
    return lazy.select(**named).with_row_index("_row")


def repeated_rows(lazy: Any, asked: Repeats, most: int) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Return the first rows of the first `most` values that repeat, in order, and the values in each."""
    import polars as pl

    names = _names(asked)
    first = _groups(lazy, asked).sort("_first").head(most).collect(engine="streaming")
    standing = (
        _numbered(lazy, asked)
        .join(first.lazy(), on=names, how="inner", nulls_equal=True)
        .group_by(names)
        .agg(pl.col("_row").bottom_k(_SHOWN), pl.col("_row").max().alias("_last"), pl.col("_first").first())
        .collect(engine="streaming")
    )
    found: list[tuple[int, tuple[Any, ...]]] = []
    for *values, rows, last, begin in standing.iter_rows():
        left_out = {"first": begin, "last": last}.get(str(asked.keep))
        found += [(row, tuple(values)) for row in rows if row != left_out]
    found.sort(key=lambda pair: pair[0])
    return [row for row, _ in found], [values for _, values in found]
