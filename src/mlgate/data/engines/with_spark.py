"""Spark: one session a worker, on the master that the config names.

Parquet it reads itself; all else is written for its workers, typed, see `mlgate.data.engines.handing_over`.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from mlgate.data.engines.failures import EngineError, HandingOverError, OtherNamesError
from mlgate.data.engines.handing_over import hand_over, hand_over_nothing
from mlgate.data.engines.spark_dialect import SparkDialect, literal
from mlgate.data.engines.sql import FILE_BITS
from mlgate.data.engines.sql_terms import SqlTerms
from mlgate.data.engines.streams import POSITION, Stream, Streamed, Tick
from mlgate.data.loading import first_line
from mlgate.data.messages import Apart, EngineName
from mlgate.data.scanning import ApartError, Holds

_PATTERN = frozenset("{}[]*?\\,")
_ROW, _FILE = "__mlgate_row", "__mlgate_file"
_TYPES = {
    "double": Holds.FLOAT, "float": Holds.SMALL_FLOAT, "boolean": Holds.TRUTH, "string": Holds.TEXT,
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), Holds.WHOLE),
}  # fmt: skip
_OWN = {
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    # Spark knows no nanoseconds: they are compared as the whole numbers that they are.
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
_LOCAL_IP = "SPARK_LOCAL_IP"
_NO_JAVA = "Java ended before Spark was up"
_NOT_SHARED = "they cannot read what is written there"
_NOT_THERE = ("FileNotFound", "NoSuchFile", "NOT_EXIST", "PATH_NOT_FOUND", "does not exist", "Permission denied")
"""What Java's errors hold where a file is not there, or not to be read."""
_VIEW = "mlgate_files"
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}


class Spark:
    """A session, started by the first dataset that asks for it."""

    def __init__(self, master: str, options: Mapping[str, str]) -> None:
        """Start it; raises `EngineError` where it does not."""
        self._folder = tempfile.mkdtemp(prefix="mlgate-spark-")
        self._handed: Path | None = None
        # None before it is known.
        self._shares_disk: bool | None = master.startswith("local") or None
        _let_workers_answer(master)
        settings = {
            **_QUIET,
            "spark.sql.warehouse.dir": self._folder,
            **_local(master, self._folder),
            **options,
            **_OWN,
        }
        try:
            from pyspark.sql import SparkSession

            builder = SparkSession.builder.master(master).appName("mlgate")
            for key, value in settings.items():
                builder = builder.config(key, value)
            self._session: Any = builder.getOrCreate()
        except Exception as error:
            self._remove()
            said = first_line(error)
            raise EngineError("Spark", _NO_JAVA if "JAVA_GATEWAY_EXITED" in said else said) from error

    def open(self, paths: Sequence[str], names: Sequence[str], holds: Sequence[Holds]) -> SparkTable:
        """Return Parquet files as a table; `names` are their columns, which hold what `holds` says."""
        self._forget()
        return SparkTable(self._session, paths, names, holds)

    def stream(self, stream: Stream) -> SparkStream:
        """Return a stream as a table; raises `HandingOverError` where workers do not read what this machine writes.

        What was written for the one before is removed.
        """
        self._forget()
        folder = Path(tempfile.mkdtemp(prefix="rows-", dir=self._folder))
        self._handed = folder
        if self._shares_disk is None:
            self._shares_disk = self._reach(folder)
        if not self._shares_disk:
            raise HandingOverError(folder, _NOT_SHARED)
        return SparkStream(self._session, stream, folder)

    def close(self) -> None:
        """End the session."""
        self._session.stop()
        self._remove()

    def _reach(self, folder: Path) -> bool:
        """Return whether workers read what this machine writes: better asked of nothing than after all was written."""
        path = hand_over_nothing(folder)
        try:
            self._session.read.parquet(_address(str(path))).collect()
        except Exception as error:
            if not any(sign in str(error) for sign in _NOT_THERE):
                raise EngineError("Spark", first_line(error)) from error
            return False
        return True

    def _forget(self) -> None:
        if self._handed is not None:
            shutil.rmtree(self._handed, ignore_errors=True)

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class _Table:
    """What tables of files and of streams have in common."""

    name = EngineName.SPARK
    long_times = True
    numbered = "AS"
    is_stream = False
    source = _VIEW

    def __init__(self, session: Any) -> None:
        self._session = session

    def fetch(self, query: str, *, begin: bool = False) -> list[tuple[Any, ...]]:  # noqa: ARG002
        """Run a query."""
        return [tuple(row) for row in self._tried(lambda: self._session.sql(query).collect())]

    def all_differ(self, value: str, least: int, most: int, rows: int) -> bool:  # noqa: ARG002
        """Return False: the workers count groups at no greater cost."""
        return False

    def _read(self, paths: Sequence[str]) -> Any:
        return self._tried(lambda: self._session.read.parquet(*(_address(path) for path in paths)))

    def _tried(self, ask: Any) -> Any:
        from pyspark.errors import AnalysisException, ParseException

        try:
            return ask()
        except (AnalysisException, ParseException) as error:
            raise ApartError(Apart.QUERY) from error
        except Exception as error:
            raise EngineError("Spark", first_line(error)) from error


