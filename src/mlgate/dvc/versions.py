"""The versions of a project's data: what a path held at the baseline, in git or in DVC's cache, and whether it changed."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import find_cache
from mlgate.dvc.chain import Chain, Made, find_made
from mlgate.dvc.hashes import hash_file
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.paths import is_inside
from mlgate.dvc.pipeline import read_pipelines
from mlgate.dvc.reading import placed
from mlgate.dvc.records import Hash
from mlgate.dvc.work_tree import CHEAP_BYTES
from mlgate.errors import MlgateError
from mlgate.files import Files

POINTER = b"version https://git-lfs.github.com/spec/"
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_PARTS = re.compile(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])")
_SIGNS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Why(StrEnum):
    """Why a version cannot be had."""

    NO_BASELINE = "no-baseline"
    UNKNOWN = "unknown"
    NOT_RECORDED = "not-recorded"
    NOT_IN_CACHE = "not-in-cache"
    POINTER = "pointer"
    BROKEN = "broken"


class Version(Struct, frozen=True, kw_only=True):
    """A file of the project at one side: where its content lies, or the bytes from git; or why there is none.

    `unknown` is a file that neither git nor DVC has there; `error` says what is broken.
    """

    path: str
    data: Path | bytes | None = None
    why: Why | None = None
    error: MlgateError | None = None


def baseline_path(context: Context, path: str) -> Version:
    """Return what a file of the project was at the baseline; for several files use one `Versions`."""
    return Versions(context).before(path)


class Versions:
    """The data of one run at both sides; DVC's records are read once, at the first question."""

    def __init__(self, context: Context) -> None:
        """Keep the context."""
        self._context = context

    @cached_property
    def _cache(self) -> Cache_:
        return find_cache(self._context.project, self._context.root)

    @cached_property
    def _now(self) -> _Records:
        return _Records(self._context.head_files, self._context.prefix, self._cache)

    @cached_property
    def _before(self) -> _Records:
        files = self._context.baseline_files
        if files is None:
            raise MlgateError("there is no baseline")
        return _Records(files, self._context.prefix, self._cache)

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(path for change in self._context.changes for path in (change.path, change.old) if path)
