"""What the markers of a README say together: blocks, values, sections and ignores; and which do not fit."""

from __future__ import annotations

from mlgate.readme.front_matter import FrontValue, front_values
from mlgate.readme.markers import CLOSE, Marker, MarkerProblem, read_marker
from mlgate.readme.parse import Comment, Readme
from mlgate.readme.said import Block, Ignore, Layout, Mark, Value
from mlgate.readme.watches import read_watches
from mlgate.text import code
from mlgate.units import Duration


def layout(readme: Readme) -> Layout:
    """Return what the markers of a README say, in the order of its text."""
    reader = _Pairing(readme)
    for bound in front_values(readme):
        reader.take_front(bound)
    for comment in sorted(readme.comments, key=lambda comment: comment.line):
        found = read_marker(comment)
        if isinstance(found, MarkerProblem):
            reader.skip(comment, found)
        elif found is not None:
            reader.take(found)
    return reader.layout()


class _Pairing:
    """Goes through the markers once; at most one block and one value are open at a time."""

    def __init__(self, readme: Readme) -> None:
        self.problems: list[MarkerProblem] = []
        self._readme = readme
        self._blocks: list[Block] = []
        self._values: list[Value] = []
        self._marks: list[Mark] = []
        self._ignores: list[Ignore] = []
        self._seen: dict[tuple[str, str], int] = {}
        self._block: Marker | None = None
        self._value: Marker | None = None
        self._broken: set[str] = set()
        self._has_broken_value = False

    def layout(self) -> Layout:
        self._leave_value()
        self._leave_block()
        return Layout(
            blocks=tuple(self._blocks),
            values=tuple(self._values),
            marks=tuple(self._marks),
            ignores=tuple(self._ignores),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line)),
        )

    def take_front(self, bound: FrontValue | MarkerProblem) -> None:
        """Note a value that is bound in the front matter."""
        if isinstance(bound, MarkerProblem):
            self.problems.append(bound)
            return
        marker = bound.marker
        self._values.append(
            Value(
                source=marker.name,
                fmt=marker.options.get("fmt"),
                printed=bound.printed,
                start=bound.start,
                end=bound.end,
                line=marker.comment.line,
                is_front=True,
            )
        )

    def skip(self, comment: Comment, problem: MarkerProblem) -> None:
        """Note a marker that cannot be read, so that its other half is not complained of as well."""
        self.problems.append(problem)
        self._leave_value()
        self._has_broken_value = "value" in comment.inside
        self._broken.update(comment.inside.split())

    def take(self, marker: Marker) -> None:
        if marker.kind != CLOSE:
            self._leave_value()
        if self._block is not None and marker.kind in ("section", "value", "ignore", CLOSE):
            where = f"inside the generated block {code(self._block.name)}"
            self._complain(marker, f"a marker {where}", "move it out: what is in the block is overwritten")
            return
        {
            "begin": self._begin,
            "end": self._end,
            "value": self._open_value,
            CLOSE: self._close_value,
            "section": self._section,
            "ignore": self._ignore,
        }[marker.kind](marker)

    def _begin(self, marker: Marker) -> None:
        self._leave_block()
        if not marker.comment.is_alone:
            self._complain_line(marker)
        elif not self._is_again(marker):
            self._block = marker
            return
        self._broken.add(marker.name)

    def _end(self, marker: Marker) -> None:
        begin = self._block
        if begin is None or begin.name != marker.name:
            # What is wrong with a block is said once, where it begins.
            if marker.name not in self._broken:
                self._complain(marker, f"{code('mlgate:end ' + marker.name)} without its {code('mlgate:begin')}")
            return
        self._block = None
        if not marker.comment.is_alone:
            self._complain_line(marker)
            return
        options = begin.options
        self._blocks.append(
            Block(
                name=begin.name,
                source=options["from"],
                form=options.get("as", "table"),
                fmt=options.get("fmt"),
                sum=marker.options.get("sum"),
                begin=begin.comment,
                end=marker.comment,
            )
        )

    def _leave_block(self) -> None:
        if self._block is not None:
            name = self._block.name
            hint = f"add {code(f'<!-- mlgate:end {name} -->')} on a line of its own below the block"
            self._complain(self._block, f"{code('mlgate:begin ' + name)} without its {code('mlgate:end')}", hint)
            self._broken.add(name)
            self._block = None

    def _open_value(self, marker: Marker) -> None:
        self._value = marker

    def _close_value(self, marker: Marker) -> None:
        opened, self._value = self._value, None
        is_excused, self._has_broken_value = self._has_broken_value, False
        if opened is None and is_excused:
            return
        if opened is None:
            self._complain(marker, "`/mlgate` without a `mlgate:value` before it")
            return
        start, end = opened.comment.end or 0, marker.comment.start or 0
        printed = self._readme.lines.text[start:end]
        if opened.comment.last != marker.comment.line or "\n" in printed or "\r" in printed:
            self._complain(opened, "the value is broken over two lines", "keep it on one line with its two markers")
            return
        fmt = opened.options.get("fmt")
        line = opened.comment.line
        self._values.append(Value(source=opened.name, fmt=fmt, printed=printed, start=start, end=end, line=line))

    def _leave_value(self) -> None:
        if self._value is not None:
            hint = "write `<!-- /mlgate -->` right behind the number"
            self._complain(self._value, f"{code('mlgate:value ' + self._value.name)} is never closed", hint)
            self._value = None

    def _section(self, marker: Marker) -> None:
        if self._is_again(marker):
            return
        heading = self._heading_of(marker.comment)
        if heading is None:
            self._complain(marker, f"the section {code(marker.name)} has no heading", "put the marker below one")
            return
        options = marker.options
        review = options.get("review")
        if review and "watch" not in options:
            hint = "add `watch=` with the files that the section is about: age alone says little"
            self._complain(marker, f"the section {code(marker.name)} has {code('review=')} and watches nothing", hint)
        self._marks.append(
            Mark(
                name=marker.name,
                heading=heading,
                line=marker.comment.line,
                watches=read_watches(options.get("watch", "")),
                review=Duration.parse(review) if review else None,
                owner=options.get("owner"),
                usage=options.get("usage"),
                unused=Duration.parse(options["unused"]) if "unused" in options else None,
            )
        )

    def _heading_of(self, comment: Comment) -> int | None:
        """Return the line of the heading that a marker is for.

        That is the heading above it; but one right below it, where text stands between the marker and the one above.
        """
        headings = self._readme.headings
        above = max((heading.line for heading in headings if heading.line <= comment.line), default=None)
        below = min((heading.line for heading in headings if heading.line > comment.last), default=None)
        texts = [passage.line for passage in self._readme.passages]
        is_right_above = below is not None and not any(comment.last < line < below for line in texts)
        is_after_text = above is None or any(above < line < comment.line for line in texts)
        return below if is_right_above and is_after_text else above

    def _ignore(self, marker: Marker) -> None:
        comment = marker.comment
        blocks = self._readme.blocks
        first, last = next(((a, b) for a, b in blocks if a <= comment.line <= b), (comment.line, comment.line))
        if comment.is_alone:
            alone = {other.line for other in self._readme.comments if other.is_alone}
            last = next((b for a, b in blocks if a > last and a not in alone), last)
        if marker.name == "thin-section":
            first = min(first, self._heading_of(comment) or first)
        self._ignores.append(Ignore(rule=marker.name, until=marker.options["until"], line=first, last=last))

    def _is_again(self, marker: Marker) -> bool:
        first = self._seen.get((marker.kind, marker.name))
        if first is None:
            self._seen[marker.kind, marker.name] = marker.comment.line
            return False
        what = code(f"mlgate:{marker.kind} {marker.name}")
        self._complain(marker, f"{what} is there twice", f"the first is on line {first}; give this one another name")
        return True

    def _complain(self, marker: Marker, message: str, hint: str | None = None) -> None:
        self.problems.append(MarkerProblem(marker.comment.line, message, hint))

    def _complain_line(self, marker: Marker) -> None:
        what = code(f"mlgate:{marker.kind} {marker.name}")
        self._complain(marker, f"{what} shares its line with something else", "put it on a line of its own")
