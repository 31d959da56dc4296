"""Opens files as a lazy polars scan, with the types that the contract's own engine would give their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mlgate.data.formats import Kind, format_of
from mlgate.data.messages import Apart


class Holds(StrEnum):
    """What the values of a column are, as far as one query can be sure that every engine reads them alike."""

    WHOLE = "whole numbers"
    FLOAT = "floats"
    SMALL_FLOAT = "floats of 32 bits"
    TRUTH = "truth values"
    TEXT = "text"
    MILLIS = "times in milliseconds"
    MICROS = "times in microseconds"
    NANOS = "times in nanoseconds"
    OTHER = "something else"


class Trouble:
    """What a scan of text came upon on its way that spoils the table, or keeps it from being asked in one query."""

    def __init__(self) -> None:
        """Begin without any."""
        self.error: Exception | None = None


class Scan(NamedTuple):
    """Files as one lazy frame; `empty` is a frame of the contract's engine with their columns and no rows.

    `nulls_change` names the columns that pandas gives another type as soon as one of their values is null. Of text,
    `typed` makes the values of what is written, and `misfits` is how many are written in no way that engines surely
    read alike; `folders` does what `typed` does for columns that are the names of folders.
    """

    lazy: Any
    empty: Any
    holds: dict[str, Holds]
    nulls_change: frozenset[str]
    misfits: Mapping[str, Any] = {}
    trouble: Trouble | None = None
    typed: Mapping[str, Any] = {}
    folders: Mapping[str, Any] = {}


class ApartError(Exception):
    """The files cannot be asked in one query; holds why."""

    def __init__(self, why: Apart) -> None:
        """Keep why."""
        super().__init__(why)
        self.why = why


def open_scan(paths: Sequence[str], engine: str) -> Scan:
    """Return a scan of files that agree in their columns and types; raises `ApartError`."""
    kind = require_typed(paths)
    schemas = [_schema(path) for path in paths]
    if any(not schema.equals(schemas[0], check_metadata=True) for schema in schemas[1:]):
        raise ApartError(Apart.FILES_DIFFER)
    lazy = _lazy(paths, kind)
    known = lazy.collect_schema()
    if tuple(known.names()) != tuple(schemas[0].names):
        raise ApartError(Apart.TYPES)
    if engine == "polars":
        empty = known.to_frame()
        return Scan(lazy, empty, {name: _held(dtype) for name, dtype in known.items()}, frozenset())
    empty = _empty_pandas(schemas[0])
    holds = {
        field.name: _held(known[field.name]) if _is_plain(field.type, empty[field.name]) else Holds.OTHER
        for field in schemas[0]
    }
    return Scan(lazy, empty, holds, frozenset(name for name in holds if empty[name].dtype.kind in "iub"))


def require_typed(paths: Sequence[str]) -> Kind:
    """Return the format of files whose columns have types of their own; raises `ApartError` for text."""
    kinds = {form.kind for form in map(format_of, paths) if form is not None}
    if kinds - {Kind.PARQUET, Kind.ARROW} or len(kinds) != 1:
        raise ApartError(Apart.TEXT)
    return kinds.pop()


def is_parquet(paths: Sequence[str]) -> bool:
    """Return whether all files are Parquet."""
    return all(form is not None and form.kind is Kind.PARQUET for form in map(format_of, paths))


def same_columns(path: str, other: str) -> bool:
    """Return whether two files of Parquet or Arrow agree in their columns and types; one that is broken does not."""
    import pyarrow as pa

    try:
        return bool(_schema(path).equals(_schema(other), check_metadata=True))
    except (pa.ArrowException, OSError):
        return False


def count_rows(path: str) -> int:
    """Return the rows of a file that `open_scan` has accepted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    form = format_of(path)
    if form is not None and form.kind is Kind.PARQUET:
        return int(pq.read_metadata(path).num_rows)
    with pa.memory_map(path) as source:
        reader = pa.ipc.open_file(source)
        return sum(reader.get_batch(number).num_rows for number in range(reader.num_record_batches))


def _schema(path: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    form = format_of(path)
    if form is not None and form.kind is Kind.PARQUET:
        return pq.read_schema(path)
    try:
        with pa.memory_map(path) as source:
            return pa.ipc.open_file(source).schema
    except pa.ArrowInvalid as error:
        raise ApartError(Apart.STREAM) from error


def _lazy(paths: Sequence[str], kind: Kind) -> Any:
    import polars as pl

    if kind is Kind.PARQUET:
        return lazy_parquet(paths)
    return pl.concat([pl.scan_ipc(path, glob=False, hive_partitioning=False) for path in paths])


def lazy_parquet(paths: Sequence[str]) -> Any:
    """Return Parquet files of the same columns as a lazy frame."""
    import polars as pl

    return pl.scan_parquet(list(paths), glob=False, hive_partitioning=False)


def _empty_pandas(schema: Any) -> Any:
    """Return the frame that pandas would read, without its rows; raises where it would make an index of columns."""
    import io

    import pandas as pd
    import pyarrow.parquet as pq

    index = (schema.pandas_metadata or {}).get("index_columns", [])
    if any(not isinstance(one, dict) or one.get("name") is not None for one in index):
        raise ApartError(Apart.INDEX)
    stream = io.BytesIO()
    pq.write_table(schema.empty_table(), stream)
    stream.seek(0)
    frame = pd.read_parquet(stream, engine="pyarrow")
    if list(frame.columns) != schema.names:
        raise ApartError(Apart.INDEX)
    return frame


def _is_plain(arrow: Any, series: Any) -> bool:
    """Return whether pandas keeps a column of Arrow as what it is, nulls of whole numbers and truth values aside."""
    import pyarrow as pa

    types = pa.types
    if types.is_integer(arrow):
        return series.dtype.kind in "iu"
    if types.is_float32(arrow) or types.is_float64(arrow):
        return str(series.dtype) in ("float32", "float64")
    if types.is_boolean(arrow):
        return str(series.dtype) in ("bool", "boolean")
    if types.is_timestamp(arrow):
        return arrow.tz is None and str(series.dtype).startswith("datetime64[")
    texts = types.is_string(arrow) or types.is_large_string(arrow)
    return bool(texts) and str(series.dtype) in ("str", "object", "string")


def _held(dtype: Any) -> Holds:
    import polars as pl

    if dtype.is_integer() and dtype not in (pl.UInt64, pl.Int128):
        return Holds.WHOLE
    found = {pl.Float64: Holds.FLOAT, pl.Float32: Holds.SMALL_FLOAT, pl.Boolean: Holds.TRUTH, pl.String: Holds.TEXT}
    for kind, held in found.items():
        if dtype == kind:
            return held
    if dtype == pl.Datetime and dtype.time_zone is None:
        return {"ms": Holds.MILLIS, "us": Holds.MICROS, "ns": Holds.NANOS}[dtype.time_unit]
    return Holds.OTHER
