from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest

from mlgate.render.junit import render
from mlgate.report import Enforcement, Report, Status
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


def _parsed(report: Report) -> Xml.Element:
    return Xml.fromstring(render(report).encode("utf-8"))


def _counts(root: Xml.Element) -> dict[str, int]:
    cases = list(root.iter("testcase"))
    tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {"tests": len(cases)} | {
        kind: sum(case.find(tag) is not None for case in cases) for kind, tag in tags.items()
    }


def test_render__passing_has_neither_failures_nor_errors() -> None:
    root = _parsed(passing_report())
    assert {kind: root.get(kind) for kind in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "0",
        "errors": "0",
        "skipped": "1",
    }


def test_render__a_suite_a_check_and_a_case_a_finding() -> None:
    root = _parsed(friendly_report())
    assert [suite.get("name") for suite in root] == [entry.check for entry in friendly_report().entries]
    case = root.find("testsuite[@name='metrics']/testcase[@classname='metrics/regression']")
    assert case is not None
    assert (case.get("file"), case.get("line")) == ("out/metrics.json", "3")
    failure = case.find("failure")
    assert failure is not None
    assert "What to do: look at the slice airport = SFO" in (failure.text or "")


def test_render__a_warning_is_no_failure() -> None:
    suite = _parsed(friendly_report()).find("testsuite[@name='drift']")
    assert suite is not None
    assert suite.get("failures") == "0"
    assert len(suite.findall("testcase/system-out")) == 3


@pytest.mark.parametrize(
    ("status", "tag"),
    [
        (Status.PASSED, "system-out"),
        (Status.WARNED, "system-out"),
        (Status.WAIVED, "system-out"),
        (Status.FAILED, "failure"),
        (Status.ERROR, "error"),
        (Status.SKIPPED, "skipped"),
        (Status.INCONCLUSIVE, "skipped"),
    ],
)
def test_render__every_status(status: Status, tag: str) -> None:
    case = _parsed(report_of(status)).find("testsuite/testcase")
    assert case is not None
    assert [child.tag for child in case] == [tag]


def test_render__a_crash_that_only_warns_is_skipped_not_green() -> None:
    assert _counts(_parsed(report_of(Status.ERROR, enforcement=Enforcement.WARN)))["skipped"] == 1


def test_render__counts_agree_with_the_cases() -> None:
    for report in (friendly_report(), sample_report(), empty_report()):
        root = _parsed(report)
        assert {kind: int(root.get(kind, "")) for kind in _counts(root)} == _counts(root)
        for suite in root:
            assert {kind: int(suite.get(kind, "")) for kind in _counts(suite)} == _counts(suite)


def test_render__logs_stay_out() -> None:
    assert "SECRET-CANARY" not in render(sample_report())


def test_render__any_string_anywhere_is_valid_xml() -> None:
    report = small_report()
    tags = [element.tag for element in _parsed(report).iter()]
    for text in strings(seed=14, count=COUNT // 10):
        assert len([element.tag for element in _parsed(poisoned(report, text)).iter()]) == len(tags)
