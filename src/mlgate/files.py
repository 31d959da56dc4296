"""A project's files at one side of the comparison: the work tree now, or git's blobs at the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Protocol

from mlgate.config import read_file
from mlgate.git import Git, relative_paths


class Files(Protocol):
    """One side. Paths are relative to the project folder, with `/`."""

    def named(self, name: str) -> list[str]:
        """Return the paths of all files with this name, in any folder of the project, sorted."""

    def below(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, sorted."""

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None where there is none; raises `MlgateError` when it cannot be read."""


class HeadFiles:
    """The work tree: files that git tracks, or would track; `read` also reads ignored ones, such as outputs."""

    def __init__(self, project: Path, git: Git, prefix: str) -> None:
        """Keep where the project is."""
        self._project = project
        self._git = git
        self._prefix = prefix

    def named(self, name: str) -> list[str]:
        """Return the paths of all files with this name, in any folder of the project, sorted."""
        found = self._git.files(f":(glob){self._prefix}**/{name}")
        return sorted(path for path in relative_paths(found, self._prefix) if (self._project / path).is_file())

    def below(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, ignored ones too, sorted."""
        top = self._project / folder
        return sorted(p.relative_to(self._project).as_posix() for p in top.rglob("*") if p.is_file())

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None where there is none."""
        place = self._project / path
        return read_file(place, self._git.root, self._prefix + path) if place.exists() else None


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
            found.setdefault(PurePosixPath(path).name, []).append(path)
        return found

    def named(self, name: str) -> list[str]:
        """Return the paths of all files with this name, in any folder of the project, sorted."""
        return sorted(self._by_name.get(name, ()))

    def below(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, sorted."""
        start = "" if folder in ("", ".") else folder.rstrip("/") + "/"
        return sorted(path for path in self._tree if path.startswith(start))

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None where it is not in git."""
        blob = self._tree.get(path)
        return self._git.blob(blob) if blob else None
