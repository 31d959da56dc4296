"""The line of the ledger and the table of stages that an assessment makes."""

from __future__ import annotations

from collections.abc import Iterator

from mlgate.dvc.assessment import Assessment
from mlgate.dvc.status import UNTRUE, Fault, StageStatus
from mlgate.report import Column, Row, Status, Table
from mlgate.text import amount, code, codes

_STATES = {
    Fault.NOT_LOCKED: "not in the lock",
    Fault.STALE: "stale",
    Fault.HAND_EDITED: "metrics edited",
    Fault.BROKEN_CHAIN: "broken chain",
    Fault.MISSING: "dependency missing",
}

_GONE = {
    Fault.DELETED: "output not here",
    Fault.NOT_KEPT: "output not in git",
    Fault.INPUT_LOST: "input not here",
}


def summary(found: Assessment) -> str:
    """Return in a few words how true the lock is."""
    if found.problems:
        return f"{amount(len({problem.where for problem in found.problems}), 'DVC file')} cannot be used"
    if found.clashes or found.circle:
        return "the pipeline is not one that DVC can run"
    if found.without_lock or found.ignored:
        return "stages without a committed lock"
    total = len(found.statuses)
    counts = [f"{count} of {amount(total, 'stage')} {words}" for words, count in _counts(found)]
    changed = len(_untrue_data(found))
    if changed:
        counts.append(f"{changed} of {amount(len(found.data), 'data file')} {_verb(changed)} stale")
    return ", ".join(counts) or _true(found)


def note(found: Assessment) -> str:
    """Return which stages, or which files, it is about."""
    if found.problems:
        return codes(sorted({problem.where or "" for problem in found.problems}), 3)
    if found.without_lock or found.ignored:
        return codes([*found.without_lock, *found.ignored], 3)
    failing = [status.stage.address for status in found.statuses if status.faults(*UNTRUE)]
    failing += _untrue_data(found)
    parts = [_not_compared(found), _not_here(found)]
    return codes(failing, 3) if failing else ", ".join(part for part in parts if part)


def stage_table(found: Assessment) -> Table:
    """Return every stage with its state, and why."""
    rows = [_row(status, is_bare=found.bare) for status in found.statuses]
    rows += [
        Row(
            cells=(code(entry.stage.name), "left over", f"not in the pipeline, only in {code(entry.file)}"),
            status=Status.WARNED,
        )
        for entry in found.left_over
    ]
    columns = (Column("Stage"), Column("State"), Column("Why"))
    return Table(title="Stages", columns=columns, rows=tuple(rows), folded=True)


def _counts(found: Assessment) -> Iterator[tuple[str, int]]:
    phrases = {
        Fault.STALE: ("is stale", "are stale"),
        Fault.NOT_LOCKED: ("is not in the lock", "are not in the lock"),
        Fault.HAND_EDITED: ("has edited metrics", "have edited metrics"),
        Fault.BROKEN_CHAIN: ("is out of the chain", "are out of the chain"),
        Fault.MISSING: ("is without a dependency", "are without a dependency"),
    }
    for fault, (one, many) in phrases.items():
        count = sum(bool(status.faults(fault)) for status in found.statuses)
        if count:
            yield one if count == 1 else many, count


def _true(found: Assessment) -> str:
    if not found.statuses:
        return f"{amount(len(found.data), 'data file')}, no stages"
    frozen = sum(status.stage.frozen for status in found.statuses)
    always = sum(status.always and not status.stage.frozen for status in found.statuses)
    extra = [f"{frozen} frozen"] if frozen else []
    extra += [f"{always} run every time"] if always else []
    return ", ".join(["lock is true", amount(len(found.statuses), "stage"), *extra])


def _untrue_data(found: Assessment) -> list[str]:
    """Return the `.dvc` files that do not record what is in the work tree."""
    return [data.file for data, reasons in found.data if any(reason.fault is not Fault.DELETED for reason in reasons)]


def _not_here(found: Assessment) -> str:
    gone = sum(len(status.faults(Fault.DELETED)) for status in found.statuses)
    gone += sum(reason.fault is Fault.DELETED for _, reasons in found.data for reason in reasons)
    lost = sum(len(status.faults(Fault.NOT_KEPT)) for status in found.statuses)
    parts = [f"{amount(gone, 'output')} not checked out"] if gone else []
    return ", ".join([*parts, *([f"{amount(lost, 'output')} not in git"] if lost else [])])


def _not_compared(found: Assessment) -> str:
    count = sum(len(status.faults(Fault.NOT_COMPARED)) for status in found.statuses)
    return f"{amount(count, 'dependency', 'dependencies')} not compared" if count else ""


def _row(status: StageStatus, *, is_bare: bool) -> Row:
    failing = [fault for fault in UNTRUE if status.faults(fault)]
    why = "; ".join(reason.words for reason in status.reasons)
    state = ", ".join(_STATES[fault] for fault in failing)
    told = (Fault.OUTSIDE, Fault.NOT_KEPT, Fault.INPUT_LOST, *((Fault.DELETED,) if is_bare else ()))
    quiet = len(status.faults(*told)) == len(status.reasons)
    mark = Status.FAILED if failing else Status.PASSED if quiet else Status.WARNED
    if not failing:
        gone = next((words for fault, words in _GONE.items() if status.faults(fault)), "up to date")
        state = "frozen" if status.stage.frozen else "runs every time" if status.always else gone
        if status.stage.frozen and not why:
            why, mark = "its dependencies are not looked at", Status.SKIPPED
    return Row(cells=(code(status.stage.address), state, why), status=mark)


def _verb(count: int) -> str:
    return "is" if count == 1 else "are"
