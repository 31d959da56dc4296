"""How long a contract of 20 columns takes: mlgate's one query against a pure scan, pandera and Great Expectations.

The data is generated: 10 float, 5 integer, 4 text and 1 time column as Parquet, with a contract of types, nulls,
ranges, sets, patterns and a unique key. Figures without a prefix are of a warm process, each tool reading the file
anew, run in turn so that noise meets all alike: medians of wall time, with processor time in the table beside. Those
with `whole_` are of whole processes: `mlgate run data` for data that changed below a contract that did not, without the
checks beside the contract, against Python that imports the peer and validates. Memory is the peak of a whole process.
All tools must find the same: nothing in the clean file, and as many values in the one with bad rows.

`new_partition_share` is the time of `mlgate run data` after one of 200 partitions was added, over that of all of them
before anything is known; the contract is the same without its unique key, which hangs on all partitions.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import contract_tools
import harness

GX = "great-expectations==1.18.1"
DATA = harness.TOOLS / "contracts"
RUNS, SMOKE_RUNS = 7, 2
ROWS = {"1m": 1_000_000, "10m": 10_000_000}
SMOKE_ROWS = {"1m": 20_000, "10m": 50_000}
PARTITIONS, PARTITION_ROWS = 200, 250_000
SMOKE_PARTITIONS, SMOKE_PARTITION_ROWS = 20, 1_000
BESIDE = (
    "leakage", "time_order", "duplicate_keys", "duplicate_rows", "conflicting_labels", "class_balance",
    "constant_columns", "mixed_types", "category_variants", "new_categories", "vanished_categories", "dates",
    "row_count",
)  # fmt: skip
CONTRACT = """
import sys
sys.path.insert(0, {bench!r})
import contract_tools
import pandera.pandas as pa
S = contract_tools.contract(pa, "datetime64[us]")
"""
SINGLE_ROWS = 'S.columns["id"].unique = False\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="small files and few runs: the same checks, rough figures")
    options = parser.parse_args()
    sizes, runs = (SMOKE_ROWS, SMOKE_RUNS) if options.smoke else (ROWS, RUNS)
    env = harness.build_env("mlgate-data", ["./[data]"])
    gx = harness.build_env("gx", [GX, "pandas>=2.2", "pyarrow"]) / "python"
    files = {size: generate(rows, bad=False) for size, rows in sizes.items()}
    bad = generate(sizes["1m"], bad=True)
    small = ask(env / "python", ["scan", "mlgate", "pandas", "polars"], files["1m"], runs)
    large = ask(env / "python", ["scan", "mlgate", "pandas"], files["10m"], max(2, runs // 2))
    clean = ask(env / "python", ["mlgate"], files["1m"], runs)
    spoiled = ask(env / "python", ["mlgate"], bad, runs)
    told = ask(env / "python", ["pandas"], bad, 2)
    peak = ask(env / "python", ["mlgate"], files["10m"], 1)["peak"]
    great = ask(gx, ["gx"], files["1m"], 3)
    require_same(small, large, clean, {"found": {**told["found"], **spoiled["found"]}})
    whole = whole_processes(env, files["1m"], max(2, runs // 2))
    rows = [("file", "tool", "seconds", "processor")]
    rows += [
        *shown("1m", small),
        *shown("1m", great),
        *shown("10m", large),
        *shown("1m, 5 % bad", spoiled),
        *shown("1m, 5 % bad", told),
    ]
    rows += [("1m, whole process", tool, f"{one:.2f}", "") for tool, one in whole.items()]
    harness.table(rows)
    harness.report("unchanged_seconds", again(env, files["10m"], runs))
    for tool in ("pandas", "polars"):
        harness.report(f"whole_speedup_pandera_{tool}_1m", whole[tool] / whole["mlgate"])
    partitions(env, files["1m"], smoke=options.smoke)
    tell(small, large, great, peak, spoiled["seconds"]["mlgate"] / clean["seconds"]["mlgate"])


def tell(small: dict[str, Any], large: dict[str, Any], great: dict[str, Any], peak: float, bad: float) -> None:
    ours = small["seconds"]["mlgate"]
    for size, said in (("1m", small), ("10m", large)):
        harness.report(f"cpu_over_scan_{size}", said["cpu"]["mlgate"] / max(said["cpu"]["scan"], 0.01))
    harness.report("speedup_gx_1m", great["seconds"]["gx"] / ours)
    harness.report("bad_rows_ratio", bad)
    harness.report("peak_mb_10m", peak)
    harness.report("speedup_pandera_polars_1m", small["seconds"]["polars"] / ours)
    harness.report("speedup_pandera_pandas_10m", large["seconds"]["pandas"] / large["seconds"]["mlgate"])
    harness.report("speedup_pandera_pandas_1m", small["seconds"]["pandas"] / ours)
    harness.report("over_scan_10m", large["seconds"]["mlgate"] / large["seconds"]["scan"])
    harness.report("over_scan_1m", ours / small["seconds"]["scan"])


def shown(name: str, said: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(name, tool, f"{one:.2f}", f"{said['cpu'][tool]:.2f}") for tool, one in said["seconds"].items()]


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
    words = pl.Series([*contract_tools.WORDS, "omega"])
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


def ask(python: Path, tools: Sequence[str], path: Path, runs: int) -> dict[str, Any]:
    """Have a process of its own time the tools on a file."""
    said = harness.run([python, contract_tools.__file__, ",".join(tools), path, str(runs)])
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


@contextmanager
def project(contract: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a project with a dataset `data/*.parquet` that has a contract, and the environment to run mlgate in."""
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        env = harness.own_env(Path(folder) / "home")
        place = Path(folder) / "project"
        (place / "data").mkdir(parents=True)
        (place / "c.py").write_text(contract, encoding="utf-8")
        off = ", ".join(f"{check}: off" for check in BESIDE)
        config = 'datasets: {d: {path: "data/*.parquet", contract: c.py}}\nlimits: {data: 60m}\n'
        config += f"data: {{integrity: {{{off}}}}}\n"
        (place / "mlgate.yaml").write_text(config, encoding="utf-8")
        harness.run(["git", "init", "--quiet"], cwd=place, env=env)
        yield place, env


