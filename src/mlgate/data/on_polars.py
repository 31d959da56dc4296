"""The engine of contracts that are written for polars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlgate.data.engine import Failing, Mask, shown_row


class PolarsEngine:
    """Polars frames, always eager: pandera looks at the schema of a lazy one only, and bad values pass."""

    mutable = False

    def nothing(self, names: Sequence[str]) -> Any:
        """Return a frame with these columns and no rows."""
        import polars as pl

        return pl.DataFrame(schema=list(names))

    def only(self, frame: Any, columns: Sequence[str]) -> Any:
        """Return some of the columns."""
        return frame.select(list(columns))

    def prepared(self, schema: Any, frame: Any) -> Any:  # noqa: ARG002
        """Return the frame as it is, for polars knows no index."""
        return frame

    def expand(self, component: Any, frame: Any) -> list[str]:
        """Return the columns of a frame that a column of the contract stands for."""
        if not component.regex:
            return [component.name] if component.name in frame.columns else []
        import polars as pl

        return list(frame.lazy().select(pl.col(component.selector)).collect_schema().names())

    def dtype(self, frame: Any, column: str) -> str:
        """Return the dtype of a column, as people know it."""
        return str(frame.schema[column])

    def nulls(self, frame: Any, column: str) -> Mask:
        """Return which rows are null, NaN among them, as pandera takes it."""
        series = frame.get_column(column)
        missing = series.is_null()
        return (missing | series.is_nan().fill_null(False) if series.dtype.is_float() else missing).to_numpy()

    def unfit(self, frame: Any, column: str, dtype: Any) -> Mask:
        """Return which values, nulls aside, cannot become `dtype`."""
        import polars as pl

        series = frame.get_column(column)
        try:
            if series.dtype == pl.String and dtype.type in (pl.Date, pl.Datetime):
                became = series.str.to_datetime(strict=False)
            else:
                became = series.cast(dtype.type, strict=False)
        except pl.exceptions.PolarsError:
            became = series
        return (became.is_null() & series.is_not_null()).to_numpy()

    def null_integers(self, frame: Any, column: str) -> bool:  # noqa: ARG002
        """Return False: whole numbers of polars stay so beside nulls."""
        return False

    def duplicates(self, frame: Any, columns: Sequence[str], keep: str | bool) -> Mask:
        """Return which rows repeat another in these columns."""
        held = frame.select(list(columns))
        if keep is False:
            return held.is_duplicated().to_numpy()
        rows = held.with_row_index("__row")
        kept = rows.unique(subset=list(columns), keep=keep).get_column("__row")
        return ~rows.get_column("__row").is_in(kept.implode()).to_numpy()

    def failing(self, check: Any, frame: Any, column: str | None) -> Failing | None:
        """Return how a check of pandera does not hold, or None where it holds."""
        lazy = frame.lazy()
        result = check(lazy, column) if column is not None else check(lazy)
        if bool(result.check_passed.collect().item()):
            return None
        output = result.check_output.collect().to_series()
        return Failing(~output.fill_null(False).to_numpy() if len(output) == len(frame) else None)

    def values(self, frame: Any, columns: Sequence[str], rows: Sequence[int]) -> list[str]:
        """Return the values of a few rows as text."""
        return [shown_row(columns, values) for values in frame.select(list(columns))[list(rows)].iter_rows()]

    def stack(self, frames: Sequence[Any]) -> Any:
        """Return frames one below the other."""
        import polars as pl

        return pl.concat(frames, how="vertical_relaxed")
