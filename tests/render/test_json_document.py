from __future__ import annotations

import contextlib
import json
import subprocess  # noqa: TID251 - a fresh interpreter shows what is imported
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from mlgate.render.json_document import ReportFileError, load, render
from mlgate.report import Entry, Location, Measure, Outcome, Report, Status
from mlgate.schemas import report_schema
from render.nasty import strings
from render.sample import (
    empty_report,
    friendly_report,
    passing_report,
    poisoned,
    report_of,
    sample_report,
    small_report,
)


def _document(report: Report) -> Any:
    return json.loads(render(report))


def _encoded(document: Any) -> bytes:
    return json.dumps(document).encode()


def _without_logs(report: Report) -> Report:
    entries = tuple(replace(entry, outcome=replace(entry.outcome, log=None)) for entry in report.entries)
    return replace(report, entries=entries)


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(friendly_report(), id="blocked"),
        pytest.param(passing_report(), id="passed"),
        pytest.param(empty_report(), id="empty"),
        *[pytest.param(report_of(status), id=status) for status in Status],
    ],
)
def test_load__gives_back_what_was_rendered(report: Report) -> None:
    assert load(render(report).encode()) == report


def test_load__gives_back_all_but_logs() -> None:
    assert load(render(small_report()).encode()) == _without_logs(small_report())


def test_render__nasty_report_is_stable_and_holds_no_log() -> None:
    text = render(sample_report())
    assert "SECRET-CANARY" not in text
    assert render(load(text.encode())) == text


def test_render__any_string_anywhere_comes_back() -> None:
    kept = small_report()
    for text in strings(seed=13, count=100):
        if "\udcff" not in text:
            poison = poisoned(kept, text)
            report = replace(poison, key=kept.key, head=kept.head, baseline=kept.baseline)
            assert load(render(report).encode()) == _without_logs(report)


def test_render__follows_its_schema() -> None:
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    for report in (friendly_report(), sample_report(), empty_report()):
        Draft202012Validator(schema).validate(_document(report))


def test_render__says_the_verdict_and_the_exit_code() -> None:
    document = _document(friendly_report())
    assert (document["schema"], document["verdict"], document["exit_code"]) == ("mlgate-report/1", "failed", 1)


def test_render__bytes_that_are_not_utf8_are_shown() -> None:
    entry = replace(report_of(Status.PASSED).entries[0], title="a\udcffb")
    assert _document(replace(empty_report(), entries=(entry,)))["entries"][0]["title"] == r"a\udcffb"


def test_render__numbers_that_are_not_finite_become_null() -> None:
    measures = (Measure(name="x", baseline=float("nan"), current=float("inf")),)
    entry = Entry(check="x", title="x", outcome=Outcome(status=Status.PASSED, summary="s", measures=measures))
    measure = _document(replace(empty_report(), entries=(entry,)))["entries"][0]["outcome"]["measures"][0]
    assert (measure["baseline"], measure["current"]) == (None, None)


def test_render__a_whole_number_beyond_all_floats_is_refused_in_a_line() -> None:
    measures = (Measure(name="x", baseline=3, current=10**400),)
    entry = Entry(check="x", title="x", outcome=Outcome(status=Status.PASSED, summary="s", measures=measures))
    with pytest.raises(ReportFileError, match="does not fit"):
        render(replace(empty_report(), entries=(entry,)))


def test_render__a_line_that_is_none_is_left_out() -> None:
    report = friendly_report()
    finding = replace(report.findings[0], location=Location(path="x", line=0))
    entry = replace(report.entries[0], outcome=replace(report.entries[0].outcome, findings=(finding,)))
    assert load(render(replace(report, entries=(entry,))).encode()).findings[0].location == Location(path="x")


def _changed(**changes: Any) -> bytes:
    return _encoded({**_document(friendly_report()), **changes})


def _first(**changes: Any) -> bytes:
    document = _document(friendly_report())
    document["entries"][0] |= changes
    return _encoded(document)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "not a report of mlgate", id="nothing"),
        pytest.param(b"<!doctype html>", "not a report of mlgate", id="a page"),
        pytest.param(b"\xff\xfe{}", "not a report of mlgate", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "not a report of mlgate", id="nested without end"),
        pytest.param(_changed(schema="mlgate-report/2"), "this mlgate reads mlgate-report/1", id="another version"),
        pytest.param(_changed(schema="<b>"), "this mlgate reads mlgate-report/1", id="a foreign schema"),
        pytest.param(_changed(comment="## hello"), "unknown field", id="ready-made Markdown"),
        pytest.param(_first(seconds="1"), "Expected `float`", id="a wrong type"),
        pytest.param(_first(seconds=True), "Expected `float`", id="true for a number"),
        pytest.param(_first(seconds=float("nan")), "malformed", id="NaN"),
        pytest.param(_first(seconds=float("inf")), "malformed", id="infinity"),
        pytest.param(_first(seconds=-1), "Expected `float` >= 0", id="a negative time"),
        pytest.param(_first(check="x" * 301), "length <= 300", id="a text over its bound"),
        pytest.param(_first(enforcement="maybe"), "Invalid enum value", id="an unknown word"),
        pytest.param(_changed(key="--><script>"), "matching regex", id="a hostile key"),
        pytest.param(_changed(head={"commit": "../.."}), "matching regex", id="no hash of a commit"),
        pytest.param(_changed(entries=None), "Expected `array`", id="no entries"),
        pytest.param(_changed(verdict="passed", exit_code=0), "failed, 1 follows", id="a forged verdict"),
        pytest.param(_changed(exit_code=0), "failed, 1 follows", id="a forged exit code"),
        pytest.param(
            render(friendly_report()).replace('"run": "123.1"', '"run": "1", "run": "2"').encode(),
            "duplicate key run",
            id="a key twice",
        ),
        pytest.param(_changed(run="1" + "0" * 5_000), "length <= 300", id="a long run"),
        pytest.param(render(friendly_report()).encode() + b"{}", "trailing characters", id="two documents"),
    ],
)
def test_load__refuses_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(ReportFileError) as caught:
        load(data)
    assert said in caught.value.message.replace("`", "") or said in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 500


def test_load__refuses_more_bytes_than_the_limit() -> None:
    with pytest.raises(ReportFileError, match="more than the 100 that are read"):
        load(render(friendly_report()).encode(), limit=100)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_load__a_damaged_report_is_refused_or_read_but_never_crashes(data: st.DataObject) -> None:
    raw = bytearray(render(small_report()).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with contextlib.suppress(ReportFileError):
        load(bytes(raw))


def test_import__is_light() -> None:
    program = "import sys, mlgate.render.json_document; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"rich", "yaml", "json", "mlgate.config", "mlgate.render.markdown"} & set(loaded)
