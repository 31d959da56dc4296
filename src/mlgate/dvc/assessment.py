"""All that can be said of a project's pipelines from its files: what cannot be read, and how true the locks are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from mlgate.dvc.cache import find_cache
from mlgate.dvc.chain import Chain, Locked, find_made
from mlgate.dvc.compare import Comparer
from mlgate.dvc.graph import Clash, circle, clashes
from mlgate.dvc.ignore import load_ignore
from mlgate.dvc.lock import NAME, lock_path, read_lock
from mlgate.dvc.param_changes import ParamReader
from mlgate.dvc.pipeline import read_pipelines
from mlgate.dvc.reading import placed
from mlgate.dvc.records import Lock, LockedStage, Pipelines, Stage, TrackedData
from mlgate.dvc.status import Fault, Reason, StageStatus, data_reasons, stage_statuses
from mlgate.dvc.work_tree import WorkTree
from mlgate.errors import MlgateError
from mlgate.files import HeadFiles


class LeftOver(Struct, frozen=True, kw_only=True):
    """A stage that a lock holds and no `dvc.yaml` has."""

    file: str
    stage: LockedStage


class Assessment(Struct, frozen=True, kw_only=True):
    """What was found. Where a file cannot be read, or the pipeline is no pipeline, nothing else is said.

    `without_lock` are the `dvc.yaml` files whose stages have no lock beside them; `ignored` are locks that git ignores.
    `locked` and `chain` are what the locks record: each stage's entry, and who makes which output. `bare` says that
    more of what DVC keeps is missed here than is here: most was not checked out.
    """

    pipelines: Pipelines
    problems: tuple[MlgateError, ...] = ()
    clashes: tuple[Clash, ...] = ()
    circle: tuple[Stage, ...] = ()
    statuses: tuple[StageStatus, ...] = ()
    data: tuple[tuple[TrackedData, tuple[Reason, ...]], ...] = ()
    without_lock: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    left_over: tuple[LeftOver, ...] = ()
    orphans: tuple[str, ...] = ()
    locked: Locked = {}
    chain: Chain | None = None
    bare: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether the project has nothing of DVC's."""
        return not (self.pipelines.files or self.pipelines.data or self.problems or self.orphans)


def assess(files: HeadFiles, project: Path, root: Path, prefix: str) -> Assessment:
    """Return the assessment of a work tree; raises `MlgateError` for a params file that cannot be read."""
    cache = find_cache(project, root)
    reading = read_pipelines(files, prefix, cache)
    pipelines = reading.pipelines
    locks, bad = _read_locks(files, pipelines, prefix)
    told = {str(problem): problem for problem in (*reading.problems, *bad)}
    if told:
        return Assessment(pipelines=pipelines, problems=tuple(told.values()))
    stages = {(file, name): stage for file, lock in locks.items() for name, stage in lock.stages.items()}
    chain = Chain(find_made(pipelines, stages), cache)
    clashing = tuple(clashes(pipelines))
    round_about = () if clashing else circle(pipelines, chain)
    if clashing or round_about:
        return Assessment(pipelines=pipelines, clashes=clashing, circle=round_about)
    comparer = Comparer(WorkTree(project, files.listed, load_ignore(files), files.removed), chain)
    statuses = stage_statuses(pipelines, stages, comparer, ParamReader(files, prefix))
    data = tuple((data, data_reasons(data, comparer)) for data in pipelines.data)
    with_stages = sorted({stage.file for stage in pipelines.stages})
    return Assessment(
        pipelines=pipelines,
        statuses=statuses,
        data=data,
        without_lock=tuple(file for file in with_stages if file not in locks),
        ignored=tuple(lock_path(file) for file in with_stages if file in locks and lock_path(file) not in files.listed),
        left_over=tuple(_left_over(locks, pipelines)),
        orphans=tuple(path for path in files.named(NAME) if path.removesuffix("lock") + "yaml" not in pipelines.files),
        locked=stages,
        chain=chain,
        bare=_misses(statuses, data) and comparer.is_bare(),
    )


def _misses(statuses: Iterable[StageStatus], data: Iterable[tuple[TrackedData, tuple[Reason, ...]]]) -> bool:
    """Return whether anything that DVC keeps is gone from the work tree."""
    reasons = [*(status.reasons for status in statuses), *(reasons for _, reasons in data)]
    return any(reason.fault is Fault.DELETED for of_one in reasons for reason in of_one)


def _read_locks(files: HeadFiles, pipelines: Pipelines, prefix: str) -> tuple[Mapping[str, Lock], list[MlgateError]]:
    found: dict[str, Lock] = {}
    problems: list[MlgateError] = []
    for file in pipelines.files:
        name = lock_path(file)
        try:
            lock = read_lock(files, name)
        except MlgateError as error:
            problems.append(placed(error, prefix + name))
            continue
        if lock is not None:
            found[file] = lock
    return found, problems


def _left_over(locks: Mapping[str, Lock], pipelines: Pipelines) -> Iterator[LeftOver]:
    wanted = {(stage.file, stage.name) for stage in pipelines.stages}
    for file, lock in locks.items():
        for name, stage in lock.stages.items():
            if (file, name) not in wanted:
                yield LeftOver(file=lock.file, stage=stage)
