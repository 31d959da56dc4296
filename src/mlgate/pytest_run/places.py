"""Finds the project's own lines in what pytest and Python print of an error."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mlgate.context import Context
from mlgate.report import Location

# `tests/test_a.py:12: in test_x` as pytest writes it, and `File "tests/test_a.py", line 12` as Python does.
_FRAME = re.compile(
    r'^(?P<short>[^\s:"][^:"\n]{0,400}):(?P<row>\d{1,7}): |File "(?P<long>[^"\n]{1,400})", line (?P<number>\d{1,7})',
    re.MULTILINE,
)


class Places:
    """Turns the paths of tracebacks and reports, from wherever pytest has its root, into those of the project."""

    def __init__(self, context: Context) -> None:
        """Keep the context; each path is looked up once."""
        self._context = context
        self._project = Path(os.path.realpath(context.project))
        self._known: dict[str, str | None] = {}

    def file(self, name: str) -> str | None:
        """Return a file of the project by a name from pytest, as a path from the project folder, or None."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def in_test(self, text: str, file: str | None, line: int | None) -> Location | None:
        """Return where a test failed: the innermost line of its own file, else of the project, else where it begins."""
        own = self.file(file) if file else None
        frames = self._frames(text)
        chosen = next((frame for frame in reversed(frames) if frame[0] == own), frames[-1] if frames else None)
        if chosen:
            return self._context.location(*chosen)
        return self._context.location(own, line) if own else None

    def innermost(self, text: str) -> Location | None:
        """Return the project's last line in a traceback, whose most recent call stands last."""
        frames = self._frames(text)
        return self._context.location(*frames[-1]) if frames else None

    def first(self, text: str) -> Location | None:
        """Return the project's first line in a dump whose most recent call stands first, as `faulthandler` writes."""
        frames = self._frames(text)
        return self._context.location(*frames[0]) if frames else None

    def _frames(self, text: str) -> list[tuple[str, int]]:
        found = []
        for match in _FRAME.finditer(text):
            path = self.file(match["short"] or match["long"])
            if path:
                found.append((path, int(match["row"] or match["number"])))
        return found

    def _find(self, name: str) -> str | None:
        """Look from the project folder upwards to the repository's root, for there pytest's root folder may be."""
        top = Path(os.path.realpath(self._context.root))
        for folder in (self._project, *self._project.parents):
            if not folder.is_relative_to(top):
                break
            candidate = os.path.normpath(folder / name)
            if Path(candidate).is_file() and Path(candidate).is_relative_to(top):
                path = Path(os.path.relpath(candidate, self._project)).as_posix()
                return path if path.startswith("../") or path in self._context.files else None
        return None
