"""Reading documents: YAML as DVC reads it, JSON and TOML strictly, and every bound."""

from __future__ import annotations

import datetime
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML, YAMLError

from mlgate import documents
from mlgate.documents import (
    MAX_DEPTH,
    MAX_NODES,
    DocumentError,
    Position,
    decode,
    locate,
    parse,
    parse_json,
    parse_toml,
    parse_yaml,
)
from mlgate.documents.yaml12 import read_yaml


def as_dvc_reads(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def same(one: Any, other: Any) -> bool:
    """Equal in type too, and NaN is NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


# YAML against ruamel.yaml, which DVC reads with.

_SCALARS = """
    yes no on off y n Yes NO
    true True TRUE tRue false False FALSE null Null NULL nULL ~ none None
    0 1 -1 +1 00 0123 08 -0 1_000 1__0 1_ _1 -_0 1,000 0o17 +0o7 0o8 0o 0x1F -0x1f 0x 0xg 0b11 -0b1 0b2 0_7
    1. .5 +.5 -.5 5.0 -0.0 1e3 1e-3 1E+3 1.e3 .5e3 .5e+3 .5e-3 1.5e3 1_.5 1._5 ._5 1e5_0 1_e5 1e400 1e 1e+ e3 1.0.0
    .inf -.inf +.inf .Inf .INF .iNF inf .nan .NaN .NAN +.nan nan . .. + 1:30 12:30:45 1.2.3.4 3.11 1/2 50% 1pp
    a-b a_b a.b a:b a#b <a>
"""


@pytest.mark.parametrize("text", [*_SCALARS.split(), "", "a b", "1 2"])
def test_scalar__as_ruamel(text: str) -> None:
    document = f"a: {text}\n"
    assert same(parse_yaml(document).value, as_dvc_reads(document))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-12-31", id="date"),
        pytest.param("2001-12-14 21:59:43.10 -5", id="date and time"),
        pytest.param("=", id="equals sign, which ruamel refuses"),
        pytest.param("._", id="no digit, which ruamel refuses"),
    ],
)
def test_scalar__stays_text(text: str) -> None:
    assert parse_yaml(f"a: {text}\n").value == {"a": text}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: '1'\nb: \"1\"\nc: |\n  1\nd: >\n  1\n", id="quoted and block numbers are text"),
        pytest.param("a: !!str 1\nb: !!int '1'\nc: !!float 1\nd: !!bool 'true'\ne: !!null ''\n", id="standard tags"),
        pytest.param("x: &x {p: 1, q: 2}\ny:\n  <<: *x\n  q: 3\n", id="merge"),
        pytest.param("x: &x {p: 1}\nz: &z {p: 2, r: 1}\ny: {<<: [*x, *z]}\n", id="merge of several"),
        pytest.param('a: {"<<": 1}\n', id="quoted merge key"),
        pytest.param("a: &n 1\nb: [*n, *n]\n", id="aliases"),
        pytest.param("&k a: 1\nb: *k\n", id="alias of a key"),
        pytest.param("a: &x 1\nb: &x 2\nc: *x\n", id="anchor twice"),
        pytest.param("1: a\n2.5: b\nfalse: c\nnull: d\n", id="keys that are no text"),
        pytest.param("? a\n: 1\n? b\n", id="explicit keys"),
        pytest.param("a:\n- 1\n-\n- - 2\n  - 3\n- {b: }\n", id="lists"),
        pytest.param('a: "\\x41\\u00e9\\/\\t"\n', id="escapes"),
        pytest.param("a: one\n  two\n\n  three\n", id="folded plain text"),
        pytest.param("{a: 1, b: [x, y,], c}\n", id="flow"),
        pytest.param("a: b # comment\n# more\nc: 'x # y'\n", id="comments"),
        pytest.param("a: 1\r\nb: 2\r\n", id="CRLF"),
        pytest.param("a: \u00e9\u4e2d\U0001f600\n", id="not ASCII"),
        pytest.param("", id="empty"),
        pytest.param("# only\n", id="comment only"),
    ],
)
@pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")
def test_document__as_ruamel(text: str) -> None:
    assert same(parse_yaml(text).value, as_dvc_reads(text))


_words = st.text(st.sampled_from("0123456789_.eE+-xXobB:~nulNtrue fas,inf#/%"), max_size=8)


@given(_words)
def test_any_scalar__as_ruamel(text: str) -> None:
    document = f"a: {text}\n"
    try:
        wanted = as_dvc_reads(document)
    except (YAMLError, ValueError):
        return
    if isinstance(wanted, dict) and isinstance(wanted.get("a"), datetime.date):
        wanted = {"a": text.strip()}
    assert same(parse_yaml(document).value, wanted)


_text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)
_keys = st.one_of(_text, st.integers(), st.booleans(), st.none())
_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_text, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(_text, _values, max_size=4))
@example({"\ufeff": 1})
def test_what_dvc_writes__is_read_back(value: dict[str, Any]) -> None:
    from io import StringIO

    stream = StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump(value, stream)
    assert same(parse_yaml(stream.getvalue()).value, value)


@given(st.text(st.sampled_from("ab1:-[]{},&*!|>'\"%@`#? \n\t<.~"), max_size=20))
def test_any_text__a_value_or_an_error_with_words(text: str) -> None:
    try:
        parse_yaml(text)
    except DocumentError as error:
        assert error.message
        assert error.position is not None
        assert 1 <= error.position.line <= text.count("\n") + 2


# Bounds.


def test_depth__the_last_level_that_is_read() -> None:
    assert parse_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), id="one level more"),
        pytest.param("[" * 300_000, id="brackets"),
        pytest.param("{a: " * 200_000, id="braces"),
        pytest.param("- " * 300_000, id="dashes"),
        pytest.param("".join(" " * n + "a:\n" for n in range(1200)), id="indented keys"),
        pytest.param("? " * 100_000, id="explicit keys"),
        pytest.param(
            "a0: &a0 [[[[[[[[[[1]]]]]]]]]]\n"
            + "".join(f"a{n + 1}: &a{n + 1} [[[[[[[[[[*a{n}]]]]]]]]]]\n" for n in range(9)),
            id="depth by aliases",
        ),
    ],
)
def test_depth__refused_before_it_harms(text: str) -> None:
    with pytest.raises(DocumentError, match=r"nested deeper than 50 levels|a key must be a plain word"):
        parse_yaml(text)


def _bomb(levels: int) -> str:
    return "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"a{n + 1}: &a{n + 1} [{','.join([f'*a{n}'] * 10)}]\n" for n in range(levels)
    )


def test_aliases__a_few_are_fine() -> None:
    assert len(parse_yaml(_bomb(3)).value) == 4


@pytest.mark.parametrize("levels", [5, 30])
def test_aliases__bomb(levels: int) -> None:
    with pytest.raises(DocumentError, match=f"expands to more than {MAX_NODES:,} values"):
        parse_yaml(_bomb(levels))


def test_aliases__the_last_one_counts_too() -> None:
    with pytest.raises(DocumentError, match="expands to more"):
        parse_yaml(f"a: &a [{'1,' * 150_000}]\nb: *a\n")


def test_size__limit() -> None:
    assert decode(b"x" * 10, limit=10) == "x" * 10
    with pytest.raises(DocumentError, match="11 bytes, more than the 10 that are read"):
        decode(b"x" * 11, limit=10)


def test_hostile_megabyte__is_refused_or_read_soon() -> None:
    began = time.monotonic()
    for text in ("'" * 900_000, "a: " * 300_000, "*a " * 300_000, "# " * 450_000, "&a" * 450_000, "\n" * 900_000):
        try:
            parse(text.encode(), "x.yaml")
        except DocumentError:
            continue
    # Not a measurement of speed: anything that grows with the square of the size takes minutes here.
    assert time.monotonic() - began < 60


# Positions.


def test_positions() -> None:
    document = parse_yaml("a: 1\nb:\n  - x\n  - {c: 2}\n")
    assert document.position(("a",)) == Position(1, 1)
    assert document.position(("b", 0)) == Position(3, 5)
    assert document.position(("b", 1, "c")) == Position(4, 6)


def test_positions__of_what_is_missing_is_where_it_would_stand() -> None:
    assert parse_yaml("a: 1\nb:\n  c: 2\n").position(("b", "d", "e")) == Position(2, 1)


def test_positions__inside_an_alias_is_where_the_alias_stands() -> None:
    assert parse_yaml("a: &x {p: 1}\nb: *x\n").position(("b", "p")) == Position(2, 1)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        pytest.param('{"a": 1,\n "b": {"c": 2}}', Position(2, 8), id="JSON"),
        pytest.param("a: 1\nb:\n  c: 2\n", Position(3, 3), id="YAML"),
    ],
)
def test_locate(text: str, position: Position) -> None:
    assert locate(text, ("b", "c")) == position


# JSON.


def test_json__reads_what_json_is() -> None:
    assert parse_json('\n{"a": [1, 2.5, null, true, "x"]}') == {"a": [1, 2.5, None, True, "x"]}


def test_json__nan_and_infinity_are_left_to_the_caller() -> None:
    value = parse_json('{"a": NaN, "b": -Infinity}')
    assert math.isnan(value["a"])
    assert value["b"] == -math.inf


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        pytest.param("", Position(1, 1), "the file is empty", id="empty"),
        pytest.param(" \n", Position(2, 1), "the file is empty", id="blank"),
        pytest.param('{"a": 1,\n "b"', Position(2, 5), "not valid JSON: Expecting ':' delimiter", id="truncated"),
        pytest.param('{"a": 1}\n{"b": 2}', Position(2, 1), "not valid JSON: Extra data", id="two values"),
        pytest.param('{"a": 1,\n "b": 2,\n "a": 3}', Position(3, 2), "duplicate key `a`", id="duplicate key"),
        pytest.param('{"a": 1, "a": 1}', Position(1, 10), "duplicate key `a`", id="duplicate of the same value"),
        pytest.param('{"a:": "\\\\", "a:": 1}', Position(1, 14), "duplicate key `a:`", id="duplicate key with a colon"),
        pytest.param('[{"a": "\\""}, {"b": 1, "b": ":"}]', Position(1, 24), "duplicate key `b`", id="duplicate inside"),
        pytest.param('{"a": ' + "9" * 5000 + "}", Position(1, 7), "more digits than can be read", id="5,000 digits"),
        pytest.param("[" * 60 + "]" * 60, None, "nested deeper than 50 levels", id="60 levels"),
        pytest.param("[" * 100_000, None, "nested deeper than 50 levels", id="brackets without end"),
        pytest.param("{'a': 1}", Position(1, 2), "not valid JSON", id="Python, not JSON"),
    ],
)
def test_json__refused(text: str, position: Position | None, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_json(text)
    assert message in caught.value.message
    assert caught.value.position == position


# TOML.


def test_toml__reads_what_toml_is() -> None:
    assert parse_toml("a = 1\r\n[b]\r\nc = [1.5, 'x']\r\n") == {"a": 1, "b": {"c": [1.5, "x"]}}


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        pytest.param("a = \n", Position(1, 5), "not valid TOML: Invalid value", id="no value"),
        pytest.param("a = 1\na = 2\n", Position(2, 6), "not valid TOML: Cannot overwrite a value", id="duplicate key"),
        pytest.param("a = " + "9" * 5000, Position(1, 5), "more digits than can be read", id="5,000 digits"),
        pytest.param("a = " + "[" * 60 + "]" * 60, None, "nested deeper than 50 levels", id="60 levels"),
        pytest.param("a = " + "[" * 100_000, None, "nested deeper than 50 levels", id="brackets without end"),
        pytest.param("[a" + ".a" * 60 + "]", None, "nested deeper than 50 levels", id="dotted without end"),
    ],
)
def test_toml__refused(text: str, position: Position | None, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_toml(text)
    assert message in caught.value.message
    assert caught.value.position == position


# By file name.


@pytest.mark.parametrize(
    ("name", "data", "value"),
    [
        pytest.param("m.json", b'\xef\xbb\xbf{"a": 1e3}', {"a": 1000.0}, id="JSON behind a byte order mark"),
        pytest.param("m.JSON", b'{"a": 1}', {"a": 1}, id="ending in capitals"),
        pytest.param("p.toml", b"a = 1\n", {"a": 1}, id="TOML"),
        pytest.param("p.yaml", b"a: 1e-3\n", {"a": 0.001}, id="YAML"),
        pytest.param("dvc.lock", b"schema: '2.0'\n", {"schema": "2.0"}, id="any other ending is YAML"),
    ],
)
def test_parse__by_the_ending(name: str, data: bytes, value: object) -> None:
    assert parse(data, name) == value


class _Kept(dict[str, bytes]):
    """A memory that counts how often it was of use."""

    used = 0

    def get(self, key: str, default: object = None) -> bytes | None:  # type: ignore[override]
        found = super().get(key)
        self.used += found is not None
        return found

    def put(self, key: str, content: bytes) -> None:
        self[key] = content


@pytest.fixture
def kept() -> Iterator[_Kept]:
    memory = _Kept()
    documents.remember(memory)
    yield memory
    documents.remember(None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("stages:\n  train:\n    cmd: [a, 'b']\n    deps: []\n", id="pipeline"),
        pytest.param("a: 1\nb: 1.0\nc: true\nd: ~\ne: .inf\nf: '1'\n", id="kinds of values"),
        pytest.param("a: &x {b: é}\nc: *x\n", id="alias"),
        pytest.param("", id="empty"),
    ],
)
def test_remembered__says_what_was_read(kept: _Kept, text: str) -> None:
    anew = read_yaml(text, want_positions=True)
    assert parse_yaml(text) == anew
    assert kept.used == 0
    again = parse_yaml(text)
    assert kept.used == 1
    assert repr(again) == repr(anew)
    assert repr(documents.parse(text.encode(), "a.yaml")) == repr(anew.value)


@pytest.mark.parametrize(
    "text",
    [pytest.param("1: a\n", id="number for a key"), pytest.param("a: .nan\n", id="not a number")],
)
def test_what_json_cannot_say__is_read_anew(kept: _Kept, text: str) -> None:
    assert repr(parse_yaml(text)) == repr(parse_yaml(text)) == repr(read_yaml(text, want_positions=True))
    assert kept.used == 0


def test_errors__are_not_remembered(kept: _Kept) -> None:
    for _ in range(2):
        with pytest.raises(DocumentError, match="duplicate key"):
            parse_yaml("a: 1\na: 2\n")
    assert not kept
