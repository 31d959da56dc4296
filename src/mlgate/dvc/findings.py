"""Puts an assessment into findings: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mlgate.documents import DocumentError, decode, locate
from mlgate.dvc.assessment import Assessment, LeftOver
from mlgate.dvc.lock import lock_path
from mlgate.dvc.paths import is_foreign
from mlgate.dvc.records import Stage
from mlgate.dvc.status import Fault, Reason
from mlgate.errors import MlgateError
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code, plain

if TYPE_CHECKING:
    from mlgate.context import Context

_MOST = 3
_LEADS = {
    Fault.STALE: "is stale",
    Fault.BROKEN_CHAIN: "breaks the chain",
    Fault.MISSING: "cannot be reproduced",
    Fault.LEFT_OVER: "has more in the lock than in the pipeline",
    Fault.NOT_COMPARED: "was not compared in full",
    Fault.NOT_KEPT: "loses an output",
    Fault.OUTSIDE: "takes data from elsewhere",
}
_SEVERITIES = {
    Fault.STALE: Severity.ERROR,
    Fault.BROKEN_CHAIN: Severity.ERROR,
    Fault.MISSING: Severity.ERROR,
    Fault.LEFT_OVER: Severity.WARNING,
    Fault.NOT_COMPARED: Severity.WARNING,
    Fault.OUTSIDE: Severity.INFO,
}


def all_findings(found: Assessment, context: Context, *, fail_on_missing: bool) -> list[Finding]:
    """Return the findings of an assessment, those that stop everything else first."""
    return [
        *map(_unreadable, found.problems),
        *_malformed(found, context),
        *(_no_lock(file, found, context) for file in found.without_lock),
        *(_ignored_lock(path, context) for path in found.ignored),
        *_of_stages(found, context, fail_on_missing=fail_on_missing),
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


def _of_stages(found: Assessment, context: Context, *, fail_on_missing: bool) -> Iterator[Finding]:
    for status in found.statuses:
        if status.stage.file in found.without_lock:
            continue
        if status.faults(Fault.NOT_LOCKED):
            yield _not_locked(status.stage, found, context)
        for fault in _LEADS:
            reasons = status.faults(fault)
            if reasons:
                yield _of_fault(status.stage, fault, reasons, context, fail_on_missing=fail_on_missing)


def _of_fault(
    stage: Stage, fault: Fault, reasons: tuple[Reason, ...], context: Context, *, fail_on_missing: bool
) -> Finding:
    if fault is Fault.NOT_KEPT:
        severity = Severity.WARNING if _was_kept(reasons, context) else Severity.INFO
    else:
        severity = Severity.ERROR if fault is Fault.NOT_COMPARED and fail_on_missing else _SEVERITIES[fault]
    rule = Fault.NOT_COMPARED if fault is Fault.OUTSIDE else fault
    return Finding(
        rule=f"repro/{rule}",
        severity=severity,
        message=f"stage {code(stage.address)} {_LEADS[fault]}: {_joined(reasons)}",
        location=_place(reasons[0], stage, context),
        hint=_hint(stage, fault),
        subject=stage.address,
        detail="\n".join(plain(reason.words) for reason in reasons) if len(reasons) > _MOST else None,
    )


def _was_kept(reasons: tuple[Reason, ...], context: Context) -> bool:
    """Return whether the baseline still had one of these outputs in git."""
    kept = context.baseline_tree
    return any(reason.path in kept for reason in reasons)


def _joined(reasons: tuple[Reason, ...]) -> str:
    more = len(reasons) - _MOST
    rest = [f"and {more} more"] if more > 0 else []
    return "; ".join([*(reason.words for reason in reasons[:_MOST]), *rest])


def _hint(stage: Stage, fault: Fault) -> str | None:
    if fault is Fault.MISSING:
        return "commit it, or track it with `dvc add`; or take it out of the stage's `deps`"
    if fault is Fault.LEFT_OVER:
        return f"run {code(_command('dvc commit', stage))}, with the data pulled"
    if fault is Fault.NOT_COMPARED:
        return "`dvc pull` brings it here; `repro: {missing_data: fail}` makes its absence a failure"
    if fault is Fault.NOT_KEPT:
        return "commit it, or let DVC keep it: take `cache: false` out"
    if fault is Fault.OUTSIDE:
        return None
    return f"run {code(_command('dvc repro', stage))}"


def _command(verb: str, stage: Stage) -> str:
    from shlex import quote

    return f"{verb} {quote(stage.address)} && git add {quote(lock_path(stage.file))}"


def _not_locked(stage: Stage, found: Assessment, context: Context) -> Finding:
    old = [entry.stage.name for entry in found.left_over if entry.stage.cmd == stage.cmd]
    renamed = f"; it looks like {code(old[0])} under a new name" if old else ""
    return Finding(
        rule="repro/not-locked",
        severity=Severity.ERROR,
        message=f"stage {code(stage.address)} has no entry in {code(lock_path(stage.file))}{renamed}",
        location=context.location(stage.file, stage.line),
        hint=f"run {code(_command('dvc repro', stage))}",
        subject=stage.address,
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


def _place(reason: Reason, stage: Stage, context: Context) -> Location:
    if is_foreign(reason.file):
        return context.location(stage.file, stage.line)
    if reason.key is None:
        return context.location(reason.file, reason.line)
    return context.location(reason.file, _line_of(reason.file, reason.key, context))


def _line_of(file: str, key: str, context: Context) -> int | None:
    """Return the line of a parameter in its file, or of the nearest key above it."""
    if file.endswith((".py", ".toml")):
        return None
    parts: Iterable[str | int] = (int(part) if part.isdigit() else part for part in key.split("."))
    try:
        position = locate(decode(context.read(file)), tuple(parts))
    except DocumentError:
        return None
    return position.line if position else None
