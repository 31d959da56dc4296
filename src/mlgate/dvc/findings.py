"""Puts an assessment into findings: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlgate.dvc.assessment import Assessment, LeftOver
from mlgate.dvc.lock import lock_path
from mlgate.dvc.stage_findings import checkout_hint, stage_findings
from mlgate.dvc.status import Fault
from mlgate.errors import MlgateError
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code, codes, command

if TYPE_CHECKING:
    from mlgate.context import Context


def all_findings(found: Assessment, context: Context, *, fail_on_missing: bool) -> list[Finding]:
    """Return the findings of an assessment, those that stop everything else first."""
    return [
        *map(_unreadable, found.problems),
        *_malformed(found, context),
        *(_no_lock(file, found, context) for file in found.without_lock),
        *(_ignored_lock(path, context) for path in found.ignored),
        *stage_findings(found, context, fail_on_missing=fail_on_missing),
        *_of_data(found, context),
        *(_not_checked_out(found, context) if found.bare else ()),
        *(_left_over(entry, context) for entry in found.left_over),
        *(_orphan(path, context) for path in found.orphans),
    ]


def _unreadable(problem: MlgateError) -> Finding:
    path, _, rest = (problem.where or "").partition(":")
    line, _, column = rest.partition(":")
    digits = [int(part) if part.isdigit() else None for part in (line, column)]
    return Finding(
        rule="repro/unreadable",
        severity=Severity.ERROR,
        message=f"{code(path)} cannot be used: {problem.message}" if path else problem.message,
        location=Location(path=path, line=digits[0], column=digits[1]) if path else None,
        hint=problem.hint,
        subject=path or None,
    )


def _malformed(found: Assessment, context: Context) -> Iterator[Finding]:
    for one, other in found.clashes:
        same = one.path == other.path
        both = f"{code(one.path)} is an output of both {other.by} and {one.by}"
        inside = f"{code(one.path)} of {one.by} lies in {code(other.path)}, the output of {other.by}"
        yield Finding(
            rule="repro/overlap",
            severity=Severity.ERROR,
            message=both if same else inside,
            location=context.location(one.file, one.line),
            hint="give each output one stage and a folder of its own; DVC refuses to work until then",
            subject=one.path,
        )
    if found.circle:
        names = [code(stage.address) for stage in (*found.circle, found.circle[0])]
        yield Finding(
            rule="repro/cycle",
            severity=Severity.ERROR,
            message="stages need each other in a circle: " + " needs ".join(names),
            location=context.location(found.circle[0].file, found.circle[0].line),
            hint="take one of these dependencies out; DVC refuses to work until then",
            subject=found.circle[0].address,
        )


def _no_lock(file: str, found: Assessment, context: Context) -> Finding:
    count = sum(stage.file == file for stage in found.pipelines.stages)
    lock = lock_path(file)
    return Finding(
        rule="repro/no-lock",
        severity=Severity.ERROR,
        message=f"{code(file)} has {amount(count, 'stage')} and there is no {code(lock)} beside it",
        location=context.location(file, 1),
        hint=f"run {command('dvc', 'repro', file, then=('git', 'add', lock))}, or bring the lock back from the history",
        subject=lock,
    )


def _ignored_lock(path: str, context: Context) -> Finding:
    return Finding(
        rule="repro/no-lock",
        severity=Severity.ERROR,
        message=f"git ignores {code(path)}, so nobody else has it",
        location=context.location(path),
        hint="take it out of `.gitignore` and commit it; DVC refuses to work until then",
        subject=path,
    )


def _of_data(found: Assessment, context: Context) -> Iterator[Finding]:
    for data, reasons in found.data:
        for reason in reasons:
            is_deleted = reason.fault is Fault.DELETED
            if is_deleted and found.bare:
                continue
            verb = "dvc update" if reason.fault is Fault.EDITED else "dvc commit"
            mend = f"run {code(f'{verb} {data.file}')} and commit the file"
            yield Finding(
                rule="repro/deleted" if is_deleted else "repro/stale",
                severity=Severity.WARNING if is_deleted else Severity.ERROR,
                message=reason.words,
                location=context.location(reason.file, reason.line),
                hint=checkout_hint([reason]) if is_deleted else mend,
                subject=data.file,
            )


def _not_checked_out(found: Assessment, context: Context) -> Iterator[Finding]:
    """Yield that DVC's cache holds outputs of which the work tree has few: no sign that anybody deleted one."""
    of_stages = [(status.stage.address, reason) for status in found.statuses for reason in status.reasons]
    of_data = [(data.file, reason) for data, reasons in found.data for reason in reasons]
    gone = [(name, reason) for name, reason in (*of_stages, *of_data) if reason.fault is Fault.DELETED]
    one = len(gone) == 1
    verb = "is" if one else "are"
    paths = codes([reason.path or "" for _, reason in gone], 3)
    yield Finding(
        rule="repro/deleted",
        severity=Severity.INFO,
        message=f"{paths} {verb} in DVC's cache and not in the work tree, "
        "where most of what DVC keeps was not checked out",
        location=context.location(gone[0][1].file, gone[0][1].line),
        hint=f"`dvc checkout` brings {'it' if one else 'them'} back",
        subject=gone[0][0],
    )


def _left_over(entry: LeftOver, context: Context) -> Finding:
    return Finding(
        rule="repro/left-over",
        severity=Severity.WARNING,
        message=f"{code(entry.file)} holds the stage {code(entry.stage.name)}, which the pipeline no longer has",
        location=context.location(entry.file, entry.stage.line),
        hint="delete its entry; DVC leaves it there",
        subject=f"{entry.file}:{entry.stage.name}",
    )


def _orphan(path: str, context: Context) -> Finding:
    return Finding(
        rule="repro/left-over",
        severity=Severity.WARNING,
        message=f"{code(path)} has no `dvc.yaml` beside it",
        location=context.location(path),
        hint="delete it, or bring the `dvc.yaml` back",
        subject=path,
    )
