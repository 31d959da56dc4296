"""Says what a worker comes to about one task: its steps, and what is broken, with examples and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from mlgate.data.engines.asking import Part
from mlgate.data.examples import FIRST, LOOKED_AT, Sample, sample_rows, similar
from mlgate.data.loading import Contract
from mlgate.data.messages import Apart, Breach, Broken, EngineName, Event, Job, Place, Read, Stage, Step
from mlgate.data.prepared import PlainCheck
from mlgate.data.reading import Table
from mlgate.data.rules import STRUCTURE, Rule
from mlgate.text import shorten

_OF_MANY = 50
"""How many rows are looked at where there are too many to tell what most of them share."""

Say = Callable[[Event], None]


class Telling:
    """What is said of one task; `tables` are those that its rows are counted through."""

    def __init__(self, job: Job, number: int, contract: Contract, say: Say) -> None:
        """Begin with the rules that are passed over: those that were answered, or that end a worker."""
        task = job.tasks[number]
        self.number = number
        self.most = job.examples
        self.say = say
        self.passed_over = {*task.done, *job.contracts[task.contract].skip}
        self.tables: list[Table] = []
        self._contract = contract
        self._contract_path = job.contracts[task.contract].path

    def step(self, stage: Stage, rule: str = "", column: str = "", shown: str = "", line: int | None = None) -> None:
        """Say what begins now."""
        about = shorten(column)
        self.say(Step(stage=stage, task=self.number, rule=shorten(rule), column=about, shown=shown, line=line))

    def begin(self, rule: Rule, rows: int) -> dict[str, Any]:
        """Begin the step of a rule; return the facts that whatever is said of it has."""
        line = self.line(rule.check)
        self.step(rule.stage, rule.id, rule.column, rule.shown, line)
        facts: dict[str, Any] = {"task": self.number, "rule": shorten(rule.id), "column": shorten(rule.column)}
        return facts | {"check": rule.shown, "line": line, "total": rows}

    def read(
        self,
        rows: int,
        columns: int,
        rules: int,
        fused: int,
        apart: Sequence[tuple[str, Apart]],
        engine: EngineName = EngineName.POLARS,
    ) -> None:
        """Say what was read: `fused` of the rules in one query on an engine, and the columns set apart with reasons."""
        about: dict[str, Any] = {"task": self.number, "rows": rows, "columns": columns, "rules": rules}
        self.say(Read(fused=fused, engine=engine, apart=tuple(apart), **about))

    def structure(self, found: Iterable[Broken]) -> None:
        """Say what is broken in the columns as such."""
        for broken in found if STRUCTURE not in self.passed_over else ():
            self.say(replace(broken, task=self.number))

    def nulls(self, part: Part, not_null: Sequence[str]) -> None:
        """Say which columns that may not be null are."""
        for name in not_null if STRUCTURE not in self.passed_over else ():
            count = part.answer.nulls.get(name, 0)
            if count:
                rows = part.rows_of_nulls(name, FIRST)
                facts: dict[str, Any] = {"task": self.number, "rule": STRUCTURE, "total": part.answer.rows}
                found = sample_rows(count, rows, None, self.locate, self.most)
                self.say(Broken(breach=Breach.NULLS, column=shorten(name), count=count, places=found.places, **facts))

    def count(self, rule: Rule, part: Part) -> None:
        """Say how many rows break a rule that the query answered, where any do."""
        count = part.answer.broken.get(rule.id, 0)
        if not count or rule.id in self.passed_over:
            return
        facts = self.begin(rule, part.answer.rows)
        if rule.stage is Stage.UNIQUE:
            facts["check"] = ", ".join(rule.columns) if len(rule.columns) > 1 else ""
            rows = part.rows_of_repeats(rule, max(self.most, 1))
            breach = Breach.DUPLICATES
        else:
            facts["warn"] = bool(rule.check.raise_warning)
            rows = part.rows_of_check(rule, LOOKED_AT if count <= LOOKED_AT else _OF_MANY)
            breach = Breach.CHECK
        found = sample_rows(count, rows.numbers, rows.texts, self.locate, self.most)
        self.say(self.told(breach, rule, found, facts))

    def told(self, breach: Breach, rule: Rule, found: Sample, facts: dict[str, Any]) -> Broken:
        """Return what is said of a broken rule with a sample of its rows."""
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

    def locate(self, rows: Sequence[int]) -> list[Place]:
        """Return where rows of the frame stand: in which file, and at which line or row of it."""
        found: dict[int, Place] = {}
        begin = 0
        for file, table in enumerate(self.tables):
            held = [row for row in rows if begin <= row < begin + table.rows]
            numbers = table.numbers([row - begin for row in held]) if held else []
            found.update({row: Place(number, file) for row, number in zip(held, numbers, strict=True)})
            begin += table.rows
        return [found[row] for row in rows]

    def line(self, check: Any) -> int | None:
        """Return the line of a check's function, where it stands in the contract's file."""
        if check is None or isinstance(check, PlainCheck):
            return None if check is None else check.line
        if check.name in self._contract.functions:
            return self._contract.functions[check.name]
        code = getattr(getattr(check, "_check_fn", None), "__code__", None)
        return code.co_firstlineno if code is not None and code.co_filename == self._contract_path else None
