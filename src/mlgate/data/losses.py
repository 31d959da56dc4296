"""Puts into words what was not answered: a rule, a file or a contract that a worker did not come back from."""

from __future__ import annotations

from mlgate.data.child import Ending
from mlgate.data.messages import Defect, Stage, Unreadable
from mlgate.data.plan import RULE
from mlgate.data.pointing import Pointer
from mlgate.data.session import Lost
from mlgate.report import Finding, Severity
from mlgate.text import code

UNFINISHED = "data/unfinished"
_MEMORY_SIGNAL = 9
_MEMORY_HINT = "most likely memory ran out: split the data into several files, or give the machine more"
_HAND_OVER_HINT = "let TMPDIR name a folder that has room, and that the workers can read by the same path"


def lost_finding(dataset: str, contract: str, path: str, lost: Lost, limit: str, point: Pointer) -> Finding:
    """Return the finding for a step that was lost; `path` is the file, `limit` the time that a step may take."""
    step = lost.step
    how = _how(lost.ending, limit)
    hint = _hint(lost)
    rule, location, subject = UNFINISHED, point.contract(), dataset
    if step.stage is Stage.LOAD:
        message = f"the contract {code(contract)}, while it was imported, {how}"
        rule, subject = (UNFINISHED if lost.ending.late else RULE), contract
    elif step.stage is Stage.READ:
        message, location = f"reading {code(path)} {how}", point.file(path)
    elif step.stage is Stage.STRUCTURE:
        message = f"asking the columns and types of {code(dataset)} {how}; none of its checks were run"
    else:
        column = f"column {code(step.column)} of {code(dataset)}" if step.column else code(dataset)
        message = f"{column}: {code(step.shown, 120)} {how}; the other rules were asked without it"
        location = point.row(None, (), step.column, step.line)
        subject = f"{dataset}.{step.column}" if step.column else dataset
    return Finding(rule=rule, severity=Severity.ERROR, message=message, location=location, hint=hint, subject=subject)


def unstarted(ending: Ending, limit: str) -> tuple[str, str]:
    """Return what became of a worker that ended before it came to any contract, and what to do."""
    if ending.late or ending.code < 0:
        how = _how(ending, limit) if ending.late else f"was ended by {code(signal_name(-ending.code))}"
        said = f"the process that asks the contracts {how} before it came to any"
        return said, _MEMORY_HINT if ending.code == -_MEMORY_SIGNAL else "see the log with `--verbose`"
    hint = "run `python -c 'import pandera'` with mlgate's Python, and see the log with `--verbose`"
    return "pandera could not be started", hint


def passed_over_finding(dataset: str, lost: Lost, limit: str, point: Pointer) -> Finding:
    """Return the finding for a rule that was not asked of a dataset, because it was lost on another one before."""
    step = lost.step
    column = f"column {code(step.column)} of {code(dataset)}" if step.column else code(dataset)
    return Finding(
        rule=UNFINISHED,
        severity=Severity.ERROR,
        message=f"{column}: {code(step.shown, 120)} was not asked, for it {_how(lost.ending, limit)} before",
        location=point.row(None, (), step.column, step.line),
        hint=_hint(lost),
        subject=f"{dataset}.{step.column}" if step.column else dataset,
    )


def engine_finding(dataset: str, found: Unreadable, point: Pointer) -> Finding:
    """Return the finding for an engine that could not be started or broke down, or could not be handed the rows."""
    said = f"{found.subject} said {code(found.said.rstrip('.'))}"
    if found.defect is Defect.HANDING_OVER:
        said = f"its rows cannot be handed to Spark's workers in {code(found.subject)}: {found.said}"
    hints = {
        "DuckDB": "give it more with `duckdb: {memory: 4GB}` in the config, and make room in the temporary folder",
        "Spark": "run `java -version`: Spark needs 17 or newer; its workers need the files by the same path as here",
    }
    return Finding(
        rule=UNFINISHED,
        severity=Severity.ERROR,
        message=f"{code(dataset)} was not asked to the end: {said}",
        location=point.config("engine"),
        hint=_HAND_OVER_HINT if found.defect is Defect.HANDING_OVER else hints.get(found.subject),
        subject=dataset,
    )


def unasked_finding(dataset: str, point: Pointer) -> Finding:
    """Return the finding for a dataset that the time limit of the check cut short."""
    return Finding(
        rule=UNFINISHED,
        severity=Severity.ERROR,
        message=f"{code(dataset)} was not asked to the end: the check's own time limit was reached",
        location=point.contract(),
        hint="raise it with `limits: {data: ...}` in the config",
        subject=dataset,
    )


def _how(ending: Ending, limit: str) -> str:
    if ending.late:
        return f"did not end within {limit} and was stopped"
    if ending.code < 0:
        return f"crashed the process ({code(signal_name(-ending.code))})"
    return f"ended the process with exit code {ending.code}"


def signal_name(number: int) -> str:
    """Return the name of a signal, such as `SIGSEGV`."""
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _hint(lost: Lost) -> str | None:
    ending, step = lost.ending, lost.step
    if ending.late:
        longer = "raise `timeout` in the `data` section of the config if it needs longer"
        if step.stage is Stage.CHECK and "str_" in step.shown:
            return f"a pattern with repeats inside repeats, such as `(a+)+`, can take for ever: rewrite it, or {longer}"
        return longer
    if ending.code == -_MEMORY_SIGNAL:
        return _MEMORY_HINT
    if ending.code >= 0 and step.stage is Stage.LOAD:
        return "put what is meant for the command line below `if __name__ == '__main__':`"
    return None
