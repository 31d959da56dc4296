"""Finds the few values of a column that spoil it: texts among numbers or dates, dates that stand for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlgate.drift.reading import Table
from mlgate.integrity.columns import DAY, NUMBER, Known, clean, shown
from mlgate.integrity.dates import moments, strange
from mlgate.integrity.facts import LEVELS, ColumnFacts, Dates, Holds, Odd, Value
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

_ALMOST = 0.95
_SPOTS = 3


PATTERNS = {"numbers": NUMBER, "dates": DAY}


def wanted_kind(known: Known) -> str | None:
    """Return what almost all texts of a column are, and some are not: `numbers` or `dates`."""
    count = known.facts.count
    if known.facts.holds is Holds.TEXT and count:
        for matching, wanted in ((known.numeric, "numbers"), (known.dated, "dates")):
            if _ALMOST * count <= matching < count:
                return wanted
    return None


def odd_count(known: Known, wanted: str) -> int:
    """Return how many values are not what almost all are."""
    return known.facts.count - (known.numeric if wanted == "numbers" else known.dated)


def is_date(known: Known) -> bool:
    """Return whether all values of a column are dates."""
    facts = known.facts
    return facts.count > 0 and (facts.holds is Holds.DATE or (facts.holds is Holds.TEXT and facts.count == known.dated))


class Finder:
    """Looks for odd values of the columns of one table; `most` is how many are told."""

    def __init__(self, table: Table, locator: Locator, most: int) -> None:
        """Keep what is looked at."""
        self._table = table
        self._locator = locator
        self._most = most

    def look(self, known: Known) -> ColumnFacts:
        """Return the facts of a column with what is odd in it."""
        facts = known.facts
        wanted = wanted_kind(known)
        if wanted is not None:
            column = clean(facts.name, self._table.schema[facts.name])
            found = self._values(column, ~column.str.contains(PATTERNS[wanted]))
            return replace(facts, odd=Odd(wanted=wanted, count=odd_count(known, wanted), examples=found))
        return replace(facts, dates=self._dates(facts)) if is_date(known) else facts

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
        masks = strange(at)
        asked = [at.quantile(level, "nearest").alias(f"{level}") for level in LEVELS]
        asked += [mask.sum().alias(name) for name, mask in masks.items()]
        said = self._table.collect(self._table.numbered(FILE, ROW).select(asked)).row(0, named=True)
        if said["0.0"] is None:
            return None
        column = clean(facts.name, self._table.schema[facts.name])
        found = {name: (said[name], self._values(column, mask) if said[name] else ()) for name, mask in masks.items()}
        return Dates(quantiles=tuple(float(said[f"{level}"]) for level in LEVELS), **found)
