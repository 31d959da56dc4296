"""Compares the sides of every open comparison, a few columns at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from mlgate.context import Context
from mlgate.data.messages import UnreadableError
from mlgate.drift.judge import Judged, judge
from mlgate.drift.kinds import Family, Skip, common_family, family
from mlgate.drift.measure import Pair, measure
from mlgate.drift.measured import Measured, Profile
from mlgate.drift.pairings import Comparison
from mlgate.drift.reading import Table, TableError, batches
from mlgate.drift.rules import ColumnRule, Levels
from mlgate.text import code


class Retyped(NamedTuple):
    """A column whose two types have nothing in common."""

    name: str
    before: Family
    now: Family


class Answer(Struct, frozen=True, kw_only=True):
    """What came of a comparison: the rows of both sides, the columns, and how the sets of columns differ.

    `unreadable` is the file, and whether it is the reference's, that spoiled it.
    """

    comparison: Comparison
    rows: tuple[int, int] | None = None
    columns: tuple[Judged, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    retyped: tuple[Retyped, ...] = ()
    unreadable: tuple[str, UnreadableError, bool] | None = None


def compare_all(context: Context, levels: Levels, comparisons: Sequence[Comparison]) -> list[Answer]:
    """Return what came of each comparison, in their order."""
    return [
        _compared(context, comparison, levels) if comparison.is_open else Answer(comparison=comparison)
        for comparison in comparisons
    ]


def _compared(context: Context, comparison: Comparison, levels: Levels) -> Answer:
    before, now = Table(comparison.reference), Table(comparison.current)
    context.progress(f"reading {code(comparison.name)}")
    try:
        rows = before.rows, now.rows
        columns, retyped = _columns(context, comparison, before, now, levels) if all(rows) else ([], [])
    except TableError as found:
        return Answer(comparison=comparison, unreadable=(found.path, found.error, found.table is before))
    if not all(rows):
        return Answer(comparison=comparison, rows=rows)
    return Answer(
        comparison=comparison,
        rows=rows,
        columns=tuple(judge(columns, levels)),
        new=tuple(name for name in now.schema if name not in before.schema),
        gone=tuple(name for name in before.schema if name not in now.schema),
        retyped=tuple(retyped),
    )


def _columns(
    context: Context, comparison: Comparison, before: Table, now: Table, levels: Levels
) -> tuple[list[tuple[Measured, ColumnRule]], list[Retyped]]:
    """Return the columns that both sides have, measured, with their rules; and those of other types."""
    shared = [name for name in now.schema if name in before.schema]
    found: dict[str, tuple[Measured, ColumnRule]] = {}
    retyped: list[Retyped] = []
    wanted: dict[str, tuple[Family, ColumnRule]] = {}
    nothing = Profile(rows=before.rows, missing=0), Profile(rows=now.rows, missing=0)
    for name in shared:
        rule = levels.columns.of(comparison.name, name)
        families = family(before.schema[name]), family(now.schema[name])
        common = common_family(*families)
        if rule.ignore or common in (Family.NESTED, Family.DATE, Family.NOTHING):
            skip = Skip.IGNORED if rule.ignore else _SKIPS[common or Family.NESTED]
            found[name] = Measured(name=name, skip=skip, before=nothing[0], now=nothing[1]), rule
        elif common is None:
            retyped.append(Retyped(name, *families))
        else:
            wanted[name] = common, rule
    for batch in batches(before, now, list(wanted)):
        context.progress(f"comparing {code(comparison.name)}: {code(batch[0])}")
        first, second = before.read(batch), now.read(batch)
        for name in batch:
            common, rule = wanted[name]
            found[name] = measure(Pair(first[name], second[name], common, rule), levels.min_rows), rule
    return [found[name] for name in shared if name in found], retyped


_SKIPS = {Family.NESTED: Skip.NESTED, Family.DATE: Skip.DATE, Family.NOTHING: Skip.EMPTY}
