"""Reads what there is to know of each column: one aggregate over all rows, counts of values, and a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgate.drift.kinds import is_id
from mlgate.drift.reading import Table
from mlgate.integrity.facts import LEVELS, ColumnFacts, Holds, Value
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

FEW_VALUES = 1_000
"""A column of no more different values has all of them counted."""
_FILE, _ROW = "mlgate file", "mlgate row"
SAMPLE = 200_000
EXACT_ROWS = 200_000
"""Up to so many rows different values are counted one by one, and estimated beyond."""
_CELLS, _MOST_COLUMNS, _FEWEST_COLUMNS = 12_000_000, 2_000, 20
NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$"
DAY = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$"
_LONG_TEXT = 40
_ALMOST = 0.95


class Known(NamedTuple):
    """A column with what its facts are made from: how many of its texts read as numbers and as dates."""

    facts: ColumnFacts
    numeric: int = 0
    dated: int = 0


class Measured(NamedTuple):
    """What all rows of a column say: `distinct` values beside nulls, and `letters` on the average of its texts."""

    nulls: int = 0
    distinct: int = 0
    low: Any = None
    high: Any = None
    is_constant: bool = False
    numeric: int = 0
    dated: int = 0
    letters: float = 0.0


def read_columns(table: Table, names: Sequence[str], rows: int) -> tuple[list[Known], int]:
    """Return the columns, and how many rows the quantiles are from."""
    step = -(-rows // SAMPLE) if rows else 1
    found: list[Known] = []
    for some in batches(names, rows):
        found += _batch(table, some, rows, step)
    return found, -(-rows // step)


def batches(names: Sequence[str], rows: int) -> Iterator[Sequence[str]]:
    """Yield the columns in batches that fit into memory."""
    at_once = max(_FEWEST_COLUMNS, min(_MOST_COLUMNS, _CELLS // max(1, min(rows, SAMPLE))))
    for begin in range(0, len(names), at_once):
        yield names[begin : begin + at_once]


def held(dtype: Any) -> Holds:
    """Return what a dtype of polars holds."""
    import polars as pl

    if dtype == pl.Null:
        return Holds.NOTHING
    if dtype == pl.Boolean:
        return Holds.FLAG
    if dtype.is_numeric() and dtype != pl.Decimal:
        return Holds.NUMBER
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return Holds.TEXT
    return Holds.DATE if dtype in (pl.Date, pl.Datetime) else Holds.NESTED


def clean(name: str, dtype: Any) -> pl.Expr:
    """Return a column as it is compared: NaN is null, categories are text, times are in microseconds."""
    import polars as pl

    column = pl.col(name)
    if dtype.is_float():
        return column.fill_nan(None)
    if dtype in (pl.Categorical, pl.Enum):
        return column.cast(pl.String)
    if dtype == pl.Datetime:
        return column.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    return column.cast(pl.Datetime("us")) if dtype == pl.Date else column


def _batch(table: Table, names: Sequence[str], rows: int, step: int) -> list[Known]:
    import polars as pl

    dtypes = {name: table.schema[name] for name in names}
    plain = plain_columns(dtypes)
    frame = table.numbered(_FILE, _ROW).select(*(clean(name, dtype) for name, dtype in plain.items()), pl.col(_ROW))
    whole = table.collect(frame) if rows <= EXACT_ROWS else None
    frame = frame if whole is None else whole.lazy()
    measured = measure(table, frame, plain, rows)
    numbers = [name for name, dtype in plain.items() if held(dtype) is Holds.NUMBER]
    sample = table.collect(frame.filter(pl.col(_ROW) % step == 0).select(numbers)) if numbers else pl.DataFrame()
    few = [name for name, one in measured.items() if 0 < one.distinct + (one.nulls > 0) <= FEW_VALUES]
    tops = {name: _counts(table, frame, name) if whole is None else _counted(whole[name]) for name in few}
    return [
        known_column(
            name,
            dtype,
            rows,
            measured.get(name),
            quantiles(sample[name]) if name in sample.columns else (),
            tops.get(name, ()),
        )
        for name, dtype in dtypes.items()
    ]


def plain_columns(dtypes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that hold values of their own, and not lists or nothing."""
    return {name: dtype for name, dtype in dtypes.items() if held(dtype) not in (Holds.NESTED, Holds.NOTHING)}


