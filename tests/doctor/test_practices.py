"""Every practice of `mlgate doctor`, both ways: what is fine, and what is missing, with the next step."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import sqlite3
import sys
import threading
import venv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from conftest import Ran
from mlgate.doctor.practices import PRACTICES
from repositories import Repository

Run = Callable[..., Ran]

CONTRACT = "import pandera.pandas as pa\n\n\nclass Rows(pa.DataFrameModel):\n    rate: float\n"
DATASETS = "datasets:\n  train: {path: train.csv, contract: 'rows.py:Rows'}\n"
PIPELINE = "stages:\n  train: {cmd: python train.py, outs: [model.pkl]}\n"
LOCK = "schema: '2.0'\nstages: {}\n"
REMOTE = "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://bucket/store\n"
METRICS = '{"accuracy": 0.9, "lift": 2.0}'
RULES = "metrics:\n  rules:\n    lift: {better: higher}\n"
PREDICTIONS = "metrics:\n  predictions: {path: p.csv, id: id, truth: y, score: s}\n"
TRAINING = "from sklearn.ensemble import RandomForestClassifier\n\nMODEL = RandomForestClassifier({})\n"
SECTIONS = "# Model\n\n## Data sources\n\nx\n\n## Features\n\nx\n\n## Hyperparameters\n\nx\n\n## Deployment\n\nx\n"
HOOKS = "repos:\n- repo: https://github.com/mlgate/mlgate\n  rev: v0.1.0\n  hooks: [{id: mlgate-gate}]\n"
WORKFLOW = """\
name: mlgate
on: {events}
jobs:
  gate:
    steps:
      - uses: actions/checkout@v7
        with: {{fetch-depth: {depth}}}
      - uses: mlgate/mlgate@v0
