"""The profile of a dataset beside the baseline's."""

from __future__ import annotations

import pytest

from datasets import Check, sales
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
