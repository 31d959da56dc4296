"""The rule `age`, for scheduled runs: a section is older than its `review=`, and what it watches changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlgate.context import Context
from mlgate.git import relative_paths
from mlgate.git_records import Change
from mlgate.readme.page import Page
from mlgate.readme.reviews import Review, last_review
from mlgate.readme.said import Mark
from mlgate.readme.side import Side
from mlgate.readme.sources import SourceError
from mlgate.readme.watched import TRAILER
from mlgate.readme.watching import Sides, differences, in_words, project_reader
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code

DAY = 86400


def aged_marks(page: Page) -> list[Mark]:
    """Return the sections of a page that are to be reviewed from time to time."""
    return [mark for mark in page.said.marks if mark.review and mark.watches]


def ages(pages: Sequence[Page], head: Side, context: Context, now: int) -> Iterator[Finding]:
    """Yield a warning for each section that is too old, or whose age the history here does not tell.

    `now` is the date of the commit that is checked, in seconds since the epoch.
    """
    for page in pages:
        for mark in aged_marks(page):
            review = last_review(page, mark, context.git, context.prefix)
            if review is None:
                yield _unknown(page, mark, context.git.shallow)
            elif mark.review and now - review.time > mark.review.seconds:
                yield from _too_old(page, mark, head, context, review, now)


def _too_old(page: Page, mark: Mark, head: Side, context: Context, review: Review, now: int) -> Iterator[Finding]:
    git = context.git
    sides = Sides(
        project_reader(lambda path: git.blob(f"{review.commit}:{path}"), context.shown),
        project_reader(head.read, context.shown),
    )
    try:
        changes = _changes_since(context, review.commit)
        found = [phrase for watch in mark.watches for phrase in differences(watch, changes, sides)]
    except SourceError:
        # The rule `watch` says so wherever there is something to compare with.
        return
    if not found:
        return
    owner = f" with {code(mark.owner)}" if mark.owner else ""
    trailer = code(f"{TRAILER}: {page.path}#{mark.name}")
    yield Finding(
        rule="readme/age",
        severity=Severity.WARNING,
        message=f"the section {code(mark.name)} was last reviewed {amount((now - review.time) // DAY, 'day')} ago, "
        f"its {code(f'review={mark.review}')}, and since then changed: {in_words(list(dict.fromkeys(found)))}",
        location=Location(path=page.path, line=mark.heading),
        hint=f"review it{owner}; where it is still true, say so in a commit's trailer: {trailer}",
        subject=mark.name,
    )


def _changes_since(context: Context, commit: str) -> list[Change]:
    found = context.git.changes(commit, [context.prefix or "."])
    inner = {full: path for path, full in relative_paths((change.path for change in found), context.prefix).items()}
    cut = len(context.prefix)
    return [Change(c.letter, inner[c.path], c.old[cut:] if c.old else None) for c in found if c.path in inner]


def _unknown(page: Page, mark: Mark, is_shallow: bool) -> Finding:
    fetch = code("git fetch --unshallow --filter=blob:none")
    hint = f"run {fetch} first, or check out with `fetch-depth: 0`" if is_shallow else "commit the page first"
    return Finding(
        rule="readme/age",
        severity=Severity.WARNING,
        message=f"the age of the section {code(mark.name)} is unknown: its last change is not in the history here",
        location=Location(path=page.path, line=mark.heading),
        hint=hint,
        subject=mark.name,
    )
