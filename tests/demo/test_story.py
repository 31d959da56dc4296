"""The words of the demo."""

from __future__ import annotations

from pathlib import Path

from mlgate.demo.gate import Answer
from mlgate.demo.lessons import LESSONS, Lesson
from mlgate.demo.story import closing, next_steps
from mlgate.report import Entry, Outcome, Report, Status

FINE, HURTS = LESSONS[0], LESSONS[1]


def answer(lesson: Lesson, exit_code: int, *checks: tuple[str, Status]) -> Answer:
    entries = tuple(
        Entry(check=name, title=name, outcome=Outcome(status=status, summary="so it is")) for name, status in checks
    )
    report = Report(version="1.0", head=None, baseline=None, entries=entries)
    return Answer(lesson=lesson, exit_code=exit_code, report=report)


def test_closing__all_as_expected() -> None:
    text = closing([answer(FINE, 0, ("lint", Status.PASSED)), answer(HURTS, 1, ("metrics", Status.FAILED))])
    assert text.endswith("\nAll 2 verdicts as expected.\n")
    assert "feature/hurts-recall  failed: metrics  failed: metrics  1          ✓\n" in text


def test_closing__a_warning_is_a_pass() -> None:
    assert closing([answer(FINE, 0, ("metrics", Status.WARNED))]).endswith("\nAll 1 verdict as expected.\n")


def test_closing__blocked_where_it_should_pass() -> None:
    text = closing([answer(HURTS, 1, ("metrics", Status.FAILED)), answer(FINE, 1, ("tests", Status.FAILED))])
    assert text.endswith("\nNot as expected: feature/fine.\n")


def test_closing__the_right_verdict_for_another_reason_is_wrong() -> None:
    text = closing([answer(HURTS, 1, ("metrics", Status.FAILED), ("data", Status.ERROR))])
    assert text.endswith("\nNot as expected: feature/hurts-recall.\n")


def test_closing__nothing_checked_is_no_pass() -> None:
    text = closing([answer(FINE, 3, ("lint", Status.SKIPPED))])
    assert "nothing-checked" in text
    assert text.endswith("\nNot as expected: feature/fine.\n")


def test_next_steps__short_in_an_active_environment() -> None:
    text = next_steps(Path("/tmp/kept"), HURTS, None)
    assert "\n  git switch feature/hurts-recall && dvc checkout\n  mlgate run --base main\n" in text


def test_next_steps__names_the_interpreter_that_has_the_packages() -> None:
    text = next_steps(Path("/tmp/kept"), HURTS, "/opt/venv/bin/python")
    assert "&& /opt/venv/bin/python -m dvc checkout\n" in text
    assert "\n  /opt/venv/bin/python -m mlgate run --python /opt/venv/bin/python --base main\n" in text
