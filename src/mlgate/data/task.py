"""One task of the worker: read the files, ask their structure, then one rule after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from mlgate.cache import Stat, stat_of
from mlgate.data.engine import engine_for
from mlgate.data.engines.asking import Part, query
from mlgate.data.engines.sql import Asking
from mlgate.data.examples import FIRST, LOOKED_AT, Sample, sample, sample_rows, similar
from mlgate.data.folder_columns import require_agreement
from mlgate.data.folders import Folders, folders_of
from mlgate.data.formats import format_of
from mlgate.data.fused import Part as PolarsPart
from mlgate.data.fused import run_query
from mlgate.data.loading import Contract, first_line
from mlgate.data.messages import (
    Apart,
    Breach,
    Broken,
    Defect,
    EngineName,
    Event,
    Job,
    Place,
    Planned,
    Read,
    Scope,
    Stage,
    Step,
    Task,
    UnreadableError,
)
from mlgate.data.pace import Pace
from mlgate.data.prepared import (
    NOTHING_TOGETHER,
    PlainCheck,
    Plan,
    Shape,
    empty_plan,
    key_of,
    make_plan,
    read_plan,
)
from mlgate.data.reading import Table, column_names, read_table
from mlgate.data.rules import STRUCTURE, Rule, checks, count_rules, members, stated_dtypes, uniqueness
from mlgate.data.scanning import ApartError, count_rows
from mlgate.data.structure import Structured, ask_structure, full_depth
from mlgate.data.text_file import TextFile, look_over
from mlgate.data.text_scan import count_text_rows
from mlgate.text import shorten

_OF_MANY = 200
"""How many rows are looked at where there are too many to tell what most of them share."""

Say = Callable[[Event], None]


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
        self._number = number
        self._most = job.examples
        self._engines = job.engines
        self._ahead = [one.files[0] for one in job.tasks[number:] if _are_alike(one, self._task)]
        self._contract = contract
        self._contract_path = job.contracts[self._task.contract].path
        self._schema = contract.schema
        self._engine = engine_for(contract.engine)
        self._say = say
        self._passed_over = {*self._task.done, *job.contracts[self._task.contract].skip}
        self._tables: list[Table] = []
        self._texts: list[TextFile] = []

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
        table = self._read(0)
        rules = count_rules(self._schema, self._engine, table.frame)
        self._tables = [table]
        self._tell_read(table.rows, len(table.columns), rules, 0, [("", why)])
        if not table.rows:
            return
        self._step(Stage.STRUCTURE, STRUCTURE)
        structured = self._structure(table.frame)
        found = checks(self._schema, self._engine, structured.frame)
        if self._task.scope is Scope.ALL:
            found = uniqueness(self._schema, self._engine, structured.frame) + found
        unsound = bool(structured.spoiled) or any(b.breach is Breach.MISSING for b in structured.broken)
        for rule in found:
            if rule.stage is Stage.UNIQUE or rule.column not in structured.spoiled:
                self._ask(rule, structured.frame, quiet=unsound and not rule.column)

    def _query(self, files: Sequence[str]) -> Part:
        """Run the query over files, of which the first was not read yet; raises `ApartError`."""
        self._step(Stage.READ, shown=files[0])
        if not self._texts:
            looked = [column_names(file, self._task.separator, even=False) for file in files]
            self._texts = [text for text, _ in looked if text is not None]
            for file, (text, names) in zip(files, looked, strict=True):
                self._require_agreement(file, text, names)
        if len(self._texts) not in (0, len(files)):
            raise ApartError(Apart.TEXT)
        asking = Asking(self._schema, self._engine, self._contract.engine, self._task.scope)
        how = (self._engines, self._task.engine, asking, files, self._texts, self._ahead)
        return query(*how, Pace(self._number, self._say), self._folders_of)

    def _folders_of(self, files: Sequence[str]) -> list[Folders]:
        """Return the columns that the folders of files say; of all files together only what is to be unique there."""
        found = [folders_of(file, self._task.top) for file in files]
        if self._task.scope is not Scope.TOGETHER or not any(found):
            return found
        names = list(dict.fromkeys(name for one in found for name, _ in one))
        asked = {
            name
            for rule in uniqueness(self._schema, self._engine, self._engine.nothing(names))
            for name in rule.columns
        }
        return [tuple(pair for pair in one if pair[0] in asked) for one in found]

    def _require_agreement(self, file: str, text: TextFile | None, names: Collection[str]) -> None:
        """Raise where a column of a file, whose `names` are given, holds something else than a folder of that name."""
        for name, value in folders_of(file, self._task.top) if self._task.scope is not Scope.TOGETHER else ():
            if name in names:
                if text is not None:
                    column_names(file, self._task.separator)
                held = read_table(file, "polars", text, {}, [name])
                require_agreement(held.frame.get_column(name), name, value)

    def ask_planned(self) -> bool:
        """Ask by a plan that is known for files of these columns; return whether every rule was answered so."""
        if self._task.scope is Scope.TOGETHER and NOTHING_TOGETHER in self._plans:
            return True
        files = self._task.files
        self._step(Stage.READ, shown=files[0])
        forms = [format_of(file) for file in files]
        texts = [
            look_over(file, form, self._task.separator, even=False)
            for file, form in zip(files, forms, strict=True)
            if form is not None and form.is_text
        ]
        folders = [folders_of(file, self._task.top) for file in files]
        key = key_of(self._task.scope, files, texts, folders) if len(texts) in (0, len(files)) else None
        plan = self._plans.get(key) if key else None
        if plan is None:
            return False
        self._require_agreement(files[0], texts[0] if texts else None, plan.holds.keys() - plan.folders.keys())
        scan, question = plan.scan(files, texts, folders), plan.question()
        try:
            part = PolarsPart(scan, question, run_query(scan, question, Pace(self._number, self._say)))
        except ApartError:
            return False
        if key is None or question.apart:
            # Others of the same columns may well need pandera too: each would be asked twice.
            self._plans.pop(key or "", None)
            return False
        self._texts = texts
        self._tell_part(part, plan.shape)
        return True

    def _keep_plan(self, part: Part, shape: Shape) -> None:
        """Say and keep the plan of a query that has answered every rule."""
        folders = [folders_of(file, self._task.top) for file in self._task.files]
        key = key_of(self._task.scope, self._task.files, self._texts, folders)
        if key is None or key in self._plans or self._task.engine is not EngineName.POLARS:
            return
        lines = {rule.id: self._line(rule.check) for rule in part.question.rules}
        self._keep(key, make_plan(part.scan, part.question, shape, lines))

    def _keep(self, key: str, held: bytes | None) -> None:
        plan = None if held is None else read_plan(held)
        if held is not None and plan is not None:
            self._plans[key] = plan
            self._say(Planned(contract=self._task.contract, key=key, plan=held))

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
        self._tables = [Table(None, part.answer.rows, tuple(names), self._texts[0] if self._texts else None)]
        slow = self._read(0, only=apart).frame
        left = sum(not question.answers(rule) for rule in question.rules) + 2 * len(apart)
        told = [(shorten(name), why) for name, why in question.apart.items()][:50]
        self._tell_read(part.answer.rows, len(names), rules, max(0, rules - left), told, part.ran_on)
        if not part.answer.rows:
            return
        self._step(Stage.STRUCTURE, STRUCTURE)
        structured = self._structure(slow, scan.empty)
        self._tell_nulls(part, self._not_null(part))
        for rule in question.rules:
            if question.answers(rule):
                self._tell_count(rule, part)
            elif rule.stage is Stage.UNIQUE or rule.column not in structured.spoiled:
                self._ask(rule, structured.frame)

    def _shape(self, part: Part) -> Shape:
        """Return what pandera says of the columns alone."""
        empty = part.scan.empty
        self._step(Stage.STRUCTURE, STRUCTURE)
        broken = self._found_structure(self._engine.only(empty, []), empty).broken
        rules = count_rules(self._schema, self._engine, empty)
        return Shape(tuple(part.scan.holds), rules, self._not_null(part), tuple(broken))

    def _not_null(self, part: Part) -> tuple[str, ...]:
        known = members(self._schema, self._engine, part.scan.empty)
        return tuple(name for component, names in known if not component.nullable for name in names)

    def _tell_part(self, part: Part, shape: Shape) -> None:
        """Say what a query found that has answered every rule."""
        rows = part.answer.rows
        self._tables = [Table(None, rows, shape.names, self._texts[0] if self._texts else None)]
        if self._task.scope is Scope.TOGETHER:
            if any(part.answer.broken.values()):
                self._tables = [self._counted(place) for place in range(len(self._task.files))]
        else:
            self._tell_read(rows, len(shape.names), shape.rules, shape.rules, [], part.ran_on)
            if not rows:
                return
            self._step(Stage.STRUCTURE, STRUCTURE)
            for broken in shape.broken if STRUCTURE not in self._passed_over else ():
                self._say(replace(broken, task=self._number))
            self._tell_nulls(part, shape.not_null)
        for rule in part.question.rules:
            self._tell_count(rule, part)

    def _tell_nulls(self, part: Part, not_null: Sequence[str]) -> None:
        """Say which columns that may not be null are."""
        for name in not_null if STRUCTURE not in self._passed_over else ():
            count = part.answer.nulls.get(name, 0)
            if count:
                rows = part.rows_of_nulls(name, FIRST)
                facts: dict[str, Any] = {"task": self._number, "rule": STRUCTURE, "total": part.answer.rows}
                found = sample_rows(count, rows, None, self._locate, self._most)
                self._say(Broken(breach=Breach.NULLS, column=shorten(name), count=count, places=found.places, **facts))

    def _tell_count(self, rule: Rule, part: Part) -> None:
        """Say how many rows break a rule that the query answered, where any do."""
        count = part.answer.broken.get(rule.id, 0)
        if not count or rule.id in self._passed_over:
            return
        facts = self._begin(rule, part.answer.rows)
        if rule.stage is Stage.UNIQUE:
            facts["check"] = ", ".join(rule.columns) if len(rule.columns) > 1 else ""
            rows = part.rows_of_repeats(rule, max(self._most, 1))
            breach = Breach.DUPLICATES
        else:
            facts["warn"] = bool(rule.check.raise_warning)
            rows = part.rows_of_check(rule, LOOKED_AT if count <= LOOKED_AT else _OF_MANY)
            breach = Breach.CHECK
        found = sample_rows(count, rows.numbers, rows.texts, self._locate, self._most)
        self._say(self._told(breach, rule, found, facts))

    def _told(self, breach: Breach, rule: Rule, found: Sample, facts: dict[str, Any]) -> Broken:
        broken = Broken(
            breach=breach,
            count=found.rows,
            places=found.places,
            examples=found.examples,
            common=found.common if breach is Breach.CHECK else None,
            **facts,
        )
        allowed = (rule.check.statistics or {}).get("allowed_values") if rule.check is not None else None
        return replace(broken, similar=similar(broken.examples, allowed))

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

    def _counted(self, place: int) -> Table:
        """Return how many rows a file has that the query was asked about, to find them in it again."""
        file = self._task.files[place]
        if not self._texts:
            return Table(None, count_rows(file), (), None)
        return Table(None, count_text_rows(self._texts[place]), (), self._texts[place])

    def _ask_together_pandera(self) -> None:
        names = [(*self._names(place), *self._folder_names(place)) for place in range(len(self._task.files))]
        shared = [name for name in names[0] if all(name in others for others in names[1:])]
        nothing = self._engine.nothing(shared)
        rules = uniqueness(self._schema, self._engine, nothing)
        wanted = sorted({column for rule in rules for column in rule.columns})
        if not wanted:
            return
        self._tables = [self._read(place, only=wanted) for place in range(len(self._task.files))]
        frames = [self._engine.only(table.frame, wanted) for table in self._tables if table.rows]
        if frames:
            frame = self._engine.stack(frames)
            for rule in rules:
                self._ask(rule, frame)

    def _folder_names(self, place: int) -> list[str]:
        return [name for name, _ in folders_of(self._task.files[place], self._task.top)]

    def _names(self, place: int) -> tuple[str, ...]:
        self._step(Stage.READ, shown=self._task.files[place])
        return column_names(self._task.files[place], self._task.separator)[1]

    def _read(self, place: int, only: Sequence[str] | None = None) -> Table:
        path = self._task.files[place]
        self._step(Stage.READ, shown=path)
        known = only is not None and place < len(self._texts)
        text, names = (
            (self._texts[place], self._texts[place].columns) if known else column_names(path, self._task.separator)
        )
        folders = tuple(pair for pair in folders_of(path, self._task.top) if pair[0] not in names)
        every = [*names, *(name for name, _ in folders)]
        dtypes = stated_dtypes(self._schema, self._engine, self._engine.nothing(every))
        return read_table(path, self._contract.engine, text, dtypes, only, folders)

    def _tell_read(
        self,
        rows: int,
        columns: int,
        rules: int,
        fused: int,
        apart: Sequence[tuple[str, Apart]],
        engine: EngineName = EngineName.POLARS,
    ) -> None:
        about: dict[str, Any] = {"task": self._number, "rows": rows, "columns": columns, "rules": rules}
        self._say(Read(fused=fused, engine=engine, apart=tuple(apart), **about))

    def _structure(self, frame: Any, shape: Any = None) -> Structured:
        found = self._found_structure(frame, shape)
        if STRUCTURE not in self._passed_over:
            for broken in found.broken:
                self._say(replace(broken, task=self._number))
        return found

    def _found_structure(self, frame: Any, shape: Any = None) -> Structured:
        frame = self._engine.prepared(self._schema, frame)
        try:
            found = ask_structure(self._schema, self._engine, frame, self._locate, self._most, shape)
        except BaseException as error:  # noqa: BLE001 - a parser or a type of the contract's own may raise anything
            found = Structured(frame, [Broken(breach=Breach.RAISED, rule=STRUCTURE, said=first_line(error))], {})
            self._passed_over.update(rule.id for rule in checks(self._schema, self._engine, frame))
        return found

    def _begin(self, rule: Rule, rows: int) -> dict[str, Any]:
        """Begin the step of a rule; return the facts that whatever is said of it has."""
        line = self._line(rule.check)
        self._step(rule.stage, rule.id, rule.column, rule.shown, line)
        facts: dict[str, Any] = {"task": self._number, "rule": shorten(rule.id), "column": shorten(rule.column)}
        return facts | {"check": rule.shown, "line": line, "total": rows}

    def _ask(self, rule: Rule, frame: Any, *, quiet: bool = False) -> None:
        """Ask one rule; `quiet` where it raises for want of a column that is known to be missing or wrong."""
        if rule.id in self._passed_over:
            return
        facts = self._begin(rule, len(frame))
        try:
            broken = self._broken(rule, frame, facts)
        except BaseException as error:  # noqa: BLE001 - a check of the contract's own may raise anything
            broken = None if quiet else Broken(breach=Breach.RAISED, said=first_line(error), **facts)
        if broken is not None:
            self._say(broken)

    def _broken(self, rule: Rule, frame: Any, facts: dict[str, Any]) -> Broken | None:
        if rule.stage is Stage.UNIQUE:
            mask = self._engine.duplicates(frame, rule.columns, rule.keep)
            if not mask.any():
                return None
            facts["check"] = ", ".join(rule.columns) if len(rule.columns) > 1 else ""
            breach = Breach.DUPLICATES
        else:
            with full_depth():
                failing = self._engine.failing(rule.check, frame, rule.column or None)
            if failing is None:
                return None
            facts["warn"] = bool(rule.check.raise_warning)
            if failing.mask is None:
                return Broken(breach=Breach.CHECK, **facts)
            mask, breach = failing.mask, Breach.CHECK
        columns = rule.columns
        found = sample(self._engine, frame, mask, columns, self._locate, self._most, values=bool(columns))
        return self._told(breach, rule, found, facts)

    def _locate(self, rows: Sequence[int]) -> list[Place]:
        """Return where rows of the frame stand: in which file, and at which line or row of it."""
        found: dict[int, Place] = {}
        begin = 0
        for file, table in enumerate(self._tables):
            held = [row for row in rows if begin <= row < begin + table.rows]
            numbers = table.numbers([row - begin for row in held]) if held else []
            found.update({row: Place(number, file) for row, number in zip(held, numbers, strict=True)})
            begin += table.rows
        return [found[row] for row in rows]

    def _line(self, check: Any) -> int | None:
        """Return the line of a check's function, where it stands in the contract's file."""
        if check is None or isinstance(check, PlainCheck):
            return None if check is None else check.line
        if check.name in self._contract.functions:
            return self._contract.functions[check.name]
        code = getattr(getattr(check, "_check_fn", None), "__code__", None)
        return code.co_firstlineno if code is not None and code.co_filename == self._contract_path else None

    def _step(self, stage: Stage, rule: str = "", column: str = "", shown: str = "", line: int | None = None) -> None:
        about = shorten(column)
        self._say(Step(stage=stage, task=self._number, rule=shorten(rule), column=about, shown=shown, line=line))
