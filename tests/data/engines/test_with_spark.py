"""Spark on a cluster of two workers says what pandera's pandas backend says, over generated contracts and data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from agreement import as_stated, assert_agree, ours, theirs
from contract_cases import cases
from mlgate.data.engines.spark_dialect import backtracks
from mlgate.data.messages import EngineName, Engines, Read
from mlgate.data.patterns import translate

CASES, TEXTS = 50, 20
COUNTED: Counter[str] = Counter()
Case = tuple[pyarrow.Table, pa.DataFrameSchema]

generated = settings(
    max_examples=CASES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def compare(path: Path, schema: pa.DataFrameSchema, frame: pd.DataFrame, cluster: Engines, counted: str) -> None:
    events, found = ours(schema, "pandas", path, EngineName.SPARK, cluster)
    (read,) = [event for event in events if isinstance(event, Read)]
    COUNTED[counted] += 1
    COUNTED[f"{counted} fused"] += read.fused if read.engine is EngineName.SPARK else 0
    assert_agree(found, theirs(schema, frame))


@generated
@given(case=cases())
def test_parquet(tmp_path: Path, cluster: Engines, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(table, path)
    compare(path, schema, pd.read_parquet(path), cluster, "parquet")


@settings(generated, max_examples=TEXTS)
@given(case=cases(width=4))
def test_csv(tmp_path: Path, cluster: Engines, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.csv"
    table.to_pandas().to_csv(path, index=False)
    compare(path, schema, as_stated(path, schema), cluster, "text")


@settings(generated, max_examples=TEXTS)
@given(case=cases(width=3))
def test_json_lines(tmp_path: Path, cluster: Engines, case: Case) -> None:
    table, schema = case
    path = tmp_path / "d.jsonl"
    table.to_pandas().to_json(path, orient="records", lines=True, date_format="iso")
    compare(path, schema, as_stated(path, schema), cluster, "text")


def test_these_cases_were_compared__on_two_workers(cluster: Engines) -> None:
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    # The driver is one of those that keep data.
    keepers = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
    assert len(keepers) == 3
    assert (COUNTED["parquet"] >= CASES, COUNTED["parquet fused"] >= 3 * CASES) == (True, True), COUNTED
    assert (COUNTED["text"] >= 2 * TEXTS, COUNTED["text fused"] >= 3 * 2 * TEXTS) == (True, True), COUNTED


@pytest.mark.parametrize(
    ("pattern", "hangs"),
    [
        pytest.param("^[a-z]+(-[a-z]+)?$", False, id="repeats side by side"),
        pytest.param(r"^\d{4}-\d\d$", False, id="counted"),
        pytest.param("(?:ab)*c", False, id="one repeat around plain text"),
        pytest.param("^(a+)+$", True, id="repeats inside repeats"),
        pytest.param("^((a|b)*c)*$", True, id="deeper"),
        pytest.param("([+(]a*)*", True, id="signs in a set"),
    ],
)
def test_patterns_that_may_take_java_for_ever__are_left_to_pandera(pattern: str, hangs: bool) -> None:
    translated = translate(pattern, anchored=True)
    assert translated is not None
    assert backtracks(translated.text) is hangs
