"""How long the whole metrics gate takes over a million predictions a side, against a Python that only reads them.

A real DVC repository is made: the head's predictions are in its work tree, the baseline's in its cache, both Parquet
of a million rows with a label and a score. The peer is the floor that no gate can go below: a Python process that reads
both files with polars and does nothing with them. The gate's verdict must rest on all million pairs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import harness

DVC = "dvc==3.67.1"
RUNS, SMOKE_RUNS = 10, 2
ROWS = 1_000_000
METRICS = ("accuracy", "recall", "f1", "roc_auc")
SLICES = 1_000

_PIPELINE = """\
stages:
  evaluate:
    cmd: mkdir -p out && cp source.parquet out/predictions.parquet
    deps: [source.parquet]
    outs: [out/predictions.parquet]
"""
_CONFIG = """\
metrics:
  predictions: {{path: out/predictions.parquet, id: id, truth: truth, prediction: label, score: score{more}}}
"""
_READ = """\
import sys, polars
frames = [polars.read_parquet(path) for path in sys.argv[1:]]
assert sum(frame.height for frame in frames) == %d
"""
_MAKE = """\
import json, sys, numpy as np, polars as pl
from mlgate.metrics.predictions.estimators import find_estimator
from mlgate.metrics.predictions.matching import alone

rows, slices, revision, names = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
rng = np.random.default_rng(1)
truth = (rng.random(rows) < 0.4).astype(np.int64)
logit = 2 * truth - 1 + 1.5 * rng.normal(size=rows)
logit += revision * 0.2 * np.random.default_rng(2).normal(size=rows)
score = 1 / (1 + np.exp(-logit))
frame = pl.DataFrame({
    "id": np.arange(rows), "truth": truth, "label": (score > 0.5).astype(np.int64), "score": score,
    "shop": np.arange(rows) * 7919 % slices,
})
frame.write_parquet("source.parquet")
pairs = alone(frame.rename({"label": "prediction"}))
values = {name: round(find_estimator(name).value(pairs, pairs.head), 6) for name in names}
with open("metrics.json", "w") as file:
    json.dump(values, file)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="few runs: the same checks, rougher figures")
    runs = SMOKE_RUNS if parser.parse_args().smoke else RUNS
    tools = harness.build_env("mlgate-data", [".[data]"])
    dvc = harness.build_env("dvc", [DVC]) / "dvc"
    with tempfile.TemporaryDirectory() as folder:
        env = harness.own_env(Path(folder) / "home")
        rows = [("", "mlgate run metrics", "polars reads both", "times")]
        ratios = []
        for words, more in (("4 metrics", ""), (f"4 metrics, {SLICES:,} slices", ", slices: [shop]")):
            project = make(Path(folder) / words.replace(" ", "-"), tools / "python", dvc, env, more)
            both = (project / "out" / "predictions.parquet", in_cache(project))
            commands = {
                "mlgate": [tools / "mlgate", "run", "metrics", "--base", "HEAD~1", "--format", "json"],
                "read": [tools / "python", "-c", _READ % (2 * ROWS), *both],
            }
            require_verdict(commands["mlgate"], project, env)
            seconds = harness.median_seconds(commands, cwd=project, env=env, runs=runs, expected=(0, 1))
            ratios.append(seconds["mlgate"] / seconds["read"])
            rows.append((words, f"{seconds['mlgate']:.2f} s", f"{seconds['read']:.2f} s", f"{ratios[-1]:.2f}"))
        print(f"{ROWS:,} predictions a side; median of {runs} whole processes each, run in turn")
        harness.table(rows)
    harness.report(f"over_read_1m_{SLICES}_slices", ratios[1])
    harness.report("over_read_1m", ratios[0])


def require_verdict(command: harness.Command, project: Path, env: Mapping[str, str]) -> None:
    """End the benchmark where the gate has not judged every metric by all pairs."""
    report = json.loads(harness.run(command, cwd=project, env=env, expected=(0, 1)))
    (entry,) = report["entries"]
    main_table = entry["outcome"]["tables"][0]
    judged = [row["cells"][-1] for row in main_table["rows"]]
    if len(judged) != len(METRICS) or not all("certified" in words or "worse" in words for words in judged):
        raise SystemExit(f"not all metrics have an interval: {judged}")
    if f"n = {ROWS:,}" not in str(main_table["note"]):
        raise SystemExit(f"not all pairs count: {main_table['note']}")


def make(project: Path, python: Path, dvc: Path, env: Mapping[str, str], more: str) -> Path:
    """Make a repository with two revisions of predictions, both in DVC's cache, the second one checked out."""
    project.mkdir()
    harness.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=project, env=env)
    harness.run([dvc, "init", "--quiet"], cwd=project, env=env)
    for option in ("core.analytics", "core.check_update"):
        harness.run([dvc, "config", option, "false"], cwd=project, env=env)
    files: dict[str, Any] = {
        "dvc.yaml": _PIPELINE,
        "mlgate.yaml": _CONFIG.format(more=more),
        ".gitignore": "/source.parquet\n",
    }
    for name, text in files.items():
        (project / name).write_text(text, encoding="utf-8")
    for revision in (0, 1):
        harness.run(
            [python, "-c", _MAKE, str(ROWS), str(SLICES), str(revision), ",".join(METRICS)], cwd=project, env=env
        )
        harness.run([dvc, "repro", "--quiet"], cwd=project, env=env)
        harness.run(["git", "add", "--all"], cwd=project, env=env)
        harness.run(["git", "commit", "--quiet", "--message", str(revision)], cwd=project, env=env)
    return project


def in_cache(project: Path) -> Path:
    """Return the baseline's file in DVC's cache: the one that is not the work tree's."""
    head = (project / "out" / "predictions.parquet").read_bytes()
    files = [path for path in (project / ".dvc" / "cache").rglob("*") if path.is_file()]
    return next(path for path in files if path.read_bytes() != head)


if __name__ == "__main__":
    main()
