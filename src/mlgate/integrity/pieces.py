"""The files of a dataset one by one: each answers questions by itself, and what it said is kept by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mlgate.cache import Cache, Stat, digest, stat_of
from mlgate.drift.reading import Table
from mlgate.drift.sides import Piece, Side

if TYPE_CHECKING:
    import polars as pl

Said = TypeVar("Said", bound=Struct)


class Form(Struct, frozen=True):
    """What a file is: how many rows, and its columns with their types as an empty table of Arrow.

    Only the first `own` columns are in the file itself, those of its folders come after. `empty` are the columns of
    text, by their place, without any value: these have no type.
    """

    rows: int
    own: int
    columns: bytes
    empty: tuple[int, ...] = ()


class Looked(Struct, frozen=True):
    """A text file has nothing that would spoil a table."""


class Store:
    """Keeps what files said in the cache, by their content; `tools` are the versions that it hangs on."""

    def __init__(self, cache: Cache, tools: bytes) -> None:
        """Keep the cache; the files are not looked at yet."""
        self._cache = cache
        self._tools = tools
        self._contents: dict[Path, tuple[Stat, str]] = {}
        self.has_grown = False

    @property
    def is_on(self) -> bool:
        """Return whether anything is kept."""
        return self._cache.is_on

    def get(self, piece: Piece, question: bytes) -> bytes | None:
        """Return what a file said to a question, or None where it was not asked."""
        return self._cache.get(self._key(piece, question)) if self._cache.is_on else None

    def put(self, piece: Piece, question: bytes, said: bytes) -> None:
        """Keep what a file said, if it is still as it was when its content was looked at."""
        if not self._cache.is_on:
            return
        key = self._key(piece, question)
        if isinstance(piece.data, bytes) or stat_of(piece.data) == self._contents[piece.data][0]:
            self._cache.put(key, said)
            self.has_grown = True

    def _key(self, piece: Piece, question: bytes) -> str:
        about = repr((piece.name.partition(".")[2], piece.folders)).encode(errors="surrogateescape")
        return f"piece-{digest(self._tools, about, self._content(piece.data).encode(), question)}"

    def _content(self, data: Path | bytes) -> str:
        if isinstance(data, bytes):
            return hashlib.sha256(data).hexdigest()
        if data not in self._contents:
            self._contents[data] = stat_of(data), self._cache.hash_of(data)
        return self._contents[data][1]


class Pieces:
    """A dataset of several files; raises `TableError` where one of them is no table."""

    def __init__(self, side: Side, store: Store) -> None:
        """Keep the files; nothing is read yet."""
        self.side = side
        self._store = store

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Return the dtypes by column that all files have in common."""
        import polars as pl

        known = dict.fromkeys((form.columns, form.empty) for form in self._forms)
        frames = [pl.LazyFrame(schema=_held(columns, empty)) for columns, empty in known]
        found = dict(pl.concat(frames, how="diagonal_relaxed").collect_schema())
        written = {name: dtype for columns, _ in known for name, dtype in _columns(columns).items()}
        return {name: written[name] if dtype == pl.Null else dtype for name, dtype in found.items()}

    @cached_property
    def rows(self) -> int:
        """Return how many rows there are."""
        return sum(form.rows for form in self._forms)

    def look_over(self) -> None:
        """Raise where a text file has what would spoil a table, such as rows of other lengths."""
        for number in range(len(self.side.pieces)):
            self._said(number, Looked, b"looked", lambda place: _looked(Table(self._alone(place))))

    @property
    def are_kept(self) -> bool:
        """Return whether what the files say is kept."""
        return self._store.is_on

    def rows_of(self, number: int) -> int:
        """Return how many rows one of the files has."""
        return self._forms[number].rows

    def table(self, number: int) -> Table:
        """Return one of the files as a table with the columns and types of all."""
        return _Part(self._alone(number), self._forms[number], self.schema)

    def ask(
        self, kind: type[Said], about: Any, find: Callable[[Table], Said], files: Sequence[int] | None = None
    ) -> Iterator[Said]:
        """Yield what each file says to a question, or each of some `files`; `find` is called where it is not known.

        An answer with an `until` in it is none any more when that time has come.
        """
        question = msgspec.msgpack.encode((kind.__name__, self._whole, about))
        for number in range(len(self.side.pieces)) if files is None else files:
            yield self._said(number, kind, question, lambda place: find(self.table(place)))

    def _said(self, number: int, kind: type[Said], question: bytes, find: Callable[[int], Said]) -> Said:
        import time

        piece = self.side.pieces[number]
        question += b"\0" + self.side.separator.encode()
        held = self._store.get(piece, question)
        if held is not None:
            known = msgspec.msgpack.decode(held, type=kind)
            until = getattr(known, "until", None)
            if until is None or until > time.time():
                return known
        said = find(number)
        self._store.put(piece, question, msgspec.msgpack.encode(said))
        return said

    @cached_property
    def _forms(self) -> list[Form]:
        return [
            self._said(number, Form, b"form", lambda place: _form(Table(self._alone(place))))
            for number in range(len(self.side.pieces))
        ]

    @cached_property
    def _whole(self) -> bytes:
        return _written(self.schema)

    def _alone(self, number: int) -> Side:
        return replace(self.side, pieces=(self.side.pieces[number],))


class _Part(Table):
    """One file with the columns and types that a dataset has in all of its files."""

    def __init__(self, side: Side, form: Form, whole: Mapping[str, Any]) -> None:
        own = _columns(form.columns)
        super().__init__(side, known=dict(list(own.items())[: form.own]))
        self._empty = [list(own)[place] for place in form.empty]
        self._whole = dict(whole)
        self._is_alike = list(own.items()) == list(whole.items())

    def _scan(self, piece: Piece) -> pl.LazyFrame:
        import polars as pl

        frame = super()._scan(piece)
        if self._is_alike:
            return frame
        frame = frame.with_columns(pl.lit(None, self._whole[name]).alias(name) for name in self._empty)
        parts = [pl.LazyFrame(schema=self._whole), frame]
        return pl.concat(parts, how="diagonal_relaxed").select(list(self._whole))


def _looked(table: Table) -> Looked:
    table.look_over()
    return Looked()


def _form(table: Table) -> Form:
    columns = _written(table.schema)
    if not table.is_text:
        return Form(table.rows, table.own_columns, columns)
    import polars as pl

    counts = [pl.len(), *(pl.col(name).null_count().alias(f"{n}") for n, name in enumerate(table.schema))]
    rows, *nulls = table.collect(table.frame.select(counts)).row(0)
    return Form(rows, table.own_columns, columns, tuple(place for place, count in enumerate(nulls) if count == rows))


def _written(schema: Mapping[str, Any]) -> bytes:
    import polars as pl

    return pl.DataFrame(schema=dict(schema)).write_ipc_stream(None).getvalue()


def _held(columns: bytes, empty: Sequence[int]) -> dict[str, Any]:
    """Return the types of columns, those without any value left open."""
    import polars as pl

    found = _columns(columns)
    return found | {name: pl.Null for place, name in enumerate(found) if place in set(empty)}


def _columns(held: bytes) -> dict[str, Any]:
    import polars as pl

    return dict(pl.read_ipc_stream(BytesIO(held)).schema)
