"""Reads pytest's JUnit report strictly: one regular file of bounded size, no document type, nothing expanded."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from mlgate.leftovers import read_left

MAX_BYTES = 64_000_000
MAX_DEPTH = 12
MAX_TEXT = 20_000
MAX_MESSAGE = 4_000
_CHUNK = 65_536


class JunitError(ValueError):
    """The report cannot be read; the message says why."""


class Result(StrEnum):
    """How one test ended. `unfinished` is one that began and of whose end the report knows nothing."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    UNFINISHED = "unfinished"


class Case(NamedTuple):
    """One test, or one file that could not be collected.

    `file` is relative to pytest's root folder, `line` is 1-based, `seconds` is wall time with set-up and teardown.
    """

    name: str
    classname: str
    file: str | None
    line: int | None
    seconds: float
    result: Result
    message: str = ""
    text: str = ""

    @property
    def local_name(self) -> str:
        """Return the test's name within its file, such as `TestModel::test_shape[2]`; nothing for a whole file."""
        if not self.classname:
            return ""
        module = (self.file or "").removesuffix(".py").replace("/", ".")
        classes = self.classname.removeprefix(module).strip(".") if module else self.classname
        return "::".join(part for part in (*classes.split("."), self.name) if part)


def read_junit(path: Path) -> tuple[Case, ...]:
    """Return the tests of a report in the order in which they ran; raises `JunitError`."""
    from xml.parsers import expat

    try:
        data = read_left(path, MAX_BYTES)
    except ValueError as error:
        raise JunitError(str(error)) from None
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        for begin in range(0, len(data), _CHUNK):
            parser.Parse(data[begin : begin + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise JunitError(f"it is not whole XML (line {error.lineno})" if data else "it is empty") from None
    return tuple(reader.cases)


def _refuse_doctype(*_: object) -> None:
    raise JunitError("it has a document type, which pytest never writes")


_RESULTS = {"failure": Result.FAILED, "error": Result.ERROR, "skipped": Result.SKIPPED}


class _Reader:
    """Takes the elements as they come and keeps bounded parts of them."""

    def __init__(self) -> None:
        self.cases: list[Case] = []
        self._path: list[str] = []
        self._case: Case | None = None
        self._text: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._path and tag not in ("testsuites", "testsuite"):
            raise JunitError("it is not a JUnit report")
        self._path.append(tag)
        if len(self._path) > MAX_DEPTH:
            raise JunitError(f"it is nested deeper than {MAX_DEPTH} levels")
        if tag == "testcase":
            self._case = _case(attributes)
        elif tag in _RESULTS and self._case and self._path[-2] == "testcase":
            is_xfail = attributes.get("type") == "pytest.xfail"
            result = Result.XFAILED if is_xfail else _RESULTS[tag]
            self._case = self._case._replace(result=result, message=attributes.get("message", "")[:MAX_MESSAGE])
            self._text = ""

    def characters(self, data: str) -> None:
        if self._text is not None:
            self._text = (self._text + data)[-MAX_TEXT:]

    def end(self, tag: str) -> None:
        self._path.pop()
        if self._case and tag in _RESULTS and self._text is not None:
            self._case = self._case._replace(text=self._text)
            self._text = None
        elif self._case and tag == "testcase":
            self.cases.append(self._case)
            self._case = None


def _case(attributes: dict[str, str]) -> Case:
    line = attributes.get("line", "")
    name = attributes.get("name")
    return Case(
        name=name or "",
        classname=attributes.get("classname", ""),
        file=attributes.get("file") or None,
        line=int(line) + 1 if line.isascii() and line.isdigit() and len(line) < 9 else None,
        seconds=_seconds(attributes.get("time", "")),
        result=Result.UNFINISHED if name is None else Result.PASSED,
    )


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) and found >= 0 else 0.0
