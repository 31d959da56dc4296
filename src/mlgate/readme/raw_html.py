"""The little of raw HTML that matters in a README: comments, targets of links and images, anchors, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

# Possessive and anchored at word borders, so that no text makes them slow.
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*+)((?:[^<>\"']++|\"[^\"]{0,2000}+\"|'[^']{0,2000}+')*+)>")
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([A-Za-z_:][\w:.-]*+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+))")
_TARGETS = {"a": ("href",), "img": ("src", "srcset"), "source": ("src", "srcset"), "video": ("src",)}
_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,2000}+>", re.IGNORECASE)
_HEADING_END = re.compile(r"</h[1-6]", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")


class RawComment(NamedTuple):
    """A comment: what is inside it, and its offsets; `end` is None where it is never closed."""

    inside: str
    start: int
    end: int | None


class Target(NamedTuple):
    """What a tag points at, and the tag's offset."""

    target: str
    offset: int
    is_image: bool


def comments(html: str) -> Iterator[RawComment]:
    """Yield the comments of a piece of HTML."""
    start = html.find("<!--")
    while start >= 0:
        # `<!-->` and `<!--->` are whole comments.
        short = next((len(whole) for whole in ("<!-->", "<!--->") if html.startswith(whole, start)), 0)
        stop = html.find("-->", start + 4) if not short else start + short - 3
        if stop < 0:
            yield RawComment(html[start + 4 :], start, None)
            return
        yield RawComment(html[start + 4 : stop], start, stop + 3)
        start = html.find("<!--", stop + 3)


def without_comments(html: str) -> str:
    """Return HTML of the same length with its comments blanked, so that offsets stay true."""
    pieces, position = [], 0
    for comment in comments(html):
        end = len(html) if comment.end is None else comment.end
        pieces += [html[position : comment.start], re.sub(r"[^\n]", " ", html[comment.start : end])]
        position = end
    return "".join([*pieces, html[position:]])


def targets(html: str) -> Iterator[Target]:
    """Yield what the links and images of a piece of HTML point at."""
    for tag in _TAG.finditer(html):
        name = tag[1].lower()
        for attribute, value in _attributes(tag[2]):
            if attribute not in _TARGETS.get(name, ()):
                continue
            several = [part.split()[0] for part in value.split(",") if part.split()]
            for target in several if attribute == "srcset" else [value.strip()]:
                yield Target(target, tag.start(), name != "a")


def anchors(html: str) -> Iterator[str]:
    """Yield the anchors that the tags of a piece of HTML set with `id` or `name`."""
    for tag in _TAG.finditer(html):
        for attribute, value in _attributes(tag[2]):
            if attribute == "id" or (attribute == "name" and tag[1].lower() == "a"):
                yield value


def headings(html: str) -> Iterator[tuple[int, str, int]]:
    """Yield the headings of a piece of HTML: level, text and offset."""
    for tag in _HEADING.finditer(html):
        end = _HEADING_END.search(html, tag.end())
        if end is None:
            return
        text = unescape(_ANY_TAG.sub("", html[tag.end() : end.start()]))
        yield int(tag[1]), text.strip(), tag.start()


def _attributes(inside: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(inside):
        yield found[1].lower(), unescape(next((group for group in found.groups()[1:] if group is not None), ""))
