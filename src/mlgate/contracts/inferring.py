"""What a contract should hold the columns of a dataset to, by the rows that are there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mlgate.contracts.digits import digit_names, width_pattern
from mlgate.data.formats import format_of
from mlgate.drift.kinds import is_id
from mlgate.drift.reading import Table
from mlgate.drift.sides import Side
from mlgate.integrity.columns import DAY, read_columns
from mlgate.integrity.facts import ColumnFacts, Holds
from mlgate.integrity.locating import Locator
from mlgate.integrity.repeats import find_repeats

_MOST_CATEGORIES, _ROWS_OF_CATEGORY = 30, 10
_MOST_CODES, _ROWS_OF_CODE = 10, 20
_FEWEST_UNIQUE = 20
_MARGIN = 0.1
_SAFE = 2.0**53
_ONE_WORD = 60

Scalar = str | int | float | bool


class Clause(Struct, frozen=True, kw_only=True):
    """What one column is held to: a dtype of pandera (None for any), and its checks.

    `coerce` is for whole numbers and truth values beside nulls, which pandas reads as another type.
    """

    name: str
    dtype: str | None
    nullable: bool = False
    unique: bool = False
    coerce: bool = False
    allowed: tuple[Scalar, ...] = ()
    low: Scalar | None = None
    high: Scalar | None = None
    pattern: str | None = None


class Draft(Struct, frozen=True, kw_only=True):
    """A contract that is still to be written: its columns, and how many rows of what it was drafted from."""

    columns: tuple[Clause, ...]
    rows: int
    source: str
    engine: str


def infer(side: Side, source: str, engine: str) -> Draft:
    """Return the draft for a dataset; raises `TableError` where a file is no table."""
    table = Table(side)
    table.look_over()
    digits = digit_names(side, table)
    table = Table(side, texts=digits) if digits else table
    rows = table.rows
    known, _ = read_columns(table, list(table.schema), rows)
    dtypes = _polars_dtypes(table) if engine == "polars" else _pandas_dtypes(side, table)
    spoiled = _with_nan(table) if engine == "polars" else set()
    locator = Locator(side, table)
    clauses = []
    for one in known:
        facts = one.facts
        if facts.name in digits:
            facts = replace(facts, is_id=is_id(facts.name, facts.distinct, facts.count))
        unique = _may_be_unique(facts, rows) and not find_repeats(table, [facts.name], rows, locator, 1).rows
        is_date = facts.holds is Holds.TEXT and 0 < facts.count == one.dated
        clause = _clause(facts, dtypes.get(facts.name), unique, is_date, engine)
        if facts.name in digits and not clause.allowed:
            clause = replace(clause, pattern=width_pattern(table, facts.name))
        # To polars NaN is the greatest number, which no range lets through.
        clauses.append(replace(clause, low=None, high=None) if facts.name in spoiled else clause)
    return Draft(columns=tuple(clauses), rows=rows, source=source, engine=engine)


def _may_be_unique(facts: ColumnFacts, rows: int) -> bool:
    """Return whether a column may be said to be unique: it names rows, and not only because there are few."""
    return facts.is_id and not facts.nulls and rows >= _FEWEST_UNIQUE and facts.distinct >= 0.9 * rows


def _clause(facts: ColumnFacts, dtype: str | None, unique: bool, is_date: bool, engine: str) -> Clause:
    is_whole = facts.holds is Holds.NUMBER and dtype is not None and "float" not in dtype.lower()
    is_odd = engine == "pandas" and facts.nulls > 0 and (is_whole or facts.holds is Holds.FLAG)
    if is_odd and is_whole and max(abs(facts.low or 0.0), abs(facts.high or 0.0)) >= _SAFE:
        # pandas reads these as floats, which have lost their last digits.
        dtype, is_odd = "float64", False
    elif is_odd:
        dtype = "boolean" if facts.holds is Holds.FLAG else "Int64"
    allowed = () if unique else _allowed(facts, is_whole=is_whole)
    low, high = (None, None) if allowed or facts.holds is not Holds.NUMBER else _range(facts, is_whole=is_whole)
    return Clause(
        name=facts.name,
        dtype=dtype,
        nullable=facts.nulls > 0,
        unique=unique,
        coerce=is_odd,
        allowed=allowed,
        low=low,
        high=high,
        pattern=DAY.removesuffix("$") if is_date and not allowed else None,
    )


def _allowed(facts: ColumnFacts, *, is_whole: bool) -> tuple[Scalar, ...]:
    """Return the values of a column of few: categories, or codes such as 0 and 1."""
    if not facts.is_whole:
        return ()
    texts = [value.text for value in facts.top]
    if facts.holds is Holds.TEXT and not facts.is_id:
        few = facts.distinct <= _MOST_CATEGORIES and facts.distinct * _ROWS_OF_CATEGORY <= facts.count
        return tuple(sorted(texts)) if few and max(map(len, texts)) <= _ONE_WORD and _are_plain(texts) else ()
    if is_whole and facts.distinct <= _MOST_CODES and facts.distinct * _ROWS_OF_CODE <= facts.count:
        return tuple(sorted(int(text) for text in texts))
    return ()


def _are_plain(texts: Sequence[str]) -> bool:
    return all(text.isprintable() and text.strip() for text in texts)


def _range(facts: ColumnFacts, *, is_whole: bool) -> tuple[Scalar | None, Scalar | None]:
    """Return a range with room on both sides: a tenth of the span, rounded outwards, and never below zero for nothing.

    Numbers between 0 and 1 are taken for shares.
    """
    low, high = facts.low, facts.high
    if low is None or high is None or not math.isfinite(high - low) or max(abs(low), abs(high)) >= _SAFE:
        return None, None
    if not is_whole and low >= 0 and 0.5 <= high <= 1:
        return 0, 1
    room = _MARGIN * (high - low) or _MARGIN * abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(max(room, 1e-300)))
    if is_whole:
        step = max(1.0, step)
    least, most = math.floor((low - room) / step), math.ceil((high + room) / step)
    if low >= 0 and (least < 0 or low <= room):
        least = 0
    if low < 0 and high <= 0 and most > 0:
        most = 0
    return _number(least, step, is_whole=is_whole), _number(most, step, is_whole=is_whole)


def _number(count: int, step: float, *, is_whole: bool) -> int | float:
    """Return `count` steps as people write it, without the noise of the last binary digit."""
    if is_whole or step >= 1:
        return count * round(step)
    return round(count * step, -math.floor(math.log10(step)))


def _with_nan(table: Table) -> set[str]:
    """Return the columns that hold NaN."""
    import polars as pl

    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    if not floats:
        return set()
    found = table.collect(table.frame.select(pl.col(floats).is_nan().any())).row(0, named=True)
    return {name for name, has in found.items() if has}


def _polars_dtypes(table: Table) -> dict[str, str]:
    """Return the dtypes as `pandera.polars` has them."""
    import polars as pl

    found = {}
    for name, dtype in table.schema.items():
        if dtype.is_nested() or dtype in (pl.Null, pl.Object, pl.Enum, pl.Unknown):
            continue
        found[name] = str(dtype)
    return found


def _pandas_dtypes(side: Side, table: Table) -> dict[str, str]:
    """Return the dtypes that pandas gives the columns when it reads the files."""
    text = any((form := format_of(piece.name)) is not None and form.is_text for piece in side.pieces)
    if text:
        return {name: said for name, dtype in table.schema.items() if (said := _of_text(dtype)) is not None}
    frame = table.collect(table.frame.head(0)).to_arrow().to_pandas()
    return {str(name): said for name, dtype in frame.dtypes.items() if (said := _of_pandas(str(dtype))) is not None}


_NAMES: Mapping[str, str] = {"string": "str", "str": "str", "bool": "bool", "category": "category"}


def _of_pandas(dtype: str) -> str | None:
    if dtype in _NAMES:
        return _NAMES[dtype]
    is_plain = dtype.startswith(("int", "uint", "float", "datetime64[", "timedelta64["))
    return dtype if is_plain and "dictionary" not in dtype else None


def _of_text(dtype: object) -> str | None:
    import polars as pl

    known = ((pl.Int64, "int64"), (pl.Float64, "float64"), (pl.Boolean, "bool"), (pl.String, "str"))
    return next((name for kind, name in known if dtype == kind), None)
