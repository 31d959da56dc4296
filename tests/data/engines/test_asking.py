"""DuckDB and Spark say what polars says: each broken rule, in as many rows, with the same examples and row numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandera.pandas as pa
import pandera.polars as pap
import pyarrow
import pyarrow.feather
import pyarrow.parquet
import pytest

from engine_cases import odd_contract, odd_files
from mlgate.data.loading import Contract
from mlgate.data.messages import Apart, Broken, ContractJob, EngineName, Engines, Event, Job, Read, Scope, Task
from mlgate.data.task import run_task

Asked = Callable[..., tuple[Read | None, list[Broken]]]
Engine = tuple[EngineName, Engines]

PANDERA = {"pandas": pa, "polars": pap}


def by_rule(found: list[Broken]) -> dict[Any, Broken]:
    return {(one.breach, one.rule, one.column): one for one in found}


@pytest.mark.parametrize("written_for", ["pandas", "polars"])
def test_one_file__as_polars_says(tmp_path: Path, on: Asked, engine: Engine, written_for: str) -> None:
    name, engines = engine
    (path, _), schema = odd_files(tmp_path), odd_contract(PANDERA[written_for])
    _, expected = on(EngineName.POLARS, schema, written_for, [path])
    read, found = on(name, schema, written_for, [path], engines=engines)
    assert read is not None
    assert (read.engine, read.fused > read.rules / 2, len(found) > 12) == (name, True, True)
    assert by_rule(found) == by_rule(expected)


def test_what_is_unique_over_files__as_polars_says(tmp_path: Path, on: Asked, engine: Engine) -> None:
    name, engines = engine
    files, schema = odd_files(tmp_path), odd_contract()
    _, expected = on(EngineName.POLARS, schema, "pandas", files, Scope.TOGETHER)
    _, found = on(name, schema, "pandas", files, Scope.TOGETHER, engines)
    assert len(found) == 4
    assert by_rule(found) == by_rule(expected)


def test_columns_that_the_query_cannot_answer__by_pandera_alone(tmp_path: Path, on: Asked, engine: Engine) -> None:
    name, engines = engine
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1, -1], "b": ["x", "１"], "c": [1, None]}), path)
    schema = pa.DataFrameSchema(
        {
            "a": pa.Column(int, [pa.Check(lambda s: s > 0, name="own"), pa.Check.ge(0)]),
            "b": pa.Column(str, pa.Check.str_matches(r"^\D$")),
            "c": pa.Column(float, pa.Check.ge(0), nullable=True),
        }
    )
    read, found = on(name, schema, "pandas", [path], engines=engines)
    assert read is not None
    assert (read.engine, dict(read.apart)) == (name, {"a": Apart.OWN_CHECK, "b": Apart.CHECK, "c": Apart.TYPES})
    assert [(one.column, one.check, one.count) for one in found] == [
        ("a", "own", 1), ("a", "greater_than_or_equal_to(0)", 1), ("b", r"str_matches('^\D$')", 1)
    ]  # fmt: skip


def test_files_that_are_counted_together__each_as_polars_says(tmp_path: Path, cluster: Engines) -> None:
    """Spark counts the files that come next too: one of other columns and one that is broken stand between them."""
    first, second = odd_files(tmp_path)
    other, cut = tmp_path / "other.parquet", tmp_path / "cut.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": ["x"]}), other)
    cut.write_bytes(first.read_bytes()[:-9] + b"xxxxxPAR1")
    files = [str(first), str(other), str(cut), str(second)]
    said: dict[EngineName, list[Event]] = {}
    for engine in (EngineName.POLARS, EngineName.SPARK):
        tasks = tuple(Task(contract=0, files=(file,), scope=Scope.ROWS, engine=engine) for file in files)
        job = Job(project="/", contracts=(ContractJob(path="/c.py"),), tasks=tasks, engines=cluster)
        contract = Contract(odd_contract(), "S", "pandas", {}, {})
        said[engine] = []
        for number in (0, 1, 3):
            run_task(job, number, contract, said[engine].append)
    read = [event for event in said[EngineName.SPARK] if isinstance(event, Read)]
    assert [event.engine for event in read] == [EngineName.SPARK] * 3
    broken = {engine: [one for one in said[engine] if isinstance(one, Broken)] for engine in said}
    assert len({one.task for one in broken[EngineName.SPARK]}) == 3
    assert sorted(broken[EngineName.SPARK], key=repr) == sorted(broken[EngineName.POLARS], key=repr)


def test_arrow__as_polars_says(tmp_path: Path, on: Asked, engine: Engine) -> None:
    name, engines = engine
    files = [tmp_path / "a.arrow", tmp_path / "b.feather"]
    for file, parquet in zip(files, odd_files(tmp_path), strict=True):
        pyarrow.feather.write_feather(pyarrow.parquet.read_table(parquet), str(file), chunksize=2)
    for asked, scope in ((files[:1], Scope.ALL), (files, Scope.TOGETHER)):
        _, expected = on(EngineName.POLARS, odd_contract(), "pandas", asked, scope)
        read, found = on(name, odd_contract(), "pandas", asked, scope, engines)
        assert scope is Scope.TOGETHER or (read is not None and (read.engine, read.rows) == (name, 6))
        assert by_rule(found) == by_rule(expected) != {}


def test_names_that_an_engine_keeps_for_itself__as_polars_says(tmp_path: Path, on: Asked, engine: Engine) -> None:
    name, engines = engine
    path = tmp_path / "d.parquet"
    table = pyarrow.table({"File_Row_Number": [1, -1], "__mlgate_row": ["x", None], "a.b": [2, 2], "no": [[1], [2]]})
    pyarrow.parquet.write_table(table, path)
    schema = pa.DataFrameSchema(
        {
            "File_Row_Number": pa.Column(int, pa.Check.ge(0)),
            "__mlgate_row": pa.Column(str, pa.Check.ne("x")),
            "a.b": pa.Column(int, unique=True),
        }
    )
    _, expected = on(EngineName.POLARS, schema, "pandas", [path])
    read, found = on(name, schema, "pandas", [path], engines=engines)
    assert read is not None
    assert (read.engine, read.fused, len(found)) == (name, read.rules, 4)
    assert by_rule(found) == by_rule(expected)
