"""What the validation asks of an engine: masks over the rows of a frame, and a few of its values as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

Mask = Any
"""One truth value for each row: a boolean numpy array of shape (rows,)."""


class Failing(NamedTuple):
    """The answer of a check that does not hold: the rows that break it, or None where it is about the whole."""

    mask: Mask | None


class Engine(Protocol):
    """The operations that differ between pandas and polars; `frame` is a data frame of the engine.

    `mutable` says whether validation may work on the frame itself instead of a copy.
    """

    mutable: bool

    def nothing(self, names: Sequence[str]) -> Any:
        """Return a frame with these columns and no rows."""

    def only(self, frame: Any, columns: Sequence[str]) -> Any:
        """Return some of the columns."""

    def prepared(self, schema: Any, frame: Any) -> Any:
        """Return a frame with the index that the contract speaks of."""

    def expand(self, component: Any, frame: Any) -> list[str]:
        """Return the columns of a frame that a column of the contract stands for, one or all that match a pattern."""

    def dtype(self, frame: Any, column: str) -> str:
        """Return the dtype of a column, as people know it."""

    def nulls(self, frame: Any, column: str) -> Mask:
        """Return which rows are null, NaN among them."""

    def unfit(self, frame: Any, column: str, dtype: Any) -> Mask:
        """Return which values, nulls aside, cannot become `dtype`, a dtype of pandera."""

    def null_integers(self, frame: Any, column: str) -> bool:
        """Return whether a column is whole numbers that are floats only because some are null."""

    def duplicates(self, frame: Any, columns: Sequence[str], keep: str | bool) -> Mask:
        """Return which rows repeat another in these columns; `keep` is as in `pandas.DataFrame.duplicated`."""

    def failing(self, check: Any, frame: Any, column: str | None) -> Failing | None:
        """Return how a check of pandera does not hold, or None where it holds; raises what the check raises."""

    def values(self, frame: Any, columns: Sequence[str], rows: Sequence[int]) -> list[str]:
        """Return the values of a few rows as text."""

    def stack(self, frames: Sequence[Any]) -> Any:
        """Return frames one below the other."""


def engine_for(name: str) -> Engine:
    """Return the engine called `pandas` or `polars`."""
    if name == "polars":
        from mlgate.data.on_polars import PolarsEngine

        return PolarsEngine()
    from mlgate.data.on_pandas import PandasEngine

    return PandasEngine()


def shown_row(names: Sequence[str], values: Sequence[object]) -> str:
    """Return the values of a row: one as it is, several with the names of their columns."""
    if len(values) == 1:
        text = str(values[0])
    else:
        text = ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
    return text.encode("utf-8", "backslashreplace").decode()
