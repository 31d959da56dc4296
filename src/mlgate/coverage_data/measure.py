"""Measures coverage: what pytest runs under, and how its total is had afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mlgate.context import Context
from mlgate.coverage_data.totals import MAX_BYTES, CoverageError, Total, read_total
from mlgate.leftovers import read_left
from mlgate.proc import Finished

_LIMIT_SECONDS = 300.0
DATA = "coverage.data"
REPORT = "coverage.json"


class Way(NamedTuple):
    """How coverage is measured: the module that pytest runs under, or the options for pytest-cov."""

    under: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def choose_way(folder: Path, *, uses_pytest_cov: bool) -> Way:
    """Return how to measure: by pytest-cov where the project has switched it on, for two at once measure nothing."""
    if uses_pytest_cov:
        return Way(extra=(f"--cov-report=json:{folder / REPORT}",))
    return Way(under=("coverage", "run"))


def read_measured(context: Context, folder: Path, way: Way) -> Total:
    """Return the total of the run that left its data in `folder`; raises `CoverageError`."""
    if way.under:
        _write_report(context, folder)
    try:
        data = read_left(folder / REPORT, MAX_BYTES)
    except ValueError as error:
        raise CoverageError(f"its report cannot be read: {error}") from None
    total = read_total(data, REPORT)
    if total.covered == 0:
        # Passing tests that run no line mean that the measuring failed, and no code is 0 % covered by accident.
        raise CoverageError("not one line of the measured code ran; is `source` in the settings of coverage right?")
    return total


def _write_report(context: Context, folder: Path) -> None:
    def coverage(*args: str | Path) -> Finished:
        command = (context.python, "-m", "coverage", *args)
        env = {"COVERAGE_FILE": str(folder / DATA), "PYTHONDONTWRITEBYTECODE": "1"}
        return context.children.run(command, cwd=context.project, env=env, limit=_LIMIT_SECONDS, merge=True)

    if not (folder / DATA).exists():
        # With `parallel = true` each process writes a file of its own.
        coverage("combine", folder)
    finished = coverage("json", "--fail-under=0", "-o", folder / REPORT)
    if finished.timed_out:
        raise CoverageError("`coverage json` took too long")
    if finished.code:
        raise CoverageError(finished.text.strip().rpartition("\n")[2] or f"`coverage json` ended with {finished.code}")
