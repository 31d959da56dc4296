"""Counts the rows that repeat another, in the cheapest way that their values allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

_SPARSE = 16
_LARGEST = 1 << 30
_SHOWN = 4


class Repeats(NamedTuple):
    """Values that must be unique together, as expressions by column; `keep` is as in `pandas.DataFrame.duplicated`."""

    values: dict[str, Any]
    keep: str | bool


def count_repeats(lazy: Any, asked: Repeats, rows: int, held: Sequence[Any] | None = None) -> int:
    """Return how many rows repeat another; `held` are the pieces of a single column of whole numbers, where at hand."""
    import polars as pl

    if held and not any(piece.null_count() for piece in held):
        if _all_differ(held):
            return 0
    elif len(asked.values) == 1:
        (value,) = asked.values.values()
        if lazy.select(value.n_unique()).collect(engine="streaming").item() == rows:
            return 0
    groups = _groups(lazy, asked).select(pl.col("_times").sum(), pl.len().alias("_groups"))
    times, several = groups.collect(engine="streaming").row(0)
    return int(times if asked.keep is False else times - several)


def _all_differ(held: Sequence[Any]) -> bool:
    """Return whether whole numbers are all different: by ticking each off where their range is narrow, else sorted."""
    import numpy as np
    import polars as pl

    pieces = [piece for piece in held if len(piece)]
    count = sum(map(len, pieces))
    if not count:
        return True
    least, most = min(int(piece.min()) for piece in pieces), max(int(piece.max()) for piece in pieces)
    if most - least >= min(_SPARSE * count, _LARGEST):
        ordered = pl.concat(pieces).sort()
        return not bool((ordered.slice(1) == ordered.slice(0, count - 1)).any())
    seen = np.zeros(most - least + 1, dtype=bool)
    for piece in pieces:
        numbers = piece.to_numpy()
        seen[numbers if least == 0 else np.subtract(numbers, least, dtype="int64")] = True
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
