"""The engine of contracts that are written for pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlgate.data.engine import Failing, Mask, shown_row
from mlgate.data.typed import dates_of


class PandasEngine:
    """Pandas frames."""

    mutable = True

    def nothing(self, names: Sequence[str]) -> Any:
        """Return a frame with these columns and no rows."""
        import pandas as pd

        return pd.DataFrame(columns=list(names))

    def only(self, frame: Any, columns: Sequence[str]) -> Any:
        """Return some of the columns."""
        return frame[list(columns)]

    def prepared(self, schema: Any, frame: Any) -> Any:
        """Return a frame with the index that the contract speaks of, made of columns where the file has no index."""
        if schema.index is None:
            named = [name for name in frame.index.names if name in schema.columns and name not in frame.columns]
            frame = frame.reset_index(named) if named else frame
            return frame.reset_index(drop=True)
        names = [name for name in getattr(schema.index, "names", None) or [schema.index.name] if name is not None]
        return frame.set_index(names) if names and set(names) <= set(frame.columns) else frame

    def expand(self, component: Any, frame: Any) -> list[str]:
        """Return the columns of a frame that a column of the contract stands for."""
        if not component.regex:
            return [component.name] if component.name in frame.columns else []
        matches = frame.columns.astype(str).str.match(component.name)
        return [name for name, matched in zip(frame.columns, matches, strict=True) if matched]

    def dtype(self, frame: Any, column: str) -> str:
        """Return the dtype of a column, as people know it."""
        return str(frame[column].dtype)

    def nulls(self, frame: Any, column: str) -> Mask:
        """Return which rows are null, NaN among them."""
        return frame[column].isna().to_numpy()

    def unfit(self, frame: Any, column: str, dtype: Any) -> Mask:
        """Return which values, nulls aside, cannot become `dtype`."""
        import numpy as np
        import pandas as pd
        from pandera.dtypes import is_datetime, is_float, is_int

        series = frame[column]
        if is_int(dtype) or is_float(dtype):
            numbers = pd.to_numeric(series, errors="coerce")
            bad = numbers.isna()
            if is_int(dtype):
                bad |= numbers != numbers.round()
                bad |= _beyond(numbers, str(dtype))
        elif is_datetime(dtype):
            dates = dates_of(series, "coerce")
            bad = dates.isna()
            if "[ns" in str(dtype) and dates.dt.tz is None:
                bad |= (dates < pd.Timestamp.min.ceil("us")) | (dates > pd.Timestamp.max.floor("us"))
        else:
            return np.zeros(len(series), dtype=bool)
        return (bad & series.notna()).to_numpy(dtype=bool)

    def null_integers(self, frame: Any, column: str) -> bool:
        """Return whether a column is whole numbers that are floats only because some are null."""
        series = frame[column]
        held = series.dropna()
        return series.dtype.kind == "f" and len(held) < len(series) and bool((held == held.round()).all())

    def duplicates(self, frame: Any, columns: Sequence[str], keep: str | bool) -> Mask:
        """Return which rows repeat another in these columns."""
        return frame.duplicated(subset=list(columns), keep=keep).to_numpy()

    def failing(self, check: Any, frame: Any, column: str | None) -> Failing | None:
        """Return how a check of pandera does not hold, or None where it holds."""
        result = check(frame, column) if column is not None else check(frame)
        if bool(result.check_passed):
            return None
        return Failing(self._mask(result.check_output, frame, column))

    def _mask(self, output: Any, frame: Any, column: str | None) -> Mask | None:
        """Return which rows a check's output names; pandera may have left out the nulls before it asked."""
        import numpy as np
        import pandas as pd

        if isinstance(output, pd.DataFrame):
            output = output.all(axis=1)
        if not isinstance(output, pd.Series):
            return None
        holds = output.fillna(False).astype(bool).to_numpy()
        if len(output) == len(frame):
            return ~holds if output.index.equals(frame.index) else None
        if column is None:
            return None
        asked = frame[column].notna().to_numpy()
        if len(output) != asked.sum() or not output.index.equals(frame.index[asked]):
            return None
        mask = np.zeros(len(frame), dtype=bool)
        mask[asked] = ~holds
        return mask

    def values(self, frame: Any, columns: Sequence[str], rows: Sequence[int]) -> list[str]:
        """Return the values of a few rows as text."""
        held = frame[list(columns)].iloc[list(rows)]
        return [shown_row(columns, values) for values in held.itertuples(index=False, name=None)]

    def stack(self, frames: Sequence[Any]) -> Any:
        """Return frames one below the other."""
        import pandas as pd

        return pd.concat(frames, ignore_index=True)


def _beyond(numbers: Any, dtype: str) -> Any:
    """Return which whole numbers are too large or too small for a type."""
    import numpy as np

    try:
        limits = np.iinfo(dtype.lower())
    except (TypeError, ValueError):
        return np.zeros(len(numbers), dtype=bool)
    return (numbers > limits.max) | (numbers < limits.min)
