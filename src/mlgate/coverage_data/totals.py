"""Reads the total of a coverage report: coverage.py's JSON, or XML in the format of Cobertura."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import Struct

MAX_BYTES = 200_000_000
_XML_BYTES = 65_536


class CoverageError(ValueError):
    """A coverage report cannot be read, or holds no total; the message says why."""


class Total(NamedTuple):
    """How much of the code ran: a share from 0 to 1, of lines, or of lines and branches where branches are measured."""

    share: float
    covered: int


class _Totals(Struct):
    percent_covered: float
    covered_lines: int = 1


class _Report(Struct):
    totals: _Totals


def read_total(data: bytes, name: str) -> Total:
    """Return the total of a report whose kind is told by the ending of its file name; raises `CoverageError`."""
    if len(data) > MAX_BYTES:
        raise CoverageError(f"it has {len(data):,} bytes, more than the {MAX_BYTES:,} that are read")
    return _read_xml(data) if name.endswith(".xml") else _read_json(data)


def _read_json(data: bytes) -> Total:
    try:
        totals = msgspec.json.decode(data, type=_Report).totals
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CoverageError("it has no `totals` with a `percent_covered`, as `coverage json` writes them") from None
    if not 0 <= totals.percent_covered <= 100:
        raise CoverageError("its total is not between 0 and 100 %")
    return Total(totals.percent_covered / 100, totals.covered_lines)


class _FirstElement(Exception):  # noqa: N818 - no error, but the way out of the parser
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        super().__init__()
        self.tag = tag
        self.attributes = attributes


def _read_xml(data: bytes) -> Total:
    from xml.parsers import expat

    def stop(tag: str, attributes: dict[str, str]) -> None:
        raise _FirstElement(tag, attributes)

    def refuse(*_: object) -> None:
        raise CoverageError("it declares entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler = stop
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data[:_XML_BYTES], False)
    except _FirstElement as first:
        if first.tag == "coverage":
            return _cobertura(first.attributes)
    except expat.ExpatError:
        pass
    raise CoverageError("it is no XML report of coverage")


def _cobertura(attributes: dict[str, str]) -> Total:
    """Return coverage.py's total from Cobertura's counts: lines and branches together."""
    try:
        lines, branches = int(attributes["lines-covered"]), int(attributes.get("branches-covered", "0"))
        of = int(attributes["lines-valid"]) + int(attributes.get("branches-valid", "0"))
    except (KeyError, ValueError):
        raise CoverageError("it does not say how many lines are covered") from None
    if of <= 0 or not 0 <= lines + branches <= of:
        raise CoverageError("its counts contradict each other")
    return Total((lines + branches) / of, lines)
