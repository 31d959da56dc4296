"""The only git: a repository opened once, its objects read by one `git cat-file --batch` process."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - for the type of a child only
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from mlgate.errors import GitError
from mlgate.proc import Children
from mlgate.report import Revision
from mlgate.text import code

_ENV = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
_COMMAND = ("git", "-c", "core.quotePath=false", "-c", "diff.external=", "-c", "core.fsmonitor=false")
LIMIT_SECONDS = 60.0
FETCH_SECONDS = 120.0


class Commit(NamedTuple):
    """A commit as git stores it: hash, parents, and the committer's date in seconds since the epoch."""

    id: str
    parents: tuple[str, ...]
    time: int

    def revision(self, name: str | None = None) -> Revision:
        """Return this commit as the report names it."""
        return Revision(commit=self.id, name=name, time=self.time)


class Change(NamedTuple):
    """A path that differs between two trees: its letter (A, D, M, R, T), and its old name if it was renamed."""

    letter: str
    path: str
    old: str | None = None


class Git:
    """One repository. Paths are relative to its root, with `/`; bytes that are not UTF-8 are surrogate-escaped."""

    def __init__(self, root: Path, children: Children, *, shallow: bool = False) -> None:
        """Keep where the repository is; use `open_repository` to find it."""
        self.root = root
        self.shallow = shallow
        self._children = children
        self._batch: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(self, *args: str, limit: float = LIMIT_SECONDS) -> bytes:
        """Return the output of a git command, or raise `GitError` with what git said."""
        finished = self._children.run((*_COMMAND, *args), cwd=self.root, limit=limit, env=_ENV, keep=None)
        if finished.timed_out:
            raise GitError(f"{code('git ' + args[0])} took longer than {limit:g} s")
        if finished.code:
            raise GitError(f"{code('git ' + args[0])} failed: {code(_said(finished.err))}")
        return finished.out

    def ask(self, *args: str) -> bytes | None:
        """Return the output of a git command, or None when git answers no."""
        try:
            return self.run(*args)
        except GitError:
            return None

    def commit(self, name: str) -> Commit | None:
        """Return the commit that a name stands for, or None where there is none here."""
        found = self._object(f"{name}^{{commit}}")
        return _parse_commit(*found) if found else None

    def blob(self, blob: str) -> bytes | None:
        """Return the content of a blob by its hash or by `revision:path`, or None where there is none."""
        found = self._object(blob)
        return found[1] if found else None

    def tree(self, revision: str, *paths: str) -> dict[str, str]:
        """Return the blobs of a revision, hash by path, below `paths` (all where none is named); links are left out."""
        listed = self.run("ls-tree", "-r", "-z", "--full-tree", revision, "--", *paths)
        found = {}
        for entry in listed.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            parts = head.split()
            if len(parts) == 3 and parts[1] == b"blob" and parts[0] != b"120000":
                found[os.fsdecode(path)] = parts[2].decode()
        return found

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the merge base of two commits, or None where they have none here."""
        found = self.ask("merge-base", one, other)
        return found.decode().strip() or None if found else None

    def count(self, since: str, until: str) -> int | None:
        """Return how many commits `until` has that `since` has not."""
        found = self.ask("rev-list", "--count", f"{since}..{until}")
        return int(found) if found else None

    def changes(self, base: str, paths: Sequence[str] = ()) -> list[Change]:
        """Return what differs between a commit and the work tree, renames found; untracked files count as added."""
        raw = self.run("diff", "--name-status", "-z", "-M", "--no-ext-diff", "--no-textconv", base, "--", *paths)
        found = list(_parse_changes(raw.split(b"\0")))
        others = self.run("ls-files", "-z", "--others", "--exclude-standard", "--", *paths)
        found += [Change("A", os.fsdecode(path)) for path in others.split(b"\0") if path]
        return found

    def files(self, *paths: str) -> list[str]:
        """Return the files of the work tree that git tracks, or would track: ignored ones are left out."""
        listed = self.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *paths)
        return [os.fsdecode(path) for path in listed.split(b"\0") if path]

    def is_dirty(self) -> bool:
        """Return whether tracked files of the work tree differ from HEAD."""
        return bool(self.run("status", "--porcelain", "-z", "--untracked-files=no"))

    def fetch_commit(self, commit: str, remote: str = "origin") -> bool:
        """Bring one commit without its history from the remote; return whether it is here now."""
        try:
            self.run("fetch", "--quiet", "--no-tags", "--depth=1", remote, commit, limit=FETCH_SECONDS)
        except GitError:
            return False
        self._end_batch()
        return self.commit(commit) is not None

    def _object(self, name: str) -> tuple[str, bytes] | None:
        with self._lock:
            process = self._batch
            if process is None:
                command = (*_COMMAND, "cat-file", "--batch")
                process = self._batch = self._children.start(command, cwd=self.root, env=_ENV)
            if "\n" in name or process.stdin is None or process.stdout is None:
                return None
            try:
                process.stdin.write(os.fsencode(name) + b"\n")
                process.stdin.flush()
                head = process.stdout.readline().split()
            except OSError:
                raise GitError("`git cat-file` ended early") from None
            if len(head) != 3 or not head[2].isdigit():
                if not head:
                    raise GitError(
                        f"`git cat-file` ended early: {code(_said(process.stderr.read() if process.stderr else b''))}"
                    )
                return None
            content = process.stdout.read(int(head[2]))
            process.stdout.read(1)
            return head[0].decode(), content

    def _end_batch(self) -> None:
        with self._lock:
            if self._batch:
                self._children.release(self._batch)
                self._batch = None


def open_repository(start: Path, children: Children) -> Git:
    """Return the repository that holds `start`; raises `GitError` in words for each way in which there is none."""
    if not start.is_dir():
        raise GitError(f"the folder {code(start)} does not exist")
    finished = children.run(
        (*_COMMAND, "rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-toplevel"),
        cwd=start,
        limit=LIMIT_SECONDS,
        env=_ENV,
        keep=None,
    )
    lines = os.fsdecode(finished.out).splitlines()
    if finished.code or len(lines) < 3:
        raise _opening_error(start, lines, finished.err)
    return Git(Path(lines[2]), children, shallow=lines[1] == "true")


def relative_paths(paths: Iterable[str], prefix: str) -> dict[str, str]:
    """Return the paths below `prefix` (a folder with a closing `/`, or nothing), by their name from there."""
    return {path[len(prefix) :]: path for path in paths if path.startswith(prefix)}


def _opening_error(start: Path, lines: list[str], said: bytes) -> GitError:
    if b"dubious ownership" in said:
        return GitError(
            f"git does not trust {code(start)}, which belongs to another user",
            hint=f"run `git config --global --add safe.directory {start}`",
        )
    if lines[:1] == ["true"]:
        return GitError(f"{code(start)} is a bare repository, without files to check", hint="run in a checkout of it")
    if b"not a git repository" in said:
        return GitError(f"{code(start)} is not in a git repository", hint="run `git init`, or give `--project DIR`")
    return GitError(f"git cannot open {code(start)}: {code(_said(said))}")


def _said(raw: bytes) -> str:
    lines = [line for line in raw.decode("utf-8", "backslashreplace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or ["nothing"])[0]


def _parse_commit(identity: str, content: bytes) -> Commit:
    parents = []
    time = 0
    for line in content.partition(b"\n\n")[0].splitlines():
        name, _, rest = line.partition(b" ")
        if name == b"parent":
            parents.append(rest.decode())
        elif name == b"committer":
            time = int(rest.rsplit(b" ", 2)[1])
    return Commit(identity, tuple(parents), time)


def _parse_changes(fields: list[bytes]) -> Iterable[Change]:
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
