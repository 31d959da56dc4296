from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.text import Span, amount, code, codes, command, inert, nearest, plain, printable, shorten, spans


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("price", "`price`", id="a word"),
        pytest.param(0.5, "`0.5`", id="a number"),
        pytest.param("a`b", "``a`b``", id="a backtick inside"),
        pytest.param("`a`", "`` `a` ``", id="backticks at both ends"),
        pytest.param(" a ", "`  a  `", id="spaces at both ends"),
        pytest.param("a\nb", r"`a\x0ab`", id="a newline"),
        pytest.param("\u202egnp", r"`\u202egnp`", id="a turn of direction"),
        pytest.param("\udcff", r"`\udcff`", id="a byte that is not UTF-8"),
        pytest.param("\U000e0041", r"`\U000e0041`", id="a tag character"),
        pytest.param("é中🙂", "`é中🙂`", id="letters and signs of the world"),
    ],
)
def test_code(value: object, expected: str) -> None:
    assert code(value) == expected


def test_code__long_values_are_cut() -> None:
    assert code("x" * 400, 10) == f"`{'x' * 9}…`"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("data/train.csv", "`dvc pull data/train.csv`", id="a path"),
        pytest.param("dvc.yaml:train@0", "`dvc pull dvc.yaml:train@0`", id="a stage"),
        pytest.param("a b", "`dvc pull 'a b'`", id="a space"),
        pytest.param("$(touch x); `y`", "``dvc pull '$(touch x); `y`'``", id="what a shell would run"),
    ],
)
def test_command__can_be_copied_whatever_a_name_holds(name: str, expected: str) -> None:
    assert command("dvc", "pull", name) == expected


def test_command__and_the_next() -> None:
    assert command("dvc", "repro", "a;b", then=("git", "add", "c&d")) == "`dvc repro 'a;b' && git add 'c&d'`"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("no code", [Span("no code", False)], id="plain words"),
        pytest.param("", [], id="nothing"),
        pytest.param("a `b` c", [Span("a ", False), Span("b", True), Span(" c", False)], id="a span between words"),
        pytest.param("`a``b`", [Span("a``b", True)], id="a longer run inside"),
        pytest.param("a ` b", [Span("a ` b", False)], id="a run that nothing closes"),
        pytest.param("``a` b", [Span("``a` b", False)], id="runs of different lengths"),
        pytest.param("`a` `b`", [Span("a", True), Span(" ", False), Span("b", True)], id="two spans"),
    ],
)
def test_spans(message: str, expected: list[Span]) -> None:
    assert spans(message) == expected


@given(st.text(max_size=60), st.text(alphabet="`ab ", max_size=20))
def test_spans__take_out_what_code_put_in(value: str, ticks: str) -> None:
    for text in (value, ticks, value + ticks):
        if text:
            assert spans(f"the {code(text)} is") == [
                Span("the ", False),
                Span(printable(text), True),
                Span(" is", False),
            ]


def test_spans__many_runs_that_nothing_closes() -> None:
    message = " ".join("`" * length for length in range(1, 1_500))
    assert spans(message) == [Span(message, False)]


def test_plain__drops_the_backticks_alone() -> None:
    assert plain("look at `a|b` and ``c`d``") == "look at a|b and c`d"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("tests/test_a.py::test_b", "tests/test_a.py::test_b", id="colons inside a word"),
        pytest.param("a ## [x]", "a ## [x]", id="hashes before a space"),
        pytest.param("::error::x", r"\::error::x", id="a command"),
        pytest.param("a\n  \t::error::x", "a\n  \t\\::error::x", id="a command after white space"),
        pytest.param("a\r::error::x", "a\r\\::error::x", id="a command after a carriage return"),
        pytest.param("a ##[error]x", r"a ##\[error]x", id="an old command inside a line"),
        pytest.param("####[x", r"####\[x", id="more hashes"),
    ],
)
def test_inert(lines: str, expected: str) -> None:
    assert inert(lines) == expected


def test_words() -> None:
    assert amount(1, "row") == "1 row"
    assert amount(1_204, "row") == "1,204 rows"
    assert codes(("a", "b", "c"), 2) == "`a`, `b` and 1 more"
    assert shorten("abcd", 3) == "ab…"
    assert nearest("acuracy", ("accuracy", "recall")) == "accuracy"
    assert nearest("zzz", ("accuracy", "recall")) is None
