"""Bound numbers are compared, and printed again, in the precision in which they stand there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.readme.precision import is_same, printed_as
from mlgate.readme.sources import SourceError


@pytest.mark.parametrize(
    ("value", "printed", "fmt"),
    [
        pytest.param(0.91234, "0.912", None, id="three places"),
        pytest.param(0.91234, " 0.9 ", None, id="one place, with blanks"),
        pytest.param(0.91234, "91.2%", None, id="percent"),
        pytest.param(0.91234, "91 %", None, id="percent with a blank"),
        pytest.param(1204551, "1,204,551", None, id="thousands"),
        pytest.param(569, "569", None, id="whole number"),
        pytest.param(-0.5, "−0.5", None, id="true minus sign"),
        pytest.param(1.5e-7, "1.5e-07", None, id="exponent"),
        pytest.param(0.1 + 0.2, "0.30000000000000004", None, id="all digits"),
        pytest.param(True, "true", None, id="truth value"),
        pytest.param("adam", "adam", None, id="word"),
        pytest.param(0.91234, "0.912", ".3f", id="format"),
        pytest.param(0.91234, "91.2%", ".1%", id="percent format"),
        pytest.param(float("nan"), "nan", ".3f", id="not a number, and said so"),
    ],
)
def test_printed__current(value: Any, printed: str, fmt: str | None) -> None:
    assert is_same(printed, printed_as(value, printed, fmt))


@pytest.mark.parametrize(
    ("value", "printed", "fmt", "expected"),
    [
        pytest.param(0.9183, "0.912", None, "0.918", id="three places"),
        pytest.param(0.9183, "91.2 %", None, "91.8 %", id="percent"),
        pytest.param(1204560, "1,204,551", None, "1,204,560", id="thousands"),
        pytest.param(570, "569", None, "570", id="whole number"),
        pytest.param(0.5, "1", None, "0", id="no place asked for"),
        pytest.param(0.9183, "", None, "0.9183", id="nothing printed yet"),
        pytest.param(0.9183, "TODO", None, "0.9183", id="a word"),
        pytest.param(0.912, "0.9120", ".3f", "0.912", id="format says three places"),
        pytest.param(float("nan"), "0.912", None, "nan", id="not a number"),
        pytest.param(2**70, "1", None, str(2**70), id="large whole number, exactly"),
    ],
)
def test_printed__differs(value: Any, printed: str, fmt: str | None, expected: str) -> None:
    assert printed_as(value, printed, fmt) == expected
    assert not is_same(printed, expected)


@pytest.mark.parametrize(
    ("value", "fmt"),
    [
        pytest.param({"a": 1}, None, id="mapping"),
        pytest.param([1], ".2f", id="list"),
        pytest.param("adam", ".2f", id="format for a word"),
        pytest.param(True, ".2f", id="format for a truth value"),
        pytest.param(0.5, "d", id="format for whole numbers"),
        pytest.param(10**400, ".2f", id="number too large for the format"),
        pytest.param("a|b", None, id="text that would break a table"),
        pytest.param("", None, id="empty text"),
    ],
)
def test_printed__refuses(value: Any, fmt: str | None) -> None:
    with pytest.raises(SourceError):
        printed_as(value, "1", fmt)


@given(
    st.one_of(st.floats(), st.integers(-(10**30), 10**30)),
    st.from_regex(r"-?\d{1,4}(\.\d{1,6})?(e-?\d)?( ?%)?", fullmatch=True),
)
def test_printed__is_current_once_printed(value: float, printed: str) -> None:
    once = printed_as(value, printed, None)
    assert printed_as(value, once, None) == once
