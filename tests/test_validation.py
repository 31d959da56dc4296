"""Turning a document into records: what fits, and what people are told of all that does not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from mlgate.config import Section
from mlgate.report import Enforcement
from mlgate.units import Duration, Tolerance
from mlgate.validation import Problem, convert


class Inner(Section, frozen=True):
    """A record inside."""

    path: str
    key: str | None = None


class Outer(Section, frozen=True):
    """One field of each kind that sections have."""

    inner: Inner | None = None
    on: bool = True
    count: Annotated[int, Meta(ge=1, le=10)] = 1
    share: float = 0.5
    level: Enforcement = Enforcement.BLOCK
    mode: Literal["fast", "full"] = "fast"
    names: tuple[str, ...] = ()
    either: bool | tuple[str, ...] = False
    wait: Duration | Literal["never"] = "never"
    rules: Mapping[str, Tolerance] = {}
    key: Annotated[str, Meta(pattern=r"^[a-z]+$")] = "x"

    def __post_init__(self) -> None:
        """Refuse two fields that do not go together."""
        if self.mode == "full" and self.count == 7:
            raise ValueError("`count: 7` and `mode: full` do not go together")


def problems_of(value: Any, kind: Any = Outer) -> list[Problem]:
    found: list[Problem] = []
    convert(value, kind, (), found)
    return found


def fits(value: Any, kind: Any = Outer) -> Any:
    found: list[Problem] = []
    made = convert(value, kind, (), found)
    assert not found
    return made


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        pytest.param({}, "count", 1, id="nothing given"),
        pytest.param({"inner": {"path": "a"}}, "inner", Inner(path="a"), id="record"),
        pytest.param({"inner": None}, "inner", None, id="record set to nothing"),
        pytest.param({"share": 1}, "share", 1.0, id="whole number for a number"),
        pytest.param({"level": "warn"}, "level", Enforcement.WARN, id="enum"),
        pytest.param({"names": ["a", "b"]}, "names", ("a", "b"), id="list"),
        pytest.param({"names": []}, "names", (), id="empty list"),
        pytest.param({"either": True}, "either", True, id="union, first member"),
        pytest.param({"either": ["a"]}, "either", ("a",), id="union, second member"),
        pytest.param({"wait": "5m"}, "wait", Duration(300.0), id="unit of a union"),
        pytest.param({"wait": "never"}, "wait", "never", id="word of a union"),
        pytest.param({"rules": {"a.*": "1pp"}}, "rules", {"a.*": Tolerance.parse("1pp")}, id="mapping"),
        pytest.param({"rules": None}, "rules", {}, id="mapping set to nothing"),
        pytest.param({"count": 10}, "count", 10, id="the greatest that is allowed"),
    ],
)
def test_fits(value: Any, field: str, expected: Any) -> None:
    made = getattr(fits(value), field)
    assert made == expected
    assert type(made) is type(expected)


@pytest.mark.parametrize(
    ("value", "path", "message", "hint"),
    [
        pytest.param([], (), "expected keys and values, got a list", None, id="list for a record"),
        pytest.param({"coutn": 1}, ("coutn",), "unknown key `coutn`", "did you mean `count`?", id="unknown key"),
        pytest.param({1: 1}, (1,), "unknown key `1`", "known here: `inner`, `on`", id="number as key"),
        pytest.param({"inner": {}}, ("inner",), "the key `path` is missing", None, id="missing key"),
        pytest.param({"inner": {"path": 3}}, ("inner", "path"), "expected text, got `3`", "quotes", id="inner type"),
        pytest.param({"on": "yes"}, ("on",), "expected true or false, got `yes`", None, id="yes for true"),
        pytest.param({"on": 1}, ("on",), "expected true or false, got `1`", None, id="one for true"),
        pytest.param({"on": None}, ("on",), "expected true or false, got nothing", None, id="nothing"),
        pytest.param({"count": 2.5}, ("count",), "expected a whole number, got `2.5`", None, id="fraction"),
        pytest.param({"count": True}, ("count",), "expected a whole number, got `true`", None, id="true for one"),
        pytest.param({"count": "3"}, ("count",), "expected a whole number, got `3`", None, id="number in quotes"),
        pytest.param({"count": 0}, ("count",), "expected a whole number >= 1, got `0`", None, id="too small"),
        pytest.param({"count": 11}, ("count",), "expected a whole number <= 10, got `11`", None, id="too large"),
        pytest.param({"share": math.nan}, ("share",), "expected a finite number, got `nan`", None, id="NaN"),
        pytest.param({"share": math.inf}, ("share",), "expected a finite number, got `inf`", None, id="infinity"),
        pytest.param({"share": 10**400}, ("share",), "expected a number, got `1", None, id="400 digits"),
        pytest.param({"share": "x"}, ("share",), "expected a number, got `x`", None, id="text for a number"),
        pytest.param({"level": "of"}, ("level",), "expected one of `block`, `warn`, `off`", "`off`", id="enum"),
        pytest.param({"level": False}, ("level",), "got `false`", None, id="false for off"),
        pytest.param({"mode": "ful"}, ("mode",), "expected one of `fast`, `full`", "did you mean `full`", id="word"),
        pytest.param({"names": "a"}, ("names",), "expected a list, got `a`", "write it as `[...]`", id="no list"),
        pytest.param({"names": ["a", 2]}, ("names", 1), "expected text, got `2`", None, id="item"),
        pytest.param({"either": 3}, ("either",), "expected true or false or a list, got `3`", None, id="union"),
        pytest.param({"either": ["a", 2]}, ("either", 1), "expected text, got `2`", None, id="item of a union"),
        pytest.param({"wait": 5}, ("wait",), "`5` needs a unit: `5s` is seconds", None, id="unit of a union"),
        pytest.param(
            {"wait": "soon"},
            ("wait",),
            "expected an amount such as `30m` or one of `never`",
            None,
            id="word of a union",
        ),
        pytest.param({"rules": {"a": 1}}, ("rules", "a"), "`1` needs a unit: `1pp` is 0.01", None, id="no unit"),
        pytest.param({"rules": {None: "1pp"}}, ("rules", None), "must be text", "put it in quotes", id="key is null"),
        pytest.param({"rules": ["a"]}, ("rules",), "expected keys and values, got a list", None, id="list"),
        pytest.param({"key": "A"}, ("key",), "matching regex", None, id="pattern"),
        pytest.param({"count": 7, "mode": "full"}, (), "do not go together", None, id="two fields"),
    ],
)
def test_refused(value: Any, path: tuple, message: str, hint: str | None) -> None:
    (problem,) = problems_of(value)
    assert problem.path == path
    assert message in problem.message
    assert (hint or "") in (problem.hint or "")


def test_refused__all_at_once() -> None:
    found = problems_of({"coutn": 1, "share": "x", "inner": {"pth": 1}, "names": [1, 2]})
    assert [problem.path for problem in found] == [
        ("coutn",),
        ("inner", "pth"),
        ("inner",),
        ("share",),
        ("names", 0),
        ("names", 1),
    ]


def test_refused__what_people_wrote_is_a_code_span() -> None:
    (problem,) = problems_of({"share": "``x`\n![](http://evil)"})
    assert problem.message == r"expected a number, got ``` ``x`\x0a![](http://evil) ```"
