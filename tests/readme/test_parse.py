"""Parsing: everything is found where it stands, and no text makes it raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.readme.layout import layout
from mlgate.readme.parse import parse

PIECES = [
    "# ", "## a\n", "---\n", "===\n", "- ", "1. ", "> ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "\x00", "\x0b",
    "\u2028", "\ufeff", "é", "🚀", "text", "\\", "*", "_", "&amp;", "```\n", "~~~", "`", "``", "[", "]", "(", ")",
    "[a](b.md)", "![i](p.png)", "[a][r]", "[r]: x.md\n", "[^1]", "| a | b |\n", "|--|--|\n", "<", ">", "<a href='q'>",
    "<h2>t</h2>", "<div>\n", "</div>", "<!--", "-->", "<!-- mlgate:", "<!-- mlgate:begin a from=p.yaml -->\n",
    "<!-- mlgate:end a -->\n", "<!-- mlgate:value p.yaml#a -->", "<!-- /mlgate -->", "<!-- mlgate:section s -->",
    '<!-- mlgate:ignore dead-link until=2030-01-01 reason="x" -->\n',
]  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40).map("".join)


@given(hostile)
def test_parse__never_raises_and_every_place_is_in_the_text(text: str) -> None:
    readme = parse(text)
    layout(readme)
    whole = readme.lines.text
    for comment in readme.comments:
        if comment.start is not None:
            assert whole.startswith("<!--", comment.start)
        if comment.end is not None:
            assert whole.endswith("-->", 0, comment.end)
    lines = [link.line for link in readme.links] + [heading.line for heading in readme.headings]
    assert all(1 <= line <= len(readme.lines) for line in lines)


def found(text: str) -> list[tuple[str, int]]:
    return [(link.target, link.line) for link in parse(text).links]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`[a](b.md)`", id="code span"),
        pytest.param("```\n[a](b.md)\n```", id="fence"),
        pytest.param("    [a](b.md)", id="indented code"),
        pytest.param("<!-- [a](b.md) <a href='b.md'> -->", id="comment"),
        pytest.param("<div>\n<!--\n<img src='b.png'>\n-->\n</div>", id="comment inside HTML"),
        pytest.param("\\[a](b.md)", id="escaped"),
        pytest.param("Said.[^1]\n\n[^1]: note", id="footnote"),
        pytest.param("[r]: b.md", id="reference that nobody uses"),
        pytest.param("---\nlink: '[a](b.md)'\n---\n", id="front matter"),
    ],
)
def test_links__quiet(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo [a](b.md)", [("b.md", 2)], id="second line of a paragraph"),
        pytest.param("`a\nb`\n[a](b.md)", [("b.md", 3)], id="after a code span over two lines"),
        pytest.param("[a](\nb.md) [c](d.md)", [("b.md", 1), ("d.md", 2)], id="link over two lines"),
        pytest.param("[a][r]\n\n[r]: b.md 'title'", [("b.md", 1)], id="reference link, where it is used"),
        pytest.param("[r]\n\n[R]: <my file.md>", [("my file.md", 1)], id="short reference"),
        pytest.param("![i](a.png)", [("a.png", 1)], id="image"),
        pytest.param("[![i](a.png)](b.md)", [("b.md", 1), ("a.png", 1)], id="image in a link"),
        pytest.param("# x\n\n## [a](b.md)", [("b.md", 3)], id="heading"),
        pytest.param("| a |\n|---|\n| x |\n| [a](b.md) |", [("b.md", 4)], id="table cell"),
        pytest.param("- x\n  > y\n  > [a](b.md)", [("b.md", 3)], id="quote in a list"),
        pytest.param("<p>\n<img\n src='a.png'></p>", [("a.png", 2)], id="image in HTML"),
        pytest.param('<a href="b.md">x</a>', [("b.md", 1)], id="link in HTML"),
        pytest.param("<source srcset='a.png 1x, b.png 2x'>", [("a.png", 1), ("b.png", 1)], id="srcset"),
        pytest.param("a\r\nb\r[a](b.md)", [("b.md", 3)], id="CRLF and a lone CR end lines"),
        pytest.param("a\x0bb\u2028c\n[a](b.md)", [("b.md", 2)], id="other separators do not end lines"),
    ],
)
def test_links__found_on_their_lines(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


def test_headings__end_before_the_next_of_their_level_or_above() -> None:
    text = "# T\n\n## A\n\ntext\n\n### A1\n\n## B\ntext\n\nC\n---\n"
    assert [(h.text, h.level, h.line, h.last) for h in parse(text).headings] == [
        ("T", 1, 1, 13),
        ("A", 2, 3, 8),
        ("A1", 3, 7, 8),
        ("B", 2, 9, 11),
        ("C", 2, 12, 13),
    ]


@pytest.mark.parametrize(
    ("text", "anchors"),
    [
        pytest.param("## `a_b` *c* [d](e) ![f](g)", {"a_b-c-d-", "a_b-c-d"}, id="markup is no text, nor is an image"),
        pytest.param("## A\n## A", {"a", "a-1"}, id="twice"),
        pytest.param('<h2 align="center">My <b>title</b></h2>', {"my-title"}, id="heading in HTML"),
        pytest.param("> ## In a quote", {"in-a-quote"}, id="in a quote"),
        pytest.param('<a name="Here"></a> <p id="There">', {"here", "there"}, id="explicit anchors"),
        pytest.param("`<a name='no'>`", set(), id="code is no anchor"),
    ],
)
def test_anchors(text: str, anchors: set[str]) -> None:
    assert parse(text).anchors == anchors


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a <!-- x --> b", id="in a paragraph"),
        pytest.param("<!-- x --> b", id="where a line begins"),
        pytest.param("-\t> <!-- x --> b", id="in containers, after a tab"),
        pytest.param("# a <!-- x --> ##", id="in a heading that is closed by hashes"),
        pytest.param("| a\\|b | `\\|` <!-- x --> |\n|--|--|", id="in a table cell after an escaped pipe"),
        pytest.param("|a|b|\n|-|-|\n| `<!-- x -->` | <!-- x --> |", id="after the same words in code"),
        pytest.param("`<!-- x -->` <!-- x -->", id="after the same words in code, in a paragraph"),
        pytest.param("\ufeff<!-- x -->", id="after a byte order mark"),
        pytest.param("<div>\n\n<!-- x --></div>\r\n", id="in HTML, with CRLF"),
    ],
)
def test_comments__the_one_that_is_meant_is_placed(text: str) -> None:
    readme = parse(text)
    (comment,) = readme.comments
    whole = readme.lines.text
    assert comment.start == whole.rindex("<!-- x -->")
    assert comment.end == (comment.start or 0) + len("<!-- x -->")


def test_comments__short_ones_end_at_once() -> None:
    assert [comment.inside for comment in parse("<!--> <!---> <!-- x -->").comments][-1] == " x "


def test_code_spans__with_their_lines() -> None:
    assert [(code.text, code.line) for code in parse("a\n`src/a.py`, `` b`c ``").codes] == [("src/a.py", 2), ("b`c", 2)]
