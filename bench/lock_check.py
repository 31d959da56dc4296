"""How long it takes to learn which stages are stale, whole processes: `mlgate run repro` against `dvc status`.

Real DVC repositories are made with all data present, then made stale in several ways: three stages, 36 stages in four
pipelines, and one pipeline of 1,000 stages, whose lock is written with the hashes of its files. Both tools must name
the same stages. The last figure is how many times faster mlgate is with three stages.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import harness
from metrics_diff import DVC, commit, start, write

RUNS, SMOKE_RUNS = 10, 2
MANY = 1_000
MANY_STALE = {"s7", "s500"}

_THREE_STAGES = """\
stages:
  prepare:
    cmd: cp raw.csv clean.csv
    deps: [raw.csv]
    outs: [clean.csv]
  train:
    cmd: cp clean.csv model.bin
    deps: [clean.csv]
    params: [train.rate]
    outs: [model.bin]
  evaluate:
    cmd: cp prepared.json metrics.json
    deps: [model.bin, prepared.json]
    metrics:
      - metrics.json:
          cache: false
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="few runs: the same checks, rougher figures")
    smoke = parser.parse_args().smoke
    runs = SMOKE_RUNS if smoke else RUNS
    mlgate = harness.build_env("mlgate", ["."]) / "mlgate"
    dvc = harness.build_env("dvc", [DVC]) / "dvc"
    commands = {"dvc": [dvc, "status", "--json"], "mlgate": [mlgate, "run", "repro", "--format", "json"]}
    with tempfile.TemporaryDirectory() as folder:
        env = harness.own_env(Path(folder) / "home")
        repositories = {
            "3 stages": three_stages(Path(folder) / "small", dvc, env),
            "36 stages, 4 dvc.yaml": four_pipelines(Path(folder) / "large", dvc, env),
        }
        print(f"median of {runs} whole processes each, run in turn; with {MANY:,} stages dvc runs once, if at all")
        rows = [("repository", "stale", "dvc status", "mlgate run repro", "speedup")]
        found = {}
        for name, project in repositories.items():
            stale = require_same(commands, project, env)
            seconds = harness.median_seconds(commands, cwd=project, env=env, runs=runs, expected=(0, 1))
            found[project.name] = seconds
            shown = [f"{1000 * seconds[tool]:,.0f} ms" for tool in commands]
            rows.append((name, str(stale), *shown, f"{seconds['dvc'] / seconds['mlgate']:.1f}"))
        many = many_stages(Path(folder) / "many", dvc, env)
        theirs, ours = time_many(commands, many, env, runs, with_dvc=not smoke)
        shown = [
            f"{theirs:,.0f} s" if theirs else "",
            f"{1000 * ours:,.0f} ms",
            f"{theirs / ours:.0f}" if theirs else "",
        ]
        rows.append((f"{MANY:,} stages", str(len(MANY_STALE)), *shown))
        harness.table(rows)
    harness.report("speedup_36_stages", found["large"]["dvc"] / found["large"]["mlgate"])
    harness.report("seconds_1000_stages", ours)
    harness.report("speedup", found["small"]["dvc"] / found["small"]["mlgate"])


def time_many(
    commands: Mapping[str, list[Any]], project: Path, env: Mapping[str, str], runs: int, *, with_dvc: bool
) -> tuple[float, float]:
    """Return the seconds of DVC and mlgate with many stages; DVC takes minutes, so it runs once, or not: 0."""
    if stale_by_mlgate(commands, project, env) != MANY_STALE:
        raise SystemExit(f"{project.name}: mlgate does not name {sorted(MANY_STALE)}")
    theirs = 0.0
    if with_dvc:
        began = time.perf_counter()
        if stale_by_dvc(commands, project, env) != MANY_STALE:
            raise SystemExit(f"{project.name}: dvc does not name {sorted(MANY_STALE)}")
        theirs = time.perf_counter() - began
    own = {"mlgate": commands["mlgate"]}
    return theirs, harness.median_seconds(own, cwd=project, env=env, runs=runs, expected=(0, 1))["mlgate"]


def require_same(commands: Mapping[str, list[Any]], project: Path, env: Mapping[str, str]) -> int:
    """Return how many stages are stale, or end the benchmark where the two tools do not name the same ones."""
    theirs, ours = stale_by_dvc(commands, project, env), stale_by_mlgate(commands, project, env)
    if not theirs or ours != theirs:
        raise SystemExit(f"{project.name}: dvc and mlgate name different stages: {sorted(ours ^ theirs) or 'none'}")
    return len(theirs)


def stale_by_dvc(commands: Mapping[str, list[Any]], project: Path, env: Mapping[str, str]) -> set[str]:
    return set(json.loads(harness.run(commands["dvc"], cwd=project, env=env)))


