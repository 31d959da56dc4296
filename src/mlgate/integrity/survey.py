"""Reads a dataset once into a survey: its columns, the rows that repeat, and the labels that conflict."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from mlgate.drift.reading import Table
from mlgate.drift.sides import Side
from mlgate.integrity.columns import read_columns
from mlgate.integrity.facts import ColumnFacts, Holds, Repeats, Survey
from mlgate.integrity.locating import Locator
from mlgate.integrity.odd_values import Finder
from mlgate.integrity.repeats import find_conflicts, find_repeats

_MOST_CLASSES = 50
_DAY_SECONDS = 86_400.0


class Wanted(Struct, frozen=True, kw_only=True):
    """What is asked of a dataset: its key, target and time, which checks of rows are on, how many examples.

    `strict` has text files looked over for rows of other lengths, where no contract does so.
    """

    key: tuple[str, ...] = ()
    target: str | None = None
    time: str | None = None
    rows: bool = True
    keys: bool = True
    conflicts: bool = True
    strict: bool = False
    examples: int = 5


class Source(Protocol):
    """A dataset that can be asked; raises `TableError` where a file is no table."""

    @property
    def rows(self) -> int:
        """Return how many rows there are."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """Return the dtypes by column."""

    def look_over(self) -> None:
        """Raise where a text file has what would spoil a table, such as rows of other lengths."""

    def columns(self) -> tuple[tuple[ColumnFacts, ...], int]:
        """Return the columns, and how many rows the quantiles are from."""

    def repeats(self, names: Sequence[str], show: Sequence[str] = ()) -> Repeats:
        """Return the rows that repeat another in some columns; the values of `show` are told."""

    def conflicts(self, features: Sequence[str], target: str) -> Repeats:
        """Return the rows whose features stand with another target too."""


class Whole:
    """A dataset that is read as one; `most` is how many examples are told."""

    def __init__(self, side: Side, most: int) -> None:
        """Keep the files; nothing is read yet."""
        self._table = Table(side)
        self._locator = Locator(side, self._table)
        self._most = most

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return self._table.rows

    @property
    def schema(self) -> Mapping[str, Any]:
        """Return the dtypes by column."""
        return self._table.schema

    def look_over(self) -> None:
        """Raise where a text file has what would spoil a table, such as rows of other lengths."""
        self._table.look_over()

    def columns(self) -> tuple[tuple[ColumnFacts, ...], int]:
        """Return the columns, and how many rows the quantiles are from."""
        known, sampled = read_columns(self._table, list(self.schema), self.rows)
        finder = Finder(self._table, self._locator, max(self._most, 1))
        return tuple(finder.look(one) for one in known), sampled

    def repeats(self, names: Sequence[str], show: Sequence[str] = ()) -> Repeats:
        """Return the rows that repeat another in some columns; the values of `show` are told."""
        return find_repeats(self._table, names, self.rows, self._locator, self._most, show=show)

    def conflicts(self, features: Sequence[str], target: str) -> Repeats:
        """Return the rows whose features stand with another target too."""
        return find_conflicts(self._table, features, target, self.rows, self._locator, self._most)


def survey(source: Source, wanted: Wanted) -> Survey:
    """Return what there is to know of a dataset; raises `TableError` where a file is no table."""
    if wanted.strict:
        source.look_over()
    rows = source.rows
    names = list(source.schema)
    missing = tuple(name for name in wanted.key if name not in source.schema)
    if not rows:
        return Survey(rows=0, missing_keys=missing)
    columns, sampled = source.columns()
    plain = [one.name for one in columns if one.holds is not Holds.NESTED]
    features = feature_names(columns, wanted)
    described = set(features)
    classes = next((one for one in columns if one.name == wanted.target), None)
    keys = source.repeats(wanted.key, show=wanted.key) if wanted.keys and wanted.key and not missing else None
    # Rows with keys of their own cannot repeat one another.
    differ = keys is not None and not keys.rows and any(one.name in wanted.key and not one.nulls for one in columns)
    comparable = wanted.rows and len(plain) == len(names)
    pairs = rows * (rows - 1) / 2
    return Survey(
        rows=rows,
        columns=columns,
        repeats=(Repeats() if differ else source.repeats(names)) if comparable else None,
        keys=keys,
        missing_keys=missing,
        conflicts=source.conflicts(features, classes.name)
        if wanted.conflicts and classes is not None and features and _has_classes(classes)
        else None,
        chance=pairs_by_chance(columns, pairs),
        chance_features=pairs_by_chance([one for one in columns if one.name in described], pairs),
        sampled=sampled,
        until=_until(columns),
    )


def feature_names(columns: Sequence[ColumnFacts], wanted: Wanted) -> list[str]:
    """Return the columns that describe a row: not its name, target or time, nor what all have in common."""
    aside = {*wanted.key, wanted.target, wanted.time}
    return [
        one.name
        for one in columns
        if one.name not in aside
        and not one.is_id
        and one.distinct > 1
        and one.holds not in (Holds.NESTED, Holds.NOTHING)
    ]


def _until(columns: Sequence[ColumnFacts]) -> float | None:
    """Return when to look again: a date that lies ahead today may lie behind tomorrow."""
    coming = any(one.dates is not None and one.dates.coming[0] for one in columns)
    return time.time() + _DAY_SECONDS if coming else None


def _has_classes(target: ColumnFacts) -> bool:
    is_fraction = target.holds is Holds.NUMBER and any(value % 1 for value in target.quantiles)
    return target.is_whole and target.distinct <= _MOST_CLASSES and not is_fraction


def pairs_by_chance(columns: Sequence[ColumnFacts], pairs: float) -> float:
    """Return how many of some pairs of rows would be alike, were the two sharpest columns independent.

    Other columns are taken to follow from these two, so that this errs to the side of chance.
    """
    sharpest = sorted(_collision(one) for one in columns if one.count and one.holds is not Holds.NESTED)[:2]
    return pairs * math.prod(sharpest) if sharpest else pairs


def _collision(column: ColumnFacts) -> float:
    """Return the probability that two rows have the same value.

    Where all values are counted it is the sum of their squared shares; else, of `n` values that hardly repeat, the
    `n - d` that do show it (the birthday problem), with three more that may have been missed.
    """
    count = column.count
    if column.is_whole and column.distinct * 2 < count:
        return sum((value.count / count) ** 2 for value in column.top)
    repeated = max(0, count - column.distinct)
    return min(1.0, 2 * (repeated + 3) / max(1, count * (count - 1)))
