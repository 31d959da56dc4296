"""Markers: one grammar, and every mistake in it is named with its line."""

from __future__ import annotations

import pytest

from mlgate.readme.layout import layout
from mlgate.readme.parse import parse
from mlgate.readme.said import Layout
from mlgate.text import plain


def said(text: str) -> Layout:
    return layout(parse(text))


def problems(text: str) -> list[tuple[int, str]]:
    return [(problem.line, plain(problem.message)) for problem in said(text).problems]


CAN_BE = "these can: dead-link, dead-anchor, dead-path, dead-name, thin-section, unused-feature, code-block"
BLOCK = "<!-- mlgate:begin p from=params.yaml -->\n<!-- mlgate:end p -->\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!-- markdownlint-disable -->", id="comment of another tool"),
        pytest.param("<!-- mlgate is what checks this file -->", id="comment that speaks of us"),
        pytest.param("`<!-- mlgate:nonsense -->`", id="in a code span"),
        pytest.param("```\n<!-- mlgate:begin x -->\n```", id="in a fence"),
        pytest.param(BLOCK, id="block"),
        pytest.param(BLOCK.replace("\n", "\r\n"), id="block with CRLF"),
        pytest.param("- item\n\n  " + BLOCK.replace("\n<", "\n  <"), id="block in a list item"),
        pytest.param("<!--mlgate:end-of-story-->".replace("mlgate", "x"), id="something alike"),
        pytest.param("x <!-- mlgate:value m.json#a -->1<!-- /mlgate -->", id="value"),
        pytest.param("<!-- mlgate:value m.json#a -->1<!-- /mlgate --> x", id="value where a line begins"),
        pytest.param("|a|\n|-|\n|<!-- mlgate:value m.json#a -->1<!-- /mlgate -->|", id="value in a table"),
        pytest.param(
            '## F\n<!-- mlgate:section f watch="src/**.py#names params.yaml#keys" review=180d owner=@ds -->',
            id="section with all that it may say",
        ),
        pytest.param('<!-- mlgate:ignore dead-link until=2027-01-31 reason="made by users" -->', id="ignore"),
        pytest.param("<!-- mlgate:begin p\n     from=params.yaml\n     as=list -->\n<!-- mlgate:end p -->", id="long"),
    ],
)
def test_layout__quiet(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("\n<!-- mlgate:beginn x -->", (2, "not a marker: mlgate:beginn x"), id="unknown kind"),
        pytest.param("<!-- mlgate: begin x -->", (1, "not a marker: mlgate: begin x"), id="blank after the colon"),
        pytest.param("<!-- mlgate begin x -->", (1, "not a marker: mlgate begin x"), id="no colon"),
        pytest.param("<!-- Mlgate:end x -->", (1, "not a marker: Mlgate:end x"), id="capital letter"),
        pytest.param("<!-- mlgate:section a", (1, "the marker is never closed"), id="comment not closed"),
        pytest.param(
            "<!-- mlgate:begin p -->", (1, "in the marker mlgate:begin: from= is missing"), id="block without source"
        ),
        pytest.param(
            "<!-- mlgate:begin from=p.yaml -->", (1, "in the marker mlgate:begin: the name is missing"), id="no name"
        ),
        pytest.param(
            "<!-- mlgate:begin p q from=p.yaml -->",
            (1, "in the marker mlgate:begin: q is one word too many"),
            id="two names",
        ),
        pytest.param(
            "<!-- mlgate:begin p form=p.yaml -->",
            (1, "in the marker mlgate:begin: unknown key form, did you mean from?"),
            id="key with a typo",
        ),
        pytest.param(
            "<!-- mlgate:begin p from=a.yaml from=b.yaml -->",
            (1, "in the marker mlgate:begin: from is given twice"),
            id="key twice",
        ),
        pytest.param(
            "<!-- mlgate:begin p from=a.yaml as=tabel -->",
            (1, "in the marker mlgate:begin: as=tabel is not understood"),
            id="unknown form",
        ),
        pytest.param(
            '<!-- mlgate:section p owner="ana -->',
            (1, 'in the marker mlgate:section: cannot read owner="ana'),
            id="quote not closed",
        ),
        pytest.param(
            "x <!-- mlgate:value m.json#a fmt={} -->1<!-- /mlgate -->",
            (1, "in the marker mlgate:value: fmt={} is not understood"),
            id="unknown number format",
        ),
        pytest.param(
            "<!-- mlgate:ignore dead-link until=2027-01-31 -->",
            (1, "in the marker mlgate:ignore: reason= is missing"),
            id="ignore without a reason",
        ),
        pytest.param(
            '<!-- mlgate:ignore block until=2027-01-31 reason="x" -->',
            (1, f"in the marker mlgate:ignore: the rule block cannot be ignored here; {CAN_BE}"),
            id="rule that cannot be ignored",
        ),
        pytest.param(
            "<!-- mlgate:begin p from=p.yaml -->\n", (1, "mlgate:begin p without its mlgate:end"), id="no end"
        ),
        pytest.param(
            "<!-- mlgate:begin p from=p.yaml -->\n```\n<!-- mlgate:end p -->\n",
            (1, "mlgate:begin p without its mlgate:end"),
            id="end lost in code",
        ),
        pytest.param("\n\n<!-- mlgate:end p -->", (3, "mlgate:end p without its mlgate:begin"), id="no begin"),
        pytest.param(BLOCK + "<!-- mlgate:end p -->", (3, "mlgate:end p without its mlgate:begin"), id="a second end"),
        pytest.param(BLOCK + BLOCK, (3, "mlgate:begin p is there twice"), id="block twice"),
        pytest.param(
            "text <!-- mlgate:begin p from=p.yaml -->\n<!-- mlgate:end p -->",
            (1, "mlgate:begin p shares its line with something else"),
            id="begin behind text",
        ),
        pytest.param(
            "> " + BLOCK.replace("\n<", "\n> <"),
            (1, "mlgate:begin p shares its line with something else"),
            id="block in a quote",
        ),
        pytest.param(
            "<!-- mlgate:begin p from=p.yaml -->\n<!-- mlgate:section s -->\n<!-- mlgate:end p -->",
            (2, "a marker inside the generated block p"),
            id="marker in a block",
        ),
        pytest.param("x <!-- /mlgate -->", (1, "/mlgate without a mlgate:value before it"), id="value not opened"),
        pytest.param(
            "x <!-- mlgate:value m.json#a -->1", (1, "mlgate:value m.json#a is never closed"), id="not closed"
        ),
        pytest.param(
            "x <!-- mlgate:value m.json#a -->1\n<!-- /mlgate -->",
            (1, "the value is broken over two lines"),
            id="broken",
        ),
        pytest.param("text\n\n<!-- mlgate:section s -->", (3, "the section s has no heading"), id="no heading"),
        pytest.param(
            "# A\n<!-- mlgate:section s -->\n# B\n<!-- mlgate:section s -->",
            (4, "mlgate:section s is there twice"),
            id="section twice",
        ),
    ],
)
def test_layout__names_what_is_wrong(text: str, expected: tuple[int, str]) -> None:
    assert problems(text) == [expected]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        pytest.param("# A\n\n<!-- mlgate:section s -->\n\ntext", 1, id="below its heading"),
        pytest.param("# A\n\ntext\n\n<!-- mlgate:section s -->\n\nmore\n\n# B", 1, id="in the midst of a section"),
        pytest.param("# A\n\n<!-- mlgate:section s -->\n\n# B", 1, id="alone in its section"),
        pytest.param("# A\n\ntext\n\n<!-- mlgate:section s -->\n# B", 5 + 1, id="right above the next heading"),
        pytest.param("<!-- mlgate:section s -->\n# A", 2, id="above the first heading"),
    ],
)
def test_section__belongs_to_a_heading(text: str, heading: int) -> None:
    assert [mark.heading for mark in said(text).marks] == [heading]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("{}\n[a](b)\nc\n\nd", (1, 3), id="the paragraph below it"),
        pytest.param("{}\n\n[a](b)\n\nd", (1, 3), id="after a blank line"),
        pytest.param("{}\n<!-- x -->\n\n[a](b)\n\nd", (1, 4), id="other comments between"),
        pytest.param("a\nb {}\nc\n\nd", (1, 3), id="the paragraph that it stands in"),
    ],
)
def test_ignore__covers_one_block(text: str, lines: tuple[int, int]) -> None:
    text = text.replace("{}", '<!-- mlgate:ignore dead-link until=2027-01-31 reason="x y" -->')
    assert [(ignore.line, ignore.last) for ignore in said(text).ignores] == [lines]


def test_value__keeps_what_is_printed() -> None:
    text = "a **<!-- mlgate:value m.json#a fmt=.2f --> 0.91 <!-- /mlgate -->** b"
    (value,) = said(text).values
    assert (value.source, value.fmt, value.printed) == ("m.json#a", ".2f", " 0.91 ")
    assert text[value.start : value.end] == " 0.91 "
