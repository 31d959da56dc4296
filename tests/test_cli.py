"""The command line: every exit code by a real run, and that a mistake is told in a line."""

from __future__ import annotations

import signal
import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import sample_plugins
from mlgate import __version__
from mlgate.cli import COMMANDS
from mlgate.render import FORMATS
from repositories import Repository

Plugin = Callable[[str, str], None]


@pytest.fixture
def check(plugin: Plugin) -> Callable[..., None]:
    """Installs a plugin called `own` whose check runs these statements."""
    return lambda body, fields="pass": plugin("own", sample_plugins.source("own", body, fields=fields))


# Exit codes.


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(sample_plugins.PASSING, 0, id="0 passed"),
        pytest.param(sample_plugins.FAILING, 1, id="1 the gate failed"),
        pytest.param(sample_plugins.SKIPPING, 3, id="3 nothing was checked"),
        pytest.param('return Outcome.inconclusive("cannot tell")', 3, id="3 nothing was settled"),
        pytest.param(sample_plugins.CRASHING, 4, id="4 a check crashed"),
        pytest.param("raise SystemExit(0)", 4, id="4 a check tried to end the run as passed"),
        pytest.param("return True", 4, id="4 a check returned no outcome"),
        pytest.param("import no_such_module", 4, id="4 a package is missing"),
        pytest.param('context.children.run(["no-such-tool"], cwd=context.project)', 4, id="4 a tool is missing"),
    ],
)
def test_exit_code(mlgate_child: Callable, check: Callable, repo: Repository, body: str, code: int) -> None:
    check(body)
    ran = mlgate_child("run", "own", cwd=repo.path)
    assert ran.code == code, ran.text
    assert "Traceback" not in ran.text


