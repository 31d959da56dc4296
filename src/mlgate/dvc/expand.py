"""Turns the `stages:` of a `dvc.yaml` into plain stages: loops unrolled, templates filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from msgspec import Struct

from mlgate.documents import Path
from mlgate.dvc.paths import join
from mlgate.dvc.reading import Shape
from mlgate.dvc.schema import check_stage
from mlgate.dvc.template import Scope, TemplateError, is_one_template, resolve, to_text
from mlgate.dvc.variables import Variables
from mlgate.text import code

MOST_STAGES = 10_000


class Plain(Struct, frozen=True):
    """A stage with its templates filled in, and where its definition stands in the document."""

    name: str
    path: Path
    data: Mapping[str, Any]
    wdir: str


class _Arm(Struct, frozen=True):
    name: str
    values: Mapping[str, Any]


class Expander:
    """Expands the stages of one `dvc.yaml` that lies in `folder`."""

    def __init__(self, shape: Shape, variables: Variables, scope: Scope, folder: str) -> None:
        """Keep what templates may name."""
        self._shape = shape
        self._variables = variables
        self._scope = scope
        self._folder = folder

    def stages(self, listed: object) -> Iterator[Plain]:
        """Return the stages that `stages:` defines, in its order; raises `DocumentError` at the first bad one."""
        for name, definition in self._shape.mapping(listed, ("stages",)).items():
            path: Path = ("stages", name)
            data = self._shape.mapping(definition, path)
            if "foreach" in data or "do" in data:
                yield from self._foreach(name, data, path)
            else:
                check_stage(self._shape, data, path)
                yield from (
                    self._matrix(name, data, path) if "matrix" in data else [self._plain(name, data, path, self._scope)]
                )

    def filled(self, value: object, path: Path, field: str | None = None) -> Any:
        """Return a value of the document that stands at `path` with its templates filled in."""
        return self._filled(value, self._scope, path, field)

    def _foreach(self, name: str, data: Mapping[str, Any], path: Path) -> Iterator[Plain]:
        self._shape.known(data, path, frozenset({"foreach", "do"}))
        for key in ("foreach", "do"):
            if key not in data:
                self._shape.fail(path, f"the key {code(key)} is missing")
        inner: Path = (*path, "do")
        body = self._shape.mapping(data["do"], inner)
        check_stage(self._shape, body, inner)
        for arm in _foreach_arms(data["foreach"], self._items(data["foreach"], (*path, "foreach"))):
            yield self._plain(f"{name}@{arm.name}", body, inner, self._scope.with_loop(arm.values))

    def _items(self, raw: object, path: Path) -> Any:
        found = self._filled(raw, self._scope, path, None)
        if not isinstance(found, (list, dict)):
            self._shape.fail(path, "`foreach` must be a list, or keys and values")
        return found

    def _matrix(self, name: str, data: Mapping[str, Any], path: Path) -> Iterator[Plain]:
        axes = self._shape.mapping(data["matrix"], (*path, "matrix"))
        found: dict[str, list[tuple[str, Any]]] = {}
        for axis, raw in axes.items():
            values = self._filled(raw, self._scope, (*path, "matrix", axis), None)
            if not isinstance(values, list):
                self._shape.fail((*path, "matrix", axis), f"the axis {code(axis)} must be a list")
            found[axis] = [(_axis_label(axis, i, raw, value), value) for i, value in enumerate(values)]
        body = {key: value for key, value in data.items() if key != "matrix"}
        if prod(map(len, found.values())) > MOST_STAGES:
            self._shape.fail((*path, "matrix"), f"the matrix makes more than {MOST_STAGES:,} stages")
        arms = {}
        for chosen in product(*found.values()):
            label = "-".join(text for text, _ in chosen)
            item = {axis: value for axis, (_, value) in zip(found, chosen, strict=True)}
            arms[label] = _Arm(label, {"item": item, "key": label})
        for arm in arms.values():
            yield self._plain(f"{name}@{arm.name}", body, path, self._scope.with_loop(arm.values))

    def _plain(self, name: str, data: Mapping[str, Any], path: Path, scope: Scope) -> Plain:
        wdir = self._folder
        if data.get("wdir"):
            wdir = join(self._folder, to_text(self._filled(data["wdir"], scope, (*path, "wdir"), None)))
        if data.get("vars"):
            scope = scope.copy()
            self._variables.load(scope, data["vars"], wdir, (*path, "vars"))
        filled = {
            key: self._filled(value, scope, (*path, key), key)
            for key, value in data.items()
            if key not in ("vars", "wdir")
        }
        return Plain(name, path, filled, wdir)

    def _filled(self, value: object, scope: Scope, path: Path, field: str | None) -> Any:
        try:
            return resolve(value, scope, field)
        except TemplateError as error:
            self._shape.fail(path + error.path, error.message, error.hint)


def _foreach_arms(raw: object, items: Any) -> Iterator[_Arm]:
    if isinstance(items, dict):
        for key, value in items.items():
            yield _Arm(to_text(key), {"item": value, "key": to_text(key)})
        return
    if any(isinstance(value, (list, dict)) for value in items):
        named = {str(index): value for index, value in enumerate(items)}
    else:
        named = {_label(raw, index, value): value for index, value in enumerate(items)}
    for name, value in named.items():
        yield _Arm(name, {"item": value})


def _axis_label(axis: str, index: int, raw: object, value: object) -> str:
    return f"{axis}{index}" if isinstance(value, (list, dict)) else _label(raw, index, value)


def _label(raw: object, index: int, value: object) -> str:
    """Return the name of a loop's arm; DVC writes a value that came through a template as Python does (`True`)."""
    part = raw[index] if isinstance(raw, list) else raw
    return str(value) if is_one_template(part) else to_text(value)
