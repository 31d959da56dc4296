"""The rule `watch`: what a section watches changed since the baseline, and its words did not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mlgate.context import Context
from mlgate.git_records import Change
from mlgate.readme.page import Page
from mlgate.readme.said import Mark
from mlgate.readme.sources import SourceError
from mlgate.readme.watching import Sides, differences, in_words
from mlgate.readme.words import heading_of, own_words
from mlgate.report import Finding, Location, Severity
from mlgate.text import code

TRAILER = "Docs-Reviewed"


class Pair(Struct, frozen=True):
    """A page now and the same page at the baseline, where it had one."""

    now: Page
    before: Page | None


def trailer_names(lines: Sequence[str]) -> set[str]:
    """Return the sections that trailers name, each as `README.md#features`."""
    return {word for line in lines for word in re.split(r"[,\s]+", line)}


def names_of(path: str, section: str, prefix: str) -> set[str]:
    """Return how a trailer may name a section: from the repository's root, or from the project folder `prefix`."""
    return {f"{path}#{section}", f"{path.removeprefix(prefix)}#{section}"}


def watched_marks(page: Page) -> list[Mark]:
    """Return the sections of a page that watch something."""
    return [mark for mark in page.said.marks if mark.watches]


def blind_watches(page: Page, files: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each watch that no file of the project matches; `files` are from the project folder."""
    for mark in watched_marks(page):
        for watch in mark.watches:
            if not any(watch.covers(path) for path in files):
                yield Finding(
                    rule="readme/marker",
                    severity=Severity.ERROR,
                    message=f"the section {code(mark.name)} watches {code(watch)}, which matches no file",
                    location=Location(path=page.path, line=mark.line),
                    hint="name files that git tracks, from the project folder; `**` goes through folders",
                    subject=f"{mark.name}:{watch}",
                )


def watch_findings(pairs: Sequence[Pair], changes: Sequence[Change], sides: Sides, context: Context) -> list[Finding]:
    """Return a warning for each section that was left behind and not acknowledged by a commit's trailer."""
    found = [finding for pair in pairs for finding in _of_page(pair, changes, sides)]
    if not any(finding.rule == "readme/watch" for finding in found) or context.baseline is None:
        return found
    said = context.git.trailers(context.baseline.revision.commit, "HEAD", TRAILER)
    reviewed = trailer_names(said)
    hint = None
    if context.git.shallow:
        hint = f"; a trailer {code(TRAILER)} of older commits is not seen in a shallow clone: set `fetch-depth: 0`"
    return [_with_hint(finding, hint) for finding in found if not _is_reviewed(finding, reviewed, context.prefix)]


def _of_page(pair: Pair, changes: Sequence[Change], sides: Sides) -> Iterator[Finding]:
    for mark in watched_marks(pair.now):
        try:
            found = [phrase for watch in mark.watches for phrase in differences(watch, changes, sides)]
        except SourceError as error:
            yield Finding(
                rule="readme/source",
                severity=Severity.ERROR,
                message=f"what the section {code(mark.name)} watches cannot be read: {error.message}",
                location=Location(path=pair.now.path, line=mark.line),
                hint=error.hint,
                subject=mark.name,
            )
            continue
        if found and _is_untouched(pair, mark):
            yield _left_behind(pair.now, mark, found)


def _is_untouched(pair: Pair, mark: Mark) -> bool:
    """Return whether the section was there before and has the same words."""
    now = heading_of(pair.now, mark.name)
    before = heading_of(pair.before, mark.name, now.text if now else None) if pair.before else None
    if now is None or before is None or pair.before is None:
        return False
    return own_words(pair.now, now) == own_words(pair.before, before)


def _left_behind(page: Page, mark: Mark, found: Sequence[str]) -> Finding:
    owner = f" with {code(mark.owner)}" if mark.owner else ""
    trailer = code(f"{TRAILER}: {page.path}#{mark.name}")
    unique = list(dict.fromkeys(found))
    return Finding(
        rule="readme/watch",
        severity=Severity.WARNING,
        message=f"the section {code(mark.name)} was not changed, and what it watches was: {in_words(unique)}",
        location=Location(path=page.path, line=mark.heading),
        hint=f"review it{owner}; where it is still true, say so in a commit's trailer: {trailer}",
        subject=mark.name,
    )


def _is_reviewed(finding: Finding, reviewed: set[str], prefix: str) -> bool:
    place = finding.location.path if finding.location else ""
    return finding.rule == "readme/watch" and bool(names_of(place, finding.subject or "", prefix) & reviewed)


def _with_hint(finding: Finding, more: str | None) -> Finding:
    from msgspec.structs import replace

    return replace(finding, hint=f"{finding.hint}{more}") if more and finding.rule == "readme/watch" else finding
