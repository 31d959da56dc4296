"""Reads `.dvcignore` files, whose patterns are those of `.gitignore`."""

from __future__ import annotations

import re
from fnmatch import translate

from msgspec import Struct

from mlgate.dvc.paths import folder_of, is_inside
from mlgate.files import Files

NAME = ".dvcignore"


class Pattern(Struct, frozen=True):
    """One line of a `.dvcignore`: where it counts, what it matches, and whether it takes files back in."""

    folder: str
    names: tuple[re.Pattern[str] | None, ...]
    again: bool
    folders_only: bool


class Ignore:
    """All patterns of a project."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        """Keep the patterns, those of outer folders first."""
        self._patterns = patterns

    def __bool__(self) -> bool:
        """Return whether there is any pattern."""
        return bool(self._patterns)

    def covers(self, path: str) -> bool:
        """Return whether DVC passes over a file: a pattern covers it, or a folder that it lies in."""
        if not self._patterns:
            return False
        parts = path.split("/")
        ends = range(1, len(parts) + 1)
        return any(self._covers_one("/".join(parts[:end]), is_folder=end < len(parts)) for end in ends)

    def _covers_one(self, path: str, *, is_folder: bool) -> bool:
        for pattern in reversed(self._patterns):
            if pattern.folders_only and not is_folder:
                continue
            if is_inside(path, pattern.folder):
                inner = path[len(pattern.folder) + 1 :] if pattern.folder else path
                if _matches(pattern.names, inner.split("/")):
                    return not pattern.again
        return False


def load_ignore(files: Files) -> Ignore:
    """Return the patterns of every `.dvcignore` of the project."""
    found: list[Pattern] = []
    for path in sorted(files.named(NAME), key=lambda name: (name.count("/"), name)):
        text = (files.read(path) or b"").decode("utf-8", "replace")
        found += [pattern for line in text.splitlines() if (pattern := _pattern(line.strip(), folder_of(path)))]
    return Ignore(tuple(found))


def _pattern(line: str, folder: str) -> Pattern | None:
    if not line or line.startswith("#"):
        return None
    again = line.startswith("!")
    body = line[1:] if again else line
    folders_only = body.endswith("/")
    body = body.rstrip("/")
    names = [_name(part) for part in body.lstrip("/").split("/")]
    return Pattern(folder, tuple(names if "/" in body else (None, *names)), again, folders_only)


def _name(glob: str) -> re.Pattern[str] | None:
    """Return one part of a pattern as a regular expression that takes linear time, or None for `**`."""
    if glob == "**":
        return None
    kept = re.sub(r"\\(.)", lambda escaped: f"[{escaped[1]}]", glob.replace("[^", "[!"))
    return re.compile(translate(kept))


def _matches(names: tuple[re.Pattern[str] | None, ...], parts: list[str]) -> bool:
    """Walk along a path with all the places where the pattern may stand; a last `**` takes at least one part."""
    places = {0}
    for index, name in enumerate(names):
        if name is None:
            first = min(places) + (index == len(names) - 1)
            places = set(range(first, len(parts) + 1))
        else:
            places = {place + 1 for place in places if place < len(parts) and name.match(parts[place])}
        if not places:
            return False
    return len(parts) in places
