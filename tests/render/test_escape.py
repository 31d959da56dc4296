from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgate.render.escape import block, cell, html, markdown, marker_word
from mlgate.text import code, plain, printable
from render.nasty import COUNT, page, squeezed, strings

LIVE = re.compile(r"@|://|www\.|#\d|:\w+:|\$|GH-\d", re.IGNORECASE)
ALL_ALLOWED = {"h1", "p", "strong", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "br", "sub"}


def _everywhere(message: str) -> str:
    """Return a document with a message wherever renderers put one."""
    return (
        f"# t {markdown(message)}\n\n"
        f"**b {markdown(message)}**\\\n{markdown(message)}\n\n"
        f"| h | {cell(message)} | h |\n|---|---|---|\n| {cell(message)} | **{cell(message)}** | z |\n\n"
        f"- {markdown(message)}\n\n"
        f"<details><summary>{html(message)}</summary>\n\nword\n\n</details>\n\n"
        f"- item\n" + "\n".join(f"  {line}" for line in block(message).split("\n")) + "\n\n"
        f"<sub>{markdown(message)}</sub>\n"
        "\nlast\n"
    )


def _expected(message: str) -> str:
    return squeezed(plain(printable(message)))


def _assert_dead(message: str) -> None:
    found = page(_everywhere(message))
    assert set(found.tags) <= ALL_ALLOWED | {"details", "summary"}, found.tags
    assert found.links == []
    assert found.comments == []
    assert not LIVE.search("".join(found.outside)), found.outside
    assert [len(row) for row in found.rows] == [3, 3]
    assert found.tags.count("summary") == found.tags.count("details") == 1
    assert found.tags.count("pre") == 1
    assert found.tags.count("li") == 2


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("recall fell by 4.0 points (0.810 → 0.770)", None, id="numbers and arrows"),
        pytest.param("−4.00 pp, +0.13 and 91.2 %", None, id="signs and shares"),
        pytest.param("look at `airport = SFO`; it is worse", None, id="a code span"),
        pytest.param("0.8100", None, id="a number at the start"),
        pytest.param("1,204,551 rows; 3 of 41 rules", None, id="separators"),
        pytest.param("cut at 80 %: why? because!", None, id="sentence marks"),
        pytest.param("not UTF-8: byte 0xff", None, id="a hyphen and hex"),
        pytest.param("a_b * c", r"a\_b \* c", id="emphasis"),
        pytest.param("`a|b`", "`a|b`", id="a pipe outside of a table"),
        pytest.param("ping @team now", "ping `@team` now", id="a mention"),
        pytest.param("`a``b`", "```a``b```", id="a run inside a span"),
        pytest.param("@a`b`", "`@a` `b`", id="two pieces of code never touch"),
        pytest.param("- item", r"\- item", id="a list"),
        pytest.param("1. item", r"1\. item", id="a numbered list"),
        pytest.param("---", r"\---", id="a rule"),
        pytest.param("# title", r"\# title", id="a heading"),
        pytest.param("a\nb", r"a\\x0ab", id="a newline"),
        pytest.param("see 1a2b3c4d", "see `1a2b3c4d`", id="a commit"),
    ],
)
def test_markdown(message: str, expected: str | None) -> None:
    assert markdown(message) == (message if expected is None else expected)


def test_cell__pipes_are_escaped_in_words_and_in_code() -> None:
    assert cell("a|b `c|d`") == r"a\|b `c\|d`"


def test_html__entities_in_words_and_in_code() -> None:
    assert html("a<b & `</summary>` @x") == "a&lt;b &amp; <code>&lt;/summary&gt;</code> <code>@x</code>"


def test_block__fence_is_longer_than_any_inside() -> None:
    assert block("a\n````\nb").split("\n") == ["`````text", "a", "````", "b", "`````"]


def test_block__long_text_is_cut_and_says_so() -> None:
    shown = block("\n".join(str(line) for line in range(100)), lines=3)
    assert shown.split("\n") == ["```text", "0", "1", "2", "… 97 more lines", "```"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("default", "default", id="a plain key"),
        pytest.param("123.1", "123.1", id="a run"),
        pytest.param("a-b_c", "a-b_c", id="a hyphen"),
        pytest.param("-->", "%2D-%3E", id="the end of a comment"),
        pytest.param("a b", "a%20b", id="a space"),
        pytest.param("ends-", "ends%2D", id="a hyphen at the end"),
        pytest.param("", "none", id="nothing"),
        pytest.param("é", "%C3%A9", id="beyond ASCII"),
    ],
)
def test_marker_word(value: str, expected: str) -> None:
    assert marker_word(value) == expected


def test_messages__nothing_comes_to_life() -> None:
    for message in strings(seed=1, count=max(COUNT, 30_000)):
        _assert_dead(message)


def test_messages__every_character_is_still_shown() -> None:
    for message in strings(seed=2, count=1_000):
        shown = page(f"| a |\n|---|\n| {cell(message, 10_000)} |\n").rows[1][0]
        assert squeezed(shown).replace(" ", "") == _expected(message).replace(" ", ""), message


def test_markers__stay_one_comment() -> None:
    for value in strings(seed=3, count=1_000):
        found = page(f"word\n\n<!-- mlgate:{marker_word(value)} run={marker_word(value)} -->\n")
        assert found.tags == ["p"]
        assert len(found.comments) == 1


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("`|\\<>[]()!*_~&#@:/.w$-=+ \n\ta1"), max_size=40))
def test_messages__any_string_over_a_nasty_alphabet(message: str) -> None:
    _assert_dead(message)
    _assert_dead(code(message))
