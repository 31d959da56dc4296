"""Compares the coverage of a run with the floor and with what the baseline has on record."""

from __future__ import annotations

import math
from typing import NamedTuple

from mlgate.context import Context
from mlgate.coverage_data.totals import CoverageError, read_total
from mlgate.report import Excess, Finding, Measure, Severity
from mlgate.text import code
from mlgate.units import Share, Tolerance

RECORDS = ("coverage.json", "coverage.xml")
_KEYS = ("tests", "coverage")
_ROUNDING = 1e-9


class Judged(NamedTuple):
    """What is wrong with the coverage, its words for the ledger, and the number for machines."""

    findings: tuple[Finding, ...]
    note: str
    measures: tuple[Measure, ...] = ()


class Record(NamedTuple):
    """The coverage that a file at the baseline holds, or the reason why there is none."""

    share: float | None
    file: str | None = None
    reason: str = ""


def judge(context: Context, share: float, *, floor: Share | None, max_drop: Tolerance | None) -> Judged:
    """Return what the measured share, from 0 to 1, means against the floor and the baseline's record."""
    record = read_record(context)
    findings = [_below(context, share, floor), _fallen(context, share, record, max_drop)]
    change = "" if record.share is None else f" ({_signed(share - record.share)})"
    return Judged(
        findings=tuple(finding for finding in findings if finding),
        note=f"coverage {percent(share)} %{change}",
        measures=(Measure(name="coverage", baseline=_hundred(record.share), current=_hundred(share), unit="%"),),
    )


def read_record(context: Context) -> Record:
    """Return the coverage that is committed at the baseline, in the first of the known files that is there."""
    files = context.baseline_files
    if files is None:
        return Record(None, reason="there is no baseline")
    for name in RECORDS:
        data = files.read(name)
        if data is not None:
            try:
                return Record(read_total(data, name).share, name)
            except CoverageError as error:
                return Record(None, name, f"{code(name)} there cannot be read: {error}")
    return Record(None, reason="no coverage is on record there")


def percent(share: float, digits: int = 1) -> str:
    """Return a share in percent, cut and not rounded, so that 99.99 never reads as 100."""
    scale = 10**digits
    return f"{math.floor(share * 100 * scale + _ROUNDING) / scale:.{digits}f}"


def apart(one: float, other: float) -> tuple[str, str]:
    """Return two shares in percent with as many digits as it takes to tell them apart."""
    for digits in range(1, 5):
        shown = percent(one, digits), percent(other, digits)
        if shown[0] != shown[1]:
            break
    return shown


def _below(context: Context, share: float, floor: Share | None) -> Finding | None:
    if floor is None or share >= floor.value - _ROUNDING:
        return None
    shown, asked = apart(share, floor.value)
    return Finding(
        rule="tests/coverage-low",
        severity=Severity.ERROR,
        message=f"coverage is {shown} %, below the {asked} % asked for",
        location=context.config_location(*_KEYS, "min"),
        hint="test what `coverage report --show-missing` names",
        excess=Excess(floor.value - share, floor.value),
    )


def _fallen(context: Context, share: float, record: Record, max_drop: Tolerance | None) -> Finding | None:
    if max_drop is None:
        return None
    place = context.config_location(*_KEYS, "max_drop")
    if record.share is None:
        return Finding(
            rule="tests/coverage-unknown",
            severity=Severity.INFO if context.baseline is None else Severity.WARNING,
            message=f"the drop in coverage is not judged: {record.reason}",
            location=place,
            hint="commit a `coverage.json` (`coverage json`) or `coverage.xml` with the code it was measured on",
        )
    if record.share - share <= max_drop.number / 100 + _ROUNDING:
        return None
    before, now = apart(record.share, share)
    return Finding(
        rule="tests/coverage-drop",
        severity=Severity.ERROR,
        message=f"coverage fell by {(record.share - share) * 100:.1f} points ({before} % → {now} %), "
        f"more than the {max_drop.number:g} tolerated",
        location=place,
        hint=f"test what this change adds; the record is the baseline's {code(record.file)}",
        excess=Excess(record.share - share, record.share),
    )


def _signed(change: float) -> str:
    return f"{change * 100:+.1f}".replace("-", "−")


def _hundred(share: float | None) -> float | None:
    return None if share is None else share * 100
