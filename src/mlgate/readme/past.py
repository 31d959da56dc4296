"""Paths that once existed: what this change removes, and what git's history says was removed before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from mlgate.context import Context
from mlgate.errors import GitError
from mlgate.git import Git
from mlgate.git_records import Change

# A README that names more than this is looked up in part; each path makes the walk through the history slower.
MOST_PATHS = 200
_MOST_COMMITS = 5


class Past:
    """What became of paths, from the repository's root; git is asked when something is gone, once for each path."""

    def __init__(self, git: Git, changes: Callable[[], Sequence[Change]] = tuple) -> None:
        """Keep whom to ask; `changes` are those of this pull request, their paths from the root."""
        self._git = git
        self._changes = changes
        self._known: dict[str, str | None] = {}
        self._moves: dict[str, Mapping[str, str]] = {}

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Return the new names of what this change renames by their old ones."""
        return {change.old: change.path for change in self._changes() if change.old}

    def existed(self, paths: Sequence[str]) -> list[str]:
        """Return those of the paths that once were files or folders; a shallow clone knows fewer."""
        unknown = [path for path in paths if path not in self._known]
        gone = {change.path for change in self._changes() if change.letter == "D"} if unknown else set()
        for path in unknown:
            self._known[path] = "" if any(_is_at(path, old) for old in (*gone, *self.renamed)) else None
        open_paths = [path for path in unknown if self._known[path] is None][:MOST_PATHS]
        if open_paths:
            self._known.update(_removals(self._git, open_paths))
        return [path for path in paths if self._known[path] is not None]

    def moved_to(self, path: str) -> str | None:
        """Return where a path that is gone was moved to, as far as git can tell."""
        commit = self._known.get(path)
        moves = self.renamed if not commit else self._moves_of(commit)
        for old, new in moves.items():
            if old == path:
                return new
            rest = old[len(path) :]
            if _is_at(path, old) and new.endswith(rest):
                return new.removesuffix(rest)
        return None

    def _moves_of(self, commit: str) -> Mapping[str, str]:
        if commit not in self._moves:
            if len(self._moves) >= _MOST_COMMITS:
                return {}
            self._moves[commit] = {change.old: change.path for change in self._git.renames(commit) if change.old}
        return self._moves[commit]


def past_of(context: Context) -> Past:
    """Return the past of a project, as seen from the head."""
    shown = context.shown
    return Past(
        context.git,
        lambda: [
            Change(change.letter, shown(change.path), shown(change.old) if change.old else None)
            for change in context.changes
        ],
    )


def _removals(git: Git, paths: Sequence[str]) -> dict[str, str]:
    """Return the last commit that removed each path, or something in it."""
    try:
        removals = git.removals("HEAD", paths)
    except GitError:
        return {}
    found: dict[str, str] = {}
    for commit, old in removals:
        for path in paths:
            if path not in found and _is_at(path, old):
                found[path] = commit
    return found


def _is_at(path: str, old: str) -> bool:
    return old == path or old.startswith(f"{path}/")
