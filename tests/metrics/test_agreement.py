"""Which metric of a file the predictions give too."""

from __future__ import annotations

import pytest

from mlgate.metrics.agreement import agrees, candidates, factor_of, roundings
from mlgate.metrics.compare import Metric


@pytest.mark.parametrize(
    "key",
    [
        "train.accuracy",
        "train_accuracy",
        "fit.f1",
        "cv.auc",
        "seconds",
        "loss",
        "precision@5",
        "rows",
        "recall_at_home",
    ],
)
def test_candidates__none(key: str) -> None:
    assert list(candidates(key, ())) == []


@pytest.mark.parametrize(
    ("key", "first", "factor"),
    [
        ("accuracy", "accuracy", 1),
        ("test.recall", "recall", 1),
        ("val_roc_auc", "roc_auc", 1),
        ("test/balanced_accuracy_score", "balanced_accuracy_score", 1),
        ("neg_log_loss", "log_loss", -1),
        ("neg_root_mean_squared_error", "root_mean_squared_error", -1),
        ("f1-score", "f1_score", 1),
        ("f1_macro", "f1_macro", 1),
        ("ndcg@10", "ndcg@10", 1),
        ("macro avg.f1-score", "f1_macro", 1),
        ("weighted avg.precision", "precision_weighted", 1),
        ("cat.recall", "recall[cat]", 1),
        ("dog.recall", "recall", 1),
    ],
)
def test_candidates__the_likeliest_first(key: str, first: str, factor: float) -> None:
    assert next(iter(candidates(key, ("cat", "mouse")))) == (first, factor)


def test_candidates__an_average_where_the_plain_name_may_mean_one() -> None:
    assert [one.estimator for one in candidates("f1", ())] == ["f1", "f1_macro", "f1_weighted"]


@pytest.mark.parametrize(
    ("in_file", "computed", "values", "same"),
    [
        pytest.param(0.968421, 0.96842105, (0.968421,), True, id="six decimals"),
        pytest.param(0.968431, 0.96842105, (0.968431,), False, id="a hundred-thousandth edited"),
        pytest.param(0.97, 0.96842105, (0.97,), True, id="two decimals"),
        pytest.param(0.9, 0.94, (0.9,), False, id="one decimal is not taken for rounding"),
        pytest.param(0.9, 0.9004, (0.9, 0.912345), False, id="trailing zeros of a file of six decimals"),
        pytest.param(0.96842104, 0.96842105263, (0.9684210419654846,), True, id="single precision"),
    ],
)
def test_agrees__to_the_digits_that_the_file_prints(
    in_file: float, computed: float, values: tuple[float, ...], same: bool
) -> None:
    metrics = [
        Metric(name=str(i), file="m.json", key=str(i), baseline=None, head=value) for i, value in enumerate(values)
    ]
    assert agrees(in_file, computed, roundings(metrics)["m.json", True]) is same


@pytest.mark.parametrize(
    ("key", "in_file", "computed", "factor"),
    [
        ("accuracy", 91.2, 0.912, 100),
        ("accuracy", 0.912, 0.912, 1),
        ("rmse", 91.2, 0.912, 1),
        ("accuracy", 1.0, 1.0, 1),
    ],
)
def test_factor__of_a_share_in_percent(key: str, in_file: float, computed: float, factor: float) -> None:
    assert factor_of(key, in_file, computed) == factor
