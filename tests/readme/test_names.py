"""Names of Python code, from its syntax tree alone."""

from __future__ import annotations

import pytest

from mlgate.documents import DocumentError
from mlgate.readme.names import python_names

CODE = '''
"""Features."""
import os
from typing import TYPE_CHECKING, Final

WINDOW: Final = 7
first, (second, _third) = 1, (2, 3)
_private = 1


def rolling_mean(frame):
    inner = 1


async def fetch(): ...


def _helper(): ...


class Flights(Model):
    delayed: bool
    hour = 1

    def check(self): ...
    def _own(self): ...


if TYPE_CHECKING:
    late = 1
else:
    early = 1
try:
    tried = 1
except ImportError:
    caught = 1
'''


def test_names__what_others_may_use() -> None:
    assert python_names(CODE) == [
        "WINDOW", "first", "rolling_mean", "fetch", "Flights", "Flights.delayed", "Flights.hour", "Flights.check",
        "late", "early", "tried", "caught",
    ]  # fmt: skip


def test_names__nothing_is_run() -> None:
    assert python_names("raise SystemExit(1)\nx = 1 / 0\n") == ["x"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(:", id="syntax"),
        pytest.param("x = 1\0", id="null byte"),
        pytest.param("(" * 5000, id="too many brackets"),
        pytest.param("-" * 100_000 + "1", id="too deep"),
    ],
)
def test_names__refuses_what_is_no_python(text: str) -> None:
    with pytest.raises(DocumentError, match="not valid Python"):
        python_names(text)


def test_names__an_odd_escape_warns_nobody(recwarn: pytest.WarningsRecorder) -> None:
    assert python_names('x = "\\d"') == ["x"]
    assert not recwarn.list
