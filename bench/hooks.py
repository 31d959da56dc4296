"""How long the light hooks take on 10 files each, whole processes, beside `check-yaml` of pre-commit-hooks on 10 files.

Both are installed apart and byte-compiled, as pre-commit has them; the files are clean, so that nothing is printed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import harness

FILES = 10
RUNS, SMOKE_RUNS = 30, 3
PEER = "pre-commit-hooks==6.0.0"
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


def write(folder: Path) -> dict[str, list[str]]:
    """Write 10 files for each hook, about 60 lines of code or as many settings, and return their names."""
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
        "mlgate-remote-pickles": ("py", LOADING.format(body=body)),
    }
    named: dict[str, list[str]] = {}
    for hook, (ending, text) in kinds.items():
        named[hook] = [f"{hook.replace('-', '_')}_{index}.{ending}" for index in range(FILES)]
        for name in named[hook]:
            (folder / name).write_text(text, encoding="utf-8")
    return named


def main() -> None:
    """Print the median of each hook, its ratio to the peer's, and the worst ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few runs")
    runs = SMOKE_RUNS if parser.parse_args().smoke else RUNS
    ours, peers = harness.build_env("mlgate", ["."]), harness.build_env("pre-commit-hooks", [PEER])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands: dict[str, harness.Command] = {
            hook: [(peers if hook == "check-yaml" else ours) / hook, *files] for hook, files in write(folder).items()
        }
        taken = harness.median_seconds(commands, cwd=folder, env=harness.own_env(), runs=runs)
    peer = taken["check-yaml"]
    print(f"median of {runs} whole processes on {FILES} files each, run in turn")
    rows = [(hook, f"{seconds * 1000:.1f}", f"{seconds / peer:.2f}") for hook, seconds in taken.items()]
    harness.table([("hook", "ms", "over check-yaml"), *rows])
    harness.report(
        "worst_ratio_check_yaml", max(seconds for hook, seconds in taken.items() if hook != "check-yaml") / peer
    )


if __name__ == "__main__":
    main()
