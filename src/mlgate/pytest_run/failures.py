"""Turns what the report tells of each test into findings, counts and the table of the slowest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mlgate.pytest_run.junit import Case, Result
from mlgate.pytest_run.places import Places
from mlgate.report import Column, Finding, Row, Severity, Table
from mlgate.text import amount, code, shorten

MOST_FINDINGS = 200
_DETAIL_LINES = 40
_DETAIL_CHARACTERS = 4_000
_SLOW_SECONDS = 1.0
_SLOWEST = 5
_WRAPPED = re.compile(r'^failed on (?P<when>setup|teardown) with "(?P<said>.*)"$', re.DOTALL)
_RAISED = re.compile(r"^(?:E\s+)?(?P<said>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Failed|Interrupt|Warning)\b.*)$")


def find_failures(cases: Sequence[Case], places: Places) -> list[Finding]:
    """Return a finding for each test that failed or could not run, at most the first 200."""
    bad = [case for case in cases if case.result in (Result.FAILED, Result.ERROR)]
    return [_finding(case, places) for case in bad[:MOST_FINDINGS]]


def count_words(cases: Sequence[Case]) -> tuple[str, str]:
    """Return the two cells of the ledger: what failed or passed, and what did not run."""
    counts = Counter(case.result for case in cases)
    failed, errors, passed = counts[Result.FAILED], counts[Result.ERROR], counts[Result.PASSED]
    parts = [f"{failed:,} failed" if failed else "", amount(errors, "error") if errors else ""]
    parts.append(f"{passed:,} passed" if passed or not (failed or errors) else "")
    notes = [
        f"{counts[Result.SKIPPED]:,} skipped" if counts[Result.SKIPPED] else "",
        f"{counts[Result.XFAILED]:,} expected to fail" if counts[Result.XFAILED] else "",
        f"the first {MOST_FINDINGS} are listed" if failed + errors > MOST_FINDINGS else "",
    ]
    return ", ".join(part for part in parts if part), ", ".join(note for note in notes if note)


def slowest_table(cases: Sequence[Case]) -> Table | None:
    """Return the five slowest tests, or None where none took longer than a second."""
    slow = sorted((case for case in cases if case.seconds > _SLOW_SECONDS), key=lambda case: -case.seconds)[:_SLOWEST]
    if not slow:
        return None
    return Table(
        title="Slowest tests",
        columns=(Column("test"), Column("seconds", "right")),
        rows=tuple(Row(cells=(code(_node(case, case.file)), f"{case.seconds:,.1f}")) for case in slow),
        folded=True,
    )


def last_error(text: str) -> str | None:
    """Return the last line of a traceback that names what was raised, without pytest's mark."""
    marked = [line.removeprefix("E").strip() for line in text.splitlines() if line.startswith("E ")]
    raised = [found["said"] for line in text.splitlines() if (found := _RAISED.match(line))]
    return raised[-1] if raised else marked[-1] if marked else None


def tail(text: str) -> str:
    """Return the end of a foreign text, as much of it as a report may show."""
    return "\n".join(text.strip("\n").splitlines()[-_DETAIL_LINES:])[-_DETAIL_CHARACTERS:]


def _finding(case: Case, places: Places) -> Finding:
    import shlex

    file = (places.file(case.file) if case.file else None) or case.file
    node = _node(case, file) or case.name
    is_error = case.result is Result.ERROR
    return Finding(
        rule="tests/error" if is_error else "tests/failed",
        severity=Severity.ERROR,
        message=_message(case, node),
        location=places.in_test(case.text, case.file, case.line),
        hint=f"see it with {code('python -m pytest ' + shlex.quote(node))}" if case.file else None,
        subject=shorten(node, 200),
        detail=tail(case.text) or None,
    )


def _node(case: Case, file: str | None) -> str:
    return "::".join(part for part in (file, case.local_name) if part)


def _message(case: Case, node: str) -> str:
    if case.file is None and case.name == "internal":
        return f"pytest or one of its plugins broke: {_said(last_error(case.text))}"
    if not case.classname:
        return f"{code(node)} cannot be imported: {_said(last_error(case.text))}"
    wrapped = _WRAPPED.match(case.message)
    if wrapped:
        when = "set-up" if wrapped["when"] == "setup" else "tear-down"
        return f"{code(case.local_name)} failed on {when}: {_said(wrapped['said'])}"
    return f"{code(case.local_name)}: {_said(case.message)}"


def _said(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return code(lines[0].strip(), 200) if lines else "no reason given"
