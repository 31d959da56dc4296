"""The only git: a repository opened once, its objects read by one `git cat-file --batch` process."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - for the type of a child only
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from mlgate.errors import GitError
from mlgate.git_records import Change, Commit, Touch, parse_changes, parse_commit, parse_folder, parse_touches
from mlgate.proc import Children
from mlgate.text import code

ENV = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
COMMAND = (
    "git",
    # A folder may be called `[a]` or `:(x)`: every path that we give is itself, never a pattern.
    "--literal-pathspecs",
    *("-c", "core.quotePath=false"),
    *("-c", "diff.external="),
    *("-c", "core.fsmonitor=false"),
)
READING = ("cat-file", "--batch")
DIRTY_QUESTION = ("status", "--porcelain", "-z", "--untracked-files=no")
LIMIT_SECONDS = 60.0
_AT_ONCE = 200
_KEPT_BYTES = 100_000
FETCH_SECONDS = 120.0
WORKTREE_SECONDS = 600.0


Question = tuple[str, ...]


class Git:
    """One repository. Paths are relative to its root, with `/`; bytes that are not UTF-8 are surrogate-escaped."""

    def __init__(
        self,
        root: Path,
        children: Children,
        *,
        shallow: bool = False,
        common: Path | None = None,
        begun: Mapping[Question, subprocess.Popen[bytes]] | None = None,
    ) -> None:
        """Keep where the repository is, and what git was asked already; use `open_repository` to find it."""
        self.root = root
        self.shallow = shallow
        self._common = common
        self._children = children
        self._known: dict[str, bytes] = {}
        self._begun = dict(begun or {})
        self._batch = self._begun.pop(READING, None)
        self._lock = threading.Lock()

    def begin(self, question: Question) -> None:
        """Start a git command whose answer is wanted soon: whoever then asks the same takes this one's."""
        with self._lock:
            if question not in self._begun:
                self._begun[question] = self._children.start((*COMMAND, *question), cwd=self.root, env=ENV)

    def run(self, *args: str, limit: float = LIMIT_SECONDS) -> bytes:
        """Return the output of a git command, or raise `GitError` with what git said."""
        with self._lock:
            begun = self._begun.pop(args, None)
        process = begun or self._children.start((*COMMAND, *args), cwd=self.root, env=ENV)
        finished = self._children.collect(process, limit=limit)
        if finished.timed_out:
            raise GitError(f"{code('git ' + args[0])} took longer than {limit:g} s")
        if finished.code:
            raise GitError(f"{code('git ' + args[0])} failed: {code(main_line(finished.err))}")
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
        return parse_commit(*found) if found else None

    def named_commit(self, name: str) -> Commit | None:
        """Return the commit that a name from people stands for; git may die of one, such as `@{u}` without upstream."""
        try:
            return self.commit(name)
        except GitError:
            return None

    def blob(self, blob: str) -> bytes | None:
        """Return the content of a blob by its hash or by `revision:path`, or None where there is none."""
        if blob in self._known:
            return self._known[blob]
        found = self._object(blob)
        return found[1] if found else None

    def preload(self, blobs: Iterable[str]) -> None:
        """Read blobs that are wanted soon, by their hashes, in one go: asked for singly each would wait for git."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self._known]
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            for blob, found in zip(part, self._objects(part), strict=True):
                if found is not None and len(found[1]) <= _KEPT_BYTES:
                    self._known[blob] = found[1]

    def tree(self, revision: str, *paths: str) -> dict[str, str]:
        """Return the blobs of a revision, hash by path, below `paths` (all where none is named); links are left out."""
        listed = self.run(*tree_question(revision, *paths))
        found = {}
        for entry in listed.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            parts = head.split()
            if len(parts) == 3 and parts[1] == b"blob" and parts[0] != b"120000":
                found[os.fsdecode(path)] = parts[2].decode()
        return found

    def names_in(self, revision: str, folder: str) -> frozenset[str]:
        """Return the names of the files that stand right in a folder of a revision; links are left out."""
        found = self._object(f"{revision}:{folder}/")
        return frozenset() if found is None else frozenset(parse_folder(*found))

    def branch_behind(self, name: str) -> str | None:
        """Return the full name of the branch that a symbolic name such as `refs/remotes/origin/HEAD` stands for."""
        found = self.ask("symbolic-ref", "--quiet", name)
        return os.fsdecode(found).strip() or None if found else None

    def names(self, revision: str) -> list[str]:
        """Return the names of all that a revision holds: files, links and submodules."""
        listed = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", revision)
        return [os.fsdecode(path) for path in listed.split(b"\0") if path]

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the merge base of two commits, or None where they have none here."""
        found = self.ask("merge-base", one, other)
        return found.decode().strip() or None if found else None

    def count(self, since: str, until: str) -> int | None:
        """Return how many commits `until` has that `since` has not."""
        found = self.ask("rev-list", "--count", f"{since}..{until}")
        return int(found) if found else None

    def first_parents(self, tip: str, most: int) -> list[tuple[str, ...]]:
        """Return the last commits of a branch, the newest first, each with its parents, as far as they are here."""
        listed = self.run("rev-list", "--first-parent", "--parents", f"--max-count={most}", tip)
        return [tuple(line.split()) for line in listed.decode().splitlines()]

    def touches(self, tip: str, paths: Sequence[str], most: int) -> list[Touch]:
        """Return the last commits of a branch that changed one of these paths, the newest first.

        What a merge brought counts as changed by the merge.
        """
        return parse_touches(self.run(*touches_question(tip, paths, most)).split(b"\0"))

    def trailers(self, since: str, until: str, key: str) -> list[str]:
        """Return what the trailers of one key say in the commits that `until` has and `since` has not."""
        form = f"--format=%(trailers:key={key},valueonly,unfold)"
        said = self.run("log", "--no-show-signature", form, f"{since}..{until}")
        return [line.strip() for line in os.fsdecode(said).splitlines() if line.strip()]

    def trailer_commits(self, tip: str, key: str) -> list[tuple[str, list[str]]]:
        """Return the commits of a history that have trailers of one key, the newest first, with what those say."""
        form = ("-z", "--no-show-signature", f"--format=%H%n%(trailers:key={key},valueonly,unfold)")
        chosen = ("--regexp-ignore-case", "--basic-regexp", f"--grep=^{key}:")
        found = []
        for entry in os.fsdecode(self.run("log", *form, *chosen, tip)).split("\0"):
            commit, *lines = [line.strip() for line in entry.splitlines() if line.strip()] or [""]
            if lines:
                found.append((commit, lines))
        return found

    def removals(self, tip: str, paths: Sequence[str]) -> list[tuple[str, str]]:
        """Return what was removed of these paths, folders included, the newest first: the commit and the file.

        Renames count as removals; looking for them would make a clone without blobs fetch each of them.
        """
        form = ("-z", "--no-renames", "--diff-filter=D", "--name-only", "--format=%x01%H", "--no-show-signature")
        found, commit = [], ""
        for field in self.run("log", *form, tip, "--", *paths).split(b"\0"):
            told = field.lstrip(b"\n")
            if told.startswith(b"\x01"):
                commit = told[1:].decode()
            elif told:
                found.append((commit, os.fsdecode(told)))
        return found

    def renames(self, commit: str) -> list[Change]:
        """Return the files that a commit renamed."""
        form = ("-z", "-r", "-M", "--root", "--no-commit-id", "--name-status", "--diff-filter=R", "--no-ext-diff")
        return list(parse_changes(self.run("diff-tree", *form, commit).split(b"\0")))

    def files_with(self, word: str) -> list[str]:
        """Return the tracked text files of the work tree in which a word stands."""
        found = self.ask("grep", "-I", "-l", "-z", "--full-name", "--word-regexp", "--fixed-strings", "-e", word)
        return [os.fsdecode(path) for path in found.split(b"\0") if path] if found else []

    def nearest_tag(self, tip: str, wanted: Sequence[str], unwanted: Sequence[str]) -> tuple[str, int, str] | None:
        """Return the nearest tag that `tip` contains, how many commits ago it was, and its commit.

        Its name matches one of the globs `wanted` and none of `unwanted`. None where there is none here.
        """
        globs = (*(f"--match={glob}" for glob in wanted), *(f"--exclude={glob}" for glob in unwanted))
        found = self.ask("describe", "--tags", "--long", "--abbrev=64", "--candidates=50", *globs, tip)
        if not found:
            return None
        name, count, _ = os.fsdecode(found).strip().rsplit("-", 2)
        commit = self.commit(f"refs/tags/{name}")
        return (name, int(count), commit.id) if commit else None

    def changes(self, base: str, paths: Sequence[str] = ()) -> list[Change]:
        """Return what differs between a commit and the work tree, renames found; untracked files count as added."""
        raw = self.run("diff", "--name-status", "-z", "-M", "--no-ext-diff", "--no-textconv", base, "--", *paths)
        found = list(parse_changes(raw.split(b"\0")))
        others = self.run("ls-files", "-z", "--others", "--exclude-standard", "--", *paths)
        found += [Change("A", os.fsdecode(path)) for path in others.split(b"\0") if path]
        return found

    def files(self, *paths: str) -> list[str]:
        """Return the files of the work tree that git tracks, or would track: ignored ones are left out."""
        listed = self.run(*files_question(*paths))
        return [os.fsdecode(path) for path in listed.split(b"\0") if path]

    def missing(self) -> list[str]:
        """Return the tracked files that are gone from the work tree; those of a sparse checkout are not."""
        listed = self.run("ls-files", "-z", "--deleted")
        return [os.fsdecode(path) for path in listed.split(b"\0") if path]

    def ignored(self, paths: Sequence[str]) -> set[str]:
        """Return which of these paths, existing or not, git is told to ignore."""
        if not paths:
            return set()
        # This command knows no literal paths; with `./` in front none can be taken for a pattern.
        args = ("--no-literal-pathspecs", "check-ignore", "--stdin", "-z")
        asked = b"".join(os.fsencode(f"./{path}") + b"\0" for path in paths)
        finished = self._children.run(
            (*COMMAND, *args), cwd=self.root, limit=LIMIT_SECONDS, env=ENV, stdin=asked, keep=None
        )
        if finished.code not in (0, 1) and len(paths) > 1:
            # One path that git cannot judge, such as one behind a link, spoils the answer for all.
            return set().union(*(self.ignored([path]) for path in paths))
        return {os.fsdecode(path).removeprefix("./") for path in finished.out.split(b"\0") if path}

    def is_dirty(self) -> bool:
        """Return whether tracked files of the work tree differ from HEAD."""
        return bool(self.run(*DIRTY_QUESTION))

    def fetch_commit(self, commit: str, remote: str = "origin") -> bool:
        """Bring one commit from the remote, in a shallow clone without its history; return whether it is here now."""
        # In a whole clone a depth would cut the history that is already here.
        depth = ("--depth=1",) if self.shallow else ()
        options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", *depth)
        # What fetches may leave a connection behind that holds its streams open, so it is not waited for like the rest.
        command = (*COMMAND, "fetch", *options, "--", remote, commit)
        fetched = self._children.run(command, cwd=self.root, limit=FETCH_SECONDS, env=ENV)
        if fetched.timed_out or fetched.code:
            return False
        self._end_batch()
        return self.commit(commit) is not None

    def add_worktree(self, folder: Path, commit: str) -> None:
        """Check a commit out into a new folder beside the work tree; hooks of the repository do not run."""
        options = ("-c", f"core.hooksPath={os.devnull}", "worktree", "add", "--quiet", "--detach", "--force")
        command = (*COMMAND, *options, str(folder), commit)
        made = self._children.run(command, cwd=self.root, limit=WORKTREE_SECONDS, env=ENV)
        if made.timed_out or made.code:
            said = "it took too long" if made.timed_out else code(main_line(made.err))
            raise GitError(f"`git worktree add` failed: {said}")

    def common_folder(self) -> Path:
        """Return the folder in which git keeps what all work trees of the repository share."""
        if self._common is None:
            self._common = self.root / os.fsdecode(self.run("rev-parse", "--git-common-dir")).removesuffix("\n")
        return self._common

    def close(self) -> None:
        """End what git still does for this repository: it only reads, so that nothing has to be waited for.

        Where a check that is late still reads, it is left to whoever ends all children.
        """
        if self._lock.acquire(blocking=False):
            try:
                self._release_batch()
                while self._begun:
                    self._children.release(self._begun.popitem()[1])
            finally:
                self._lock.release()

    def _object(self, name: str) -> tuple[str, bytes] | None:
        return None if "\n" in name else self._objects([name])[0]

    def _objects(self, names: Sequence[str]) -> list[tuple[str, bytes] | None]:
        with self._lock:
            batch = self._reader()
            try:
                return _ask(batch, names)
            except (OSError, EOFError):
                said = batch.stderr.read() if batch.stderr else b""
                self._release_batch()
                raise GitError(f"`git cat-file` ended early: {code(main_line(said))}") from None

    def _reader(self) -> subprocess.Popen[bytes]:
        if self._batch is None:
            self._batch = self._children.start((*COMMAND, *READING), cwd=self.root, env=ENV)
        return self._batch

    def _end_batch(self) -> None:
        with self._lock:
            self._release_batch()

    def _release_batch(self) -> None:
        if self._batch:
            self._children.release(self._batch)
            self._batch = None


