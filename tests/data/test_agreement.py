"""Verdicts are pandera's own: every rule that it finds broken, in as many rows, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pandera.polars as pap
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreement import assert_agree, ours, theirs

ints = st.lists(st.integers(-3, 3), min_size=6, max_size=6)
floats = st.lists(st.one_of(st.none(), st.floats(-3, 3, width=32)), min_size=6, max_size=6)
texts = st.lists(st.one_of(st.none(), st.sampled_from(["red", "green", "Red ", "1", ""])), min_size=6, max_size=6)


@st.composite
def columns(draw: st.DrawFn) -> pa.Column:
    kind = draw(st.sampled_from([int, float, str, None]))
    checks = {
        str: [pa.Check.isin(["red", "green"]), pa.Check.str_matches("^r"), pa.Check.str_length(1, 4)],
        None: [pa.Check.notin(["red"])],
    }.get(kind, [pa.Check.ge(0), pa.Check.in_range(-1, 1), pa.Check(lambda s: s != 2, name="not two")])
    return pa.Column(
        kind,
        draw(st.lists(st.sampled_from(checks), max_size=2, unique_by=id)),
        nullable=draw(st.booleans()),
        unique=draw(st.booleans()),
        coerce=draw(st.booleans()) if kind in (float, str) else False,
        required=draw(st.booleans()),
        report_duplicates=draw(st.sampled_from(["all", "exclude_first", "exclude_last"])),
    )


@st.composite
def schemas(draw: st.DrawFn) -> pa.DataFrameSchema:
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
    return pa.DataFrameSchema(
        {name: draw(columns()) for name in names},
        strict=draw(st.sampled_from([True, False, "filter"])),
        ordered=draw(st.booleans()),
        unique=draw(st.sampled_from([None, names[:1], names[:2]])),
    )


@settings(
    max_examples=100,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(schema=schemas(), a=ints, b=floats, c=texts, order=st.permutations("abc"))
def test_pandas(tmp_path: Path, schema: Any, a: list[int], b: list[Any], c: list[Any], order: list[str]) -> None:
    frame = pd.DataFrame({"a": a, "b": b, "c": pd.Series(c, dtype=str)})[list(order)]
    frame["b"] = frame["b"].astype(float)
    path = tmp_path / "d.parquet"
    frame.to_parquet(path)
    read = pd.read_parquet(path)
    assert_agree(ours(schema, "pandas", path)[1], theirs(schema, read))


POLARS = {
    "checks": pap.DataFrameSchema(
        {
            "a": pap.Column(int, [pap.Check.ge(0), pap.Check.in_range(-1, 1)], unique=True),
            "b": pap.Column(float, pap.Check.lt(1), nullable=True),
            "c": pap.Column(str, pap.Check.isin(["red"])),
        }
    ),
    "types": pap.DataFrameSchema({"a": pap.Column(float), "b": pap.Column(float), "c": pap.Column(int)}),
    "missing and extra": pap.DataFrameSchema({name: pap.Column() for name in "acz"}, strict=True),
    "order": pap.DataFrameSchema({"b": pap.Column(float, nullable=True), "a": pap.Column(int)}, ordered=True),
    "patterns": pap.DataFrameSchema({"^[ab]$": pap.Column(checks=pap.Check.ge(0), regex=True)}),
    "own checks": pap.DataFrameSchema(
        {"a": pap.Column(int, pap.Check(lambda d: d.lazyframe.select(pl.col(d.key) > 0), name="positive"))},
        checks=pap.Check(lambda d: d.lazyframe.select(pl.col("a") > pl.col("b")), name="a over b"),
    ),
}


@pytest.mark.parametrize("schema", [pytest.param(schema, id=name) for name, schema in POLARS.items()])
def test_polars(tmp_path: Path, schema: Any) -> None:
    frame = pl.DataFrame({"a": [1, 2, 2, -3], "b": [0.5, None, float("nan"), 2.0], "c": ["red", "Red ", None, "green"]})
    path = tmp_path / "d.parquet"
    frame.write_parquet(path)
    assert_agree(ours(schema, "polars", path)[1], theirs(schema, frame))
