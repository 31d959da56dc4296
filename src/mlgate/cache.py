"""Keeps answers by what they were about, so that what did not change is not asked again.

An entry is a file that begins with the hash of its content: one that was cut off or changed is as good as none. On
continuous integration nothing is kept unless a folder is named, for there a pull request could leave entries behind.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from mlgate.digest import digest

__all__ = ["FOLDER", "OFF", "Cache", "Stat", "decoded", "digest", "open_cache", "stat_of"]

FOLDER = "MLGATE_CACHE_DIR"
OFF = "MLGATE_NO_CACHE"
T = TypeVar("T")
_MOST, _MOST_BYTES = 5_000, 2_000_000_000
_RACY_SECONDS = 2.0


class Stat(msgspec.Struct, frozen=True):
    """What changes when a file does, as far as its folder tells: size, time in nanoseconds, and inode."""

    size: int
    time: int
    inode: int


class _Known(msgspec.Struct, frozen=True):
    stat: Stat
    hash: str
    seen: float


class Cache:
    """Entries in a folder; without one nothing is found and nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        """Keep where the entries are."""
        self._folder = folder
        self._seen: dict[bytes, _Known] = {}

    @property
    def is_on(self) -> bool:
        """Return whether anything can be kept."""
        return self._folder is not None

    def get(self, key: str) -> bytes | None:
        """Return an entry, or None where there is none that is whole."""
        if self._folder is None:
            return None
        try:
            with open(os.path.join(self._folder, key), "rb") as stream:
                held = stream.read()
        except OSError:
            return None
        head, _, content = held.partition(b"\n")
        return content if head == digest(content).encode() else None

    def put(self, key: str, content: bytes) -> None:
        """Keep an entry; where that is not possible, nothing is kept."""
        if self._folder is None:
            return
        place = self._folder / key
        aside = place.with_name(f"{key}.{os.getpid()}")
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(digest(content).encode() + b"\n" + content)
            aside.replace(place)

    def prune(self) -> None:
        """Remove the older half of the entries where there are too many, or they are too large together."""
        if self._folder is None:
            return
        with suppress(OSError):
            found = [(entry.stat(), entry.path) for entry in os.scandir(self._folder)]
            if len(found) > _MOST or sum(stat.st_size for stat, _ in found) > _MOST_BYTES:
                for _, path in sorted(found, key=lambda one: one[0].st_mtime)[: len(found) // 2]:
                    Path(path).unlink()

    def hash_of(self, path: str | Path) -> str:
        """Return the hash of a file's content, read only where the file changed since it was last asked for."""
        import hashlib

        now, name = stat_of(path), os.fsencode(path)
        known = self._known(name, now)
        if known is None:
            began = time.time()
            with open(path, "rb") as stream:
                known = _Known(now, hashlib.file_digest(stream, "sha256").hexdigest(), began)
            self.put(_hash_key(name), msgspec.json.encode(known))
            self._seen[name] = known
        return known.hash

    def knows(self, path: str | Path) -> bool:
        """Return whether a file is there and did not change since its hash was last asked for."""
        try:
            return self._known(os.fsencode(path), stat_of(path)) is not None
        except OSError:
            return False

    def _known(self, name: bytes, now: Stat) -> _Known | None:
        """Return what is known of a file, unless it may have been written anew since."""
        if name not in self._seen:
            held = decoded(self.get(_hash_key(name)), _Known)
            if held is None:
                return None
            self._seen[name] = held
        known = self._seen[name]
        return known if known.stat == now and now.time < (known.seen - _RACY_SECONDS) * 1e9 else None


def _hash_key(name: bytes) -> str:
    return f"file-{digest(name)}"


def open_cache(env: Mapping[str, str], own: Callable[[], Path]) -> Cache:
    """Return the cache for an environment; `own` gives the folder to use where none is named."""
    if env.get(OFF) or (env.get("CI", "").lower() not in ("", "false", "0") and not env.get(FOLDER)):
        return Cache(None)
    return Cache(Path(env[FOLDER]) if env.get(FOLDER) else own())


def stat_of(path: str | Path) -> Stat:
    """Return a file's size, time and inode."""
    held = os.stat(path)
    return Stat(held.st_size, held.st_mtime_ns, held.st_ino)


def decoded(content: bytes | None, kind: type[T]) -> T | None:
    """Return an entry as a record, or None where it is none."""
    try:
        return None if content is None else msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError:
        return None
