"""Follows a model back through the lock: the data that its stage read, and where those came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from mlgate.dvc.assessment import Assessment
from mlgate.dvc.chain import Chain, recorded_deps, recorded_outs
from mlgate.dvc.lineage.models import find_models
from mlgate.dvc.records import Item, LockedStage, Stage

_DATA = frozenset({
    ".arrow", ".avro", ".csv", ".db", ".feather", ".h5", ".hdf5", ".json", ".jsonl", ".ndjson", ".npy", ".npz", ".orc",
    ".parquet", ".sqlite", ".tsv", ".xlsx",
})  # fmt: skip


class Snapshot(Struct, frozen=True, kw_only=True):
    """Data that went into a model: what the lock records of it, who makes it in words, and how it was reached.

    `direct` says that the model's own stage read it; other data are the sources that it was made from. `broken` says
    that the maker's entry records another version, so that nobody knows what this one was made from.
    """

    path: str
    item: Item
    by: str
    direct: bool
    broken: bool = False


class Lineage(Struct, frozen=True, kw_only=True):
    """One model: what is recorded of it, its stage and that one's entry in the lock, and the data that went in.

    `is_true` says that the entry is of the committed code and parameters.
    """

    path: str
    item: Item | None
    stage: Stage
    entry: LockedStage
    data: tuple[Snapshot, ...]
    is_true: bool


def trace(found: Assessment, wanted: tuple[str, ...] = ()) -> Iterator[Lineage]:
    """Yield the lineage of each model that the lock has; `wanted` are the paths or globs that name models."""
    true = {status.stage.address for status in found.statuses if status.is_true}
    for stage, out in find_models(found.pipelines, wanted):
        entry = found.locked.get((stage.file, stage.name))
        if entry is not None:
            yield Lineage(
                path=out.path,
                item=recorded_outs(stage, entry).get(out.path),
                stage=stage,
                entry=entry,
                data=tuple(_data(found, stage, entry)),
                is_true=stage.address in true,
            )


def flat_params(entry: LockedStage) -> Iterator[tuple[str, Any]]:
    """Yield the parameters that a lock records of a stage, each value by its key with dots."""
    for values in entry.params.values():
        for key, value in values.items():
            yield from _leaves(key, value)


def _data(found: Assessment, stage: Stage, entry: LockedStage) -> Iterator[Snapshot]:
    """Yield what the stage read, and then, along the chain as far as it holds, what that was made from."""
    assert found.chain is not None
    makers = {out.path: other for other in found.pipelines.stages for out in other.outs}
    recorded = recorded_deps(stage, entry)
    seen: set[str] = set()
    for path, item in recorded.items():
        made = found.chain.at(path) or found.chain.around(path)
        if made is not None or _is_data(path):
            seen.add(path)
            broken = made is not None and found.chain.breaks(made, path, item)
            yield Snapshot(path=path, item=item, by=made.by if made else "git", direct=True, broken=broken)
    left, done = [stage], {stage.address}
    while left:
        here = left.pop(0)
        held = found.locked.get((here.file, here.name))
        read = recorded_deps(here, held) if held else {}
        yield from (source for path, item in read.items() for source in _made(path, item, found.chain, makers, seen))
        yield from _in_git(read, found.chain, seen)
        for maker in (maker for path, item in read.items() for maker in _makers(path, item, found.chain, makers)):
            if maker.address not in done:
                done.add(maker.address)
                left.append(maker)


def _makers(path: str, item: Item, chain: Chain, makers: Mapping[str, Stage]) -> Iterator[Stage]:
    """Yield the stages that made what was read of a path."""
    for made in chain.near(path):
        if made.path in makers and not chain.breaks(made, path, item):
            yield makers[made.path]


def _made(path: str, item: Item, chain: Chain, makers: Mapping[str, Stage], seen: set[str]) -> Iterator[Snapshot]:
    """Yield the data of `.dvc` files that a path stands for, and what was read in another version than is recorded."""
    for made in chain.near(path):
        broken = chain.breaks(made, path, item)
        name = path if broken else made.path
        content = item if broken or path == made.path else made.item
        if (made.path in makers and not broken) or content is None or not seen.isdisjoint((path, name)):
            continue
        seen.add(name)
        yield Snapshot(path=name, item=content, by=made.by, direct=False, broken=broken)


def _in_git(read: Mapping[str, Item], chain: Chain, seen: set[str]) -> Iterator[Snapshot]:
    """Yield the data that git keeps, by the look of its name."""
    for path, item in read.items():
        if path not in seen and _is_data(path) and not any(chain.near(path)):
            seen.add(path)
            yield Snapshot(path=path, item=item, by="git", direct=False)


def _is_data(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _DATA


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for inner, below in value.items():
            yield from _leaves(f"{key}.{inner}", below)
    else:
        yield key, value
