"""Compiles a built-in check of pandera to the terms of an engine, for the values that break it.

A check is compiled only where the expression surely says what pandera's own backend would; all else is refused, and
asked by pandera itself. A null breaks no check, for pandera leaves nulls out before it asks.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from mlgate.data.engines.terms import Tallies, Term, Terms
from mlgate.data.fixed_width import FixedWidth, fixed_width
from mlgate.data.patterns import NOT_PLAIN, polars_parses_alike, translate
from mlgate.data.scanning import Holds

_EXACT = 2**53
_EXACT_SMALL = 2**24
_UNITS = {Holds.MILLIS: 1_000_000, Holds.MICROS: 1_000, Holds.NANOS: 1}
"""The nanoseconds of a unit of time."""


class Compiled(NamedTuple):
    """The rows that break a check, and those that the expression may not judge, whose column pandera is asked about.

    `count` is how many break it, where an engine knows that in a cheaper way than by the rows; `fixed` are texts that
    surely do not, and are not doubtful.
    """

    breaks: Any
    doubtful: Any = None
    count: Any = None
    fixed: FixedWidth | None = None


class _Ask(NamedTuple):
    """A check to compile: its name and arguments, the column that it is about, and the engine's terms."""

    name: str
    arguments: dict[str, Any]
    column: Term
    holds: Holds
    terms: Terms


def compile_check(check: Any, engine: str, column: Term, holds: Holds, terms: Terms) -> Compiled | None:
    """Return a check in the terms of an engine over `column`, or None where only pandera can ask it.

    `engine` is the one that the contract is written for; for pandas `column` is null wherever pandas sees a null, NaN
    included.
    """
    if not is_built_in(check) or check.element_wise or check.groupby is not None:
        return None
    arguments = dict(check._check_kwargs)  # noqa: SLF001 - what pandera itself calls the check with
    if engine == "polars" and terms.are_of_polars:
        return _of_polars(check, column, arguments)
    ask = _Ask(check.name, arguments, column, holds, terms)
    if not check.ignore_na or (engine == "polars" and not polars_reads_alike(check.name, arguments, holds)):
        return None
    if check.name in _TEXT:
        return _TEXT[check.name](ask) if holds is Holds.TEXT else None
    if check.name in ("isin", "notin"):
        return _membership(ask)
    return _comparison(ask) if check.name in _BOUNDS else None


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


def _comparison(ask: _Ask) -> Compiled | None:
    breaks, bounds = None, []
    for argument, operation in _BOUNDS[ask.name]:
        if ask.arguments.get(f"include_{argument[:3]}", True) is False:
            operation = {"lt": "le", "gt": "ge"}[operation]
        pair = _pair(ask.holds, ask.arguments.get(argument))
        if pair is None:
            return None
        kind, bound = pair
        one = ask.terms.compare(ask.column, operation, bound, kind)
        breaks = one if breaks is None else ask.terms.either(breaks, one)
        bounds.append((operation, bound))
    return Compiled(breaks, count=ask.terms.tally(ask.column, bounds, kind) if isinstance(ask.terms, Tallies) else None)


def _pair(holds: Holds, bound: Any) -> tuple[Holds, Any] | None:
    """Return the type in which pandas would compare a column with a bound, and the bound in it."""
    if holds is Holds.TEXT:
        return (holds, bound) if type(bound) is str else None
    if holds in _UNITS:
        return _times(holds, bound)
    if type(bound) is int:
        if holds is Holds.WHOLE and -(2**63) <= bound < 2**63:
            return holds, bound
        if holds is Holds.FLOAT and abs(bound) <= _EXACT:
            return holds, float(bound)
        if holds is Holds.SMALL_FLOAT and abs(bound) <= _EXACT_SMALL:
            return holds, float(bound)
    elif type(bound) is float and not math.isnan(bound):
        if holds in (Holds.WHOLE, Holds.FLOAT):
            return Holds.FLOAT, bound
        if holds is Holds.SMALL_FLOAT and abs(bound) < 3e38:
            return holds, bound
    return None


def _times(holds: Holds, bound: Any) -> tuple[Holds, int] | None:
    """Return a bound as a whole number of the column's own unit of time."""
    if not isinstance(bound, dt.datetime) or bound.tzinfo is not None or getattr(bound, "nanosecond", None):
        return None
    if not 1700 < bound.year < 2250:
        return None
    whole = dt.datetime(*bound.timetuple()[:6], bound.microsecond)  # noqa: DTZ001 - as the column, without a zone
    nanos = (whole - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1) * 1000  # noqa: DTZ001
    count, rest = divmod(nanos, _UNITS[holds])
    return (holds, count) if not rest else None


