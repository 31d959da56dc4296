"""The words of the demo: the heading of each lesson, the closing table, and what to try next. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mlgate.demo.gate import Answer
from mlgate.demo.lessons import Lesson
from mlgate.text import amount

_WIDTH = 78


def opening(count: int, folder: Path, kept: bool) -> str:
    """Return what is going to happen, and where."""
    where = "" if kept else ", removed at the end"
    return (
        f"mlgate demo: a breast cancer model, and {amount(count, 'pull request')} to it.\n"
        f"Everything is real: data, training, git, DVC, and the gate. It happens in {folder}{where}.\n"
    )


def heading(number: int, count: int, lesson: Lesson) -> str:
    """Return the heading of a lesson: its branch, its title, and the lesson in one line."""
    title = f"── {number}/{count}  {lesson.branch}: {lesson.title} "
    return f"\n{title}{'─' * max(2, _WIDTH - len(title))}\n{lesson.lesson}\n"


def closing(answers: Sequence[Answer]) -> str:
    """Return the table of all lessons, and a last line that says whether each verdict is the expected one."""
    rows = [("branch", "expected", "verdict", "exit code", "")]
    rows += [_row(answer) for answer in answers]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths[:-1]))
    return "\n".join(["", *lines, "", _last_line(answers), ""])


def next_steps(project: Path, lesson: Lesson, python: str | None) -> str:
    """Return what to try in the repository that was kept; `python` is the interpreter to name where none is active."""
    dvc = f"{python} -m dvc" if python else "dvc"
    run = f"{python} -m mlgate run --python {python}" if python else "mlgate run"
    return (
        f"\nThe repository is yours: {project}. Try, for example:\n"
        f"  cd {project}\n"
        f"  git switch {lesson.branch} && {dvc} checkout\n"
        f"  {run} --base main\n"
        "Then change params.yaml or the code, and run the gate again.\n"
    )


def _row(answer: Answer) -> tuple[str, str, str, str, str]:
    lesson = answer.lesson
    return (
        lesson.branch,
        _verdict(lesson.expected, lesson.blocked_by),
        _verdict(answer.report.verdict, answer.blocked_by),
        str(answer.exit_code),
        "✓" if answer.is_expected else "✗ not as expected",
    )


def _verdict(word: str, blocked_by: Sequence[str]) -> str:
    return f"{word}: {', '.join(blocked_by)}" if blocked_by else word


def _last_line(answers: Sequence[Answer]) -> str:
    wrong = [answer.lesson.branch for answer in answers if not answer.is_expected]
    if wrong:
        return f"Not as expected: {', '.join(wrong)}."
    return f"All {amount(len(answers), 'verdict')} as expected."
