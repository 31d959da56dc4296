"""What DVC's files say, as frozen records; every path is from the project folder unless it is a URL or absolute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

Command = str | tuple[str, ...]


class Hash(Struct, frozen=True):
    """A content hash: the hex digits (`.dir` at the end for a directory), and whether it is of DVC 2's text form."""

    md5: str
    dos2unix: bool = False

    @property
    def is_folder(self) -> bool:
        """Return whether this is the hash of a directory's listing."""
        return self.md5.endswith(".dir")


# What DVC takes an output for.
OutputKind = Literal["out", "metric", "plot"]


class Output(Struct, frozen=True, kw_only=True):
    """One output. `cache` says whether DVC keeps its content; `line` is where its file names it."""

    path: str
    kind: OutputKind = "out"
    cache: bool = True
    persist: bool = False
    line: int | None = None


class Dependency(Struct, frozen=True, kw_only=True):
    """One dependency, and the line that names it."""

    path: str
    line: int | None = None


class ParamsFile(Struct, frozen=True, kw_only=True):
    """The parameters that a stage takes from one file; no keys means the whole file."""

    path: str
    keys: tuple[str, ...] = ()
    line: int | None = None


class Stage(Struct, frozen=True, kw_only=True):
    """One stage of a `dvc.yaml`, templates filled in; `name` is `group@key` for those of a foreach or a matrix."""

    name: str
    file: str
    line: int | None
    cmd: Command
    wdir: str
    deps: tuple[Dependency, ...] = ()
    outs: tuple[Output, ...] = ()
    params: tuple[ParamsFile, ...] = ()
    frozen: bool = False
    always_changed: bool = False
    desc: str | None = None

    @property
    def address(self) -> str:
        """Return the name by which DVC's commands find this stage from the project folder."""
        return self.name if self.file == "dvc.yaml" else f"{self.file}:{self.name}"


class Item(Struct, frozen=True, kw_only=True):
    """One file or directory as `dvc.lock` or a `.dvc` file records it; `files` is a listing, where it holds one."""

    path: str
    hash: Hash | None = None
    size: int | None = None
    nfiles: int | None = None
    files: Mapping[str, Hash] | None = None
    line: int | None = None


class LockedStage(Struct, frozen=True, kw_only=True):
    """One stage of a `dvc.lock`; paths are as written there, from the stage's working folder."""

    name: str
    line: int | None
    cmd: Command
    deps: Mapping[str, Item]
    outs: Mapping[str, Item]
    params: Mapping[str, Mapping[str, Any]]


class Lock(Struct, frozen=True, kw_only=True):
    """One `dvc.lock`: its stages by name."""

    file: str
    stages: Mapping[str, LockedStage]


class TrackedData(Struct, frozen=True, kw_only=True):
    """One `.dvc` file: data that was added or imported. `outs` pairs each output with what is recorded of it.

    `deps` is where an import came from; `edited` says that its text is no longer the one that DVC wrote.
    """

    file: str
    outs: tuple[tuple[Output, Item], ...]
    deps: tuple[Item, ...] = ()
    frozen: bool = False
    edited: bool = False
    line: int | None = None


class MetricFile(Struct, frozen=True, kw_only=True):
    """One file that `dvc metrics show` reads.

    `cached` says that DVC keeps its content (it is not in git), and `hash` by which name, as far as the lock says;
    `stage` names the stage that writes it; `lost` says that the listing of its directory, which has the hash, is not
    on this machine.
    """

    path: str
    cached: bool = False
    stage: str | None = None
    hash: Hash | None = None
    lost: bool = False


class Pipelines(Struct, frozen=True, kw_only=True):
    """All that a project's `dvc.yaml` and `.dvc` files say at one side of the comparison.

    `top_metrics` and `params` are the paths of the top-level sections; `metrics` are the files that DVC would show.
    `models` are the paths of the artifacts that are called models.
    """

    files: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    data: tuple[TrackedData, ...] = ()
    top_metrics: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    metrics: tuple[MetricFile, ...] = ()
    models: tuple[str, ...] = ()
