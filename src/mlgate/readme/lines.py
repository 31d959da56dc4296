"""The lines of a text as Markdown counts them, with their places in it."""

from __future__ import annotations

import re
from bisect import bisect_right

BOM = "\ufeff"
# Only these end a line in CommonMark; `str.splitlines` knows more.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Lines:
    """A text cut into lines, counted from 1; each keeps the ending that it has."""

    def __init__(self, text: str) -> None:
        """Cut the text."""
        self.text = text
        self._whole = _LINE.findall(text)
        self._starts = [0]
        for line in self._whole:
            self._starts.append(self._starts[-1] + len(line))

    def __len__(self) -> int:
        return len(self._whole)

    def content(self, line: int) -> str:
        """Return a line without its ending, or nothing past the end."""
        return self._whole[line - 1].rstrip("\r\n") if 0 < line <= len(self._whole) else ""

    def ending(self, line: int) -> str:
        """Return the ending of a line; a last line without one has that of the first."""
        whole = self._whole[line - 1]
        return whole[len(whole.rstrip("\r\n")) :] or (self.ending(1) if line > 1 else "\n")

    def start(self, line: int) -> int:
        """Return the offset at which a line begins; the line after the last begins at the text's end."""
        return self._starts[min(line - 1, len(self._whole))]

    def number(self, offset: int) -> int:
        """Return the line on which an offset lies."""
        return min(bisect_right(self._starts, offset), max(1, len(self._whole)))


def without_bom(text: str) -> tuple[str, str]:
    """Return the byte order mark of a text, if it begins with one, and the rest."""
    return (BOM, text[1:]) if text.startswith(BOM) else ("", text)
