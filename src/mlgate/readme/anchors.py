"""Anchors as GitHub makes them from headings."""

from __future__ import annotations

import unicodedata

# Invisible parts of emoji; GitHub keeps them in the anchor, people leave them out.
_INVISIBLE = ("\ufe0f", "\u200d")


def slug(heading: str) -> str:
    """Return the anchor of a heading: lower case, word characters and hyphens only, each space a hyphen.

    Source: `TableOfContentsFilter` of github/html-pipeline, which removes `/[^\\p{Word}\\- ]/u`.
    """
    return "".join("-" if char == " " else char for char in heading.lower() if char in " -" or _is_word(char))


def _is_word(char: str) -> bool:
    if char.isascii():
        return char.isalnum() or char == "_"
    category = unicodedata.category(char)
    return category[0] in "LM" or category in ("Nd", "Pc")


def normal_anchor(anchor: str) -> str:
    """Return an anchor in the form in which two are compared: GitHub finds them whatever their case."""
    found = anchor.removeprefix("user-content-").lower()
    for char in _INVISIBLE:
        found = found.replace(char, "")
    return found


class Slugs:
    """The anchors of one page: a heading that comes again gets `-1`, `-2` and so on."""

    def __init__(self) -> None:
        """Begin a page."""
        self._seen: dict[str, int] = {}

    def of(self, heading: str) -> str:
        """Return the anchor of the page's next heading."""
        base = slug(heading)
        count = self._seen.get(base, 0)
        self._seen[base] = count + 1
        return f"{base}-{count}" if count else base
