"""What the markers of a README say, as records: blocks, values, sections and ignores."""

from __future__ import annotations

from msgspec import Struct

from mlgate.readme.lines import Lines
from mlgate.readme.markers import MarkerProblem
from mlgate.readme.parse import Comment
from mlgate.readme.watches import Watch
from mlgate.units import Duration


class Block(Struct, frozen=True, kw_only=True):
    """A generated block: its name, source, form and format, and the markers around its body."""

    name: str
    source: str
    form: str
    fmt: str | None
    sum: str | None
    begin: Comment
    end: Comment

    def body(self, lines: Lines) -> list[str]:
        """Return the lines between the markers, without their endings."""
        return [lines.content(line) for line in range(self.begin.last + 1, self.end.line)]


class Value(Struct, frozen=True, kw_only=True):
    """A value bound to its source: what is printed, and its offsets in the text; `is_front` is in front matter."""

    source: str
    fmt: str | None
    printed: str
    start: int
    end: int
    line: int
    is_front: bool = False


class Ignore(Struct, frozen=True, kw_only=True):
    """A rule that is not applied from `line` to `last`, up to and on the day `until`."""

    rule: str
    until: str
    line: int
    last: int


class Mark(Struct, frozen=True, kw_only=True):
    """A section named by a marker: the line of its heading, what it watches, and how often it is to be reviewed.

    `owner` is whom to ask, `usage` an export of the use of its features, and `unused` after what time one is unused.
    """

    name: str
    heading: int
    line: int
    watches: tuple[Watch, ...] = ()
    review: Duration | None = None
    owner: str | None = None
    usage: str | None = None
    unused: Duration | None = None


class Layout(Struct, frozen=True, kw_only=True):
    """All that the markers of one README say."""

    blocks: tuple[Block, ...] = ()
    values: tuple[Value, ...] = ()
    marks: tuple[Mark, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    problems: tuple[MarkerProblem, ...] = ()
