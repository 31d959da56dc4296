"""The reader of JUnit reports: what pytest writes, and what nobody should."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlgate.pytest_run.junit import JunitError, Result, read_junit

FAILURE = '<failure message="assert 1 == 2&#10;more">test_a.py:3: in test\n#x1b[31mE   assert 1 == 2</failure>'


def report(tmp_path: Path, inside: str) -> Path:
    path = tmp_path / "junit.xml"
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite>{inside}</testsuite></testsuites>')
    return path


@pytest.mark.parametrize(
    ("inside", "result"),
    [
        pytest.param("", Result.PASSED, id="passed"),
        pytest.param("<system-out>said</system-out>", Result.PASSED, id="passed, with output"),
        pytest.param('<properties><property name="a" value="b"/></properties>', Result.PASSED, id="with properties"),
        pytest.param(FAILURE, Result.FAILED, id="failed"),
        pytest.param('<error message="failed on setup with &quot;x&quot;">E x</error>', Result.ERROR, id="error"),
        pytest.param('<skipped type="pytest.skip" message="why">a.py:1: why</skipped>', Result.SKIPPED, id="skipped"),
        pytest.param('<skipped type="pytest.xfail" message=""/>', Result.XFAILED, id="expected to fail"),
    ],
)
def test_read__result(tmp_path, inside, result):
    case = f'<testcase classname="test_a" name="test" file="test_a.py" line="1" time="0.5">{inside}</testcase>'
    (found,) = read_junit(report(tmp_path, case))
    assert (found.result, found.file, found.line, found.seconds) == (result, "test_a.py", 2, 0.5)


def test_read__failure_keeps_message_and_traceback(tmp_path):
    (found,) = read_junit(report(tmp_path, f'<testcase classname="test_a" name="test">{FAILURE}</testcase>'))
    assert found.message == "assert 1 == 2\nmore"
    assert found.text == "test_a.py:3: in test\n#x1b[31mE   assert 1 == 2"


def test_read__test_that_began_and_did_not_end(tmp_path):
    (found,) = read_junit(report(tmp_path, '<testcase time="0.000" />'))
    assert found.result is Result.UNFINISHED


@pytest.mark.parametrize(
    ("attributes", "local"),
    [
        pytest.param('classname="tests.test_a" name="test_x[.]" file="tests/test_a.py"', "test_x[.]", id="function"),
        pytest.param(
            'classname="tests.test_a.TestA" name="test_x" file="tests/test_a.py"', "TestA::test_x", id="class"
        ),
        pytest.param('classname="" name="tests.test_a" file="tests/test_a.py"', "", id="a file that was not collected"),
    ],
)
def test_read__name_within_the_file(tmp_path, attributes, local):
    (found,) = read_junit(report(tmp_path, f"<testcase {attributes}/>"))
    assert found.local_name == local


@pytest.mark.parametrize("time", ["nan", "inf", "-3", "soon", ""])
def test_read__time_that_is_none(tmp_path, time):
    (found,) = read_junit(report(tmp_path, f'<testcase name="a" time="{time}" line="1{time}"/>'))
    assert found.seconds == 0.0


def test_read__long_texts_are_cut(tmp_path):
    inside = f'<failure message="{"m" * 9_000}">begin{"x" * 900_000}end</failure>'
    (found,) = read_junit(report(tmp_path, f'<testcase name="a" classname="b">{inside}</testcase>'))
    assert (len(found.message), len(found.text)) == (4_000, 20_000)
    assert found.text.endswith("xend")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param("<testsuites><testsuite>", "it is not whole XML (line 1)", id="cut short"),
        pytest.param("<testsuites>\n<testcase></testsuites>", "it is not whole XML (line 2)", id="not closed"),
        pytest.param("<testsuites>&bomb;</testsuites>", "it is not whole XML (line 1)", id="unknown entity"),
        pytest.param("<html/>", "it is not a JUnit report", id="something else"),
        pytest.param("\x00\x01", "it is not whole XML (line 1)", id="binary"),
        pytest.param("<testsuites>" + "<a>" * 40, "it is nested deeper than 12 levels", id="deep"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY b "c">]><testsuites>&b;</testsuites>',
            "it has a document type, which pytest never writes",
            id="document type with an entity",
        ),
        pytest.param(
            '<!DOCTYPE a SYSTEM "file:///etc/hostname"><testsuites/>',
            "it has a document type, which pytest never writes",
            id="document type elsewhere",
        ),
    ],
)
def test_read__refuses(tmp_path, content, problem):
    path = tmp_path / "junit.xml"
    path.write_text(content)
    with pytest.raises(JunitError) as caught:
        read_junit(path)
    assert str(caught.value) == problem


def test_read__refuses_a_giant_before_it_is_parsed(tmp_path):
    path = tmp_path / "junit.xml"
    path.touch()
    os.truncate(path, 65_000_000)
    with pytest.raises(JunitError, match=r"longer than 64,000,000 bytes"):
        read_junit(path)


@pytest.mark.parametrize("kind", ["nothing", "folder", "pipe", "link"])
def test_read__refuses_what_is_no_file(tmp_path, kind):
    path = tmp_path / "junit.xml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/etc/hostname")
    with pytest.raises(JunitError, match="it is not there" if kind == "nothing" else "it is no regular file"):
        read_junit(path)
