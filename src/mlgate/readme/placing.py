"""Where a place in the content of a Markdown block is in the file: markdown-it knows the lines of blocks only."""

from __future__ import annotations

from bisect import bisect_right

from mlgate.readme.lines import Lines


class Placing:
    """The content of one block, laid upon its lines.

    What containers take away stands to the left of a line (indents, `>`, list markers), and markdown-it may have
    turned tabs into spaces there; so each line is laid upon its original from the right.
    """

    def __init__(self, lines: Lines, content: str, line: int) -> None:
        """Keep the content and the line on which it begins."""
        self._lines = lines
        self._line = line
        self._pieces = content.split("\n")
        self._starts = [0]
        for piece in self._pieces:
            self._starts.append(self._starts[-1] + len(piece) + 1)

    def line(self, offset: int) -> int:
        """Return the line on which an offset of the content lies."""
        return self._line + self._index(offset)

    def offset(self, offset: int) -> int | None:
        """Return where in the text an offset of the content is, or None where it cannot be told."""
        index = self._index(offset)
        piece = self._pieces[index].rstrip()
        raw = self._lines.content(self._line + index).rstrip()
        # A heading may end with hashes that are no content.
        edges = (len(whole) for whole in (raw, raw.rstrip("#").rstrip()) if whole.endswith(piece.lstrip()))
        edge = next(edges, None)
        if edge is None:
            return None
        return self._lines.start(self._line + index) + edge - len(piece) + offset - self._starts[index]

    def _index(self, offset: int) -> int:
        return min(bisect_right(self._starts, offset), len(self._pieces)) - 1


class Cell(Placing):
    """The content of one table cell; `cursor` is the column from which it is looked for, `after` where it ends."""

    def __init__(self, lines: Lines, content: str, line: int, cursor: int) -> None:
        """Find the cell in its row: between two cells stand only spaces and the pipe."""
        super().__init__(lines, content, line)
        self._content = content
        written = content.replace("|", "\\|")
        self._column = lines.content(line).find(written, cursor)
        self.after = self._column + len(written) if self._column >= 0 else cursor

    def offset(self, offset: int) -> int | None:
        """Return where in the text an offset of the cell is, or None where the cell was not found."""
        if self._column < 0:
            return None
        return self._lines.start(self._line) + self._column + offset + self._content.count("|", 0, offset)
