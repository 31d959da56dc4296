"""How a column can be compared: as numbers, as categories, as text, or not at all, and why not."""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

_SAMPLE = 500
_WORDS, _LETTERS = 5, 80
_DATE = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}.*)?)?$"
_ID = re.compile(r"(?:^|[_\-. ])(?:id|uuid|guid|key|index|idx|row)$|^unnamed: 0$|[a-z](?:Id|ID)$")
_MANY = 1_000
_FEWEST = 10
_HARDLY = 0.95


class Kind(StrEnum):
    """How a column is compared."""

    NUMBER = "number"
    CATEGORY = "category"
    TEXT = "text"


class Skip(StrEnum):
    """Why a column is not compared."""

    IGNORED = "ignored"
    DATE = "date"
    ID = "id"
    NESTED = "nested"
    EMPTY = "no values"
    FEW = "too few values"


class Family(StrEnum):
    """What a dtype holds, as people call it."""

    NUMBER = "a number"
    FLAG = "true or false"
    TEXT = "text"
    DATE = "a date"
    NESTED = "nested"
    NOTHING = "empty"


def family(dtype: Any) -> Family:
    """Return what a dtype of polars holds."""
    import polars as pl

    if dtype == pl.Null:
        return Family.NOTHING
    if dtype == pl.Boolean:
        return Family.FLAG
    if dtype.is_numeric() or dtype in (pl.Duration, pl.Time):
        return Family.NUMBER
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return Family.TEXT
    return Family.DATE if dtype in (pl.Date, pl.Datetime) else Family.NESTED


def common_family(before: Family, now: Family) -> Family | None:
    """Return as what two columns can be compared, or None where their types have nothing in common."""
    if before is now or now is Family.NOTHING:
        return before
    if before is Family.NOTHING:
        return now
    return Family.NUMBER if {before, now} == {Family.NUMBER, Family.FLAG} else None


def as_text(values: pl.Series) -> pl.Series:
    """Return any values that are not nested as text."""
    import polars as pl

    return (values.to_physical() if values.dtype == pl.Duration else values).cast(pl.String)


def is_date_text(values: pl.Series) -> bool:
    """Return whether texts, nulls aside, are dates in ISO 8601, by a sample."""
    sample = spread(values, _SAMPLE)
    return sample.len() > 0 and bool(sample.str.contains(_DATE).all())


def is_long_text(values: pl.Series) -> bool:
    """Return whether texts, nulls aside, are sentences rather than names, by a sample."""
    sample = spread(values, _SAMPLE)
    if not sample.len():
        return False
    words = sample.str.count_matches(r"\S+").mean()
    letters = sample.str.len_chars().mean()
    return float(str(words)) >= _WORDS or float(str(letters)) >= _LETTERS


def is_id(name: str, distinct: int, count: int, span: float = math.inf) -> bool:
    """Return whether a column of whole numbers or short texts names rows or things rather than describing them.

    Numbers that never repeat and lie close together in their `span` count the rows; of texts hardly any repeats; and
    what is called an id needs no more than a great many values.
    """
    if count < _FEWEST:
        return False
    called = _ID.search(name) or _ID.search(name.lower())
    if called and distinct >= min(_MANY, count / 10):
        return True
    return distinct == count and span <= 2 * count if math.isfinite(span) else distinct >= _HARDLY * count


def spread(values: pl.Series, most: int) -> pl.Series:
    """Return at most `most` of the values, spread evenly over the column."""
    step = -(-values.len() // most)
    return values.gather_every(step) if step > 1 else values
