"""Columns that are constant, mixed, spelt in several ways, or dated impossibly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asking import only
from datasets import Check, sales, warnings
from mlgate.integrity.facts import Value
from mlgate.integrity.values import variants
from mlgate.report import Severity
from mlgate.text import plain

ROWS = 400


def ids(pattern: str) -> list[str]:
    return [pattern.format(number) for number in range(ROWS)]


def mostly(usual: str, *others: str) -> list[str]:
    return [*others, *[usual] * (ROWS - len(others))]


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({}, id="nothing is wrong"),
        pytest.param({"flag": [None, *[1.0] * (ROWS - 1)]}, id="one value or null says something"),
        pytest.param({"code": [*ids("{}")[:200], *ids("A{}")[:200]]}, id="numbers and letters by halves"),
        pytest.param({"size": mostly("small", "1", "2")}, id="a few numbers among words"),
        pytest.param({"gene": ["a", "A", "b", "B"] * 100}, id="case tells short names apart"),
        pytest.param({"name": [*ids("Name {}")[:-1], "name 0"]}, id="names that hardly repeat"),
        pytest.param({"due": pd.date_range("2200-01-01", periods=ROWS).astype(str)}, id="all dates far ahead"),
        pytest.param({"died": pd.date_range("1780-01-01", periods=ROWS).astype(str)}, id="all dates long ago"),
        pytest.param({"opened": pd.date_range("1970-01-01", periods=ROWS).astype(str)}, id="dates from the epoch on"),
        pytest.param({"n": [2**62, *[-(2**62)] * (ROWS - 1)]}, id="numbers as large as they get"),
        pytest.param({"x": [np.inf, -np.inf, *[float(n) for n in range(ROWS - 2)]]}, id="infinite values"),
    ],
)
def test_values__quiet(check: Check, columns: dict[str, list[object]]) -> None:
    assert warnings(check({"d": sales(ROWS).assign(**columns)})) == []


def test_constant__few_rows_are_not_judged(check: Check) -> None:
    assert warnings(check({"d": sales(15).assign(country="NL")})) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param(["NL"] * ROWS, "column land of d is NL in all 400 rows", id="one value"),
        pytest.param([None] * ROWS, "column land of d is null in all 400 rows", id="nulls alone"),
    ],
)
def test_constant(check: Check, values: list[object], said: str) -> None:
    found = only(check({"d": sales(ROWS).assign(land=values)}), "data/constant-column")
    assert (plain(found.message), found.key) == (said, "data/constant-column:d.land")


def test_constant__since_the_baseline(check: Check) -> None:
    before = sales(ROWS)
    found = only(check({"d": before.assign(color="red")}, {"d": before}), "data/constant-column")
    assert plain(found.message).endswith("in all 400 rows, where the baseline has 3 different values")


def test_constant__at_the_baseline_too_is_a_note(check: Check) -> None:
    frame = sales(ROWS).assign(land="NL")
    found = only(check({"d": frame}, {"d": frame.head(390)}), "data/constant-column")
    assert found.severity is Severity.INFO


def test_mixed__marks_among_numbers(check: Check) -> None:
    prices = [f"{number}.5" for number in range(ROWS)]
    prices[2] = prices[9] = "?"
    prices[5] = "12 EUR"
    found = only(check({"d": sales(ROWS).assign(price=prices)}), "data/mixed-types")
    assert plain(found.message) == (
        "column price of d is text, because 3 of 400 values (0.8 %) are no numbers: ? (lines 4 and 11), 12 EUR (line 7)"
    )
    assert str(found.location) == "data/d.csv:4"


def test_mixed__dates_in_two_formats(check: Check) -> None:
    days = pd.date_range("2024-01-01", periods=ROWS).astype(str).tolist()
    days[7] = "03/04/2024"
    found = only(check({"d": sales(ROWS).assign(day=days)}), "data/mixed-types")
    assert plain(found.message).endswith("1 of 400 values (0.2 %) is no ISO date: 03/04/2024 (line 9)")


def test_variants__case_and_spaces(check: Check) -> None:
    colors = mostly("dark blue", "Dark Blue", "dark  blue ", "red")
    found = only(check({"d": sales(ROWS).assign(color=colors)}), "data/category-variants")
    assert plain(found.message).startswith("column color of d spells 1 category in several ways, in 2 of 400 rows")


def test_variants__groups_hand_made() -> None:
    values = [Value("Red", 2), Value("red ", 5), Value("a", 3), Value("A", 1), Value("b", 1), Value(" b", 1)]
    assert [[one.text for one in group] for group in variants(values)] == [["red ", "Red"], ["b", " b"]]


@pytest.mark.parametrize(
    ("stray", "said"),
    [
        pytest.param("1970-01-01", "are dated 1970-01-01, the zero of Unix time", id="zero of Unix time"),
        pytest.param("1899-12-30", "are dated before 1900", id="zero of spreadsheets"),
        pytest.param("9999-12-31", "are dated 2100 or later", id="end of time"),
        pytest.param("2060-01-01", "are dated in the future", id="in the future"),
    ],
)
def test_dates__stray(check: Check, stray: str, said: str) -> None:
    days = pd.date_range("2023-01-01", periods=ROWS).astype(str).tolist()
    days[3] = stray
    found = only(check({"d": sales(ROWS).assign(day=days)}), "data/dates")
    assert plain(found.message).startswith(f"column day of d: 1 of 400 rows (0.2 %) {said}")
    assert found.message.endswith("(line 5)")


def test_ignore__leaves_columns_alone(check: Check) -> None:
    frame = sales(ROWS).assign(land="NL", x_mark=mostly("12", "?"))
    assert warnings(check({"d": frame}, integrity='{ignore: [d.land, "x_*"]}')) == []
