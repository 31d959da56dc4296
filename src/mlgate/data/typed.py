"""Gives the columns of text files the types that their contract states, where no value is changed by it.

A text file has no types: `pandas.read_csv` guesses them. `01` is read as text where the contract says text, whole
numbers as floats where it says float, dates as dates. A column that does not fit stays as guessed, for the contract
to complain about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal


def text_columns(wanted: Mapping[str, Any]) -> list[str]:
    """Return the columns that the contract states as text; `wanted` is the pandera dtype of each column."""
    from pandera.dtypes import is_string

    return [name for name, dtype in wanted.items() if is_string(dtype)]


def type_pandas(frame: Any, wanted: Mapping[str, Any]) -> Any:
    """Return a pandas frame with each column as its contract states it, where that loses nothing."""
    for name, dtype in wanted.items():
        if name in frame.columns:
            frame[name] = _typed_series(frame[name], dtype)
    return frame


def _typed_series(series: Any, dtype: Any) -> Any:
    from pandera.dtypes import is_category, is_datetime, is_float, is_int, is_string, is_timedelta
    from pandera.engines.pandas_engine import Engine

    now = Engine.dtype(series.dtype)
    kind = "O" if is_string(now) else getattr(series.dtype, "kind", "O")
    widens = (
        (is_float(dtype) and kind in "iuf")
        or (is_int(dtype) and kind in "iu")
        or (is_int(dtype) and kind == "f" and str(dtype)[:1] in "IU" and _whole(series))
        or ((is_datetime(dtype) or is_timedelta(dtype) or str(dtype) == "date") and kind == "O")
        or is_category(dtype)
        or (str(dtype) == "boolean" and kind in "bO")
    )
    if not widens or now == dtype:
        return series
    try:
        typed = dtype.coerce(dates_of(series) if is_datetime(dtype) or str(dtype) == "date" else series)
        return series if is_int(dtype) and not _equal(typed, series) else typed
    except Exception:  # noqa: BLE001 - whatever does not fit is left for the contract to say
        return series


def dates_of(series: Any, errors: Literal["raise", "coerce"] = "raise") -> Any:
    """Return a pandas column of text as dates: ISO 8601, or all in one format that pandas can tell from the first.

    What only a guess could read, such as `31st`, raises, or is null with `errors="coerce"`.
    """
    import warnings

    import pandas as pd

    found = pd.to_datetime(series, format="ISO8601", errors="coerce")
    if (found.isna() & series.notna()).any():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", message="Could not infer format")
            try:
                return pd.to_datetime(series, errors="raise")
            except (ValueError, TypeError, UserWarning):
                if errors == "raise":
                    raise
    return found


def _equal(one: Any, other: Any) -> bool:
    held = other.notna()
    return bool((one[held].astype("float64") == other[held].astype("float64")).all())


def _whole(series: Any) -> bool:
    held = series.dropna()
    return bool((held == held.round()).all())


def type_polars(frame: Any, wanted: Mapping[str, Any]) -> Any:
    """Return a polars frame with each column as its contract states it, where that loses nothing."""
    import polars as pl

    for name, dtype in wanted.items():
        if name not in frame.columns or frame.schema[name] == dtype.type:
            continue
        try:
            frame = frame.with_columns(_cast(pl.col(name), frame.schema[name], dtype.type))
        except (pl.exceptions.PolarsError, TypeError, ValueError):
            continue
    return frame


def _cast(column: Any, now: Any, target: Any) -> Any:
    import polars as pl

    if now == pl.String:
        if target == pl.Date:
            return column.str.to_date(strict=True)
        if target == pl.Datetime:
            unit = getattr(target, "time_unit", None) or "us"
            return column.str.to_datetime(time_unit=unit, time_zone=getattr(target, "time_zone", None), strict=True)
        if target == pl.Time:
            return column.str.to_time(strict=True)
        return column.cast(target, strict=True) if target in (pl.Categorical, pl.Enum) else column
    if now.is_integer() and target.is_numeric():
        return column.cast(target, strict=True)
    return column.cast(target, strict=True) if now.is_float() and target.is_float() else column
