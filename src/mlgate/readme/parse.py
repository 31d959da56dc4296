"""A README taken apart: headings, links, comments, code spans and passages, each with its lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mlgate.readme import raw_html
from mlgate.readme.anchors import Slugs, normal_anchor
from mlgate.readme.lines import Lines, without_bom
from mlgate.readme.placing import Cell, Placing

if TYPE_CHECKING:
    from markdown_it.token import Token


class Heading(Struct, frozen=True, kw_only=True):
    """A heading: its text, level, GitHub's anchor, its line, and the last line of what stands under it."""

    text: str
    level: int
    anchor: str
    line: int
    last: int


class Link(Struct, frozen=True):
    """A link or an image, and the line on which it is used; the target of a reference is already filled in."""

    target: str
    line: int
    is_image: bool


class Comment(Struct, frozen=True, kw_only=True):
    """An HTML comment: what is inside it, where it is in the text, its lines, and whether they hold nothing else.

    `start` is None where the comment's place in the text is not known, `end` where it is never closed.
    """

    inside: str
    start: int | None
    end: int | None
    line: int
    last: int
    is_alone: bool


class Code(Struct, frozen=True):
    """A code span."""

    text: str
    line: int


class Fence(Struct, frozen=True):
    """A fenced block of code: what stands behind its fence, the code, and its first and last line with the fences."""

    info: str
    text: str
    line: int
    last: int


class Passage(Struct, frozen=True):
    """A paragraph, or something that is no prose (`code`, `table`, `html`, `image`), with its first and last line."""

    kind: str
    text: str
    line: int
    last: int


class Readme(Struct, frozen=True, kw_only=True):
    """A Markdown file, taken apart.

    `blocks` are the first and last lines of its outermost blocks, `front` those of its front matter between the
    dashes, if it has any.
    """

    lines: Lines
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    anchors: frozenset[str]
    comments: tuple[Comment, ...]
    codes: tuple[Code, ...]
    passages: tuple[Passage, ...]
    blocks: tuple[tuple[int, int], ...]
    front: tuple[int, int] | None = None
    fences: tuple[Fence, ...] = ()


def parse(text: str) -> Readme:
    """Return a Markdown text taken apart; whatever the text is, this does not raise."""
    from mlgate.readme.markdown import tokens_of

    lines = Lines(without_bom(text)[1])
    reader = _Reader(lines)
    for token in tokens_of(lines.text):
        reader.take(token)
    return reader.readme()


