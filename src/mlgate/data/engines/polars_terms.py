"""The terms of polars: its own expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlgate.data.engines.terms import Asked
from mlgate.data.scanning import Holds


class PolarsTerms:
    """Writes checks as expressions of polars."""

    def asked(self, column: str, stored: Holds, holds: Holds, *, nan_is_null: bool) -> Asked:
        """Return a column as what it holds in the contract."""
        import polars as pl

        held = pl.col(column)
        if stored in (Holds.FLOAT, Holds.SMALL_FLOAT):
            nulls = held.null_count() + held.is_nan().sum()
            missing = held.is_null() | held.is_nan().fill_null(value=False)
            return Asked(held.fill_nan(None) if nan_is_null else held, nulls, missing)
        value = held.cast(pl.Float64) if holds is not stored and holds is Holds.FLOAT else held
        return Asked(value, held.null_count(), held.is_null())

    def compare(self, value: Any, operation: str, bound: Any, kind: Holds) -> Any:
        """Return where a value compares so to a bound."""
        import polars as pl

        if kind is Holds.TEXT:
            return getattr(value, operation)(pl.lit(bound, pl.String))
        if kind is Holds.SMALL_FLOAT:
            return getattr(value, operation)(pl.lit(bound, pl.Float64).cast(pl.Float32))
        dtype = pl.Float64 if kind is Holds.FLOAT else pl.Int64
        return getattr(value.cast(dtype), operation)(pl.lit(bound, dtype))

    def inside(self, value: Any, values: Sequence[Any], kind: Holds) -> Any:
        """Return where a value is one of several."""
        import polars as pl

        dtype = {Holds.TEXT: pl.String, Holds.WHOLE: pl.Int64}.get(kind, pl.Float64)
        typed = value if kind is Holds.TEXT else value.cast(dtype)
        return typed.is_in(pl.lit(pl.Series(list(values), dtype=dtype)).implode())

    def contains(self, value: Any, pattern: str) -> Any:
        """Return where a pattern is found in a text."""
        return value.str.contains(pattern)

    def starts(self, value: Any, text: str) -> Any:
        """Return where a text begins with another."""
        import polars as pl

        return value.str.starts_with(pl.lit(text))

    def ends(self, value: Any, text: str) -> Any:
        """Return where a text ends with another."""
        import polars as pl

        return value.str.ends_with(pl.lit(text))

    def length(self, value: Any, operation: str, bound: int) -> Any:
        """Return where the characters of a text compare so to a number."""
        return getattr(value.str.len_chars(), operation)(bound)

    def either(self, one: Any, other: Any) -> Any:
        """Return where at least one of two holds."""
        return one | other

    def inverse(self, holds: Any) -> Any:
        """Return where something does not hold."""
        return holds.not_()
