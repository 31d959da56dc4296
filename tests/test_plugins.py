"""Plugins, really installed: one that works is found, configured and run; broken ones are named and never a pass."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pip of a new environment, made without any network from what virtualenv has with it."""
    folder = tmp_path_factory.mktemp("pip")
    made = subprocess.run(
        [sys.executable, "-m", "virtualenv", "--no-download", "--setuptools=bundle", "--quiet", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return folder / "bin" / "pip"


@pytest.fixture(scope="module")
def installed(pip: Path, tmp_path_factory: pytest.TempPathFactory):
    """Installs a plugin of `tests/plugins` into a folder of its own, once, and returns that folder."""
    done: dict[str, Path] = {}

    def install(name: str) -> Path:
        if name not in done:
            source = tmp_path_factory.mktemp("source") / name
            shutil.copytree(PLUGINS / name, source)
            done[name] = tmp_path_factory.mktemp("target")
            options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
            ran = subprocess.run(
                [pip, "install", *options, "--target", done[name], source], capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr
        return done[name]

    return install


@pytest.fixture
def run(repo, mlgate_child, installed):
    """Runs the gate as a process with plugins on its path, and returns exit code, outcomes by check, and errors."""

    def go(*checks: str, plugins: tuple[str, ...] = ("mlgate-file-size",)):
        path = os.pathsep.join(str(installed(name)) for name in plugins)
        ran = mlgate_child("run", *checks, "--format", "json", cwd=repo.path, PYTHONPATH=path)
        entries = json.loads(ran.out)["entries"] if ran.out else []
        return ran.code, {entry["check"]: entry["outcome"] for entry in entries}, ran.err

    return go


def test_plugin__runs_when_asked_for(repo, run):
    repo.commit({"small.txt": "x"})
    code, checks, _ = run("file-size")
    assert (code, checks["file-size"]["status"], checks["file-size"]["note"]) == (0, "passed", "1 file")


def test_plugin__runs_beside_the_built_in_checks(repo, run):
    repo.commit({"small.txt": "x"})
    _, checks, _ = run()
    assert {"lint", "metrics", "file-size"} <= set(checks)


def test_plugin__blocks(repo, run):
    repo.commit({"model.bin": "x" * 3_000, "mlgate.yaml": "file-size: {kilobytes: 2}\n"})
    code, checks, _ = run("file-size")
    (found,) = checks["file-size"]["findings"]
    assert (code, checks["file-size"]["status"], found["rule"]) == (1, "failed", "file-size/large")


def test_plugin__may_only_warn_where_the_config_says_so(repo, run):
    config = "file-size: {kilobytes: 2}\nenforce: {file-size: warn}\n"
    repo.commit({"model.bin": "x" * 3_000, "mlgate.yaml": config})
    code, checks, _ = run("file-size")
    assert (code, checks["file-size"]["status"]) == (0, "warned")


@pytest.mark.parametrize("asked", ["file-size", "lint"])
@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param("file-size:\n  kilobyte: 2\n", "mlgate.yaml:2:3: unknown key kilobyte", id="unknown key"),
        pytest.param("file-size:\n  kilobytes: many\n", "mlgate.yaml:2:3: expected a whole number", id="wrong type"),
        pytest.param(
            "file-size:\n  kilobytes: 0\n", "mlgate.yaml:2:3: expected a whole number >= 1", id="out of range"
        ),
    ],
)
def test_plugin__its_section_is_validated(repo, run, config, said, asked):
    repo.commit({"a.txt": "x", "mlgate.yaml": config})
    code, _, err = run(asked)
    assert code == 2
    assert said in err


def test_plugin__that_is_not_installed_is_an_unknown_section(repo, run):
    repo.commit({"a.txt": "x", "mlgate.yaml": "file-size: {kilobytes: 2}\n"})
    code, _, err = run("lint", plugins=())
    assert code == 2
    assert "unknown key file-size" in err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("missing-module", "No module named 'no_such_package'", id="module missing"),
        pytest.param("missing-name", "has no attribute 'CHECK'", id="name missing"),
        pytest.param("leaves", "SystemExit: 0", id="ends the process"),
        pytest.param("no-check", "its entry point names a", id="not a check"),
        pytest.param("steals-plugin", "is taken by another check", id="id of a built-in check"),
        pytest.param("reserved-plugin", "cannot be the name of a check", id="id of a section of the config"),
    ],
)
def test_broken_plugin__is_an_error_with_exit_code_4(repo, run, name, said):
    repo.commit({"a.txt": "x"})
    code, checks, _ = run(name, plugins=("mlgate-broken",))
    assert (code, checks[name]["status"]) == (4, "error")
    assert said in checks[name]["summary"]


def test_broken_plugin__does_not_keep_others_from_running(repo, run):
    repo.commit({"a.txt": "x"})
    code, checks, _ = run("file-size", "leaves", plugins=("mlgate-broken", "mlgate-file-size"))
    assert (code, checks["file-size"]["status"], checks["leaves"]["status"]) == (4, "passed", "error")


def test_broken_plugin__does_not_stand_in_for_a_built_in_check(repo, run):
    repo.commit({"a.py": "import os\n"})
    _, checks, _ = run("lint", "steals-plugin", plugins=("mlgate-broken",))
    assert checks["lint"]["status"] == "failed"
