"""Links, images and anchors of a README that lead nowhere in the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from mlgate.readme.anchors import normal_anchor
from mlgate.readme.page import Page
from mlgate.readme.parse import Link
from mlgate.readme.side import Side
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, nearest

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TEMPLATE = re.compile(r"[{}<>$*|]|\A\.{3}\Z")
# The top of a page, lines of a file, footnotes and text fragments are no headings.
_OTHER_ANCHOR = re.compile(r"(?:top|readme|l\d+(?:c\d+)?(?:-l?\d+(?:c\d+)?)?|fn(?:ref)?-.*|:~:.*)?\Z", re.DOTALL)
_MOST_NAMES = 5000


class Reach(NamedTuple):
    """Where a link leads inside the repository: the path from its root, and the anchor there, if any."""

    path: str
    anchor: str


class Walked(NamedTuple):
    """The links of one page: how many lead into the repository, and what is wrong with them."""

    reached: int
    findings: list[Finding]


def reach(target: str, page: str) -> Reach | None:
    """Return where a link of a page leads, or None where that is not in the repository (URLs, GitHub's own pages)."""
    target = target.strip()
    if not target or _SCHEME.match(target) or target.startswith("//"):
        return None
    rest, _, anchor = target.partition("#")
    path, has_query, _ = rest.partition("?")
    if has_query:
        anchor = ""
    path = unquote(path)
    if not path:
        return Reach(page, unquote(anchor))
    start = "" if path.startswith("/") else posixpath.dirname(page)
    full = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
    # On GitHub, `../../issues` and the like lead to pages of the repository, not to its files.
    return None if full.split("/")[0] == ".." else Reach(full, unquote(anchor))


def walk(
    page: Page, side: Side, ignored: Callable[[list[str]], set[str]], renamed: Callable[[], Mapping[str, str]] = dict
) -> Walked:
    """Return what is wrong with the links of a page.

    `ignored` returns which paths git ignores: outputs that are made are no dead links. `renamed` gives new names of
    files by their old ones, where something is gone.
    """
    reached = [(link, place) for link in page.readme.links if (place := reach(link.target, page.path))]
    gone = [(link, place) for link, place in reached if _is_gone(link, place.path, page, side)]
    spared = ignored(sorted({place.path for _, place in gone} | {f"{place.path}/" for _, place in gone}))
    findings = [
        _dead_link(link, place.path, page, side, renamed())
        for link, place in gone
        if place.path not in spared and f"{place.path}/" not in spared
    ]
    for link, place in reached:
        finding = _dead_anchor(link, place, page, side)
        if finding:
            findings.append(finding)
    return Walked(len(reached), findings)


def _is_gone(link: Link, path: str, page: Page, side: Side) -> bool:
    if path == page.path or side.has(path) or side.is_dvc_output(path):
        return False
    return not _TEMPLATE.search(unquote(link.target))


def _dead_link(link: Link, path: str, page: Page, side: Side, renamed: Mapping[str, str]) -> Finding:
    kind = "the image " if link.is_image else ""
    if path in renamed:
        hint = f"it was renamed: link to {code(_from(page, renamed[path]))}"
    else:
        close = _nearest_path(path, side)
        hint = f"did you mean {code(_from(page, close))}?" if close else "link to what exists, or take the link out"
    return Finding(
        rule="readme/dead-link",
        severity=Severity.ERROR,
        message=f"{kind}{code(link.target)} does not exist",
        location=Location(path=page.path, line=link.line),
        hint=hint,
        subject=link.target,
    )


def _dead_anchor(link: Link, place: Reach, page: Page, side: Side) -> Finding | None:
    wanted = normal_anchor(place.anchor)
    if _OTHER_ANCHOR.match(wanted):
        return None
    anchors = page.readme.anchors if place.path == page.path else side.anchors(place.path)
    if anchors is None or wanted in anchors:
        return None
    close = nearest(wanted, tuple(sorted(anchors)))
    return Finding(
        rule="readme/dead-anchor",
        severity=Severity.ERROR,
        message=f"{code(place.path)} has no heading {code('#' + place.anchor)}",
        location=Location(path=page.path, line=link.line),
        hint=f"did you mean {code('#' + close)}?" if close else "link to a heading that exists",
        subject=link.target,
    )


def same_name(path: str, side: Side) -> str | None:
    """Return the existing file of the same name, or the one most alike of several."""
    name = path.rpartition("/")[2].lower()
    same = sorted(file for file in side.files if file.rpartition("/")[2].lower() == name)
    return same[0] if len(same) == 1 else nearest(path, same)


def _nearest_path(path: str, side: Side) -> str | None:
    """Return the existing path that is most likely meant: the one file of the same name, else a similar path."""
    same = same_name(path, side)
    if same is not None:
        return same
    ending = posixpath.splitext(path)[1]
    similar = [file for file in sorted(side.files) if posixpath.splitext(file)[1] == ending]
    return nearest(path, similar[:_MOST_NAMES])


def _from(page: Page, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(page.path) or ".")
