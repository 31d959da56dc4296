"""Has only those tasks of a job answered whose files, contract or tools changed since they were answered last.

What a contract depends on is what its worker opened or imported below the project folder, and the names beside which
it was imported. The clock, the environment and the network are not looked at.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mlgate import __version__
from mlgate.cache import Cache, Stat, decoded, stat_of
from mlgate.context import Context
from mlgate.data.child import Child
from mlgate.data.folders import folders_of
from mlgate.data.messages import Breach, Broken, EngineName, Job, Loaded, Read
from mlgate.data.session import Answers, Limits, hold_session
from mlgate.digest import digest

_TOOLS = ("numpy", "pandas", "pandera", "polars", "pyarrow")
_ENGINES: dict[EngineName, tuple[str, ...]] = {
    EngineName.POLARS: (),
    EngineName.DUCKDB: ("duckdb",),
    EngineName.SPARK: ("pyspark",),
}


class _Kept(Struct, frozen=True):
    """What a worker said of one task, and of its contract."""

    loaded: Loaded
    read: Read | None
    broken: tuple[Broken, ...]


class _Plans(Struct, frozen=True):
    """A contract as it was when it was loaded last, and the plans that were made of it."""

    loaded: Loaded
    plans: dict[str, bytes]


def hold_remembered(context: Context, job: Job, limits: Limits, cache: Cache) -> Answers:
    """Return the answers to a job: those that are known still, and those of a session for the rest."""
    if not cache.is_on:
        return hold_session(context, job, limits)
    paths = dict.fromkeys(path for task in job.tasks for path in task.files)
    before = {path: stat_of(path) for path in paths if os.path.exists(path)}  # noqa: PTH110
    with _worker(context, job, wanted=_is_anything_new(job, before, cache)) as child:
        keys = _keys(job, range(len(job.tasks)), cache)
        kept = {number: held for number, key in keys.items() if (held := decoded(cache.get(key), _Kept)) is not None}
        waiting = [number for number in range(len(job.tasks)) if number not in kept]
        answers = Answers()
        if waiting:
            answers, run = _asked(context, job, waiting, limits, _known_plans(job, cache), child)
            _keep(job, answers, waiting, cache, before, run)
    for number, held in kept.items():
        answers.loaded.setdefault(job.tasks[number].contract, held.loaded)
        if held.read is not None:
            answers.read[number] = held.read
        answers.broken += [replace(broken, task=number) for broken in held.broken]
        answers.remembered.add(number)
    answers.broken.sort(key=lambda broken: broken.task)
    return answers


def _is_anything_new(job: Job, files: Iterable[str], cache: Cache) -> bool:
    """Return whether a contract or a file is not as it was last, as far as that is told without reading it."""
    opened = [known_files(job, number, cache) for number in range(len(job.contracts))]
    known = [path for paths in opened if paths is not None for path in paths]
    return None in opened or not all(map(cache.knows, (*known, *files)))


@contextmanager
def _worker(context: Context, job: Job, *, wanted: bool) -> Iterator[Child | None]:
    """Have a worker start while it is looked up what there is for it to do, where it is `wanted` at all."""
    child = Child(context, job) if wanted else None
    try:
        yield child
    finally:
        if child is not None:
            child.release()


def _asked(
    context: Context, job: Job, waiting: list[int], limits: Limits, plans: Mapping[int, _Plans], child: Child | None
) -> tuple[Answers, set[int]]:
    """Return the answers to some tasks of a job, and the contracts that ran for them."""
    contracts = tuple(
        replace(one, plans=plans[number].plans) if number in plans else one for number, one in enumerate(job.contracts)
    )
    tasks = tuple(job.tasks[number] for number in waiting)
    asked = hold_session(context, replace(job, contracts=contracts, tasks=tasks), limits, child)
    answers = _numbered(asked, waiting)
    run = set(answers.loaded)
    for number, known in plans.items():
        if number not in answers.refused:
            answers.loaded.setdefault(number, known.loaded)
    return answers, run


def _known_plans(job: Job, cache: Cache) -> dict[int, _Plans]:
    """Return the plans of the contracts of which nothing changed."""
    found = {}
    for number in range(len(job.contracts)):
        contract = _contract_key(job, number, cache)
        held = None if contract is None else decoded(cache.get(_plans_key(contract)), _Plans)
        if held is not None:
            found[number] = held
    return found


def _plans_key(contract: str) -> str:
    about = (tools(Path(__file__).parent), contract)
    return f"plans-{digest(*(part.encode('utf-8', 'surrogateescape') for part in about))}"


def _keys(job: Job, numbers: Collection[int], cache: Cache) -> dict[int, str]:
    """Return the keys of tasks by their numbers, where the dependencies of their contracts are known."""
    tasks = {number: job.tasks[number] for number in numbers}
    contracts = {number: _contract_key(job, number, cache) for number in {task.contract for task in tasks.values()}}
    engines = {task.engine for task in tasks.values()}
    own = {engine: tools(Path(__file__).parent, _ENGINES[engine]) for engine in engines}
    found = {}
    for number, task in tasks.items():
        contract = contracts[task.contract]
        if contract is None:
            continue
        try:
            files = [f"{_ending(path)} {cache.hash_of(path)} {folders_of(path, task.top)}" for path in task.files]
        except OSError:
            continue
        how = [task.engine.value, task.scope.value, repr(task.separator), str(job.examples)]
        about = [own[task.engine], contract, *how, *files]
        found[number] = f"task-{digest(*(part.encode('utf-8', 'surrogateescape') for part in about))}"
    return found


def _ending(path: str) -> str:
    return os.path.basename(path).partition(".")[2]  # noqa: PTH119 - asked of thousands of files


def _names_key(job: Job, contract: int) -> str:
    held = job.contracts[contract]
    return f"files-{digest(os.fsencode(job.project), os.fsencode(held.path), repr(held.name).encode())}"


def known_files(job: Job, contract: int, cache: Cache) -> tuple[str, ...] | None:
    """Return the files of the project that a contract opened when it was last asked, where that is known."""
    return decoded(cache.get(_names_key(job, contract)), tuple[str, ...])


def _contract_key(job: Job, contract: int, cache: Cache) -> str | None:
    """Return what a contract is by the content of all that it opened, or None where that is not known."""
    paths = known_files(job, contract, cache)
    if paths is None:
        return None
    held = job.contracts[contract]
    try:
        parts = [f"{path}\0{cache.hash_of(path)}" for path in sorted({held.path, *paths})]
    except OSError:
        return None
    return "\0".join([held.path, repr(held.name), *parts, *_importable(Path(job.project))])


def _importable(project: Path) -> list[str]:
    """Return the names that an import could find in the project before what is installed."""
    places = (project, project / "src")
    return sorted(entry.path for place in places if place.is_dir() for entry in os.scandir(place) if _is_module(entry))


def _is_module(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.name.endswith(".py") or (entry.name.isidentifier() and entry.is_dir())
    except OSError:  # a link that leads to itself
        return False


def tools(own_folder: Path, more: Collection[str] = ()) -> str:
    """Return the versions of Python, mlgate and the packages that a verdict hangs on, without importing them.

    The modules in `own_folder`, where mlgate's own arithmetic is, count by their times; `more` names more packages.
    """
    wanted = (*_TOOLS, *more)
    installed = sorted(
        name
        for folder in sys.path
        if folder.endswith(("site-packages", "dist-packages")) and Path(folder).is_dir()
        for name in os.listdir(folder)  # noqa: PTH208 - names are all that is wanted
        if name.endswith(".dist-info") and name.partition("-")[0].lower() in wanted
    )
    own = sorted(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in own_folder.rglob("*.py"))
    return "\0".join([__version__, sys.version, *installed, *own])


def _numbered(asked: Answers, waiting: list[int]) -> Answers:
    """Return the answers of a part of a job by the places of its tasks in the whole."""
    asked.read = {waiting[number]: replace(read, task=waiting[number]) for number, read in asked.read.items()}
    asked.unreadable = {waiting[number]: found for number, found in asked.unreadable.items()}
    asked.broken = [replace(broken, task=waiting[broken.task]) for broken in asked.broken]
    asked.lost = [replace(lost, task=waiting[lost.task] if lost.task >= 0 else -1) for lost in asked.lost]
    asked.unasked = [waiting[number] for number in asked.unasked]
    return asked


def _keep(
    job: Job, answers: Answers, asked: list[int], cache: Cache, before: Mapping[str, Stat], run: Collection[int]
) -> None:
    """Keep what was answered in full about files that did not change meanwhile; `run` are the contracts that ran."""
    if answers.used is None or answers.never_began is not None or answers.lost or answers.unasked:
        return
    data = {path for task in job.tasks for path in task.files}
    used = tuple(path for path in answers.used if path not in data)
    for contract in {job.tasks[number].contract for number in asked}.intersection(run):
        cache.put(_names_key(job, contract), msgspec.json.encode(used))
        known = _contract_key(job, contract, cache)
        if known is not None and answers.planned.get(contract):
            plans = _Plans(answers.loaded[contract], answers.planned[contract])
            cache.put(_plans_key(known), msgspec.json.encode(plans))
    keys = _keys(job, asked, cache)
    for number in asked:
        task = job.tasks[number]
        broken = tuple(one for one in answers.broken if one.task == number)
        whole = number not in answers.unreadable and all(one.breach is not Breach.RAISED for one in broken)
        same = all(path in before and stat_of(path) == before[path] for path in task.files)
        if whole and same and number in keys and task.contract in answers.loaded:
            kept = _Kept(answers.loaded[task.contract], answers.read.get(number), broken)
            cache.put(keys[number], msgspec.json.encode(kept))
    cache.prune()
