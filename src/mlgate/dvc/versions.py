"""The versions of a project's data: what a path holds now and held at the baseline, in git or in DVC's cache."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import Cache, find_cache
from mlgate.dvc.hashes import hash_file
from mlgate.dvc.holdings import Holdings, matching
from mlgate.dvc.records import Hash
from mlgate.dvc.work_tree import CHEAP_BYTES
from mlgate.errors import MlgateError

_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_BYTES = 1024
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)


class Why(StrEnum):
    """Why a version cannot be had."""

    NO_BASELINE = "no-baseline"
    UNKNOWN = "unknown"
    NOT_RECORDED = "not-recorded"
    NOT_IN_CACHE = "not-in-cache"
    POINTER = "pointer"
    BROKEN = "broken"


class Version(Struct, frozen=True, kw_only=True):
    """A file at one side: where its content lies, or the bytes that git has; or why there is none.

    `UNKNOWN` is a file that neither git nor DVC has at that side; `error` says what of DVC's is broken.
    """

    path: str
    data: Path | bytes | None = None
    why: Why | None = None
    error: MlgateError | None = None


def baseline_path(context: Context, path: str) -> Version:
    """Return what a file of the project was at the baseline; for several questions keep one `Versions`."""
    return Versions(context).before(path)


class Versions:
    """The data of a run at both sides; what DVC records is read once, when it is first asked for."""

    def __init__(self, context: Context) -> None:
        """Keep the context."""
        self._context = context

    def names_before(self, path: str) -> list[str]:
        """Return the files that a path, a folder or a glob stood for at the baseline, in git or kept by DVC."""
        if self._context.baseline is None:
            return []
        return sorted({*matching(path, self._context.baseline_tree), *self._before.names(path)})

    def names_kept(self, path: str) -> list[str]:
        """Return the files that DVC keeps now and that a path stands for, whether or not they are in the work tree."""
        return self._now.names(path)

    def before(self, path: str) -> Version:
        """Return a file as it was at the baseline."""
        if self._context.baseline is None:
            return Version(path=path, why=Why.NO_BASELINE)
        blob = self._context.baseline_tree.get(path)
        if blob is None:
            return self._from_cache(path, self._before)
        data = self._context.git.blob(blob)
        if data is not None and not data.startswith(_POINTER):
            return Version(path=path, data=data)
        place = self._from_large_files(data or b"")
        return Version(path=path, data=place, why=None if place else Why.POINTER)

    def now(self, path: str) -> Version:
        """Return a file as it is in the work tree, or in DVC's cache where it was not checked out."""
        place = self._context.project / path
        return Version(path=path, data=place) if place.is_file() else self._from_cache(path, self._now)

    def is_unchanged(self, path: str) -> bool:
        """Return whether a file is the same at both sides by its recorded hash, so that it need not be read.

        The hash of DVC's lock counts for the work tree where size, and md5 of a small file, do not speak against it.
        """
        if self._context.baseline is None:
            return False
        if path in self._context.baseline_tree:
            return path in self._context.files and path not in self._changed
        recorded = self._now.hash(path)
        return recorded is not None and recorded == self._before.hash(path) and not self._differs_here(path, recorded)

    def is_recorded_anew(self, path: str, then: str) -> bool:
        """Return whether DVC or Git LFS records other content at `path` than the baseline does at `then`.

        For data that is not here. A directory's own hash stands for its files where one side has no listing of it.
        Data of which nothing is recorded on either side is not anew.
        """
        if self._context.baseline is None:
            return False
        pointer = self._oid_here(path)
        if pointer is not None:
            return pointer != self._oid_before(then)
        hashes = self._now.hash(path), self._before.hash(then)
        if None in hashes:
            hashes = self._now.whole_hash(path), self._before.whole_hash(then)
        return hashes[0] != hashes[1]

    @cached_property
    def _cache(self) -> Cache:
        return find_cache(self._context.project, self._context.root)

    @cached_property
    def _now(self) -> Holdings:
        return Holdings(self._context.head_files, self._context.prefix, self._cache)

    @cached_property
    def _before(self) -> Holdings:
        files = self._context.baseline_files
        if files is None:
            raise MlgateError("there is no baseline")
        return Holdings(files, self._context.prefix, self._cache)

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(path for change in self._context.changes for path in (change.path, change.old) if path)

    def _from_cache(self, path: str, holdings: Holdings) -> Version:
        recorded = holdings.hash(path)
        if recorded is not None and not recorded.is_folder:
            place = self._cache.find(recorded)
            return Version(path=path, data=place, why=None if place else Why.NOT_IN_CACHE)
        if holdings.lacks_listing(path):
            return Version(path=path, why=Why.NOT_IN_CACHE)
        if holdings.problems:
            return Version(path=path, why=Why.BROKEN, error=holdings.problems[0])
        return Version(path=path, why=Why.NOT_RECORDED if holdings.keeps(path) else Why.UNKNOWN)

    def _differs_here(self, path: str, recorded: Hash) -> bool:
        place = self._context.project / path
        if not place.is_file():
            return False
        size, known = place.stat().st_size, self._now.size(path)
        if known is not None and known != size:
            return True
        return size <= CHEAP_BYTES and hash_file(place, dos2unix=recorded.dos2unix) != recorded.md5

    def _oid_here(self, path: str) -> bytes | None:
        """Return what the pointer of Git LFS in the work tree points to; all of it, where it is broken."""
        place = self._context.project / path
        if not place.is_file():
            return None
        with place.open("rb") as stream:
            said = stream.read(_POINTER_BYTES)
        found = _OID.search(said)
        return found[1] if found else said

    def _oid_before(self, path: str) -> bytes | None:
        """Return what the pointer of Git LFS pointed to at the baseline."""
        blob = self._context.baseline_tree.get(path)
        found = _OID.search((self._context.git.blob(blob) or b"")[:_POINTER_BYTES]) if blob else None
        return found[1] if found else None

    def _from_large_files(self, pointer: bytes) -> Path | None:
        """Return the content of a Git LFS pointer, where this clone holds it."""
        found = _OID.search(pointer)
        if found is None:
            return None
        oid = found[1].decode()
        place = self._context.root / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
        return place if place.is_file() else None
