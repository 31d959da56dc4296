"""The runner: the order of checks, what is skipped, what runs at once, and that whatever breaks is reported."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlgate.check import Check
from mlgate.config import Config
from mlgate.context import Context
from mlgate.errors import MlgateError, TimeLimitError, ToolFailedError, ToolMissingError
from mlgate.git import Git
from mlgate.proc import Children
from mlgate.report import Enforcement, Entry, Finding, Outcome, Severity, Status
from mlgate.runner import Silence, run_checks
from mlgate.units import Duration
from processes import is_alive, wait_until
from repositories import Repository

PASSED = Outcome.of([], summary="fine")
FAILED = Outcome.of([Finding(rule="a/b", severity=Severity.ERROR, message="It is broken.")], summary="broken")
WARNED = Outcome.of([Finding(rule="a/b", severity=Severity.WARNING, message="Take care.")], summary="careful")


def check(name: str, outcome: Outcome | Callable[[Context], object] = PASSED, **options) -> Check:
    """Return a check that gives an outcome, or what a function of the context returns or raises."""

    def run(context: Context, config: object) -> Outcome:
        return outcome(context) if callable(outcome) else outcome

    return Check(id=name, title=name, question="A question?", run=run, **options)


def raising(error: BaseException) -> Callable[[Context], object]:
    def run(context: Context) -> object:
        raise error

    return run


@pytest.fixture
def run(repo: Repository):
    """Runs checks in a repository and returns their entries by id."""
    pool: list[Children] = []

    def go(*checks: Check, config: Config | None = None, workers: int = 4, listener: Silence | None = None):
        chosen = config or Config()

        def context_for(_: Check, progress: Callable[[str], None]) -> Context:
            children = Children(repo.env)
            pool.append(children)
            return Context(
                project=repo.path,
                git=Git(repo.path, children),
                head=None,
                baseline=None,
                config=chosen,
                env=repo.env,
                children=children,
                progress=progress,
            )

        entries = run_checks(checks, chosen, context_for, workers=workers, listener=listener)
        assert [entry.check for entry in entries] == [made.id for made in checks]
        return {entry.check: entry for entry in entries}

    yield go
    for children in pool:
        children.kill()


class Diary(Silence):
    """A listener that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def started(self, check: Check) -> None:
        self.heard.append(f"{check.id} started")

    def progress(self, check: Check, words: str) -> None:
        self.heard.append(f"{check.id}: {words}")

    def finished(self, entry: Entry) -> None:
        self.heard.append(f"{entry.check} {entry.status.value}")


def test_run__all_pass(run):
    assert {entry.status for entry in run(check("a"), check("b")).values()} == {Status.PASSED}


def test_run__no_checks(run):
    assert run() == {}


def test_run__what_is_needed_runs_first(run):
    diary = Diary()
    run(check("last", needs=("middle",)), check("middle", needs=("first",)), check("first"), listener=diary)
    assert [line for line in diary.heard if line.endswith("started")] == [
        "first started",
        "middle started",
        "last started",
    ]


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(PASSED, id="passed"),
        pytest.param(WARNED, id="warned"),
        pytest.param(Outcome.skipped("nothing to do"), id="skipped"),
        pytest.param(Outcome.inconclusive("who knows"), id="inconclusive"),
    ],
)
def test_run__what_is_needed_did_not_fail(run, outcome):
    assert run(check("data", outcome), check("drift", needs=("data",)))["drift"].status is Status.PASSED


def test_run__what_is_needed_is_not_among_the_checks(run):
    assert run(check("drift", needs=("data",)))["drift"].status is Status.PASSED


@pytest.mark.parametrize(
    "outcome", [pytest.param(FAILED, id="failed"), pytest.param(raising(ValueError("no")), id="crashed")]
)
def test_run__skipped_because_a_need_failed(run, outcome):
    entries = run(check("data", outcome), check("drift", needs=("data",)), check("alone"))
    assert (entries["drift"].status, entries["alone"].status) == (Status.SKIPPED, Status.PASSED)
    assert entries["drift"].outcome.summary == "not run, because `data` did not pass"


