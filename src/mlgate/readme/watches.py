"""What a section watches: `watch="src/features/**.py#names params.yaml#keys"`."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

# A pattern with many stars could be slow on long paths.
MAX_STARS = 4

_WILDCARD = re.compile(r"\*\*/|\*+|\?")


class Watch(Struct, frozen=True):
    """A pattern of paths from the project folder, and what of the files is watched: the bytes where `selector` is none.

    `keys` is the structure of keys, `names` the names that Python code defines, anything else a value by its keys.
    """

    pattern: str
    selector: str | None

    def __str__(self) -> str:
        """Return it as it is written in the marker."""
        return self.pattern if self.selector is None else f"{self.pattern}#{self.selector}"

    @property
    def stars(self) -> int:
        """Return how many wildcards the pattern has."""
        return len(_WILDCARD.findall(self.pattern))

    def covers(self, path: str) -> bool:
        """Return whether the pattern matches a path from the project folder."""
        return _compiled(self.pattern).fullmatch(path) is not None


def read_watches(text: str) -> tuple[Watch, ...]:
    """Return what the value of `watch=` names."""
    found = []
    for word in text.split():
        pattern, mark, selector = word.partition("#")
        found.append(Watch(pattern, selector if mark else None))
    return tuple(found)


def is_watch(text: str) -> bool:
    """Return whether the value of `watch=` can be read: patterns of paths inside the project folder."""
    found = read_watches(text)
    return bool(found) and all(_is_sound(watch) for watch in found)


def _is_sound(watch: Watch) -> bool:
    parts = watch.pattern.split("/")
    is_inside = bool(watch.pattern) and "\\" not in watch.pattern and not {"", ".", ".."}.intersection(parts)
    return is_inside and watch.selector != "" and watch.stars <= MAX_STARS


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the expression of a pattern: `*` stays in its folder, `**` goes through folders, `?` is one character."""
    pieces, position = [], 0
    for found in _WILDCARD.finditer(pattern):
        pieces.append(re.escape(pattern[position : found.start()]))
        star = found[0]
        pieces.append("(?:.*/)?" if star == "**/" else "[^/]" if star == "?" else "[^/]*" if star == "*" else ".*")
        position = found.end()
    return re.compile("".join([*pieces, re.escape(pattern[position:])]), re.DOTALL)
