"""DuckDB by itself: what needs more memory than it has, and what it would read otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandera.pandas as pa
import pyarrow
import pyarrow.parquet
import pytest

from mlgate.data.engines.asking import end_engines
from mlgate.data.engines.with_duckdb import DuckDB
from mlgate.data.messages import Broken, Defect, EngineName, Engines, Read, UnreadableError
from mlgate.data.scanning import Holds

Asked = Callable[..., tuple[Read | None, list[Broken]]]


@pytest.fixture
def unique_texts(tmp_path: Path) -> Path:
    """A file of half a million texts that are all different, in no order."""
    numbers = np.random.default_rng(0).permutation(500_000)
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [f"user-{number:040}" for number in numbers]}), path)
    return path


@pytest.fixture
def another_start() -> object:
    """Has DuckDB started anew, with the memory that a test gives it."""
    end_engines()
    yield
    end_engines()


UNIQUE = pa.DataFrameSchema({"a": pa.Column(str, unique=True)})


@pytest.mark.usefixtures("another_start")
def test_more_than_the_memory__is_written_to_disk(unique_texts: Path, on: Asked) -> None:
    read, found = on(EngineName.DUCKDB, UNIQUE, "pandas", [unique_texts], engines=Engines(memory=45_000_000))
    assert read is not None
    assert (read.engine, read.rows, found) == (EngineName.DUCKDB, 500_000, [])


@pytest.mark.usefixtures("another_start")
def test_too_little_memory_for_anything__is_said(unique_texts: Path, on: Asked) -> None:
    with pytest.raises(UnreadableError) as caught:
        on(EngineName.DUCKDB, UNIQUE, "pandas", [unique_texts], engines=Engines(memory=1_000_000))
    event = caught.value.event
    assert (event.defect, event.subject, event.said.partition(":")[0]) == (
        Defect.ENGINE, "DuckDB", "OutOfMemoryException"
    )  # fmt: skip


@pytest.mark.parametrize("pattern", ["", "()", "x|"])
def test_pattern_of_nothing__is_found_everywhere(tmp_path: Path, on: Asked, pattern: str) -> None:
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": ["", "ab"]}), path)
    schema = pa.DataFrameSchema({"a": pa.Column(str, pa.Check.str_contains(f"(?:{pattern})"))})
    read, found = on(EngineName.DUCKDB, schema, "pandas", [path])
    assert (read is not None, found) == (True, [])


def test_pace__rows_are_told_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "d.parquet"
    texts = [f"user-{number:040}" for number in range(400_000)]
    pyarrow.parquet.write_table(pyarrow.table({"a": texts}), path, row_group_size=20_000)
    told: list[int] = []
    table = DuckDB(2_000_000_000).open([str(path)], ["a"], [Holds.TEXT])
    with table.pace(400_000, told.append):
        # Again and again, for how long a query takes hangs on the machine.
        asked = ", ".join(f"count_if(regexp_matches(a, '(.*){n}(.*)[a-z]$'))" for n in range(40))
        for _ in range(100):
            if not told:
                table.fetch(f"SELECT {asked} FROM {table.source}")
    assert 0 < sum(told) <= 400_000
