"""Finds the few values of a column that spoil it: texts among numbers or dates, dates that stand for something else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlgate.drift.reading import Table
from mlgate.integrity.columns import DAY, NUMBER, Known, clean, shown
from mlgate.integrity.facts import LEVELS, ColumnFacts, Dates, Holds, Odd, Value
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

_ALMOST = 0.95
_SPOTS = 3
_DAY_MICROS = 86_400_000_000
_YEAR_1900, _YEAR_2100 = -2_208_988_800_000_000, 4_102_444_800_000_000


class Finder:
    """Looks for odd values of the columns of one table; `most` is how many are told."""

    def __init__(self, table: Table, locator: Locator, most: int) -> None:
        """Keep what is looked at, and the time."""
        self._table = table
        self._locator = locator
        self._most = most
        self._now = int(time.time() * 1e6)

    def look(self, known: Known) -> ColumnFacts:
        """Return the facts of a column with what is odd in it."""
        facts = known.facts
        count = facts.count
        if facts.holds is Holds.TEXT and count:
            for matching, pattern, wanted in ((known.numeric, NUMBER, "numbers"), (known.dated, DAY, "dates")):
                if _ALMOST * count <= matching < count:
                    return replace(facts, odd=self._odd(facts.name, pattern, wanted, count - matching))
        is_date = facts.holds is Holds.DATE or (facts.holds is Holds.TEXT and 0 < count == known.dated)
        return replace(facts, dates=self._dates(facts)) if is_date and count else facts

    def _odd(self, name: str, pattern: str, wanted: str, count: int) -> Odd:
        column = clean(name, self._table.schema[name])
        return Odd(wanted=wanted, count=count, examples=self._values(column, ~column.str.contains(pattern)))

    def _values(self, column: pl.Expr, mask: pl.Expr) -> tuple[Value, ...]:
        """Return the most frequent values of the rows that a mask picks, with their first places."""
        import polars as pl

        frame = self._table.numbered(FILE, ROW).filter(mask & column.is_not_null())
        rows = frame.select(column.alias("value"), FILE, ROW)
        grouped = rows.group_by("value").agg(
            pl.len().alias("rows"), pl.struct(FILE, ROW).sort_by(FILE, ROW).head(_SPOTS).alias("places")
        )
        found = self._table.collect(grouped.sort("rows", "value", descending=[True, False]).head(self._most))
        values = []
        for value, count, places in found.iter_rows():
            spots = self._locator.spots((place[FILE], place[ROW]) for place in places)
            values.append(Value(shorten(shown(value)), count, tuple(spots)))
        return tuple(values)

    def _dates(self, facts: ColumnFacts) -> Dates | None:

        at = moments(facts.name, self._table.schema[facts.name])
        strange = {
            "ancient": at < _YEAR_1900,
            "epoch": at == 0,
            "coming": (at > self._now + _DAY_MICROS) & (at < _YEAR_2100),
            "distant": at >= _YEAR_2100,
        }
        asked = [at.quantile(level, "nearest").alias(f"{level}") for level in LEVELS]
        asked += [mask.sum().alias(name) for name, mask in strange.items()]
        said = self._table.collect(self._table.numbered(FILE, ROW).select(asked)).row(0, named=True)
        if said["0.0"] is None:
            return None
        column = clean(facts.name, self._table.schema[facts.name])
        found = {name: (said[name], self._values(column, mask) if said[name] else ()) for name, mask in strange.items()}
        return Dates(quantiles=tuple(float(said[f"{level}"]) for level in LEVELS), **found)


def moments(name: str, dtype: Any) -> pl.Expr:
    """Return a column of dates, or of texts in ISO 8601, in microseconds since 1970."""
    import polars as pl

    if dtype in (pl.String, pl.Categorical, pl.Enum):
        text = pl.col(name).cast(pl.String)
        second = text.str.slice(0, 19).str.replace("T", " ", literal=True)
        exact = second.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
        day = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
        return pl.coalesce(exact, day).cast(pl.Int64)
    return clean(name, dtype).cast(pl.Int64)
