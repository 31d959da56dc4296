from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran
from mlgate.render import FORMATS, render, shown
from render.sample import friendly_report, sample_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(render(friendly_report(), "json"), encoding="utf-8")
    return path


def test_render__the_terminal_is_the_default(mlgate: Callable[..., Ran], report: Path) -> None:
    ran = mlgate("render", report, cwd=report.parent)
    assert ran.code == 0
    assert ran.out == render(friendly_report(), "terminal")


@pytest.mark.parametrize("form", list(FORMATS))
def test_render__every_form_is_the_same_from_a_saved_report(
    mlgate: Callable[..., Ran], report: Path, form: str
) -> None:
    ran = mlgate("render", report, "--format", form, cwd=report.parent)
    assert ran.code == 0
    assert ran.out == render(friendly_report(), form)


def test_render__into_a_file(mlgate: Callable[..., Ran], report: Path) -> None:
    ran = mlgate("render", "report.json", "--format", "markdown", "--output", "out/report.md", cwd=report.parent)
    assert (ran.code, ran.out) == (0, "")
    assert (report.parent / "out" / "report.md").read_text(encoding="utf-8") == render(friendly_report(), "markdown")


def test_render__a_missing_file_is_said_in_a_line(mlgate: Callable[..., Ran], tmp_path: Path) -> None:
    ran = mlgate("render", "nope.json", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.startswith("mlgate: nope.json cannot be read: No such file or directory\n")


def test_render__a_forged_report_is_refused(mlgate: Callable[..., Ran], report: Path) -> None:
    document = json.loads(report.read_text(encoding="utf-8"))
    report.write_text(json.dumps({**document, "verdict": "passed", "exit_code": 0}), encoding="utf-8")
    ran = mlgate("render", report, "--format", "markdown", cwd=report.parent)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("mlgate: the report says passed, 0, but failed, 1 follows from its entries")


@pytest.mark.parametrize("form", list(FORMATS))
def test_render__what_any_form_writes_is_utf8(form: str) -> None:
    render(sample_report(), form).encode("utf-8")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_shown__colour_only_on_a_terminal_that_wants_it() -> None:
    report = friendly_report()
    assert "\x1b[" not in shown(report, "terminal", io.StringIO(), {})
    assert "\x1b[" in shown(report, "terminal", _Terminal(), {"TERM": "xterm"})
    assert "\x1b[" not in shown(report, "terminal", _Terminal(), {"NO_COLOR": "1"})
    assert "\x1b[" not in shown(report, "terminal", _Terminal(), {"TERM": "dumb"})
    assert shown(report, "markdown", _Terminal(), {}) == render(report, "markdown")
