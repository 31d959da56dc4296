"""The shape that DVC 3 asks of a `dvc.yaml`; the first thing that is wrong is an error at its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlgate.documents import Path
from mlgate.dvc.reading import Shape
from mlgate.text import code

_TOP = frozenset({"artifacts", "datasets", "metrics", "params", "plots", "stages", "vars"})
_STAGE = frozenset(
    {
        *("always_changed", "cmd", "deps", "desc", "frozen", "matrix", "meta"),
        *("metrics", "outs", "params", "plots", "vars", "wdir"),
    }
)
_OUTPUT = frozenset({"cache", "checkpoint", "desc", "labels", "meta", "persist", "push", "remote", "type"})
_PLOT = _OUTPUT | {"header", "template", "title", "x", "x_label", "y", "y_label"}


def check_top(shape: Shape, value: Mapping[str, Any]) -> None:
    """Judge the top of a `dvc.yaml`; the stages are judged one by one."""
    shape.known(value, (), _TOP)
    for key in ("metrics", "params"):
        for index, item in enumerate(shape.sequence(value.get(key, []), (key,))):
            shape.text(item, (key, index))
    shape.sequence(value.get("plots", []), ("plots",))
    for name, artifact in shape.mapping(value.get("artifacts", {}), ("artifacts",)).items():
        place: Path = ("artifacts", name)
        if "path" not in shape.mapping(artifact, place):
            shape.fail(place, "the key `path` is missing")
        shape.text(artifact["path"], (*place, "path"))


def check_stage(shape: Shape, data: Mapping[str, Any], path: Path) -> None:
    """Judge one stage, before its templates are filled in."""
    shape.known(data, path, _STAGE)
    if "cmd" not in data:
        shape.fail(path, "the key `cmd` is missing", "a stage needs the command that makes its outputs")
    if not isinstance(data["cmd"], (str, list)) or not data["cmd"]:
        shape.fail((*path, "cmd"), "`cmd` must be a command or a list of commands")
    for key in ("wdir", "desc"):
        if key in data:
            shape.text(data[key], (*path, key))
    for key in ("frozen", "always_changed"):
        if key in data:
            shape.flag(data[key], (*path, key))
    for index, item in enumerate(shape.sequence(data.get("deps", []), (*path, "deps"))):
        shape.text(item, (*path, "deps", index))
    for index, item in enumerate(shape.sequence(data.get("params", []), (*path, "params"))):
        if not isinstance(item, (str, dict)):
            shape.fail((*path, "params", index), f"{code(item)} names no parameter")
    for key, known in (("outs", _OUTPUT), ("metrics", _OUTPUT), ("plots", _PLOT)):
        _check_outputs(shape, data.get(key, []), (*path, key), known)


def _check_outputs(shape: Shape, listed: object, path: Path, known: frozenset[str]) -> None:
    for index, item in enumerate(shape.sequence(listed, path)):
        place = (*path, index)
        if isinstance(item, str):
            continue
        for name, flags in shape.mapping(item, place).items():
            inner: Path = (*place, name)
            shape.known(shape.mapping(flags, inner), inner, known)
            for key in ("cache", "persist", "push"):
                if key in flags:
                    shape.flag(flags[key], (*inner, key))
