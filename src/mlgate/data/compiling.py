"""Compiles a built-in check of pandera to the polars expression of the values that break it.

A check is compiled only where the expression surely says what pandera's own backend would; all else is refused, and
asked by pandera itself. A null breaks no check, for pandera leaves nulls out before it asks.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from mlgate.data.patterns import NOT_PLAIN, translate
from mlgate.data.scanning import Holds

_EXACT = 2**53
_EXACT_SMALL = 2**24
_UNITS = {Holds.MILLIS: 1_000_000, Holds.MICROS: 1_000, Holds.NANOS: 1}
"""The nanoseconds of a unit of time."""


class Compiled(NamedTuple):
    """The rows that break a check, and those that the expression may not judge, whose column pandera is asked about."""

    breaks: Any
    doubtful: Any = None


def compile_check(check: Any, engine: str, column: Any, holds: Holds) -> Compiled | None:
    """Return a check as expressions over `column`, or None where only pandera can ask it.

    For pandas `column` is null wherever pandas sees a null, NaN included.
    """
    if not is_built_in(check) or check.element_wise or check.groupby is not None:
        return None
    arguments = dict(check._check_kwargs)  # noqa: SLF001 - what pandera itself calls the check with
    if engine == "polars":
        return _of_polars(check, column, arguments)
    if not check.ignore_na:
        return None
    if check.name in _TEXT:
        return _TEXT[check.name](column, arguments) if holds is Holds.TEXT else None
    if check.name in ("isin", "notin"):
        return _membership(check.name, column, holds, arguments)
    return _comparison(check.name, column, holds, arguments) if check.name in _BOUNDS else None


def is_built_in(check: Any) -> bool:
    """Return whether a check is pandera's own, and not one of a contract by the same name."""
    function = getattr(check, "_check_fn", None)
    registry = getattr(function, "_function_registry", None)
    if not isinstance(registry, dict) or not registry or getattr(function, "_name", None) != check.name:
        return False
    homes = [getattr(held, "__module__", None) or "" for held in registry.values()]
    return all(home.startswith("pandera.backends.") and home.endswith(".builtin_checks") for home in homes)


_BOUNDS: dict[str, tuple[tuple[str, str], ...]] = {
    "equal_to": (("value", "ne"),),
    "not_equal_to": (("value", "eq"),),
    "greater_than": (("min_value", "le"),),
    "greater_than_or_equal_to": (("min_value", "lt"),),
    "less_than": (("max_value", "ge"),),
    "less_than_or_equal_to": (("max_value", "gt"),),
    "in_range": (("min_value", "lt"), ("max_value", "gt")),
}
"""The arguments of a comparison, each with what breaks it."""


def _comparison(name: str, column: Any, holds: Holds, arguments: dict[str, Any]) -> Compiled | None:
    breaks = None
    for argument, operation in _BOUNDS[name]:
        if arguments.get(f"include_{argument[:3]}", True) is False:
            operation = {"lt": "le", "gt": "ge"}[operation]
        pair = _pair(column, holds, arguments.get(argument))
        if pair is None:
            return None
        one = getattr(pair[0], operation)(pair[1])
        breaks = one if breaks is None else breaks | one
    return Compiled(breaks)


def _pair(column: Any, holds: Holds, bound: Any) -> tuple[Any, Any] | None:
    """Return a column and a bound in one type, that in which pandas would compare them."""
    import polars as pl

    if holds is Holds.TEXT:
        return (column, pl.lit(bound, pl.String)) if type(bound) is str else None
    if holds in _UNITS:
        return _times(column, holds, bound)
    if type(bound) is int:
        if holds is Holds.WHOLE and -(2**63) <= bound < 2**63:
            return column.cast(pl.Int64), pl.lit(bound, pl.Int64)
        if holds is Holds.FLOAT and abs(bound) <= _EXACT:
            return column, pl.lit(float(bound), pl.Float64)
        if holds is Holds.SMALL_FLOAT and abs(bound) <= _EXACT_SMALL:
            return column, pl.lit(float(bound), pl.Float32)
    elif type(bound) is float and not math.isnan(bound):
        if holds in (Holds.WHOLE, Holds.FLOAT):
            return column.cast(pl.Float64), pl.lit(bound, pl.Float64)
        if holds is Holds.SMALL_FLOAT and abs(bound) < 3e38:
            return column, pl.lit(bound, pl.Float64).cast(pl.Float32)
    return None