def _ask(batch: subprocess.Popen[bytes], names: Sequence[str]) -> list[tuple[str, bytes] | None]:
    """Return the full hash and the content of each object, or None where there is none of that name.

    The names must fit into a pipe, for git does not read on while nobody reads its answers.
    """
    if batch.stdin is None or batch.stdout is None:
        raise EOFError
    batch.stdin.write(b"".join(os.fsencode(name) + b"\n" for name in names))
    batch.stdin.flush()
    return [_answer(batch.stdout) for _ in names]


def _answer(stream: IO[bytes]) -> tuple[str, bytes] | None:
    head = stream.readline()
    if not head:
        raise EOFError
    words = head.split()
    if len(words) != 3 or not words[2].isdigit():
        return None
    content = stream.read(int(words[2]))
    if len(content) < int(words[2]) or not stream.read(1):
        raise EOFError
    return words[0].decode(), content


def files_question(*paths: str) -> Question:
    """Return what `Git.files` asks."""
    return ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *paths)


def tree_question(revision: str, *paths: str) -> Question:
    """Return what `Git.tree` asks."""
    return ("ls-tree", "-r", "-z", "--full-tree", revision, "--", *paths)


def touches_question(tip: str, paths: Sequence[str], most: int) -> Question:
    """Return what `Git.touches` asks."""
    form = (
        "-z", "--raw", "--no-abbrev", "--no-renames", "--root", "-m", "--format=%H", "--no-show-signature",
        "--no-follow",
    )  # fmt: skip
    return ("log", *form, "--first-parent", f"--max-count={most}", tip, "--", *paths)


def relative_paths(paths: Iterable[str], prefix: str) -> dict[str, str]:
    """Return the paths below `prefix` (a folder with a closing `/`, or nothing), by their name from there."""
    return {path[len(prefix) :]: path for path in paths if path.startswith(prefix)}


def main_line(raw: bytes) -> str:
    """Return the line of what git said that tells why it failed."""
    lines = [line for line in raw.decode("utf-8", "backslashreplace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or ["nothing"])[0]