class _Reader:
    """Goes through the block tokens once, in the order of the text."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._headings: list[Heading] = []
        self._links: list[Link] = []
        self._anchors: set[str] = set()
        self._comments: list[Comment] = []
        self._codes: list[Code] = []
        self._passages: list[Passage] = []
        self._blocks: list[tuple[int, int]] = []
        self._front: tuple[int, int] | None = None
        self._fences: list[Fence] = []
        self._slugs = Slugs()
        self._parent = ""
        self._level = 0
        self._cursor = 0

    def readme(self) -> Readme:
        return Readme(
            lines=self._lines,
            headings=tuple(_with_ends(self._headings, len(self._lines))),
            links=tuple(self._links),
            anchors=frozenset(self._anchors),
            comments=tuple(self._comments),
            codes=tuple(self._codes),
            passages=tuple(self._passages),
            blocks=tuple(self._blocks),
            front=self._front,
            fences=tuple(self._fences),
        )

    def take(self, token: Token) -> None:
        first, after = token.map or (0, 0)
        line, last = first + 1, max(first + 1, after)
        if token.map and token.level == 0 and token.nesting >= 0:
            self._blocks.append((line, last))
        if token.type == "inline":
            self._take_inline(token, line, last)
        elif token.type == "front_matter":
            self._front = (line + 1, last - 1)
        elif token.type == "html_block":
            self._take_html(token.content, Placing(self._lines, token.content, line))
            if raw_html.without_comments(token.content).strip():
                self._passages.append(Passage("html", token.content, line, last))
        elif token.type in ("fence", "code_block"):
            self._passages.append(Passage("code", token.content, line, last))
            if token.type == "fence":
                self._fences.append(Fence(token.info.strip(), token.content, line, last))
        elif token.type == "table_open":
            self._passages.append(Passage("table", "", line, last))
        elif token.type == "tr_open":
            self._cursor = 0
        if token.nesting == 1:
            self._parent = token.type
            self._level = int(token.tag[1]) if token.type == "heading_open" else 0

    def _take_inline(self, token: Token, line: int, last: int) -> None:
        from mlgate.readme.markdown import place_of

        is_cell = self._parent in ("th_open", "td_open")
        placing = self._cell(token.content, line) if is_cell else Placing(self._lines, token.content, line)
        children = token.children or []
        for child in children:
            at = place_of(child)
            # A footnote of GitHub's looks like a reference to CommonMark.
            if child.type == "link_open" and not token.content.startswith("[^", at):
                self._links.append(Link(str(child.attrs.get("href", "")), placing.line(at), is_image=False))
            elif child.type == "image":
                self._links.append(Link(str(child.attrs.get("src", "")), placing.line(at), is_image=True))
                self._passages.append(Passage("image", "", line, last))
            elif child.type == "code_inline":
                self._codes.append(Code(child.content, placing.line(at)))
            elif child.type == "html_inline":
                self._take_html(child.content, placing, at)
        if self._parent == "heading_open":
            self._add_heading(_visible(children), self._level, line)
        elif not is_cell and (text := _visible(children).strip()):
            self._passages.append(Passage("text", text, line, last))

    def _cell(self, content: str, line: int) -> Placing:
        cell = Cell(self._lines, content, line, self._cursor)
        self._cursor = cell.after
        return cell

    def _take_html(self, html: str, placing: Placing, at: int = 0) -> None:
        for comment in raw_html.comments(html):
            self._add_comment(comment, len(html), placing, at)
        seen = raw_html.without_comments(html)
        for target in raw_html.targets(seen):
            self._links.append(Link(target.target, placing.line(at + target.offset), target.is_image))
        self._anchors.update(normal_anchor(anchor) for anchor in raw_html.anchors(seen))
        for level, text, offset in raw_html.headings(seen):
            self._add_heading(text, level, placing.line(at + offset))

    def _add_comment(self, comment: raw_html.RawComment, length: int, placing: Placing, at: int) -> None:
        start = placing.offset(at + comment.start)
        stop = length if comment.end is None else comment.end
        end = None if comment.end is None else placing.offset(at + comment.end - 1)
        # The ends are looked at again, so that nothing is ever written to a place that was computed wrongly.
        first, last = placing.line(at + comment.start), placing.line(at + max(0, stop - 1))
        whole = f"<!--{comment.inside}-->" if first == last else "<!--"
        is_found = start is not None and self._lines.text.startswith(whole, start)
        is_closed = end is not None and self._lines.text.startswith("-->", end - 2)
        self._comments.append(
            Comment(
                inside=comment.inside,
                start=start if is_found and (is_closed or comment.end is None) else None,
                end=end + 1 if end is not None and is_closed else None,
                line=first,
                last=last,
                is_alone=is_found and is_closed and self._is_alone(start or 0, (end or 0) + 1, first, last),
            )
        )

    def _is_alone(self, start: int, end: int, line: int, last: int) -> bool:
        before = self._lines.text[self._lines.start(line) : start]
        after = self._lines.text[end : self._lines.start(last) + len(self._lines.content(last))]
        return not before.strip() and not after.strip()

    def _add_heading(self, text: str, level: int, line: int) -> None:
        anchor = self._slugs.of(text)
        # GitHub keeps the blank in front of a badge as a hyphen; links without it work in other viewers.
        self._anchors |= {normal_anchor(anchor), normal_anchor(anchor).rstrip("-")}
        self._headings.append(Heading(text=text.strip(), level=level, anchor=anchor, line=line, last=line))


def _visible(children: Iterable[Token]) -> str:
    """Return the text of inline tokens as people see it, without images and tags."""
    pieces = []
    for child in children:
        if child.type in ("text", "code_inline", "text_special"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
    return "".join(pieces)


def _with_ends(headings: list[Heading], last: int) -> list[Heading]:
    """Return the headings with the last line under each: up to the next of its level or above."""
    found = list(headings)
    waiting: list[int] = []
    for index, heading in enumerate(headings):
        while waiting and headings[waiting[-1]].level >= heading.level:
            ended = waiting.pop()
            found[ended] = _until(headings[ended], heading.line - 1)
        waiting.append(index)
    for index in waiting:
        found[index] = _until(headings[index], last)
    return found


def _until(heading: Heading, last: int) -> Heading:
    return replace(heading, last=max(heading.line, last))
