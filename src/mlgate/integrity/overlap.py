"""Compares the rows of two splits: which rows of the other one stand in the training data, by key and by features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mlgate.drift.reading import Table
from mlgate.drift.sides import Side
from mlgate.integrity.columns import clean, held, shown
from mlgate.integrity.dates import moments
from mlgate.integrity.facts import Group, Holds, Overlap, Repeats
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.integrity.repeats import AT_ONCE, repeated, row_hash
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

_NO_CLOCK = r"(?: 00:00:00)?(?:\.0+)?$"
_HASH = "mlgate hash"


class Pair(Struct, frozen=True, kw_only=True):
    """Two splits: the columns of their key and features, that of time where their times can be compared, examples."""

    key: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    time: str | None = None
    chance: float = 0.0
    examples: int = 5


def find_overlap(train: Side, other: Side, pair: Pair) -> Overlap:
    """Return what the training data and another split have in common; raises `TableError`."""
    tables = Table(train), Table(other)
    locators = Locator(train, tables[0]), Locator(other, tables[1])
    keys = features = None
    own = 0
    if pair.key:
        keys, _ = _shared(tables, locators, pair.key, pair.examples, show=pair.key)
    if pair.features:
        features, own = _shared(tables, locators, pair.features, pair.examples)
    late, boundary = _late(tables, pair.time) if pair.time else (0, "")
    return Overlap(
        train=tables[0].rows,
        rows=tables[1].rows,
        keys=keys,
        features=features,
        own=own,
        shared=pair.features,
        chance=pair.chance,
        late=late,
        boundary=boundary,
    )


def _shared(
    tables: tuple[Table, Table],
    locators: tuple[Locator, Locator],
    names: Sequence[str],
    most: int,
    show: Sequence[str] = (),
) -> tuple[Repeats, int]:
    """Return the other split's rows that the training data has, and how many training rows repeat another."""
    import polars as pl

    hashed = [_hashed(tables, place, names) for place in (0, 1)]
    parts = max(1, -(-max(table.rows for table in tables) // AT_ONCE))
    found = groups = own = 0
    few: list[int] = []
    for part in range(parts):
        train, other = (
            table.collect(frame.select(_HASH).filter(pl.col(_HASH) % parts == part))[_HASH]
            for table, frame in zip(tables, hashed, strict=True)
        )
        own += sum(repeated(train, 1)[:2])
        both = other.filter(other.is_in(train.filter(train.is_in(other.implode())).unique().implode()))
        different = both.unique().sort()
        found, groups = found + both.len(), groups + different.len()
        few += different.head(max(0, max(most, 1) - len(few))).to_list()
    return Repeats(rows=found, groups=groups, examples=_examples(tables, hashed, locators, few, show)), own


def _hashed(tables: tuple[Table, Table], place: int, names: Sequence[str]) -> pl.LazyFrame:
    """Return the rows of a side with a hash of some columns, in the types that both sides share."""
    import polars as pl

    dtypes = [(tables[0].schema[name], tables[1].schema[name]) for name in names]
    exprs = [alike(clean(name, tables[place].schema[name]), *both) for name, both in zip(names, dtypes, strict=True)]
    frame = tables[place].numbered(FILE, ROW).filter(pl.any_horizontal(expr.is_not_null() for expr in exprs))
    return frame.with_columns(row_hash(exprs).alias(_HASH))


def alike(column: pl.Expr, first: Any, second: Any) -> pl.Expr:
    """Return a column in the type that two dtypes have in common: equal values must have equal hashes."""
    import polars as pl

    if first.is_numeric() and second.is_numeric():
        return column.cast(pl.Int64 if first.is_integer() and second.is_integer() else pl.Float64, strict=False)
    kinds = {held(first), held(second)}
    if kinds == {Holds.DATE, Holds.TEXT}:
        # A day may be text in one file and a date in the other, such as in the name of a folder.
        return column.cast(pl.String).str.replace(_NO_CLOCK, "")
    return column if kinds in ({Holds.DATE}, {Holds.FLAG}) else column.cast(pl.String)


def _examples(
    tables: tuple[Table, Table],
    hashed: Sequence[pl.LazyFrame],
    locators: tuple[Locator, Locator],
    few: list[int],
    show: Sequence[str],
) -> tuple[Group, ...]:
    """Return pairs of spots, one in the other split and one in the training data, of some shared rows."""
    import polars as pl

    if not few:
        return ()
    wanted = pl.Series(few, dtype=pl.UInt64).implode()
    spots: list[dict[int, tuple[int, int]]] = []
    texts: dict[int, str] = {}
    for place in (0, 1):
        shows = [clean(name, tables[place].schema[name]).alias(f"s{number}") for number, name in enumerate(show)]
        query = hashed[place].filter(pl.col(_HASH).is_in(wanted)).select(_HASH, FILE, ROW, *shows)
        first = tables[place].collect(query).sort(FILE, ROW).unique(_HASH, keep="first", maintain_order=True)
        spots.append({})
        for hash_, file, row, *values in first.iter_rows():
            spots[place][hash_] = (file, row)
            texts[hash_] = shorten(", ".join(map(shown, values)), 120)
    both = sorted(hash_ for hash_ in spots[0] if hash_ in spots[1])
    both.sort(key=lambda hash_: spots[1][hash_])
    ours, theirs = (locators[place].spots(spots[place][hash_] for hash_ in both) for place in (0, 1))
    return tuple(Group((there, here), texts[hash_]) for hash_, there, here in zip(both, theirs, ours, strict=True))


def _late(tables: tuple[Table, Table], name: str) -> tuple[int, str]:
    """Return how many training rows are dated after the first hundredth of the other split, and that date."""
    import polars as pl

    ours, theirs = (moments(name, table.schema[name]) for table in tables)
    begin = tables[1].collect(tables[1].numbered(FILE, ROW).select(theirs.quantile(0.01, "nearest"))).item()
    if begin is None:
        return 0, ""
    late = tables[0].collect(tables[0].numbered(FILE, ROW).select((ours > begin).sum())).item()
    return int(late), shown(pl.Series([int(begin)], dtype=pl.Int64).cast(pl.Datetime("us")).item())
