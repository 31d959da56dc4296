"""One task of the worker: read the files, ask their structure, then one rule after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mlgate.cache import Stat, stat_of
from mlgate.data.by_pandera import ByPandera
from mlgate.data.engine import engine_for
from mlgate.data.engines.asking import Part, query
from mlgate.data.engines.sql import Asking
from mlgate.data.folders import folders_of
from mlgate.data.fused import Part as PolarsPart
from mlgate.data.fused import run_query
from mlgate.data.loading import Contract
from mlgate.data.messages import Apart, Breach, Defect, EngineName, Job, Planned, Scope, Stage, Task, UnreadableError
from mlgate.data.pace import Pace
from mlgate.data.prepared import NOTHING_TOGETHER, Plan, Shape, empty_plan, key_of, make_plan, read_plan
from mlgate.data.reading import Table
from mlgate.data.rules import STRUCTURE, checks, count_rules, members, uniqueness
from mlgate.data.scanning import ApartError
from mlgate.data.task_files import TaskFiles
from mlgate.data.telling import Say, Telling
from mlgate.text import shorten

Plans = dict[str, Plan]
"""The plans that are known for a contract, by what `key_of` says of the files that they are for."""


def run_task(job: Job, number: int, contract: Contract, say: Say, plans: Plans | None = None) -> None:
    """Answer the task `number` of a job; raises `UnreadableError` where a file is no table.

    A plan that is made on the way is said, and added to `plans`, for files of the same columns.
    """
    run = _Run(job, number, contract, say, {} if plans is None else plans)
    with _unchanged(job.tasks[number].files):
        if job.tasks[number].scope is Scope.TOGETHER:
            run.ask_together()
        else:
            run.ask_file()


def run_planned(job: Job, number: int, plans: Plans, say: Say) -> bool:
    """Answer a task by a plan that is known, without its contract; return whether there was one that went through."""
    plan = next(iter(plans.values()), None)
    if plan is None or job.tasks[number].engine is not EngineName.POLARS:
        return False
    contract = Contract(None, "", plan.engine, {}, {})
    with _unchanged(job.tasks[number].files):
        return _Run(job, number, contract, say, plans).ask_planned()


@contextmanager
def _unchanged(files: Sequence[str]) -> Iterator[None]:
    """Raise where files were written anew meanwhile."""
    before = _stamps(files)
    yield
    if _stamps(files) != before:
        raise UnreadableError(Defect.CHANGED)


def _stamps(files: Sequence[str]) -> list[Stat | None]:
    """Return what changes when a file is written anew."""
    return [stat_of(Path(file)) if os.path.exists(file) else None for file in files]  # noqa: PTH110


def _are_alike(one: Task, other: Task) -> bool:
    return (one.contract, one.engine, one.scope) == (other.contract, other.engine, other.scope)


class _Run:
    def __init__(self, job: Job, number: int, contract: Contract, say: Say, plans: Plans) -> None:
        self._plans = plans
        self._task = job.tasks[number]
        self._engines = job.engines
        self._ahead = [one.files[0] for one in job.tasks[number:] if _are_alike(one, self._task)]
        self._contract = contract
        self._schema = contract.schema
        self._engine = engine_for(contract.engine)
        self._telling = Telling(job, number, contract, say)
        self._files = TaskFiles(self._task, contract, self._engine, self._telling)
        self._pandera = ByPandera(self._schema, self._engine, self._telling)

    def ask_file(self) -> None:
        """Ask one file: in one query as far as it goes, and pandera itself for the rest."""
        try:
            part = self._query(self._task.files[:1])
        except ApartError as error:
            self._ask_pandera(error.why)
        else:
            self._ask_in_parts(part)

    def _ask_pandera(self, why: Apart) -> None:
        """Ask every rule of one file by pandera itself, for the reason `why`."""
        table = self._files.read(0)
        rules = count_rules(self._schema, self._engine, table.frame)
        self._telling.tables = [table]
        self._telling.read(table.rows, len(table.columns), rules, 0, [("", why)])
        if not table.rows:
            return
        self._telling.step(Stage.STRUCTURE, STRUCTURE)
        structured = self._pandera.structure(table.frame)
        found = checks(self._schema, self._engine, structured.frame)
        if self._task.scope is Scope.ALL:
            found = uniqueness(self._schema, self._engine, structured.frame) + found
        unsound = bool(structured.spoiled) or any(b.breach is Breach.MISSING for b in structured.broken)
        for rule in found:
            if rule.stage is Stage.UNIQUE or rule.column not in structured.spoiled:
                self._pandera.ask(rule, structured.frame, quiet=unsound and not rule.column)

    def _query(self, files: Sequence[str]) -> Part:
        """Run the query over files, of which the first was not read yet; raises `ApartError`."""
        self._telling.step(Stage.READ, shown=files[0])
        self._files.look(files)
        asking = Asking(self._schema, self._engine, self._contract.engine, self._task.scope)
        how = (self._engines, self._task.engine, asking, files, self._files.texts, self._ahead)
        return query(*how, Pace(self._telling.number, self._telling.say), self._files.folders_of)

    def ask_planned(self) -> bool:
        """Ask by a plan that is known for files of these columns; return whether every rule was answered so."""
        if self._task.scope is Scope.TOGETHER and NOTHING_TOGETHER in self._plans:
            return True
        files = self._task.files
        self._telling.step(Stage.READ, shown=files[0])
        texts = self._files.look_for_plan()
        folders = [folders_of(file, self._task.top) for file in files]
        key = key_of(self._task.scope, files, texts, folders) if len(texts) in (0, len(files)) else None
        plan = self._plans.get(key) if key else None
        if plan is None:
            return False
        self._files.require_agreement(files[0], texts[0] if texts else None, plan.holds.keys() - plan.folders.keys())
        scan, question = plan.scan(files, texts, folders), plan.question()
        try:
            part = PolarsPart(scan, question, run_query(scan, question, Pace(self._telling.number, self._telling.say)))
        except ApartError:
            return False
        if key is None or question.apart:
            # Others of the same columns may well need pandera too: each would be asked twice.
            self._plans.pop(key or "", None)
            return False
        self._files.texts = texts
        self._tell_part(part, plan.shape)
        return True

    def _keep_plan(self, part: Part, shape: Shape) -> None:
        """Say and keep the plan of a query that has answered every rule."""
        folders = [folders_of(file, self._task.top) for file in self._task.files]
        key = key_of(self._task.scope, self._task.files, self._files.texts, folders)
        if key is None or key in self._plans or self._task.engine is not EngineName.POLARS:
            return
        lines = {rule.id: self._telling.line(rule.check) for rule in part.question.rules}
        self._keep(key, make_plan(part.scan, part.question, shape, lines))

    def _keep(self, key: str, held: bytes | None) -> None:
        plan = None if held is None else read_plan(held)
        if held is not None and plan is not None:
            self._plans[key] = plan
            self._telling.say(Planned(contract=self._task.contract, key=key, plan=held))

    def _ask_in_parts(self, part: Part) -> None:
        scan, question = part.scan, part.question
        if not question.apart:
            shape = self._shape(part)
            self._tell_part(part, shape)
            self._keep_plan(part, shape)
            return
        names = list(scan.holds)
        apart = [name for name in names if name in question.apart]
        rules = count_rules(self._schema, self._engine, scan.empty)
        self._telling.tables = [Table(None, part.answer.rows, tuple(names), self._files.text)]
        slow = self._files.read(0, only=apart).frame
        left = sum(not question.answers(rule) for rule in question.rules) + 2 * len(apart)
        told = [(shorten(name), why) for name, why in question.apart.items()][:50]
        self._telling.read(part.answer.rows, len(names), rules, max(0, rules - left), told, part.ran_on)
        if not part.answer.rows:
            return
        self._telling.step(Stage.STRUCTURE, STRUCTURE)
        structured = self._pandera.structure(slow, scan.empty)
        self._telling.nulls(part, self._not_null(part))
        for rule in question.rules:
            if question.answers(rule):
                self._telling.count(rule, part)
            elif rule.stage is Stage.UNIQUE or rule.column not in structured.spoiled:
                self._pandera.ask(rule, structured.frame)

    def _shape(self, part: Part) -> Shape:
        """Return what pandera says of the columns alone."""
        empty = part.scan.empty
        self._telling.step(Stage.STRUCTURE, STRUCTURE)
        broken = self._pandera.found_structure(self._engine.only(empty, []), empty).broken
        rules = count_rules(self._schema, self._engine, empty)
        return Shape(tuple(part.scan.holds), rules, self._not_null(part), tuple(broken))

    def _not_null(self, part: Part) -> tuple[str, ...]:
        known = members(self._schema, self._engine, part.scan.empty)
        return tuple(name for component, names in known if not component.nullable for name in names)

    def _tell_part(self, part: Part, shape: Shape) -> None:
        """Say what a query found that has answered every rule."""
        rows = part.answer.rows
        self._telling.tables = [Table(None, rows, shape.names, self._files.text)]
        if self._task.scope is Scope.TOGETHER:
            if any(part.answer.broken.values()):
                self._telling.tables = [self._files.counted(place) for place in range(len(self._task.files))]
        else:
            self._telling.read(rows, len(shape.names), shape.rules, shape.rules, [], part.ran_on)
            if not rows:
                return
            self._telling.step(Stage.STRUCTURE, STRUCTURE)
            self._telling.structure(shape.broken)
            self._telling.nulls(part, shape.not_null)
        for rule in part.question.rules:
            self._telling.count(rule, part)

    def ask_together(self) -> None:
        """Ask what must be unique over all files, of the columns that all of them have."""
        if not self._schema.unique and not any(component.unique for component in self._schema.columns.values()):
            self._keep(NOTHING_TOGETHER, empty_plan(self._contract.engine))
            return
        try:
            part = self._query(self._task.files)
            if part.question.apart:
                raise ApartError(Apart.TYPES)
        except ApartError:
            self._ask_together_pandera()
            return
        shape = Shape((), 0, (), ())
        self._tell_part(part, shape)
        self._keep_plan(part, shape)

    def _ask_together_pandera(self) -> None:
        names = [self._files.names(place) for place in range(len(self._task.files))]
        shared = [name for name in names[0] if all(name in others for others in names[1:])]
        nothing = self._engine.nothing(shared)
        rules = uniqueness(self._schema, self._engine, nothing)
        wanted = sorted({column for rule in rules for column in rule.columns})
        if not wanted:
            return
        self._telling.tables = [self._files.read(place, only=wanted) for place in range(len(self._task.files))]
        frames = [self._engine.only(table.frame, wanted) for table in self._telling.tables if table.rows]
        if frames:
            frame = self._engine.stack(frames)
            for rule in rules:
                self._pandera.ask(rule, frame)
