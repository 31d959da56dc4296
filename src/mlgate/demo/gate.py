"""The gate run on one branch of the demo, as a command of its own, and what it said."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct

from mlgate.demo.lessons import Lesson
from mlgate.errors import MlgateError
from mlgate.proc import Children
from mlgate.report import EXIT_CODES, Report
from mlgate.text import code

_LIMIT_SECONDS = 300.0


class Answer(Struct, frozen=True, kw_only=True):
    """What the gate said of a lesson: its exit code and its report."""

    lesson: Lesson
    exit_code: int
    report: Report

    @property
    def blocked_by(self) -> tuple[str, ...]:
        """Return the checks that stopped it."""
        return tuple(entry.check for entry in self.report.blocking)

    @property
    def is_expected(self) -> bool:
        """Return whether the verdict is the one that the lesson is about, for no other reason than its own."""
        return self.exit_code == EXIT_CODES[self.lesson.expected] and self.blocked_by == self.lesson.blocked_by


def ask_gate(lesson: Lesson, tree: Path, children: Children) -> Answer:
    """Run `mlgate run` in the work tree of a lesson and return its answer."""
    from mlgate.render.json_document import load

    # Python's -P keeps a module of the work tree from standing in for mlgate's own.
    command = (sys.executable, "-P", "-m", "mlgate", "run", "--base", "main", "--python", sys.executable)
    finished = children.run((*command, "--format", "json"), cwd=tree, limit=_LIMIT_SECONDS, keep=None)
    if finished.timed_out:
        raise MlgateError(f"the gate took longer than {_LIMIT_SECONDS:g} s on {code(lesson.branch)}")
    if finished.code not in EXIT_CODES.values():
        said = finished.error_text.strip().partition("\n")[0].removeprefix("mlgate: ") or f"exit code {finished.code}"
        raise MlgateError(f"the gate could not run on {code(lesson.branch)}: {code(said)}")
    return Answer(lesson=lesson, exit_code=finished.code, report=load(finished.out))
