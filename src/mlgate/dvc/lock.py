"""Reads `dvc.lock`, schema 2.0, with the line of every entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlgate.documents import Path
from mlgate.dvc.paths import stays_inside
from mlgate.dvc.reading import Shape, read_document
from mlgate.dvc.records import Command, Hash, Item, Lock, LockedStage
from mlgate.files import Files
from mlgate.text import code

NAME = "dvc.lock"
_MD5_DIGITS = 32
_REDO = "run `dvc repro` and commit the dvc.lock that it writes"
_RESTORE = "bring the file back from the history, or let DVC write it again"


def lock_path(pipeline: str) -> str:
    """Return the path of the lock beside a `dvc.yaml`."""
    return pipeline.removesuffix("yaml") + "lock"


def read_lock(files: Files, path: str) -> Lock | None:
    """Return what a `dvc.lock` says, or None where there is none; raises `DocumentError` without a place."""
    document = read_document(files, path)
    if document is None:
        return None
    shape = Shape(document)
    top = document.value
    if not top:
        return Lock(file=path, stages={})
    if "schema" not in top:
        shape.fail((), "no `schema`: a lock of DVC 1, which DVC 3 does not read", _REDO)
    if top["schema"] != "2.0":
        shape.fail(("schema",), f"the schema {code(top['schema'])} is not `2.0`, the one of DVC 2 and 3", _REDO)
    shape.known(top, (), frozenset({"datasets", "schema", "stages"}))
    stages = shape.mapping(top.get("stages") or {}, ("stages",))
    return Lock(file=path, stages={name: _stage(shape, name, data) for name, data in stages.items()})


def read_item(shape: Shape, value: object, path: Path) -> Item:
    """Return one entry of `deps` or `outs`, from a lock or a `.dvc` file."""
    data = shape.mapping(value, path)
    if "path" not in data:
        shape.fail(path, "the key `path` is missing", _RESTORE)
    numbers = {key: data[key] for key in ("size", "nfiles") if type(data.get(key)) is int}
    dos2unix = "hash" not in data
    return Item(
        path=shape.text(data["path"], (*path, "path")),
        hash=_hash(shape, data.get("md5"), (*path, "md5"), dos2unix=dos2unix),
        files=_listing(shape, data["files"], (*path, "files"), dos2unix=dos2unix) if data.get("files") else None,
        line=shape.line(*path, "md5") if "md5" in data else shape.line(*path),
        **numbers,
    )


def _stage(shape: Shape, name: str, value: object) -> LockedStage:
    path: Path = ("stages", name)
    data = shape.mapping(value, path)
    shape.known(data, path, frozenset({"cmd", "deps", "outs", "params"}))
    if "cmd" not in data:
        shape.fail(path, f"the command of {code(name)} is missing", _RESTORE)
    return LockedStage(
        name=name,
        line=shape.line(*path),
        cmd=_command(shape, data["cmd"], (*path, "cmd")),
        deps=_items(shape, data.get("deps", []), (*path, "deps")),
        outs=_items(shape, data.get("outs", []), (*path, "outs")),
        params=_params(shape, data.get("params", {}), (*path, "params")),
    )


def _command(shape: Shape, value: object, path: Path) -> Command:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return shape.text(value, path)


def _items(shape: Shape, listed: object, path: Path) -> Mapping[str, Item]:
    found: dict[str, Item] = {}
    for index, value in enumerate(shape.sequence(listed, path)):
        item = read_item(shape, value, (*path, index))
        if item.path in found:
            shape.fail((*path, index), f"{code(item.path)} is listed twice", _RESTORE)
        found[item.path] = item
    return found


def _params(shape: Shape, value: object, path: Path) -> Mapping[str, Mapping[str, Any]]:
    files = shape.mapping(value, path)
    return {file: shape.mapping(values, (*path, file)) for file, values in files.items()}


def _hash(shape: Shape, value: object, path: Path, *, dos2unix: bool) -> Hash | None:
    if value is None or value == "":
        return None
    text = str(value).lower()
    digits = text.removesuffix(".dir")
    if len(digits) != _MD5_DIGITS or digits.strip("0123456789abcdef"):
        shape.fail(path, f"{code(value)} is no md5", _RESTORE)
    return Hash(text, dos2unix)


def _listing(shape: Shape, value: object, path: Path, *, dos2unix: bool) -> Mapping[str, Hash] | None:
    """Return the files of a directory by their path in it, or None where one has no md5."""
    found: dict[str, Hash] = {}
    for index, entry in enumerate(shape.sequence(value, path)):
        data = shape.mapping(entry, (*path, index))
        digest = _hash(shape, data.get("md5"), (*path, index, "md5"), dos2unix=dos2unix)
        if digest is None or not isinstance(data.get("relpath"), str):
            return None
        if not stays_inside(data["relpath"]):
            shape.fail((*path, index), f"{code(data['relpath'])} leads out of its directory", _RESTORE)
        found[data["relpath"]] = digest
    return found
