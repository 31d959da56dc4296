"""One run of pytest: its command, its environment and what it left."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.proc import Finished
from mlgate.pytest_run.junit import Case, JunitError, Result, read_junit
from mlgate.redaction import Redaction

_PERCENT = re.compile(r"\[\s*(\d{1,3})%\]\s*$")
_LOG_CHARACTERS = 20_000


class Session(NamedTuple):
    """How the process ended, and its report: the tests in it, or the `problem` for which it cannot be read."""

    finished: Finished
    limit: float
    cases: tuple[Case, ...] = ()
    problem: str | None = None

    @property
    def log(self) -> str:
        """Return the end of what pytest printed, for people on the machine."""
        return self.finished.text[-_LOG_CHARACTERS:]


def run_pytest(
    context: Context,
    *,
    args: Sequence[str],
    paths: Sequence[str],
    folder: Path,
    limit: float,
    under: Sequence[str] = (),
    extra: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Session:
    """Run the project's pytest and return what it left in `folder`, a new folder outside of the project.

    `args` are the user's, `extra` ours on top of them; `under` is the module and arguments that pytest runs under,
    such as `coverage run`. Past `limit` seconds the run is interrupted, so that pytest can say where it was.
    """
    report = folder / "junit.xml"
    command: list[str | Path] = [context.python, "-u", "-m", *under, *(["-m"] if under else []), "pytest"]
    command += [*args, *_own_arguments(report, folder), *extra]
    command += [f"./{path}" if path.startswith("-") else path for path in paths]

    def tell(line: str) -> None:
        found = _PERCENT.search(line[-12:])
        if found:
            context.progress(f"{found[1]} % of the tests")

    finished = context.children.run(
        command,
        cwd=context.project,
        limit=limit,
        env={"PYTHONDONTWRITEBYTECODE": "1", "COVERAGE_FILE": str(folder / "coverage.data"), **(env or {})},
        merge=True,
        on_line=tell,
        interrupt=True,
    )
    redaction = Redaction(context.env)
    finished = replace(finished, out=redaction.hide(finished.text).encode())
    try:
        cases = read_junit(report)
    except JunitError as error:
        return Session(finished, limit, problem=str(error))
    return Session(finished, limit, tuple(_redacted(case, redaction) for case in cases))


def _redacted(case: Case, redaction: Redaction) -> Case:
    if case.result is Result.PASSED:
        return case
    return case._replace(message=redaction.hide(case.message), text=redaction.hide(case.text))


def _own_arguments(report: Path, folder: Path) -> list[str]:
    """Return what makes the report the same under any settings, and leaves nothing behind in the project.

    The cache is moved and not switched off: a project may use it, or have settings for it.
    """
    return [
        f"--junitxml={report}",
        "--override-ini=junit_family=xunit1",
        "--override-ini=junit_logging=no",
        f"--override-ini=cache_dir={folder / 'cache'}",
        "--tb=short",
        "--color=no",
    ]
