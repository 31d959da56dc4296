"""Follows a model back through the lock: the data that its stage read, and where those came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from mlgate.dvc.assessment import Assessment
from mlgate.dvc.chain import Made, recorded_deps, recorded_outs
from mlgate.dvc.graph import made_inputs
from mlgate.dvc.lineage.models import find_models
from mlgate.dvc.records import Item, LockedStage, Stage

_DATA = frozenset({
    ".arrow", ".avro", ".csv", ".db", ".feather", ".h5", ".hdf5", ".json", ".jsonl", ".ndjson", ".npy", ".npz", ".orc",
    ".parquet", ".sqlite", ".tsv", ".xlsx",
})  # fmt: skip


class Snapshot(Struct, frozen=True, kw_only=True):
    """Data that went into a model: what the lock records of it, who makes it in words, and how it was reached.

    `direct` says that the model's own stage read it; other data are the sources that it was made from.
    """

    path: str
    item: Item
    by: str
    direct: bool


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
    assert found.chain is not None
    makers = {out.path: other for other in found.pipelines.stages for out in other.outs}
    recorded = recorded_deps(stage, entry)
    seen: set[str] = set()
    for path, item in recorded.items():
        made = found.chain.at(path)
        if made is not None or _is_data(path):
            seen.add(path)
            yield Snapshot(path=path, item=item, by=made.by if made else "git", direct=True)
    left, done = [stage], {stage.address}
    while left:
        here = left.pop(0)
        for made in made_inputs(here, found.chain):
            maker = makers.get(made.path)
            if maker is not None and maker.address not in done:
                done.add(maker.address)
                left.append(maker)
        yield from _sources(here, found, makers, seen)


def _sources(here: Stage, found: Assessment, makers: Mapping[str, Stage], seen: set[str]) -> Iterator[Snapshot]:
    """Yield the data that no stage makes and that a stage read: of `.dvc` files, or in git by the look of its name."""
    assert found.chain is not None
    entry = found.locked.get((here.file, here.name))
    recorded: Mapping[str, Item] = recorded_deps(here, entry) if entry else {}
    of_files: list[Made] = [made for made in made_inputs(here, found.chain) if made.path not in makers]
    for made in of_files:
        item = recorded.get(made.path) or made.item
        if made.path not in seen and item is not None:
            seen.add(made.path)
            yield Snapshot(path=made.path, item=item, by=made.by, direct=False)
    for path, item in recorded.items():
        if path not in seen and path not in makers and found.chain.around(path) is None and _is_data(path):
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
