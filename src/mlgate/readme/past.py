"""Paths that once existed: what this change removes, and what git's history says was removed before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mlgate.context import Context
from mlgate.errors import GitError
from mlgate.git import Git

# A README that names more than this is looked up in part; each path makes the walk through the history slower.
MOST_PATHS = 200
_MOST_COMMITS = 5


class Past:
    """What became of paths, from the repository's root; git is asked once for each set of paths."""

    def __init__(self, git: Git, removed: Collection[str] = (), renamed: Mapping[str, str] | None = None) -> None:
        """Keep what this change removes, and the new names of what it renames by their old ones."""
        self.renamed = renamed or {}
        self._git = git
        self._removed = frozenset(removed)
        self._known: dict[str, str | None] = {}
        self._moves: dict[str, Mapping[str, str]] = {}

    def existed(self, paths: Sequence[str]) -> list[str]:
        """Return those of the paths that once were files or folders; a shallow clone knows fewer."""
        unknown = [path for path in paths if path not in self._known]
        gone = {*self._removed, *self.renamed}
        for path in unknown:
            self._known[path] = "" if any(_is_at(path, old) for old in gone) else None
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
    removed = [shown(change.path) for change in context.changes if change.letter == "D"]
    renamed = {shown(change.old): shown(change.path) for change in context.changes if change.old}
    return Past(context.git, removed, renamed)


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
