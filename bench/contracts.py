"""How long a contract of 20 columns takes: mlgate's one query against a pure scan, pandera and Great Expectations.

The data is generated: 10 float, 5 integer, 4 text and 1 time column as Parquet, with a contract of types, nulls,
ranges, sets, patterns and a unique key. Times are medians in a warm process, each tool reading the file anew, run in
turn so that noise meets all alike; memory is the peak of a whole process. All tools must find the same: nothing in
the clean file, and as many rows in the one with bad rows.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import harness

GX = "great-expectations==1.18.1"
DATA = harness.TOOLS / "contracts"
RUNS, SMOKE_RUNS = 5, 2
ROWS = {"1m": 1_000_000, "10m": 10_000_000}
SMOKE_ROWS = {"1m": 20_000, "10m": 50_000}
WORDS = ("alpha", "beta", "gamma", "delta")
LOW, HIGH = -20.0, 20.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="small files and few runs: the same checks, rough figures")
    parser.add_argument("--child", nargs=3, metavar=("TOOLS", "FILE", "RUNS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        answer(options.child[0].split(","), Path(options.child[1]), int(options.child[2]))
        return
    sizes, runs = (SMOKE_ROWS, SMOKE_RUNS) if options.smoke else (ROWS, RUNS)
    files = {size: generate(rows, bad=False) for size, rows in sizes.items()}
    bad = generate(sizes["1m"], bad=True)
    small = ask(["scan", "mlgate", "pandas", "polars"], files["1m"], runs)
    large = ask(["scan", "mlgate", "pandas"], files["10m"], max(2, runs // 2))
    both = {"clean": ask(["mlgate"], files["1m"], runs), "bad": ask(["mlgate", "pandas"], bad, max(2, runs // 2))}
    peak = ask(["mlgate"], files["10m"], 1)["peak"]
    gx = ask(["gx"], files["1m"], 2, harness.build_env("gx", [GX, "pandas>=2.2", "pyarrow"]) / "python")
    require_same(small, large, both["clean"], both["bad"])
    unchanged = again(files["1m"], runs)
    rows = [("file", "tool", "seconds")]
    rows += [("1m", tool, f"{seconds:.2f}") for tool, seconds in {**small["seconds"], **gx["seconds"]}.items()]
    rows += [("10m", tool, f"{seconds:.2f}") for tool, seconds in large["seconds"].items()]
    rows += [("1m, 5 % bad", tool, f"{seconds:.2f}") for tool, seconds in both["bad"]["seconds"].items()]
    harness.table(rows)
    harness.report("unchanged_seconds", unchanged)
    tell(small["seconds"] | gx["seconds"], large["seconds"], peak, both)


def tell(small: dict[str, float], large: dict[str, float], peak: float, both: dict[str, dict[str, Any]]) -> None:
    ours = small["mlgate"]
    harness.report("speedup_gx_1m", small["gx"] / ours)
    harness.report("bad_rows_ratio", both["bad"]["seconds"]["mlgate"] / both["clean"]["seconds"]["mlgate"])
    harness.report("peak_mb_10m", peak)
    harness.report("speedup_pandera_polars_1m", small["polars"] / ours)
    harness.report("speedup_pandera_pandas_10m", large["pandas"] / large["mlgate"])
    harness.report("speedup_pandera_pandas_1m", small["pandas"] / ours)
    harness.report("over_scan_10m", large["mlgate"] / large["scan"])
    harness.report("over_scan_1m", ours / small["scan"])


def generate(rows: int, *, bad: bool) -> Path:
    """Return a file of so many rows, made where it is missing; with `bad`, 5 % of them break a rule of each kind."""
    import numpy as np
    import polars as pl

    path = DATA / f"{rows}{'-bad' if bad else ''}.parquet"
    if path.is_file():
        return path
    DATA.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    columns: dict[str, Any] = {"id": rng.permutation(rows)}
    columns |= {f"i{n}": rng.integers(0, 1000, rows) for n in range(4)}
    columns |= {f"f{n}": rng.normal(0, 1, rows) for n in range(10)}
    words = pl.Series([*WORDS, "omega"])
    columns |= {f"s{n}": words.gather(rng.integers(0, 4, rows)) for n in range(2)}
    columns["s2"] = "AB" + pl.Series(rng.integers(100_000, 999_999, rows)).cast(pl.String)
    columns["s3"] = "user" + pl.Series(rng.integers(0, 100_000, rows)).cast(pl.String)
    columns["at"] = np.datetime64("2024-01-01", "us") + rng.integers(0, 31_536_000, rows).astype("timedelta64[s]")
    frame = pl.DataFrame(columns)
    if bad:
        hit = pl.Series(rng.random(rows) < 0.05)
        frame = frame.with_columns(
            *(pl.when(hit).then(99.0).otherwise(pl.col(f"f{n}")).alias(f"f{n}") for n in range(10)),
            *(pl.when(hit).then(-1).otherwise(pl.col(f"i{n}")).alias(f"i{n}") for n in range(4)),
            *(pl.when(hit).then(pl.lit("omega")).otherwise(pl.col(f"s{n}")).alias(f"s{n}") for n in range(3)),
        )
    partial = path.with_suffix(".partial")
    frame.write_parquet(partial)
    partial.replace(path)
    return path


def ask(tools: Sequence[str], path: Path, runs: int, python: Path | str = sys.executable) -> dict[str, Any]:
    """Have a process of its own time the tools on a file."""
    said = harness.run([python, __file__, "--child", ",".join(tools), path, str(runs)])
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


def answer(tools: Sequence[str], path: Path, runs: int) -> None:
    """Print the median seconds of each tool, how many rows it found, and the peak memory of this process."""
    known: dict[str, Callable[[Path], int]] = {
        "scan": scan, "mlgate": by_mlgate, "pandas": by_pandas, "polars": by_polars, "gx": by_gx
    }  # fmt: skip
    taken: dict[str, list[float]] = {tool: [] for tool in tools}
    found: dict[str, int] = {}
    for index in range(runs + (runs > 1)):
        for tool in tools:
            began = time.perf_counter()
            found[tool] = known[tool](path)
            if index or runs == 1:
                taken[tool].append(time.perf_counter() - began)
    seconds = {tool: statistics.median(times) for tool, times in taken.items()}
    print(json.dumps({"seconds": seconds, "found": found, "peak": peak_mb()}))


def again(data: Path, runs: int) -> float:
    """Return the median seconds of `mlgate run data`, whole processes, over a file that did not change."""
    mlgate = harness.build_env("mlgate-data", ["./[data]"]) / "mlgate"
    with tempfile.TemporaryDirectory() as folder:
        env = harness.own_env(Path(folder) / "home")
        project = Path(folder) / "project"
        (project / "data").mkdir(parents=True)
        shutil.copy(data, project / "data" / "d.parquet")
        (project / "c.py").write_text(
            "import pandera.pandas as pa\n\nS = pa.DataFrameSchema({'id': pa.Column(int, unique=True)})\n",
            encoding="utf-8",
        )
        (project / "mlgate.yaml").write_text(
            "datasets: {d: {path: data/d.parquet, contract: c.py}}\n", encoding="utf-8"
        )
        harness.run(["git", "init", "--quiet"], cwd=project, env=env)
        time.sleep(3)  # a file that was only just written is hashed once more
        command = [mlgate, "run", "data", "--format", "json"]
        seconds = harness.median_seconds({"mlgate": command}, cwd=project, env=env, runs=runs)["mlgate"]
        if "did not change" not in harness.run(command, cwd=project, env=env):
            sys.exit("the file was read again")
        return seconds


def peak_mb() -> float:
    """Return the peak memory of this process; `ru_maxrss` of Linux would begin with that of the parent."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def scan(path: Path) -> int:
    import polars as pl

    lazy = pl.scan_parquet(path, glob=False)
    lazy.select(pl.col(name).max() for name in lazy.collect_schema().names()).collect(engine="streaming")
    return -1


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


