"""markdown-it as this package uses it: CommonMark, tables, front matter, and the places of inline things."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    Rule = Callable[[StateInline, bool], bool]

_AT = "at"


def tokens_of(text: str) -> list[Token]:
    """Return the block tokens of a Markdown text; whatever the text is, this does not raise."""
    return _parser().parse(text)


def place_of(token: Token) -> int:
    """Return the offset in its parent's content at which a link, image, code span or piece of HTML begins."""
    place = token.meta.get(_AT, 0)
    return place if isinstance(place, int) else 0


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import backtick, html_inline, image, link
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    rules: dict[str, tuple[Rule, str]] = {
        "link": (link, "link_open"),
        "image": (image, "image"),
        "html_inline": (html_inline, "html_inline"),
        "backticks": (backtick, "code_inline"),
    }
    for name, (rule, kind) in rules.items():
        parser.inline.ruler.at(name, _placed(rule, kind))
    # Targets are wanted as they are written, and judged here; nothing is rendered.
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    parser.validateLink = bool  # type: ignore[method-assign, assignment]
    return parser


def _placed(rule: Rule, kind: str) -> Rule:
    """Return a rule that notes where it began: the tokens of markdown-it know their lines only by block."""

    def wrapped(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        token = next((token for token in state.tokens[count : count + 2] if token.type == kind), None)
        if token is not None:
            token.meta[_AT] = start
        return True

    return wrapped
