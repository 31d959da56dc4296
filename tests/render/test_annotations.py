from __future__ import annotations

import re
from collections import Counter

import pytest
from msgspec.structs import replace

from mlgate.render.annotations import render
from mlgate.report import Entry, Finding, Location, Outcome, Report, Severity, Status
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

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*?)::(.*)", re.DOTALL)
NAMES = {"file", "line", "endLine", "col", "title"}


def _read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does: the first `::` after the start ends the properties."""
    found = COMMAND.fullmatch(line)
    assert found, line
    pairs = [pair.partition("=") for pair in found[2].split(",")]
    return found[1], {name: _unescaped(value) for name, _, value in pairs}, _unescaped(found[3])


def _unescaped(value: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(code, sign)
    return value


def _lines(report: Report) -> list[str]:
    text = render(report)
    assert text == "" or text.endswith("\n")
    return text.split("\n")[:-1]


def _crowd(severity: Severity, count: int) -> Report:
    findings = [Finding(rule="x/y", severity=severity, message=f"number {number}") for number in range(count)]
    return replace(empty_report(), entries=(Entry(check="x", title="x", outcome=Outcome.of(findings, summary="s")),))


@pytest.mark.parametrize("report", [passing_report(), empty_report(), report_of(Status.SKIPPED)])
def test_render__quiet(report: Report) -> None:
    assert render(report) == ""


def test_render__says_where_what_and_what_to_do() -> None:
    level, properties, message = _read(_lines(friendly_report())[0])
    assert level == "error"
    assert properties == {"file": "out/metrics.json", "line": "3", "title": "metrics/regression"}
    assert message.startswith("recall fell by 4.0 points (0.810 → 0.770)")
    assert "What to do: look at the slice airport = SFO below" in message


def test_render__a_check_that_could_not_run_is_an_error() -> None:
    level, properties, message = _read(_lines(report_of(Status.ERROR))[0])
    assert (level, properties) == ("error", {"title": "data could not run"})
    assert message.startswith("said in few words. What to do: run mlgate run data")


@pytest.mark.parametrize("severity", list(Severity))
def test_render__ten_of_a_level_all_stand(severity: Severity) -> None:
    assert len(_lines(_crowd(severity, 10))) == 10


@pytest.mark.parametrize(
    ("severity", "words"),
    [(Severity.ERROR, "errors"), (Severity.WARNING, "warnings"), (Severity.INFO, "notices")],
)
def test_render__of_more_than_ten_the_last_says_how_many(severity: Severity, words: str) -> None:
    lines = _lines(_crowd(severity, 200))
    assert len(lines) == 10
    assert _read(lines[-1])[2] == f"191 {words} more in the report"


def test_render__what_blocks_comes_first() -> None:
    levels = [_read(line)[0] for line in _lines(sample_report())]
    assert levels == sorted(levels, key=("error", "warning", "notice").index)
    assert max(Counter(levels).values()) <= 10


def test_render__signs_of_commands_are_escaped_in_properties() -> None:
    finding = Finding(
        rule="x/y", severity=Severity.ERROR, message="m", location=Location(path="a,line=9::b%0A\n::error::c")
    )
    entry = Entry(check="x", title="x", outcome=Outcome.of([finding], summary="s"))
    (line,) = _lines(replace(empty_report(), entries=(entry,)))
    assert _read(line)[1]["file"] == r"a,line=9::b%0A\x0a::error::c"


@pytest.mark.parametrize("text", ["x" * 10_000, "%" * 10_000, "\n" * 10_000, "%0A::error::" * 1_000])
def test_render__a_message_is_at_most_4096_characters(text: str) -> None:
    finding = Finding(rule="x/y", severity=Severity.ERROR, message=text)
    entry = Entry(check="x", title="x", outcome=Outcome.of([finding], summary="s"))
    (line,) = _lines(replace(empty_report(), entries=(entry,)))
    data = line.partition(" ")[2].partition("::")[2]
    assert 4_000 < len(data) <= 4_096


def test_render__any_string_anywhere_makes_no_other_command() -> None:
    report = small_report()
    expected = [_read(line)[0] for line in _lines(report)]
    for text in strings(seed=15, count=COUNT // 5):
        lines = _lines(poisoned(report, text))
        assert [_read(line)[0] for line in lines] == expected
        assert all(set(_read(line)[1]) <= NAMES for line in lines)
        assert not any("##[" in line or "\r" in line for line in lines)
