"""A project's files at one side of the comparison: the work tree now, or git's blobs at the baseline."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from mlgate.config import read_file
from mlgate.documents import MAX_BYTES
from mlgate.git import Git, relative_paths


class Files(Protocol):
    """One side. Paths are relative to the project folder, with `/`."""

    def named(self, name: str) -> list[str]:
        """Return the paths of all files with this name, in any folder of the project, sorted."""

    def ending(self, suffix: str) -> list[str]:
        """Return the paths of all files whose name ends so, in any folder of the project, sorted."""

    def below(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, sorted."""

    def read(self, path: str, limit: int = MAX_BYTES) -> bytes | None:
        """Return a file's bytes, or None where there is none; raises `MlgateError` when it cannot be read.

        A file of more than `limit` bytes is not read.
        """


class HeadFiles:
    """The work tree: files that git tracks, or would track; `read` also reads ignored ones, such as outputs."""

    def __init__(self, project: Path, git: Git, prefix: str) -> None:
        """Keep where the project is."""
        self._project = project
        self._git = git
        self._prefix = prefix

    @cached_property
    def listed(self) -> frozenset[str]:
        """Return the files that git tracks or would track, asked once; one that was just deleted may still be here."""
        return frozenset(relative_paths(self._git.files(self._prefix or "."), self._prefix))

    def removed(self) -> frozenset[str]:
        """Return the tracked files that are gone from the work tree; those that a checkout leaves out are not."""
        return frozenset(relative_paths(self._git.missing(), self._prefix))

    def named(self, name: str) -> list[str]:
        """Return the paths of all files with this name, in any folder of the project, sorted."""
        return [path for path in self.ending(name) if path == name or path.endswith("/" + name)]

    def ending(self, suffix: str) -> list[str]:
        """Return the paths of all files whose name ends so, in any folder of the project, sorted."""
        found = (path for path in self.listed if path.endswith(suffix))
        return sorted(path for path in found if (self._project / path).is_file())

    def below(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, ignored ones too, sorted."""
        top = self._project / folder
        found = (Path(here, name) for here, _, names in os.walk(top) for name in names)
        return sorted(place.relative_to(self._project).as_posix() for place in found if place.is_file())

    def read(self, path: str, limit: int = MAX_BYTES) -> bytes | None:
        """Return a file's bytes, or None where there is none; raises `MlgateError` above `limit`."""
        place = self._project / path
        return read_file(place, self._git.root, self._prefix + path, limit) if place.exists() else None


class BaselineFiles:
    """The blobs of the baseline's tree below the project folder."""

    def __init__(self, git: Git, tree: Mapping[str, str]) -> None:
        """Keep the tree: hash by path."""
        self._git = git
        self._tree = tree

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._tree:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    def named(self, name: str) -> list[str]:
        """Return the paths of all files with this name, in any folder of the project, sorted."""
        return sorted(self._by_name.get(name, ()))

    def ending(self, suffix: str) -> list[str]:
        """Return the paths of all files whose name ends so, in any folder of the project, sorted."""
        return sorted(path for path in self._tree if path.endswith(suffix))

    def below(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, sorted."""
        start = "" if folder in ("", ".") else folder.rstrip("/") + "/"
        return sorted(path for path in self._tree if path.startswith(start))

    def expect(self, paths: Iterable[str]) -> None:
        """Have git read these files at once, which are wanted soon."""
        self._git.preload(self._tree[path] for path in paths if path in self._tree)

    def read(self, path: str, limit: int = MAX_BYTES) -> bytes | None:  # noqa: ARG002 - git has it in memory already
        """Return a file's bytes, or None where it is not in git."""
        blob = self._tree.get(path)
        return self._git.blob(blob) if blob else None
