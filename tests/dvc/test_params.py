"""Params files: what DVC reads from them, we read."""

from __future__ import annotations

from typing import Any

import pytest

from mlgate.documents import DocumentError
from mlgate.dvc.param_changes import param_changes
from mlgate.dvc.params import find_param, read_python
from mlgate.dvc.records import ParamsFile

PYTHON = '''\
"""Parameters."""
import os
from typing import ClassVar

LR = 0.1
NAME: str = "net"
NEGATIVE = -5
TUPLE = (1, "a")
LIST = [1, [2]]
MAP = {"a": 1, "b": {"c": None}}
FLAG, OTHER = True, False
A = B = 3
COMPUTED = LR * 2
HOME = os.environ["HOME"]
ANNOTATED: int
obj.attribute = 1


class Train:
    epochs = 10
    seen: ClassVar[int] = 2

    class Inner:
        deep = True

    def __init__(self, x):
        self.hidden = 64
        self.x = x
        local = 5
        self.a.b = 1

    def other(self):
        self.no = 1


def __init__(self):
    self.odd = 1


def function():
    inside = 2


if True:
    branch = 1
'''


def test_read_python__as_dvc_reads_it():
    from dvc.utils.serialize import parse_py

    assert read_python(PYTHON) == parse_py(PYTHON, "params.py")


def test_read_python__syntax_error_is_told_at_its_line():
    with pytest.raises(DocumentError, match="not valid Python") as told:
        read_python("a = 1\nb = (\n")
    assert told.value.position is not None
    assert told.value.position.line == 2


VALUES: dict[Any, Any] = {"a": {"b": [10, {"c": 1}]}, 5: "five", "x.y": 1, "q1": {"z": 1}, "q2": {"w": 2}, "n": None}


@pytest.mark.parametrize(
    "key",
    [
        "a",
        "a.b",
        "a.b.0",
        "a.b.1.c",
        "5",
        "n",
        "q1.*",
        "a.[b].0",
        ".a",
        "nope",
        "a.nope",
        "a.b.9",
        "x.y",
        "q*.z",
        "n.x",
    ],
)
def test_find_param__as_dvc_finds_it(key):
    import dpath

    try:
        expected = dpath.get(VALUES, key, separator=".")
    except KeyError:
        with pytest.raises(KeyError):
            find_param(VALUES, key)
    else:
        assert find_param(VALUES, key) == expected


def told(recorded: dict[str, Any], actual: Any, *keys: str, file: str = "params.yaml") -> list[str]:
    """Return the changes in words."""
    return [change.words for change in param_changes(ParamsFile(path=file, keys=keys), recorded, actual)]


@pytest.mark.parametrize(
    ("recorded", "actual"),
    [
        pytest.param({"a": 1}, {"a": 1, "b": 2}, id="another key changed"),
        pytest.param({"a": 1}, {"a": 1.0}, id="a whole number as a float"),
        pytest.param({"a": [1, 2]}, {"a": (1, 2)}, id="a tuple of Python"),
        pytest.param({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}, id="another order"),
        pytest.param({"a": None}, {"a": None}, id="null"),
    ],
)
def test_param_changes__quiet(recorded, actual):
    assert told(recorded, actual, "a") == []


def test_param_changes__names_the_leaf_and_both_values():
    assert told({"train": {"lr": 0.1, "depth": 3}}, {"train": {"lr": 0.2, "depth": 3}}, "train") == [
        "the parameter `train.lr` went from `0.1` to `0.2`"
    ]


def test_param_changes__key_that_came_and_key_that_went_inside_a_mapping():
    assert told({"t": {"a": 1}}, {"t": {"b": True}}, "t") == [
        "the parameter `t.b` went from nothing to `true`",
        "the parameter `t.a` went from `1` to nothing",
    ]


def test_param_changes__names_any_file_but_the_usual_one():
    assert told({"a": 1}, {"a": "1"}, "a", file="conf/x.json") == [
        "the parameter `a` of `conf/x.json` went from `1` to `'1'`"
    ]


def test_param_changes__missing_on_either_side():
    assert told({"a": 1}, {"b": 1}, "a", "b") == [
        "the parameter `a` is not in `params.yaml`",
        "the parameter `b` is not in the lock",
    ]


def test_param_changes__whole_file_compares_every_key():
    assert told({"a": 1, "b": 1}, {"a": 2, "c": 1}) == [
        "the parameter `a` went from `1` to `2`",
        "the parameter `c` is not in the lock",
        "the parameter `b` is not in `params.yaml`",
    ]
