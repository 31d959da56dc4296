"""The hooks, as people get them: installed by pre-commit itself from this repository."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - pre-commit is run as people run it
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PIPELINE = """\
stages:
  train:
    cmd: python train.py
    deps: [train.py]
    params: [rate]
    outs: [model.txt]
"""
README = """\
# Model

<!-- mlgate:begin rates from=params.yaml as=table -->
| parameter | value |
| --- | --- |
| rate | 0.1 |
<!-- mlgate:end rates -->
"""


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=hooks", "-c", "user.email=hooks@example.invalid", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of this one, as they are now, for pre-commit to clone."""
    folder = tmp_path_factory.mktemp("source")
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--deduplicate")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/images/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=All")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a pipeline, a README block and metrics, all in order."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "metrics.json").write_text('{"accuracy": 0.9}\n')
    (folder / "params.yaml").write_text("rate: 0.1\n")
    (folder / "README.md").write_text(README)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Start")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment that it makes, for all tests of this module."""
    return tmp_path_factory.mktemp("home")


def try_hook(source: Path, project: Path, home: Path, hook: str) -> tuple[int, str]:
    """Run one hook on all files of the project by the real pre-commit; return its exit code and what it printed."""
    revision = git(source, "rev-parse", "HEAD")
    config = {"repos": [{"repo": str(source), "rev": revision, "hooks": [{"id": hook}]}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(project, "add", "--all")
    env = {**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}  # noqa: TID251
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", hook]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_hooks_file__names_what_is_installed() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    scripts = {path.name for path in Path(sys.executable).parent.iterdir()}
    assert {hook["entry"] for hook in hooks} <= scripts
    assert len({hook["id"] for hook in hooks}) == len(hooks)


def test_metric_files__quiet_on_good_ones(source: Path, project: Path, home: Path) -> None:
    code, said = try_hook(source, project, home, "mlgate-metric-files")
    assert code == 0, said


def test_metric_files__says_where_a_metric_is_no_number(source: Path, project: Path, home: Path) -> None:
    (project / "metrics.json").write_text('{\n  "accuracy": NaN\n}\n')
    code, said = try_hook(source, project, home, "mlgate-metric-files")
    assert code == 1
    assert "metrics.json:2:3: accuracy is not a number: NaN" in said


def test_metric_files__says_where_a_file_breaks(source: Path, project: Path, home: Path) -> None:
    (project / "metrics.json").write_text('{"accuracy": 0.9,\n "auc"')
    code, said = try_hook(source, project, home, "mlgate-metric-files")
    assert code == 1
    assert "metrics.json:2" in said
    assert "Traceback" not in said


def test_dvc_lock__a_pipeline_that_never_ran(source: Path, project: Path, home: Path) -> None:
    (project / "dvc.yaml").write_text(PIPELINE)
    (project / "train.py").write_text("print('training')\n")
    code, said = try_hook(source, project, home, "mlgate-dvc-lock")
    assert code == 1
    assert "dvc.lock" in said


def test_readme__mends_a_block_and_fails_once(source: Path, project: Path, home: Path) -> None:
    (project / "params.yaml").write_text("rate: 0.2\n")
    code, said = try_hook(source, project, home, "mlgate-readme")
    assert code == 1, said
    assert "files were modified by this hook" in said
    assert "| rate | 0.2 |" in (project / "README.md").read_text()
    assert try_hook(source, project, home, "mlgate-readme")[0] == 0