def test_exit_code__2_usage(mlgate_child: Callable, repo: Repository) -> None:
    ran = mlgate_child("run", "metrisc", cwd=repo.path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "mlgate: there is no check metrisc\n  hint: did you mean metrics?\n"


def test_exit_code__2_config(mlgate_child: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "version: 7\n"})
    ran = mlgate_child("run", cwd=repo.path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "mlgate: mlgate.yaml:1:1: expected 1, got 7\n  | version: 7\n"


def test_exit_code__3_turned_off(mlgate_child: Callable, check: Callable, repo: Repository) -> None:
    check(sample_plugins.PASSING)
    repo.write({"mlgate.yaml": "enforce: {own: off}\n"})
    assert mlgate_child("run", "own", cwd=repo.path).code == 3


def test_exit_code__0_where_a_failing_check_may_only_warn(
    mlgate_child: Callable, check: Callable, repo: Repository
) -> None:
    check(sample_plugins.FAILING)
    repo.write({"mlgate.yaml": "enforce: {own: warn}\n"})
    assert mlgate_child("run", "own", cwd=repo.path).code == 0


_WARNING = sample_plugins.FAILING.replace("ERROR", "WARNING")


@pytest.mark.parametrize(
    ("fail_on", "body", "code"),
    [
        pytest.param("failure", _WARNING, 0, id="failure, a warning"),
        pytest.param("failure", sample_plugins.FAILING, 1, id="failure, a failure"),
        pytest.param("warning", sample_plugins.PASSING, 0, id="warning, all fine"),
        pytest.param("warning", _WARNING, 1, id="warning, a warning"),
        pytest.param("warning", sample_plugins.SKIPPING, 3, id="warning, nothing was checked"),
        pytest.param("never", sample_plugins.FAILING, 0, id="never, a failure"),
        pytest.param("never", sample_plugins.CRASHING, 0, id="never, a crash"),
        pytest.param("never", sample_plugins.SKIPPING, 0, id="never, nothing was checked"),
    ],
)
def test_exit_code__fails_on_what_is_asked(
    mlgate: Callable, check: Callable, repo: Repository, fail_on: str, body: str, code: int
) -> None:
    check(body)
    assert mlgate("run", "own", f"--fail-on={fail_on}", cwd=repo.path).code == code


def test_exit_code__2_whatever_is_asked_to_fail(mlgate: Callable, repo: Repository) -> None:
    assert mlgate("run", "nonsense", "--fail-on=never", cwd=repo.path).code == 2


def test_exit_code__4_time_limit(mlgate_child: Callable, check: Callable, repo: Repository) -> None:
    check('context.children.run(["sleep", "60"], cwd=context.project)\nreturn Outcome.skipped("done")')
    repo.write({"mlgate.yaml": "limits: {own: 0.3s}\n"})
    ran = mlgate_child("run", "own", cwd=repo.path)
    assert ran.code == 4
    assert "stopped at its time limit of 0.3 s" in ran.text


def test_exit_code__4_crash_of_the_gate_itself(mlgate_child: Callable, plugin: Plugin, repo: Repository) -> None:
    """Python ends a crash with 1, which is ours for a failed gate."""
    broken = sample_plugins.source("own", sample_plugins.PASSING).replace("run=run)", "run=run, needs=3)")
    plugin("own", broken)
    ran = mlgate_child("run", "own", cwd=repo.path)
    assert ran.code == 4
    assert ran.err.endswith("mlgate: this is a mistake in mlgate; please report it with the lines above\n")


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert path.exists()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_exit_code__130_interrupted(
    check: Callable, repo: Repository, env: Mapping[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    started = tmp_path / "started"
    script = f"echo $$ > {started}.new; mv {started}.new {started}; sleep 300"
    check(f"context.children.run(['sh', '-c', {script!r}], cwd=context.project)")
    report = tmp_path / "report.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "mlgate", "run", "own", "--output", f"json={report}"],
        cwd=repo.path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _wait_for(started)
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    # The runner kills what is still there 7.5 s after its first signal.
    assert time.monotonic() - began < 7
    assert out == b""
    assert err.decode().endswith(f"mlgate: interrupted by {number.name}\n")
    assert b"Traceback" not in err
    assert not report.exists()
    assert not _alive(int(started.read_text()))


# The words of the command line.


def test_version(mlgate_child: Callable, tmp_path: Path) -> None:
    assert mlgate_child("--version", cwd=tmp_path) == (0, f"mlgate {__version__}\n", "")


def test_help__names_every_command_and_exit_code(mlgate: Callable, tmp_path: Path) -> None:
    ran = mlgate("--help", cwd=tmp_path)
    assert ran.code == 0
    for word in (*COMMANDS, "130  interrupted"):
        assert word in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help__of_each_command(mlgate: Callable, tmp_path: Path, command: str) -> None:
    ran = mlgate(command, "--help", cwd=tmp_path)
    assert ran.code == 0
    assert ran.out.startswith(f"usage: mlgate {command} ")


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param([], id="nothing"),
        pytest.param(["rnu"], id="unknown command"),
        pytest.param(["run", "--bse", "main"], id="unknown option"),
        pytest.param(["run", "--bas", "main"], id="abbreviated option"),
        pytest.param(["run", "--base", "-rf"], id="option for a value"),
        pytest.param(["run", "--format", "jsn"], id="unknown format"),
        pytest.param(["run", "--workers", "many"], id="no number"),
    ],
)
def test_usage__of_options(mlgate: Callable, repo: Repository, argv: list[str]) -> None:
    ran = mlgate(*argv, cwd=repo.path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: mlgate")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        pytest.param(
            ["run", "--output", "jsn=a"], "--output jsn=a is not FORMAT=PATH\n  hint: did you mean json?", id="form"
        ),
        pytest.param(["run", "--output", "json"], "--output json is not FORMAT=PATH", id="no path"),
        pytest.param(["run", "--output", "json="], "--output json= is not FORMAT=PATH", id="empty path"),
        pytest.param(["run", "zzz"], "there is no check zzz\n  hint: known: metrics,", id="unlike any check"),
        pytest.param(["run", "a`b\x1b[31m"], r"there is no check a`b\x1b[31m", id="hostile name"),
    ],
)
def test_usage__of_our_own(mlgate: Callable, repo: Repository, argv: list[str], message: str) -> None:
    ran = mlgate(*argv, cwd=repo.path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"mlgate: {message}")


def test_usage__folder_that_is_gone(mlgate_child: Callable, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = "import os; os.rmdir(os.getcwd()); from mlgate.cli import entry; entry()"
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "metrics"], cwd=gone, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mlgate: the folder in which this command stands is gone\n")


# What a run leaves.


def test_output__several_forms_of_one_run(mlgate: Callable, check: Callable, repo: Repository, tmp_path: Path) -> None:
    check(sample_plugins.FAILING)
    made = [tmp_path / "new" / "report.json", tmp_path / "new" / "report.md"]
    ran = mlgate("run", "own", "--output", f"json={made[0]}", "--output", f"markdown={made[1]}", cwd=repo.path)
    assert ran.code == 1
    assert all("It is broken." in path.read_text(encoding="utf-8") for path in made)
    assert sorted(path.name for path in made[0].parent.iterdir()) == ["report.json", "report.md"]


@pytest.mark.parametrize("place", ["taken/report.json", "folder"])
def test_output__that_cannot_be_written(
    mlgate: Callable, check: Callable, repo: Repository, tmp_path: Path, place: str
) -> None:
    check(sample_plugins.PASSING)
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "folder").mkdir()
    ran = mlgate("run", "own", "--quiet", "--output", f"json={tmp_path / place}", cwd=repo.path)
    assert ran.code == 2
    assert "passed" in ran.out
    assert "cannot be written" in ran.err
    assert [path.name for path in (tmp_path / "folder").iterdir()] == []
    assert not list(tmp_path.glob(".*"))


