"""Several projects in one comment: each by its name, and none hidden by another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import Ran
from mlgate.errors import UsageError
from mlgate.publish.together import together
from mlgate.render import json_document, markdown
from mlgate.report import Report, Status, Verdict
from render.nasty import page
from render.sample import HEAD, MAIN, friendly_report, passing_report, report_of, sample_report


def of(project: str, report: Report, run: str = "123.1") -> Report:
    like = friendly_report()
    return replace(report, project=project, run=run, head=like.head, baseline=like.baseline)


def test_together__one_report_stays_as_it_is() -> None:
    assert together([friendly_report()], None) == friendly_report()
    assert together([friendly_report()], "x").key == "x"


def test_together__everything_says_of_which_project_it_is() -> None:
    report = together([of("services/search", passing_report()), of("services/ranker", friendly_report())], None)
    assert report.verdict == "failed"
    text = markdown.render(report)
    assert text.startswith("## ❌ mlgate `all`: blocked by `services/ranker/metrics`")
    assert "**`services/ranker`: recall fell by 4.0 points" in text
    assert "| services/search/metrics |" in text
    assert "### `services/search`: Metrics against `main`" in text
    assert text.rstrip().endswith("<!-- mlgate:all run=123.1 head=9f8e7d6 -->")


def test_together__what_to_do_names_the_project() -> None:
    report = together([of("a", report_of(Status.FAILED)), of("b", passing_report())], None)
    assert "What to do: run `mlgate run data --project a` in your clone" in markdown.render(report)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        pytest.param(Status.PASSED, Status.PASSED, "passed", id="both pass"),
        pytest.param(Status.PASSED, Status.FAILED, "failed", id="one fails"),
        pytest.param(Status.ERROR, Status.PASSED, "error", id="one could not run"),
        pytest.param(Status.ERROR, Status.FAILED, "failed", id="one fails, one could not run"),
        pytest.param(Status.PASSED, Status.SKIPPED, "error", id="of one nothing was checked"),
    ],
)
def test_together__the_worst_project_decides(one: Status, other: Status, verdict: Verdict) -> None:
    report = together([of("a", report_of(one)), of("b", report_of(other))], None)
    assert report.verdict == verdict
    assert json_document.load(json_document.render(report).encode()).verdict == verdict


def test_together__the_newest_run_is_that_of_the_comment() -> None:
    reports = [of("a", passing_report(), "9.2"), of("b", passing_report(), "10.1"), of("c", passing_report(), "9.3")]
    assert together(reports, None).run == "10.1"


def test_together__says_where_projects_have_different_baselines() -> None:
    other = of("b", passing_report())
    assert other.baseline is not None
    base = replace(other.baseline, revision=replace(other.baseline.revision, commit=HEAD))
    report = together([of("a", passing_report()), replace(other, baseline=base)], None)
    assert report.notices[0].startswith("the projects were compared with different commits")
    assert report.baseline is not None
    assert report.baseline.revision.commit == MAIN


def test_together__two_of_one_name_or_of_two_commits_are_refused() -> None:
    with pytest.raises(UsageError, match="several reports are of `a`"):
        together([of("a", passing_report()), of("a", friendly_report())], None)
    elsewhere = of("b", passing_report())
    assert elsewhere.head is not None
    with pytest.raises(UsageError, match="not of one commit"):
        together([of("a", passing_report()), replace(elsewhere, head=replace(elsewhere.head, commit=MAIN))], None)


def test_together__hostile_projects_fit_the_public_form() -> None:
    report = together([of("x" * 3_000 + "<b>|@team", sample_report()), of("b", sample_report())], None)
    assert json_document.load(json_document.render(report).encode()).verdict == report.verdict


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    for name, report in (("a", passing_report()), ("b", friendly_report())):
        place = tmp_path / "reports" / f"mlgate-{name}"
        place.mkdir(parents=True)
        (place / "report.json").write_text(json_document.render(of(name, report)), encoding="utf-8")
    return tmp_path


def test_publish__reports_that_a_pattern_finds(mlgate: Callable[..., Ran], reports: Path) -> None:
    done = mlgate("publish", "--reports=reports/*/report.json", "--key=everything", cwd=reports)
    assert done.code == 0
    assert "## ❌ mlgate `everything`: blocked by `b/metrics`" in done.out
    assert "<!-- mlgate:everything run=123.1" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--reports=none/*.json"], "none/*.json is no report", id="a pattern that finds nothing"),
        pytest.param(["--reports=reports/*/report.json", "--key=a b"], "a b is no key", id="no key"),
        pytest.param([], "no report is named", id="nothing"),
    ],
)
def test_publish__what_cannot_be(mlgate: Callable[..., Ran], reports: Path, words: list[str], said: str) -> None:
    done = mlgate("publish", *words, cwd=reports)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("result", "said"),
    [
        pytest.param("success", "## ✅ mlgate `all`: passed", id="all ended well"),
        pytest.param("", "## ✅ mlgate `all`: passed", id="not told"),
        pytest.param("failure", "blocked, because `the run` could not run", id="one left no report"),
        pytest.param("cancelled", "blocked, because `the run` could not run", id="one was cancelled"),
    ],
)
def test_together__success_of_others_hides_no_job_that_left_no_report(result: str, said: str) -> None:
    reports = [of("a", passing_report()), of("b", passing_report())]
    shown = markdown.render(together(reports, None, result))
    assert said in shown, shown[:200]


def test_together__a_failure_that_a_report_explains_is_said_once() -> None:
    reports = [of("a", passing_report()), of("b", report_of(Status.FAILED))]
    assert together(reports, None, "failure") == together(reports, None)


def test_together__what_to_run_is_safe_to_copy() -> None:
    report = together([of("$(touch x);a", report_of(Status.FAILED)), of("b", passing_report())], None)
    assert "run `mlgate run data --project '$(touch x);a'` in your clone" in markdown.render(report)


def test_together__markup_of_a_project_stays_text() -> None:
    name = "a`</details><img src=x>|@team\n## b"
    text = markdown.render(together([of(name, sample_report()), of("b", sample_report())], None))
    shown = page(text)
    assert not {"img", "script"} & set(shown.tags)
    assert shown.tags.count("h2") == 1


def test_publish__one_broken_report_of_many_is_named(mlgate: Callable[..., Ran], reports: Path) -> None:
    (reports / "reports/mlgate-b/report.json").write_text("{")
    done = mlgate("publish", "--reports=reports/*/report.json", cwd=reports)
    assert done.code == 2
    assert "mlgate-b/report.json" in done.err