def measure(table: Table, frame: pl.LazyFrame, plain: Mapping[str, Any], rows: int) -> dict[str, Measured]:
    """Return what all rows of a frame of cleaned columns say."""
    if not plain:
        return {}
    said = table.collect(frame.select(*_aggregates(plain, rows))).row(0, named=True)
    found = {}
    for name in plain:
        nulls, distinct, low, high = (said[_key(name, what)] for what in ("nulls", "distinct", "low", "high"))
        counts = (said.get(_key(name, what)) or 0 for what in ("numeric", "dated", "letters"))
        distinct = min(rows - nulls, distinct - (nulls > 0))
        found[name] = Measured(nulls, distinct, low, high, nulls < rows and low == high, *counts)
    return found


def _key(name: str, what: str) -> str:
    return f"{what} {name}"


def _aggregates(plain: Mapping[str, Any], rows: int) -> Iterator[pl.Expr]:
    import polars as pl

    for name, dtype in plain.items():
        column = pl.col(name)
        yield column.null_count().alias(_key(name, "nulls"))
        distinct = column.n_unique() if rows <= EXACT_ROWS else column.approx_n_unique()
        yield distinct.alias(_key(name, "distinct"))
        yield column.min().alias(_key(name, "low"))
        yield column.max().alias(_key(name, "high"))
        if held(dtype) is Holds.TEXT:
            yield column.str.contains(NUMBER).sum().alias(_key(name, "numeric"))
            yield column.str.contains(DAY).sum().alias(_key(name, "dated"))
            yield column.str.len_chars().mean().alias(_key(name, "letters"))


def _counts(table: Table, frame: pl.LazyFrame, name: str) -> tuple[Value, ...]:
    """Return the values of a column of few values, the most frequent first."""
    import polars as pl

    query = frame.select(pl.col(name).alias("value")).drop_nulls().group_by("value").agg(pl.len().alias("rows"))
    return _values(table.collect(query))


def _counted(values: pl.Series) -> tuple[Value, ...]:
    """Return the same of values that are held."""
    return _values(values.alias("value").drop_nulls().value_counts(name="rows"))


def _values(counts: pl.DataFrame) -> tuple[Value, ...]:
    found = counts.sort("rows", "value", descending=[True, False]).head(FEW_VALUES)
    return tuple(Value(shorten(shown(value)), count) for value, count in found.iter_rows())


def shown(value: object) -> str:
    """Return a value of polars as people write it."""
    import datetime as dt

    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value).encode("utf-8", "backslashreplace").decode()


def known_column(
    name: str, dtype: Any, rows: int, measured: Measured | None, points: tuple[float, ...], top: tuple[Value, ...]
) -> Known:
    """Return a column by what was measured, None where it is nested or empty; `points` are quantiles of numbers."""
    holds = held(dtype)
    if measured is None:
        nulls = rows if holds is Holds.NOTHING else 0
        return Known(ColumnFacts(name=name, dtype=str(dtype), holds=holds, nulls=nulls))
    count = rows - measured.nulls
    distinct = len(top) if 0 < len(top) < FEW_VALUES else measured.distinct
    facts = ColumnFacts(
        name=name,
        dtype=str(dtype),
        holds=holds,
        nulls=measured.nulls,
        count=count,
        distinct=distinct,
        is_constant=measured.is_constant,
        low=_end(measured.low) if holds is Holds.NUMBER else None,
        high=_end(measured.high) if holds is Holds.NUMBER else None,
        is_id=_names_rows(name, holds, dtype, distinct, count, measured),
        quantiles=points,
        top=top,
        is_whole=0 < len(top) < FEW_VALUES,
    )
    return Known(facts, measured.numeric, measured.dated)


def _end(value: Any) -> float | None:
    """Return an end of a column of numbers; what is infinite, or a time span, has none."""
    import math

    found = float(value) if isinstance(value, (int, float)) else None
    return found if found is not None and math.isfinite(found) else None


def _names_rows(name: str, holds: Holds, dtype: Any, distinct: int, count: int, measured: Measured) -> bool:
    """Return whether a column names rows. Floats that never repeat are measurements, long texts are descriptions."""
    if holds is Holds.TEXT and count:
        told = max(measured.numeric, measured.dated)
        return measured.letters < _LONG_TEXT and told < _ALMOST * count and is_id(name, distinct, count)
    if holds is not Holds.NUMBER or not count or dtype.is_float():
        return False
    return is_id(name, distinct, count, float(measured.high - measured.low))


def quantiles(values: pl.Series) -> tuple[float, ...]:
    """Return the quantiles of numbers at `LEVELS`, infinite ones left out."""
    import math

    import polars as pl

    values = values.cast(pl.Float64).drop_nulls()
    values = values.filter(values.is_finite()).sort()
    if not values.len():
        return ()
    last = values.len() - 1
    found = tuple(float(values[round(level * last)]) for level in LEVELS)
    return found if all(map(math.isfinite, found)) else ()
