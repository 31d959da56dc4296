"""Paths in code style that once existed and are gone; those that never existed are no claim."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct

from mlgate.readme.links import same_name
from mlgate.readme.page import Page
from mlgate.readme.parse import Code
from mlgate.readme.past import Past
from mlgate.readme.side import Side
from mlgate.report import Finding, Location, Severity
from mlgate.text import code

# A word with a folder or an ending in it; what has other characters is a template, a URL or an option.
_PATH = re.compile(r"(?!-)(?=.*[./])(?!.*//)(?:\./)?([\w.@+-]+(?:/[\w.@+-]+)*)/?(?::\d+)?\Z")


class _Named(Struct, frozen=True):
    """A path that a page names, and what it may mean from the repository's root."""

    word: str
    line: int
    places: tuple[str, ...]


class Paths(NamedTuple):
    """The paths of a page that are or were in git: how many, and a warning for each that is gone."""

    examined: int
    findings: list[Finding]


def dead_paths(page: Page, side: Side, past: Past, ignored: Callable[[list[str]], set[str]]) -> Paths:
    """Return what is to be said of the paths that a page names in code style; `ignored` is what git ignores."""
    every = [named for span in page.readme.codes for named in _named(span, page, side) if named.places]
    missing = [named for named in every if _is_missing(named, side)]
    here = len(every) - len(missing)
    if not missing:
        return Paths(here, [])
    once = set(past.existed(list(dict.fromkeys(place for named in missing for place in named.places))))
    gone = [(named, place) for named in missing for place in named.places if place in once]
    spared = ignored(sorted({place for _, place in gone} | {f"{place}/" for _, place in gone})) if gone else set()
    found: dict[tuple[str, int], Finding] = {}
    for named, place in gone:
        if place not in spared and f"{place}/" not in spared:
            found.setdefault((named.word, named.line), _finding(named, place, page, side, past))
    return Paths(here + len(found), list(found.values()))


def _named(span: Code, page: Page, side: Side) -> Sequence[_Named]:
    """Return the paths in a code span: read from the page's folder, the project's and the repository's root."""
    bases = dict.fromkeys((posixpath.dirname(page.path), side.prefix.rstrip("/"), ""))
    found = []
    for word in span.text.split():
        match = _PATH.match(word) if len(word) < 300 else None
        if match:
            full = (posixpath.normpath(posixpath.join(base, match[1])) for base in bases)
            places = tuple(dict.fromkeys(path for path in full if path != "." and path.split("/")[0] != ".."))
            found.append(_Named(word, span.line, places))
    return found


def _is_missing(named: _Named, side: Side) -> bool:
    return not any(side.has(place) or side.is_dvc_output(place) for place in named.places)


def _finding(named: _Named, place: str, page: Page, side: Side, past: Past) -> Finding:
    moved = past.moved_to(place)
    if moved is not None and side.has(moved):
        hint = f"it was renamed: write {code(moved)}"
    else:
        close = same_name(place, side)
        hint = f"did you mean {code(close)}?" if close else "name what is there now, or take it out"
    return Finding(
        rule="readme/dead-path",
        severity=Severity.WARNING,
        message=f"{code(named.word)} is no longer there",
        location=Location(path=page.path, line=named.line),
        hint=hint,
        subject=named.word,
    )
