"""The words of the ledger and the table that runs make."""

from __future__ import annotations

from mlgate.dvc.rerun.records import Came, Ending, Rerun, StageRun
from mlgate.dvc.rerun.wording import seconds
from mlgate.report import Column, Row, Status, Table
from mlgate.text import amount, code, codes

_ENDINGS = {
    Ending.FAILED: "failed",
    Ending.KILLED: "killed",
    Ending.LATE: "stopped at its time limit",
    Ending.REFUSED: "not run by DVC",
    Ending.NO_DATA: "not run, data missing",
    Ending.NEEDS_OTHER: "not run",
}
_MARKS = {Came.SAME: Status.PASSED, Came.WITHIN: Status.PASSED, Came.DIFFERENT: Status.FAILED}


def run_words(done: Rerun) -> str:
    """Return in a few words how the runs came out."""
    if not done.runs:
        return "not run again" if done.refusals else "none to run again"
    good = [run for run in done.runs if run.ending is Ending.DONE and run.came in (Came.SAME, Came.WITHIN)]
    within = sum(run.came is Came.WITHIN for run in good)
    counts = f"{len(good)} of {amount(len(done.runs), 'stage')} reproduced"
    return f"{counts}, {within} of them within tolerance" if within else counts


def run_note(done: Rerun) -> str:
    """Return which stages did not come out as they should."""
    return codes(
        [run.stage.address for run in done.runs if run.ending is not Ending.DONE or run.came is Came.DIFFERENT]
    )


def run_table(done: Rerun) -> Table:
    """Return every run with its result and how long it took."""
    columns = (Column("Stage"), Column("Came out"), Column("Wall", "right"))
    note = "One stage, picked by the hash of the head commit." if done.sampled else None
    return Table(title="Run again", columns=columns, rows=tuple(map(_row, done.runs)), folded=True, note=note)


def _row(run: StageRun) -> Row:
    name = code(run.stage.address)
    if run.ending in (Ending.NO_DATA, Ending.NEEDS_OTHER):
        return Row(cells=(name, _ENDINGS[run.ending], ""), status=Status.SKIPPED)
    wall = seconds(run.cost.seconds)
    if run.ending is not Ending.DONE:
        return Row(cells=(name, _ENDINGS[run.ending], wall), status=Status.FAILED, decided=1)
    mark = _MARKS.get(run.came, Status.WARNED)
    return Row(cells=(name, run.came.value, wall), status=mark, decided=1 if mark is Status.FAILED else None)
