"""Reads a dataset once into a survey: its columns, the rows that repeat, and the labels that conflict."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from msgspec import Struct

from mlgate.drift.reading import Table
from mlgate.drift.sides import Side
from mlgate.integrity.columns import read_columns
from mlgate.integrity.facts import ColumnFacts, Holds, Survey
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


def survey(side: Side, wanted: Wanted) -> Survey:
    """Return what there is to know of a dataset; raises `TableError` where a file is no table."""
    table = Table(side)
    if wanted.strict:
        table.look_over()
    rows = table.rows
    names = list(table.schema)
    missing = tuple(name for name in wanted.key if name not in table.schema)
    if not rows:
        return Survey(rows=0, missing_keys=missing)
    locator = Locator(side, table)
    known, sampled = read_columns(table, names, rows)
    finder = Finder(table, locator, max(wanted.examples, 1))
    columns = tuple(finder.look(one) for one in known)
    plain = [one.name for one in columns if one.holds is not Holds.NESTED]
    features = feature_names(columns, wanted)
    described = set(features)
    classes = next((one for one in columns if one.name == wanted.target), None)
    return Survey(
        rows=rows,
        columns=columns,
        repeats=find_repeats(table, names, rows, locator, wanted.examples)
        if wanted.rows and len(plain) == len(names)
        else None,
        keys=find_repeats(table, wanted.key, rows, locator, wanted.examples, show=wanted.key)
        if wanted.keys and wanted.key and not missing
        else None,
        missing_keys=missing,
        conflicts=find_conflicts(table, features, classes.name, rows, locator, wanted.examples)
        if wanted.conflicts and classes is not None and features and _has_classes(classes)
        else None,
        chance=pairs_by_chance(columns, rows * (rows - 1) / 2),
        chance_features=pairs_by_chance([one for one in columns if one.name in described], rows * (rows - 1) / 2),
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