def test_reader_that_went_away(check: Callable, repo: Repository, env: Mapping[str, str]) -> None:
    check('return Outcome.of([], summary="x" * 200_000)')
    process = subprocess.Popen(
        [sys.executable, "-m", "mlgate", "run", "own", "--format", "json"],
        cwd=repo.path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    assert process.wait(30) == 4
    assert err == b""


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="C"),
        pytest.param({"PYTHONIOENCODING": "ascii"}, id="ASCII"),
        pytest.param({"PYTHONIOENCODING": "latin-1", "TZ": "Pacific/Kiritimati"}, id="Latin-1"),
    ],
)
def test_locale__that_cannot_write_a_name(
    mlgate_child: Callable, check: Callable, repo: Repository, variables: dict[str, str]
) -> None:
    check('return Outcome.of([], summary="\u65e5\u672c \u2713")')
    ran = mlgate_child("run", "own", cwd=repo.path, **variables)
    assert ran.code == 0
    assert "Traceback" not in ran.err


def test_modules_of_the_project__are_not_taken_for_ours(repo: Repository, env: Mapping[str, str]) -> None:
    witness = "import pathlib; pathlib.Path('imported').touch()\n"
    repo.write({f"{name}.py": witness for name in ("yaml", "msgspec", "json", "tomllib", "sitecustomize", "mlgate")})
    script = Path(sys.executable).parent / "mlgate"
    done = subprocess.run([script, "run", "metrics"], cwd=repo.path, env=env, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert not (repo.path / "imported").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_report__of_a_file_with_a_hostile_name(
    mlgate_child: Callable, check: Callable, repo: Repository, form: str
) -> None:
    check(
        "from mlgate.text import code\n"
        r"name = 'a|b\n<script>\x1b[31m`\u202e\udcff'" + "\n"
        "place = Location(path=name, line=3)\n"
        "message = f'{code(name)} is wrong'\n"
        "found = Finding(rule='own/x', severity=Severity.ERROR, message=message, location=place, subject=name)\n"
        "return Outcome.of([found], summary=message)"
    )
    ran = mlgate_child("run", "own", "--format", form, "--quiet", cwd=repo.path)
    assert ran.code == 1, ran.err
    assert "\x1b" not in ran.out
    # JSON is for programs, which want the true name; the other forms are read by people.
    assert form == "json" or "\u202e" not in ran.out


# The page about plugins.


def test_docs__the_plugin_runs(mlgate: Callable, plugin: Plugin, repo: Repository) -> None:
    page = (Path(__file__).parents[1] / "docs" / "plugins.md").read_text(encoding="utf-8")
    plugin("notebooks", page.partition("```python\n")[2].partition("```")[0])
    notebook = '{"cells": [{"outputs": []}, {"outputs": [1]}, {"source": ""}]}'
    repo.write({"work/a.ipynb": notebook, "mlgate.yaml": "notebooks: {most: 1}\n"})
    assert mlgate("run", "notebooks", cwd=repo.path).code == 0
    repo.write({"mlgate.yaml": ""})
    ran = mlgate("run", "notebooks", "--format", "json", cwd=repo.path)
    assert ran.code == 1
    assert "`work/a.ipynb` has outputs in 1 cell" in ran.out


# A monorepo.


def test_monorepo__places_are_from_the_root_of_the_repository(
    mlgate: Callable, check: Callable, repo: Repository
) -> None:
    check(
        "place = context.location('src/a.py', 3)\n"
        "found = Finding(rule='own/x', severity=Severity.ERROR, message='Wrong.', location=place)\n"
        "return Outcome.of([found], summary='1 wrong')"
    )
    repo.write({"models/churn/src/a.py": "", "models/churn/mlgate.yaml": "version: 1\n"})
    for cwd, argv in ((repo.path, ["--project", "models/churn"]), (repo.path / "models" / "churn" / "src", [])):
        ran = mlgate("run", "own", "--format", "annotations", *argv, cwd=cwd)
        assert ran.code == 1
        assert "file=models/churn/src/a.py,line=3" in ran.out


def test_unreadable_file__is_a_finding_at_its_place(mlgate: Callable, check: Callable, repo: Repository) -> None:
    check("context.document('a:b.yaml')\nreturn Outcome.skipped('read')")
    repo.write({"m:1/a:b.yaml": "x: 1\nx: 2\n"})
    ran = mlgate("run", "own", "--format", "sarif", "--project", "m:1", cwd=repo.path)
    assert ran.code == 1
    assert '"startLine": 2' in ran.out
    assert "duplicate key x" in ran.out
