"""Resolves in the open what the head is compared with: from the event, the history and the config, with the reasons."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from mlgate.errors import GitError
from mlgate.event import Event
from mlgate.git import Git
from mlgate.git_records import Commit
from mlgate.lazy_pattern import lazy_pattern
from mlgate.report import Baseline, Revision
from mlgate.text import code

_USUAL = ("refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")
_HASH = lazy_pattern(r"[0-9a-f]{7,64}")
_DEEPEN = "set `fetch-depth: 0` in the checkout step"


class Compared(Struct, frozen=True):
    """Head and baseline of a run, each None where there is none, and notices in inline form."""

    head: Revision | None
    baseline: Baseline | None
    notices: tuple[str, ...] = ()


class _Choice(Struct, frozen=True):
    commit: Commit
    name: str | None
    reason: str
    tip: str | None = None
    notes: tuple[str, ...] = ()


def resolve_baseline(git: Git, event: Event, *, asked: str | None = None, branch: str | None = None) -> Compared:
    """Return what to compare, by the first rule that applies.

    `asked` (a revision) wins over all; then a pull request's merge commit or head, a merge group's base, a push's
    `before`; else the merge base with `branch` or the remote's default branch. Raises `GitError` when `asked` is no
    commit, or a commit that the event names cannot be had.
    """
    head = git.commit("HEAD")
    if head is None:
        return Compared(None, None, ("the repository has no commit yet, so nothing is compared",))
    choice = _asked(git, head, asked) if asked else None
    choice = choice or _of_event(git, event, head, branch) or _of_branch(git, event, head, branch)
    dirty = event.name == "local" and git.is_dirty()
    revision = Revision(commit=head.id, time=head.time, dirty=dirty)
    if choice is None:
        wanted = f"no branch {code(branch)} was found" if branch else "no default branch was found"
        return Compared(revision, None, (f"no baseline: {wanted}, so nothing is compared; give `--base REV`",))
    return Compared(revision, _described(git, head, choice, dirty))


def _described(git: Git, head: Commit, choice: _Choice, dirty: bool) -> Baseline:
    notes = list(choice.notes)
    itself = choice.commit.id == head.id
    if itself and dirty:
        notes.append("only uncommitted changes differ from it")
    elif itself:
        notes.append("this is the very commit that is checked, so nothing can differ")
    return Baseline(
        revision=choice.commit.revision(choice.name),
        reason=choice.reason,
        age_seconds=max(0, head.time - choice.commit.time),
        behind=_behind(git, choice),
        notes=tuple(notes),
        is_head=itself,
    )


def _behind(git: Git, choice: _Choice) -> int | None:
    if choice.tip is None or git.shallow:
        return None
    return 0 if choice.tip == choice.commit.id else git.count("HEAD", choice.tip)


def _merge_base(git: Git, head: Commit, other: str) -> str | None:
    """Return the merge base, which needs no search where one commit is the other or its parent."""
    return other if other == head.id or other in head.parents else git.merge_base(head.id, other)


def _named(git: Git, name: str) -> Commit | None:
    """Return the commit of a name, of a branch rather than of a tag that somebody called the same."""
    plain = _is_plain(name) and not _HASH.fullmatch(name)
    branches = ("refs/heads/", "refs/remotes/", "refs/remotes/origin/") if plain else ()
    places = (*branches, "", "origin/")
    return next((found for place in places if (found := git.named_commit(f"{place}{name}"))), None)


def _is_plain(name: str) -> bool:
    """Return whether a name may be a branch's and is no expression, such as `HEAD~1`."""
    letters = name.replace(".", "").replace("_", "").replace("/", "").replace("-", "")
    return name.isascii() and name[:1].isalnum() and letters.isalnum() and not name.endswith("HEAD")


