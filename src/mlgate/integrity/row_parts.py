"""The hashes of the rows of a dataset's files, kept file by file: of an added file alone are they made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mlgate.drift.reading import Table
from mlgate.integrity.columns import clean
from mlgate.integrity.facts import Group, Repeats
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.integrity.pieces import Pieces
from mlgate.integrity.repeats import AT_ONCE, SPOTS, cleaned, disputed, repeated, row_hash, text_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Hashes = np.ndarray[Any, Any]

MOST_KEPT = 64_000_000
"""Of so many rows in all the hashes are kept, of 8 bytes each; of more, all files are read again."""
ASIDE = 0
"""Stands for a row that is left aside; a hash of that value is taken for the next one."""

Exprs = Callable[[Table], "Sequence[pl.Expr]"]


class RowHashes(Struct, frozen=True, array_like=True):
    """A hash of 8 bytes for each row of a file, and one of its target where that was asked."""

    rows: bytes
    others: bytes = b""


def are_kept(pieces: Pieces) -> bool:
    """Return whether the rows are few enough to be compared by hashes that are kept, or held at once."""
    return pieces.rows <= (MOST_KEPT if pieces.are_kept else AT_ONCE)


class HashedRows:
    """The rows of a dataset as hashes, file by file; as many at once as fit, whatever the size of the data."""

    def __init__(self, pieces: Pieces, about: Any, find: Callable[[Table], RowHashes]) -> None:
        """Keep what is asked."""
        self._pieces = pieces
        self._about = about
        self._find = find
        self._held = None if pieces.rows > AT_ONCE else list(self._ask())

    def _ask(self) -> Iterator[RowHashes]:
        return self._pieces.ask(RowHashes, self._about, self._find)

    def files(self) -> Iterator[tuple[Hashes, Hashes]]:
        """Yield the hashes of the rows of each file, and those of their targets."""
        import numpy as np

        for one in self._held or self._ask():
            yield np.frombuffer(one.rows, np.uint64), np.frombuffer(one.others, np.uint64)

    def part(self, number: int, count: int) -> tuple[pl.Series, pl.Series]:
        """Return one of several parts of all hashes that are not aside: equal ones are in the same part."""
        import numpy as np
        import polars as pl

        rows, others = [], []
        for hashes, targets in self.files():
            chosen = hashes != ASIDE
            if count > 1:
                chosen &= hashes % np.uint64(count) == number
            is_whole = bool(chosen.all())
            rows.append(hashes if is_whole else hashes[chosen])
            others.append(targets if is_whole or not len(targets) else targets[chosen])
        return pl.Series(np.concatenate(rows)), pl.Series(np.concatenate(others))

    def places(self, few: Sequence[int], most: int) -> dict[int, list[tuple[int, int]]]:
        """Return the first rows of some hashes: the file, and the number in it."""
        import numpy as np

        found: dict[int, list[tuple[int, int]]] = {one: [] for one in few}
        wanted = np.array(few, np.uint64)
        for file, (hashes, _) in enumerate(self.files() if few else ()):
            for row in np.flatnonzero(np.isin(hashes, wanted)).tolist():
                places = found[int(hashes[row])]
                if len(places) < most:
                    places.append((file, row))
        return found


def rows_hashed(pieces: Pieces, about: Any, exprs: Exprs) -> HashedRows:
    """Return the rows by the columns that `exprs` makes of a table, rows of nulls alone left aside."""
    import polars as pl

    def find(table: Table) -> RowHashes:
        made = exprs(table)
        is_held = pl.any_horizontal(expr.is_not_null() for expr in made)
        return RowHashes(_numbers(table, pl.when(is_held).then(_some(row_hash(made))).otherwise(ASIDE)))

    return HashedRows(pieces, about, find)


def repeats_by_file(pieces: Pieces, names: Sequence[str], locator: Locator, most: int, show: Sequence[str]) -> Repeats:
    """Return the same as `find_repeats`."""
    rows = rows_hashed(pieces, tuple(names), lambda table: cleaned(table, names))
    found = [repeated(rows.part(number, count)[0], most) for number, count in parts_of(pieces.rows)]
    return _repeats(pieces, rows, found, locator, most, show)


def conflicts_by_file(pieces: Pieces, features: Sequence[str], target: str, locator: Locator, most: int) -> Repeats:
    """Return the same as `find_conflicts`."""
    import polars as pl

    def find(table: Table) -> RowHashes:
        wanted = clean(target, table.schema[target])
        hashes = pl.when(wanted.is_not_null()).then(_some(row_hash(cleaned(table, features)))).otherwise(ASIDE)
        return RowHashes(_numbers(table, hashes), _numbers(table, wanted.hash(seed=1)))

    rows = HashedRows(pieces, ("features", tuple(features), target), find)
    found = [disputed(*rows.part(number, count), most) for number, count in parts_of(pieces.rows)]
    return _repeats(pieces, rows, found, locator, most, [target])


def parts_of(rows: int) -> list[tuple[int, int]]:
    """Return the numbers of the parts in which so many rows are compared, and how many there are."""
    count = max(1, -(-rows // AT_ONCE))
    return [(number, count) for number in range(count)]


def _repeats(
    pieces: Pieces,
    rows: HashedRows,
    found: Sequence[tuple[int, int, list[int]]],
    locator: Locator,
    most: int,
    show: Sequence[str],
) -> Repeats:
    few = [one for _, _, some in found for one in some][: max(most, 1)]
    groups = []
    for places in sorted(rows.places(few, SPOTS).values()):
        texts = text_of(values_at(pieces, places, show)) if show else ""
        groups.append(Group(tuple(locator.spots(places)), texts))
    again, different = sum(one[0] for one in found), sum(one[1] for one in found)
    return Repeats(rows=again, groups=different, examples=tuple(groups))


def values_at(pieces: Pieces, places: Sequence[tuple[int, int]], show: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the values of some rows, in the order of the rows."""
    import polars as pl

    found: list[tuple[Any, ...]] = []
    for file in sorted({file for file, _ in places}):
        table = pieces.table(file)
        rows = [row for at, row in places if at == file]
        frame = table.numbered(FILE, ROW).filter(pl.col(ROW).is_in(rows))
        found += table.collect(frame.select(pl.col(ROW), *cleaned(table, show))).sort(ROW).drop(ROW).rows()
    return found


def _some(hashes: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(hashes == ASIDE).then(ASIDE + 1).otherwise(hashes)


def _numbers(table: Table, hashes: pl.Expr) -> bytes:
    import polars as pl

    found = table.collect(table.numbered(FILE, ROW).select(hashes.cast(pl.UInt64).alias("hash")))["hash"]
    return found.to_numpy().tobytes()
