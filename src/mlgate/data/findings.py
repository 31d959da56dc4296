"""Turns the answers of the workers into what the report says of each dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.data.breaches import Words, bundled
from mlgate.data.defects import absent_finding, no_rows_finding, unreadable_finding
from mlgate.data.hints import hint_for
from mlgate.data.losses import UNFINISHED, engine_finding, lost_finding, passed_over_finding, unasked_finding
from mlgate.data.merging import Merged, merge
from mlgate.data.messages import Breach, Defect, Read, Stage
from mlgate.data.plan import DatasetPlan, Plan
from mlgate.data.pointing import Pointer
from mlgate.data.refusals import refused_finding
from mlgate.data.session import Answers, Lost
from mlgate.data.since_baseline import Recorded
from mlgate.data.sources import Absent
from mlgate.report import Finding, Severity, Status

CONTRACT = "data/contract"


class Examined(Struct, frozen=True, kw_only=True):
    """What is known of a dataset: its size, how many rules it is held to, its findings, and how it ended."""

    name: str
    status: Status
    findings: tuple[Finding, ...] = ()
    rows: int | None = None
    rows_before: int | None = None
    columns: int | None = None
    rules: int = 0
    files: int = 0
    read: tuple[Read, ...] = ()
    remembered: int = 0


class Knobs(NamedTuple):
    """What the config says: the time of a step in words, and which missing data fails."""

    limit: str
    missing_data: Literal["warn", "fail-changed", "fail"]


def examine(context: Context, plan: Plan, answers: Answers, knobs: Knobs) -> list[Examined]:
    """Return what is known of each dataset, in the order of the config."""
    said: set[int] = set()
    recorded = Recorded(context)
    return [_Examiner(context, plan, answers, dataset, knobs, recorded).examine(said) for dataset in plan.datasets]


def with_repeated_keys(plan: Plan, answers: Answers, datasets: Mapping[str, Dataset]) -> frozenset[str]:
    """Return the datasets whose contracts tell that their keys, as the config names them, repeat."""
    told = {
        (broken.task, frozenset(broken.check.split(", ") if broken.check else [broken.column]))
        for broken in answers.broken
        if broken.breach is Breach.DUPLICATES
    }
    keys = {one.name: frozenset(datasets[one.name].keys) for one in plan.datasets}
    return frozenset(one.name for one in plan.datasets for task in one.all_tasks if (task, keys[one.name]) in told)


def with_findings(examined: Sequence[Examined], found: Mapping[str, Sequence[Finding]]) -> list[Examined]:
    """Return datasets with more findings by their names, which weigh on how each ended."""
    return [_heavier(one, found.get(one.name, ())) for one in examined]


def _heavier(one: Examined, found: Sequence[Finding]) -> Examined:
    weights = {finding.severity for finding in found}
    status = one.status
    if Severity.ERROR in weights:
        status = Status.FAILED
    elif Severity.WARNING in weights and status in (Status.PASSED, Status.SKIPPED):
        status = Status.WARNED
    return replace(one, status=status, findings=(*one.findings, *found))


class _Examiner:
    def __init__(
        self,
        context: Context,
        plan: Plan,
        answers: Answers,
        dataset: DatasetPlan,
        knobs: Knobs,
        recorded: Recorded,
    ) -> None:
        self._context = context
        self._plan = plan
        self._answers = answers
        self._dataset = dataset
        self._limit = knobs.limit
        self._missing_data = knobs.missing_data
        self._recorded = recorded
        self._contract = "" if dataset.contract is None else plan.contracts[dataset.contract]
        loaded = None if dataset.contract is None else answers.loaded.get(dataset.contract)
        self._point = Pointer(context, dataset.name, self._contract, loaded.lines if loaded else {})

    def examine(self, said: set[int]) -> Examined:
        """Return what is known of the dataset; `said` holds the contracts whose own troubles were told already."""
        dataset = self._dataset
        if dataset.contract is None and dataset.refused is None:
            return Examined(name=dataset.name, status=Status.SKIPPED)
        read = [self._answers.read[task] for task in dataset.tasks if task in self._answers.read]
        rows = sum(one.rows for one in read)
        findings = [*self._of_contract(said), *self._of_files(rows, len(read)), *self._of_rules(rows)]
        return Examined(
            name=dataset.name,
            status=self._status(findings, answered=bool(read)),
            findings=tuple(findings),
            rows=rows if read else None,
            columns=max((one.columns for one in read), default=None),
            rules=max((one.rules for one in read), default=0),
            files=len(dataset.source.files),
            read=tuple(read),
            remembered=len(self._answers.remembered.intersection(dataset.tasks)),
        )

    def _status(self, findings: list[Finding], *, answered: bool) -> Status:
        weights = {finding.severity for finding in findings}
        if Severity.ERROR in weights or self._dataset.contract in self._answers.refused:
            return Status.FAILED
        if any(absent.is_elsewhere for absent in self._dataset.source.absent):
            return Status.INCONCLUSIVE
        if not answered:
            return Status.FAILED
        return Status.WARNED if Severity.WARNING in weights else Status.PASSED

    def _of_contract(self, said: set[int]) -> Iterable[Finding]:
        """Yield the trouble with the contract itself, once for all datasets that share it."""
        contract = self._dataset.contract
        if self._dataset.refused is not None:
            yield self._dataset.refused
        if contract is None or contract in said:
            return
        if contract in self._answers.refused:
            said.add(contract)
            yield refused_finding(self._context, self._contract, self._answers.refused[contract])
        for lost in self._answers.lost:
            if lost.contract == contract and lost.step.stage is Stage.LOAD:
                said.add(contract)
                yield lost_finding(self._dataset.name, self._contract, "", lost, self._limit, self._point)

    def _of_files(self, rows: int, read: int) -> Iterable[Finding]:
        dataset = self._dataset
        for absent in dataset.source.absent:
            yield self._absent(absent)
        broke_down = [self._answers.unreadable[task] for task in dataset.all_tasks if self._broke_down(task)]
        if broke_down:
            yield engine_finding(dataset.name, broke_down[0], self._point)
        for task in dataset.tasks:
            if task in self._answers.unreadable and not self._broke_down(task):
                found = self._answers.unreadable[task]
                yield unreadable_finding(dataset.name, self._paths(task)[0], found, self._point)
        if read and read == len(dataset.tasks) and not rows:
            yield no_rows_finding(dataset.name, dataset.source.files, self._point)
        for lost in self._answers.lost:
            if lost.task in dataset.all_tasks and lost.step.stage is not Stage.LOAD:
                path = self._paths(lost.task)[0]
                yield lost_finding(dataset.name, self._contract, path, lost, self._limit, self._point)
            elif self._was_without(lost):
                yield passed_over_finding(dataset.name, lost, self._limit, self._point)
        if set(self._answers.unasked) & set(dataset.all_tasks):
            yield unasked_finding(dataset.name, self._point)

    def _absent(self, absent: Absent) -> Finding:
        """Return the finding for data that is not here; what nobody has checked yet weighs more than what was."""
        name = self._dataset.name
        is_new = absent.is_elsewhere and self._recorded.is_new(name, absent.path)
        found = absent_finding(name, absent, self._point, is_new=is_new)
        fails = self._missing_data == "fail" or (is_new and self._missing_data == "fail-changed")
        return replace(found, severity=Severity.ERROR) if fails else found

    def _broke_down(self, task: int) -> bool:
        found = self._answers.unreadable.get(task)
        return found is not None and found.defect in (Defect.ENGINE, Defect.HANDING_OVER)

    def _was_without(self, lost: Lost) -> bool:
        """Return whether the dataset was asked without a rule because that was lost in a dataset before."""
        dataset = self._dataset
        if lost.contract != dataset.contract or not lost.step.rule or self._answers.remembered >= set(dataset.tasks):
            return False
        return lost.task < min(dataset.tasks, default=-1)

    def _of_rules(self, rows: int) -> Iterable[Finding]:
        dataset = self._dataset
        found = merge(
            ((self._paths(broken.task), broken) for broken in self._answers.broken if broken.task in dataset.all_tasks),
            self._plan.job.examples,
        )
        for breach in (Breach.MISSING, Breach.EXTRA):
            found, message = bundled(found, breach, dataset.name)
            if message is not None:
                yield Finding(
                    rule=CONTRACT,
                    severity=Severity.ERROR,
                    message=message,
                    location=self._point.row(None, dataset.source.files, "", None),
                    hint="is this the file that the contract is for, and its separator the right one?",
                    subject=dataset.name,
                )
        words = Words(dataset.name, rows, len(dataset.source.files))
        for merged in found:
            yield self._broken(merged, words)

    def _broken(self, merged: Merged, words: Words) -> Finding:
        first = merged.first
        raised = first.breach is Breach.RAISED
        line = first.line if first.line is not None else self._point.line(first.column)
        return Finding(
            rule=UNFINISHED if raised else CONTRACT,
            severity=Severity.WARNING if first.warn else Severity.ERROR,
            message=words.message(merged),
            location=self._point.contract(line)
            if raised
            else self._point.row(merged.first_place, merged.files, first.column, first.line),
            hint=hint_for(merged),
            subject=f"{self._dataset.name}.{first.column}" if first.column else self._dataset.name,
        )

    def _paths(self, task: int) -> tuple[str, ...]:
        """Return the files of a task from the project folder."""
        project = self._context.project
        return tuple(Path(file).relative_to(project).as_posix() for file in self._plan.job.tasks[task].files)
