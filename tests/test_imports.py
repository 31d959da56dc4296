"""What the light commands import: nothing of the heavy libraries, which cost a hook more time than it has."""

from __future__ import annotations

import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
from collections.abc import Mapping

import pytest

from heavy import HEAVY
from mlgate.checks import BUILTIN
from mlgate.commands import __name__ as commands
from repositories import Repository

_LIGHT = [
    pytest.param(["--version"], set(), id="version"),
    pytest.param(["--help"], set(), id="help"),
    pytest.param(["run", "metrics", "--format", "json", "--quiet"], set(), id="metrics as JSON"),
    pytest.param(["run", "metrics", "--format", "markdown", "--quiet"], set(), id="metrics as Markdown"),
    pytest.param(["run", "lint", "--format", "json", "--quiet"], set(), id="lint as JSON"),
    pytest.param(["run", "repro", "--format", "json", "--quiet"], set(), id="repro as JSON"),
    pytest.param(["run", "metrics", "--quiet"], {"rich"}, id="metrics on a terminal, drawn by rich"),
    pytest.param(["run", "readme", "--format", "json", "--quiet"], {"markdown_it"}, id="readme, parsed by markdown-it"),
]


@pytest.fixture
def project(repo: Repository) -> Repository:
    """A project in which every check has something small to look at."""
    files = {
        "dvc.yaml": "stages:\n  train:\n    cmd: echo\n    params: [lr]\n    metrics: [metrics.json: {cache: false}]\n",
        "params.yaml": "lr: 0.1\n",
        "metrics.json": '{"accuracy": 0.9}\n',
        "README.md": "# A project\n\nSee [the code](train.py).\n",
        "train.py": "X = 1\n",
    }
    repo.commit(files)
    repo.branch("feature")
    repo.commit({"metrics.json": '{"accuracy": 0.8}\n'})
    return repo


def imported(project: Repository, env: Mapping[str, str], argv: list[str]) -> set[str]:
    """Return the packages that a command imports, as Python itself tells of every import."""
    command = [sys.executable, "-X", "importtime", "-m", "mlgate", *argv]
    done = subprocess.run(command, cwd=project.path, env=env, capture_output=True, check=False, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "mlgate" in names
    return names


@pytest.mark.parametrize(("argv", "needed"), _LIGHT)
def test_light__imports_nothing_heavy(
    project: Repository, env: Mapping[str, str], argv: list[str], needed: set[str]
) -> None:
    assert imported(project, env, argv) & HEAVY <= needed


@pytest.mark.parametrize("check", list(BUILTIN))
def test_check__that_is_turned_off_imports_nothing_heavy(
    project: Repository, env: Mapping[str, str], check: str
) -> None:
    project.write({"mlgate.yaml": f"enforce: {{{check}: off}}\n"})
    assert not imported(project, env, ["run", check, "--format", "json", "--quiet"]) & HEAVY


def test_version__imports_no_command(project: Repository, env: Mapping[str, str]) -> None:
    script = f"import sys, mlgate.cli; sys.exit({commands!r} in sys.modules or 'msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], env=env, check=False).returncode == 0


def test_heavy__are_names_of_what_is_installed_here() -> None:
    """A misspelt name in the list above would watch nothing."""
    from importlib.util import find_spec

    known = {name for name in HEAVY if find_spec(name)}
    assert {"dvc", "markdown_it", "numpy", "pandas", "pandera", "polars", "rich", "ruamel", "scipy"} <= known


def test_metrics_again__loads_neither_a_yaml_parser_nor_argparse(project: Repository, env: Mapping[str, str]) -> None:
    argv = ["run", "metrics", "--format", "json", "--quiet"]
    assert "yaml" in imported(project, env, argv)
    assert not imported(project, env, argv) & {"yaml", "argparse"}
    assert "yaml" in imported(project, env, [*argv, "--no-cache"])
