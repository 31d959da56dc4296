"""DuckDB: one connection a worker, with a limit of memory past which it writes to a folder of its own.

Parquet it reads itself; all else comes as a stream of typed values, see `mlgate.data.engines.streams`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mlgate.data.engines.failures import EngineError, OtherNamesError
from mlgate.data.engines.sql import FILE_BITS
from mlgate.data.engines.sql_terms import SqlTerms, encodable
from mlgate.data.engines.streams import POSITION, Stream, Streamed
from mlgate.data.loading import first_line
from mlgate.data.messages import Apart, EngineName
from mlgate.data.scanning import ApartError, Holds

_SPARSE = 16
_EVERY_SECONDS = 0.5
_WIDEST = 1_000_000_000
_TYPES = {
    "DOUBLE": Holds.FLOAT, "FLOAT": Holds.SMALL_FLOAT, "BOOLEAN": Holds.TRUTH, "VARCHAR": Holds.TEXT,
    "TIMESTAMP_NS": Holds.NANOS,
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), Holds.WHOLE),
}  # fmt: skip
_RESERVED = frozenset({"file_row_number", "file_index", "filename"})


class DuckDB:
    """A connection to a database that is nowhere but in memory."""

    def __init__(self, memory: int) -> None:
        """Connect; `memory` is the limit in bytes."""
        import duckdb

        self._folder = tempfile.mkdtemp(prefix="mlgate-duckdb-")
        atexit.register(self.close)
        self._connection = duckdb.connect(
            config={
                "memory_limit": f"{memory}B",
                "temp_directory": self._folder,
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "python_enable_replacements": False,
            }
        )
        # The statistics of Parquet leave NaN out, so that what is decided by them alone finds no NaN.
        self._connection.execute("SET disabled_optimizers = 'filter_pushdown,statistics_propagation'")
        for setting in ("enable_progress_bar = true", "enable_progress_bar_print = false", "progress_bar_time = 0"):
            self._connection.execute(f"SET {setting}")

    def open(self, paths: Sequence[str], names: Sequence[str], holds: Sequence[Holds]) -> DuckTable:
        """Return Parquet files as a table; `names` are their columns, which hold what `holds` says."""
        return DuckTable(self._connection, paths, names, holds)

    def stream(self, stream: Stream) -> DuckStream:
        """Return a stream as a table."""
        return DuckStream(self._connection, stream)

    def close(self) -> None:
        """Disconnect, and remove what was written."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Table:
    """What tables of files and of streams have in common."""

    name = EngineName.DUCKDB
    long_times = False
    source: str

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def fetch(self, query: str, *, begin: bool = False) -> list[tuple[Any, ...]]:  # noqa: ARG002
        """Run a query."""
        import duckdb

        try:
            return self._connection.execute(query).fetchall()  # type: ignore[no-any-return]
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise EngineError("DuckDB", first_line(error)) from error
        except duckdb.Error as error:
            raise ApartError(Apart.QUERY) from error

    def all_differ(self, value: str, least: int, most: int, rows: int) -> bool:
        """Return whether whole numbers of a narrow range are all different, by ticking each off."""
        span = most - least + 1
        if span < rows or span > min(_SPARSE * rows, _WIDEST):
            return False
        bits = f"bit_count(bitstring_agg(CAST({value} AS BIGINT), {least}, {most}))"
        return bool(self.fetch(f"SELECT {bits} FROM {self.source}")[0][0] == rows)


class DuckTable(_Table):
    """Parquet files as DuckDB reads them."""

    row = f"(CAST(file_index AS BIGINT) * {1 << FILE_BITS} + file_row_number)"
    numbered = "AS NOT MATERIALIZED"
    is_stream = False
    misfits: Mapping[str, int] = {}

    def __init__(self, connection: Any, paths: Sequence[str], names: Sequence[str], holds: Sequence[Holds]) -> None:
        """Look at the types of the columns."""
        super().__init__(connection)
        if _RESERVED & {name.lower() for name in names}:
            raise OtherNamesError
        listed = ", ".join(_text(_literally(path)) for path in paths)
        self.source = f"read_parquet([{listed}], hive_partitioning = false)"
        described = self.fetch(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {self.source})")
        # Names that differ in case only are one to DuckDB, which gives the second a name of its own.
        self.terms = SqlTerms(_Dialect(), dict(zip(names, (name for name, _ in described), strict=True)))
        self.holds = {name: _held(kind, known) for name, (_, kind), known in zip(names, described, holds, strict=True)}

    @contextmanager
    def pace(self, rows: int, tick: Callable[[int], None]) -> Iterator[None]:
        """Call `tick` now and then, while queries run, with as many of the rows as were read since."""
        ended = threading.Event()

        def watch() -> None:
            told = 0
            while not ended.wait(_EVERY_SECONDS):
                now = int(rows * self._connection.query_progress() / 100)
                if now > told:
                    tick(now - told)
                    told = now

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


class DuckStream(Streamed, _Table):
    """Files as DuckDB is given them, piece by piece."""

    row = f'"{POSITION}"'
    source = "mlgate_stream"
    # A stream is read once by a query, which may not name it twice.
    numbered = "AS MATERIALIZED"
    is_stream = True

    def __init__(self, connection: Any, stream: Stream) -> None:
        """Keep the stream."""
        super().__init__(connection)
        self._keep(stream, _Dialect())

    def fetch(self, query: str, *, begin: bool = False) -> list[tuple[Any, ...]]:
        """Run a query, over the first rows alone with `begin`."""
        self._connection.register(self.source, self._stream.reader(query, begin=begin, tick=self._tick))
        try:
            return super().fetch(query)
        except (ApartError, EngineError) as error:
            if self._stream.error is not None:
                raise self._stream.error from error
            raise
        finally:
            self._connection.unregister(self.source)


class _Dialect:
    starts = "starts_with"
    ends = "ends_with"

    def quoted(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        return _text(encodable(value))

    def moment(self, count: int, kind: Holds) -> str:
        if kind is Holds.NANOS:
            return f"make_timestamp_ns(CAST('{count}' AS BIGINT))"
        return f"make_timestamp(CAST('{count * (1000 if kind is Holds.MILLIS else 1)}' AS BIGINT))"

    def of_file(self, literals: Sequence[str], row: str) -> str:
        return f"([{', '.join(literals)}])[({row} >> {FILE_BITS}) + 1]"

    def found(self, value: str, pattern: str) -> str:
        if "(?:)" in pattern:
            # DuckDB 2.0 takes a pattern that begins with nothing for one of the whole value.
            raise ApartError(Apart.PATTERN)
        return f"regexp_matches({value}, {_text(pattern)})"


def _held(kind: str, known: Holds) -> Holds:
    if kind in ("TIMESTAMP", "TIMESTAMP_MS") and known in (Holds.MILLIS, Holds.MICROS):
        return known
    return _TYPES.get(kind, Holds.OTHER)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _literally(path: str) -> str:
    """Return a path so that none of its signs stands for others."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)
