"""Patterns of fixed width: which are, and that no text passes the sieve that Python's `re` would not let pass."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgate.data.fixed_width import fixed_width
from mlgate.data.sieving import Sieve

CODES = [r"^AB[0-9]{6}", r"^\d{4}-\d{2}-\d{2}$", r"^[A-Z]{3}$", r"[a-f]x.\d+", r"(?:ab){2,}"]
TEXTS = st.text(st.sampled_from("AB0195-:/@ZabcfgxX \n\x00\x7f\xe9٣"), max_size=14)


def kept(pattern: str, texts: list[str | None]) -> list[str | None]:
    """Return the texts that the sieve of a pattern lets pass."""
    fixed = fixed_width(pattern, anchored=True)
    assert fixed is not None
    left = Sieve(fixed).held_back(pl.Series(texts, dtype=pl.String))
    passed = list(texts)
    for one in [] if left is None else left.to_list():
        passed.remove(one)
    return passed


@pytest.mark.parametrize(
    ("pattern", "passes", "is_asked"),
    [
        pytest.param(r"^AB[0-9]{6}", "AB012345", "AB01234", id="code"),
        pytest.param(r"AB[0-9]{6}", "AB0123456789", "AB01234567890", id="code with a tail, which may be too long"),
        pytest.param(r"^\d{4}-\d{2}-\d{2}$", "2024-02-30", "2024-02-3x", id="date"),
        pytest.param(r"^\d{5}$", "90210", "٩٠٢١٠", id="digits of another script"),
        pytest.param(r"^[A-Z]{3}$", "EUR", "EURO", id="nothing after the end"),
        pytest.param(r"^[A-Z]{3}$", "EUR", "EUR\n", id="a line break after the end"),
        pytest.param(r"[a-f]x", "ax", "a", id="too short"),
        pytest.param(r"^a.c", "a~c", "a\nc", id="any character"),
        pytest.param(r"\d+", "7", "x", id="as many as there are"),
        pytest.param(r"^abcdefghijkl$", "abcdefghijkl", "abcdefghijk", id="twelve"),
    ],
)
def test_sieve(pattern: str, passes: str, is_asked: str) -> None:
    assert kept(pattern, [passes, is_asked, None, passes]) == [passes, passes]


@pytest.mark.parametrize(
    "pattern",
    [r"[0-9]{6}x{7}", r"^a*b", r"^a|b", r"[^a]b", r"[A-Za-z]", r"^\w{3}", r"^é", r"^a$b", "", "^", r"(?=a)a", r"(a)\1"],
)
def test_pattern_of_another_kind__has_no_sieve(pattern: str) -> None:
    assert fixed_width(pattern, anchored=True) is None


def test_pattern_that_may_begin_anywhere__has_no_sieve() -> None:
    assert fixed_width("[0-9]{3}", anchored=False) is None
    assert fixed_width("^[0-9]{3}", anchored=False) is not None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CODES), st.lists(TEXTS, max_size=40))
def test_whatever_passes__fits(pattern: str, texts: list[str]) -> None:
    assert all(re.match(pattern, text or "") for text in kept(pattern, list(texts)))


def test_pieces_of_a_column__are_sieved_alike() -> None:
    texts = [f"AB{number:06}" if number % 1000 else "AB" for number in range(30_000)]
    column = pl.concat([pl.Series(texts[:11_111]), pl.Series(texts)], rechunk=False).slice(7, 41_000)
    fixed = fixed_width("^AB[0-9]{6}$", anchored=True)
    assert fixed is not None
    left = Sieve(fixed).held_back(column)
    assert left is not None
    assert left.to_list() == [text for text in (texts[:11_111] + texts)[7:41_007] if text == "AB"]
