"""Reads `.dvcignore` files, whose patterns are those of `.gitignore`."""

from __future__ import annotations

import re
from typing import NamedTuple

from mlgate.dvc.paths import folder_of, is_inside
from mlgate.files import Files

NAME = ".dvcignore"


class Pattern(NamedTuple):
    """One line of a `.dvcignore`: where it counts, what it matches, and whether it takes files back in."""

    folder: str
    regex: re.Pattern[str]
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
                if pattern.regex.fullmatch(inner):
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
    anchored = "/" in body
    expression = _expression(body.lstrip("/"))
    return Pattern(folder, re.compile(expression if anchored else f"(?:.*/)?{expression}"), again, folders_only)


def _expression(glob: str) -> str:
    """Return a pattern of gitignore as a regular expression."""
    found = ""
    position = 0
    while position < len(glob):
        rest = glob[position:]
        if rest.startswith("**/"):
            found, position = found + "(?:.*/)?", position + 3
        elif rest.startswith("**"):
            found, position = found + ".*", position + 2
        elif rest[0] in "*?":
            found, position = found + ("[^/]*" if rest[0] == "*" else "[^/]"), position + 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\")
            found += "[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]"
            position += end + 1
        else:
            escaped = rest[0] == "\\" and len(rest) > 1
            found, position = found + re.escape(rest[1] if escaped else rest[0]), position + 1 + escaped
    return found
