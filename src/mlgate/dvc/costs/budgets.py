"""What stages took, against what they may take: by their own measure, and against the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.costs.baseline import Before
from mlgate.dvc.costs.figures import Figures, change, figures_of
from mlgate.dvc.records import Stage
from mlgate.dvc.rerun.records import Ending, Rerun
from mlgate.dvc.rerun.wording import seconds, size
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, codes


class Budget(Struct, frozen=True, kw_only=True):
    """The most wall seconds and bytes of memory of a stage, and the share by which it may take more than before."""

    seconds: float | None = None
    memory: float | None = None
    increase: float | None = None


class _Kind(NamedTuple):
    key: str
    field: str
    words: Callable[[float], str]
    about: str
    floor: float


# What grew by less than the floor is noise of the machine, whatever its share.
_KINDS = (
    _Kind("time", "seconds", seconds, "", 1.0),
    _Kind("memory", "memory", size, " of memory", 10e6),
    _Kind("output", "output", size, " of outputs", 1e6),
)


def over_budget(done: Rerun, context: Context, budget: Budget, before: Before) -> Iterator[Finding]:
    """Return a finding for each stage that took more than it may, and one where the increase could not be judged."""
    unknown: list[str] = []
    for run in done.runs:
        if run.ending is not Ending.DONE:
            continue
        now, then = figures_of(run), before.figures.get(run.stage.address, Figures())
        yield from _too_much(context, run.stage, now, budget)
        if budget.increase is not None:
            yield from _increased(context, run.stage, now, then, budget.increase)
            if then.seconds is None and run.stage.address in before.recorded:
                unknown.append(run.stage.address)
    if unknown:
        yield _not_judged(context, unknown, before.untold or "nobody kept its times")


def _too_much(context: Context, stage: Stage, now: Figures, budget: Budget) -> Iterator[Finding]:
    for kind, most in zip(_KINDS, (budget.seconds, budget.memory), strict=False):
        value = getattr(now, kind.field)
        if most is not None and value > most:
            words = f"took {kind.words(value)}{kind.about}, more than the {kind.words(most)} of its budget"
            yield _finding(context, stage, kind.key, kind.key, words)


def _increased(context: Context, stage: Stage, now: Figures, then: Figures, most: float) -> Iterator[Finding]:
    for kind in _KINDS:
        value, was = getattr(now, kind.field), getattr(then, kind.field)
        if not was or value - was < kind.floor or value <= was * (1 + most):
            continue
        words = (
            f"took {kind.words(value)}{kind.about}, {change(value, was)} against the {kind.words(was)} of the "
            f"baseline, where {most * 100:g} % more are allowed"
        )
        yield _finding(context, stage, "increase", f"{kind.key} increase", words)


def _finding(context: Context, stage: Stage, key: str, what: str, words: str) -> Finding:
    return Finding(
        rule="repro/over-budget",
        severity=Severity.ERROR,
        message=f"stage {code(stage.address)} {words}",
        location=context.location(stage.file, stage.line),
        hint=f"see what the change costs, or raise {code(f'repro: {{budgets: {{{key}: ...}}}}')}",
        subject=f"{stage.address}:{what}",
    )


def _not_judged(context: Context, addresses: list[str], why: str) -> Finding:
    return Finding(
        rule="repro/no-costs",
        severity=Severity.WARNING,
        message=f"whether {codes(addresses, 3)} took longer than at the baseline was not judged: {why}",
        location=context.config_location("repro", "budgets", "increase"),
        hint="keep the report of the main branch and name it, `repro: {costs: PATH}`",
    )


def unreadable_costs(before: Before) -> Iterator[Finding]:
    """Return a finding where the report that was kept cannot be read."""
    if before.problem is not None:
        yield Finding(
            rule="repro/no-costs",
            severity=Severity.WARNING,
            message=f"what stages took at the baseline is not known: {before.problem.message}",
            location=Location(path=before.problem.where) if before.problem.where else None,
            hint=before.problem.hint,
        )
