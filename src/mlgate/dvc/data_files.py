"""Reads `.dvc` files: data that was added or imported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mlgate.documents import DocumentError, Path
from mlgate.dvc.hashes import hash_bytes
from mlgate.dvc.lock import read_item
from mlgate.dvc.paths import folder_of, join
from mlgate.dvc.reading import Shape, read_document
from mlgate.dvc.records import Item, Output, OutputKind, TrackedData
from mlgate.files import Files

_FREE = frozenset(
    {
        *("desc", "frozen", "isexec", "labels", "locked", "meta"),
        *("metric", "nfiles", "persist", "size", "type"),
    }
)
_KEYS = frozenset({"always_changed", "deps", "desc", "frozen", "locked", "md5", "meta", "outs", "wdir"})


def read_data_file(files: Files, path: str) -> TrackedData:
    """Return what a `.dvc` file says; raises `DocumentError` without a place."""
    document = read_document(files, path)
    if document is None:
        raise DocumentError("the file does not exist")
    shape = Shape(document)
    top = document.value
    if "cmd" in top:
        hint = "run `dvc stage add` to move it into a `dvc.yaml`"
        shape.fail(("cmd",), "a command in a `.dvc` file, which DVC left behind with version 1", hint)
    shape.known(top, (), _KEYS)
    wdir = join(folder_of(path), shape.text(top.get("wdir") or ".", ("wdir",)))
    outs = shape.sequence(top.get("outs") or [], ("outs",))
    deps = shape.sequence(top.get("deps") or [], ("deps",))
    return TrackedData(
        file=path,
        outs=tuple(_output(shape, item, ("outs", index), wdir) for index, item in enumerate(outs)),
        deps=tuple(_source(shape, item, ("deps", index), wdir) for index, item in enumerate(deps)),
        frozen=bool(top.get("frozen") or top.get("locked")),
        edited=bool(top.get("md5")) and top["md5"] != _own_md5(top),
        line=shape.line("md5"),
    )


def _own_md5(top: Mapping[str, Any]) -> str:
    """Return the md5 that DVC keeps of an import's own text, without what may change freely."""
    told = {key: value for key, value in top.items() if key not in ("md5", "meta", "desc")}
    if told.get("wdir") == ".":
        del told["wdir"]
    return hash_bytes(json.dumps(_without(told), sort_keys=True).encode())


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if key not in _FREE}
    return [_without(inner) for inner in value] if isinstance(value, list) else value


def _output(shape: Shape, value: object, path: Path, wdir: str) -> tuple[Output, Item]:
    data = shape.mapping(value, path)
    item = read_item(shape, data, path)
    flags = {key: shape.flag(data.get(key, key == "cache"), (*path, key)) for key in ("cache", "persist")}
    kind: OutputKind = "metric" if data.get("metric") else "plot" if data.get("plot") else "out"
    return Output(path=join(wdir, item.path), kind=kind, line=item.line, **flags), item


def _source(shape: Shape, value: object, path: Path, wdir: str) -> Item:
    """Return a dependency of an import; that from another repository or a database has no path here."""
    data = shape.mapping(value, path)
    if "repo" in data or "db" in data or "path" not in data:
        return Item(path="", line=shape.line(*path))
    item = read_item(shape, data, path)
    return Item(path=join(wdir, item.path), hash=item.hash, line=item.line)