def stale_by_mlgate(commands: Mapping[str, list[Any]], project: Path, env: Mapping[str, str]) -> set[str]:
    report = json.loads(harness.run(commands["mlgate"], cwd=project, env=env, expected=(0, 1)))
    return {finding["subject"] for finding in _findings(report)}


def _findings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and {"rule", "severity", "subject"} <= node.keys():
        yield node
    elif isinstance(node, (dict, list)):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _findings(inner)


def three_stages(project: Path, dvc: Path, env: Mapping[str, str]) -> Path:
    """Make a repository with one pipeline of three stages, of which a parameter makes one stale."""
    project.mkdir(parents=True)
    start(project, dvc, env)
    write(project, {
        "dvc.yaml": _THREE_STAGES,
        "params.yaml": "train:\n  rate: 0.1\n",
        "raw.csv": "a,b\n1,2\n",
        "prepared.json": '{"accuracy": 0.9}',
    })  # fmt: skip
    harness.run([dvc, "repro", "--quiet"], cwd=project, env=env)
    write(project, {"params.yaml": "train:\n  rate: 0.2\n"})
    commit(project, env, "head")
    return project


def four_pipelines(project: Path, dvc: Path, env: Mapping[str, str]) -> Path:
    """Make a repository with four pipelines in folders, nine stages each; two files and one command changed."""
    project.mkdir(parents=True)
    start(project, dvc, env)
    for team in ("a", "b", "c", "d"):
        stages = "".join(
            f"  fold_{index}:\n    cmd: cp in_{index}.txt out_{index}.txt\n    deps: [in_{index}.txt]\n"
            f"    outs: [out_{index}.txt]\n"
            for index in range(9)
        )
        write(project / team, {f"in_{index}.txt": f"{team}{index}\n" for index in range(9)})
        write(project / team, {"dvc.yaml": f"stages:\n{stages}"})
    harness.run([dvc, "repro", "--quiet", "--all-pipelines"], cwd=project, env=env)
    write(project / "a", {"in_3.txt": "other\n", "in_5.txt": "other\n"})
    pipeline = project / "b" / "dvc.yaml"
    text = pipeline.read_text(encoding="utf-8")
    pipeline.write_text(text.replace("cp in_7.txt", "cp -f in_7.txt"), encoding="utf-8")
    commit(project, env, "head")
    return project


def many_stages(project: Path, dvc: Path, env: Mapping[str, str]) -> Path:
    """Make a repository with one pipeline of many stages, each with a file, a parameter and the stage before it.

    Running so many would take DVC long, so what it would leave is written: every stage copies its own file.
    """
    project.mkdir(parents=True)
    start(project, dvc, env)
    sources = {f"in_{index}.txt": f"{index}\n" for index in range(MANY)}
    stages, locked = ["stages:"], ["schema: '2.0'", "stages:"]
    for index in range(MANY):
        before = [f"data/out_{index - 1}.txt"] if index else []
        deps = [*before, f"src/in_{index}.txt"]
        command = f"cp src/in_{index}.txt data/out_{index}.txt"
        stages += [
            f"  s{index}:\n    cmd: {command}\n    deps: [{', '.join(deps)}]\n    params: [p{index}]",
            f"    outs: [data/out_{index}.txt]",
        ]
        contents = [sources[f"in_{made}.txt"] for made in range(max(0, index - 1), index + 1)]
        locked += [f"  s{index}:\n    cmd: {command}\n    deps:"]
        locked += [_item(path, content) for path, content in zip(deps, contents, strict=True)]
        locked += [f"    params:\n      params.yaml:\n        p{index}: {index}", "    outs:"]
        locked += [_item(f"data/out_{index}.txt", sources[f"in_{index}.txt"])]
    write(project / "src", sources)
    write(project / "data", {name.replace("in_", "out_"): content for name, content in sources.items()})
    write(project / "data", {".gitignore": "/out_*.txt\n"})
    for content in sources.values():
        digest = _md5(content)
        write(project / ".dvc" / "cache" / "files" / "md5" / digest[:2], {digest[2:]: content})
    write(project, {
        "dvc.yaml": "\n".join(stages) + "\n",
        "dvc.lock": "\n".join(locked) + "\n",
        "params.yaml": "".join(f"p{index}: {index}\n" for index in range(MANY)).replace("p7: 7\n", "p7: 8\n"),
    })  # fmt: skip
    write(project / "src", {"in_500.txt": "other\n"})
    commit(project, env, "head")
    return project


def _item(path: str, content: str) -> str:
    return f"    - path: {path}\n      hash: md5\n      md5: {_md5(content)}\n      size: {len(content)}"


def _md5(content: str) -> str:
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    main()
