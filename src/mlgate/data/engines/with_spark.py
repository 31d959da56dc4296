"""Spark: one session a worker, on the master that the config names."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from mlgate.data.engines.failures import EngineError, OtherNamesError
from mlgate.data.engines.sql import FILE_BITS
from mlgate.data.engines.sql_terms import SqlTerms, encodable, moment_of
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
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}


class Spark:
    """A session, started by the first dataset that asks for it."""

    def __init__(self, master: str, options: Mapping[str, str]) -> None:
        """Start it; raises `EngineError` where it does not."""
        self._folder = tempfile.mkdtemp(prefix="mlgate-spark-")
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
        return SparkTable(self._session, paths, names, holds)

    def close(self) -> None:
        """End the session."""
        self._session.stop()
        self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class SparkTable:
    """Parquet files as Spark reads them."""

    name = EngineName.SPARK
    long_times = True
    numbered = "AS"
    is_stream = False
    misfits: Mapping[str, int] = {}

    def __init__(self, session: Any, paths: Sequence[str], names: Sequence[str], holds: Sequence[Holds]) -> None:
        """Look at the types of the columns."""
        self._session = session
        if {_ROW, _FILE} & set(names):
            raise OtherNamesError
        frame = self._tried(lambda: session.read.parquet(*(_address(path) for path in paths)))
        if list(frame.columns) != list(names):
            raise ApartError(Apart.TYPES)
        known = {name: str(kind) for name, kind in frame.dtypes}
        self.holds = {name: _held(known[name], held) for name, held in zip(names, holds, strict=True)}
        self.terms = SqlTerms(_Dialect(), {name: name for name in names})
        # Which file and which row of it a value came from is hidden, but for those who ask by name.
        frame = frame.selectExpr("*", f"_metadata.row_index AS {_ROW}", f"_metadata.file_path AS {_FILE}")
        self.source = "mlgate_files"
        frame.createOrReplaceTempView(self.source)
        self.row = f"({_place(paths)} * {1 << FILE_BITS}L + {_ROW})"

    def fetch(self, query: str, *, begin: bool = False) -> list[tuple[Any, ...]]:  # noqa: ARG002
        """Run a query."""
        return [tuple(row) for row in self._tried(lambda: self._session.sql(query).collect())]

    def pace(self, rows: int, tick: Callable[[int], None]) -> AbstractContextManager[None]:  # noqa: ARG002
        """Say nothing on the way: a cluster counts its tasks, not rows."""
        return nullcontext()

    def all_differ(self, value: str, least: int, most: int, rows: int) -> bool:  # noqa: ARG002
        """Return False: the workers count groups at no greater cost."""
        return False

    def _tried(self, ask: Any) -> Any:
        from pyspark.errors import AnalysisException, ParseException

        try:
            return ask()
        except (AnalysisException, ParseException) as error:
            raise ApartError(Apart.QUERY) from error
        except Exception as error:
            raise EngineError("Spark", first_line(error)) from error


class _Dialect:
    starts = "startswith"
    ends = "endswith"

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        return _text(encodable(value))

    def moment(self, count: int, kind: Holds) -> str:
        if kind is Holds.NANOS:
            return f"CAST('{count}' AS BIGINT)"
        return f"CAST('{moment_of(count, kind).isoformat(sep=' ')}' AS TIMESTAMP_NTZ)"

    def of_file(self, literals: Sequence[str], row: str) -> str:
        return f"element_at(array({', '.join(literals)}), CAST(shiftright({row}, {FILE_BITS}) + 1 AS INT))"

    def found(self, value: str, pattern: str) -> str:
        if _backtracks(pattern):
            raise ApartError(Apart.PATTERN)
        return f"({value} RLIKE {_text(pattern)})"


def _backtracks(pattern: str) -> bool:
    """Return whether a pattern of `mlgate.data.patterns` repeats repeats, which may take Java for ever."""
    open_groups: list[bool] = []
    for sign in re.finditer(r"\[[^\]]*\]|\(\?:|\)(\{\d+,\d*\})?", pattern):
        if sign[0] == "(?:":
            open_groups.append(False)
        elif sign[0].startswith(")"):
            inner = open_groups.pop()
            many = sign[1] is not None and sign[1] not in ("{0,1}", "{1,1}")
            if many and inner:
                return True
            if open_groups and (inner or many):
                open_groups[-1] = True
    return False


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
    listed = ", ".join(_text(str(Path(path).absolute())) for path in paths)
    path = f"regexp_replace(url_decode(replace({_FILE}, '+', '%2B')), '^file:/*', '/')"
    return f"(CAST(array_position(array({listed}), {path}) AS BIGINT) - 1)"


def _text(value: str) -> str:
    """Return a literal, every sign of which but letters and digits is written as its code: none means anything."""
    return "'" + "".join(sign if sign.isascii() and sign.isalnum() else _coded(sign) for sign in value) + "'"


def _coded(sign: str) -> str:
    number = ord(sign)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"
