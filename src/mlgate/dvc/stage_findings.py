"""The findings about stages: one for each stage and kind of fault, with all its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mlgate.documents import DocumentError, decode, locate
from mlgate.dvc.assessment import Assessment
from mlgate.dvc.lock import lock_path
from mlgate.dvc.paths import is_foreign
from mlgate.dvc.records import Stage
from mlgate.dvc.status import Fault, Reason
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, codes, command, plain

if TYPE_CHECKING:
    from mlgate.context import Context

_MOST = 3
_LEADS = {
    Fault.STALE: "is stale",
    Fault.HAND_EDITED: "did not write its metrics",
    Fault.BROKEN_CHAIN: "breaks the chain",
    Fault.MISSING: "cannot be reproduced",
    Fault.LEFT_OVER: "has more in the lock than in the pipeline",
    Fault.NOT_COMPARED: "was not compared in full",
    Fault.NOT_KEPT: "loses an output",
    Fault.DELETED: "lacks an output here",
    Fault.OUTSIDE: "reaches outside the repository",
}
_LINE_ENDS = "keep line ends as they are committed: `* text=auto eol=lf` in .gitattributes, then check out anew"
_SEVERITIES = {
    Fault.STALE: Severity.ERROR,
    Fault.HAND_EDITED: Severity.ERROR,
    Fault.BROKEN_CHAIN: Severity.ERROR,
    Fault.MISSING: Severity.ERROR,
    Fault.LEFT_OVER: Severity.WARNING,
    Fault.NOT_COMPARED: Severity.WARNING,
    Fault.DELETED: Severity.WARNING,
    Fault.OUTSIDE: Severity.INFO,
}


def stage_findings(found: Assessment, context: Context, *, fail_on_missing: bool) -> Iterator[Finding]:
    """Return the findings about the stages that have a lock, in the order of the pipeline."""
    for status in found.statuses:
        if status.stage.file in found.without_lock:
            continue
        if status.faults(Fault.NOT_LOCKED):
            yield _not_locked(status.stage, found, context)
        for fault in _LEADS:
            reasons = status.faults(fault)
            if reasons and not (fault is Fault.DELETED and found.bare):
                more = _dependents(reasons, found) if fault in (Fault.DELETED, Fault.NOT_KEPT) else ""
                yield _of_fault(status.stage, fault, reasons, context, more, fail_on_missing=fail_on_missing)


def _of_fault(
    stage: Stage, fault: Fault, reasons: tuple[Reason, ...], context: Context, more: str, *, fail_on_missing: bool
) -> Finding:
    if fault is Fault.NOT_KEPT:
        severity = Severity.ERROR if _was_kept(reasons, context) else Severity.INFO
    else:
        severity = Severity.ERROR if fault is Fault.NOT_COMPARED and fail_on_missing else _SEVERITIES[fault]
    rule = Fault.NOT_COMPARED if fault is Fault.OUTSIDE else fault
    return Finding(
        rule=f"repro/{rule}",
        severity=severity,
        message=f"stage {code(stage.address)} {_LEADS[fault]}: {_joined(reasons)}{more}",
        location=_place(reasons[0], stage, context),
        hint=_LINE_ENDS if all(reason.line_ends for reason in reasons) else _hint(stage, fault, reasons),
        subject=stage.address,
        detail="\n".join(plain(reason.words) for reason in reasons) if len(reasons) > _MOST else None,
    )


def _dependents(reasons: tuple[Reason, ...], found: Assessment) -> str:
    """Return in words which stages need outputs that are gone: DVC's status shows them, too."""
    gone = {reason.path for reason in reasons}
    needing = [
        status.stage.address
        for status in found.statuses
        if any(reason.path in gone for reason in status.faults(Fault.INPUT_LOST))
    ]
    return f"; needed by {codes(needing, _MOST)}" if needing else ""


def _was_kept(reasons: tuple[Reason, ...], context: Context) -> bool:
    """Return whether the baseline still had one of these outputs in git."""
    kept = context.baseline_tree
    return any(reason.path in kept for reason in reasons)


def _joined(reasons: tuple[Reason, ...]) -> str:
    more = len(reasons) - _MOST
    rest = [f"and {more} more"] if more > 0 else []
    return "; ".join([*(reason.words for reason in reasons[:_MOST]), *rest])


def _hint(stage: Stage, fault: Fault, reasons: tuple[Reason, ...]) -> str | None:
    if fault is Fault.MISSING:
        return "commit it, or track it with `dvc add`; or take it out of the stage's `deps`"
    if fault is Fault.HAND_EDITED:
        again = command("dvc", "repro", stage.address)
        return f"edited by hand, or written without DVC: run {again} and commit its outputs"
    if fault is Fault.LEFT_OVER:
        return f"run {_with_lock('commit', stage)}, with the data pulled"
    if fault is Fault.NOT_COMPARED:
        return "`dvc pull` brings it here; `repro: {missing_data: fail}` makes its absence a failure"
    if fault is Fault.NOT_KEPT:
        return "commit it, or let DVC keep it: take `cache: false` out"
    if fault is Fault.DELETED:
        return checkout_hint(reasons)
    if fault is Fault.OUTSIDE:
        return None
    return f"run {_with_lock('repro', stage)}"


def checkout_hint(reasons: Sequence[Reason]) -> str:
    """Return how outputs that are gone from the work tree come back from DVC's cache."""
    checkout = command("dvc", "checkout", *(reason.path or "" for reason in reasons))
    return f"{checkout} brings {'it' if len(reasons) == 1 else 'them'} back"


def _with_lock(verb: str, stage: Stage) -> str:
    return command("dvc", verb, stage.address, then=("git", "add", lock_path(stage.file)))


def _not_locked(stage: Stage, found: Assessment, context: Context) -> Finding:
    old = [entry.stage.name for entry in found.left_over if entry.stage.cmd == stage.cmd]
    renamed = f"; it looks like {code(old[0])} under a new name" if old else ""
    return Finding(
        rule="repro/not-locked",
        severity=Severity.ERROR,
        message=f"stage {code(stage.address)} has no entry in {code(lock_path(stage.file))}{renamed}",
        location=context.location(stage.file, stage.line),
        hint=f"run {_with_lock('repro', stage)}",
        subject=stage.address,
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
