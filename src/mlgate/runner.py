"""Runs checks in the order of what they need, independent ones at once; whatever breaks is reported."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from mlgate.check import Check
from mlgate.config import Config
from mlgate.context import Context
from mlgate.errors import MlgateError, TimeLimitError, ToolFailedError, ToolMissingError, first_line
from mlgate.proc import kill_all
from mlgate.report import Enforcement, Entry, Finding, Location, Outcome, Severity, Status, with_enforcement
from mlgate.text import code, codes, shorten

_CLEARING_SECONDS = 0.5
# A signal that comes between Python's last look and the wait is only seen when the wait ends.
_WAKE_SECONDS = 0.25
_WHERE = r"(.+?)(?::(\d+))?(?::(\d+))?"


class Listener(Protocol):
    """Who wants to know how the run goes on; all calls come from one thread but `progress`."""

    def started(self, check: Check) -> None:
        """A check begins."""

    def progress(self, check: Check, words: str) -> None:
        """A check says in a few words what it is doing; called from the check's thread."""

    def finished(self, entry: Entry) -> None:
        """A check has ended."""


class Silence:
    """A listener that listens to nothing."""

    def started(self, check: Check) -> None:
        """Do nothing."""

    def progress(self, check: Check, words: str) -> None:
        """Do nothing."""

    def finished(self, entry: Entry) -> None:
        """Do nothing."""


class _Job(Struct, frozen=True):
    check: Check
    context: Context
    thread: threading.Thread
    began: float
    deadline: float


class _Done(Struct, frozen=True):
    check: Check
    outcome: Outcome


Settle = Callable[[str, Outcome], Outcome]
ContextFor = Callable[[Check, Callable[[str], None]], Context]


def run_checks(
    checks: Sequence[Check],
    config: Config,
    context_for: ContextFor,
    *,
    workers: int,
    listener: Listener | None = None,
    settle: Settle | None = None,
) -> tuple[Entry, ...]:
    """Run `checks`, at most `workers` at once, and return their entries in the order given.

    `context_for` makes a check's context, with children of its own, so that a late check can be ended without the
    others. `settle` is given each check's outcome before it counts: it knows what is accepted.
    """
    return _Run(checks, config, context_for, workers, listener or Silence(), settle).go()


class _Run:
    def __init__(
        self,
        checks: Sequence[Check],
        config: Config,
        context_for: ContextFor,
        workers: int,
        listener: Listener,
        settle: Settle | None,
    ) -> None:
        self._checks = checks
        self._config = config
        self._context_for = context_for
        self._workers = workers
        self._listener = listener
        self._settle = settle
        self._waiting = list(checks)
        self._running: dict[str, _Job] = {}
        self._entries: dict[str, Entry] = {}
        self._done: deque[_Done] = deque()
        self._endings = threading.Semaphore(0)

    def go(self) -> tuple[Entry, ...]:
        try:
            while self._waiting or self._running:
                self._start_ready()
                if self._running:
                    self._await_one()
        except BaseException:
            self._abandon()
            raise
        return tuple(self._entries[check.id] for check in self._checks)

    def _abandon(self) -> None:
        """End all children, and give the checks that waited for them a moment to clear up behind themselves."""
        kill_all(job.context.children for job in self._running.values())
        deadline = time.monotonic() + _CLEARING_SECONDS
        for job in self._running.values():
            if job.thread.is_alive():
                job.thread.join(max(0.0, deadline - time.monotonic()))

    def _start_ready(self) -> None:
        for check in list(self._waiting):
            if check.is_last and self._others_remain():
                continue
            needed = [name for name in check.needs if any(name == other.id for other in self._checks)]
            if any(name not in self._entries for name in needed):
                if not self._running and not self._progress_possible():
                    self._end(check, Outcome.crashed(f"its needs {codes(needed)} go round in a circle"))
                continue
            broken = [name for name in needed if self._entries[name].status in (Status.FAILED, Status.ERROR)]
            if self._enforcement(check) is Enforcement.OFF:
                self._end(check, Outcome.skipped("turned off in the config"))
            elif broken:
                self._end(check, Outcome.skipped(f"not run, because {codes(broken)} did not pass"))
            elif len(self._running) < self._workers:
                self._start(check)

    def _others_remain(self) -> bool:
        running = [job.check for job in self._running.values()]
        return any(not check.is_last for check in (*self._waiting, *running))

    def _progress_possible(self) -> bool:
        known = {check.id for check in self._checks}
        return any(all(n in self._entries for n in check.needs if n in known) for check in self._waiting)

    def _start(self, check: Check) -> None:
        self._waiting.remove(check)
        began = time.monotonic()
        limit = self._config.limits.get(check.id)
        context = self._context_for(check, lambda words: self._listener.progress(check, words))
        seconds = limit.seconds if limit else check.limit
        thread = threading.Thread(target=self._work, args=(check, context), name=f"check-{check.id}", daemon=True)
        self._running[check.id] = _Job(check, context, thread, began, began + seconds)
        self._listener.started(check)
        thread.start()

    def _work(self, check: Check, context: Context) -> None:
        outcome = Outcome.crashed("crashed without a word")
        try:
            outcome = answer(check, context)
        finally:
            # Whatever happens, the run hears of it: it would wait for this check until its time limit otherwise.
            self._done.append(_Done(check, outcome))
            self._endings.release()

    def _await_one(self) -> None:
        deadline = min(job.deadline for job in self._running.values())
        if not self._endings.acquire(timeout=max(0.0, min(deadline - time.monotonic(), _WAKE_SECONDS))):
            self._end_late()
            return
        done = self._done.popleft()
        if done.check.id in self._running:
            self._end(done.check, done.outcome)

    def _end_late(self) -> None:
        now = time.monotonic()
        for job in [job for job in self._running.values() if job.deadline <= now]:
            limit = job.deadline - job.began
            job.context.children.kill()
            hint = f"raise it with `limits: {{{job.check.id}: {_longer(limit)}}}` if the check needs longer"
            self._end(job.check, Outcome.crashed(f"stopped at its time limit of {limit:g} s", hint=hint))

    def _end(self, check: Check, outcome: Outcome) -> None:
        job = self._running.pop(check.id, None)
        if job is None:
            self._waiting.remove(check)
        enforcement = self._enforcement(check)
        entry = Entry(
            check=check.id,
            title=check.title,
            outcome=with_enforcement(self._settle(check.id, outcome) if self._settle else outcome, enforcement),
            enforcement=enforcement,
            seconds=time.monotonic() - job.began if job else 0.0,
        )
        self._entries[check.id] = entry
        self._listener.finished(entry)

    def _enforcement(self, check: Check) -> Enforcement:
        return self._config.enforce.get(check.id, Enforcement.BLOCK)


