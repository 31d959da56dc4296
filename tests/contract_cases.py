"""Contracts and tables as hypothesis draws them: small, full of what engines could read apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pandera.polars as pap
import polars as pl
import pyarrow
from hypothesis import strategies as st

ROWS = 6
_BEGIN = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - as the columns, without a zone
_NUMBERS = (-3, -1, 0, 1, 2, 3)
_WORDS = ("red", "Red", "re\nd", "red\n", "rød", "r", "", "12", "1２", "a b", "ab")
_PATTERNS = (
    "^r", "red$", "r.d", "[a-z]+", r"\d+", r"^\w+$", r"\s", "a|r", "(a|r)e?d?$", "[^a]", "r{1,2}e", "(?i)R", r"(.)\1",
    "(?=r)r", r"\bred", "", "^$", ".*d", "(r(e(d)))", "r*?e",
)  # fmt: skip


def _checks_of_numbers() -> st.SearchStrategy[pa.Check]:
    bound = st.one_of(st.sampled_from(_NUMBERS), st.sampled_from((-1.0, 0.1, 0.5, 1.5, 300, -0.0)))
    flags = st.booleans()
    return st.one_of(
        st.builds(lambda name, value: getattr(pa.Check, name)(value), st.sampled_from(["gt", "ge", "lt", "le"]), bound),
        st.builds(lambda name, value: getattr(pa.Check, name)(value), st.sampled_from(["eq", "ne"]), bound),
        st.builds(
            lambda one, more, a, b: pa.Check.in_range(one, one + more, a, b),
            bound,
            st.sampled_from((1, 0.5, 2)),
            flags,
            flags,
        ),
        st.builds(
            lambda name, values: getattr(pa.Check, name)(values),
            st.sampled_from(["isin", "notin"]),
            st.lists(bound, max_size=4),
        ),
        st.just(pa.Check(lambda s: s != 2, name="own")),
        st.builds(lambda value: pa.Check.ge(value, ignore_na=False), bound),
    )


def _checks_of_text() -> st.SearchStrategy[pa.Check]:
    word = st.sampled_from(_WORDS)
    return st.one_of(
        st.builds(pa.Check.str_matches, st.sampled_from(_PATTERNS)),
        st.builds(pa.Check.str_contains, st.sampled_from(_PATTERNS)),
        st.builds(pa.Check.str_startswith, word),
        st.builds(pa.Check.str_endswith, word),
        st.builds(lambda a, b: pa.Check.str_length(min(a, b), max(a, b)), st.integers(0, 3), st.integers(0, 3)),
        st.builds(pa.Check.isin, st.lists(word, max_size=5)),
        st.builds(pa.Check.notin, st.lists(word, max_size=5)),
        st.builds(pa.Check.ne, word),
        st.builds(pa.Check.ge, word),
    )


def _checks_of_times() -> st.SearchStrategy[pa.Check]:
    moments = st.integers(0, 3).map(lambda n: _BEGIN + dt.timedelta(hours=n))
    bounds = st.one_of(moments, moments.map(pd.Timestamp))
    return st.builds(lambda name, value: getattr(pa.Check, name)(value), st.sampled_from(["ge", "lt", "ne"]), bounds)


_WHOLE = ("int64", "int32", "int8", "uint8")
_KINDS: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[pa.Check], tuple[Any, ...]]] = {
    **{name: (st.sampled_from((0, 1, 2, 3)), _checks_of_numbers(), (int, name, float, str, None)) for name in _WHOLE},
    "float64": (
        st.sampled_from((-1.0, 0.0, -0.0, 0.1, 0.5, 2.0, float("nan"), float("inf"))),
        _checks_of_numbers(),
        (float, "float32", int, None),
    ),
    "float32": (st.sampled_from((-1.0, 0.0, 0.1, 0.5, 2.0)), _checks_of_numbers(), ("float32", float, None)),
    "bool": (st.booleans(), st.nothing(), (bool, int, None)),
    "string": (st.sampled_from(_WORDS), _checks_of_text(), (str, object, int, None)),
    "timestamp[us]": (
        st.integers(0, 3).map(lambda n: _BEGIN + dt.timedelta(hours=n)), _checks_of_times(), (pa.DateTime, None)
    ),
    "timestamp[ms]": (
        st.integers(0, 3).map(lambda n: _BEGIN + dt.timedelta(hours=n)), _checks_of_times(), ("datetime64[ms]", None)
    ),
}  # fmt: skip


@st.composite
def columns(draw: st.DrawFn) -> tuple[str, list[Any], pa.Column]:
    """Draw what a column holds, its values, and what a contract asks of it."""
    kind = draw(st.sampled_from(list(_KINDS)))
    values, asked, dtypes = _KINDS[kind]
    # Whole numbers and truth values with nulls are another type to pandas, which pandera itself is asked about.
    often = 5 if kind in (*_WHOLE, "bool") else 2
    held = st.one_of(st.none(), values) if draw(st.integers(0, often)) == 0 else values
    dtype = draw(st.sampled_from((dtypes[0], dtypes[0], dtypes[0], *dtypes)))
    column = pa.Column(
        dtype,
        draw(st.lists(asked, max_size=4)) if not asked.is_empty else [],
        nullable=draw(st.booleans()),
        unique=draw(st.integers(0, 3)) == 0,
        coerce=dtype is not None and draw(st.integers(0, 5)) == 0,
        required=draw(st.booleans()),
        report_duplicates=draw(st.sampled_from(["all", "exclude_first", "exclude_last"])),
    )
    return kind, draw(st.lists(held, min_size=ROWS, max_size=ROWS)), column


@st.composite
def cases(draw: st.DrawFn, width: int = 2) -> tuple[pyarrow.Table, pa.DataFrameSchema]:
    """Draw a table of so many columns, and a contract for them."""
    letters = "abcde"[:width]
    drawn = draw(st.lists(columns(), min_size=width, max_size=width))
    names = draw(st.permutations(letters))
    arrays = {}
    for name, (kind, values, _) in zip(letters, drawn, strict=True):
        dtype = pyarrow.type_for_alias(kind) if "[" not in kind else pyarrow.timestamp(kind[10:12])
        arrays[name] = pyarrow.array(values, dtype, from_pandas=False)
    stated = {name: column for name, (_, _, column) in zip(letters, drawn, strict=True)}
    for name in draw(st.sets(st.sampled_from(letters), max_size=1)):
        stated[draw(st.sampled_from((name, name.upper())))] = stated.pop(name)
    schema = pa.DataFrameSchema(
        stated,
        strict=draw(st.sampled_from([True, False])),
        ordered=draw(st.booleans()),
        unique=draw(st.sampled_from([None, None, ["a", "b"], ["b"]])),
    )
    return pyarrow.table({name: arrays[name] for name in names}), schema


_POLARS: dict[str, tuple[st.SearchStrategy[pa.Check], Any]] = {
    "int64": (_checks_of_numbers(), int),
    "int8": (_checks_of_numbers(), pl.Int8),
    "float64": (_checks_of_numbers(), float),
    "string": (_checks_of_text(), str),
    "timestamp[us]": (_checks_of_times(), pl.Datetime),
}


@st.composite
def polars_cases(draw: st.DrawFn) -> tuple[pyarrow.Table, pap.DataFrameSchema]:
    """Draw a table of two columns, and a contract for polars, of built-in checks alone."""
    arrays, stated = {}, {}
    for name in "ab":
        kind = draw(st.sampled_from(list(_POLARS)))
        asked, dtype = _POLARS[kind]
        held = st.one_of(st.none(), _KINDS[kind][0]) if draw(st.booleans()) else _KINDS[kind][0]
        checks = [check for check in draw(st.lists(asked, max_size=4)) if check.name != "own" and check.ignore_na]
        arrow = pyarrow.type_for_alias(kind) if "[" not in kind else pyarrow.timestamp("us")
        arrays[name] = pyarrow.array(draw(st.lists(held, min_size=ROWS, max_size=ROWS)), arrow, from_pandas=False)
        stated[name] = pap.Column(dtype, checks, nullable=draw(st.booleans()), unique=draw(st.integers(0, 3)) == 0)
    return pyarrow.table(arrays), pap.DataFrameSchema(stated, unique=draw(st.sampled_from([None, ["a", "b"]])))
