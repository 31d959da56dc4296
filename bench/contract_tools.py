"""The tools that `bench/contracts.py` compares, timed in a process of their own: `contract_tools.py TOOLS FILE RUNS`.

Each reads the file anew and finds how many values break the contract; contracts are made before the clock starts.
Beside mlgate all run in the environment that it gives its workers.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = ("alpha", "beta", "gamma", "delta")
LOW, HIGH = -20.0, 20.0


def main() -> None:
    tools, path, runs = sys.argv[1].split(","), Path(sys.argv[2]), int(sys.argv[3])
    if "mlgate" in tools:
        from mlgate.data.child import worker_environment

        os.environ.update(worker_environment({}))  # noqa: TID251 - polars reads it when it is loaded
    made: dict[str, Callable[[Path], Callable[[], int]]] = {
        "scan": scan, "mlgate": by_mlgate, "pandas": by_pandas, "polars": by_polars, "gx": by_gx
    }  # fmt: skip
    asked = {tool: made[tool](path) for tool in tools}
    wall: dict[str, list[float]] = {tool: [] for tool in tools}
    work: dict[str, list[float]] = {tool: [] for tool in tools}
    found: dict[str, int] = {}
    for index in range(runs + (runs > 1)):
        for tool, ask in asked.items():
            began, busy = time.perf_counter(), _busy()
            found[tool] = ask()
            if index or runs == 1:
                wall[tool].append(time.perf_counter() - began)
                work[tool].append(_busy() - busy)
    seconds = {tool: statistics.median(times) for tool, times in wall.items()}
    cpu = {tool: statistics.median(times) for tool, times in work.items()}
    print(json.dumps({"seconds": seconds, "cpu": cpu, "found": found, "peak": peak_mb()}))


def _busy() -> float:
    """Return the seconds that the processors have worked for this process."""
    held = os.times()
    return held.user + held.system


def peak_mb() -> float:
    """Return the peak memory of this process; `ru_maxrss` of Linux would begin with that of the parent."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def scan(path: Path) -> Callable[[], int]:
    import polars as pl

    def ask() -> int:
        lazy = pl.scan_parquet(path, glob=False)
        lazy.select(pl.col(name).max() for name in lazy.collect_schema().names()).collect(engine="streaming")
        return -1

    return ask


def contract(library: Any, moment: Any) -> Any:
    """Return the contract for pandera's pandas or polars backend."""
    check = library.Check
    columns = {"id": library.Column(int, unique=True)}
    columns |= {f"i{n}": library.Column(int, [check.ge(0), check.lt(1000)]) for n in range(4)}
    columns |= {f"f{n}": library.Column(float, check.in_range(LOW, HIGH)) for n in range(10)}
    columns |= {f"s{n}": library.Column(str, check.isin(WORDS)) for n in range(2)}
    columns["s2"] = library.Column(str, check.str_matches("^AB[0-9]{6}"))
    columns["s3"] = library.Column(str, check.str_length(1, 20))
    columns["at"] = library.Column(moment)
    return library.DataFrameSchema(columns, strict=True)


def by_mlgate(path: Path) -> Callable[[], int]:
    import pandera.pandas as pa

    from mlgate.data.loading import Contract
    from mlgate.data.messages import Broken, ContractJob, Event, Job, Task
    from mlgate.data.task import Plans, run_planned, run_task

    task = Task(contract=0, files=(str(path),))
    job = Job(project=str(path.parent), contracts=(ContractJob(path=str(path.parent / "c.py")),), tasks=(task,))
    made, plans = Contract(contract(pa, "datetime64[us]"), "S", "pandas", {}, {}), Plans()

    def ask() -> int:
        said: list[Event] = []
        if not run_planned(job, 0, plans, said.append):
            run_task(job, 0, made, said.append, plans)
        return sum(event.count or 0 for event in said if isinstance(event, Broken))

    return ask


def by_pandas(path: Path) -> Callable[[], int]:
    import pandas as pd
    import pandera.pandas as pa

    made = contract(pa, "datetime64[us]")
    return lambda: _validated(made, pd.read_parquet(path))


def by_polars(path: Path) -> Callable[[], int]:
    import pandera.polars as pa
    import polars as pl

    made = contract(pa, pl.Datetime("us"))
    return lambda: _validated(made, pl.read_parquet(path))


def _validated(schema: Any, frame: Any) -> int:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        return sum(len(one.failure_cases) for one in error.schema_errors)
    return 0


def by_gx(path: Path) -> Callable[[], int]:
    import logging

    import great_expectations as gx
    import pandas as pd

    logging.disable(logging.WARNING)
    wanted = gx.expectations
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = gx.ExpectationSuite(name="suite")
    names = ["id", *(f"i{n}" for n in range(4)), *(f"f{n}" for n in range(10)), *(f"s{n}" for n in range(4)), "at"]
    for name in names:
        suite.add_expectation(wanted.ExpectColumnValuesToNotBeNull(column=name))
    suite.add_expectation(wanted.ExpectColumnValuesToBeUnique(column="id"))
    for name in names[1:15]:
        low, high = (0, 999) if name[0] == "i" else (LOW, HIGH)
        suite.add_expectation(wanted.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high))
    for name in ("s0", "s1"):
        suite.add_expectation(wanted.ExpectColumnValuesToBeInSet(column=name, value_set=list(WORDS)))
    suite.add_expectation(wanted.ExpectColumnValuesToMatchRegex(column="s2", regex="^AB[0-9]{6}"))
    suite.add_expectation(wanted.ExpectColumnValueLengthsToBeBetween(column="s3", min_value=1, max_value=20))
    suite.add_expectation(wanted.ExpectTableColumnsToMatchSet(column_set=names, exact_match=True))
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("frame")
    batches = asset.add_batch_definition_whole_dataframe("all")

    def ask() -> int:
        batch = batches.get_batch({"dataframe": pd.read_parquet(path)})
        if not batch.validate(suite).success:
            sys.exit("Great Expectations finds fault with the clean file")
        return 0

    return ask


if __name__ == "__main__":
    main()
