"""Has a job answered whatever the contracts do: what ends or stalls a worker is noted, and a new one goes on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from mlgate.context import Context
from mlgate.data.child import Child, Ending
from mlgate.data.messages import (
    AnyEvent,
    Broken,
    ContractJob,
    Going,
    Job,
    Loaded,
    Planned,
    Read,
    Refused,
    Stage,
    Step,
    Task,
    Unreadable,
    Used,
)
from mlgate.text import code

_MOST = 100_000
_MOST_PLANS = 5


class Lost(Struct, frozen=True, kw_only=True):
    """A step that a worker did not come back from: its task and contract in the job, and how the worker ended."""

    step: Step
    task: int
    contract: int
    ending: Ending


class Answers(Struct, kw_only=True):
    """All that workers have said of a job, by contract and by task, and the steps that were lost."""

    loaded: dict[int, Loaded] = {}
    planned: dict[int, dict[str, bytes]] = {}
    refused: dict[int, Refused] = {}
    read: dict[int, Read] = {}
    unreadable: dict[int, Unreadable] = {}
    broken: list[Broken] = []
    lost: list[Lost] = []
    unasked: list[int] = []
    """The tasks that the time limit of the whole check left no time for."""
    used: tuple[str, ...] | None = None
    """The files of the project that the contracts have opened, where one worker came to the end and told them."""
    remembered: set[int] = set()
    """The tasks whose answers are from an earlier run, for nothing has changed since."""
    never_began: Ending | None = None
    """How the worker ended, where it ended before it came to any contract."""


class Limits(Struct, frozen=True):
    """How long a single step may take, and when all must be done, on the monotonic clock."""

    step_seconds: float
    deadline: float


def hold_session(context: Context, job: Job, limits: Limits, child: Child | None = None) -> Answers:
    """Return the answers to a job, by a worker that was started ahead where there is one."""
    return _Session(context, job, limits).hold(child)


class _Session:
    def __init__(self, context: Context, job: Job, limits: Limits) -> None:
        self._context = context
        self._job = job
        self._limits = limits
        self._contracts: list[ContractJob] = list(job.contracts)
        self._waiting: list[int] = list(range(len(job.tasks)))
        self._done: dict[int, set[str]] = {}
        self.answers = Answers()

    def hold(self, ahead: Child | None) -> Answers:
        while self._waiting:
            if time.monotonic() >= self._limits.deadline:
                self.answers.unasked += self._waiting
                break
            sent = list(self._waiting)
            part = self._part(sent)
            child, ahead = (ahead or Child(self._context, part)).give(part), None
            step = self._listen(child, sent)
            if child.ending.finished:
                break
            if step is None or step.stage is Stage.START:
                self.answers.never_began = child.ending
                break
            self._note_loss(step, sent, child.ending)
        return self.answers

    def _part(self, tasks: Sequence[int]) -> Job:
        """Return the job of a worker: the tasks that are left, each without what was answered."""
        chosen: list[Task] = [
            replace(self._job.tasks[number], done=tuple(sorted(self._done.get(number, ())))) for number in tasks
        ]
        return replace(self._job, contracts=tuple(self._contracts), tasks=tuple(chosen))

    def _listen(self, child: Child, sent: Sequence[int]) -> Step | None:
        """Take in what a worker says; return the step that it was in when it ended."""
        current: Step | None = None
        for event in child.events(self._limits.step_seconds, self._limits.deadline):
            if isinstance(event, Step):
                self._finish(current, event, sent)
                current = event
                self._tell(event, sent)
            elif isinstance(event, Going):
                self._tell_pace(event, current)
            else:
                self._take(event, sent)
        return current

    def _finish(self, before: Step | None, after: Step, sent: Sequence[int]) -> None:
        """Note that a step is answered, for the next has begun; tasks are answered in their order."""
        if before is not None and before.rule and 0 <= before.task < len(sent):
            self._done.setdefault(sent[before.task], set()).add(before.rule)
        if 0 <= after.task < len(sent):
            self._waiting = list(sent[after.task :])

    def _take(self, event: AnyEvent, sent: Sequence[int]) -> None:
        answers = self.answers
        if isinstance(event, Used):
            answers.used = event.paths
        elif isinstance(event, Loaded) and 0 <= event.contract < len(self._contracts):
            answers.loaded[event.contract] = event
        elif isinstance(event, Planned) and 0 <= event.contract < len(self._contracts):
            plans = answers.planned.setdefault(event.contract, {})
            if len(plans) < _MOST_PLANS:
                plans[event.key] = event.plan
        elif isinstance(event, Refused) and 0 <= event.contract < len(self._contracts):
            answers.refused[event.contract] = event
        elif isinstance(event, (Read, Unreadable, Broken)) and 0 <= event.task < len(sent):
            number = sent[event.task]
            if isinstance(event, Read):
                answers.read[number] = event
            elif isinstance(event, Unreadable):
                answers.unreadable[number] = event
            elif len(answers.broken) < _MOST:
                answers.broken.append(replace(event, task=number))

    def _note_loss(self, step: Step, sent: Sequence[int], ending: Ending) -> None:
        """Note the step, and take away what would end the next worker too."""
        number = sent[step.task] if 0 <= step.task < len(sent) else -1
        contract = self._job.tasks[number].contract if number >= 0 else step.contract
        if ending.late and time.monotonic() >= self._limits.deadline:
            return
        self.answers.lost.append(Lost(step=step, task=number, contract=contract, ending=ending))
        if step.stage is Stage.LOAD:
            self._waiting = [n for n in self._waiting if self._job.tasks[n].contract != contract]
        elif step.stage in (Stage.READ, Stage.STRUCTURE):
            self._waiting = [n for n in self._waiting if n != number]
        else:
            held = self._contracts[contract]
            self._contracts[contract] = replace(held, skip=(*held.skip, step.rule))

    def _tell_pace(self, going: Going, step: Step | None) -> None:
        name = code(PurePath(step.shown).name) if step is not None and step.shown else "the data"
        pace = going.rows / going.seconds if going.seconds > 0 else 0.0
        self._context.progress(f"reading {name}: {going.rows:,} rows, {pace:,.0f} a second")

    def _tell(self, step: Step, sent: Sequence[int]) -> None:
        if step.stage is Stage.READ:
            self._context.progress(f"reading {code(PurePath(step.shown).name)}")
        elif step.stage is Stage.LOAD:
            self._context.progress("loading a contract")
        elif step.column and 0 <= step.task < len(sent):
            self._context.progress(f"{code(step.column)}: {code(step.shown, 60)}")
