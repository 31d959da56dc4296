"""When a section was last reviewed: its words changed, or a commit's trailer said that it is still true."""

from __future__ import annotations

from typing import NamedTuple

from mlgate.errors import MlgateError
from mlgate.git import Git
from mlgate.git_records import Commit
from mlgate.readme.page import Page, read_page
from mlgate.readme.said import Mark
from mlgate.readme.watched import TRAILER, names_of, trailer_names
from mlgate.readme.words import heading_of, own_words

# Changes of the page that are looked at; a section that is older counts as old as the last of them.
MOST_VERSIONS = 200


class Review(NamedTuple):
    """The commit of a review, and its committer's date in seconds since the epoch."""

    commit: str
    time: int


def last_review(page: Page, mark: Mark, git: Git, prefix: str) -> Review | None:
    """Return the last review of a section, or None where the history that is here does not tell."""
    changed = _last_change(page, mark, git)
    for commit, lines in git.trailer_commits("HEAD", TRAILER):
        if names_of(page.path, mark.name, prefix) & trailer_names(lines):
            told = git.commit(commit)
            if told is not None and (changed is None or told.time > changed.time):
                return Review(told.id, told.time)
            break
    return changed


def _last_change(page: Page, mark: Mark, git: Git) -> Review | None:
    touches = git.touches("HEAD", [page.path], MOST_VERSIONS)
    now: tuple[str, ...] | None = None
    found: Commit | None = None
    for index, touch in enumerate(touches):
        words = _words(git, touch.blobs.get(page.path), page, mark)
        if index and words != now:
            return Review(found.id, found.time) if found else None
        now, found = words, git.commit(touch.commit)
    if found is None or (len(touches) < MOST_VERSIONS and _is_cut(found, git)):
        return None
    return Review(found.id, found.time)


def _is_cut(commit: Commit, git: Git) -> bool:
    """Return whether a commit has parents that are not here: what it seems to have added may be older."""
    here = git.first_parents(commit.id, 1)
    return bool(commit.parents) and len(here[0]) == 1


def _words(git: Git, blob: str | None, page: Page, mark: Mark) -> tuple[str, ...] | None:
    data = git.blob(blob) if blob else None
    if data is None:
        return None
    now = heading_of(page, mark.name)
    try:
        then = read_page(page.path, data)
    except MlgateError:
        return None
    heading = heading_of(then, mark.name, now.text if now else None)
    return own_words(then, heading) if heading else None
