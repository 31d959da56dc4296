"""The terms in which the checks of a contract are written down, once for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from mlgate.data.scanning import Holds

Term = Any
"""A value or a truth value for each row, in the engine's own form: an expression of polars, or a piece of SQL."""


class Asked:
    """A column that the query reads: its value as the contract's engine sees it, null wherever that is null.

    `nulls` is how many rows are null, NaN among them; `missing` says it of each row. `bounded` says that the least and
    the greatest value are wanted, for they make uniqueness cheap to ask.
    """

    def __init__(self, value: Term, nulls: Term, missing: Term, *, bounded: bool = False) -> None:
        """Keep the terms."""
        self.value = value
        self.nulls = nulls
        self.missing = missing
        self.bounded = bounded


class Terms(Protocol):
    """What an engine can say of a column. All but `asked` leave a null where the value is null.

    `are_of_polars` says that the terms are expressions of polars itself.
    """

    are_of_polars: bool

    def asked(self, column: str, stored: Holds, holds: Holds, *, nan_is_null: bool) -> Asked:
        """Return a column of the files, which hold `stored`, as what it `holds` in the contract."""

    def compare(self, value: Term, operation: str, bound: Any, kind: Holds) -> Term:
        """Return where `value` is `lt`, `le`, `gt`, `ge`, `eq` or `ne` to `bound`, both taken as `kind`.

        Times are compared in whole units since 1970.
        """

    def inside(self, value: Term, values: Sequence[Any], kind: Holds) -> Term:
        """Return where `value` is one of `values`, both taken as `kind`."""

    def contains(self, value: Term, pattern: str) -> Term:
        """Return where a pattern of `mlgate.data.patterns` is found in a text."""

    def starts(self, value: Term, text: str) -> Term:
        """Return where a text begins with another."""

    def ends(self, value: Term, text: str) -> Term:
        """Return where a text ends with another."""

    def length(self, value: Term, operation: str, bound: int) -> Term:
        """Return where the characters of a text are `lt`, `gt` or `ne` to a number."""

    def either(self, one: Term, other: Term) -> Term:
        """Return where at least one of two holds."""

    def inverse(self, holds: Term) -> Term:
        """Return where something does not hold."""


@runtime_checkable
class Tallies(Protocol):
    """Terms of an engine that knows a cheaper way to count what is beyond bounds than row by row."""

    def tally(self, value: Term, bounds: Sequence[tuple[str, Any]], kind: Holds) -> Term | None:
        """Return how many values compare to any of the bounds as it says, or None where rows must be asked."""