def answer(check: Check, context: Context) -> Outcome:
    """Return what a check says; an exception becomes an outcome that a person can act on."""
    try:
        outcome: object = check.run(context, context.config.section(check.id, check.config))
        if not isinstance(outcome, Outcome):
            return Outcome.crashed(f"the check returned {code(type(outcome).__name__)} instead of an outcome")
        return outcome
    except (ToolMissingError, TimeLimitError) as error:
        return Outcome.crashed(_in_one_line(error), hint=error.hint)
    except ToolFailedError as error:
        return Outcome.crashed(_in_one_line(error), hint=error.hint, log=error.log)
    except MlgateError as error:
        return _failed_on(check, error)
    except ModuleNotFoundError as error:
        return _missing_module(check, error)
    except BaseException as error:  # noqa: BLE001 - whatever a check raises, `SystemExit` too, must not lose the report
        said = shorten(first_line(error), 200)
        hint = "please report it, with the log that `mlgate run --verbose` prints"
        return Outcome.crashed(f"crashed: {code(said)}", hint=hint, log=_traceback())


def _failed_on(check: Check, error: MlgateError) -> Outcome:
    """Return the failure that a user's own file or setting caused."""
    # A file's name may hold colons too.
    parts = re.fullmatch(_WHERE, error.where or "", re.DOTALL)
    path, line, column = parts.groups() if parts else (error.where, None, None)
    place = Location(path=path, line=_number(line), column=_number(column)) if path else None
    finding = Finding(
        rule=f"{check.id}/unreadable",
        severity=Severity.ERROR,
        message=error.message,
        location=place,
        hint=error.hint,
        subject=path or None,
    )
    return Outcome.of([finding], summary=error.message)


def _missing_module(check: Check, error: ModuleNotFoundError) -> Outcome:
    extra = f"install it with `pip install 'mlgate[{check.extra}]'`" if check.extra else None
    return Outcome.crashed(f"needs the package {code(error.name)}", hint=extra, log=_traceback())


def _in_one_line(error: MlgateError) -> str:
    return f"{code(error.where)}: {error.message}" if error.where else error.message


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _longer(seconds: float) -> str:
    return f"{max(1, round(seconds * 2 / 60))}m"


def _traceback() -> str:
    """Return the exception that is being handled, as Python prints it."""
    import traceback

    return traceback.format_exc()
