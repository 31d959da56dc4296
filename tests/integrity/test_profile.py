"""The profile of a dataset beside the baseline's."""

from __future__ import annotations

import pandas as pd
import pytest

from datasets import Check, sales
from mlgate.drift.wording import number
from mlgate.integrity.profile import _share_below, _spans
from mlgate.report import Outcome, Table
from mlgate.text import plain


def profiles(outcome: Outcome) -> list[Table]:
    return [table for table in outcome.tables if table.title.startswith("Profile")]


def cells(table: Table) -> dict[str, list[str]]:
    return {plain(row.cells[0]): [plain(cell) for cell in row.cells[1:]] for row in table.rows}


@pytest.mark.parametrize("seed", [pytest.param(0, id="unchanged"), pytest.param(1, id="another sample")])
def test_profile__quiet_where_nothing_moved(check: Check, seed: int) -> None:
    outcome = check({"d": sales(400, seed).drop(columns="id")}, {"d": sales(400).drop(columns="id")})
    assert profiles(outcome) == []


def test_profile__what_changed_beside_the_baseline(check: Check) -> None:
    now = sales(300).assign(size=1.5, price=lambda rows: rows["price"] + 20)
    now.loc[:59, "color"] = None
    outcome = check({"d": now}, {"d": sales(400)})
    (table,) = profiles(outcome)
    found = cells(table)
    assert (plain(table.title), table.folded) == ("Profile of d against HEAD~1: 4 columns changed", True)
    assert next(iter(found)) == "price"
    kind, nulls, _, before, after, what = found["price"]
    assert (kind, nulls, len(before), len(after)) == ("float64", "0.0 %", 8, 8)
    assert what.startswith("median 49.5 → 69.24, 90 % in ")
    assert found["color"][1] == "0.0 % → 20.0 %"
    assert found["size"][-1] == "new"
    assert plain(outcome.tables[0].rows[0].cells[1]) == "300, was 400"


def test_profile__columns_that_are_gone(check: Check) -> None:
    (table,) = profiles(check({"d": sales(400).drop(columns=["price", "color"])}, {"d": sales(400)}))
    found = cells(table)
    assert plain(table.title).endswith("2 columns changed")
    assert {name: row[-1] for name, row in found.items()} == {"price": "gone", "color": "gone"}
    assert found["price"][:3] == ["float64", "0.0 %", str(sales(400)["price"].nunique())]
    assert (len(found["price"][3]), found["price"][4]) == (8, "")
    assert table.note == "4 more columns as before"


def far() -> pd.DataFrame:
    now = sales(400)
    now.loc[[3, 50, 90, 200, 300, 399], "price"] = 99999
    now.loc[7, "weight"] = -1
    return now


def test_profile__ends_far_beyond_the_baseline(check: Check) -> None:
    (table,) = profiles(check({"d": far()}, {"d": sales(400)}))
    found = cells(table)
    assert list(found) == ["price", "weight"]
    high, low = number(sales(400)["price"].max()), number(sales(400)["weight"].min())
    assert found["price"][-1].startswith(f"max {high} → 99,999, median ")
    assert found["weight"][-1].startswith(f"min {low} → −1, median ")


def test_profile__ends_are_named_where_no_values_may_be_shown(check: Check) -> None:
    (table,) = profiles(check({"d": far()}, {"d": sales(400)}, examples=0))
    assert {name: row[-1] for name, row in cells(table).items()} == {
        "price": "max far beyond the baseline's",
        "weight": "min far beyond the baseline's",
    }


def test_profile__an_infinite_end(check: Check) -> None:
    now = sales(400)
    now.loc[3, "weight"] = float("inf")
    (table,) = profiles(check({"d": now}, {"d": sales(400)}))
    assert "→ infinite, median" in cells(table)["weight"][-1]


@pytest.mark.parametrize("seed", range(1, 6))
def test_profile__quiet_about_ends_of_other_samples_and_of_ids_that_grow(check: Check, seed: int) -> None:
    (before, now) = (sales(rows, seed) for rows in (400, 480))
    columns = ["id", "price", "weight", "bought"]
    assert profiles(check({"d": now[columns]}, {"d": before[columns]})) == []


def test_profile__of_a_new_dataset_shows_every_column(check: Check) -> None:
    (table,) = profiles(check({"d": sales(400)}))
    found = cells(table)
    assert list(found) == ["id", "at", "price", "weight", "color", "bought"]
    assert found["color"][-1].count(" %") == 3
    assert found["at"][-1] == "median 2024-01-09, 90 % in 2024-01-01 to 2024-01-16"


def test_profile__no_values_where_none_may_be_shown(check: Check) -> None:
    (table,) = profiles(check({"d": sales(400)}, examples=0))
    assert {row[-1] for row in cells(table).values()} == {""}


def test_shares__hand_computed() -> None:
    quantiles = [0.0, 1.0, 2.0, 4.0, 8.0]
    assert [_share_below(quantiles, value) for value in (-1, 0, 0.5, 3, 8, 9)] == [0, 0, 0.125, 0.625, 1, 1]
    assert _share_below([0, 5, 5, 5, 9], 5) == 0.75
    assert _spans(quantiles, 0, 8) == pytest.approx([0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.0625, 0.0625])
