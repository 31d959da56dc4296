"""The drift check against Evidently's default data-drift preset: 14 numeric and 4 categorical columns, whole processes.

Both read the same two Parquet files and say which columns drifted; reading and imports count on both sides. Then the
statistic alone, against scipy: its time for a column, and whether it is the same to the last bit in random cases.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from harness import build_env, median_seconds, own_env, report, run, table

OURS = ("numpy==2.4.6", "polars==2.1.0", "scipy==1.17.1")
# With pandas 3 this release of Evidently does not start.
EVIDENTLY = ("evidently==0.7.23", "pandas==2.3.3", "pyarrow==26.0.1")
# As warnings, so that the columns that moved do not make an exit code that only a crash should have.
CONFIG = "drift: {compare: [{current: now.parquet, against: before.parquet}]}\nenforce: {drift: warn}\n"
PEER = """
import sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
options = {"num_method": "ks"} if sys.argv[1:] == ["ks"] else {}
found = Report([DataDriftPreset(**options)]).run(pd.read_parquet("now.parquet"), pd.read_parquet("before.parquet"))
found.dict()
"""


def write(folder: Path, rows: int) -> None:
    """Write both sides: a third of the columns have moved, and some values are missing."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(7)
    for name, shift in (("before", 0.0), ("now", 0.3)):
        columns: dict[str, object] = {}
        for index in range(14):
            step = shift if index % 3 == 0 else 0.0
            drawn = {
                0: lambda step=step: rng.normal(step, 1, rows),
                1: lambda step=step: rng.lognormal(step, 1, rows),
                2: lambda step=step: rng.poisson(20 * (1 + step), rows),
                3: lambda step=step: np.round(rng.gamma(2 + step, 10, rows), 2),
            }[index % 4]()
            values = pl.Series(drawn)
            columns[f"n{index}"] = values.set(pl.Series(rng.random(rows) < 0.01), None) if index == 5 else values
        for index, count in enumerate((3, 8, 20, 100)):
            share = np.arange(count, 0, -1.0) ** (1 + shift * (index == 1))
            names = np.array([f"group {number}" for number in range(count)])
            columns[f"c{index}"] = names[rng.choice(count, rows, p=share / share.sum())]
        pl.DataFrame(columns).write_parquet(folder / f"{name}.parquet")


def whole(smoke: bool) -> None:
    """Time the processes in turn, once each after a round that is not counted, and print the ratio."""
    ours = build_env("drift", [".[data]", *OURS])
    peer = build_env("evidently", EVIDENTLY) / "python"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = own_env(folder / "home")
        project = folder / "project"
        project.mkdir()
        run([ours / "python", __file__, "--inner", "write", "--folder", project, *(["--smoke"] if smoke else [])])
        (project / "mlgate.yaml").write_text(CONFIG)
        (project / "peer.py").write_text(PEER)
        run(["git", "init", "--quiet"], cwd=project, env=env)
        run(["git", "add", "mlgate.yaml"], cwd=project, env=env)
        run(["git", "commit", "--quiet", "-m", "first"], cwd=project, env=env)
        commands = {
            "mlgate run drift": [ours / "mlgate", "run", "drift", "--format", "json"],
            "Evidently, default preset": [peer, "peer.py"],
            "Evidently, KS": [peer, "peer.py", "ks"],
        }
        taken = median_seconds(commands, cwd=project, env=env, runs=1)
    mine = taken["mlgate run drift"]
    table([("", "s", "times ours"), *((name, f"{took:.2f}", f"{took / mine:.1f}") for name, took in taken.items())])
    report("speedup_evidently", taken["Evidently, default preset"] / mine)
    report("speedup_evidently_ks", taken["Evidently, KS"] / mine)


def statistic(smoke: bool) -> None:
    """Compare the statistic with scipy's, bit by bit and in time; both include the sorting."""
    import numpy as np
    import polars as pl
    from scipy import stats

    from mlgate.stats.two_samples import ks_statistic

    rng = np.random.default_rng(11)
    cases = 300 if smoke else 3_000
    same = 0
    for _ in range(cases):
        n1, n2 = (int(10 ** rng.uniform(0, 4.5)) for _ in range(2))
        # Beyond this scipy's exact p value takes seconds, and the statistic is the same there as without it.
        method = "auto" if n1 * n2 < 4_000_000 or max(n1, n2) > 10_000 else "asymp"
        if method == "asymp":
            n1 = 10_001
        digits = int(rng.integers(0, 5))
        first, second = (
            np.round(rng.normal(shift, 1, size), digits) for shift, size in ((0.0, n1), (rng.normal() / 5, n2))
        )
        same += ks_statistic(np.sort(first), np.sort(second)) == stats.ks_2samp(first, second).statistic
    print(f"{same:,} of {cases:,} random cases with ties give the statistic of scipy to the last bit")
    report("bit_equal_share", same / cases)
    rows = 100_000 if smoke else 1_000_000
    first, second = rng.normal(size=rows), rng.normal(0.01, 1, rows)
    pair = pl.Series(first), pl.Series(second)
    mine = best(lambda: ks_statistic(*(values.sort().to_numpy() for values in pair)))
    theirs = best(lambda: stats.ks_2samp(first, second, method="asymp"))
    print(f"one column, {rows:,} against {rows:,}: {1000 * mine:.0f} ms, scipy {1000 * theirs:.0f} ms")
    report("speedup_ks_2samp", theirs / mine)


def best(function: object) -> float:
    """Return the best of several times: what the computation takes when nothing else disturbs it."""
    found = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        function()  # type: ignore[operator]
        found = min(found, time.perf_counter() - began)
    return found


def main() -> None:
    """Build the environments and measure in them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true", help="fewer rows and cases")
    parser.add_argument("--inner", choices=("write", "statistic"))
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.inner == "write":
        write(arguments.folder, 20_000 if arguments.smoke else 1_000_000)
    elif arguments.inner == "statistic":
        statistic(arguments.smoke)
    else:
        whole(arguments.smoke)
        python = build_env("drift", [".[data]", *OURS]) / "python"
        print(run([python, __file__, "--inner", "statistic", *sys.argv[1:]], env=own_env()), end="")


if __name__ == "__main__":
    main()
