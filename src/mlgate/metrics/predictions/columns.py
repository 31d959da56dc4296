"""The columns of the matched predictions, read as the arrays that the estimators work on."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bytes = NDArray[np.uint8]

MOST_CLASSES = 1_000


class Columns:
    """A frame's columns as arrays of shape (n,); what cannot be read so raises `ValueError` in words."""

    def __init__(self, frame: pl.DataFrame) -> None:
        """Keep the frame, whose columns `Pairs` names."""
        self.frame = frame
        self.names = frame.columns

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Return the classes that occur, sorted, as text; raises `ValueError` where they are too many to be classes."""
        found: set[str] = set()
        for name in ("truth", "base_prediction", "head_prediction"):
            if name in self.names:
                found.update(map(_as_label, self._distinct(name)))
        return tuple(sorted(found, key=_label_order))

    def floats(self, name: str) -> Floats:
        """Return a column as numbers; raises `ValueError` in words for what is none, or not finite."""
        import numpy as np
        import polars as pl

        series = self._column(name)
        try:
            values = np.asarray(series.cast(pl.Float64).to_numpy(), dtype=np.float64)
        except pl.exceptions.PolarsError:
            raise ValueError(f"the {spoken(name)} are text, not numbers") from None
        if not np.isfinite(values).all():
            count = int((~np.isfinite(values)).sum())
            raise ValueError(f"{count:,} of the {spoken(name)} are missing or not finite")
        return values

    def byte_codes(self, name: str) -> Bytes:
        """Return the codes of at most 256 classes, a byte each."""
        import numpy as np
        import polars as pl

        return np.asarray(self._coded(name).cast(pl.UInt8).to_numpy(), dtype=np.uint8)

    def codes(self, name: str) -> Ints:
        """Return a column's classes as numbers into `classes`; raises `ValueError` for missing ones."""
        import numpy as np

        return np.asarray(self._coded(name).to_numpy(), dtype=np.intp)

    def _coded(self, name: str) -> pl.Series:
        """Return a column as numbers into `classes`, of some type of whole numbers."""
        import polars as pl

        series = self._column(name)
        missing = series.null_count() + (int(series.is_nan().sum()) if series.dtype.is_float() else 0)
        if missing:
            raise ValueError(f"{missing:,} of the {spoken(name)} are missing")
        if series.dtype.is_integer() and self._plain_range:
            return series
        index = {label: number for number, label in enumerate(self.classes)}
        distinct = self._distinct(name)
        codes = [index[_as_label(value)] for value in distinct]
        return series.replace_strict(pl.Series(distinct, dtype=series.dtype), codes, return_dtype=pl.Int64)

    def numbers(self, name: str) -> Ints:
        """Return each row's value as a number from 0 in the order of the values; missing ones raise."""
        import numpy as np
        import polars as pl

        series = self._column(name)
        if series.null_count():
            raise ValueError(f"{series.null_count():,} of the {spoken(name)} are missing")
        if series.dtype == pl.String:
            # Sorting the few distinct texts is far cheaper than sorting all.
            distinct = series.unique().sort()
            table = dict(zip(distinct.to_list(), range(distinct.len()), strict=True))
            return np.asarray(series.replace_strict(table, return_dtype=pl.Int64).to_numpy(), dtype=np.intp)
        return np.asarray(series.rank("dense").cast(pl.Int64).to_numpy() - 1, dtype=np.intp)

    @cached_property
    def _plain_range(self) -> bool:
        return self.classes == tuple(str(number) for number in range(len(self.classes)))

    def _distinct(self, name: str) -> list[object]:
        values = self._column(name).unique()
        if values.len() > MOST_CLASSES:
            raise ValueError(f"the {spoken(name)} are {values.len():,} different ones, too many to be classes")
        return values.drop_nulls().to_list()

    def _column(self, name: str) -> pl.Series:
        if name not in self.names and name.startswith("base_"):
            raise ValueError(f"the baseline's predictions have no {name.removeprefix('base_')}s yet")
        if name not in self.names:
            raise ValueError(f"there are no {spoken(name)}: name their column in `predictions:`")
        return self.frame[name]


def spoken(name: str) -> str:
    """Return a column of the pairs as a message names it: `scores of the baseline`."""
    words = {"truth": "truths", "weight": "weights", "base": "the baseline", "head": "this side"}
    side, _, column = name.partition("_")
    return f"{column}s of {words[side]}" if column else words.get(name, f"{name}s")


def _as_label(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _label_order(label: str) -> tuple[int, float, str]:
    try:
        number = float(label)
    except ValueError:
        return (1, 0.0, label)
    return (0, number, label) if math.isfinite(number) else (1, 0.0, label)
