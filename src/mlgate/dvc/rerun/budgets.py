"""What stages took, against what they may take."""

from __future__ import annotations

from collections.abc import Iterator

from mlgate.context import Context
from mlgate.dvc.rerun.records import Ending, Rerun, StageRun
from mlgate.dvc.rerun.wording import seconds, size
from mlgate.report import Finding, Severity
from mlgate.text import code


def over_budget(done: Rerun, context: Context, time: float | None, memory: float | None) -> Iterator[Finding]:
    """Return a finding for each stage that took more wall seconds, or more bytes of memory, than it may."""
    for run in done.runs:
        if run.ending is not Ending.DONE:
            continue
        if time is not None and run.cost.seconds > time:
            words = f"took {seconds(run.cost.seconds)}, more than the {seconds(time)} of its budget"
            yield _finding(run, context, "time", words)
        if memory is not None and run.cost.memory > memory:
            words = f"took {size(run.cost.memory)} of memory, more than the {size(memory)} of its budget"
            yield _finding(run, context, "memory", words)


def _finding(run: StageRun, context: Context, what: str, words: str) -> Finding:
    return Finding(
        rule="repro/over-budget",
        severity=Severity.ERROR,
        message=f"stage {code(run.stage.address)} {words}",
        location=context.location(run.stage.file, run.stage.line),
        hint=f"see what the change costs, or raise {code(f'repro: {{budgets: {{{what}: ...}}}}')}",
        subject=f"{run.stage.address}:{what}",
    )
