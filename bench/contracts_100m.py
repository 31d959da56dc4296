"""What a contract of 100 million rows takes: peak memory and seconds of the process that asks it, and all it started.

The data is generated once into a temporary folder and removed at the end: 100 Parquet files of a million rows and 20
columns, some 12 GB in all, with a key that is unique over all of them and a few bad rows, which must all be found.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess  # noqa: TID251 - the worker is measured as the child that it is
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

import harness
from mlgate.data.messages import AnyEvent, Broken, ContractJob, EngineName, Engines, Finished, Job, Read, Scope, Task

FILES, ROWS, SMOKE_ROWS = 100, 1_000_000, 2_000
BYTES_OF_ROW = 150
BAD = 7
CONTRACT = """
import datetime as dt

import pandera.pandas as pa

WORDS = ["alpha", "beta", "gamma", "delta"]
columns = {"id": pa.Column("int64", pa.Check.ge(0), unique=True)}
columns |= {f"i{n}": pa.Column("int64", pa.Check.in_range(0, 999)) for n in range(4)}
columns |= {f"f{n}": pa.Column("float64", pa.Check.in_range(-20.0, 20.0)) for n in range(10)}
columns |= {f"s{n}": pa.Column(str, pa.Check.isin(WORDS)) for n in range(2)}
columns["s2"] = pa.Column(str, pa.Check.str_matches("^AB[0-9]{6}$"))
columns["s3"] = pa.Column(str, [pa.Check.str_startswith("user"), pa.Check.str_length(5, 10)])
columns["at"] = pa.Column(checks=pa.Check.ge(dt.datetime(2024, 1, 1)))
S = pa.DataFrameSchema(columns, strict=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few thousand rows a file: the same questions")
    parser.add_argument("--engine", choices=[name.value for name in EngineName], default="duckdb")
    parser.add_argument("--memory", type=int, default=Engines().memory, help="the limit of DuckDB in bytes")
    options = parser.parse_args()
    rows = SMOKE_ROWS if options.smoke else ROWS
    folder = Path(tempfile.mkdtemp(prefix="mlgate-100m-"))
    try:
        needed, free = FILES * rows * BYTES_OF_ROW, shutil.disk_usage(folder).free
        if free < 2 * needed:
            sys.exit(f"{needed / 1e9:.0f} GB are generated, and {free / 1e9:.0f} GB are free; set TMPDIR to more room")
        files = generate(folder, rows)
        seconds, peak = ask(folder, files, rows, EngineName(options.engine), options.memory)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    harness.report("seconds_100m", seconds)
    harness.report("peak_mb_100m", peak)


def generate(folder: Path, rows: int) -> list[Path]:
    """Return the files: of one drawn million, each with ids of its own, and bad rows in the last."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    ids = rng.permutation(rows)
    columns: dict[str, Any] = {"id": ids} | {f"i{n}": rng.integers(0, 1000, rows) for n in range(4)}
    columns |= {f"f{n}": rng.normal(0, 1, rows) for n in range(10)}
    words = pl.Series(["alpha", "beta", "gamma", "delta"])
    columns |= {f"s{n}": words.gather(rng.integers(0, 4, rows)) for n in range(2)}
    columns["s2"] = "AB" + pl.Series(rng.integers(100_000, 999_999, rows)).cast(pl.String)
    columns["s3"] = "user" + pl.Series(rng.integers(0, 100_000, rows)).cast(pl.String)
    columns["at"] = np.datetime64("2024-01-01", "us") + rng.integers(0, 31_536_000, rows).astype("timedelta64[s]")
    frame = pl.DataFrame(columns)
    files = [folder / f"part-{number:03}.parquet" for number in range(FILES)]
    for number, path in enumerate(files):
        part = frame.with_columns(pl.col("id") + number * rows)
        if number == FILES - 1:
            first = pl.int_range(pl.len()) < BAD
            part = part.with_columns(pl.when(first).then(99.0).otherwise(pl.col("f0")).alias("f0"))
        part.write_parquet(path, compression="lz4")
    return files


def ask(folder: Path, files: list[Path], rows: int, engine: EngineName, memory: int) -> tuple[float, float]:
    """Return the seconds and the peak memory in megabytes of a worker that answers all files, and each together."""
    contract = folder / "contract.py"
    contract.write_text(CONTRACT, encoding="utf-8")
    paths = [str(file) for file in files]
    tasks = [Task(contract=0, files=(path,), scope=Scope.ROWS, engine=engine) for path in paths]
    tasks.append(Task(contract=0, files=tuple(paths), scope=Scope.TOGETHER, engine=engine))
    job = Job(
        project=str(folder),
        contracts=(ContractJob(path=str(contract), name="S"),),
        tasks=tuple(tasks),
        engines=Engines(memory=memory),
    )
    began = time.perf_counter()
    command = [sys.executable, "-P", "-m", "mlgate.data.worker"]
    done = subprocess.run(command, input=msgspec.json.encode(job), capture_output=True, check=False)
    seconds = time.perf_counter() - began
    events = [msgspec.json.decode(line, type=AnyEvent) for line in done.stdout.splitlines()]
    require_right(events, rows, engine, done.stderr.decode("utf-8", "replace"))
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def require_right(events: list[AnyEvent], rows: int, engine: EngineName, log: str) -> None:
    """End the benchmark where a row was left out, an answer is wrong, or another engine was asked."""
    read = [event for event in events if isinstance(event, Read)]
    broken = [(event.column, event.count) for event in events if isinstance(event, Broken)]
    fused = all(event.engine is engine and event.fused == event.rules for event in read)
    right = (sum(event.rows for event in read), broken) == (FILES * rows, [("f0", BAD)])
    if not (right and fused and isinstance(events[-1], Finished)):
        sys.exit(f"{len(read)} files, {broken}, in one query: {fused}\n{log}")


if __name__ == "__main__":
    main()