class SparkTable(_Table):
    """Parquet files as Spark reads them."""

    misfits: Mapping[str, int] = {}

    def __init__(self, session: Any, paths: Sequence[str], names: Sequence[str], holds: Sequence[Holds]) -> None:
        """Look at the types of the columns."""
        super().__init__(session)
        if {_ROW, _FILE} & set(names):
            raise OtherNamesError
        frame = self._read(paths)
        if list(frame.columns) != list(names):
            raise ApartError(Apart.TYPES)
        known = {name: str(kind) for name, kind in frame.dtypes}
        self.holds = {name: _held(known[name], held) for name, held in zip(names, holds, strict=True)}
        self.terms = SqlTerms(SparkDialect(), {name: name for name in names})
        # Which file and which row of it a value came from is hidden, but for those who ask by name.
        frame = frame.selectExpr("*", f"_metadata.row_index AS {_ROW}", f"_metadata.file_path AS {_FILE}")
        frame.createOrReplaceTempView(_VIEW)
        self.row = f"({_place(paths)} * {1 << FILE_BITS}L + {_ROW})"

    def pace(self, rows: int, tick: Tick) -> AbstractContextManager[None]:  # noqa: ARG002
        """Say nothing on the way: a cluster counts its tasks, not rows."""
        return nullcontext()


class SparkStream(Streamed, _Table):
    """Files as Spark is given them: written once, with the columns that the first query names, for it names all."""

    row = f"`{POSITION}`"

    def __init__(self, session: Any, stream: Stream, folder: Path) -> None:
        """Keep the stream, and the folder to write to."""
        super().__init__(session)
        self._folder = folder
        self._is_written = False
        self._keep(stream, SparkDialect())

    def fetch(self, query: str, *, begin: bool = False) -> list[tuple[Any, ...]]:
        """Run a query."""
        if not self._is_written:
            path = hand_over(self._stream, query, self._folder, self._tick)
            self._read([str(path)]).createOrReplaceTempView(_VIEW)
            self._is_written = True
        return super().fetch(query, begin=begin)


def _local(master: str, folder: str) -> dict[str, str]:
    """Return what a master on this machine needs: a folder, and no name of the machine that might lead nowhere."""
    if not master.startswith("local"):
        return {}
    return {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1", "spark.local.dir": folder}


def _let_workers_answer(master: str) -> None:
    """Take back that this machine is called 127.0.0.1, as pandera has it called: other machines would not find it."""
    elsewhere = not master.startswith("local") and not re.match(r"spark://(localhost|127\.)", master)
    if elsewhere and os.environ.get(_LOCAL_IP) == "127.0.0.1":  # noqa: TID251 - Spark reads it there
        del os.environ[_LOCAL_IP]  # noqa: TID251


def _held(kind: str, known: Holds) -> Holds:
    if kind == "timestamp_ntz" and known in (Holds.MILLIS, Holds.MICROS):
        return known
    if kind == "bigint" and known is Holds.NANOS:
        return known
    return _TYPES.get(kind, Holds.OTHER)


def _address(path: str) -> str:
    """Return a path for Hadoop, so that none of its signs stands for others; it is no true URI, and codes nothing."""
    return "file://" + "".join(f"\\{sign}" if sign in _PATTERN else sign for sign in str(Path(path).absolute()))


def _place(paths: Sequence[str]) -> str:
    """Return which of the files a row is of, from 0."""
    if len(paths) == 1:
        return "0L"
    listed = ", ".join(literal(str(Path(path).absolute())) for path in paths)
    path = f"regexp_replace(url_decode(replace({_FILE}, '+', '%2B')), '^file:/*', '/')"
    return f"(CAST(array_position(array({listed}), {path}) AS BIGINT) - 1)"