def test_run__needs_in_a_circle_are_errors(run):
    entries = run(check("a", needs=("b",)), check("b", needs=("a",)), check("c"))
    assert (entries["a"].status, entries["c"].status) == (Status.ERROR, Status.PASSED)
    assert entries["a"].outcome.summary == "its needs `b` go round in a circle"


def test_run__independent_checks_run_at_once(run):
    # Neither passes the barrier without the other.
    barrier = threading.Barrier(2, timeout=20)
    meet = [check(name, lambda _: barrier.wait() >= 0 and PASSED) for name in ("a", "b")]
    assert {entry.status for entry in run(*meet, workers=2).values()} == {Status.PASSED}


def test_run__no_more_at_once_than_workers(run):
    busy: list[int] = []
    most: list[int] = []

    def work(_: Context) -> Outcome:
        busy.append(1)
        most.append(len(busy))
        time.sleep(0.02)
        busy.pop()
        return PASSED

    run(*[check(f"check{n}", work) for n in range(6)], workers=2)
    assert max(most) <= 2


def test_run__turned_off(run):
    entries = run(check("a", FAILED), config=Config(enforce={"a": Enforcement.OFF}))
    assert (entries["a"].status, entries["a"].outcome.summary) == (Status.SKIPPED, "turned off in the config")


def test_run__one_that_may_only_warn_does_not_hold_up_others(run):
    entries = run(check("a", FAILED), check("b", needs=("a",)), config=Config(enforce={"a": Enforcement.WARN}))
    assert (entries["a"].status, entries["b"].status) == (Status.WARNED, Status.PASSED)
    assert {finding.severity for finding in entries["a"].outcome.findings} == {Severity.WARNING}
    assert not entries["a"].blocks


def test_run__the_listener_hears_of_everything(run):
    diary = Diary()

    def work(context: Context) -> Outcome:
        context.progress("half way")
        return PASSED

    run(check("a", work), listener=diary)
    assert diary.heard == ["a started", "a: half way", "a passed"]


@pytest.mark.parametrize(
    ("error", "summary", "hint"),
    [
        pytest.param(
            ToolMissingError("`dvc` was not found", hint="install it"), "`dvc` was not found", "install it", id="tool"
        ),
        pytest.param(
            ToolFailedError("it gave no verdict", hint="look", log="log"), "it gave no verdict", "look", id="no answer"
        ),
        pytest.param(TimeLimitError("took too long"), "took too long", None, id="time limit"),
        pytest.param(
            ModuleNotFoundError("no", name="pandera"),
            "needs the package `pandera`",
            "install it with `pip install 'mlgate[data]'`",
            id="package",
        ),
        pytest.param(
            ValueError("two\nlines"),
            "crashed: `ValueError: two`",
            "please report it, with the log that `mlgate run --verbose` prints",
            id="bug",
        ),
    ],
)
def test_run__exception_is_an_error_outcome(run, error, summary, hint):
    entry = run(check("a", raising(error), extra="data"), check("b"))["a"]
    assert (entry.status, entry.outcome.summary, entry.outcome.hint) == (Status.ERROR, summary, hint)
    assert entry.blocks


def test_run__crash_keeps_its_log(run):
    log = run(check("a", raising(ValueError("boom"))))["a"].outcome.log
    assert log.startswith("Traceback")
    assert log.endswith("ValueError: boom\n")


@pytest.mark.parametrize("error", [SystemExit(0), KeyboardInterrupt(), RecursionError(), MemoryError()])
def test_run__no_exception_escapes_or_hangs(run, error):
    entries = run(check("a", raising(error)), check("b"))
    assert (entries["a"].status, entries["b"].status) == (Status.ERROR, Status.PASSED)
    assert type(error).__name__ in entries["a"].outcome.summary


