"""The files of the work tree as DVC hashes them: a file, or a directory by the listing of what lies in it."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from mlgate.dvc.hashes import differs_by_line_ends, hash_file
from mlgate.dvc.ignore import Ignore
from mlgate.dvc.paths import is_inside
from mlgate.dvc.records import Hash

CHEAP_BYTES = 10_000_000
CHEAP_FILES = 2_000
_NOT_DATA = frozenset({".dvc", ".git", ".hg"})
_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_BYTES = 1024


class WorkTree:
    """A project's work tree; `listed` are the files that git tracks or would track."""

    def __init__(
        self,
        project: Path,
        listed: frozenset[str],
        ignore: Ignore,
        removed: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """Keep the parts; hashes are computed at most once.

        `removed` tells which tracked files were deleted; others that are not there were left out of the checkout.
        """
        self._project = project
        self._listed = listed
        self._sorted = sorted(listed)
        self._ignore = ignore
        self._removed = removed
        self._hashes: dict[tuple[str, bool], Hash | None] = {}

    def is_listed(self, path: str) -> bool:
        """Return whether git tracks a file, or anything in a directory."""
        return path in self._listed or next(iter(self._listed_in(path)), None) is not None

    def is_left_out(self, path: str) -> bool:
        """Return whether git tracks a file, or a file in a directory, that a sparse checkout leaves out."""
        names = [path] if path in self._listed else list(self._listed_in(path))
        absent = {name for name in names if not self.is_file(name)}
        return bool(absent) and not absent <= set(self._removed())

    def is_here(self, path: str) -> bool:
        """Return whether there is a regular file, or a directory with something in it."""
        return self.is_file(path) or (self.is_folder(path) and any((self._project / path).iterdir()))

    def is_file(self, path: str) -> bool:
        """Return whether there is a regular file."""
        return (self._project / path).is_file()

    def is_folder(self, path: str) -> bool:
        """Return whether there is a directory."""
        return (self._project / path).is_dir()

    def is_cheap(self, path: str) -> bool:
        """Return whether a file or directory is small enough to be hashed on the way."""
        place = self._project / path
        if place.is_file():
            return place.stat().st_size <= CHEAP_BYTES
        size = 0
        for count, name in enumerate(self.walk(path)):
            size += (place / name).stat().st_size
            if size > CHEAP_BYTES or count > CHEAP_FILES:
                return False
        return True

    def hash(self, path: str, *, dos2unix: bool) -> Hash | None:
        """Return the hash of a file, or None where its content is not here (a pointer of git's large file storage)."""
        key = (path, dos2unix)
        if key not in self._hashes:
            place = self._project / path
            found = None if _is_pointer(place) else Hash(hash_file(place, dos2unix=dos2unix), dos2unix)
            self._hashes[key] = found
        return self._hashes[key]

    def differs_by_line_ends(self, path: str, recorded: Hash) -> bool:
        """Return whether a file that differs does so by its line ends alone."""
        place = self._project / path
        return place.stat().st_size <= CHEAP_BYTES and differs_by_line_ends(place, recorded.md5)

    def hashes(self, folder: str, names: Iterable[str], *, dos2unix: bool) -> Mapping[str, Hash] | None:
        """Return the hashes of files of a directory by their path in it, or None where a content is not here."""
        found: dict[str, Hash] = {}
        for name in names:
            digest = self.hash(f"{folder}/{name}" if folder else name, dos2unix=dos2unix)
            if digest is None:
                return None
            found[name] = digest
        return found

    def walk(self, folder: str) -> Iterator[str]:
        """Return the paths, from the directory, of all its files that DVC would hash."""
        top = self._project / folder
        for here, folders, names in os.walk(top):
            inner = Path(here).relative_to(top).as_posix()
            before = "" if inner == "." else f"{inner}/"
            folders[:] = sorted(name for name in folders if name not in _NOT_DATA)
            for name in names:
                path = before + name
                if not self._ignore.covers(f"{folder}/{path}" if folder else path) and (top / path).is_file():
                    yield path

    def tracked(self, folder: str) -> list[str]:
        """Return the paths, from the directory, of its files that git tracks, that are there, and DVC would hash."""
        cut = len(folder) + 1 if folder else 0
        found = (path for path in self._listed_in(folder) if self.is_file(path) and not self._ignore.covers(path))
        return [path[cut:] for path in found]

    def _listed_in(self, folder: str) -> Iterator[str]:
        start = f"{folder}/" if folder else ""
        for index in range(bisect_left(self._sorted, start), len(self._sorted)):
            if not is_inside(self._sorted[index], folder):
                return
            yield self._sorted[index]


def _is_pointer(place: Path) -> bool:
    if place.stat().st_size > _POINTER_BYTES:
        return False
    with place.open("rb") as stream:
        return stream.read(len(_POINTER)) == _POINTER
