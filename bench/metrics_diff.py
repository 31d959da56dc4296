"""How long a verdict on metrics takes, whole processes: `mlgate run metrics` against `dvc metrics diff`.

Two real DVC repositories are made, each with two revisions: the example project, a pipeline of three stages; and four
teams' pipelines that train nine models each from a template, 36 metric files. Both tools must tell the same numbers for
every key that changed. mlgate keeps what YAML files say from run to run, by their content; its first run, before
anything is kept, as on continuous integration, is timed too. What is printed last is how many times faster mlgate is in
the first repository.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import harness

DVC = "dvc==3.67.1"
RUNS, SMOKE_RUNS = 10, 2
Changes = dict[str, tuple[float | None, float | None]]

EXAMPLE = harness.ROOT / "examples" / "breast-cancer"
TEAMS = ("churn", "fraud", "pricing", "search")
MODELS = ("linear", "forest", "boosted", "mlp", "bayes", "svm", "knn", "tree", "stack")
_PIPELINE = """\
vars:
  - params.yaml
stages:
  prepare:
    cmd: cp source.csv features.csv
    deps: [source.csv]
    params: [prepare.share, prepare.seed]
    outs: [features.csv]
  train:
    foreach: ${models}
    do:
      cmd: cp features.csv model_${key}.bin && cp said_${key}.json metrics_${key}.json
      deps: [features.csv, "said_${key}.json"]
      params: ["models.${key}"]
      outs: ["model_${key}.bin"]
      metrics:
        - metrics_${key}.json:
            cache: false
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="few runs: the same checks, rougher figures")
    runs = SMOKE_RUNS if parser.parse_args().smoke else RUNS
    mlgate = harness.build_env("mlgate", ["."]) / "mlgate"
    dvc = harness.build_env("dvc", [DVC]) / "dvc"
    with tempfile.TemporaryDirectory() as folder:
        env = harness.own_env(Path(folder) / "home")
        small = example(Path(folder) / "small", dvc, env)
        large = four_pipelines(Path(folder) / "large", dvc, env)
        print(f"median of {runs} whole processes each, run in turn")
        rows = [("repository", "changed keys", "dvc metrics diff", "mlgate run metrics", "nothing kept", "speedup")]
        speedups = []
        for name, project in (("example, 3 stages", small), ("36 metric files, 4 dvc.yaml", large)):
            commands = {
                "dvc": [dvc, "metrics", "diff", "--json", "HEAD~1"],
                "mlgate": [mlgate, "run", "metrics", "--base", "HEAD~1", "--format", "json"],
                "anew": [mlgate, "run", "metrics", "--base", "HEAD~1", "--format", "json", "--no-cache"],
            }
            changed = require_same(commands, project, env)
            seconds = harness.median_seconds(commands, cwd=project, env=env, runs=runs, expected=(0, 1))
            speedups.append(seconds["dvc"] / seconds["mlgate"])
            rows.append(
                (name, str(changed), *(f"{1000 * seconds[tool]:,.0f} ms" for tool in commands), f"{speedups[-1]:.1f}")
            )
        harness.table(rows)
    harness.report("speedup_36_files", speedups[1])
    harness.report("speedup", speedups[0])


def require_same(commands: Mapping[str, list[Any]], project: Path, env: Mapping[str, str]) -> int:
    """Return how many keys changed, or end the benchmark where the two tools do not tell the same numbers."""
    said = json.loads(harness.run(commands["dvc"], cwd=project, env=env))
    report = json.loads(harness.run(commands["mlgate"], cwd=project, env=env, expected=(0, 1)))
    ours = changes_of_mlgate(report)
    theirs = {
        name: (entry.get("old"), entry.get("new"))
        for path, keys in said.items()
        for key, entry in keys.items()
        for name in [f"{path}:{key}" if f"{path}:{key}" in ours else key]
    }
    if not theirs or ours != theirs:
        unlike = {
            name: (theirs.get(name), ours.get(name)) for name in {*ours, *theirs} if theirs.get(name) != ours.get(name)
        }
        raise SystemExit(f"{project.name}: dvc and mlgate tell different numbers: {unlike or 'none changed'}")
    return len(theirs)


def changes_of_mlgate(report: Any) -> Changes:
    """Return the measures of a report that changed: baseline and current by name."""
    found = {measure["name"]: (measure["baseline"], measure["current"]) for measure in _measures(report)}
    return {name: values for name, values in found.items() if values[0] != values[1]}


def _measures(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and {"name", "baseline", "current"} <= node.keys():
        yield node
    elif isinstance(node, (dict, list)):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _measures(inner)


def example(project: Path, dvc: Path, env: Mapping[str, str]) -> Path:
    """Make a repository of the example project as it is, without a config, and of a revision with other metrics."""
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("mlgate.yaml", "data", "model*", "__pycache__"))
    start(project, dvc, env)
    commit(project, env, "base")
    metrics = project / "metrics.json"
    metrics.write_text(json.dumps(moved(json.loads(metrics.read_text(encoding="utf-8"))), indent=2), encoding="utf-8")
    commit(project, env, "head")
    return project


def moved(value: Any) -> Any:
    """Return metrics with every number that is no whole one a little higher."""
    if isinstance(value, dict):
        return {key: moved(inner) for key, inner in value.items()}
    return value * 1.001 if isinstance(value, float) else value


def four_pipelines(project: Path, dvc: Path, env: Mapping[str, str]) -> Path:
    """Make a repository of four teams, each with a pipeline that trains nine models from a template."""
    project.mkdir()
    start(project, dvc, env)
    for revision in (0, 1):
        for team in TEAMS:
            params = {
                "prepare": {"share": 0.2, "seed": 7},
                "models": {name: {"rate": (index + 1 + revision) / 100} for index, name in enumerate(MODELS)},
            }
            said = {f"said_{name}.json": metric_values(revision, index) for index, name in enumerate(MODELS)}
            write(project / team, {
                "dvc.yaml": _PIPELINE,
                "params.yaml": json.dumps(params, indent=2),
                "source.csv": f"id,{team}\n1,2\n",
                **{name: json.dumps(values, indent=2) for name, values in said.items()},
            })  # fmt: skip
        harness.run([dvc, "repro", "--quiet", "--all-pipelines"], cwd=project, env=env)
        commit(project, env, str(revision))
    return project


def metric_values(revision: int, salt: int = 0) -> dict[str, Any]:
    """Return the metrics of a revision: some change, some stay, some come and go, at several depths."""
    step = revision * (salt + 1) / 1000
    per_class = {name: {"recall": 0.8 + step, "precision": 0.7 - step} for name in ("yes", "no", "unknown")}
    return {
        "test": {"accuracy": 0.9 + step, "recall": 0.81 - step, "auc": 0.912, "rmse": 12.1 + step, **per_class},
        "train": {"accuracy": 0.95, "log_loss": 0.31 - step},
        "rows": 1000 + revision,
        ("old", "new")[revision]: 1.0 + salt,
    }


def start(project: Path, dvc: Path, env: Mapping[str, str]) -> None:
    harness.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=project, env=env)
    harness.run([dvc, "init", "--quiet"], cwd=project, env=env)
    for option in ("core.analytics", "core.check_update"):
        harness.run([dvc, "config", option, "false"], cwd=project, env=env)


def write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


def commit(project: Path, env: Mapping[str, str], message: str) -> None:
    harness.run(["git", "add", "--all"], cwd=project, env=env)
    harness.run(["git", "commit", "--quiet", "--message", message], cwd=project, env=env)


if __name__ == "__main__":
    main()
