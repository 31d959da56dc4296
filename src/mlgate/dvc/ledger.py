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
    changed = len([data for data, reasons in found.data if reasons])
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
    failing += [data.file for data, reasons in found.data if reasons]
    return codes(failing, 3) if failing else _not_compared(found)


def stage_table(found: Assessment) -> Table:
    """Return every stage with its state, and why."""
    rows = [_row(status) for status in found.statuses]
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


def _not_compared(found: Assessment) -> str:
    count = sum(len(status.faults(Fault.NOT_COMPARED)) for status in found.statuses)
    return f"{amount(count, 'dependency', 'dependencies')} not compared" if count else ""


def _row(status: StageStatus) -> Row:
    failing = [fault for fault in UNTRUE if status.faults(fault)]
    why = "; ".join(reason.words for reason in status.reasons)
    state = ", ".join(_STATES[fault] for fault in failing)
    quiet = len(status.faults(Fault.OUTSIDE, Fault.NOT_KEPT, Fault.DELETED)) == len(status.reasons)
    mark = Status.FAILED if failing else Status.PASSED if quiet else Status.WARNED
    if not failing:
        state = "frozen" if status.stage.frozen else "runs every time" if status.always else "up to date"
        if status.stage.frozen and not why:
            why, mark = "its dependencies are not looked at", Status.SKIPPED
    return Row(cells=(code(status.stage.address), state, why), status=mark)


def _verb(count: int) -> str:
    return "is" if count == 1 else "are"
