"""Compares the rows of two splits, at least one of several files, by hashes that are kept file by file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mlgate.drift.reading import Table
from mlgate.integrity.columns import clean, shown
from mlgate.integrity.dates import moments
from mlgate.integrity.facts import Group, Overlap, Repeats
from mlgate.integrity.locating import FILE, ROW, Locator
from mlgate.integrity.overlap import Pair, alike, find_overlap
from mlgate.integrity.pieces import Pieces
from mlgate.integrity.repeats import repeated
from mlgate.integrity.row_parts import HashedRows, are_kept, parts_of, rows_hashed, values_at
from mlgate.text import shorten

if TYPE_CHECKING:
    import numpy as np

_UNKNOWN = -(1 << 63)


class Moments(Struct, frozen=True, array_like=True):
    """The time of each row in microseconds since 1970, of 8 bytes each."""

    rows: bytes


def find_overlap_by_file(both: tuple[Pieces, Pieces], pair: Pair) -> Overlap:
    """Return what the training data and another split have in common; raises `TableError`."""
    train, other = both
    if not (are_kept(train) and are_kept(other)):
        return find_overlap(train.side, other.side, pair)
    keys = features = None
    own = 0
    if pair.key:
        keys, _ = _shared(both, pair.key, pair.examples, show=pair.key)
    if pair.features:
        features, own = _shared(both, pair.features, pair.examples)
    late, boundary = _late(both, pair.time) if pair.time else (0, "")
    return Overlap(
        train=train.rows,
        rows=other.rows,
        keys=keys,
        features=features,
        own=own,
        shared=pair.features,
        chance=pair.chance,
        late=late,
        boundary=boundary,
    )


def _shared(
    both: tuple[Pieces, Pieces], names: Sequence[str], most: int, show: Sequence[str] = ()
) -> tuple[Repeats, int]:
    """Return the other split's rows that the training data has, and how many training rows repeat another."""
    hashed = _hashed(both, 0, names), _hashed(both, 1, names)
    found = groups = own = 0
    few: list[int] = []
    for number, count in parts_of(max(pieces.rows for pieces in both)):
        train, other = (rows.part(number, count)[0] for rows in hashed)
        own += sum(repeated(train, 1)[:2])
        shared = other.filter(other.is_in(train.filter(train.is_in(other.implode())).unique().implode()))
        different = shared.unique().sort()
        found, groups = found + shared.len(), groups + different.len()
        few += different.head(max(0, max(most, 1) - len(few))).to_list()
    return Repeats(rows=found, groups=groups, examples=_examples(both, hashed, few, show)), own


def _hashed(both: tuple[Pieces, Pieces], place: int, names: Sequence[str]) -> HashedRows:
    """Return the rows of a split by some columns, in the types that both splits share."""
    dtypes = [(both[0].schema[name], both[1].schema[name]) for name in names]

    def exprs(table: Table) -> list[Any]:
        return [alike(clean(name, table.schema[name]), *two) for name, two in zip(names, dtypes, strict=True)]

    return rows_hashed(both[place], (tuple(names), [(str(one), str(two)) for one, two in dtypes]), exprs)


def _examples(
    both: tuple[Pieces, Pieces], hashed: tuple[HashedRows, HashedRows], few: Sequence[int], show: Sequence[str]
) -> tuple[Group, ...]:
    """Return pairs of spots, one in the other split and one in the training data, of some shared rows."""
    first = [rows.places(few, 1) for rows in hashed]
    pairs = sorted((first[1][one][0], first[0][one][0]) for one in few)
    here, there = [one for one, _ in pairs], [one for _, one in pairs]
    texts = [", ".join(map(shown, values)) for values in values_at(both[1], here, show)] if show else [""] * len(few)
    theirs, ours = Locator(both[1].side, both[1]).spots(here), Locator(both[0].side, both[0]).spots(there)
    return tuple(Group((one, two), shorten(text, 120)) for one, two, text in zip(theirs, ours, texts, strict=True))


def _late(both: tuple[Pieces, Pieces], name: str) -> tuple[int, str]:
    """Return how many training rows are dated after the first hundredth of the other split, and that date."""
    import numpy as np
    import polars as pl

    train, other = both
    theirs = pl.Series(np.concatenate(list(_moments(other, name))))
    begin = theirs.filter(theirs != _UNKNOWN).quantile(0.01, "nearest")
    if begin is None:
        return 0, ""
    late = sum(int((ours > int(begin)).sum()) for ours in _moments(train, name))
    return late, shown(pl.Series([int(begin)]).cast(pl.Datetime("us")).item())


def _moments(pieces: Pieces, name: str) -> Iterator[np.ndarray[Any, Any]]:
    import numpy as np
    import polars as pl

    def find(table: Table) -> Moments:
        at = moments(name, table.schema[name]).fill_null(pl.lit(_UNKNOWN, pl.Int64))
        found = table.collect(table.numbered(FILE, ROW).select(at.alias("at")))["at"]
        return Moments(found.to_numpy().tobytes())

    return (np.frombuffer(one.rows, np.int64) for one in pieces.ask(Moments, name, find))
