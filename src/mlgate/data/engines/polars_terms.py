"""The terms of polars: its own expressions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from mlgate.data.engines.terms import Asked
from mlgate.data.scanning import Holds

_FEW = 8
"""Up to so many texts it is faster to compare with each than to look up a set."""


class PolarsTerms:
    """Writes checks as expressions of polars."""

    are_of_polars = True

    def __init__(self) -> None:
        """Begin without a column."""
        self._floats: dict[str, Any] = {}

    def asked(self, column: str, stored: Holds, holds: Holds, *, nan_is_null: bool) -> Asked:
        """Return a column as what it holds in the contract."""
        import polars as pl

        held = pl.col(column)
        if stored in (Holds.FLOAT, Holds.SMALL_FLOAT):
            nulls = held.null_count() + held.is_nan().sum()
            missing = held.is_null() | held.is_nan().fill_null(value=False)
            if nan_is_null:
                self._floats[column] = held
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

    def tally(self, value: Any, bounds: Sequence[tuple[str, Any]], kind: Holds) -> Any | None:
        """Return how many floats are beyond bounds: NaN, which polars takes for the greatest, is taken off at the end.

        So no column has to be freed of NaN before it is compared.
        """
        held = self._floats.get(value.meta.output_name())
        if held is None or any(operation in ("eq", "ne") for operation, _ in bounds):
            return None
        if len(bounds) > 1 and not bounds[0][1] < bounds[1][1]:
            return None
        counts = [self.compare(held, operation, bound, kind).sum() for operation, bound in bounds]
        above = any(operation in ("gt", "ge") for operation, _ in bounds)
        return sum(counts[1:], counts[0]) - (held.is_nan().sum() if above else 0)

    def inside(self, value: Any, values: Sequence[Any], kind: Holds) -> Any:
        """Return where a value is one of several."""
        import polars as pl

        if kind is Holds.TEXT and 0 < len(values) <= _FEW:
            return reduce(or_, (value == pl.lit(one, pl.String) for one in values))
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
