"""The hidden last line of a comment, by which the next run finds the comment of the same key again."""

from __future__ import annotations

from mlgate.render.escape import marker_word
from mlgate.report import Report


def marker(report: Report) -> str:
    """Return the marker line of a report: its key, its run, and the commit that it speaks of."""
    run = marker_word(report.run) if report.run else "local"
    head = marker_word(report.head.short) if report.head else "none"
    return f"{prefix(report.key)}run={run} head={head} -->"


def prefix(key: str) -> str:
    """Return how the marker of every report with this key begins."""
    return f"<!-- mlgate:{marker_word(key)} "
