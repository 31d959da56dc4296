"""Fixing: what is marked becomes true, every other byte stays, and a second time changes nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.readme.fix import fix, fix_text
from mlgate.readme.sources import Sources

SOURCES = Sources(
    {
        "p.yaml": b"a: 1\nb: {c: 0.5, d: 'x|y'}\nwords: plain\nempty: {}\n",
        "m.json": b'{"auc": 0.91234, "n": 1204551}',
        "dvc.yaml": b"stages: {'a': {cmd: x, outs: [d]}, 'b': {cmd: x, deps: [d]}}",
        "c.py": b"class C(Model):\n    a: int = Field(isin=['x|y'], description='<b> *a*')\n    b: 'list[str]'\n",
    }.get
)
BLOCK = """\
# Title

Text.

<!-- mlgate:begin p from=p.yaml#b as=table -->
<!-- mlgate:end p -->

More.
"""
FIXED = """\
# Title

Text.

<!-- mlgate:begin p from=p.yaml#b as=table -->
| key | value |
| --- | --- |
| c | 0.5 |
| d | `x\\|y` |
<!-- mlgate:end p sum=fb5fcb45 -->

More.
"""


def test_fix__fills_a_block_and_seals_it() -> None:
    assert fix_text(BLOCK, SOURCES) == FIXED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# Title\r\n\r\ntext  \r\n", id="no markers"),
        pytest.param(FIXED, id="current"),
        pytest.param("```\n" + BLOCK + "```\n", id="example in a fence"),
        pytest.param(BLOCK.replace("p.yaml#b", "p.yaml#nothing"), id="missing key"),
        pytest.param(BLOCK.replace("<!-- mlgate:end p -->", ""), id="block without an end"),
        pytest.param("x <!-- mlgate:value m.json#auc fmt=.2f -->0.91<!-- /mlgate -->", id="current value"),
        pytest.param(FIXED.replace("| c | 0.5 |", "| c | 0.6 |"), id="edited by hand"),
    ],
)
def test_fix__changes_nothing(text: str) -> None:
    assert fix_text(text, SOURCES) == text


def test_fix__force_overwrites_what_was_typed() -> None:
    assert fix_text(FIXED.replace("| c | 0.5 |", "| c | 0.6 |"), SOURCES, force=True) == FIXED


def test_fix__keeps_crlf_and_the_byte_order_mark() -> None:
    assert fix_text("\ufeff" + BLOCK.replace("\n", "\r\n"), SOURCES) == "\ufeff" + FIXED.replace("\n", "\r\n")


def test_fix__keeps_indent_blank_lines_and_the_head_of_the_table() -> None:
    text = (
        "- item\n\n"
        "  <!-- mlgate:begin p from=p.yaml#b -->\n\n"
        "  | Name | Wert |\n"
        "  | :--- | ---: |\n"
        "  | c    |    1 |\n\n"
        "  <!-- mlgate:end p -->\n"
    )
    assert fix_text(text, SOURCES) == (
        "- item\n\n"
        "  <!-- mlgate:begin p from=p.yaml#b -->\n\n"
        "  | Name | Wert |\n"
        "  | :--- | ---: |\n"
        "  | c | 0.5 |\n"
        "  | d | `x\\|y` |\n\n"
        "  <!-- mlgate:end p sum=fb5fcb45 -->\n"
    )


def test_fix__values_in_prose_table_and_html_lines() -> None:
    text = (
        "AUC <!-- mlgate:value m.json#auc -->0.9<!-- /mlgate -->, "
        "n=<!-- mlgate:value m.json#n -->1,000<!-- /mlgate -->.\n\n"
        "|a|b|\n|-|-|\n"
        "|`<!-- mlgate:value m.json#auc -->0.1`|<!-- mlgate:value m.json#auc -->0.123<!-- /mlgate -->|\n\n"
        "<!-- mlgate:value m.json#auc fmt=.1% -->0%<!-- /mlgate --> of all\n"
    )
    assert fix_text(text, SOURCES) == text.replace(">1,000<", ">1,204,551<").replace(">0.123<", ">0.912<").replace(
        ">0%<", ">91.2%<"
    )


def test_fix__the_last_line_needs_no_ending() -> None:
    assert fix_text(BLOCK.partition("\n\nMore")[0], SOURCES) == FIXED.partition("\n\nMore")[0]


def test_fix__refuses_where_new_lines_would_change_what_follows() -> None:
    text = (
        "<div>\n<!-- mlgate:begin p from=p.yaml#b -->\nx\n\ny\n<!-- mlgate:end p -->\n"
        "```\n<!-- mlgate:begin q from=p.yaml#b -->\n<!-- mlgate:end q -->\n```\n"
    )
    fixed = fix(text, SOURCES)
    assert (fixed.text, fixed.is_unsafe, fixed.is_whole) == (text, True, False)


prose = st.lists(
    st.sampled_from(
        ["# A", "text *x*", "- item", "  more", "> quote", "```", "    code", "", "", "| a | b |", "|---|---|", "<div>",
         "</div>", "<!-- note -->", "[a](b.md)", "1. one", "***", "`<!-- mlgate:begin z from=p.yaml -->`"]
    ),
    max_size=6,
).map("\n".join)  # fmt: skip
body = st.lists(
    st.sampled_from(
        ["", "| key | value |", "|---|---|", "| c | 0.5 |", "- c: 1", "junk", "```json", "{", "}", "```", "<b>"]
    ),
    max_size=6,
)
form = st.sampled_from(["table", "list", "json"])
source = st.sampled_from(["p.yaml", "p.yaml#b", "p.yaml#empty", "p.yaml#none", "m.json", "no.json", "c.py#names"])
made = st.one_of(
    st.tuples(source, form),
    st.sampled_from([("dvc.yaml", "graph"), ("c.py:C", "dictionary"), ("c.py:D", "dictionary"), ("p.yaml", "graph")]),
)
front = st.sampled_from(
    [
        "",
        "---\na: 1\n---\n",
        "---\nv: 0.9  # mlgate:value m.json#auc\n- w: 1 # mlgate:value m.json#n\n---\n",
        "---\nv: 1",
    ]
)
seal = st.sampled_from(["", " sum=00000000", " sum=fb5fcb45"])
ending = st.sampled_from(["\n", "\r\n"])


@st.composite
def readmes(draw: st.DrawFn) -> str:
    """A README with prose, blocks and values in any order."""
    parts = []
    head = draw(front)
    for number in range(draw(st.integers(0, 3))):
        parts.append(draw(prose))
        origin, shape = draw(made)
        lines = [f"<!-- mlgate:begin b{number} from={origin} as={shape} -->", *draw(body)]
        parts.append("\n" + "\n".join([*lines, f"<!-- mlgate:end b{number}{draw(seal)} -->"]) + "\n")
        parts.append(draw(prose))
        printed = draw(st.sampled_from(["", "0.9", " 91 %", "x", "1,204"]))
        parts.append(
            f"n <!-- mlgate:value {draw(st.sampled_from(['m.json#auc', 'p.yaml#words']))} -->{printed}<!-- /mlgate -->"
        )
    return (head + "\n".join([*parts, draw(prose)])).replace("\n", draw(ending))


@given(readmes(), st.booleans())
def test_fix__a_second_time_changes_nothing(text: str, force: bool) -> None:
    once = fix(text, SOURCES, force=force)
    again = fix(once.text, SOURCES, force=force)
    assert again.text == once.text
    assert not again.changed


_BLOCK = re.compile(r"(<!-- mlgate:begin [^>]*-->)(.*?)(<!-- mlgate:end \w+)[^>]*-->", re.DOTALL)
_VALUE = re.compile(r"(<!-- mlgate:value [^>]*-->)[^<]*(<!-- /mlgate -->)")


_FRONT = re.compile(r"(?m)^(\S.*?: )\S+( +# mlgate:value )")


def unmarked(text: str) -> str:
    return _FRONT.sub(r"\1\2", _VALUE.sub(r"\1\2", _BLOCK.sub(r"\1\3", text)))


@given(readmes())
def test_fix__what_is_not_marked_stays(text: str) -> None:
    assert unmarked(fix_text(text, SOURCES, force=True)) == unmarked(text)


@given(st.text())
def test_fix__text_without_markers_stays(text: str) -> None:
    assert fix_text(text, SOURCES, force=True) == text
