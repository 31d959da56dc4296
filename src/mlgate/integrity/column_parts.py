"""What one file of several says of its columns, in a form that can be put together with what the others say.

Of a column of many different values the least hashes are kept: as many as there are below a bound, by the share of all
hashes that lies below it, is how many there are in all (Bar-Yossef et al., Counting Distinct Elements, 2002).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mlgate.drift.reading import Table
from mlgate.integrity.columns import (
    EXACT_ROWS,
    FEW_VALUES,
    SAMPLE,
    Measured,
    batches,
    clean,
    held,
    measure,
    plain_columns,
    shown,
)
from mlgate.integrity.dates import moments, strange
from mlgate.integrity.facts import Holds
from mlgate.integrity.locating import FILE, ROW
from mlgate.text import shorten

if TYPE_CHECKING:
    pass

HIGHEST = (1 << 64) - 1
"""The greatest of all hashes."""
_LEAST = 1_024
DAY_SECONDS = 86_400.0


class Asked(Struct, frozen=True, array_like=True):
    """How closely the files of a dataset are looked at: every so many rows for quantiles, all hashes or the least."""

    step: int
    exact: bool


class DatePart(Struct, frozen=True, array_like=True):
    """The first and the last date in microseconds since 1970, and how many are strange, in the order of `strange`."""

    low: int
    high: int
    strange: tuple[int, ...]


class ColumnPart(Struct, frozen=True, array_like=True):
    """One column in one file: `count` are its values beside nulls.

    `hashes` are those of its different values up to `bound`, of 8 bytes each. Where there are few values, `counts` (of
    8 bytes) are the rows of each, and `values` they themselves: numbers, or text as it is shown. `sample` are values as
    floats of 8 bytes, dates in microseconds since 1970.
    """

    nulls: int
    count: int
    low: float | None = None
    high: float | None = None
    numeric: int = 0
    dated: int = 0
    letters: float = 0.0
    bound: int = HIGHEST
    hashes: bytes = b""
    counts: bytes = b""
    values: tuple[int | float | str, ...] = ()
    sample: bytes = b""
    dates: DatePart | None = None


class Columns(Struct, frozen=True, array_like=True):
    """All columns of a file by their place, None where one is nested or empty; `until` is as in a survey."""

    columns: tuple[ColumnPart | None, ...]
    until: float | None = None


def asked_of(rows: int) -> Asked:
    """Return how closely files of so many rows in all are looked at."""
    step = 1
    while rows > SAMPLE * step:
        # Twice as many rows are a new question to all files: a step more for each new file would be one every time.
        step *= 2
    return Asked(step, rows <= EXACT_ROWS)


def read_part(table: Table, asked: Asked) -> Columns:
    """Return what a file says of its columns."""
    found: dict[str, ColumnPart] = {}
    for names in batches(list(table.schema), table.rows):
        plain = plain_columns({name: table.schema[name] for name in names})
        found |= _Batch(table, plain, asked).parts() if plain else {}
    coming = any(one.dates is not None and one.dates.strange[2] for one in found.values())
    until = time.time() + DAY_SECONDS if coming else None
    return Columns(tuple(found.get(name) for name in table.schema), until)


class _Batch:
    """Some columns of a file."""

    def __init__(self, table: Table, plain: Mapping[str, Any], asked: Asked) -> None:
        import polars as pl

        rows = table.rows
        self._table = table
        self._plain = plain
        self._asked = asked
        frame = table.numbered(FILE, ROW).select(*(clean(name, dtype) for name, dtype in plain.items()), pl.col(ROW))
        self._frame = table.collect(frame).lazy() if rows <= EXACT_ROWS else frame
        self._measured = measure(table, self._frame, plain, rows)

    def parts(self) -> dict[str, ColumnPart]:
        few = {name for name, one in self._measured.items() if 0 < one.distinct <= FEW_VALUES}
        many = {name: one for name, one in self._measured.items() if one.distinct > FEW_VALUES}
        bounds = {name: self._bound(one) for name, one in many.items()}
        hashes = self._hashes(bounds)
        points = self._points()
        found = {}
        for name, one in self._measured.items():
            is_number = held(self._plain[name]) is Holds.NUMBER
            told: dict[str, Any] = {"numeric": one.numeric, "dated": one.dated, "letters": one.letters}
            if is_number and one.distinct:
                told |= {"low": float(one.low), "high": float(one.high)}
            if name in few:
                told |= self._counted(name)
            elif name in many:
                told |= _least(hashes[name], bounds[name], exact=self._asked.exact)
            told |= points.get(name, {})
            found[name] = ColumnPart(nulls=one.nulls, count=self._table.rows - one.nulls, **told)
        return found

    def _bound(self, one: Measured) -> int:
        """Return a bound that surely enough hashes lie below, and not many more where there are a great many."""
        return HIGHEST if self._asked.exact else min(HIGHEST, HIGHEST * 4 * _LEAST // one.distinct)

    def _hashes(self, bounds: Mapping[str, int]) -> dict[str, Any]:
        """Return the different hashes of columns up to a bound each."""
        import polars as pl

        if not bounds:
            return {}
        wanted = []
        for name, bound in bounds.items():
            hashes = pl.col(name).drop_nulls().hash(seed=0)
            wanted.append(hashes.filter(hashes <= pl.lit(bound, pl.UInt64)).unique().implode().alias(name))
        return {name: column[0] for name, column in self._table.collect(self._frame.select(wanted)).to_dict().items()}

    def _counted(self, name: str) -> dict[str, Any]:
        """Return the few values of a column with their rows."""
        import polars as pl

        query = self._frame.select(pl.col(name).alias("value")).drop_nulls().group_by("value").agg(pl.len().alias("n"))
        found = self._table.collect(query.with_columns(pl.col("value").hash(seed=0).alias("hash")))
        dtype = found["value"].dtype
        is_plain = dtype.is_numeric() and dtype not in (pl.Int128, pl.UInt128)
        values = found["value"].to_list()
        return {
            "hashes": found["hash"].to_numpy().tobytes(),
            "counts": found["n"].cast(pl.Int64).to_numpy().tobytes(),
            "values": tuple(values if is_plain else [shorten(shown(value)) for value in values]),
        }

    def _points(self) -> dict[str, dict[str, Any]]:
        """Return the samples of numbers and dates, and what else is known of dates."""
        import polars as pl

        dates = {name: moments(name, dtype) for name, dtype in self._plain.items() if self._is_date(name)}
        points = {name: pl.col(name) for name, dtype in self._plain.items() if held(dtype) is Holds.NUMBER} | dates
        if not points:
            return {}
        every = self._frame.filter(pl.col(ROW) % self._asked.step == 0)
        sample = self._table.collect(every.select(**{name: one.cast(pl.Float64) for name, one in points.items()}))
        found: dict[str, dict[str, Any]] = {
            name: {"sample": sample[name].drop_nulls().to_numpy().tobytes()} for name in points
        }
        for name, at in dates.items():
            masks = strange(at).values()
            asked = [
                at.min().alias("low"),
                at.max().alias("high"),
                *(mask.sum().alias(f"{n}") for n, mask in enumerate(masks)),
            ]
            low, high, *counts = self._table.collect(self._frame.select(asked)).row(0)
            if low is not None:
                found[name]["dates"] = DatePart(low, high, tuple(counts))
        return found

    def _is_date(self, name: str) -> bool:
        one = self._measured[name]
        return held(self._plain[name]) is Holds.DATE or 0 < one.dated == self._table.rows - one.nulls


def _least(hashes: Any, bound: int, *, exact: bool) -> dict[str, Any]:
    """Return the least of the hashes, and up to which one they are all there."""
    ordered = hashes.sort()
    if not exact and len(ordered) > _LEAST:
        ordered = ordered.head(_LEAST)
        bound = int(ordered[-1])
    return {"hashes": ordered.to_numpy().tobytes(), "bound": bound}
