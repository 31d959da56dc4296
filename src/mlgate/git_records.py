"""What git tells, as records: commits, changes between trees, and what the commits of a branch touched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from mlgate.report import Revision


class Commit(Struct, frozen=True):
    """A commit as git stores it: hash, parents, and the committer's date in seconds since the epoch."""

    id: str
    parents: tuple[str, ...]
    time: int

    def revision(self, name: str | None = None) -> Revision:
        """Return this commit as the report names it."""
        from mlgate.report import Revision

        return Revision(commit=self.id, name=name, time=self.time)


class Change(Struct, frozen=True):
    """A path that differs between two trees: its letter (A, D, M, R, T), and its old name if it was renamed."""

    letter: str
    path: str
    old: str | None = None


class Touch(Struct, frozen=True):
    """A commit of a branch, and the blobs that it left behind at the paths asked for: hash by path."""

    commit: str
    blobs: dict[str, str]


def parse_commit(identity: str, content: bytes) -> Commit:
    """Return the commit of a hash from its object, as `git cat-file` gives it."""
    parents = []
    time = 0
    for line in content.partition(b"\n\n")[0].splitlines():
        name, _, rest = line.partition(b" ")
        if name == b"parent":
            parents.append(rest.decode())
        elif name == b"committer":
            time = int(rest.rsplit(b" ", 2)[1])
    return Commit(identity, tuple(parents), time)


def parse_folder(identity: str, content: bytes) -> Iterator[str]:
    """Yield the names of the regular files of a tree as git stores it: mode, name and the bytes of the hash."""
    begin, hash_bytes = 0, len(identity) // 2
    while begin < len(content):
        middle = content.index(b" ", begin)
        end = content.index(b"\0", middle)
        if content[begin:middle] in (b"100644", b"100755"):
            yield os.fsdecode(content[middle + 1 : end])
        begin = end + 1 + hash_bytes


def parse_touches(fields: list[bytes]) -> list[Touch]:
    """Return the commits that `git log -z --raw --format=%H` lists, and the blobs of ordinary files in each."""
    found: list[Touch] = []
    rest = iter(fields)
    for field in rest:
        told = field.strip()
        if told.startswith(b":") and found:
            path = os.fsdecode(next(rest))
            _, mode, _, blob, _ = told.split()
            if mode.startswith(b"100"):
                found[-1].blobs[path] = blob.decode()
        elif told:
            found.append(Touch(told.decode(), {}))
    return found


def parse_changes(fields: list[bytes]) -> Iterable[Change]:
    """Give the changes that `--name-status -z` lists."""
    rest = iter(fields)
    for status in rest:
        if not status:
            continue
        letter = status[:1].decode()
        first = os.fsdecode(next(rest))
        if letter in "RC":
            yield Change(letter, os.fsdecode(next(rest)), first)
        else:
            yield Change(letter, first)
