"""Puts an assessment into findings: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlgate.dvc.assessment import Assessment, LeftOver
from mlgate.dvc.lock import lock_path
from mlgate.dvc.stage_findings import stage_findings
from mlgate.dvc.status import Fault
from mlgate.errors import MlgateError
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code

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
        hint=f"run {code(f'dvc repro {file} && git add {lock}')}, or bring the lock back from the history",
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
            verb = "dvc update" if reason.fault is Fault.EDITED else "dvc commit"
            yield Finding(
                rule="repro/stale",
                severity=Severity.ERROR,
                message=reason.words,
                location=context.location(reason.file, reason.line),
                hint=f"run {code(f'{verb} {data.file}')} and commit the file",
                subject=data.file,
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