def test_run__exception_that_cannot_even_be_printed(run):
    class MuteError(Exception):
        def __str__(self) -> str:
            raise ValueError

    entry = run(check("a", raising(MuteError())))["a"]
    assert entry.status is Status.ERROR
    assert "MuteError: <exception str() failed>" in entry.outcome.summary


def test_run__users_mistake_fails_at_its_line(run):
    error = MlgateError("the path `x` does not exist", where="sub/mlgate.yaml:4:7", hint="name one")
    outcome = run(check("lint", raising(error)))["lint"].outcome
    (found,) = outcome.findings
    assert (outcome.status, found.rule, str(found.location)) == (
        Status.FAILED,
        "lint/unreadable",
        "sub/mlgate.yaml:4:7",
    )
    assert (found.message, found.hint) == ("the path `x` does not exist", "name one")


@pytest.mark.parametrize("value", [None, True, "passed"])
def test_run__check_that_returns_no_outcome(run, value):
    entry = run(check("a", lambda _: value))["a"]
    assert entry.status is Status.ERROR
    assert entry.outcome.summary.endswith("instead of an outcome")


def test_run__time_limit_ends_the_children_and_the_others_go_on(run, repo):
    pids: list[int] = []

    def hang(context: Context) -> Outcome:
        source = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
        context.children.run([sys.executable, "-c", source], cwd=repo.path, on_line=lambda line: pids.append(int(line)))
        return PASSED

    entries = run(check("slow", hang), check("quick"), config=Config(limits={"slow": Duration(2.0)}))
    assert (entries["slow"].status, entries["quick"].status) == (Status.ERROR, Status.PASSED)
    assert entries["slow"].outcome.summary == "stopped at its time limit of 2 s"
    assert "limits: {slow: " in entries["slow"].outcome.hint
    assert len(pids) == 1
    assert not is_alive(pids[0])


def test_run__time_limit_holds_for_a_check_that_never_looks_up(run):
    release = threading.Event()
    entries = run(check("deaf", lambda _: release.wait(60), limit=0.3), check("b", needs=("deaf",)))
    release.set()
    assert (entries["deaf"].status, entries["b"].status) == (Status.ERROR, Status.SKIPPED)


HANGING = """\
import os, signal, subprocess, sys, time

def test_hang():
    ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    deaf = subprocess.Popen([sys.executable, "-c", ignore], stdout=subprocess.PIPE)
    deaf.stdout.readline()
    with open(os.environ["PIDS"] + ".part", "w") as file:
        file.write(f"{os.getpid()} {deaf.pid}")
    os.rename(os.environ["PIDS"] + ".part", os.environ["PIDS"])
    time.sleep(60)
"""


@pytest.fixture
def hanging(repo: Repository, env: Mapping[str, str], tmp_path: Path):
    """Starts a real `mlgate run` whose tests hang, with a deaf child; returns it and their process ids."""
    repo.commit({"test_hang.py": HANGING, "lib.py": "LIMIT = 3\n"})
    place, scratch = tmp_path / "pids", tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "mlgate", "run", "tests", "lint", "--python", sys.executable],
        cwd=repo.path,
        env={**env, "PIDS": str(place), "TMPDIR": str(scratch), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert wait_until(lambda: place.exists() or process.poll() is not None, seconds=30)
    yield process, [int(word) for word in place.read_text().split()]
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_interrupt__ends_within_five_seconds_and_leaves_nothing_behind(hanging, number, tmp_path):
    process, pids = hanging
    assert [is_alive(pid) for pid in pids] == [True, True]
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=5)
    assert process.returncode == 130
    assert [is_alive(pid) for pid in pids] == [False, False]
    assert list((tmp_path / "scratch").iterdir()) == []
    assert f"interrupted by {number.name}" in err.decode()
    assert b"passed" not in out
