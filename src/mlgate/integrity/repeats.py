"""Finds rows that are equal in some columns, by the hashes of their values: eight bytes a row, and never more of them
at once than fit, whatever the size of the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mlgate.drift.reading import Table
from mlgate.integrity.columns import clean, shown
from mlgate.integrity.facts import Group, Repeats
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

AT_ONCE = 16_000_000
"""How many hashes are held in memory; more rows are asked in several passes, each for its share of the hashes."""
_HASH = "mlgate hash"
_OTHER = "mlgate other"
_SPOTS = 3


def row_hash(exprs: Sequence[pl.Expr]) -> pl.Expr:
    """Return one hash of 64 bits over several columns."""
    import polars as pl

    return pl.struct([expr.alias(f"c{number}") for number, expr in enumerate(exprs)]).hash(seed=0)


def cleaned(table: Table, names: Sequence[str]) -> list[pl.Expr]:
    """Return columns as they are compared."""
    return [clean(name, table.schema[name]) for name in names]


def passes(frame: pl.LazyFrame, rows: int) -> Iterator[pl.LazyFrame]:
    """Yield parts of a frame with the column of hashes, equal hashes always in the same part."""
    import polars as pl

    count = max(1, -(-rows // AT_ONCE))
    for number in range(count):
        yield frame.filter(pl.col(_HASH) % count == number) if count > 1 else frame


def find_repeats(
    table: Table, names: Sequence[str], rows: int, locator: Locator, most: int, *, show: Sequence[str] = ()
) -> Repeats:
    """Return the rows that repeat another in some columns, rows of nulls alone in them left aside.

    `show` are the columns whose values are shown with the examples.
    """
    import polars as pl

    exprs = cleaned(table, names)
    frame = table.numbered(FILE, ROW).filter(pl.any_horizontal(expr.is_not_null() for expr in exprs))
    hashed = frame.with_columns(row_hash(exprs).alias(_HASH))
    repeated = groups = 0
    few: list[int] = []
    for part in passes(hashed.select(_HASH), rows):
        hashes = table.collect(part)[_HASH].sort()
        again = hashes.filter((hashes == hashes.shift(1)).fill_null(value=False))
        different = again.unique(maintain_order=True) if again.len() else again
        repeated, groups = repeated + again.len(), groups + different.len()
        few += different.head(max(0, max(most, 1) - len(few))).to_list()
    return Repeats(rows=repeated, groups=groups, examples=_examples(table, hashed, few, locator, show))


def find_conflicts(
    table: Table, features: Sequence[str], target: str, rows: int, locator: Locator, most: int
) -> Repeats:
    """Return the rows whose features stand with another target too; rows without a target are left aside."""
    import polars as pl

    wanted = clean(target, table.schema[target])
    frame = table.numbered(FILE, ROW).filter(wanted.is_not_null())
    hashed = frame.with_columns(row_hash(cleaned(table, features)).alias(_HASH), wanted.hash(seed=1).alias(_OTHER))
    disputed = groups = 0
    few: list[int] = []
    for part in passes(hashed.select(_HASH, _OTHER), rows):
        found = table.collect(part)
        twins = found.filter(found[_HASH].is_duplicated())
        counted = twins.group_by(_HASH).agg(pl.len().alias("rows"), pl.col(_OTHER).n_unique().alias("kinds"))
        several = counted.filter(pl.col("kinds") > 1).sort(_HASH)
        disputed, groups = disputed + int(several["rows"].sum()), groups + several.height
        few += several[_HASH].head(max(0, max(most, 1) - len(few))).to_list()
    return Repeats(rows=disputed, groups=groups, examples=_examples(table, hashed, few, locator, [target]))


def _examples(
    table: Table, hashed: pl.LazyFrame, few: list[int], locator: Locator, show: Sequence[str]
) -> tuple[Group, ...]:
    """Return the first rows of some groups of equal rows."""
    import polars as pl

    if not few:
        return ()
    wanted = pl.Series(few, dtype=pl.UInt64)
    shows = [expr.alias(f"s{number}") for number, expr in enumerate(cleaned(table, show))]
    query = hashed.filter(pl.col(_HASH).is_in(wanted.implode())).select(_HASH, FILE, ROW, *shows)
    found = table.collect(query).sort(FILE, ROW)
    groups = []
    for _, rows in found.group_by(_HASH, maintain_order=True):
        places = [(file, row) for file, row in rows.head(_SPOTS).select(FILE, ROW).iter_rows()]
        groups.append(Group(tuple(locator.spots(places)), _text(rows.head(_SPOTS), show)))
    return tuple(groups)


def _text(rows: Any, show: Sequence[str]) -> str:
    """Return the shown values of the first rows: once where they are equal, else of each row."""
    if not show:
        return ""
    values = [rows[f"s{number}"].to_list() for number in range(len(show))]
    texts = list(dict.fromkeys(", ".join(shown(value) for value in row) for row in zip(*values, strict=True)))
    return shorten(" / ".join(texts), 120)
