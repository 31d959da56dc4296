"""The forms of blocks: what is written is read back alike, whatever a formatter does to it."""

from __future__ import annotations

import json
from typing import Any

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.readme.forms import digest, read, write
from mlgate.readme.sources import SourceError

VALUE = {"lr": 0.001, "name": "adam", "path": "data/x|y.csv", "deep": {"a": True, "b": [1, 2], "c": None, "e": {}}}

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12))
values = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
        max_leaves=6,
    ),
    max_size=5,
)


def table(value: Any, fmt: str | None = None, source: str = "params.yaml") -> list[str]:
    return write(value, "table", fmt, source, [])


def test_write__table() -> None:
    assert table(VALUE) == [
        "| parameter | value |",
        "| --- | --- |",
        "| lr | 0.001 |",
        "| name | adam |",
        "| path | `data/x\\|y.csv` |",
        "| deep.a | true |",
        "| deep.b | `[1, 2]` |",
        "| deep.c | null |",
        "| deep.e | `{}` |",
    ]


def test_write__list() -> None:
    assert write({"a": 1, "b": "x_y"}, "list", None, "p.yaml", []) == ["- a: 1", "- b: x_y"]
    assert write(["x", "_y_"], "list", None, "p.yaml", []) == ["- x", "- `_y_`"]


def test_write__json() -> None:
    assert write({"a": 'x"```'}, "json", None, "p.yaml", []) == ["````json", "{", '  "a": "x\\"```"', "}", "````"]


def test_write__format_is_for_numbers_with_a_fraction() -> None:
    assert table({"auc": 0.91234, "n": 285}, ".3f", "metrics.json")[0] == "| metric | value |"
    assert table({"auc": 0.91234, "n": 285}, ".3f")[2:] == ["| auc | 0.912 |", "| n | 285 |"]


@pytest.mark.parametrize("form", ["table", "list"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(0.9, "single value", id="single value"),
        pytest.param({str(n): n for n in range(1001)}, "1,001 values", id="too many values"),
        pytest.param({"n": int("f" * 5000, 16)}, "more digits", id="number that cannot be printed"),
    ],
)
def test_write__refuses(form: str, value: Any, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        write(value, form, None, "p.yaml", [])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(["", "| parameter |  value |", "|:---|---:|", "| lr | 1 |", "| name | a |", ""], id="padded"),
        pytest.param(["Parameter | Wert", "--- | ---", "lr | 1", "name | a"], id="other head, no outer pipes"),
        pytest.param(["  | p | v |  ", "  |-|-|", "  |lr|1|", "  |name|a|"], id="indented and tight"),
    ],
)
def test_read__table_as_formatters_leave_it(body: list[str]) -> None:
    assert read(body, "table") == read(table({"lr": 1, "name": "a"}), "table")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="empty"),
        pytest.param(["| lr | 1 |", "| name | a |"], id="no head"),
        pytest.param(["| p | v |", "| --- | --- |", "| lr | 2 |", "| name | a |"], id="other value"),
        pytest.param(["| p | v |", "| --- | --- |", "| name | a |", "| lr | 1 |"], id="other order"),
        pytest.param(["| p | v |", "| --- | --- |", "| lr | 1 |"], id="row missing"),
        pytest.param(["| p | v |", "| --- | --- |", "| lr | 1 |", "", "| name | a |"], id="torn by a blank line"),
        pytest.param(["| p | v |", "| --- | --- |", "| lr | 1 |", "| name | a |", "words"], id="words below"),
        pytest.param(["words", "", "| p | v |", "| --- | --- |", "| lr | 1 |", "| name | a |"], id="words above"),
    ],
)
def test_read__table_that_says_something_else(body: list[str]) -> None:
    assert read(body, "table") != read(table({"lr": 1, "name": "a"}), "table")


def test_write__keeps_the_head_that_people_gave_the_table() -> None:
    body = ["", "| Größe | Wert |", "| :--- | ---: |", "| lr | 2 |"]
    assert write({"lr": 1}, "table", None, "p.yaml", body) == ["| Größe | Wert |", "| :--- | ---: |", "| lr | 1 |"]


def test_read__list_with_other_bullets_and_blank_lines() -> None:
    assert read(["* a: 1", "", "* b: 2"], "list") == read(write({"a": 1, "b": 2}, "list", None, "p.yaml", []), "list")


def test_read__json_in_another_layout() -> None:
    body = ["~~~", '{"a": [1,', "2]}", "~~~"]
    assert read(body, "json") == read(write({"a": [1, 2]}, "json", None, "p.yaml", []), "json")


@given(values, st.sampled_from(["table", "list", "json"]))
def test_write__what_is_written_again_says_the_same(value: dict[str, Any], form: str) -> None:
    made = write(value, form, None, "p.yaml", [])
    again = write(value, form, None, "p.yaml", made)
    assert again == made
    assert digest(read(again, form)) == digest(read(made, form))


@given(values)
def test_write__a_table_shows_every_value_and_is_one_table(value: dict[str, Any]) -> None:
    made = table(value)
    html = cmarkgfm.github_flavored_markdown_to_html("\n".join(made))
    assert html.count("<tr>") == len(made) - 1
    assert html.count("<table>") == 1
    assert not any(tag in html for tag in ("<a ", "<em>", "<strong>", "<img", "<del>", "<!--"))


@given(st.dictionaries(st.text("ab", min_size=1), st.floats(allow_nan=False), min_size=1))
def test_write__json_block_holds_the_value(value: dict[str, float]) -> None:
    made = write(value, "json", None, "p.yaml", [])
    assert json.loads("\n".join(made[1:-1])) == value
