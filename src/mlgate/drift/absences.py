"""Puts into words why a comparison was not made: data is not here, a file cannot be read, a name is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.data.defects import absent_finding, unreadable_finding
from mlgate.data.messages import UnreadableError
from mlgate.data.pointing import Pointer
from mlgate.drift.pairings import Comparison
from mlgate.drift.rules import REFERENCE
from mlgate.dvc.versions import Version, Why
from mlgate.report import Finding, Severity
from mlgate.text import amount, code, codes, command

DATA_MISSING, UNREADABLE, UNKNOWN = "drift/data-missing", "drift/unreadable", "drift/unknown-data"
_MOST = 20


def missing_findings(context: Context, comparison: Comparison, other: str) -> Iterator[Finding]:
    """Yield what is not here now, then what the baseline had and cannot be had; `other` is how that side is called."""
    for absent in (*comparison.current.absent, *comparison.reference.absent)[:_MOST]:
        found = absent_finding(comparison.name, absent, _pointer(context, comparison))
        yield replace(found, rule=DATA_MISSING, location=found.location or comparison.location)
    lost = comparison.reference.lost
    if lost:
        said, hint = lost_words(context, lost, comparison.commit)
        yield Finding(
            rule=DATA_MISSING,
            severity=Severity.WARNING,
            message=f"data missing: {code(comparison.name)} was not compared with {other}, for {said}",
            location=comparison.location,
            hint=hint,
            subject=comparison.subject,
        )


def unreadable_side(
    context: Context, comparison: Comparison, path: str, error: UnreadableError, other: str | None
) -> Finding:
    """Return the finding for a file that is no table; `other` is how the reference is called, where it is in that."""
    found = unreadable_finding(comparison.name, path, error.event, _pointer(context, comparison))
    if other is None:
        return replace(found, rule=UNREADABLE, location=found.location or comparison.location)
    return replace(
        found,
        rule=UNREADABLE,
        severity=Severity.WARNING,
        message=f"{code(comparison.name)} was not compared with {other}: {found.message}",
        location=comparison.location,
    )


def unknown_finding(context: Context, comparison: Comparison, word: str, close: str | None) -> Finding:
    """Return the finding for a word of the config that is neither a dataset nor a data file."""
    known = list(context.config.datasets)
    if word == REFERENCE:
        return Finding(
            rule=UNKNOWN,
            severity=Severity.ERROR,
            message=f"{code('against: reference')} means the second baseline, and the config names none",
            location=comparison.location,
            hint="name it with `baseline: {reference: latest-tag}`, or a tag, branch or commit",
            subject=comparison.subject,
        )
    return Finding(
        rule=UNKNOWN,
        severity=Severity.ERROR,
        message=f"{code(word)} is neither a dataset nor a data file",
        location=comparison.location,
        hint=f"did you mean {code(close)}?" if close else f"datasets: {codes(known, 10)}" if known else None,
        subject=comparison.subject,
    )


def _pointer(context: Context, comparison: Comparison) -> Pointer:
    return Pointer(context, comparison.name, "", {})


def lost_words(context: Context, lost: tuple[Version, ...], commit: str | None = None) -> tuple[str, str | None]:
    """Return why some version of data cannot be had, the baseline's or that of a commit, and what brings it here."""
    first = lost[0]
    more = f" and {amount(len(lost) - 1, 'more file')}" if len(lost) > 1 else ""
    path = f"{code(first.path)}{more}"
    if first.why is Why.NOT_IN_CACHE:
        fetch = command("dvc", "fetch", "--all-commits", first.path)
        return f"{path} is not in DVC's cache", f"run {fetch} before mlgate"
    if first.why is Why.NOT_RECORDED:
        return f"no hash of {path} is recorded there", "run `dvc repro` on the base branch, and commit its `dvc.lock`"
    if first.why is Why.POINTER:
        commit = commit or (context.baseline.revision.short if context.baseline else "HEAD")
        return f"git holds only the pointer of Git LFS to {path}", f"run {code(f'git lfs fetch origin {commit}')} first"
    if first.error is not None:
        return f"{code(first.error.where or path)} cannot be read there: {first.error.message}", None
    return f"{path} is not there", None
