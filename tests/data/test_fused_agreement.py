"""One query says what pandera says: over generated contracts and data, every broken rule in as many rows.

Pandera's pandas backend is what all engines are held to; a case is a table and a contract of its own.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import polars as pl
import pyarrow
import pyarrow.feather
import pyarrow.parquet
from hypothesis import HealthCheck, Phase, given, settings

from agreement import as_stated, assert_agree, ours, theirs
from contract_cases import cases, polars_cases
from mlgate.data.engines.asking import end_engines
from mlgate.data.messages import EngineName, Read

Case = tuple[pyarrow.Table, pa.DataFrameSchema]

CASES = 1_000
COMPARED: Counter[EngineName] = Counter()
FUSED: Counter[EngineName] = Counter()
IN_TEXT: Counter[EngineName] = Counter()

generated = settings(
    max_examples=CASES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@generated
@given(case=cases())
def test_parquet__polars_and_duckdb(tmp_path: Path, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(table, path)
    expected = theirs(schema, pd.read_parquet(path))
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        events, found = ours(schema, "pandas", path, engine)
        (read,) = [event for event in events if isinstance(event, Read)]
        FUSED[engine] += read.fused if read.engine is engine else 0
        COMPARED[engine] += 1
        assert_agree(found, expected)


def test_a_thousand_cases_were_compared__and_most_rules_asked_in_the_query() -> None:
    """The agreement above would say nothing if pandera itself had been asked everything."""
    end_engines()
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        assert (COMPARED[engine] >= CASES, FUSED[engine] >= 3 * CASES) == (True, True), (COMPARED, FUSED)


@settings(generated, max_examples=150)
@given(case=polars_cases())
def test_contracts_for_polars__on_polars_and_duckdb(tmp_path: Path, case: tuple[pyarrow.Table, Any]) -> None:
    """A contract for polars means what pandera's polars backend says, whatever the engine: NaN is the greatest."""
    table, schema = case
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(table, path)
    expected = theirs(schema, pl.read_parquet(path))
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        assert_agree(ours(schema, "polars", path, engine)[1], expected)


@settings(generated, max_examples=20)
@given(case=cases(width=4))
def test_arrow__polars_and_duckdb(tmp_path: Path, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.arrow"
    pyarrow.feather.write_feather(table, str(path))
    expected = theirs(schema, table.to_pandas())
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        assert_agree(ours(schema, "pandas", path, engine)[1], expected)


@settings(generated, max_examples=60)
@given(case=cases(width=4))
def test_csv__polars_and_duckdb(tmp_path: Path, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.csv"
    table.to_pandas().to_csv(path, index=False)
    compare_text(path, schema)


@settings(generated, max_examples=60)
@given(case=cases(width=3))
def test_json_lines__polars_and_duckdb(tmp_path: Path, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.jsonl"
    table.to_pandas().to_json(path, orient="records", lines=True, date_format="iso")
    compare_text(path, schema)


def compare_text(path: Path, schema: pa.DataFrameSchema) -> None:
    expected = theirs(schema, as_stated(path, schema))
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        events, found = ours(schema, "pandas", path, engine)
        (read,) = [event for event in events if isinstance(event, Read)]
        IN_TEXT[engine] += read.fused if read.engine is engine else 0
        assert_agree(found, expected)


def test_text__most_rules_were_asked_in_the_query() -> None:
    end_engines()
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        assert IN_TEXT[engine] >= 120 * 3, IN_TEXT
