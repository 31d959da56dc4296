"""Finds rows that are equal in some columns, by the hashes of their values: eight bytes a row, and never more of them
at once than fit, whatever the size of the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mlgate.drift.reading import Table
from mlgate.integrity.columns import clean, shown
from mlgate.integrity.facts import Group, Repeats
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.text import shorten

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

AT_ONCE = 16_000_000
"""How many hashes are held in memory; more rows are asked in several passes, each for its share of the hashes."""
_HASH = "mlgate hash"
_OTHER = "mlgate other"
SPOTS = 3


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


def repeated(hashes: pl.Series, most: int) -> tuple[int, int, list[int]]:
    """Return how many hashes repeat an earlier one, how many different ones these are, and the least of them."""
    import numpy as np

    held = hashes.to_numpy()
    ordered = np.sort(held[may_repeat(held)])
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    different = again[np.append(True, again[1:] != again[:-1])] if len(again) else again
    return len(again), len(different), different[: max(most, 1)].tolist()


def disputed(hashes: pl.Series, others: pl.Series, most: int) -> tuple[int, int, list[int]]:
    """Return how many hashes stand with another target too, how many different ones these are, and the least."""
    import polars as pl

    places = may_repeat(hashes.to_numpy())
    twins = pl.DataFrame({_HASH: hashes.to_numpy()[places], _OTHER: others.to_numpy()[places]})
    counted = twins.group_by(_HASH).agg(pl.len().alias("rows"), pl.col(_OTHER).n_unique().alias("kinds"))
    several = counted.filter(pl.col("kinds") > 1).sort(_HASH)
    return int(several["rows"].sum()), several.height, several[_HASH].head(max(most, 1)).to_list()


def may_repeat(hashes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the places where a hash may stand more than once: wherever it does, and a few more.

    Halves of hashes are sorted in a fifth of the time, and of all rows only those are left whose half repeats.
    """
    import numpy as np

    upper = (hashes >> np.uint64(32)).astype(np.uint32)
    ordered = np.sort(upper)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    # Few bits fit into the processor's cache, and leave out most rows; more of them leave out almost all.
    places = np.flatnonzero(_marked(again, upper, 16))
    return np.asarray(places[_marked(again, upper[places], 24)])


def _marked(wanted: np.ndarray[Any, Any], values: np.ndarray[Any, Any], bits: int) -> np.ndarray[Any, Any]:
    """Return which values agree with one that is wanted in so many of their 32 bits."""
    import numpy as np

    shift = np.uint32(32 - bits)
    marked = np.zeros(1 << bits, dtype=bool)
    marked[wanted >> shift] = True
    return np.asarray(marked[values >> shift])


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
    again_in_all = groups = 0
    few: list[int] = []
    for part in passes(hashed.select(_HASH), rows):
        again, different, some = repeated(table.collect(part)[_HASH], most)
        again_in_all, groups = again_in_all + again, groups + different
        few += some[: max(0, max(most, 1) - len(few))]
    return Repeats(rows=again_in_all, groups=groups, examples=_examples(table, hashed, few, locator, show))


def find_conflicts(
    table: Table, features: Sequence[str], target: str, rows: int, locator: Locator, most: int
) -> Repeats:
    """Return the rows whose features stand with another target too; rows without a target are left aside."""
    wanted = clean(target, table.schema[target])
    frame = table.numbered(FILE, ROW).filter(wanted.is_not_null())
    hashed = frame.with_columns(row_hash(cleaned(table, features)).alias(_HASH), wanted.hash(seed=1).alias(_OTHER))
    again_in_all = groups = 0
    few: list[int] = []
    for part in passes(hashed.select(_HASH, _OTHER), rows):
        found = table.collect(part)
        again, different, some = disputed(found[_HASH], found[_OTHER], most)
        again_in_all, groups = again_in_all + again, groups + different
        few += some[: max(0, max(most, 1) - len(few))]
    return Repeats(rows=again_in_all, groups=groups, examples=_examples(table, hashed, few, locator, [target]))


def _examples(
    table: Table, hashed: pl.LazyFrame, few: list[int], locator: Locator, show: Sequence[str]
) -> tuple[Group, ...]:
    """Return the first rows of some groups of equal rows."""
    import polars as pl

    if not few:
        return ()
    wanted = pl.Series(few, dtype=pl.UInt64)
    shown_names = [f"s{number}" for number in range(len(show))]
    shows = [expr.alias(name) for name, expr in zip(shown_names, cleaned(table, show), strict=True)]
    query = hashed.filter(pl.col(_HASH).is_in(wanted.implode())).select(_HASH, FILE, ROW, *shows)
    found = table.collect(query).sort(FILE, ROW)
    groups = []
    for _, rows in found.group_by(_HASH, maintain_order=True):
        places = [(file, row) for file, row in rows.head(SPOTS).select(FILE, ROW).iter_rows()]
        texts = rows.head(SPOTS).select(shown_names).rows() if show else ()
        groups.append(Group(tuple(locator.spots(places)), text_of(texts)))
    return tuple(groups)


def text_of(rows: Iterable[Sequence[Any]]) -> str:
    """Return the shown values of the first rows: once where they are equal, else of each row."""
    texts = list(dict.fromkeys(", ".join(shown(value) for value in row) for row in rows))
    return shorten(" / ".join(texts), 120)