def _times(column: Any, holds: Holds, bound: Any) -> tuple[Any, Any] | None:
    """Return times and a bound as whole numbers of the column's own unit."""
    import polars as pl

    if not isinstance(bound, dt.datetime) or bound.tzinfo is not None or getattr(bound, "nanosecond", None):
        return None
    if not 1700 < bound.year < 2250:
        return None
    whole = dt.datetime(*bound.timetuple()[:6], bound.microsecond)  # noqa: DTZ001 - as the column, without a zone
    nanos = (whole - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1) * 1000  # noqa: DTZ001
    count, rest = divmod(nanos, _UNITS[holds])
    return (column.cast(pl.Int64), pl.lit(count, pl.Int64)) if not rest else None


def _membership(name: str, column: Any, holds: Holds, arguments: dict[str, Any]) -> Compiled | None:
    import polars as pl

    values = arguments.get("allowed_values" if name == "isin" else "forbidden_values")
    if not isinstance(values, (frozenset, set, list, tuple)):
        return None
    known = _alike([value for value in values if value is not None], holds)
    if known is None:
        return None
    found, dtype = known
    typed = column if holds is Holds.TEXT else column.cast(dtype)
    inside = typed.is_in(pl.lit(pl.Series(found, dtype=dtype)).implode())
    return Compiled(inside.not_() if name == "isin" else inside)


def _alike(values: Collection[Any], holds: Holds) -> tuple[list[Any], Any] | None:
    """Return the values of a set in the one type of a column, or None where pandas might compare otherwise."""
    import polars as pl

    if holds is Holds.TEXT:
        return (list(values), pl.String) if all(type(value) is str for value in values) else None
    if any(type(value) not in (int, float) or not math.isfinite(value) or abs(value) >= _EXACT for value in values):
        return None
    if holds is Holds.WHOLE:
        return [int(value) for value in values if value == int(value)], pl.Int64
    return ([float(value) for value in values], pl.Float64) if holds in (Holds.FLOAT, Holds.SMALL_FLOAT) else None


def _matches(column: Any, arguments: dict[str, Any]) -> Compiled | None:
    return _pattern(column, arguments, anchored=True)


def _contains(column: Any, arguments: dict[str, Any]) -> Compiled | None:
    return _pattern(column, arguments, anchored=False)


def _pattern(column: Any, arguments: dict[str, Any], *, anchored: bool) -> Compiled | None:
    pattern = translate(arguments.get("pattern"), anchored=anchored)
    if pattern is None:
        return None
    doubtful = column.str.contains(NOT_PLAIN) if pattern.plain_only else None
    return Compiled(column.str.contains(pattern.text).not_(), doubtful)


def _starts(column: Any, arguments: dict[str, Any]) -> Compiled | None:
    return _fixed(column.str.starts_with, arguments)


def _ends(column: Any, arguments: dict[str, Any]) -> Compiled | None:
    return _fixed(column.str.ends_with, arguments)


def _fixed(operation: Callable[[Any], Any], arguments: dict[str, Any]) -> Compiled | None:
    import polars as pl

    text = arguments.get("string")
    return Compiled(operation(pl.lit(text)).not_()) if type(text) is str else None


def _length(column: Any, arguments: dict[str, Any]) -> Compiled | None:
    least, most, exact = (arguments.get(name) for name in ("min_value", "max_value", "exact_value"))
    if any(type(value) not in (int, type(None)) for value in (least, most, exact)):
        return None
    if any(value is not None and not 0 <= value < 2**31 for value in (least, most, exact)):
        return None
    length = column.str.len_chars()
    if exact is not None:
        return Compiled(length != exact)
    parts = ([length < least] if least is not None else []) + ([length > most] if most is not None else [])
    return Compiled(parts[0] if len(parts) == 1 else parts[0] | parts[1]) if parts else None


_TEXT: dict[str, Callable[[Any, dict[str, Any]], Compiled | None]] = {
    "str_matches": _matches,
    "str_contains": _contains,
    "str_startswith": _starts,
    "str_endswith": _ends,
    "str_length": _length,
}


def _of_polars(check: Any, column: Any, arguments: dict[str, Any]) -> Compiled | None:
    """Return a check as pandera's polars backend asks it, taken from that backend itself."""
    import polars as pl
    from pandera.api.polars.types import PolarsData
    from pandera.backends.polars import builtin_checks

    if check.name == "unique_values_eq" or not hasattr(builtin_checks, check.name):
        return None
    asked: Any = _Asked()
    try:
        getattr(builtin_checks, check.name)(PolarsData(asked, column.meta.output_name()), **arguments)
    except Exception:  # noqa: BLE001 - arguments that polars or pandera refuse; pandera shall say so itself
        return None
    holds = asked.expression
    if not isinstance(holds, pl.Expr):
        return None
    return Compiled((holds if check.ignore_na else holds.fill_null(value=False)).not_())


class _Asked:
    """Stands for the frame that pandera's polars checks select from, and keeps what they select."""

    def __init__(self) -> None:
        self.expression: Any = None

    def select(self, expression: Any) -> _Asked:
        self.expression = expression
        return self
