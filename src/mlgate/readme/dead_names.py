"""Names in code style that this change takes away: parameters, features, functions that nothing has any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mlgate.git import Git
from mlgate.git_records import Change
from mlgate.readme.page import Page
from mlgate.readme.sources import SourceError
from mlgate.readme.structure import has_structure, structure
from mlgate.readme.watched import Pair
from mlgate.readme.watching import Sides
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, nearest

MOST_NAMES = 50
MOST_FILES = 500

_NAME = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*(?:\(\))?\Z")
_WORD = re.compile(r"[^\W\d]\w+\Z")
_LOCKS = ("dvc.lock", "uv.lock", "poetry.lock", "package-lock.json")


class _Lost(NamedTuple):
    """A name that is gone: the file that had it, and what that file has for the first time."""

    path: str
    fresh: tuple[str, ...]


def dead_names(pairs: Sequence[Pair], changes: Callable[[], Sequence[Change]], sides: Sides, git: Git) -> list[Finding]:
    """Return a warning for each name that a page had in code style already, and that this change took away.

    A word that still stands in some other file than Markdown is not gone.
    """
    spans = {(pair.now.path, name): line for pair in pairs for name, line in _named(pair)}
    wanted = {name for _, name in spans}
    lost = _lost(wanted, changes(), sides) if wanted else {}
    gone = {name for name in sorted(lost)[:MOST_NAMES] if not _is_alive(name, git)}
    return [_finding(path, name, line, lost[name]) for (path, name), line in spans.items() if name in gone]


def _named(pair: Pair) -> Iterator[tuple[str, int]]:
    """Yield the names in code style that a page has now and had before, each with its first line."""
    before = {name for name, _ in _spans(pair.before)} if pair.before else set()
    seen = set()
    for name, line in _spans(pair.now):
        if name in before and name not in seen:
            seen.add(name)
            yield name, line


def _spans(page: Page) -> Iterator[tuple[str, int]]:
    made = [(block.begin.line, block.end.line) for block in page.said.blocks]
    for span in page.readme.codes:
        if _NAME.match(span.text) and not any(first <= span.line <= last for first, last in made):
            yield span.text.removesuffix("()"), span.line


def _lost(wanted: set[str], changes: Sequence[Change], sides: Sides) -> dict[str, _Lost]:
    """Return the wanted names that the changed files had before and that none of them has now."""
    had: dict[str, _Lost] = {}
    left: set[str] = set()
    for change in [change for change in changes if change.letter != "T"][:MOST_FILES]:
        path, old = change.path, change.old or change.path
        if path.rpartition("/")[2] in _LOCKS or not has_structure(path, "words"):
            continue
        selector = "names" if path.lower().endswith(".py") else "words"
        try:
            after = set(structure(None if change.letter == "D" else sides.after(path), path, selector))
            before = set(structure(None if change.letter == "A" else sides.before(old), old, selector))
        except SourceError:
            # What cannot be read cannot be said to have lost a name.
            continue
        left |= _parts(after)
        fresh = tuple(sorted(after - before))
        for name in _parts(before) & wanted:
            had.setdefault(name, _Lost(path, fresh))
    return {name: lost for name, lost in had.items() if name not in left}


def _parts(names: Iterable[str]) -> set[str]:
    """Return names with the last part of each, by which people call them."""
    return {part for name in names for part in (name, name.rpartition(".")[2])}


def _is_alive(name: str, git: Git) -> bool:
    """Return whether a plain word still stands in a file that is no Markdown; a dotted one was looked up already."""
    if "." in name or not _WORD.match(name):
        return "." not in name
    return any(not path.lower().endswith((".md", ".markdown")) for path in git.files_with(name))


def _finding(path: str, name: str, line: int, lost: _Lost) -> Finding:
    last = {fresh.rpartition(".")[2] if "." not in name else fresh: fresh for fresh in lost.fresh}
    close = nearest(name, tuple(last)) or (next(iter(last)) if len(last) == 1 else None)
    return Finding(
        rule="readme/dead-name",
        severity=Severity.WARNING,
        message=f"{code(name)} is gone from {code(lost.path)}",
        location=Location(path=path, line=line),
        hint=f"if it was renamed, write {code(close)}" if close else "name what is there now, or take it out",
        subject=name,
    )
