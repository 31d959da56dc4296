"""Dotted keys and classified values."""

from __future__ import annotations

import pytest

from mlgate.metrics.flatten import Odd, ShapeError, classify, flatten, path_of


def test_flatten__nested_keys_and_list_items():
    flat = flatten({"a": {"b": 1, "c": [2, {"d": 3}]}, "e.f": 4, 5: 6})
    assert flat.values == {"a.b": 1.0, "a.c.0": 2.0, "a.c.1.d": 3.0, "e.f": 4.0, "5": 6.0}
    assert flat.lists == {"a.c"}
    assert [flat.list_of(key) for key in ("a.c.1.d", "a.b")] == ["a.c", None]


def test_flatten__one_number():
    assert flatten(0.5).values == {"": 0.5}


def test_flatten__empty_containers_hold_nothing():
    assert flatten({"a": {}, "b": []}).values == {}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a.b": 1, "a": {"b": 2}}, id="dotted first"),
        pytest.param({"a": {"b": 2}, "a.b": 1}, id="nested first"),
        pytest.param({"a": [1], "a.0": 2}, id="list item and dotted"),
        pytest.param({1: 1, "1": 2}, id="number and text"),
    ],
)
def test_flatten__same_key_twice_is_refused(value):
    with pytest.raises(ShapeError, match="there twice"):
        flatten(value)


@pytest.mark.parametrize("value", [[1], "word", None, True], ids=["list", "word", "nothing", "flag"])
def test_flatten__top_that_is_no_mapping_is_refused(value):
    with pytest.raises(ShapeError):
        flatten(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(float("nan"), "not a number", id="NaN"),
        pytest.param(float("-inf"), "infinite", id="infinity"),
        pytest.param(10**400, "too large", id="beyond every float"),
        pytest.param(True, "true or false", id="flag"),
        pytest.param(None, "null", id="null"),
        pytest.param("0.9", "text", id="text"),
    ],
)
def test_classify__oddities(value, kind):
    found = classify(value)
    assert isinstance(found, Odd)
    assert found.kind == kind


def test_path_of__dotted_key_finds_its_nested_path():
    value = {"a": {"b.c": [1, 2]}}
    assert path_of(value, "a.b.c.1") == ("a", "b.c", 1)
    assert path_of(value, "a.b.c.2") is None
