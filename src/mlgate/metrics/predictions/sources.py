"""Where each side's predictions are: in the work tree, in git, or in DVC's cache by the hash that is recorded."""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.dvc.recorded import is_recorded, recorded_hash
from mlgate.dvc.records import Pipelines
from mlgate.errors import MlgateError
from mlgate.files import Files
from mlgate.metrics.sources import is_outside
from mlgate.text import command

_OBJECT = re.compile(r"(files/md5/)?[0-9a-f]{2}/[0-9a-f]{30}")
_POINTER = b"version https://git-lfs.github.com/spec/"


class Found(Struct, frozen=True, kw_only=True):
    """One side's predictions: a file, or bytes from git; or why there are none, and what to do.

    `is_unknown` says that neither git nor DVC has ever heard of them at this side.
    """

    data: Path | bytes | None = None
    why: str = ""
    hint: str | None = None
    is_unknown: bool = False


def find_head(context: Context, path: str, pipelines: Pipelines, cache: Cache) -> Found:
    """Return the head's predictions: the file of the work tree, else the one that the head's `dvc.lock` names."""
    if is_outside(path, context.prefix):
        return Found(why="the path leads out of the repository", hint="name a file of the repository")
    place = context.project / path
    if place.exists():
        return _in_tree(context, place, cache)
    return _cached(
        context, context.head_files, path, pipelines, cache, hint=f"run {command('dvc', 'pull', path)} before the gate"
    )


def find_baseline(context: Context, path: str, pipelines: Pipelines | None, cache: Cache) -> Found:
    """Return the baseline's predictions, from git where it tracks them, else from DVC's cache."""
    files = context.baseline_files
    if files is None:
        return Found(why="there is no baseline")
    data = files.read(path)
    if data is not None:
        return _unless_pointer(data)
    if pipelines is None:
        return Found(why="the baseline's pipelines cannot be read")
    return _cached(context, files, path, pipelines, cache, hint="run `dvc fetch --all-commits` before the gate")


def _in_tree(context: Context, place: Path, cache: Cache) -> Found:
    real = Path(os.path.realpath(place))
    if not real.is_relative_to(os.path.realpath(context.root)) and not _is_object(real, cache):
        return Found(why="it is a link that leads out of the repository", hint="put the file itself there")
    if not real.is_file():
        return Found(why="it is no regular file", hint="name the file itself in `metrics: {predictions: {path: ...}}`")
    try:
        with real.open("rb") as stream:
            return _unless_pointer(stream.read(len(_POINTER)), place)
    except OSError as error:
        return Found(why=f"it cannot be read: {error.strerror}")


def _is_object(real: Path, cache: Cache) -> bool:
    """Return whether a file is an object of DVC's cache, which may lie anywhere; the config alone proves nothing."""
    if cache.folder is None:
        return False
    folder = Path(os.path.realpath(cache.folder))
    return real.is_relative_to(folder) and _OBJECT.fullmatch(real.relative_to(folder).as_posix()) is not None


def _cached(context: Context, files: Files, path: str, pipelines: Pipelines, cache: Cache, *, hint: str) -> Found:
    try:
        if not is_recorded(files, pipelines, path, context.prefix):
            return Found(
                why="it is neither in git nor an output of DVC",
                hint="let a stage write it and name it among the stage's `outs`, or keep it in git",
                is_unknown=True,
            )
        wanted = recorded_hash(files, pipelines, path, context.prefix, cache)
    except MlgateError as error:
        return Found(why=error.message, hint=error.hint)
    place = cache.find(wanted) if wanted else None
    return Found(data=place) if place else Found(why="data missing: it is not in DVC's cache", hint=hint)


def _unless_pointer(data: bytes, place: Path | None = None) -> Found:
    if data.startswith(_POINTER):
        return Found(
            why="data missing: git holds only the pointer of Git LFS", hint="run `git lfs pull` before the gate"
        )
    return Found(data=place or data)
