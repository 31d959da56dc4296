"""The table that says which runs of MLflow were compared, and out of how many."""

from __future__ import annotations

import time

from mlgate.metrics.config import COMMIT, MlflowConfig
from mlgate.metrics.mlflow.messages import Run
from mlgate.metrics.mlflow.runs import Tracked
from mlgate.report import Column, Row, Table
from mlgate.text import amount, code


def runs_table(tracked: Tracked, config: MlflowConfig) -> Table | None:
    """Return the runs of both sides, or None where there is none."""
    asked = "baseline" if config.baseline == COMMIT else f"baseline, {code(config.baseline)}"
    sides = ((asked, tracked.baseline), ("this PR", tracked.head))
    rows = tuple(_row(side, run) for side, run in sides if run is not None)
    if not rows:
        return None
    columns = (
        Column("side"),
        Column("run"),
        Column("experiment"),
        Column("commit"),
        Column("started", "right"),
        Column("taken of"),
    )
    return Table(title="Runs of MLflow that were compared", columns=columns, rows=rows, folded=True)


def run_words(run: Run) -> str:
    """Return a run by its name, id and experiment, with how long it took where that is known."""
    took = ""
    if run.started is not None and run.ended is not None:
        took = f", {(run.ended - run.started) / 60_000:,.1f} min"
    return f"{_name(run)} of {code(run.experiment)}{took}"


def _row(side: str, run: Run) -> Row:
    commit = code(run.commit[:7]) if run.commit else ""
    return Row(cells=(side, _name(run), code(run.experiment), commit, _date(run.started), _rivals(run)))


def _name(run: Run) -> str:
    return f"{code(run.name)} {code(run.id[:8])}" if run.name else code(run.id[:8])


def _rivals(run: Run) -> str:
    if not run.rivals:
        return ""
    others = [f"{run.nested} nested"] if run.nested else []
    others += [f"{run.elsewhere} of other experiments"] if run.elsewhere else []
    of = f" ({', '.join(others)})" if others else ""
    return f"the newest of {amount(run.rivals + 1, 'run')} of this commit{of}"


def _date(started: int | None) -> str:
    if started is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(started / 1000))
