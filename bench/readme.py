"""How long the README check takes in a large repository, whole process, against one walk of git over its history.

A repository is made by `git fast-import`: 10,000 files, 10,000 commits, and a README with links, paths in code style,
bound numbers, generated blocks and watched sections. The last commit changes what a section watches. The check must
find what was planted; printed are its seconds, and its share of `git log --name-only` over the same history.
"""

from __future__ import annotations

import argparse
import json
import subprocess  # noqa: TID251 - git reads the stream from a pipe
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import harness

SIZE, SMOKE_SIZE = 10_000, 1_000
RUNS, SMOKE_RUNS = 7, 2
BLOBS = 64
FIRST = 1_700_000_000
PLANTED = {"readme/dead-link", "readme/value"}
WARNED = {"readme/dead-path", "readme/watch"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a small repository and few runs: the same checks")
    smoke = parser.parse_args().smoke
    size, runs = (SMOKE_SIZE, SMOKE_RUNS) if smoke else (SIZE, RUNS)
    mlgate = harness.build_env("mlgate", ["."]) / "mlgate"
    with tempfile.TemporaryDirectory() as folder:
        env = harness.own_env(Path(folder) / "home")
        project = make_repository(Path(folder) / "project", size, env)
        check = [mlgate, "run", "readme", "--base", "HEAD~1", "--format", "json"]
        require_planted(harness.run(check, cwd=project, env=env, expected=(1,)))
        commands = {
            "check": check,
            "walk": ["git", "log", "--name-only", "--format=%H"],
        }
        seconds = harness.median_seconds(commands, cwd=project, env=env, runs=runs, expected=(0, 1))
    print(f"{size:,} files, {size:,} commits; median of {runs} whole processes each, run in turn")
    harness.table([
        ("command", "seconds"),
        ("mlgate run readme", f"{seconds['check']:.3f}"),
        ("git log --name-only", f"{seconds['walk']:.3f}"),
    ])  # fmt: skip
    harness.report("ratio to git log --name-only", seconds["check"] / seconds["walk"])
    harness.report(f"seconds_{size // 1000}k_commits", seconds["check"])


def require_planted(text: str) -> None:
    """End the benchmark where the check did not find what was planted."""
    entries = json.loads(text)["entries"]
    found = {finding["rule"] for entry in entries for finding in entry["outcome"]["findings"]}
    if found != PLANTED | WARNED:
        sys.exit(f"the check found {sorted(found)}, not {sorted(PLANTED | WARNED)}")


def make_repository(project: Path, size: int, env: Mapping[str, str]) -> Path:
    """Make a repository of `size` files whose history has `size` commits, each of which changes one to three."""
    project.mkdir()
    harness.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=project, env=env)
    stream = b"".join(history(size))
    importing = ["git", "fast-import", "--quiet"]
    subprocess.run(importing, cwd=project, env=dict(env), input=stream, check=True)
    harness.run(["git", "reset", "--quiet", "--hard"], cwd=project, env=env)
    return project


def history(size: int) -> Iterator[bytes]:
    """Yield the stream of the history: many small commits, then one that leaves the README behind."""
    for mark in range(1, BLOBS + 1):
        yield from data(f"blob\nmark :{mark}\n", f"def step_{mark}():\n    return {mark}\n")
    for number in range(1, size):
        files = {name(index) for index in (number, number * 7 % size, number * 31 % size)}
        changes = [f"M 100644 :{1 + (number + place) % BLOBS} {path}\n" for place, path in enumerate(sorted(files))]
        if number == 1:
            yield from commit(number, "".join(changes), first_files(size))
        elif number == size // 2:
            yield from commit(number, "".join(changes) + "D src/legacy/train.py\nD src/legacy/score.py\n", {})
        else:
            yield from commit(number, "".join(changes), {})
    last = {name(0): "def renamed():\n    return 0\n", "metrics.json": '{"auc": 0.934}\n'}
    yield from commit(size, "", last | {"README.md": readme(size) + "\n[gone](docs/gone.md), `src/legacy/score.py`\n"})


def first_files(size: int) -> dict[str, str]:
    """Return the files that are written out in the first commit."""
    every = {name(index): f"def step():\n    return {index}\n" for index in range(size - 5)}
    return every | {
        "README.md": readme(size),
        "params.yaml": "train: {lr: 0.1, depth: 8}\n",
        "metrics.json": '{"auc": 0.912}\n',
        "src/legacy/train.py": "def train():\n    pass\n",
        "src/legacy/score.py": "def score():\n    pass\n",
    }


def name(index: int) -> str:
    return f"src/package_{index % 97:02}/module_{index % 13:02}/step_{index:05}.py"


def readme(size: int) -> str:
    """Return a README as long as those of large projects, with a path that is gone."""
    links = "".join(f"- [step {index}]({name(index)}), see `{name(index + 1)}`\n" for index in range(1, 80))
    prose = "".join(f"\n## Part {part}\n\n{'Words about `names` and [data](#data). ' * 12}\n" for part in range(60))
    return f"""\
# Large

## Data

{links}
AUC <!-- mlgate:value metrics.json#auc -->0.912<!-- /mlgate -->

<!-- mlgate:begin train from=params.yaml#train -->
| parameter | value |
| --- | --- |
| lr | 0.1 |
| depth | 8 |
<!-- mlgate:end train -->

## Features
<!-- mlgate:section features watch="src/package_00/**.py#names params.yaml#keys" -->

Made by the steps, formerly by `src/legacy/train.py`; {size:,} of them.
{prose}"""


def commit(number: int, changes: str, files: Mapping[str, str]) -> Iterator[bytes]:
    stamp = f"Ana <ana@example.org> {FIRST + 60 * number} +0000"
    yield from data(f"commit refs/heads/main\ncommitter {stamp}\n", f"Change {number}")
    yield changes.encode()
    for path, content in files.items():
        yield from data(f"M 100644 inline {path}\n", content)


def data(head: str, content: str) -> Iterator[bytes]:
    encoded = content.encode()
    yield f"{head}data {len(encoded)}\n".encode() + encoded + b"\n"


if __name__ == "__main__":
    main()