def _asked(git: Git, head: Commit, asked: str) -> _Choice:
    found = None if asked.startswith("-") else _named(git, asked)
    if found is None:
        hint = f"the clone is shallow: {_DEEPEN}" if git.shallow else "see `git branch --all` and `git tag`"
        raise GitError(f"{code(asked)} is no commit of this repository", hint=hint)
    base = _merge_base(git, head, found.id)
    if base and base != found.id:
        commit = git.commit(base)
        if commit:
            return _Choice(commit, asked, f"merge base with {code(asked)}, which was asked for", tip=found.id)
    note = () if base else (f"it shares no history with the head here{f'; {_DEEPEN}' if git.shallow else ''}",)
    return _Choice(found, asked, f"{code(asked)}, which was asked for", notes=note)


def _of_event(git: Git, event: Event, head: Commit, branch: str | None) -> _Choice | None:
    if event.name == "pull_request":
        return _of_pull_request(git, event, head)
    if event.name == "merge_group" and event.base_commit:
        commit = _present(git, event.base_commit, "the merge group's base")
        return _Choice(commit, event.base_branch, "base of the merge group")
    if event.name == "push" and event.before:
        return _of_push(git, head, event.before) or _instead_of_push(git, event, head, branch)
    return None


def _of_pull_request(git: Git, event: Event, head: Commit) -> _Choice | None:
    if _is_merge_of(head, event.head_commit):
        commit = _present(git, head.parents[0], "the first parent of the merge commit")
        return _Choice(commit, event.base_branch, "first parent of the merge commit")
    if not event.base_commit:
        return None
    tip = _present(git, event.base_commit, "the base of the pull request")
    base = _merge_base(git, head, tip.id)
    commit_at_base = git.commit(base) if base else None
    name = event.base_branch
    if commit_at_base is None:
        note = f"the merge base is not in this clone, so the tip of the base branch is compared; {_DEEPEN}"
        return _Choice(tip, name, "tip of the base branch", notes=(note,))
    return _Choice(commit_at_base, name, f"merge base with {code(name or tip.id[:7])}", tip=tip.id)


def _is_merge_of(head: Commit, pulled: str | None) -> bool:
    """Return whether the forge made `head` to try the pull request; people's own merges look alike but for this."""
    return len(head.parents) == 2 and (pulled is None or head.parents[1] == pulled)


def _of_push(git: Git, head: Commit, before: str) -> _Choice | None:
    commit = git.commit(before)
    if commit is None and git.fetch_commit(before):
        commit = git.commit(before)
    if commit is None:
        return None
    rewritten = not git.shallow and _merge_base(git, head, before) != before
    notes = ("the push replaced history that held this commit",) if rewritten else ()
    return _Choice(commit, None, "the commit before this push", notes=notes)


def _instead_of_push(git: Git, event: Event, head: Commit, branch: str | None) -> _Choice | None:
    choice = _of_branch(git, event, head, branch)
    before = code((event.before or "")[:7])
    gone = f"the commit before this push, {before}, is not in this clone and could not be fetched"
    return replace(choice, notes=(*choice.notes, gone)) if choice else None


def _of_branch(git: Git, event: Event, head: Commit, branch: str | None) -> _Choice | None:
    for name in _branch_names(event, branch):
        tip = git.commit(name)
        if tip is None:
            continue
        if name.endswith("/HEAD"):
            name = git.branch_behind(name) or name
        shown = name.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        base = _merge_base(git, head, tip.id)
        commit = git.commit(base) if base else None
        if commit is None:
            note = f"it shares no history with the head here{f'; {_DEEPEN}' if git.shallow else ''}"
            return _Choice(tip, shown, f"tip of {code(shown)}", notes=(note,))
        return _Choice(commit, shown, f"merge base with {code(shown)}", tip=tip.id)
    return None


def _branch_names(event: Event, branch: str | None) -> tuple[str, ...]:
    if branch:
        return (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}")
    stated = event.base_branch or event.default_branch
    named = (f"refs/remotes/origin/{stated}", f"refs/heads/{stated}") if stated else ()
    return (*named, "refs/remotes/origin/HEAD", *_USUAL)


def _present(git: Git, commit: str, what: str) -> Commit:
    found = git.commit(commit)
    if found is None and git.fetch_commit(commit):
        found = git.commit(commit)
    if found is None:
        raise GitError(f"{what}, {code(commit[:7])}, is not in this clone and could not be fetched", hint=_DEEPEN)
    return found
