"""Whom a finding is charged to: what the baseline's README has too is not this pull request's doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mlgate.report import Column, Finding, Row, Table
from mlgate.text import code


class Charged(NamedTuple):
    """The findings that count, and those that were there before."""

    new: tuple[Finding, ...]
    old: tuple[Finding, ...]


def charge(findings: Sequence[Finding], before: Sequence[Finding], renamed: Mapping[str, str]) -> Charged:
    """Return the findings apart; each one of the baseline stands for one now. `renamed` is from old path to new."""
    known = Counter(_identity(finding, renamed) for finding in before)
    new, old = [], []
    for finding in findings:
        identity = _identity(finding, {})
        if known[identity] > 0:
            known[identity] -= 1
            old.append(finding)
        else:
            new.append(finding)
    return Charged(tuple(new), tuple(old))


def old_table(old: Sequence[Finding]) -> Table:
    """Return the folded table of findings that are not charged."""
    rows = (Row(cells=(code(finding.location), code(finding.rule), finding.message)) for finding in old)
    return Table(
        title="README: already so at the baseline, not charged",
        columns=(Column("where"), Column("rule"), Column("finding", "left")),
        rows=tuple(rows),
        folded=True,
    )


def _identity(finding: Finding, renamed: Mapping[str, str]) -> tuple[str | None, ...]:
    """Return what makes two findings the same: lines move, so they do not count; what differs from what does."""
    path = finding.location.path if finding.location else ""
    return (finding.rule, renamed.get(path, path), finding.subject, finding.message, finding.detail)
