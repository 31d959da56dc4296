"""The arrays behind the estimators: parts, tables, classes; what is read by parts is what is read by rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mlgate.metrics.config import PredictionsConfig
from mlgate.metrics.predictions.estimators import KNOWN, find_estimator
from mlgate.metrics.predictions.pairs import Pairs
from mlgate.metrics.predictions.slices import find_parts


def frame(n: int, classes: int = 3) -> pl.DataFrame:
    rng = np.random.default_rng(8)
    truth = rng.integers(0, classes, n)
    base = np.where(rng.random(n) < 0.8, truth, rng.integers(0, classes, n))
    head = np.where(rng.random(n) < 0.9, base, rng.integers(0, classes, n))
    return pl.DataFrame({
        "truth": truth, "base_prediction": base, "head_prediction": head,
        "base_score": rng.random(n), "head_score": rng.random(n), "slice:shop": [f"s{i % 7}" for i in range(n)],
    })  # fmt: skip


OF_LABELS = [name for name in KNOWN if name not in ("precision", "recall", "f1")] + [
    "recall[2]",
    "precision[1]",
    "f1[0]",
]


@pytest.mark.parametrize("name", [name for name in OF_LABELS if find_estimator(name).needs == "label"])  # type: ignore[union-attr]
def test_estimate__by_the_table_is_that_by_rows(name: str) -> None:
    estimator = find_estimator(name)
    assert estimator is not None
    by_table = estimator.estimate(Pairs(frame(500)))
    by_rows = estimator.estimate(Pairs(frame(500).with_columns(group=pl.int_range(500))))
    assert (by_table.baseline, by_table.head) == pytest.approx((by_rows.baseline, by_rows.head))
    if estimator.counted is None:
        assert (by_table.se, by_table.df) == pytest.approx((by_rows.se, by_rows.df))


@pytest.mark.parametrize("name", ["accuracy", "recall[1]", "f1_macro", "mcc", "roc_auc", "log_loss", "brier"])
def test_parts__are_what_their_rows_are(name: str) -> None:
    whole = frame(700, 2)
    config = PredictionsConfig(path="p.csv", id="id", truth="t", prediction="p", slices=("shop",))
    estimator = find_estimator(name)
    assert estimator is not None
    parts = list(find_parts(Pairs(whole), config))
    assert sorted(part.name for part in parts) == [f"shop=s{i}" for i in range(7)]
    for part in parts:
        rows = whole.filter(pl.col("slice:shop") == part.value)
        assert part.pairs.n == rows.height
        one, other = estimator.estimate(part.pairs), estimator.estimate(Pairs(rows))
        assert (one.change, one.se) == pytest.approx((other.change, other.se))


def test_parts__missing_values_are_a_slice() -> None:
    whole = frame(30).with_columns(pl.Series("slice:shop", ["a", None, "b"] * 10))
    config = PredictionsConfig(path="p.csv", id="id", truth="t", prediction="p", slices=("shop",))
    assert {part.name: part.pairs.n for part in find_parts(Pairs(whole), config)} == {
        "shop=a": 10, "shop=b": 10, "shop=(missing)": 10,
    }  # fmt: skip


def test_parts__clusters_are_counted_anew() -> None:
    whole = frame(70).with_columns(group=pl.int_range(70) // 7 * 10)
    part = Pairs(whole).part(slice(0, 14), 14)
    assert part.clusters is not None
    assert part.clusters.tolist() == [0] * 7 + [1] * 7


@pytest.mark.parametrize(
    ("values", "positive"),
    [
        pytest.param([0, 1], "1", id="0 and 1"),
        pytest.param([-1, 1], "1", id="minus one and one"),
        pytest.param([0.0, 1.0], "1", id="0.0 and 1.0"),
        pytest.param(["no", "yes"], "yes", id="yes and no"),
        pytest.param(["False", "True"], "True", id="words of Python"),
        pytest.param([0, 0], "1", id="nothing but zero"),
    ],
)
def test_positive__is_plain(values: list[object], positive: str) -> None:
    assert Pairs(pl.DataFrame({"truth": values})).positive == positive


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param(["cat", "dog"], "which class is positive", id="two words"),
        pytest.param(["a", "b", "c"], "there are 3 classes", id="three classes"),
        pytest.param(list(range(1_001)), "too many to be classes", id="numbers"),
    ],
)
def test_positive__is_asked_for(values: list[object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _ = Pairs(pl.DataFrame({"truth": values})).positive


def test_codes__text_numbers_and_flags_are_the_same_classes() -> None:
    mixed = pl.DataFrame({"truth": ["0", "1"], "base_prediction": [0.0, 1.0], "head_prediction": [1, 0]})
    pairs = Pairs(mixed)
    assert (pairs.classes, pairs.base.labels.tolist(), pairs.head.labels.tolist()) == (("0", "1"), [0, 1], [1, 0])
