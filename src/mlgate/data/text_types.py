"""Types the text of a column as its contract states it: strictly, so that pandas and polars surely read it alike.

A value that is written in any other way than these does not fit; its column is left to the contract's own engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from mlgate.data.scanning import Holds

RAW = "\x00text "
"""Stands before the name of a column for its values as they are written."""

_LARGEST = 1e15
_TRUTHS = {"pandas": (("True", "TRUE", "true"), ("False", "FALSE", "false")), "polars": (("true",), ("false",))}
_DAY = r"(1[7-9]|2[01])\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_FRACTIONS = {"ms": r"(\.\d{1,3})?", "us": r"(\.\d{1,6})?", "ns": r"(\.\d{1,9})?"}


class Typed(NamedTuple):
    """A column of text in a type: what it holds, its values, how many do not fit, and the type in polars."""

    holds: Holds
    value: Any
    misfits: Any
    dtype: Any


def typed_column(name: str, engine: str, dtype: Any, empty: Any, written: Iterable[str]) -> Typed | None:
    """Return a column of text as the contract's `dtype`, or None where only the contract's engine can read it.

    `empty` is the column of no rows that the engine would make of it; `written` are some of the values.
    """
    from pandera import dtypes

    if dtypes.is_string(dtype):
        return _text(name)
    if dtypes.is_bool(dtype):
        return _truth(name, engine)
    if dtypes.is_int(dtype) or dtypes.is_float(dtype):
        return _number(name, engine, empty, whole=dtypes.is_int(dtype))
    return _moment(name, engine, empty, written) if dtypes.is_datetime(dtype) or _is_day(dtype) else None


def _is_day(dtype: Any) -> bool:
    import polars as pl

    return getattr(dtype, "type", None) == pl.Date


def _text(name: str) -> Typed:
    import polars as pl

    return Typed(Holds.TEXT, pl.col(name), None, pl.String)


def _fitting(name: str, value: Any, dtype: Any, holds: Holds, fits: Any = None) -> Typed:
    import polars as pl

    fitting = pl.col(name).count() if fits is None else fits.sum()
    return Typed(holds, value, pl.col(f"{RAW}{name}").count() - fitting, dtype)


def _truth(name: str, engine: str) -> Typed:
    import polars as pl

    yes, no = _TRUTHS[engine]
    words = dict.fromkeys(yes, True) | dict.fromkeys(no, False)
    value = pl.col(name).replace_strict(words, default=None, return_dtype=pl.Boolean)
    return _fitting(name, value, pl.Boolean, Holds.TRUTH)


def _number(name: str, engine: str, empty: Any, *, whole: bool) -> Typed | None:
    import polars as pl

    known: dict[str, Any] = {
        str(dtype).lower(): dtype for dtype in (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16)
    }
    known |= {"uint32": pl.UInt32} if whole else {"float32": pl.Float32, "float64": pl.Float64}
    dtype = known.get(str(empty.dtype).lower())
    # A stated `Int64` of pandas is another type than `int64`: it may be null.
    if dtype is None or (engine == "pandas" and str(empty.dtype)[0].isupper()) or dtype.is_integer() is not whole:
        return None
    if whole:
        value = pl.col(name).cast(pl.Int64, strict=False)
        value = value if dtype == pl.Int64 else value.cast(dtype, strict=False)
        return _fitting(name, value, dtype, Holds.WHOLE)
    value = pl.col(name).cast(pl.Float64, strict=False)
    holds = Holds.FLOAT if dtype == pl.Float64 else Holds.SMALL_FLOAT
    value = value if dtype == pl.Float64 else value.cast(dtype)
    # Large whole numbers are text or other types to some readers; neither NaN nor infinity is less.
    return _fitting(name, value, dtype, holds, pl.col(name).abs() < _LARGEST)


def _moment(name: str, engine: str, empty: Any, written: Iterable[str]) -> Typed | None:
    """Return days or times, all written in the one form of ISO 8601 that the first has."""
    import polars as pl

    first = next(iter(written), None)
    if engine == "polars" and empty.dtype == pl.Date:
        value = pl.when(pl.col(name).str.contains(f"^{_DAY}$")).then(pl.col(name).str.to_date("%Y-%m-%d", strict=False))
        return _fitting(name, value, pl.Date, Holds.OTHER)
    unit = _unit(empty)
    if first is None or unit is None:
        return None
    for pattern, form in (
        (_DAY, "%Y-%m-%d"),
        *((f"{_DAY}{sign}{_CLOCK}", f"%Y-%m-%d{sign}%H:%M") for sign in " T"),
        *((f"{_DAY}{sign}{_CLOCK}:[0-5]\\d{_FRACTIONS[unit]}", f"%Y-%m-%d{sign}%H:%M:%S%.f") for sign in " T"),
    ):
        if re.fullmatch(pattern, first, re.ASCII):
            plain = pattern.replace(r"\d", "[0-9]")
            dtype: Any = pl.Datetime(unit)  # type: ignore[arg-type]
            read = pl.col(name).str.to_datetime(form, time_unit=unit, strict=False)  # type: ignore[arg-type]
            holds = {"ms": Holds.MILLIS, "us": Holds.MICROS, "ns": Holds.NANOS}[unit]
            return _fitting(name, pl.when(pl.col(name).str.contains(f"^{plain}$")).then(read), dtype, holds)
    return None


def _unit(empty: Any) -> str | None:
    """Return the unit of a column of times without a zone, or None for any other."""
    dtype = empty.dtype
    if getattr(dtype, "time_zone", None) or getattr(dtype, "tz", None):
        return None
    found = getattr(dtype, "time_unit", None) or str(dtype).removeprefix("datetime64[").removesuffix("]")
    return found if found in _FRACTIONS else None
