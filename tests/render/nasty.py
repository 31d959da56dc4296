"""Hostile strings from a seed, and what the forge's own Markdown engine makes of a text."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

from mlgate.text import code

COUNT = int(os.environ.get("MLGATE_FUZZ", "3000"))  # noqa: TID251 - MLGATE_FUZZ=100000 for a long run
DOCS = "https://github.com/mlgate/mlgate/blob/main/docs/"

_MARKUP = r"""
`` ``` ```` \| \` |` `| ** *** ~~ ~~~ \\ [x](y) ![x](y) [x]: [^1] [^1]: === --- :-: |---| $$ $` `$ $x$
<script> </script> <b /> </details> </summary> </code> <!-- --> <?php <![CDATA[ ]]> &lt; &#60; &amp &#x3c;img
<https://a.b> <a@b.co> @team @org/team #1 o/r#12 GH-12 GHSA-xx CVE-2024-1 :tada: 1a2b3c4d5e http:// //a.b http: www.
https://a.b/c www.a.b ftp://a.b a@b.co mailto:a@b.co xmpp:a@b.co ::error:: ##[error] %0A x.csv:12 word 12
"""
_TOKENS = (
    *"`|\\*_~[]()<>&#@$!:;=-+.\"'/ \n\tabZ07é中🙂−…",
    *_MARKUP.split(),
    *(
        "<img src=x onerror=y>",
        "<a href='x'>",
        "[ ] ",
        "- ",
        "* ",
        "1. ",
        "1) ",
        "> ",
        "# ",
        "## ",
        "another word",
        "  ",
    ),
    *("    ", "\r\n", "\x00", "\x1b[31m", "\u202e", "\u200b", "\u2028", "\xa0", "\u3000", "\ufeff", "\ufffe", "\udcff"),
)


def strings(seed: int, count: int = COUNT) -> Iterator[str]:
    """Yield `count` messages: raw text, code spans, and both mixed, from one token to eighteen."""
    dice = random.Random(seed)
    for _ in range(count):
        parts = []
        for _ in range(dice.randint(1, 3)):
            text = "".join(dice.choices(_TOKENS, k=dice.randint(1, 6)))
            parts.append(code(text) if dice.random() < 0.4 else text)
        yield "".join(parts)


class Page(HTMLParser):
    """What a text became: its tags, its links, its rows of cells, and its words outside and inside of code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.closed: list[str] = []
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.tables: list[list[int]] = []
        self.comments: list[str] = []
        self.outside: list[str] = []
        self.text = ""
        self._inside = 0
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        if tag in ("code", "pre"):
            self._inside += 1
            self.outside.append("\0")
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.rows.append([])
            self.tables[-1].append(0)
        if tag in ("td", "th"):
            self._cell = []
            self.tables[-1][-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)
        if tag in ("code", "pre"):
            self._inside -= 1
        if tag in ("td", "th") and self._cell is not None:
            self.rows[-1].append("".join(self._cell))
            self._cell = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell is not None:
            self._cell.append(data)
        if not self._inside:
            self.outside.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.tags.append(f"!{decl}")

    def unknown_decl(self, data: str) -> None:
        self.tags.append(f"!{data}")

    def handle_pi(self, data: str) -> None:
        self.tags.append(f"?{data}")


def page(markdown: str) -> Page:
    """Return what the forge makes of a comment: its engine and extensions, with raw HTML kept for us to see."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_HARDBREAKS
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    return Page(cmarkgfm.markdown_to_html_with_extensions(markdown, options=options, extensions=extensions))


def squeezed(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())
