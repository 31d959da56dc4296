"""The terms of SQL, for DuckDB and Spark: the same words, but for those that a dialect says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mlgate.data.engines.terms import Asked
from mlgate.data.messages import Apart
from mlgate.data.scanning import ApartError, Holds

OPERATORS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "<>"}
_FLOATS = (Holds.FLOAT, Holds.SMALL_FLOAT)
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - as the columns, without a zone


class Dialect(Protocol):
    """What DuckDB and Spark say each in its own way."""

    def quoted(self, name: str) -> str:
        """Return a column's name as it stands in a query."""

    def text(self, value: str) -> str:
        """Return a literal; raises `ApartError` for what the engine cannot hold."""

    def moment(self, count: int, kind: Holds) -> str:
        """Return the literal of a time, so many units since 1970."""

    def of_file(self, literals: Sequence[str], row: str) -> str:
        """Return the one of several literals that stands at the place of the file of a `row`."""

    def found(self, value: str, pattern: str) -> str:
        """Return where a pattern is found; raises `ApartError` where the engine may not end."""

    starts: str
    ends: str


class SqlTerms:
    """Writes checks as pieces of SQL, in which a column is what the engine calls it."""

    are_of_polars = False

    def __init__(self, dialect: Dialect, names: Mapping[str, str]) -> None:
        """Keep the dialect, and the engine's names of the columns of the files."""
        self._dialect = dialect
        self._names = names
        self._fixed: dict[str, str] = {}

    def fix(self, name: str, values: Sequence[Any], kind: Holds, row: str) -> None:
        """Let a column have one value for each file; `row` is the number of a row."""
        literals = [self._nullable(value, kind) for value in values]
        self._fixed[name] = literals[0] if len(set(literals)) == 1 else self._dialect.of_file(literals, row)

    def column(self, name: str) -> str:
        """Return a column of the files as it stands in a query."""
        if name in self._fixed:
            return self._fixed[name]
        return self._dialect.quoted(self._names[name])

    def asked(self, column: str, stored: Holds, holds: Holds, *, nan_is_null: bool) -> Asked:
        """Return a column as what it holds in the contract."""
        held = self.column(column)
        if stored in _FLOATS:
            missing = f"({held} IS NULL OR isnan({held}))"
            value = f"(CASE WHEN isnan({held}) THEN NULL ELSE {held} END)" if nan_is_null else held
            return Asked(value, counted(missing), missing)
        value = f"CAST({held} AS DOUBLE)" if holds is not stored and holds is Holds.FLOAT else held
        return Asked(value, f"count(*) - count({held})", f"({held} IS NULL)")

    def compare(self, value: str, operation: str, bound: Any, kind: Holds) -> str:
        """Return where a value compares so to a bound."""
        typed = value if kind not in (Holds.WHOLE, Holds.FLOAT) else _cast(value, kind)
        return f"({typed} {OPERATORS[operation]} {self._literal(bound, kind)})"

    def inside(self, value: str, values: Sequence[Any], kind: Holds) -> str:
        """Return where a value is one of several."""
        if not values:
            return f"(CASE WHEN {value} IS NULL THEN NULL ELSE FALSE END)"
        typed = value if kind is Holds.TEXT else _cast(value, kind)
        return f"({typed} IN ({', '.join(self._literal(one, kind) for one in values)}))"

    def contains(self, value: str, pattern: str) -> str:
        """Return where a pattern is found in a text."""
        return self._dialect.found(value, pattern)

    def starts(self, value: str, text: str) -> str:
        """Return where a text begins with another."""
        return f"{self._dialect.starts}({value}, {self._dialect.text(text)})"

    def ends(self, value: str, text: str) -> str:
        """Return where a text ends with another."""
        return f"{self._dialect.ends}({value}, {self._dialect.text(text)})"

    def length(self, value: str, operation: str, bound: int) -> str:
        """Return where the characters of a text compare so to a number."""
        return f"(length({value}) {OPERATORS[operation]} {bound})"

    def either(self, one: str, other: str) -> str:
        """Return where at least one of two holds."""
        return f"({one} OR {other})"

    def inverse(self, holds: str) -> str:
        """Return where something does not hold."""
        return f"(NOT {holds})"

    def _nullable(self, value: Any, kind: Holds) -> str:
        if kind is Holds.TRUTH:
            return "CAST(NULL AS BOOLEAN)" if value is None else str(value).upper()
        if value is not None:
            return self._literal(value, kind)
        any_other = self._literal("" if kind is Holds.TEXT else 0, kind)
        return f"nullif({any_other}, {any_other})"

    def _literal(self, bound: Any, kind: Holds) -> str:
        if kind is Holds.TEXT:
            return self._dialect.text(bound)
        if kind is Holds.WHOLE:
            # The least of all has no literal of its own: it would be the negative of a number that is too large.
            return f"CAST('{int(bound)}' AS BIGINT)"
        if kind in _FLOATS:
            literal = f"CAST('{_written(float(bound))}' AS DOUBLE)"
            return f"CAST({literal} AS FLOAT)" if kind is Holds.SMALL_FLOAT else literal
        return self._dialect.moment(bound, kind)


def counted(holds: str) -> str:
    """Return the number of rows for which something holds."""
    return f"count(*) FILTER (WHERE {holds})"


def moment_of(count: int, kind: Holds) -> dt.datetime:
    """Return a time without a zone, so many units since 1970; nanoseconds are cut off."""
    micros = {Holds.MILLIS: count * 1000, Holds.MICROS: count, Holds.NANOS: count // 1000}[kind]
    return _EPOCH + dt.timedelta(microseconds=micros)


def encodable(value: str) -> str:
    """Return a text; raises `ApartError` where it holds what SQL engines have no letters for."""
    if "\0" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise ApartError(Apart.CHECK)
    return value


def _cast(value: str, kind: Holds) -> str:
    return f"CAST({value} AS {'BIGINT' if kind is Holds.WHOLE else 'DOUBLE'})"


def _written(number: float) -> str:
    return repr(number).replace("inf", "Infinity")
