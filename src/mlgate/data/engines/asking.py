"""Chooses the engine that a dataset names, starts it once a worker, and asks the one query of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from mlgate.data.engine import Engine
from mlgate.data.engines.failures import EngineError, OtherNamesError
from mlgate.data.messages import EngineName, Engines, Scope
from mlgate.data.scanning import Holds, Scan, count_rows, is_parquet, open_scan

if TYPE_CHECKING:
    from mlgate.data.engines.sql import Table
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

    def close(self) -> None:
        """End it."""


_started: dict[EngineName, Server] = {}
_failed: dict[EngineName, EngineError] = {}


def query(
    engines: Engines,
    chosen: EngineName,
    schema: Any,
    engine: Engine,
    name: str,
    files: Sequence[str],
    scope: Scope,
    texts: Sequence[TextFile] = (),
    tick: Callable[[int], None] | None = None,
) -> Part:
    """Ask the query for a contract of files; raises `ApartError` where pandera must be asked everything.

    `tick` is called with the rows of each piece that polars has read.

    DuckDB and Spark read Parquet; all else polars reads for them.
    """
    from mlgate.data import fused

    if chosen is EngineName.POLARS or not is_parquet(files):
        return fused.query(schema, engine, name, files, scope, texts, tick)
    from mlgate.data.engines.sql import ask_table

    scan = open_scan(files, name)
    try:
        table = _server(chosen, engines).open(files, list(scan.holds), list(scan.holds.values()))
    except OtherNamesError:
        return fused.query(schema, engine, name, files, scope, tick=tick)
    return ask_table(table, scan, [count_rows(file) for file in files], schema, engine, name, scope)


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
