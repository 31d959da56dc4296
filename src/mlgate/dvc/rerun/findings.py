"""Puts runs into findings: what did not come out the same, what failed, and what could not be run."""

from __future__ import annotations

import signal
from collections.abc import Iterator

from mlgate.context import Context
from mlgate.dvc.remote.findings import untrusted
from mlgate.dvc.rerun.records import Came, Ending, OutputRun, Refusal, Rerun, StageRun
from mlgate.dvc.rerun.wording import seconds, size
from mlgate.report import Finding, Severity
from mlgate.text import code, codes, command

_SEED = "give every source of chance in it a seed, or its metrics a tolerance; where the committed one is old, run "


def rerun_findings(done: Rerun, context: Context, *, fail_on_missing: bool) -> Iterator[Finding]:
    """Return what the runs found, what could not be run first."""
    for refusal in done.refusals:
        yield _refused(refusal, context)
    if done.not_pulled:
        yield untrusted(done.not_pulled, "nothing was pulled", Severity.WARNING)
    for run in done.runs:
        if run.ending is Ending.NO_DATA:
            yield _no_data(run, context, fail=fail_on_missing)
        elif run.ending is Ending.NEEDS_OTHER:
            yield _not_run(run, context, f"it needs {codes(run.missing)}, which did not run to its end")
        elif run.ending is not Ending.DONE:
            yield _failed(run, context)
        for out in run.outputs:
            if out.came in (Came.DIFFERENT, Came.WITHIN):
                yield _moved(run, out, context)


def _refused(refusal: Refusal, context: Context) -> Finding:
    return Finding(
        rule="repro/not-run",
        severity=Severity.ERROR if refusal.fails else Severity.WARNING,
        message=f"not run again: {refusal.words}" if refusal.about is None else refusal.words,
        location=context.config_location("repro", "rerun"),
        hint=refusal.hint,
        subject=refusal.about,
    )


def _no_data(run: StageRun, context: Context, *, fail: bool) -> Finding:
    return _not_run(
        run,
        context,
        f"{codes(run.missing, 3)} is neither in DVC's cache nor could it be pulled",
        severity=Severity.ERROR if fail else Severity.WARNING,
        hint="`dvc push` it where it was made; `repro: {missing_data: fail}` makes its absence a failure",
    )


def _not_run(
    run: StageRun, context: Context, why: str, *, severity: Severity = Severity.WARNING, hint: str | None = None
) -> Finding:
    return Finding(
        rule="repro/not-run",
        severity=severity,
        message=f"stage {code(run.stage.address)} was not run again: {why}",
        location=context.location(run.stage.file, run.stage.line),
        hint=hint,
        subject=run.stage.address,
    )


def _failed(run: StageRun, context: Context) -> Finding:
    words, hint = _fate(run)
    return Finding(
        rule="repro/failed",
        severity=Severity.ERROR,
        message=f"stage {code(run.stage.address)} {words}",
        location=context.location(run.stage.file, run.stage.line),
        hint=hint,
        subject=run.stage.address,
        detail=run.tail or None,
    )


def _fate(run: StageRun) -> tuple[str, str]:
    """Return how a stage failed, and what to do."""
    if run.ending is Ending.LATE:
        if run.limit <= 0:
            return "was not run again: the time of the check was used up", "raise it with `limits: {repro: 1h}`"
        words = f"was stopped at its time limit of {seconds(run.limit)}"
        return words, "see in the end of its output where it hangs, or raise `repro: {limit: ...}`"
    if run.ending is Ending.KILLED:
        peak = f", with {size(run.cost.memory)} in its largest process" if run.cost.memory else ""
        words = f"was killed by SIGKILL{peak}: so the kernel ends a process when memory runs out"
        return words, "give it less data or a machine with more memory"
    if run.ending is Ending.REFUSED:
        return "could not be run by DVC", "see the end of what DVC printed"
    named = _signal(run.code)
    words = (
        f"failed when it was run again: its command was ended by {named}"
        if named
        else (f"failed when it was run again: its command ended with {run.code}")
    )
    return words, "see the end of its output; what it needs besides its dependencies is not in a fresh checkout"


def _signal(exit_code: int) -> str | None:
    """Return the name of the signal in an exit code: negative by itself, or 128 more as a shell tells it."""
    number = -exit_code if exit_code < 0 else exit_code - 128
    try:
        return signal.Signals(number).name if number > 0 else None
    except ValueError:
        return None


def _moved(run: StageRun, out: OutputRun, context: Context) -> Finding:
    stage, path = code(run.stage.address), code(out.output.path)
    about = f": {out.words}" if out.words else ""
    place = context.location(run.stage.file, out.output.line or run.stage.line)
    if out.came is Came.WITHIN:
        return Finding(
            rule="repro/within-tolerance",
            severity=Severity.INFO,
            message=f"stage {stage} is reproduced within tolerance: {path} has other bytes{about}",
            location=place,
            subject=out.output.path,
        )
    return Finding(
        rule="repro/different",
        severity=Severity.ERROR,
        message=f"stage {stage} does not come out the same: {path} is another one{about}",
        location=place,
        hint=f"{_SEED}{command('dvc', 'repro', '-f', run.stage.address)} and commit what it makes",
        subject=out.output.path,
    )
