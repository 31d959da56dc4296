"""Reads a file of predictions: the configured columns under our names, each of a type that can be compared."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mlgate.errors import MlgateError
from mlgate.text import amount, code, codes, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

FORMATS = (".csv", ".tsv", ".parquet", ".pq", ".jsonl", ".ndjson", ".json", ".arrow", ".feather", ".ipc")
_SAID = 200


def read_frame(
    source: Path | bytes, name: str, wanted: Mapping[str, str], optional: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Return the `wanted` columns (theirs by our names) of a file called `name`, and those of `optional` it has.

    Raises `MlgateError` in a line for a file that cannot be read, a column that is missing or cannot be compared, and
    ids that are missing or stand twice.
    """
    import polars as pl

    try:
        lazy = _scan(source, name, wanted["id"])
        present = lazy.collect_schema().names()
        _require(present, wanted, name)
        chosen = {**{ours: theirs for ours, theirs in (optional or {}).items() if theirs in present}, **wanted}
        frame = lazy.select(pl.col(theirs).alias(ours) for ours, theirs in chosen.items()).collect()
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise MlgateError(f"it cannot be read: {code(said, _SAID)}", where=name) from None
    frame = frame.with_columns(_comparable(frame[ours], ours, theirs, name) for ours, theirs in chosen.items())
    _check_ids(frame, wanted["id"], name)
    return frame


def _scan(source: Path | bytes, name: str, id_column: str) -> pl.LazyFrame:
    import io

    import polars as pl

    kind = next((end.lower() for end in reversed(PurePosixPath(name).suffixes) if end.lower() in FORMATS), "")
    data: Any = source
    if isinstance(source, bytes):
        data = io.BytesIO(source)
    elif any(mark in str(source) for mark in "*?["):
        # polars would take the name for a pattern.
        data = io.BytesIO(source.read_bytes())
    if kind in (".parquet", ".pq"):
        return pl.scan_parquet(data)
    if kind == ".json" and _is_list(source):
        return pl.read_json(data, infer_schema_length=None).lazy()
    if kind in (".jsonl", ".ndjson", ".json"):
        return pl.scan_ndjson(data, infer_schema_length=None)
    if kind in (".arrow", ".feather", ".ipc"):
        return pl.scan_ipc(data)
    if kind in (".csv", ".tsv"):
        # As text, for `01` and `1` are two examples.
        ids = {id_column: pl.String()}
        return pl.scan_csv(
            data, separator="\t" if kind == ".tsv" else ",", infer_schema_length=None, schema_overrides=ids
        )
    raise ValueError(f"the ending is none of {', '.join(FORMATS)}")


def _is_list(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        return source[:64].lstrip(b" \t\r\n\xef\xbb\xbf").startswith(b"[")
    with source.open("rb") as stream:
        return _is_list(stream.read(64))


def _require(present: list[str], wanted: Mapping[str, str], name: str) -> None:
    missing = [column for column in wanted.values() if column not in present]
    if missing:
        close = nearest(missing[0], tuple(present))
        hint = f"did you mean {code(close)}?" if close else f"it has {codes(present)}"
        raise MlgateError(f"there is no column {code(missing[0])}", where=name, hint=hint)


def _comparable(series: pl.Series, ours: str, column: str, name: str) -> pl.Series:
    import polars as pl

    dtype = series.dtype
    if dtype in (pl.Categorical, pl.Enum) or dtype.is_temporal():
        return series.cast(pl.String)
    if dtype == pl.Boolean and ours.startswith("slice:"):
        return series.cast(pl.String)
    if dtype == pl.Boolean:
        return series.cast(pl.Int8)
    if dtype == pl.Decimal:
        return series.cast(pl.Float64)
    if dtype == pl.Null:
        return series.cast(pl.Float64)
    if dtype == pl.String or dtype.is_numeric():
        return series
    raise MlgateError(f"the column {code(column)} holds {code(dtype)}, neither numbers nor text", where=name)


def _check_ids(frame: pl.DataFrame, column: str, name: str) -> None:
    ids = frame["id"]
    if frame.height == 0:
        raise MlgateError("it holds no example", where=name)
    missing = ids.null_count() + (int(ids.is_nan().sum()) if ids.dtype.is_float() else 0)
    if missing:
        raise MlgateError(f"{amount(missing, 'example')} without an id in {code(column)}", where=name)
    if _strictly_rising(ids):
        return
    twice = frame.height - ids.n_unique()
    if twice:
        first = ids.filter(ids.is_duplicated())[0]
        raise MlgateError(
            f"the column {code(column)} repeats {amount(twice, 'id')}, such as {code(first)}",
            where=name,
            hint="an id must name one example; if rows are several a user, name the user in `group`",
        )


def _strictly_rising(ids: pl.Series) -> bool:
    return bool(ids.dtype.is_integer() and (ids.len() < 2 or (ids.slice(1) > ids.slice(0, ids.len() - 1)).all()))
