from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from mlgate.render.terminal import render
from mlgate.report import Status
from mlgate.text import printable
from render.nasty import COUNT, strings
from render.sample import (
    empty_report,
    friendly_report,
    passing_report,
    poisoned,
    report_of,
    sample_report,
    small_report,
)


def _assert_safe(text: str, width: int) -> None:
    assert text.endswith("\n")
    for line in text.split("\n"):
        assert printable(line) == line
        assert cell_len(line) <= width, line
        assert "##[" not in line
        assert not line.lstrip().startswith("::"), line


def test_render__passing_names_no_trouble() -> None:
    lines = render(passing_report()).split("\n")
    assert lines[0] == "✓ mlgate: passed"
    assert not any("What to do" in line or "✗" in line for line in lines)


def test_render__verdict_reason_and_advice_come_first() -> None:
    lines = render(friendly_report(), width=80).split("\n")
    assert lines[0] == "✗ mlgate: blocked by metrics"
    assert lines[2].strip().startswith("recall fell by 4.0 points (0.810 → 0.770)")
    assert lines[4].strip() == "out/metrics.json:3  metrics/regression"
    assert lines[5].strip().startswith("What to do: look at the slice airport = SFO below")


def test_render__numbers_of_a_metric_stand_in_one_line_at_80_columns() -> None:
    text = render(friendly_report(), width=80)
    assert re.search(r"recall +0\.8100 +0\.7700 +−4\.00 pp +−5\.80 … −2\.20 +1 pp +✗ real", text)


def test_render__no_escape_sequences_without_colour() -> None:
    assert "\x1b" not in render(sample_report())


def test_render__the_words_are_the_same_with_colour() -> None:
    coloured = render(friendly_report(), color=True)
    assert "\x1b[1;31m" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.split("\n")] == render(friendly_report()).split("\n")


@pytest.mark.parametrize("status", list(Status))
def test_render__every_status_has_its_word(status: Status) -> None:
    text = render(report_of(status))
    assert "said in few words" in text
    assert text.startswith("✓ mlgate: passed\n") is (status is Status.PASSED)
    assert text.startswith("~ mlgate: passed, with data waived\n") is (status is Status.WAIVED)


def test_render__empty_report_is_not_fine() -> None:
    assert render(empty_report()).startswith("- mlgate: nothing was checked\n")


def test_render__logs_stay_out() -> None:
    assert "SECRET-CANARY" not in render(sample_report())


def test_render__a_finding_told_above_is_not_repeated() -> None:
    text = render(friendly_report(), width=200)
    assert text.count("more than the 1 point tolerated") == 1
    assert "metrics also: 1 warning" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_render__nasty_report_is_safe(width: int) -> None:
    _assert_safe(render(sample_report(), width=width), width + 2)


def test_render__a_command_at_the_start_of_a_wrapped_line_is_broken_up() -> None:
    report = replace(friendly_report(), notices=("x" * 39 + " ::error::owned ##[error]owned",))
    text = render(report, width=46)
    assert "\\::error::owned" in text
    assert "##\\[error]owned" in text


def test_render__any_string_anywhere_is_safe() -> None:
    report = small_report()
    for text in strings(seed=12, count=COUNT // 30):
        _assert_safe(render(poisoned(report, text), width=60), 62)
