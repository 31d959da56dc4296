"""Which files `dvc metrics show` would read: the metrics of stages and of `.dvc` files, then the top-level ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlgate.dvc.cache import Cache
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.paths import is_foreign, is_inside, join
from mlgate.dvc.reading import placed
from mlgate.dvc.records import Hash, Item, Lock, MetricFile, Output, Pipelines, Stage
from mlgate.errors import MlgateError
from mlgate.files import Files

_NOT_METRICS = frozenset({".gitignore", ".gitkeep", ".dvcignore"})


class _Owned:
    """Who writes an output, and what is recorded of its content."""

    def __init__(self, output: Output, stage: Stage | None, item: Item | None) -> None:
        self.output = output
        self.stage = stage
        self.item = item


def find_metrics(files: Files, pipelines: Pipelines, prefix: str, cache: Cache | None) -> tuple[MetricFile, ...]:
    """Return the metric files of one side, each once, in DVC's order; raises `MlgateError` for a bad `dvc.lock`."""
    owned = _owned(files, pipelines, prefix)
    wanted = [path for path, owner in owned.items() if owner.output.kind == "metric"]
    found: dict[str, MetricFile] = {}
    for path in (*wanted, *pipelines.top_metrics):
        if not is_foreign(path):
            for metric in _expanded(files, path, owned, cache):
                found.setdefault(metric.path, metric)
    return tuple(found.values())


def _owned(files: Files, pipelines: Pipelines, prefix: str) -> dict[str, _Owned]:
    outs = (out for stage in pipelines.stages for out in stage.outs)
    needed = pipelines.top_metrics or any(out.kind == "metric" and out.cache for out in outs)
    locks = {file: _lock(files, file, prefix) for file in pipelines.files} if needed else {}
    found: dict[str, _Owned] = {}
    for stage in pipelines.stages:
        recorded = _recorded(stage, locks.get(stage.file))
        for out in stage.outs:
            found[out.path] = _Owned(out, stage, recorded.get(out.path))
    for data in pipelines.data:
        for out, item in data.outs:
            found[out.path] = _Owned(out, None, item)
    return found


def _lock(files: Files, pipeline: str, prefix: str) -> Lock | None:
    name = lock_path(pipeline)
    try:
        return read_lock(files, name)
    except MlgateError as error:
        raise placed(error, prefix + name) from None


def _recorded(stage: Stage, lock: Lock | None) -> Mapping[str, Item]:
    locked = lock.stages.get(stage.name) if lock else None
    return {join(stage.wdir, item.path): item for item in locked.outs.values()} if locked else {}


def _expanded(files: Files, path: str, owned: Mapping[str, _Owned], cache: Cache | None) -> Iterator[MetricFile]:
    """Return the one metric of a file, or one for each file of a directory."""
    listing = _listing(owned.get(path), cache)
    known = [] if path in ("", "..") or path.startswith("../") else files.below(path)
    inside = {*known, *(f"{path}/{name}" for name in listing)}
    for name in sorted(inside) or [path]:
        if name.rpartition("/")[2] in _NOT_METRICS:
            continue
        owner = owned.get(name) or _outer(name, owned)
        if owner is None:
            yield MetricFile(path=name)
            continue
        yield MetricFile(
            path=name,
            cached=owner.output.cache,
            stage=owner.stage.address if owner.stage else None,
            hash=_hash_in(name, owner, cache),
            lost=owner.output.path != name and _is_lost(owner, cache),
        )


def _outer(path: str, owned: Mapping[str, _Owned]) -> _Owned | None:
    return next((owner for out, owner in owned.items() if is_inside(path, out)), None)


def _hash_in(path: str, owner: _Owned, cache: Cache | None) -> Hash | None:
    top = owner.output.path
    if path == top:
        return owner.item.hash if owner.item else None
    return _listing(owner, cache).get(path[len(top) + 1 :])


def _is_lost(owner: _Owned, cache: Cache | None) -> bool:
    """Return whether the lock names a listing of the directory that is not on this machine."""
    item = owner.item
    is_named = item is not None and item.files is None and item.hash is not None and item.hash.is_folder
    return is_named and not _listing(owner, cache)


def _listing(owner: _Owned | None, cache: Cache | None) -> Mapping[str, Hash]:
    item = owner.item if owner else None
    if item is None:
        return {}
    if item.files is not None:
        return item.files
    if item.hash is None or not item.hash.is_folder or cache is None:
        return {}
    return cache.listing(item.hash) or {}
