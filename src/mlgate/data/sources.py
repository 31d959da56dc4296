"""Finds the files of a dataset, and says why where they are not there."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path, PurePosixPath

from msgspec import Struct

from mlgate.context import Context
from mlgate.data.folders import MAGIC, fixed_part
from mlgate.data.formats import format_of
from mlgate.text import printable

_POINTER, _LONGEST_POINTER = b"version https://git-lfs.github.com/spec/", 1024


class Absence(StrEnum):
    """Why data cannot be looked at."""

    NOT_PULLED = "not-pulled"
    POINTER = "pointer"
    NO_FILE = "no-file"
    NO_MATCH = "no-match"
    NOT_A_FILE = "not-a-file"
    OUTSIDE = "outside"
    LINK = "link"
    FORMAT = "format"
    NAME = "name"


class Absent(Struct, frozen=True):
    """Data that cannot be looked at: the path as the config or DVC names it, and why."""

    path: str
    why: Absence

    @property
    def is_elsewhere(self) -> bool:
        """Return whether the data exists and was only not brought here."""
        return self.why in (Absence.NOT_PULLED, Absence.POINTER)

    @property
    def fixed(self) -> str:
        """Return the path, or the folder that all matches of a glob lie in."""
        return fixed_part(self.path)


class Source(Struct, frozen=True):
    """The files of a dataset, from the project folder, and what of it is absent."""

    files: tuple[str, ...] = ()
    absent: tuple[Absent, ...] = ()


def find_source(context: Context, path: str, outputs: Collection[str]) -> Source:
    """Return the files that `path` (a file, a folder or a glob) stands for; `outputs` are the paths that DVC keeps."""
    if _leads_out(context, path):
        return Source(absent=(Absent(path, Absence.OUTSIDE),))
    whole = PurePosixPath(os.path.normpath(path)).as_posix()
    several = any(sign in path for sign in MAGIC) or (context.project / whole).is_dir()
    if not several:
        absent = [] if _here(context, whole) else [_absence(context, whole, outputs, Absence.NO_FILE)]
        return _examined(context, [whole], absent)
    found = _matching(context.project, whole)
    absent = [Absent(out, Absence.NOT_PULLED) for out in sorted(outputs) if _awaited(context, out, whole)]
    if not found and not absent:
        absent = [_absence(context, whole, outputs, Absence.NO_MATCH)]
    return _examined(context, found, absent)


def _leads_out(context: Context, path: str) -> bool:
    place = Path(os.path.normpath(context.project.resolve() / path))
    return not place.is_relative_to(context.root.resolve())


def _here(context: Context, path: str) -> bool:
    """Return whether something is there; a link into a cache without the data is not."""
    return (context.project / path).exists()


def _matching(project: Path, pattern: str) -> list[str]:
    """Return the data files that a glob matches, or that lie below a folder, in the order of their names."""
    wanted = f"{glob.escape(pattern)}/**" if (project / pattern).is_dir() else pattern
    named = glob.glob(wanted, root_dir=project, recursive=True)  # `Path.glob` follows no links
    files = [name for name in named if format_of(name) is not None and os.path.isfile(_join(project, name))]
    once: dict[str, str] = {}
    real = _Real(project)
    for name in sorted(files, key=lambda one: (one.count(os.sep), one)):
        # A link to a folder above shows the same files again and again.
        once.setdefault(real.path(name), name)
    return sorted(name.replace(os.sep, "/") for name in once.values())


def _awaited(context: Context, out: str, pattern: str) -> bool:
    """Return whether an output of DVC that is not here would be among the files of a glob or folder."""
    if _here(context, out):
        return False
    return PurePosixPath(out).match(pattern) or PurePosixPath(out).is_relative_to(pattern)


def _absence(context: Context, path: str, outputs: Collection[str], otherwise: Absence) -> Absent:
    """Return why nothing is at `path`: DVC keeps it or a folder that it lies in, or `otherwise`."""
    fixed = PurePosixPath(fixed_part(path))
    for out in outputs:
        if fixed.is_relative_to(out) and not _here(context, out):
            return Absent(path, Absence.NOT_PULLED)
    return Absent(path, otherwise)


def _examined(context: Context, names: list[str], absent: list[Absent]) -> Source:
    missing = {one.path for one in absent}
    files = []
    look = _Look(context)
    for name in names:
        if name in missing:
            continue
        why = look.trouble(name)
        if why is None:
            files.append(name)
        else:
            absent.append(Absent(name, why))
    return Source(tuple(files), tuple(absent))


class _Look:
    """A look at files one by one, of which there may be thousands: what their folders are is asked once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._root = context.root.resolve()
        self._real = _Real(context.project)
        self._tracked: dict[str, bool] = {}

    def trouble(self, name: str) -> Absence | None:
        """Return why a file is not to be read, or None."""
        place = _join(self._context.project, name)
        if printable(name) != name:
            return Absence.NAME
        if not os.path.isfile(place):
            return Absence.NOT_A_FILE
        if format_of(name) is None:
            return Absence.FORMAT
        # DVC itself links to a cache that may lie outside; a link that came with the repository may not.
        if self._is_tracked(name) and not Path(self._real.path(name)).is_relative_to(self._root):
            return Absence.LINK
        if os.path.getsize(place) > _LONGEST_POINTER:
            return None
        return Absence.POINTER if Path(place).read_bytes().startswith(_POINTER) else None

    def _is_tracked(self, name: str) -> bool:
        """Return whether git knows a path or a folder that it lies in."""
        return name in self._context.files or self._is_folder_tracked(os.path.dirname(name))

    def _is_folder_tracked(self, folder: str) -> bool:
        if folder not in self._tracked:
            paths = [folder or ".", *(parent.as_posix() for parent in PurePosixPath(folder).parents)]
            self._tracked[folder] = any(path in self._context.files for path in paths)
        return self._tracked[folder]


def _join(project: Path, name: str) -> str:
    return os.path.join(project, name)


class _Real:
    """Where files lie once every link is followed, by their names from the project folder."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._folders: dict[str, str] = {}

    def path(self, name: str) -> str:
        place = _join(self._project, name)
        if os.path.islink(place):
            return os.path.realpath(place)
        folder, own = os.path.split(place)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.join(self._folders[folder], own)
