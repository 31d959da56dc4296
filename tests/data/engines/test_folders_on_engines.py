"""Columns of folders on every engine: the same verdicts, numbers and examples, whatever the folders are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pandera.pandas as pa
import polars as pl
import pytest

from mlgate.data.folders import NULL
from mlgate.data.loading import Contract
from mlgate.data.messages import Broken, ContractJob, EngineName, Engines, Event, Job, Read, Scope, Task
from mlgate.data.task import run_task

FOLDERS = [
    ("1", "2024-01-01", "a"),
    ("2", "2024-01-02", "é %/=+,\"'\\$"),
    ("12", "2024-01-02", "a b"),
    ("2", "2024-01-03", None),
]
CONTRACT = pa.DataFrameSchema(
    {
        "id": pa.Column(int),
        "n": pa.Column(int, [pa.Check.lt(10), pa.Check.isin([1, 12])]),
        "share": pa.Column(float, pa.Check.gt(1.5)),
        "flag": pa.Column(bool),
        "day": pa.Column("datetime64[us]", pa.Check.lt(dt.datetime(2024, 1, 3))),  # noqa: DTZ001
        "text": pa.Column(str, [pa.Check.isin(["a", "é %/=+,\"'\\$"]), pa.Check.str_length(max_value=1)]),
        "plain": pa.Column(checks=pa.Check.str_startswith("0")),
    },
    strict=True,
    unique=["n", "id"],
)


def written(folder: Path, ending: str) -> list[Path]:
    files = []
    for number, (n, day, text) in enumerate(FOLDERS):
        shown = NULL if text is None else quote(text, safe=" ")
        place = folder / f"day={day}" / f"n={n}" / f"text={shown}" / f"share={number}.5" / "flag=true" / f"plain=0{n}"
        place.mkdir(parents=True)
        file = place / f"p.{ending}"
        held = pl.DataFrame({"id": [number, 1, 2]})
        held.write_parquet(file) if ending == "parquet" else held.write_csv(file)
        files.append(file)
    return files


def said(
    engine: EngineName, engines: Engines, top: Path, files: Sequence[Path]
) -> tuple[list[Broken], set[EngineName]]:
    """Return what is broken in each file, and in all together, and which engines were asked."""
    paths = [str(file) for file in files]
    tasks = [Task(contract=0, files=(path,), top=str(top), engine=engine, scope=Scope.ROWS) for path in paths]
    tasks.append(Task(contract=0, files=tuple(paths), top=str(top), engine=engine, scope=Scope.TOGETHER))
    job = Job(project=str(top), contracts=(ContractJob(path=str(top / "c.py")),), tasks=tuple(tasks), engines=engines)
    found: list[Event] = []
    for number in range(len(tasks)):
        run_task(job, number, Contract(CONTRACT, "S", "pandas", {}, {}), found.append)
    broken = [event for event in found if isinstance(event, Broken)]
    return broken, {event.engine for event in found if isinstance(event, Read)}


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("engine", [EngineName.DUCKDB, EngineName.SPARK])
def test_folders__are_the_same_columns_everywhere(
    tmp_path: Path, cluster: Engines, engine: EngineName, ending: str
) -> None:
    files = written(tmp_path, ending)
    by_polars, _ = said(EngineName.POLARS, Engines(), tmp_path, files)
    found, ran_on = said(engine, cluster, tmp_path, files)
    assert ran_on == {engine}
    assert {(one.column, one.breach.value) for one in by_polars} == {
        ("day", "check"), ("n", "check"), ("share", "check"), ("text", "check"), ("text", "nulls"), ("", "duplicates"),
    }  # fmt: skip
    assert found == by_polars
