"""The stages of a `dvc.yaml` as a graph that GitHub draws, for `as=graph`."""

from __future__ import annotations

import re

from mlgate.dvc.paths import is_inside
from mlgate.dvc.pipeline import NAME, load_pipelines
from mlgate.dvc.records import Stage
from mlgate.errors import MlgateError
from mlgate.readme.sources import Read, SourceError
from mlgate.text import code

_PLAIN = re.compile(r"[\w ./@:-]")


class _OneFile:
    """A project that has one `dvc.yaml`, and whatever else that one names."""

    def __init__(self, path: str, read: Read) -> None:
        self._path = path
        self._read = read

    def named(self, name: str) -> list[str]:
        return [self._path] if self._path.rpartition("/")[2] == name else []

    def ending(self, suffix: str) -> list[str]:
        return [self._path] if self._path.endswith(suffix) else []

    def below(self, folder: str) -> list[str]:  # noqa: ARG002 - metrics in folders are not drawn
        return []

    def read(self, path: str, limit: int = 0) -> bytes | None:  # noqa: ARG002 - `Read` has its own limit
        return self._read(path)


def stage_graph(path: str, read: Read) -> list[str]:
    """Return the lines of a Mermaid graph: a node for each stage, an edge where one needs what another makes.

    `path` and what `read` is asked for are from the project folder. Raises `SourceError` where there are no stages to
    be read.
    """
    if path.rpartition("/")[2] != NAME:
        raise SourceError(f"{code('as=graph')} draws the stages of a {code(NAME)}, not {code(path)}")
    try:
        stages = load_pipelines(_OneFile(path, read)).stages
    except MlgateError as error:
        where = f"{code(error.where)}: " if error.where else ""
        raise SourceError(f"{where}{error.message}", hint=error.hint) from None
    if not stages:
        raise SourceError(f"{code(path)} has no stages")
    nodes = [f'    s{number}["{_label(stage.name)}"]' for number, stage in enumerate(stages, 1)]
    edges = [
        f"    s{number} --> s{after}"
        for after, stage in enumerate(stages, 1)
        for number, maker in enumerate(stages, 1)
        if maker is not stage and _feeds(maker, stage)
    ]
    return ["flowchart TD", *nodes, *edges]


def _feeds(maker: Stage, stage: Stage) -> bool:
    outs = [out.path for out in maker.outs]
    deps = [dep.path for dep in stage.deps] + [params.path for params in stage.params]
    return any(dep == out or is_inside(dep, out) or is_inside(out, dep) for dep in deps for out in outs)


def _label(name: str) -> str:
    """Return a stage's name with every character that Mermaid might read as its own as an entity."""
    return "".join(char if _PLAIN.match(char) else f"#{ord(char)};" for char in name)
