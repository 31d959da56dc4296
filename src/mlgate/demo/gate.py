"""The gate run on one branch of the demo, as a command of its own, and what it said."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct

from mlgate.demo.lessons import Lesson
from mlgate.errors import MlgateError
from mlgate.proc import Children
from mlgate.report import Enforcement, Status, Verdict
from mlgate.text import code

_LIMIT_SECONDS = 300.0


class Answer(Struct, frozen=True, kw_only=True):
    """What the gate said of a lesson: its exit code, the checks that stopped it, and its report as people read it."""

    lesson: Lesson
    exit_code: int
    blocked_by: tuple[str, ...]
    report: str
    seconds: float

    @property
    def verdict(self) -> str:
        """Return the verdict in words."""
        known = {verdict.exit_code.value: verdict.value for verdict in Verdict}
        return known.get(self.exit_code, f"exit code {self.exit_code}")

    @property
    def is_expected(self) -> bool:
        """Return whether the verdict is the one that the lesson is about, for no other reason than its own."""
        return self.exit_code == self.lesson.expected.exit_code and self.blocked_by == self.lesson.blocked_by


class _Outcome(Struct):
    status: Status


class _Entry(Struct):
    check: str
    outcome: _Outcome
    enforcement: Enforcement


class _Report(Struct):
    entries: tuple[_Entry, ...]


def ask_gate(lesson: Lesson, tree: Path, saved: Path, children: Children) -> Answer:
    """Run `mlgate run` in the work tree of a lesson and return its answer; `saved` is where its JSON report goes."""
    # Python's -P keeps a module of the work tree from standing in for mlgate's own.
    command = (sys.executable, "-P", "-m", "mlgate", "run", "--base", "main", "--python", sys.executable)
    finished = children.run((*command, "--quiet", "--output", f"json={saved}"), cwd=tree, limit=_LIMIT_SECONDS)
    if finished.timed_out:
        raise MlgateError(f"the gate took longer than {_LIMIT_SECONDS:g} s on {code(lesson.branch)}")
    if finished.code not in {verdict.exit_code for verdict in Verdict} or not saved.exists():
        said = finished.error_text.strip().partition("\n")[0].removeprefix("mlgate: ") or f"exit code {finished.code}"
        raise MlgateError(f"the gate could not run on {code(lesson.branch)}: {code(said)}")
    return Answer(
        lesson=lesson,
        exit_code=finished.code,
        blocked_by=_blocking(saved.read_bytes()),
        report=finished.text,
        seconds=finished.seconds,
    )


def _blocking(report: bytes) -> tuple[str, ...]:
    from msgspec import json

    entries = json.decode(report, type=_Report).entries
    return tuple(
        entry.check
        for entry in entries
        if entry.enforcement is Enforcement.BLOCK and entry.outcome.status in (Status.FAILED, Status.ERROR)
    )
