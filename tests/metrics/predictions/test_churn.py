"""What changed between two models' predictions, in a table."""

from __future__ import annotations

import polars as pl
import pytest

from mlgate.metrics.predictions.churn import churn_table
from mlgate.metrics.predictions.pairs import Pairs


def cells(frame: pl.DataFrame) -> tuple[str, dict[str, str]]:
    table = churn_table(Pairs(frame))
    assert table is not None
    assert table.folded
    return table.title, {row.cells[0]: row.cells[1] for row in table.rows}


def test_churn__labels() -> None:
    frame = pl.DataFrame({
        "truth":           ["a", "a", "b", "c", "c", "a"],
        "base_prediction": ["a", "a", "a", "a", "c", "a"],
        "head_prediction": ["a", "b", "b", "b", "c", "a"],
    })  # fmt: skip
    title, found = cells(frame)
    assert title == "Predictions: 50.0 % changed, 1 broken, 1 fixed"
    assert found == {
        "broken: right at the baseline, wrong now": "1",
        "fixed: wrong at the baseline, right now": "1",
        "changed, and wrong both times": "1",
        "the same prediction": "3",
        "`a` became `b`": "3",
    }


def test_churn__values() -> None:
    frame = pl.DataFrame(
        {"truth": [1.0, 2.0, 3.0], "base_prediction": [1.5, 2.0, 3.0], "head_prediction": [1.0, 2.5, 3.0]}
    )
    title, found = cells(frame)
    assert title == "Predictions: 66.7 % changed, 1 further from the truth, 1 closer"
    assert found["mean size of a prediction's change"] == "0.333333"


def test_churn__scores_alone() -> None:
    frame = pl.DataFrame({"truth": [1, 0], "base_score": [0.5, 0.5], "head_score": [0.6, 0.7]})
    assert cells(frame)[0] == "Scores: 100.0 % changed, 1 further from the truth, 1 closer"


@pytest.mark.parametrize(
    ("changed", "n", "share"), [(0, 10, "0.0 %"), (1, 10_000, "< 0.1 %"), (9_999, 10_000, "> 99.9 %")]
)
def test_churn__a_share_never_rounds_to_none_or_all(changed: int, n: int, share: str) -> None:
    rows = pl.int_range(n, eager=True)
    frame = pl.DataFrame(
        {"truth": rows * 0, "base_prediction": rows * 0, "head_prediction": (rows < changed).cast(pl.Int64)}
    )
    assert cells(frame)[0].startswith(f"Predictions: {share} changed")


def test_churn__nothing_where_predictions_are_missing() -> None:
    frame = pl.DataFrame({"truth": [1, 0], "base_prediction": [1, None], "head_prediction": [1, 0]})
    assert churn_table(Pairs(frame)) is None