"""


def workflow(events: str = "[pull_request]", depth: int = 0) -> dict[str, str]:
    return {".github/workflows/gate.yml": WORKFLOW.format(events=events, depth=depth)}


FINE = [
    ("contracts", {"mlgate.yaml": DATASETS, "rows.py": CONTRACT}, "1 dataset, each with a contract"),
    ("data-remote", {".dvc/config": REMOTE, "dvc.yaml": PIPELINE}, "with the remote store"),
    ("lock", {"dvc.yaml": PIPELINE, "dvc.lock": LOCK}, "1 pipeline with a lock"),
    ("metrics", {"metrics.json": METRICS, "mlgate.yaml": RULES}, "2 metrics, each with a direction"),
    ("predictions", {"mlgate.yaml": PREDICTIONS}, "p.csv, paired by id"),
    ("seeds", {"train.py": TRAINING.format("random_state=7")}, "a seed is set"),
    ("seeds", {"train.py": TRAINING.format(""), "params.yaml": "train: {seed: 7}\n"}, "a seed is set"),
    ("environment", {"uv.lock": "\n"}, "uv.lock pins the packages"),
    ("environment", {"requirements.txt": "# all\nnumpy==2.0\nx @ git+https://h/x\n"}, "pins 2 packages"),
    ("tests", {"tests/test_a.py": "def test_a(): ...\n"}, "there are tests"),
    ("readme-sections", {"README.md": SECTIONS}, "4 sections are there"),
    ("config", {"mlgate.yaml": "version: 1\n"}, "mlgate.yaml is valid"),
    ("workflow", workflow(), "gate.yml runs on pull requests"),
    ("workflow", workflow("{pull_request: , push: {branches: [main]}}"), "gate.yml runs on pull requests"),
    ("workflow", {".gitlab-ci.yml": "gate: {script: [mlgate run]}\n"}, ".gitlab-ci.yml runs the gate"),
    ("workflow-trigger", workflow(), "none runs on pull_request_target"),
    ("workflow-history", workflow(), "the checkout brings the history"),
    ("hooks", {".pre-commit-config.yaml": HOOKS}, ".pre-commit-config.yaml lists them"),
    ("history", {}, "the clone has its history"),
    ("baseline", {}, "merge base with main"),
    ("git", {}, "git 2."),
    ("python", {"mlgate.yaml": f"project: {{python: {sys.executable}}}\n"}, "Python 3."),
    ("ruff", {"train.py": "X = 1\n"}, "ruff 0."),
    ("pytest", {"test_a.py": "X = 1\n", "mlgate.yaml": f"project: {{python: {sys.executable}}}\n"}, "pytest "),
    ("data-packages", {"mlgate.yaml": DATASETS}, "pandera 0."),
    ("statistics", {"mlgate.yaml": PREDICTIONS}, "scipy 1."),
    ("dvc", {"dvc.yaml": PIPELINE}, "DVC 3."),
    ("mlflow-client", {"mlgate.yaml": "metrics: {mlflow: {}}\n"}, "MLflow is installed"),
]
MISSING = [
    ("contracts", {"train.csv": "a\n1\n"}, "1 table here, and no datasets:", "mlgate init config"),
    ("contracts", {"mlgate.yaml": "datasets: {a: {path: a.csv}}\n"}, "1 of 1 dataset without", "contract infer a.csv"),
    ("data-remote", {"train.csv": "a\n1\n"}, "no versions of their own", "dvc init"),
    ("data-remote", {".dvc/config": "", "dvc.yaml": PIPELINE}, "no default remote", "dvc remote add"),
    ("lock", {"dvc.yaml": PIPELINE}, "no dvc.lock beside dvc.yaml", "dvc repro"),
    ("metrics", {}, "no metrics were found", "metrics.json"),
    ("metrics", {"metrics.json": METRICS}, "1 of 2 metrics are not judged", "lift: {better: higher}"),
    ("predictions", {"metrics.json": METRICS}, "cannot tell a regression from noise", "a row for each example"),
    ("predictions", {"metrics.json": METRICS, "pred.csv": "a\n"}, "the config does not name it", "path: pred.csv"),
    ("seeds", {"train.py": TRAINING.format("")}, "no seed is set", "seed: 7"),
    ("environment", {}, "nothing pins", "uv lock"),
    ("environment", {"requirements.txt": "numpy>=1\npandas==2.2\n"}, "1 of 2 packages", "=="),
    ("tests", {"train.py": "X = 1\n"}, "no file is named test_*.py", "tests/test_features.py"),
    ("readme-sections", {"README.md": "# Model\n\n## Features\n\nx\n"}, "Hyperparameters", "mlgate init readme"),
    ("config", {}, "no config", "mlgate init config"),
    ("config", {"mlgate.yaml": "metricks: {}\n"}, "it cannot be read: mlgate.yaml:1:1:", "mlgate run"),
    ("workflow", {".github/workflows/ci.yml": "on: push\njobs: {}\n"}, "no workflow runs", "mlgate init workflow"),
    ("workflow", workflow("push"), "and not on pull requests", "pull_request:"),
    ("workflow-trigger", workflow("[pull_request_target]"), "a stranger's code", "mlgate-comment.yml"),
    ("workflow-history", workflow(depth=1), "checks out one commit alone", "fetch-depth: 0"),
    ("hooks", {}, "no .pre-commit-config.yaml", "mlgate init hooks"),
    ("hooks", {".pre-commit-config.yaml": "repos: []\n"}, "has no hook of mlgate", "mlgate init hooks"),
    ("hooks-installed", {".pre-commit-config.yaml": HOOKS}, "not installed in this clone", "pre-commit install"),
    (
        "python",
        {"mlgate.yaml": "project: {python: ./broken}\n", "broken": "#!/bin/false\n"},
        "does not start",
        "python",
    ),
    ("python", {"mlgate.yaml": "project: {python: ./absent}\n"}, "absent does not exist", "python:"),
    ("mlflow", {"mlgate.yaml": "metrics: {mlflow: {}}\n"}, "no address", "MLFLOW_TRACKING_URI"),
]
NOT_NEEDED = [
    "contracts", "data-remote", "lock", "predictions", "seeds", "tests", "mlflow", "workflow-trigger",
    "workflow-history", "branch-protection", "hooks-installed", "ruff", "pytest", "data-packages", "statistics", "dvc",
    "mlflow-client",
]  # fmt: skip


def ask(mlgate: Run, repo: Repository, practice: str, **env: str) -> dict[str, str]:
    ran = mlgate("doctor", practice, "--format", "json", cwd=repo.path, PATH=os.environ["PATH"], **env)  # noqa: TID251
    assert ran.code == 0, ran.text
    return dict(json.loads(ran.out)["practices"][0])


def cases(rows: list[tuple]) -> list[object]:
    return [pytest.param(*row, id=f"{row[0]}: {row[2]}") for row in rows]


def commit(repo: Repository, files: Mapping[str, str]) -> None:
    repo.write(files)
    for name in files:
        (repo.path / name).chmod(0o755 if files[name].startswith("#!") else 0o644)
    repo.git("add", "--all", "--force")
    repo.git("commit", "--quiet", "--allow-empty", "--message", "Change")


@pytest.mark.parametrize(("practice", "files", "says"), cases(FINE))
def test_practice__fine(repo: Repository, mlgate: Run, practice: str, files: dict, says: str) -> None:
    commit(repo, files)
    told = ask(mlgate, repo, practice)
    assert (told["state"], told["next"]) == ("fine", None), told
    assert says in told["says"]


@pytest.mark.parametrize(("practice", "files", "says", "step"), cases(MISSING))
def test_practice__missing(repo: Repository, mlgate: Run, practice: str, files: dict, says: str, step: str) -> None:
    commit(repo, files)
    told = ask(mlgate, repo, practice)
    assert told["state"] == "missing", told
    assert says in told["says"]
    assert step in told["next"]


@pytest.mark.parametrize("practice", NOT_NEEDED)
def test_practice__not_needed_in_an_empty_repository(repo: Repository, mlgate: Run, practice: str) -> None:
    told = ask(mlgate, repo, practice)
    assert (told["state"], told["next"]) == ("not-needed", None)


def test_every_practice_is_tested_both_ways() -> None:
    elsewhere = {"history", "baseline", "git", "ruff", "pytest", "data-packages", "statistics", "dvc", "mlflow-client"}
    fine = {row[0] for row in FINE} | {"hooks-installed", "mlflow", "branch-protection"}
    assert fine == {row[0] for row in MISSING} | elsewhere | {"branch-protection"} == {one.id for one in PRACTICES}


def test_hooks_installed__by_pre_commit_itself(repo: Repository, mlgate: Run) -> None:
    commit(repo, {".pre-commit-config.yaml": HOOKS})
    program = Path(sys.executable).with_name("pre-commit")
    env = {**repo.env, "PRE_COMMIT_HOME": str(repo.path.parent / "cache")}
    import subprocess  # noqa: TID251 - pre-commit is run as people run it

    command = [program, "install", "--hook-type", "pre-commit"]
    subprocess.run(command, cwd=repo.path, env=env, check=True, capture_output=True)
    assert "not installed in this clone: pre-push" in ask(mlgate, repo, "hooks-installed")["says"]
    subprocess.run([*command, "--hook-type", "pre-push"], cwd=repo.path, env=env, check=True, capture_output=True)
    assert ask(mlgate, repo, "hooks-installed")["state"] == "fine"
    assert ask(mlgate, repo, "hooks-installed", CI="true")["state"] == "not-needed"


def test_history__shallow_clone(repo: Repository, mlgate: Run, tmp_path: Path) -> None:
    for number in range(3):
        commit(repo, {"a.txt": str(number)})
    shallow = repo.clone(tmp_path / "shallow", depth=1)
    told = ask(mlgate, shallow, "history")
    assert told["state"] == "missing"
    assert "git fetch --unshallow" in told["next"]


def test_baseline__no_commit_and_no_branch(repo: Repository, mlgate: Run) -> None:
    assert ask(mlgate, repo, "baseline")["says"] == "the repository has no commit yet"
    commit(repo, {"mlgate.yaml": "baseline: {branch: trunk}\n"})
    told = ask(mlgate, repo, "baseline")
    assert told["state"] == "missing"
    assert "trunk" in told["says"]


def test_branch_protection__is_not_guessed(repo: Repository, mlgate: Run) -> None:
    commit(repo, {})
    repo.git("remote", "add", "origin", "https://github.com/ana/churn.git")
    told = ask(mlgate, repo, "branch-protection")
    assert told["state"] == "unknown"
    assert "workflows/ruleset.json" in told["next"]


def test_workflow__that_cannot_be_read(repo: Repository, mlgate: Run) -> None:
    commit(repo, {".github/workflows/gate.yml": "on: [\n  - uses: mlgate/mlgate@v0\n"})
    told = ask(mlgate, repo, "workflow")
    assert told["state"] == "unknown"
    assert told["says"].startswith(".github/workflows/gate.yml: ")


def test_workflow__the_comment_for_forks_is_no_gate(repo: Repository, mlgate: Run) -> None:
    text = "on: {workflow_run: {workflows: [mlgate]}}\njobs: {c: {steps: [{uses: mlgate/mlgate/action/comment@v0}]}}\n"
    commit(repo, {".github/workflows/comment.yml": text.replace("{uses", "\n  - {uses").replace("- {", "{")})
    assert ask(mlgate, repo, "workflow")["says"] == "no workflow runs the gate"


class _Healthy(http.server.BaseHTTPRequestHandler):
    status = 200
    seen: list[dict[str, str]] = []

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[http.server.HTTPServer]:
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Healthy)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    _Healthy.seen.clear()
    _Healthy.status = 200
    yield made
    made.shutdown()
    made.server_close()


def test_mlflow__a_server(repo: Repository, mlgate: Run, server: http.server.HTTPServer) -> None:
    commit(repo, {"mlgate.yaml": "metrics: {mlflow: {experiment: churn}}\n"})
    address = f"http://ana:secret@127.0.0.1:{server.server_port}"
    told = ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=address, MLFLOW_TRACKING_TOKEN="token")
    assert told["state"] == "fine", told
    assert "secret" not in str(told)
    assert all("Authorization" not in headers for headers in _Healthy.seen)
    _Healthy.status = 401
    assert ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=address)["state"] == "fine"
    _Healthy.status = 502
    assert "it says 502" in ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=address)["says"]
    server.shutdown()
    server.server_close()
    told = ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=address)
    assert told["state"] == "missing"
    assert "refused" in told["says"]


def test_mlflow__an_address_that_nobody_committed_is_not_asked(
    repo: Repository, mlgate: Run, server: http.server.HTTPServer
) -> None:
    commit(repo, {"mlgate.yaml": "metrics: {mlflow: {}}\n"})
    uri = f"http://127.0.0.1:{server.server_port}"
    repo.write({"mlgate.yaml": f"metrics: {{mlflow: {{tracking_uri: '{uri}'}}}}\n"})
    assert ask(mlgate, repo, "mlflow")["state"] == "unknown"
    assert _Healthy.seen == []


def test_mlflow__folder_and_database(repo: Repository, mlgate: Run) -> None:
    commit(repo, {"mlgate.yaml": "metrics: {mlflow: {}}\n"})
    assert "the folder does not exist" in ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI="mlruns")["says"]
    (repo.path / "mlruns").mkdir()
    assert ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI="mlruns")["state"] == "fine"
    uri = "sqlite:///mlflow.db"
    assert "the file does not exist" in ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=uri)["says"]
    with sqlite3.connect(repo.path / "mlflow.db") as database:
        database.execute("create table other (id)")
    assert "no such table: experiments" in ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=uri)["says"]
    with sqlite3.connect(repo.path / "mlflow.db") as database:
        database.execute("create table experiments (id)")
    assert ask(mlgate, repo, "mlflow", MLFLOW_TRACKING_URI=uri)["state"] == "fine"


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, Path]:
    """A Python that has mlgate and nothing but its base packages, and a folder for the PATH that holds git alone."""
    home = tmp_path / "bare"
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python*")) / "site-packages"
    own = next(Path(folder) for folder in sys.path if folder.endswith("site-packages"))
    for name in ("msgspec", "yaml", "_yaml", "markdown_it", "mdit_py_plugins", "mdurl", "rich", "pygments"):
        (site / name).symlink_to(own / name)
    (site / "mlgate.pth").write_text(str(Path(__file__).resolve().parents[2] / "src"))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git") or "git")
    return home / "bin" / "python", programs


def test_machine__without_tools(repo: Repository, bare: tuple[Path, Path]) -> None:
    import subprocess  # noqa: TID251 - mlgate is run by another Python

    python, programs = bare
    config = f"{DATASETS}{PREDICTIONS}  mlflow: {{}}\nproject: {{python: {python}}}\n"
    commit(repo, {"mlgate.yaml": config, "test_a.py": "X = 1\n", "dvc.yaml": PIPELINE})
    wanted = ("ruff", "pytest", "data-packages", "statistics", "dvc", "mlflow-client")
    command = [python, "-m", "mlgate", "doctor", "--format", "json", "--strict", *wanted]
    env = {**repo.env, "PATH": str(programs)}
    done = subprocess.run(command, cwd=repo.path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    told = {one["id"]: one for one in json.loads(done.stdout)["practices"]}
    assert {one["state"] for one in told.values()} == {"missing"}, told
    assert told["data-packages"]["says"] == "not installed beside mlgate: pandera, pandas, polars, pyarrow"
    assert told["data-packages"]["next"] == "run pip install 'mlgate[data]'"
    assert "mlgate[tools]" in told["ruff"]["next"]
    assert "mlgate[dvc]" in told["dvc"]["next"]
    assert "mlgate[mlflow]" in told["mlflow-client"]["next"]


def test_git__too_old(repo: Repository, mlgate: Run, tmp_path: Path) -> None:
    real = shutil.which("git")
    old = tmp_path / "old" / "git"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "git version 2.17.1" && exit\nexec {real} "$@"\n')
    old.chmod(0o755)
    ran = mlgate("doctor", "git", cwd=repo.path, PATH=f"{old.parent}{os.pathsep}{repo.env['PATH']}")
    assert "✗ git  git 2.17.1" in ran.out
    assert "next: install git 2.25 or newer" in ran.out
