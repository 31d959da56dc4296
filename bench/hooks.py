"""How long the light hooks take on 10 files each, whole processes, beside `check-yaml` of pre-commit-hooks on 10 files.

Both are installed apart and byte-compiled, as pre-commit has them; the files are clean, so that nothing is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import harness

FILES = 10
RUNS, SMOKE_RUNS = 30, 3
PEER = "pre-commit-hooks==6.0.0"
SECRETS = "bc-detect-secrets>=1.5.50"
CODE = '''
def step_{index}(rows: list[float], rate: float = 0.{index}1) -> list[float]:
    """Return the rows after one step."""
    return [value * rate + {index} for value in rows if value > 0]

'''
LOADING = """import pickle
import requests
{body}

def load():
    with open("model.pkl", "rb") as kept:
        return pickle.load(kept)
"""
CONTRACT = (
    "import pandera.pandas as pa\n{body}\nROWS = pa.DataFrameSchema({{'rate': pa.Column(float, pa.Check.ge(0))}})\n"
)
PATHS = "# once in /home/ana/churn\nimport sys\n{body}\nDATA = 'data/train.csv'\n"
REFERRING = """{settings}
password: ${{DB_PASSWORD}}
api_key_env: OPENAI_API_KEY
run_id: 6f2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d
pad_token: "[PAD]"
"""
README = """# Part {index}

See [the code](step_{index}.py), [the others](#steps) and `params.yaml`.

## Steps

<!-- mlgate:begin rates from=params.yaml as=table -->
| parameter | value |
| --- | --- |
| rate | 0.1 |
<!-- mlgate:end rates sum=360453af -->
"""


def write_files(folder: Path) -> dict[str, list[str]]:
    """Write 10 files for each hook that is given files, and return their names.

    Each has about 60 lines of code or as many settings.
    """
    body = "".join(CODE.format(index=index) for index in range(1, 10))
    settings = "".join(f"stage_{index}:\n  rate: 0.{index}\n  layers: [64, 32, {index}]\n" for index in range(20))
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": body.splitlines(True),
    }
    notebook = json.dumps({"cells": [cell] * 10, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    kinds = {
        "check-yaml": ("yaml", settings),
        "mlgate-absolute-paths": ("py", PATHS.format(body=body)),
        "mlgate-data-in-git": ("csv", "rate,label\n0.5,1\n"),
        "mlgate-empty-contracts": ("py", CONTRACT.format(body=body)),
        "mlgate-metric-files": ("json", '{"accuracy": 0.91, "loss": {"train": 0.2, "test": 0.3}}\n'),
        "mlgate-notebooks": ("ipynb", notebook),
        "mlgate-plain-secrets": ("yaml", REFERRING.format(settings=settings)),
        "mlgate-remote-pickles": ("py", LOADING.format(body=body)),
    }
    named: dict[str, list[str]] = {}
    for hook, (ending, text) in kinds.items():
        named[hook] = [f"{hook.replace('-', '_')}_{index}.{ending}" for index in range(FILES)]
        for name in named[hook]:
            (folder / name).write_text(text, encoding="utf-8")
    return named


def write_project(folder: Path) -> None:
    """Write a project of 10 READMEs and 10 stages of a pipeline, all in order, and commit it."""
    pages = [f"part_{index}.md" for index in range(FILES)]
    for index, page in enumerate(pages):
        (folder / page).write_text(README.format(index=index), encoding="utf-8")
        (folder / f"step_{index}.py").write_text(CODE.format(index=index), encoding="utf-8")
    stages, locked = {}, {}
    for index in range(FILES):
        name = f"step_{index}.py"
        content = (folder / name).read_bytes()
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        stages[f"step_{index}"] = {"cmd": f"python {name}", "deps": [name], "params": ["rate"]}
        dep = {"path": name, "hash": "md5", "md5": digest, "size": len(content)}
        locked[f"step_{index}"] = {"cmd": f"python {name}", "deps": [dep], "params": {"params.yaml": {"rate": 0.1}}}
    documents = {
        "mlgate.yaml": {"readme": {"files": pages}},
        "dvc.yaml": {"stages": stages},
        "dvc.lock": {"schema": "2.0", "stages": locked},
        "params.yaml": {"rate": 0.1},
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document, indent=1), encoding="utf-8")
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Start"]):
        harness.run(["git", *words], cwd=folder, env=harness.own_env(folder.parent / "home"))


def main() -> None:
    """Print the median of each hook, its ratio to the peer's, and the worst ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few runs")
    runs = SMOKE_RUNS if parser.parse_args().smoke else RUNS
    ours, peers = harness.build_env("mlgate-hooks", [".", SECRETS]), harness.build_env("pre-commit-hooks", [PEER])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        commands: dict[str, harness.Command] = {
            hook: [(peers if hook == "check-yaml" else ours) / hook, *files]
            for hook, files in write_files(folder).items()
        }
        commands |= {hook: [ours / hook] for hook in ("mlgate-dvc-lock", "mlgate-readme", "mlgate-readme-references")}
        write_project(folder)
        taken = harness.median_seconds(commands, cwd=folder, env=harness.own_env(), runs=runs)
    peer = taken["check-yaml"]
    print(f"median of {runs} whole processes on {FILES} files each, run in turn")
    rows = [(hook, f"{seconds * 1000:.1f}", f"{seconds / peer:.2f}") for hook, seconds in taken.items()]
    harness.table([("hook", "ms", "over check-yaml"), *rows])
    hooks = {hook: seconds for hook, seconds in taken.items() if hook != "check-yaml"}
    harness.report("slowest_ms", max(hooks.values()) * 1000)
    harness.report("worst_ratio_check_yaml", max(hooks.values()) / peer)


if __name__ == "__main__":
    main()
