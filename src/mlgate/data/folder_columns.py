"""Gives the rows of files the columns that stand in the names of their folders, typed as the contract states them.

Where the contract states no type they are text: a reader's guess hangs on which folders there are. What stands in the
file itself under the same name counts, and must agree with the folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlgate.data.folders import Folders, names_of
from mlgate.data.messages import Apart, Defect, UnreadableError
from mlgate.data.scanning import ApartError, Holds, Scan, Trouble, is_parquet, lazy_parquet
from mlgate.data.text_file import TextFile
from mlgate.data.text_scan import empty_frame, scan_texts
from mlgate.data.text_types import RAW, Typed, typed_column
from mlgate.text import shorten


def scan_with_folders(
    scan: Scan,
    files: Sequence[str],
    texts: Sequence[TextFile],
    folders: Sequence[Folders],
    engine: str,
    wanted: Mapping[str, Any],
) -> Scan:
    """Return a scan of files with the columns of their folders; `wanted` is the dtype that the contract states.

    Raises `ApartError` where the folders of the files do not have the same names.
    """
    names = names_of(folders)
    if not folders or names == ():
        return scan
    if names is None:
        raise ApartError(Apart.FILES_DIFFER)
    names = tuple(name for name in names if name not in scan.holds)
    if not names:
        return scan
    empty = empty_frame(names, engine, {name: wanted[name] for name in names if name in wanted})
    known = {name: _typed(name, engine, wanted.get(name), empty, folders) for name in names}
    typed = {name: held.value for name, held in known.items()}
    scan = add_folders(scan, files, texts, folders, typed, engine)
    narrow = {name for name in names if engine == "pandas" and empty[name].dtype.kind in "iub"}
    return scan._replace(
        empty=_beside(scan.empty, empty, engine),
        holds=scan.holds | {name: held.holds for name, held in known.items()},
        nulls_change=scan.nulls_change | narrow,
        misfits={**scan.misfits, **{name: held.misfits for name, held in known.items() if held.misfits is not None}},
    )


def add_folders(
    scan: Scan,
    files: Sequence[str],
    texts: Sequence[TextFile],
    folders: Sequence[Folders],
    typed: Mapping[str, Any],
    engine: str,
) -> Scan:
    """Return a scan with the columns of folders alone added; `typed` makes their values of what is written."""
    import polars as pl

    if not typed:
        return scan
    trouble = scan.trouble
    if len(files) == 1:
        parts = [scan.lazy]
    elif texts:
        trouble = Trouble()
        known = (scan.typed, scan.holds, scan.nulls_change, scan.misfits, trouble)
        parts = [scan_texts([text], engine, *known).lazy for text in texts]
    elif is_parquet(files):
        parts = [lazy_parquet([file]) for file in files]
    else:
        parts = [pl.scan_ipc(file, glob=False, hive_partitioning=False) for file in files]
    written = [
        part.with_columns(pl.lit(value, pl.String).alias(name) for name, value in one if name in typed)
        for part, one in zip(parts, folders, strict=True)
    ]
    lazy = written[0] if len(written) == 1 else pl.concat(written, how="diagonal")
    lazy = lazy.with_columns(
        *(value.alias(name) for name, value in typed.items()), *(pl.col(name).alias(f"{RAW}{name}") for name in typed)
    )
    return scan._replace(lazy=lazy, trouble=trouble, folders=typed)


def frame_with_folders(frame: Any, engine: str, folders: Folders, wanted: Mapping[str, Any]) -> Any:
    """Return a frame of a file with the columns of its folders, as the contract's engine reads a field of text."""
    for name, value in folders:
        if name not in frame.columns:
            add = _with_pandas if engine == "pandas" else _with_polars
            frame = add(frame, name, value, wanted.get(name))
    return frame


def require_agreement(values: Any, name: str, value: str | None) -> None:
    """Raise where a column of the file itself, as polars has it, holds something else than its folder says."""
    other = _disagreeing(values, value)
    if other:
        said = "null" if value is None else shorten(value)
        raise UnreadableError(Defect.FOLDER, subject=shorten(name), said=said, count=other)


def _typed(name: str, engine: str, dtype: Any, empty: Any, folders: Sequence[Folders]) -> Typed:
    import polars as pl

    if dtype is None:
        return Typed(Holds.TEXT, pl.col(name), None, pl.String)
    written = [value for one in folders for key, value in one if key == name and value is not None]
    found = typed_column(name, engine, dtype, empty[name], written)
    # What only the contract's own engine can read fits in no row.
    return found or Typed(Holds.OTHER, pl.col(name), pl.len(), pl.String)


def _beside(empty: Any, more: Any, engine: str) -> Any:
    if engine == "polars":
        return empty.hstack(more)
    import pandas as pd

    return pd.concat([empty, more], axis="columns")


def _with_pandas(frame: Any, name: str, value: str | None, dtype: Any) -> Any:
    import csv
    import io

    import pandas as pd

    from mlgate.data.typed import text_columns, type_pandas

    wanted = {} if dtype is None else {name: dtype}
    if value is None:
        number = bool(wanted) and _is_number(dtype)
        one = pd.DataFrame({name: pd.Series([None], dtype=float if number else str)})
    elif dtype is None or text_columns(wanted):
        one = pd.DataFrame({name: pd.Series([value], dtype=str)})
    else:
        written = io.StringIO()
        csv.writer(written, quoting=csv.QUOTE_ALL).writerow([value])
        written.seek(0)
        exact: dict[str, Any] = {} if pd.__version__ >= "3" else {"float_precision": "round_trip"}
        one = pd.read_csv(written, header=None, names=[name], keep_default_na=False, skip_blank_lines=False, **exact)
    column = type_pandas(one, wanted)[name].array
    return frame.assign(**{name: column.take([0] * len(frame))})


def _with_polars(frame: Any, name: str, value: str | None, dtype: Any) -> Any:
    import io

    import polars as pl

    from mlgate.data.typed import text_columns, type_polars

    wanted = {} if dtype is None else {name: dtype}
    if value is None:
        return frame.with_columns(pl.lit(None, pl.String if dtype is None else dtype.type).alias(name))
    one = pl.DataFrame({name: [value]})
    if wanted and value and not text_columns(wanted):
        text = '"' + value.replace('"', '""') + '"\n'
        one = pl.read_csv(io.BytesIO(text.encode()), has_header=False, new_columns=[name])
    one = type_polars(one, wanted)
    return frame.with_columns(pl.lit(one.item(), one.schema[name]).alias(name))


def _is_number(dtype: Any) -> bool:
    from pandera.dtypes import is_float, is_int

    return bool(is_int(dtype) or is_float(dtype))


def _disagreeing(values: Any, said: str | None) -> int:
    import polars as pl

    if said is None:
        return int(values.len() - values.null_count())
    one, dtype = pl.Series([said]), values.dtype
    if dtype.is_temporal():
        one = one.str.to_datetime(strict=False) if dtype == pl.Datetime else one.str.to_date(strict=False)
        one = one.cast(dtype, strict=False) if dtype != pl.Datetime else one.dt.cast_time_unit(dtype.time_unit)
        values = values.dt.replace_time_zone(None) if dtype == pl.Datetime else values
    elif dtype == pl.Boolean:
        one = one.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None)
    elif dtype.is_numeric():
        one = one.cast(dtype, strict=False)
    else:
        values = values.cast(pl.String, strict=False)
    return int((values.is_null() | (values != one.item())).sum()) if one.item() is not None else values.len()
