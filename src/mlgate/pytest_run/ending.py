"""Says how a run of pytest ended: its exit code and its report must agree, or there is no verdict.

The exit codes are pytest's (`pytest.ExitCode`): 0 all passed, 1 some failed, 2 interrupted, 3 internal error, 4 usage
error, 5 no tests.
"""

from __future__ import annotations

import re

from mlgate.errors import ToolFailedError, ToolMissingError
from mlgate.pytest_run.failures import find_failures, last_error
from mlgate.pytest_run.junit import Case, Result
from mlgate.pytest_run.places import Places
from mlgate.pytest_run.session import Session
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code

PASSED, FAILED, INTERRUPTED, INTERNAL, USAGE, NO_TESTS = range(6)
_MISSING = re.compile(r": No module named '?(?P<name>pytest|coverage)\b")
_EARLY_EXIT = re.compile(r"^!+ (?:_pytest\.outcomes\.)?Exit: (?P<said>.*?) !+$", re.MULTILINE)
_CONFTEST = re.compile(r"^ImportError while loading conftest '(?P<file>[^'\n]+)'", re.MULTILINE)
_REFUSAL = re.compile(r"^(?:ERROR: (?!usage:)|[^\n]*?: error: )(?P<said>.+)$", re.MULTILINE)
_FATAL = re.compile(r"Fatal Python error: (?P<said>[^\n]+)")
_COMPLAINT = re.compile(r"^(?:FAIL|ERROR|FATAL|Coverage failure)\b:?\s*(?P<said>.+)$", re.MULTILINE | re.IGNORECASE)
_RAN = (Result.PASSED, Result.FAILED, Result.ERROR, Result.XFAILED)


def find_problems(session: Session, places: Places, *, asked_for: bool) -> list[Finding]:
    """Return what is wrong with the tests and with how the run ended.

    Raises `ToolMissingError` or `ToolFailedError` when the run gave no verdict. `asked_for` says whether the config
    wants tests, so that finding none is a failure.
    """
    _require_verdict(session, places)
    findings = find_failures(session.cases, places)
    ending = _ending(session, places, failures=bool(findings), asked_for=asked_for)
    return [*findings, ending] if ending else findings


def _require_verdict(session: Session, places: Places) -> None:
    finished = session.finished
    if finished.timed_out:
        place = places.innermost(_interrupted_part(finished.text))
        where = f" in {code(place)}" if place else ""
        longer = f"{max(1, round(session.limit * 2 / 60))}m"
        raise ToolFailedError(
            f"the tests were stopped after {session.limit:,g} s{where}, near their time limit",
            hint=f"raise it with `limits: {{tests: {longer}}}` if they need longer",
            log=session.log,
        )
    missing = _MISSING.search(finished.text[-2000:]) if session.problem and finished.code == FAILED else None
    if missing:
        raise ToolMissingError(
            f"{code(missing['name'])} is not installed in the project's interpreter",
            hint=f"install {missing['name']} there, or name another interpreter with `project: {{python: ...}}`",
        )
    if session.problem and finished.code in (PASSED, FAILED, INTERRUPTED, NO_TESTS):
        said = finished.text.strip().rpartition("\n")[2]
        raise ToolFailedError(
            f"pytest ended with exit code {finished.code}, but its report cannot be read: {session.problem}",
            hint=f"its last words: {code(said)}" if said else "it said nothing",
            log=session.log,
        )


def _ending(session: Session, places: Places, *, failures: bool, asked_for: bool) -> Finding | None:
    ended = session.finished.code
    if ended < 0 or ended > NO_TESTS:
        return _crash(session, places)
    if ended == USAGE:
        return _refusal(session, places)
    if ended == INTERNAL:
        return None if failures else _error("error", f"pytest broke: {_last_words(session)}")
    early = _early_end(session, places)
    if early:
        return early
    if failures:
        return None
    if ended in (FAILED, INTERRUPTED):
        return _error(
            "unexplained",
            f"pytest ended with exit code {ended}, though no test failed: {_last_words(session)}",
            hint="a plugin or a hook may set the exit code; `mlgate run tests --verbose` prints the output",
        )
    return _nothing_ran(session.cases, asked_for=asked_for)


def _crash(session: Session, places: Places) -> Finding:
    name, text = session.finished.signal_name, session.finished.text
    fatal = _FATAL.search(text)
    if name is None:
        words, hint = (
            f"exit code {session.finished.code}, which is none of pytest's",
            "something ended the process early",
        )
    elif name == "SIGKILL":
        words, hint = name, "the machine may be out of memory: pytest was killed from outside"
    else:
        words, hint = f"{name}: {code(fatal['said'])}" if fatal else name, "run pytest with `-v` to see in which test"
    where = places.first(text[fatal.start() :]) if fatal else None
    return _error("crashed", f"pytest was ended by {words}", hint=hint, location=where)


def _refusal(session: Session, places: Places) -> Finding:
    text = session.finished.text
    conftest = _CONFTEST.search(text)
    if conftest:
        traceback = text[conftest.end() :]
        why = code(last_error(traceback) or "no reason given", 200)
        name = places.file(conftest["file"]) or conftest["file"]
        return _error("error", f"{code(name)} cannot be imported: {why}", location=places.innermost(traceback))
    said = [match["said"] for match in _REFUSAL.finditer(text)]
    return _error(
        "usage",
        f"pytest refuses its arguments or settings: {code(said[-1]) if said else _last_words(session)}",
        hint="see `tests: {args: [...], paths: [...]}` and the project's pytest settings",
    )


def _early_end(session: Session, places: Places) -> Finding | None:
    """Return a finding when tests were left out, though the exit code may say that all is well."""
    begun = sum(1 for case in session.cases if case.result is Result.UNFINISHED)
    banner = _EARLY_EXIT.search(session.finished.text)
    if not begun and not banner:
        return None
    why = f" by `pytest.exit`: {code(banner['said'])}" if banner else ""
    return _error(
        "unfinished",
        f"the run was ended early{why}; {amount(begun, 'test')} began and did not end",
        hint="what comes after it did not run; let the test fail or skip instead",
        location=places.innermost(_interrupted_part(session.finished.text)),
    )


def _nothing_ran(cases: tuple[Case, ...], *, asked_for: bool) -> Finding | None:
    if any(case.result in _RAN for case in cases):
        return None
    severity = Severity.ERROR if asked_for else Severity.WARNING
    if cases:
        return _error("none", f"no test ran: all {len(cases):,} were skipped", severity=severity)
    return _error(
        "none",
        "no test ran: pytest found none",
        hint="pytest looks for functions `test_*` in files `test_*.py`; are they deselected by `-k` or `-m`?",
        severity=severity,
    )


def _error(
    rule: str,
    message: str,
    *,
    hint: str | None = None,
    location: Location | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(rule=f"tests/{rule}", severity=severity, message=message, hint=hint, location=location)


def _last_words(session: Session) -> str:
    """Return the last complaint in the output, for there is no telling which plugin's words they are."""
    complaints = [match["said"] for match in _COMPLAINT.finditer(session.finished.text)]
    lines = [line for line in session.finished.text.splitlines() if line.strip()]
    said = complaints[-1] if complaints else lines[-1] if lines else "nothing"
    return code(said.strip(), 200)


def _interrupted_part(text: str) -> str:
    """Return what pytest printed after it was interrupted: `/path/test_a.py:4: KeyboardInterrupt`."""
    return text.rpartition("! KeyboardInterrupt !")[2] if "! KeyboardInterrupt !" in text else ""
