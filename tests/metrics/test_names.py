"""Which way is better, by name: known for the standard names in all their spellings, never guessed."""

from __future__ import annotations

import pytest

from mlgate.metrics.names import STANDARD, is_count, standard


@pytest.mark.parametrize(
    "key",
    [
        "profit", "score", "churn", "accuracy_std", "auc_ci_lower", "lifetime", "weight", "loss_weight", "f1_threshold",
        "confusion.tp", "macro avg", "0", "", "...", "m", "accuracyish", "rate", "total",
    ],
)  # fmt: skip
def test_standard__unknown_names_stay_unknown(key):
    assert standard(key) is None


@pytest.mark.parametrize(
    "key",
    [
        "accuracy", "ACC", "val_accuracy", "valAccuracy", "test.accuracy", "eval/accuracy", "accuracy_score",
        "accuracy.mean", "roc_auc_score", "AUC-ROC", "f1-score", "F1_macro", "weighted avg.f1-score", "precision@5",
        "ndcg@k", "mAP", "mAP_50", "r2_score", "rouge-L", "top_5_accuracy", "neg_mean_squared_error", "neg_log_loss",
        "meanIoU", "valF1", "precision.0", "test.recall.value", "recall_at_10", "R2",
    ],
)  # fmt: skip
def test_standard__higher_is_better(key):
    found = standard(key)
    assert found is not None
    assert found.better == "higher"


@pytest.mark.parametrize(
    "key",
    [
        "loss", "best_val_loss", "logLoss", "log_loss", "test.rmse", "mean_squared_error", "error_rate", "brier_score",
        "false_positive_rate", "ECE", "perplexity", "WER", "latency_ms", "latency_p95", "train_time_s", "seconds",
        "total_loss",
    ],
)  # fmt: skip
def test_standard__lower_is_better(key):
    found = standard(key)
    assert found is not None
    assert found.better == "lower"


@pytest.mark.parametrize(
    ("key", "scale"),
    [("recall", "share"), ("error_rate", "share"), ("rmse", "open"), ("train_seconds", "time")],
)
def test_standard__scale(key, scale):
    found = standard(key)
    assert found is not None
    assert found.scale == scale


def test_standard__every_name_of_the_table_is_found_by_itself():
    assert [name for name in STANDARD if standard(name) != STANDARD[name]] == []


@pytest.mark.parametrize(
    ("key", "is_one"), [("step", True), ("0.support", True), ("n_rows", True), ("error_count", False)]
)
def test_is_count(key, is_one):
    assert is_count(key) is is_one
