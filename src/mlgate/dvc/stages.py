"""Makes the record of a stage from its definition, templates filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlgate.documents import Path
from mlgate.dvc.expand import Plain
from mlgate.dvc.params import DEFAULT
from mlgate.dvc.paths import join
from mlgate.dvc.reading import Shape
from mlgate.dvc.records import Command, Dependency, Output, OutputKind, ParamsFile, Stage
from mlgate.dvc.template import to_text
from mlgate.text import code

_SECTIONS: tuple[tuple[str, OutputKind], ...] = (("outs", "out"), ("metrics", "metric"), ("plots", "plot"))


def build_stage(shape: Shape, plain: Plain, file: str) -> Stage:
    """Return the record of a stage of the `dvc.yaml` named `file`."""
    data = plain.data
    return Stage(
        name=plain.name,
        file=file,
        line=shape.line(*plain.path) if plain.path[-1] != "do" else shape.line(*plain.path[:-1]),
        cmd=_command(shape, data["cmd"], (*plain.path, "cmd")),
        wdir=plain.wdir,
        deps=tuple(_deps(shape, plain)),
        outs=tuple(_outs(shape, plain)),
        params=tuple(_params(shape, plain)),
        frozen=data.get("frozen", False),
        always_changed=data.get("always_changed", False),
        desc=data.get("desc"),
    )


def _command(shape: Shape, value: object, path: Path) -> Command:
    if isinstance(value, list):
        return tuple(_line(shape, item, (*path, index)) for index, item in enumerate(value))
    return _line(shape, value, path)


def _line(shape: Shape, value: object, path: Path) -> str:
    if value is None or isinstance(value, (dict, list)):
        shape.fail(path, "a command must be text")
    return to_text(value)


def _deps(shape: Shape, plain: Plain) -> Iterator[Dependency]:
    for index, path in enumerate(plain.data.get("deps", ())):
        yield Dependency(path=join(plain.wdir, to_text(path)), line=shape.line(*plain.path, "deps", index))


def _outs(shape: Shape, plain: Plain) -> Iterator[Output]:
    for section, kind in _SECTIONS:
        found: dict[str, dict[str, Any]] = {}
        lines: dict[str, int | None] = {}
        for index, item in enumerate(plain.data.get(section, ())):
            for path, flags in _flagged(item).items():
                found.setdefault(path, {}).update(flags)
                lines.setdefault(path, shape.line(*plain.path, section, index))
        for path, flags in found.items():
            yield Output(
                path=join(plain.wdir, path),
                kind=kind,
                cache=flags.get("cache", True),
                persist=flags.get("persist", False),
                line=lines[path],
            )


def _flagged(item: object) -> Mapping[str, Mapping[str, Any]]:
    return {to_text(path): flags for path, flags in item.items()} if isinstance(item, dict) else {to_text(item): {}}


def _params(shape: Shape, plain: Plain) -> Iterator[ParamsFile]:
    """Return the parameters by file; a file that stands without keys anywhere is taken whole, as DVC does."""
    items = plain.data.get("params", [])
    whole = {file for item in items if isinstance(item, dict) for file, keys in item.items() if not keys}
    found: dict[str, list[str]] = {}
    lines: dict[str, int | None] = {}
    for index, item in enumerate(items):
        place = (*plain.path, "params", index)
        for file, keys in item.items() if isinstance(item, dict) else ((DEFAULT, [item]),):
            if keys and not isinstance(keys, list):
                shape.fail((*place, file), f"the parameters of {code(file)} must be a list")
            lines.setdefault(file, shape.line(*place))
            named = [] if file in whole else [_key(shape, key, place) for key in keys]
            found.setdefault(file, []).extend(named)
    for file, keys in found.items():
        yield ParamsFile(path=join(plain.wdir, file), keys=tuple(dict.fromkeys(keys)), line=lines[file])


def _key(shape: Shape, value: object, path: Path) -> str:
    if isinstance(value, (dict, list)):
        shape.fail(path, "the name of a parameter must be text")
    return to_text(value)
