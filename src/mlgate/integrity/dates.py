"""Dates in microseconds since 1970, and the kinds of them that do not belong to the others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mlgate.integrity.columns import clean

if TYPE_CHECKING:
    import polars as pl

_DAY_MICROS = 86_400_000_000
_YEAR_1900, _YEAR_2100 = -2_208_988_800_000_000, 4_102_444_800_000_000


def strange(at: pl.Expr) -> dict[str, pl.Expr]:
    """Return where dates are before 1900, at the zero, ahead of now, or from 2100 on."""
    tomorrow = int(time.time() * 1e6) + _DAY_MICROS
    return {
        "ancient": at < _YEAR_1900,
        "epoch": at == 0,
        "coming": (at > tomorrow) & (at < _YEAR_2100),
        "distant": at >= _YEAR_2100,
    }


def moments(name: str, dtype: Any) -> pl.Expr:
    """Return a column of dates, or of texts in ISO 8601, in microseconds since 1970."""
    import polars as pl

    if dtype in (pl.String, pl.Categorical, pl.Enum):
        text = pl.col(name).cast(pl.String)
        second = text.str.slice(0, 19).str.replace("T", " ", literal=True)
        exact = second.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
        day = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
        return pl.coalesce(exact, day).cast(pl.Int64)
    return clean(name, dtype).cast(pl.Int64)
