"""Compares one column of two sides: the share of missing values first, then the values by their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from mlgate.drift import categories, numbers, texts
from mlgate.drift.kinds import Family, Kind, Skip, as_text, is_date_text, is_long_text
from mlgate.drift.measured import Aspect, Difference, Measured, Profile
from mlgate.drift.rules import ColumnRule
from mlgate.stats.two_samples import chi_square_p_value

if TYPE_CHECKING:
    import polars as pl


class Pair(NamedTuple):
    """A column at both sides, as what it can be compared, and its rule."""

    before: pl.Series
    now: pl.Series
    family: Family
    rule: ColumnRule


def measure(pair: Pair, min_rows: int) -> Measured:
    """Return what is measured of a column; with fewer than `min_rows` values on a side its values are not compared."""
    before, now = _present(pair.before), _present(pair.now)
    rows, missing = (pair.before.len(), pair.now.len()), (pair.before.len() - before.len(), pair.now.len() - now.len())
    found = Measured(
        name=pair.now.name,
        before=Profile(rows=rows[0], missing=missing[0]),
        now=Profile(rows=rows[1], missing=missing[1]),
    )
    if not before.len() and not now.len():
        return replace(found, skip=Skip.EMPTY)
    kind = _kind(pair, before, now)
    if isinstance(kind, Skip):
        return replace(found, skip=kind)
    gaps = _gaps(found, min_rows)
    if min(before.len(), now.len()) < min_rows:
        return replace(found, kind=kind, skip=None if gaps else Skip.FEW, differences=gaps)
    by_kind = {Kind.NUMBER: numbers.measure, Kind.CATEGORY: categories.measure, Kind.TEXT: texts.measure}
    measured = by_kind[kind](replace(found, kind=kind), before, now, pair.rule)
    return measured if measured.skip else replace(measured, differences=(*measured.differences, *gaps))


def _present(values: pl.Series) -> pl.Series:
    """Return the values that are there; NaN counts as missing."""
    held = values.drop_nulls() if values.null_count() else values
    return held.drop_nans() if held.dtype.is_float() else held


def _kind(pair: Pair, before: pl.Series, now: pl.Series) -> Kind | Skip:
    """Return how a column is compared: by its rule, else by its family, texts by what they look like."""
    if pair.rule.kind is not None and pair.family is not Family.NESTED:
        return Kind(pair.rule.kind) if pair.rule.kind != "number" or pair.family is not Family.TEXT else Kind.CATEGORY
    if pair.family is Family.NESTED:
        return Skip.NESTED
    if pair.family is Family.DATE:
        return Skip.DATE
    if pair.family is not Family.TEXT:
        return Kind.CATEGORY if pair.family is Family.FLAG else Kind.NUMBER
    texts_of = [as_text(values) for values in (before, now) if values.len()]
    if all(map(is_date_text, texts_of)):
        return Skip.DATE
    return Kind.TEXT if any(map(is_long_text, texts_of)) else Kind.CATEGORY


def _gaps(found: Measured, min_rows: int) -> tuple[Difference, ...]:
    """Return the comparison of the shares of missing values, where there are any and enough rows to tell."""
    before, now = found.before, found.now
    if not before.missing + now.missing or min(before.rows, now.rows) < min_rows:
        return ()
    import numpy as np

    size = abs(now.missing_share - before.missing_share)
    counts = (np.array([side.missing, side.rows - side.missing]) for side in (before, now))
    return (Difference(aspect=Aspect.MISSING, statistic=size, size=size, p_value=chi_square_p_value(*counts)),)
