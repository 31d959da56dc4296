"""The words of the demo."""

from __future__ import annotations

from mlgate.demo.gate import Answer
from mlgate.demo.lessons import LESSONS
from mlgate.demo.story import closing

FINE, HURTS = LESSONS[0], LESSONS[1]


def answer(lesson=FINE, exit_code=0, blocked_by=()) -> Answer:
    return Answer(lesson=lesson, exit_code=exit_code, blocked_by=blocked_by, report="", seconds=1.0)


def test_closing__all_as_expected() -> None:
    text = closing([answer(), answer(HURTS, 1, ("metrics",))])
    assert text.endswith("\nAll 2 verdicts as expected.\n")
    assert "feature/hurts-recall  failed: metrics  failed: metrics  1          ✓" in text


def test_closing__blocked_where_it_should_pass() -> None:
    text = closing([answer(), answer(FINE, 1, ("tests",))])
    assert text.endswith("\nNot as expected: feature/fine.\n")


def test_closing__the_right_verdict_for_another_reason_is_wrong() -> None:
    assert closing([answer(HURTS, 1, ("data", "metrics"))]).endswith("\nNot as expected: feature/hurts-recall.\n")


def test_closing__nothing_checked_is_no_pass() -> None:
    assert "nothing-checked" in closing([answer(FINE, 3)])
    assert closing([answer(FINE, 3)]).endswith("\nNot as expected: feature/fine.\n")
