"""Turns the datasets of the config into one job, and says what of them cannot even be asked."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from mlgate.config import Config, Dataset
from mlgate.context import Context
from mlgate.data.dvc_outputs import dvc_outputs
from mlgate.data.folders import fixed_part
from mlgate.data.messages import ContractJob, EngineName, Engines, Job, Scope, Task
from mlgate.data.sources import Source, find_source
from mlgate.data.wording import listing
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code, nearest

RULE = "data/invalid-contract"
_ENDINGS = (".py", ".yaml", ".yml")


class DatasetPlan(Struct, frozen=True, kw_only=True):
    """A dataset: its files, and its contract and tasks by their places in the job, where it has any."""

    name: str
    source: Source
    contract: int | None = None
    refused: Finding | None = None
    tasks: tuple[int, ...] = ()
    together: int | None = None

    @property
    def all_tasks(self) -> tuple[int, ...]:
        """Return every task of the dataset."""
        return self.tasks if self.together is None else (*self.tasks, self.together)


class Plan(Struct, frozen=True, kw_only=True):
    """The datasets, the job for them, and the paths of its contracts from the project folder."""

    datasets: tuple[DatasetPlan, ...]
    job: Job
    contracts: tuple[str, ...]


def make_plan(context: Context, examples: int) -> Plan:
    """Return what is to be asked of the datasets of the config."""
    return _Planner(context).plan(examples)


class _Planner:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._contracts: dict[tuple[str, str | None], int] = {}
        self._tasks: list[Task] = []

    def plan(self, examples: int) -> Plan:
        datasets = tuple(self._dataset(name, held) for name, held in self._context.config.datasets.items())
        project = self._context.project
        jobs = tuple(ContractJob(path=str(project / path), name=name) for path, name in self._contracts)
        job = Job(
            project=str(project),
            contracts=jobs,
            tasks=tuple(self._tasks),
            examples=examples,
            engines=_engines(self._context.config),
        )
        return Plan(datasets=datasets, job=job, contracts=tuple(path for path, _ in self._contracts))

    def _dataset(self, name: str, dataset: Dataset) -> DatasetPlan:
        if dataset.contract is None:
            return DatasetPlan(name=name, source=Source())
        source = find_source(self._context, dataset.path, self._outputs())
        path, _, wanted = dataset.contract.partition(":")
        refused = self._ambiguous(name) or self._refused(name, path, wanted)
        if refused is not None:
            return DatasetPlan(name=name, source=source, refused=refused)
        key = (PurePosixPath(os.path.normpath(path)).as_posix(), wanted or None)
        contract = self._contracts.setdefault(key, len(self._contracts))
        scope = Scope.ROWS if len(source.files) > 1 else Scope.ALL
        project = str(self._context.project)
        paths = [os.path.join(project, file) for file in source.files]  # noqa: PTH118 - there may be thousands
        task = Task(
            contract=contract,
            files=(),
            scope=scope,
            separator=dataset.separator or None,
            engine=EngineName(dataset.engine),
            top=str(self._context.project / fixed_part(os.path.normpath(dataset.path))),
        )
        tasks = tuple(self._added(replace(task, files=(file,))) for file in paths)
        together = self._added(replace(task, files=tuple(paths), scope=Scope.TOGETHER)) if len(tasks) > 1 else None
        return DatasetPlan(name=name, source=source, contract=contract, tasks=tasks, together=together)

    def _added(self, task: Task) -> int:
        """Add a task to the job; return its place there."""
        self._tasks.append(task)
        return len(self._tasks) - 1

    def _outputs(self) -> frozenset[str]:
        if not hasattr(self, "_kept"):
            self._kept = dvc_outputs(self._context)
        return self._kept

    def _ambiguous(self, name: str) -> Finding | None:
        """Return that several contracts, or outputs of DVC, stand by the name of a dataset, where they do."""
        found = self._context.config.found.get(name)
        if found is None or max(len(found.contracts), len(found.data)) < 2:
            return None
        fits = found.contracts if len(found.contracts) > 1 else found.data
        what, keep, meant = "contract", "keep one of them, or name", f"contract: {fits[0]}"
        if fits is found.data:
            what, keep, meant = "output", "name", f"datasets: {{{name}: {{path: {fits[0]}}}}}"
        return Finding(
            rule=RULE,
            severity=Severity.ERROR,
            message=f"{amount(len(fits), what)} fit {code(name)}: {listing([code(path) for path in fits])}",
            location=config_location(self._context, name, "contract"),
            hint=f"{keep} the one that is meant: {code(meant)}",
            subject=name,
        )

    def _refused(self, name: str, path: str, wanted: str) -> Finding | None:
        """Return what is wrong with where a contract is said to be."""
        project, root = self._context.project.resolve(), self._context.root.resolve()
        place = Path(os.path.normpath(project / path))
        hint = None
        if not place.is_relative_to(root) or (place.exists() and not place.resolve().is_relative_to(root)):
            said, hint = "leads out of the repository", "keep contracts in the repository, where reviewers see them"
        elif place.suffix not in _ENDINGS:
            said, hint = "is neither Python nor YAML", "write `file.py`, `file.py:Name` or `file.yaml`"
        elif not place.exists():
            close = nearest(path, [file for file in self._context.files if file.endswith(_ENDINGS)])
            said, hint = "does not exist", f"did you mean {code(close)}?" if close else None
        elif not place.is_file():
            said = "is not a file"
        elif wanted and place.suffix != ".py":
            said, hint = f"is YAML, which has no {code(wanted)} in it", f"write {code(path)} alone"
        else:
            return None
        return Finding(
            rule=RULE,
            severity=Severity.ERROR,
            message=f"the contract {code(path)} of {code(name)} {said}",
            location=config_location(self._context, name, "contract"),
            hint=hint,
            subject=name,
        )


def _engines(config: Config) -> Engines:
    spark = config.spark
    return Engines(memory=int(config.duckdb.memory.bytes), master=spark.master, options=dict(spark.options))


def config_location(context: Context, dataset: str, key: str) -> Location | None:
    """Return where the config speaks of a dataset."""
    return context.config_location("datasets", dataset, key)
