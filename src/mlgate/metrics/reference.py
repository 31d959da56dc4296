"""What the second baseline says of metrics: many small losses add up against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement
from mlgate.metrics.findings import size
from mlgate.reference import Reference
from mlgate.report import Baseline, Finding, Location, Row, Severity, Status, Table
from mlgate.text import amount, code


class Compared(NamedTuple):
    """What the second baseline adds to the report."""

    findings: tuple[Finding, ...] = ()
    table: Table | None = None


def compare_with(
    reference: Reference,
    judgements: Sequence[Judgement],
    main: Sequence[Judgement],
    place: Callable[[Judgement], Location | None],
    table: Callable[[Sequence[Judgement], Baseline], Table | None],
) -> Compared:
    """Return what the report says of the judgements against a reference; `main` are those against the baseline.

    What fails against the baseline is not said twice, and what was lost before this change is shown and not charged to
    it. `place` says where a metric stands, and `table` draws those that are compared.
    """
    if reference.context is None or reference.context.baseline is None:
        return Compared((reference.finding,) if reference.finding else ())
    known = {judgement.name: judgement for judgement in main}
    told = [judgement for judgement in judgements if judgement.policy.has_direction and _is_compared(judgement)]
    lost = [judgement for judgement in told if judgement.kind == "regression"]
    charged = [judgement for judgement in lost if _makes_worse(known.get(judgement.name))]
    findings = tuple(
        _finding(judgement, reference, place(judgement))
        for judgement in charged
        if judgement.name not in known or not known[judgement.name].fails
    )
    drawn = table(told, reference.context.baseline) if told else None
    if drawn is None:
        return Compared(findings)
    before = {code(judgement.name) for judgement in lost if judgement not in charged}
    rows = tuple(_lost_before(row) if row.cells[0] in before else row for row in drawn.rows)
    return Compared(findings, replace(drawn, title=f"Against {reference.title}", rows=rows, folded=not charged))


def _is_compared(judgement: Judgement) -> bool:
    return judgement.change is not None and judgement.kind != "no-metric"


def _makes_worse(judgement: Judgement | None) -> bool:
    """Return whether a metric is worse than at the baseline, or not known there."""
    if judgement is None or judgement.change is None:
        return True
    if judgement.kind == "unchanged":
        return False
    return judgement.change < 0 if judgement.policy.better == "higher" else judgement.change > 0


def _lost_before(row: Row) -> Row:
    return replace(row, cells=(*row.cells[:-1], "lost before this change"), status=Status.WARNED, decided=None)


def _finding(judgement: Judgement, reference: Reference, place: Location | None) -> Finding:
    before, now = wording.values(judgement)
    moved = f"{code(judgement.name)} {wording.moved(judgement)} ({before} → {now}) since {code(reference.name)}"
    ago = "" if reference.commits is None else f", {amount(reference.commits, 'commit')} ago"
    hint = (
        "each change was small enough, their sum is not: win it back, or release what is meant; "
        "the tolerance is that of the metric's rule"
    )
    return Finding(
        rule="metrics/creep",
        severity=Severity.ERROR,
        message=f"{moved}{ago}, more than the {wording.tolerated(judgement)} tolerated",
        location=place,
        hint=hint,
        subject=judgement.name,
        excess=size(judgement),
    )