def _membership(ask: _Ask) -> Compiled | None:
    values = ask.arguments.get("allowed_values" if ask.name == "isin" else "forbidden_values")
    if not isinstance(values, (frozenset, set, list, tuple)):
        return None
    known = _alike([value for value in values if value is not None], ask.holds)
    if known is None:
        return None
    kind, found = known
    inside = ask.terms.inside(ask.column, found, kind)
    return Compiled(ask.terms.inverse(inside) if ask.name == "isin" else inside)


def _alike(values: Collection[Any], holds: Holds) -> tuple[Holds, list[Any]] | None:
    """Return the values of a set in the one type of a column, or None where pandas might compare otherwise."""
    if holds is Holds.TEXT:
        return (holds, list(values)) if all(type(value) is str for value in values) else None
    if any(type(value) not in (int, float) or not math.isfinite(value) or abs(value) >= _EXACT for value in values):
        return None
    if holds is Holds.WHOLE:
        return holds, [int(value) for value in values if value == int(value)]
    return (Holds.FLOAT, list(map(float, values))) if holds in (Holds.FLOAT, Holds.SMALL_FLOAT) else None


def _matches(ask: _Ask) -> Compiled | None:
    return _pattern(ask, anchored=True)


def _contains(ask: _Ask) -> Compiled | None:
    return _pattern(ask, anchored=False)


def _pattern(ask: _Ask, *, anchored: bool) -> Compiled | None:
    pattern = translate(ask.arguments.get("pattern"), anchored=anchored)
    if pattern is None:
        return None
    doubtful = ask.terms.contains(ask.column, NOT_PLAIN) if pattern.plain_only else None
    fixed = fixed_width(ask.arguments["pattern"], anchored=anchored)
    return Compiled(ask.terms.inverse(ask.terms.contains(ask.column, pattern.text)), doubtful, fixed=fixed)


def _starts(ask: _Ask) -> Compiled | None:
    return _fixed(ask, ask.terms.starts)


def _ends(ask: _Ask) -> Compiled | None:
    return _fixed(ask, ask.terms.ends)


def _fixed(ask: _Ask, operation: Callable[[Term, str], Term]) -> Compiled | None:
    text = ask.arguments.get("string")
    return Compiled(ask.terms.inverse(operation(ask.column, text))) if type(text) is str else None


def _length(ask: _Ask) -> Compiled | None:
    least, most, exact = (ask.arguments.get(name) for name in ("min_value", "max_value", "exact_value"))
    if any(type(value) not in (int, type(None)) for value in (least, most, exact)):
        return None
    if any(value is not None and not 0 <= value < 2**31 for value in (least, most, exact)):
        return None
    if exact is not None:
        return Compiled(ask.terms.length(ask.column, "ne", exact))
    bounds = [(operation, bound) for operation, bound in (("lt", least), ("gt", most)) if bound is not None]
    parts = [ask.terms.length(ask.column, operation, bound) for operation, bound in bounds]
    return Compiled(parts[0] if len(parts) == 1 else ask.terms.either(*parts)) if parts else None


_TEXT: dict[str, Callable[[_Ask], Compiled | None]] = {
    "str_matches": _matches,
    "str_contains": _contains,
    "str_startswith": _starts,
    "str_endswith": _ends,
    "str_length": _length,
}


def polars_reads_alike(name: str, arguments: dict[str, Any], holds: Holds) -> bool:
    """Return whether polars surely compares as pandas does, NaN aside, so that one term serves contracts of both.

    NaN is the greatest number to polars, as it is to DuckDB and Spark.
    """
    if name in ("isin", "notin"):
        values = arguments.get("allowed_values" if name == "isin" else "forbidden_values")
        kind = {Holds.TEXT: str, Holds.WHOLE: int, Holds.FLOAT: float}.get(holds)
        return isinstance(values, Collection) and all(type(value) is kind for value in values)
    if name in ("str_matches", "str_contains"):
        return polars_parses_alike(arguments.get("pattern"))
    return holds is not Holds.NANOS


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
    pattern, is_match = arguments.get("pattern"), check.name == "str_matches"
    alike = check.ignore_na and (is_match or check.name == "str_contains") and polars_parses_alike(pattern)
    fixed = fixed_width(pattern, anchored=is_match) if alike and translate(pattern, anchored=is_match) else None
    return Compiled((holds if check.ignore_na else holds.fill_null(value=False)).not_(), fixed=fixed)


class _Asked:
    """Stands for the frame that pandera's polars checks select from, and keeps what they select."""

    def __init__(self) -> None:
        self.expression: Any = None

    def select(self, expression: Any) -> _Asked:
        self.expression = expression
        return self
