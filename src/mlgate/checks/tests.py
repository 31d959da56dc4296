"""Tests: do the tests pass, and did coverage hold?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta
from msgspec.structs import replace

from mlgate.check import LIMIT_SECONDS, Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Finding, Outcome, Severity
from mlgate.text import code
from mlgate.units import Share, Tolerance

if TYPE_CHECKING:
    from mlgate.coverage_data.judge import Judged
    from mlgate.coverage_data.measure import Way
    from mlgate.pytest_run.session import Session

# Before the run would end this check, pytest is asked where it hangs and its coverage is read.
_RESERVE_SECONDS = 10.0
_STOPPED = {"tests/crashed": "crashed", "tests/none": "no test ran"}


class CoverageConfig(Section, frozen=True):
    """The `coverage:` of the `tests:` section: that it stands there is what switches the measuring on."""

    min: Annotated[Share | None, Meta(description="The least that must be covered, such as `80%`.")] = None
    max_drop: Annotated[
        Tolerance | None,
        Meta(description="How far coverage may fall below the baseline's record, such as `1pp`."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a drop that is not in points, for coverage is a share already."""
        if self.max_drop and self.max_drop.scale != "pp":
            raise ValueError(f"the `max_drop` {code(self.max_drop)} must be in points: `{self.max_drop.number:g}pp`")


class TestsConfig(Section, frozen=True):
    """The `tests:` section of the config."""

    args: Annotated[tuple[str, ...], Meta(description="Arguments for pytest, such as `[-q, -m, not slow]`.")] = ()
    paths: Annotated[
        tuple[str, ...],
        Meta(description="The files and folders to test, from the project folder; default: what pytest finds."),
    ] = ()
    coverage: Annotated[
        CoverageConfig | None, Meta(description="What the tests must cover; without it nothing is measured.")
    ] = None


def run(context: Context, config: TestsConfig) -> Outcome:
    """Run the project's tests with the project's interpreter and return what they say."""
    from tempfile import TemporaryDirectory

    from mlgate.coverage_data.measure import Way, choose_way
    from mlgate.pytest_run.session import run_pytest
    from mlgate.pytest_run.settings import has_test_files, pytest_settings, uses_pytest_cov

    asked_for = "tests" in context.config.sections
    settings = pytest_settings(context)
    expected = asked_for or has_test_files(context.files)
    if not expected and not settings:
        return _no_tests()
    with TemporaryDirectory(prefix="mlgate-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        way = Way()
        if config.coverage:
            own = uses_pytest_cov(config.args, settings, context.env.get("PYTEST_ADDOPTS", ""))
            way = choose_way(folder, uses_pytest_cov=own)
        session = run_pytest(
            context,
            args=config.args,
            paths=config.paths,
            folder=folder,
            limit=_limit(context),
            under=way.under,
            extra=way.extra,
        )
        if session.finished.code == 5 and not expected:
            return _no_tests()
        return _outcome(context, config, session, folder, way)


def _outcome(context: Context, config: TestsConfig, session: Session, folder: Path, way: Way) -> Outcome:
    from mlgate.pytest_run.ending import find_problems
    from mlgate.pytest_run.failures import count_words, slowest_table
    from mlgate.pytest_run.places import Places

    findings = find_problems(session, Places(context), asked_for="tests" in context.config.sections)
    summary, note = count_words(session.cases) if session.cases else (_STOPPED.get(findings[0].rule, "did not run"), "")
    covered: Judged | None = None
    if config.coverage and not findings:
        covered = _coverage(context, config.coverage, folder, way)
    table = slowest_table(session.cases)
    outcome = Outcome.of(
        [*findings, *(covered.findings if covered else ())],
        summary=summary,
        note=", ".join(part for part in (covered.note if covered else "", note) if part),
        tables=[table] if table else [],
        measures=covered.measures if covered else (),
    )
    return replace(outcome, log=session.log) if findings else outcome


def _coverage(context: Context, config: CoverageConfig, folder: Path, way: Way) -> Judged:
    from mlgate.coverage_data.judge import Judged, judge
    from mlgate.coverage_data.measure import read_measured
    from mlgate.coverage_data.totals import CoverageError

    try:
        total = read_measured(context, folder, way)
    except CoverageError as error:
        finding = Finding(
            rule="tests/coverage",
            severity=Severity.ERROR,
            message=f"coverage was not measured: {code(error)}",
            location=context.config_location("tests", "coverage"),
            hint="see what `coverage run -m pytest` and `coverage report` say in the project folder",
        )
        return Judged((finding,), "coverage unknown")
    return judge(context, total.share, floor=config.min, max_drop=config.max_drop)


def _no_tests() -> Outcome:
    return Outcome.skipped("no tests", hint="no file is named `test_*.py` or `*_test.py`, and pytest finds none")


def _limit(context: Context) -> float:
    limit = context.config.limits.get("tests")
    seconds = limit.seconds if limit else LIMIT_SECONDS
    return max(seconds - _RESERVE_SECONDS, seconds * 0.8)


CHECK = Check(
    id="tests", title="Tests", question="Do the tests pass, and did coverage hold?", config=TestsConfig, run=run
)
