"""A dataset of several files as a survey asks it: each file by itself, and what did not change is not read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from mlgate.drift.reading import Table
from mlgate.integrity.column_parts import DAY_SECONDS, ColumnPart, Columns, asked_of, read_part
from mlgate.integrity.columns import Known, clean, shown
from mlgate.integrity.dates import moments, strange
from mlgate.integrity.facts import ColumnFacts, Dates, Odd, Repeats, Spot, Value
from mlgate.integrity.joining import joined_column, joined_dates
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.integrity.odd_values import PATTERNS, is_date, odd_count, wanted_kind
from mlgate.integrity.pieces import Pieces
from mlgate.integrity.repeats import SPOTS, find_conflicts, find_repeats
from mlgate.integrity.row_parts import are_kept, conflicts_by_file, repeats_by_file
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

_MOST_VALUES = 1_000
_STRANGE = ("ancient", "epoch", "coming", "distant")


class Values(Struct, frozen=True, array_like=True):
    """The most frequent values of some rows of a file, how many rows have each, and the first of these."""

    values: tuple[tuple[str, int, tuple[int, ...]], ...]
    until: float | None = None


class ByFile:
    """The files of a dataset, asked one by one."""

    def __init__(self, pieces: Pieces, most: int) -> None:
        """Keep the files; `most` is how many examples are told."""
        self._pieces = pieces
        self._most = most
        self._locator = Locator(pieces.side, pieces)

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return self._pieces.rows

    @property
    def schema(self) -> Mapping[str, Any]:
        """Return the dtypes by column that all files have in common."""
        return self._pieces.schema

    def look_over(self) -> None:
        """Raise where a text file has what would spoil a table, such as rows of other lengths."""
        self._pieces.look_over()

    def columns(self) -> tuple[tuple[ColumnFacts, ...], int]:
        """Return the columns, and how many rows the quantiles are from."""
        asked = asked_of(self.rows)
        held = list(self._pieces.ask(Columns, asked, lambda table: read_part(table, asked)))
        found = []
        for place, (name, dtype) in enumerate(self.schema.items()):
            parts = [one.columns[place] for one in held]
            found.append(self._look(joined_column(name, dtype, self.rows, parts), parts))
        sampled = sum(-(-self._pieces.rows_of(number) // asked.step) for number in range(len(held)))
        return tuple(found), sampled

    def repeats(self, names: Sequence[str], show: Sequence[str] = ()) -> Repeats:
        """Return the rows that repeat another in some columns."""
        if are_kept(self._pieces):
            return repeats_by_file(self._pieces, names, self._locator, self._most, show)
        return find_repeats(Table(self._pieces.side), names, self.rows, self._locator, self._most, show=show)

    def conflicts(self, features: Sequence[str], target: str) -> Repeats:
        """Return the rows whose features stand with another target too."""
        if are_kept(self._pieces):
            return conflicts_by_file(self._pieces, features, target, self._locator, self._most)
        return find_conflicts(Table(self._pieces.side), features, target, self.rows, self._locator, self._most)

    def _look(self, known: Known, parts: Sequence[ColumnPart | None]) -> ColumnFacts:
        """Return the facts of a column with what is odd in it."""
        facts = known.facts
        wanted = wanted_kind(known)
        if wanted is not None:
            odd = [n for n, part in enumerate(parts) if part and part.count > getattr(part, _COUNTED[wanted])]
            values = self._values(facts.name, wanted, odd)
            return replace(facts, odd=Odd(wanted=wanted, count=odd_count(known, wanted), examples=values))
        return replace(facts, dates=self._dates(facts.name, parts)) if is_date(known) else facts

    def _dates(self, name: str, parts: Sequence[ColumnPart | None]) -> Dates | None:
        joined = joined_dates([part for part in parts if part is not None])
        if joined is None:
            return None
        points, counts = joined
        found = {}
        for place, (what, count) in enumerate(zip(_STRANGE, counts, strict=True)):
            files = [n for n, part in enumerate(parts) if part and part.dates and part.dates.strange[place]]
            found[what] = (count, self._values(name, what, files) if count else ())
        return Dates(quantiles=points, **found)

    def _values(self, name: str, what: str, files: Sequence[int]) -> tuple[Value, ...]:
        """Return the most frequent values of the rows that are odd in a way, with their first places."""
        rows: dict[str, int] = {}
        places: dict[str, list[tuple[int, int]]] = {}
        asked = self._pieces.ask(Values, (name, what), lambda table: _read_values(table, name, what), files)
        for file, said in zip(files, asked, strict=True):
            for text, count, first in said.values:
                rows[text] = rows.get(text, 0) + count
                places.setdefault(text, []).extend((file, row) for row in first)
        chosen = sorted(rows.items(), key=lambda one: (-one[1], one[0]))[: max(self._most, 1)]
        return tuple(Value(text, count, self._spots(places[text][:SPOTS])) for text, count in chosen)

    def _spots(self, places: Sequence[tuple[int, int]]) -> tuple[Spot, ...]:
        return tuple(self._locator.spots(places))


_COUNTED = {"numbers": "numeric", "dates": "dated"}


def _read_values(table: Table, name: str, what: str) -> Values:
    import time

    import polars as pl

    dtype = table.schema[name]
    column = clean(name, dtype)
    mask: Any = ~column.str.contains(PATTERNS[what]) if what in PATTERNS else strange(moments(name, dtype))[what]
    rows: pl.LazyFrame = table.numbered(FILE, ROW).filter(mask & column.is_not_null())
    grouped = rows.select(column.alias("value"), ROW).group_by("value")
    first = grouped.agg(pl.len().alias("rows"), pl.col(ROW).sort().head(SPOTS).alias("first"))
    found = table.collect(first.sort("rows", "value", descending=[True, False]).head(_MOST_VALUES))
    values = tuple((shorten(shown(value)), count, tuple(rows)) for value, count, rows in found.iter_rows())
    return Values(values, time.time() + DAY_SECONDS if what == "coming" else None)