def by_mlgate(path: Path) -> int:
    import pandera.pandas as pa

    from mlgate.data.loading import Contract
    from mlgate.data.messages import Broken, ContractJob, Event, Job, Task
    from mlgate.data.task import run_task

    said: list[Event] = []
    task = Task(contract=0, files=(str(path),))
    job = Job(project=str(path.parent), contracts=(ContractJob(path=str(path.parent / "c.py")),), tasks=(task,))
    run_task(job, 0, Contract(contract(pa, "datetime64[us]"), "S", "pandas", {}, {}), said.append)
    return sum(event.count or 0 for event in said if isinstance(event, Broken))


def by_pandas(path: Path) -> int:
    import pandas as pd
    import pandera.pandas as pa

    return _validated(contract(pa, "datetime64[us]"), pd.read_parquet(path))


def by_polars(path: Path) -> int:
    import pandera.polars as pa
    import polars as pl

    return _validated(contract(pa, pl.Datetime("us")), pl.read_parquet(path))


def _validated(schema: Any, frame: Any) -> int:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        return sum(len(one.failure_cases) for one in error.schema_errors)
    return 0


def by_gx(path: Path) -> int:
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
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pd.read_parquet(path)})
    result = batch.validate(suite)
    if not result.success:
        sys.exit("Great Expectations finds fault with the clean file")
    return 0


def require_same(*answers: dict[str, Any]) -> None:
    """End the benchmark where tools do not find as many rows."""
    for said in answers:
        found = {tool: count for tool, count in said["found"].items() if tool != "scan"}
        if len(set(found.values())) != 1:
            sys.exit(f"the tools do not agree: {found}")
    if answers[-1]["found"]["mlgate"] == 0:
        sys.exit("no bad row was found in the file that has them")


if __name__ == "__main__":
    main()