def contract_text(more: str = "") -> str:
    return CONTRACT.format(bench=str(Path(contract_tools.__file__).parent)) + more


def again(env: Path, data: Path, runs: int) -> float:
    """Return the median seconds of `mlgate run data`, whole processes, over a file that did not change."""
    with project(contract_text()) as (place, around):
        os.link(data, place / "data" / "d.parquet")
        command = [env / "mlgate", "run", "data", "--format", "json"]
        harness.run(command, cwd=place, env=around)
        time.sleep(3)  # a file that was only just written is hashed once more
        seconds = harness.median_seconds({"mlgate": command}, cwd=place, env=around, runs=runs)["mlgate"]
        if "did not change" not in harness.run(command, cwd=place, env=around):
            sys.exit("the file was read again")
        return seconds


def whole_processes(env: Path, data: Path, runs: int) -> dict[str, float]:
    """Return the median seconds of whole processes over data that changed."""
    with project(contract_text()) as (place, around):
        os.link(data, place / "data" / "d.parquet")
        ours = [env / "mlgate", "run", "data", "--format", "json"]
        peer = [env / "python", contract_tools.__file__]
        commands = {"mlgate": ours, **{tool: [*peer, tool, data, "1"] for tool in ("pandas", "polars")}}
        harness.run(ours, cwd=place, env=around)
        taken: dict[str, list[float]] = {tool: [] for tool in commands}
        for _ in range(runs):
            for tool, command in commands.items():
                forget(place, ("task-", "file-"))
                taken[tool].append(timed(command, place, around))
        return {tool: statistics.median(held) for tool, held in taken.items()}


def forget(place: Path, kinds: tuple[str, ...]) -> None:
    """Remove what is kept of the data, as if it had changed."""
    for entry in (place / ".git" / "mlgate").iterdir():
        if entry.name.startswith(kinds):
            entry.unlink()


def timed(command: Sequence[str | Path], place: Path, env: dict[str, str]) -> float:
    """Return the wall seconds of a whole process."""
    began = time.perf_counter()
    harness.run(command, cwd=place, env=env)
    return time.perf_counter() - began


def partitions(env: Path, source: Path, *, smoke: bool) -> None:
    """Report what one new partition costs of the whole."""
    import polars as pl

    count, rows = (SMOKE_PARTITIONS, SMOKE_PARTITION_ROWS) if smoke else (PARTITIONS, PARTITION_ROWS)
    with project(contract_text(SINGLE_ROWS)) as (place, around):
        first = place / "part"
        pl.read_parquet(source).head(rows).write_parquet(first)
        held = first.read_bytes()
        footer = int.from_bytes(held[-8:-4], "little") + 8
        for number in range(count):
            # Bytes that no column points to: another content, and the same table.
            salt = f"partition {number}".encode()
            path = place / "data" / f"p{number:04}.parquet"
            path.write_bytes(held[:-footer] + salt + held[-footer:])
        time.sleep(3)
        command = [env / "mlgate", "run", "data", "--format", "json"]
        last = (place / "data" / f"p{count - 1:04}.parquet").rename(place / "last")
        harness.run(command, cwd=place, env=around)
        last.rename(place / "data" / f"p{count - 1:04}.parquet")
        new = timed(command, place, around)
        forget(place, ("",))
        whole = timed(command, place, around)
        print(f"{count} partitions of {rows:,} rows: {whole:.1f} s; one new partition: {new:.2f} s")
        harness.report("new_partition_share", new / whole)


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
