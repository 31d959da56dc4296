"""Data that pandera's own strategies draw from a contract satisfies it, on polars and on DuckDB."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreement import ours
from mlgate.data.messages import EngineName

CONTRACT = pa.DataFrameSchema(
    {
        "id": pa.Column(int, pa.Check.in_range(0, 1_000), unique=True),
        "share": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "word": pa.Column(str, pa.Check.isin(["red", "green"])),
        "code": pa.Column(str, pa.Check.str_matches(r"^[A-Z]{2}[0-9]{1,3}$")),
    }
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_drawn_from_the_contract__holds(tmp_path: Path, data: st.DataObject) -> None:
    frame: pd.DataFrame = data.draw(CONTRACT.strategy(size=5))
    path = tmp_path / "d.parquet"
    frame.to_parquet(path)
    for engine in (EngineName.POLARS, EngineName.DUCKDB):
        assert ours(CONTRACT, "pandas", path, engine)[1] == set()
