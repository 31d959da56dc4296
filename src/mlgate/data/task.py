"""One task of the worker: read the files, ask their structure, then one rule after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from mlgate.data.engine import engine_for
from mlgate.data.examples import sample, similar
from mlgate.data.loading import Contract, first_line
from mlgate.data.messages import Breach, Broken, Event, Job, Place, Read, Scope, Stage, Step
from mlgate.data.reading import Table, column_names, read_table
from mlgate.data.rules import STRUCTURE, Rule, checks, count_rules, stated_dtypes, uniqueness
from mlgate.data.structure import Structured, ask_structure, full_depth
from mlgate.text import shorten

Say = Callable[[Event], None]


def run_task(job: Job, number: int, contract: Contract, say: Say) -> None:
    """Answer the task `number` of a job; raises `UnreadableError` where a file is no table."""
    run = _Run(job, number, contract, say)
    if job.tasks[number].scope is Scope.TOGETHER:
        run.ask_together()
    else:
        run.ask_file()


class _Run:
    def __init__(self, job: Job, number: int, contract: Contract, say: Say) -> None:
        self._task = job.tasks[number]
        self._number = number
        self._most = job.examples
        self._contract = contract
        self._contract_path = job.contracts[self._task.contract].path
        self._schema = contract.schema
        self._engine = engine_for(contract.engine)
        self._say = say
        self._passed_over = {*self._task.done, *job.contracts[self._task.contract].skip}
        self._tables: list[Table] = []

    def ask_file(self) -> None:
        table = self._read(0)
        if not table.rows:
            return
        self._step(Stage.STRUCTURE, STRUCTURE)
        structured = self._structure(table.frame)
        rules = checks(self._schema, self._engine, structured.frame)
        if self._task.scope is Scope.ALL:
            rules = uniqueness(self._schema, self._engine, structured.frame) + rules
        unsound = bool(structured.spoiled) or any(b.breach is Breach.MISSING for b in structured.broken)
        for rule in rules:
            if rule.stage is Stage.UNIQUE or rule.column not in structured.spoiled:
                self._ask(rule, structured.frame, quiet=unsound and not rule.column)

    def ask_together(self) -> None:
        """Ask what must be unique over all files, of the columns that all of them have."""
        names = [self._names(place) for place in range(len(self._task.files))]
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

    def _names(self, place: int) -> tuple[str, ...]:
        self._step(Stage.READ, shown=self._task.files[place])
        return column_names(self._task.files[place], self._task.separator)[1]

    def _read(self, place: int, only: Sequence[str] | None = None) -> Table:
        path = self._task.files[place]
        self._step(Stage.READ, shown=path)
        text, names = column_names(path, self._task.separator)
        dtypes = stated_dtypes(self._schema, self._engine, self._engine.nothing(names))
        table = read_table(path, self._contract.engine, text, dtypes, only)
        if only is None:
            rules = count_rules(self._schema, self._engine, table.frame)
            self._say(Read(task=self._number, rows=table.rows, columns=len(table.columns), rules=rules))
            self._tables = [table]
        return table

    def _structure(self, frame: Any) -> Structured:
        frame = self._engine.prepared(self._schema, frame)
        try:
            found = ask_structure(self._schema, self._engine, frame, self._locate, self._most)
        except BaseException as error:  # noqa: BLE001 - a parser or a type of the contract's own may raise anything
            found = Structured(frame, [Broken(breach=Breach.RAISED, rule=STRUCTURE, said=first_line(error))], {})
            self._passed_over.update(rule.id for rule in checks(self._schema, self._engine, frame))
        if STRUCTURE not in self._passed_over:
            for broken in found.broken:
                self._say(replace(broken, task=self._number))
        return found

    def _ask(self, rule: Rule, frame: Any, *, quiet: bool = False) -> None:
        """Ask one rule; `quiet` where it raises for want of a column that is known to be missing or wrong."""
        if rule.id in self._passed_over:
            return
        line = self._line(rule.check)
        self._step(rule.stage, rule.id, rule.column, rule.shown, line)
        facts: dict[str, Any] = {"task": self._number, "rule": shorten(rule.id), "column": shorten(rule.column)}
        facts |= {"check": rule.shown, "line": line, "total": len(frame)}
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
            return self._sampled(Breach.DUPLICATES, mask, rule.columns, frame, facts)
        with full_depth():
            failing = self._engine.failing(rule.check, frame, rule.column or None)
        if failing is None:
            return None
        facts["warn"] = bool(rule.check.raise_warning)
        if failing.mask is None:
            return Broken(breach=Breach.CHECK, **facts)
        broken = self._sampled(Breach.CHECK, failing.mask, rule.columns, frame, facts)
        allowed = (rule.check.statistics or {}).get("allowed_values")
        return replace(broken, similar=similar(broken.examples, allowed))

    def _sampled(self, breach: Breach, mask: Any, columns: Sequence[str], frame: Any, facts: dict[str, Any]) -> Broken:
        found = sample(self._engine, frame, mask, columns, self._locate, self._most, values=bool(columns))
        return Broken(
            breach=breach,
            count=found.rows,
            places=found.places,
            examples=found.examples,
            common=found.common if breach is Breach.CHECK else None,
            **facts,
        )

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
        if check is None:
            return None
        if check.name in self._contract.functions:
            return self._contract.functions[check.name]
        code = getattr(getattr(check, "_check_fn", None), "__code__", None)
        return code.co_firstlineno if code is not None and code.co_filename == self._contract_path else None

    def _step(self, stage: Stage, rule: str = "", column: str = "", shown: str = "", line: int | None = None) -> None:
        about = shorten(column)
        self._say(Step(stage=stage, task=self._number, rule=shorten(rule), column=about, shown=shown, line=line))
