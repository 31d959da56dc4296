"""Chooses the engine that a dataset names, starts it once a worker, and asks the one query of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mlgate.cache import Stat, stat_of
from mlgate.data.engines.failures import EngineError, OtherNamesError
from mlgate.data.messages import EngineName, Engines, Scope
from mlgate.data.scanning import ApartError, Holds, Scan, count_rows, is_parquet, same_columns

if TYPE_CHECKING:
    from mlgate.data.engines.sql import Asking, Counts, StreamTable, Table
    from mlgate.data.engines.streams import Stream
    from mlgate.data.folders import Folders
    from mlgate.data.fused import Answer, Rows
    from mlgate.data.questions import Question
    from mlgate.data.rules import Rule
    from mlgate.data.text_file import TextFile


class Part(Protocol):
    """What one query was asked of files, what it answered, and the way to the rows that broke a rule."""

    @property
    def ran_on(self) -> EngineName:
        """Return the engine that ran it."""

    @property
    def scan(self) -> Scan:
        """Return the files as a scan."""

    @property
    def question(self) -> Question:
        """Return what was asked."""

    @property
    def answer(self) -> Answer:
        """Return what was answered."""

    def rows_of_nulls(self, column: str, most: int) -> list[int]:
        """Return the first rows that are null in a column."""

    def rows_of_check(self, rule: Rule, most: int) -> Rows:
        """Return the first rows that break a check."""

    def rows_of_repeats(self, rule: Rule, most: int) -> Rows:
        """Return the first rows of the first values that are repeated."""


class Server(Protocol):
    """An engine that is started once, and opens files as tables."""

    def open(self, paths: Sequence[str], names: Sequence[str], holds: Sequence[Holds]) -> Table:
        """Return Parquet files as a table."""

    def stream(self, stream: Stream) -> StreamTable:
        """Return files that it does not read itself as a table, of which it is given the rows piece by piece."""

    def close(self) -> None:
        """End it."""


_started: dict[EngineName, Server] = {}
_failed: dict[EngineName, EngineError] = {}
_AT_ONCE = 32


def query(
    engines: Engines,
    chosen: EngineName,
    asking: Asking,
    files: Sequence[str],
    texts: Sequence[TextFile] = (),
    ahead: Sequence[str] = (),
    tick: Callable[[int], None] | None = None,
    folders_of: Callable[[Sequence[str]], Sequence[Folders]] = lambda files: [()] * len(files),
) -> Part:
    """Ask the query for a contract of files; raises `ApartError` where pandera must be asked everything.

    DuckDB and Spark read Parquet, and are given the rows of all else. `ahead` are files that are asked next, each
    alone; `tick` is called with the rows of each piece that was read; `folders_of` says what the folders of files say.
    """
    from mlgate.data import fused

    folders = folders_of(files)
    if chosen is EngineName.POLARS:
        return fused.query(*asking[:3], files, asking.scope, texts, tick, folders)
    from mlgate.data.engines.sql import ask_table

    scan = fused.open_files(*asking[:3], files, texts, folders)
    server = _server(chosen, engines)
    if is_parquet(files):
        try:
            counted = None
            if chosen is EngineName.SPARK and asking.scope is Scope.ROWS:
                counted = _ahead.counted(server, asking, files[0], ahead, folders_of)
            table = _table(server, scan, files, folders)
        except OtherNamesError:
            # A stream has names of its own.
            pass
        else:
            sizes = [count_rows(file) for file in files]
            with nullcontext() if tick is None else table.pace(sum(sizes), tick):
                return ask_table(table, scan, sizes, asking, counted)
    held = server.stream(_stream(files, texts, asking.name, scan))
    _add_folders(held, scan, folders)
    with nullcontext() if tick is None else held.pace(0, tick):
        return ask_table(held, scan, held.sizes, asking)


def _stream(files: Sequence[str], texts: Sequence[TextFile], engine: str, scan: Scan) -> Stream:
    from mlgate.data.engines.sql import FILE_BITS
    from mlgate.data.engines.streams import Stream, Texts, TypedFiles

    return Stream(Texts(texts, engine, scan) if texts else TypedFiles(files, scan), scan, FILE_BITS)


def _table(server: Server, scan: Scan, files: Sequence[str], folders: Sequence[Folders]) -> Table:
    """Return Parquet files as a table of an engine, with the columns of their folders."""
    own = {name: held for name, held in scan.holds.items() if name not in scan.folders}
    table = server.open(files, list(own), list(own.values()))
    _add_folders(table, scan, folders)
    return table


def _add_folders(table: Table, scan: Scan, folders: Sequence[Folders]) -> None:
    if scan.folders:
        from mlgate.data.engines.folder_terms import add_folder_terms

        add_folder_terms(table, scan, folders)


class _Ahead:
    """What was counted of files before their turn: a cluster is slow to begin, and counts many as fast as one."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Stat, Counts]] = {}

    def counted(
        self,
        server: Server,
        asking: Asking,
        file: str,
        ahead: Sequence[str],
        folders_of: Callable[[Sequence[str]], Sequence[Folders]],
    ) -> Counts | None:
        """Return what is known of a file, after it was counted together with others where that is worth it."""
        key = (id(asking.schema), file)
        if key not in self._known and len(ahead) > 1:
            self._count(server, asking, ahead[:_AT_ONCE], folders_of)
        before, counts = self._known.pop(key, (None, None))
        return counts if before is not None and stat_of(Path(file)) == before else None

    def _count(
        self,
        server: Server,
        asking: Asking,
        ahead: Sequence[str],
        folders_of: Callable[[Sequence[str]], Sequence[Folders]],
    ) -> None:
        from mlgate.data import fused
        from mlgate.data.engines.sql import count_ahead

        try:
            alike = [file for file in ahead if is_parquet([file]) and same_columns(file, ahead[0])]
            before = {file: stat_of(Path(file)) for file in alike}
            folders = folders_of(alike)
            scan = fused.open_files(*asking[:3], alike, (), folders)
            found = count_ahead(_table(server, scan, alike, folders), scan, asking)
        except (ApartError, EngineError, OSError):
            # One of them may be broken, which its own turn will tell.
            return
        self._known |= {(id(asking.schema), alike[place]): (before[alike[place]], one) for place, one in found.items()}


_ahead = _Ahead()


def end_engines() -> None:
    """End what was started."""
    while _started:
        _started.popitem()[1].close()


def _server(chosen: EngineName, engines: Engines) -> Server:
    if chosen in _failed:
        raise _failed[chosen]
    if chosen not in _started:
        try:
            _started[chosen] = _start(chosen, engines)
        except EngineError as error:
            _failed[chosen] = error
            raise
    return _started[chosen]


def _start(chosen: EngineName, engines: Engines) -> Server:
    if chosen is EngineName.DUCKDB:
        from mlgate.data.engines.with_duckdb import DuckDB

        return DuckDB(engines.memory)
    from mlgate.data.engines.with_spark import Spark

    return Spark(engines.master, engines.options)
