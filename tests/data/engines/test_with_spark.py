"""Spark on a cluster of two workers says what pandera's pandas backend says, over generated contracts and data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from agreement import assert_agree, ours, theirs
from contract_cases import cases
from mlgate.data.engines.with_spark import _backtracks
from mlgate.data.messages import EngineName, Engines, Read
from mlgate.data.patterns import translate

CASES = 50
COUNTED: Counter[str] = Counter()


@settings(
    max_examples=CASES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=cases())
def test_parquet(tmp_path: Path, cluster: Engines, case: tuple[pyarrow.Table, pa.DataFrameSchema]) -> None:
    table, schema = case
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(table, path)
    events, found = ours(schema, "pandas", path, EngineName.SPARK, cluster)
    (read,) = [event for event in events if isinstance(event, Read)]
    COUNTED["cases"] += 1
    COUNTED["fused"] += read.fused if read.engine is EngineName.SPARK else 0
    assert_agree(found, theirs(schema, pd.read_parquet(path)))


def test_fifty_cases_were_compared__on_two_workers(cluster: Engines) -> None:
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    # The driver is one of those that keep data.
    keepers = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
    assert (COUNTED["cases"] >= CASES, COUNTED["fused"] >= 3 * CASES, len(keepers)) == (True, True, 3)


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
    assert _backtracks(translated.text) is hangs
