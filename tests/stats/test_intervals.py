"""The intervals: right by hand, right against independent implementations, and right as often as they say."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from sklearn import metrics as sklearn_metrics

from mlgate.metrics.predictions.estimators import find_estimator
from mlgate.metrics.predictions.pairs import Pairs
from mlgate.stats.estimate import Estimate
from mlgate.stats.proportions import bonett_price


def estimate(name: str, frame: pl.DataFrame, **options: str) -> Estimate:
    estimator = find_estimator(name)
    assert estimator is not None, name
    return estimator.estimate(Pairs(frame, **options))


def binary(rng: np.random.Generator, n: int) -> pl.DataFrame:
    truth = (rng.random(n) < 0.35).astype(int)
    shared = rng.normal(size=n)
    base = 1.9 * (truth - 0.5) + 0.9 * shared + 0.5 * rng.normal(size=n)
    head = 1.8 * (truth - 0.5) + 0.9 * shared + 0.5 * rng.normal(size=n)
    scores = [1 / (1 + np.exp(-1.3 * logit)) for logit in (base, head)]
    return pl.DataFrame({
        "truth": truth,
        "base_prediction": (scores[0] > 0.5).astype(int),
        "head_prediction": (scores[1] > 0.5).astype(int),
        "base_score": scores[0],
        "head_score": scores[1],
    })  # fmt: skip


def classes(rng: np.random.Generator, n: int) -> pl.DataFrame:
    truth = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    base = np.where(rng.random(n) < 0.75, truth, rng.integers(0, 4, n))
    other = np.where(rng.random(n) < 0.6, truth, rng.integers(0, 4, n))
    head = np.where(rng.random(n) < 0.85, base, other)
    return pl.DataFrame({"truth": truth, "base_prediction": base, "head_prediction": head})


def values(rng: np.random.Generator, n: int) -> pl.DataFrame:
    truth = rng.normal(10, 3, n)
    error = rng.standard_t(6, n)
    base = truth + error + 0.3 * rng.normal(size=n)
    head = truth + 1.05 * error + 0.4 * rng.normal(size=n)
    return pl.DataFrame({"truth": truth, "base_prediction": base, "head_prediction": head})


def queries(rng: np.random.Generator, n: int) -> pl.DataFrame:
    relevance = (rng.random(20 * n) < 0.2).astype(float)
    noise = rng.normal(size=20 * n)
    scores = [noise + k * relevance + 0.5 * rng.normal(size=20 * n) for k in (1.0, 0.9)]
    query = np.repeat(np.arange(n), 20)
    return pl.DataFrame({"truth": relevance, "query": query, "base_score": scores[0], "head_score": scores[1]})


BINARY = (
    "accuracy", "error_rate", "balanced_accuracy", "precision", "recall", "f1", "mcc", "roc_auc", "average_precision",
    "log_loss", "brier", "calibration_error",
)  # fmt: skip
CLASSES = ("accuracy", "balanced_accuracy", "precision_macro", "f1_macro", "precision_weighted", "f1_weighted",
           "recall[3]", "precision[3]", "f1[3]", "mcc")  # fmt: skip
VALUES = ("rmse", "mse", "mae", "mape", "r2", "quantile_loss@0.9")
QUERIES = ("ndcg@5", "recall@5")


def test_bonett_price__hand_computed() -> None:
    found = bonett_price(fixed=4, broken=9, n=98, baseline=0.9, head=0.85)
    # (5 - 10) / 100, and sqrt((0.15 - 0.05 ** 2) / 100)
    assert found.center == pytest.approx(-0.05)
    assert found.se == pytest.approx(math.sqrt(0.1475 / 100))
    low, high = found.interval(0.90)
    assert (low, high) == pytest.approx((-0.05 - 1.6448536 * found.se, -0.05 + 1.6448536 * found.se))


def naive_delong(positive: np.ndarray, base: np.ndarray, head: np.ndarray) -> tuple[float, float]:
    """DeLong's change and standard error from the whole matrix of comparisons, as the paper defines them."""

    def components(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        up, down = scores[positive], scores[~positive]
        kernel = (up[:, None] > down[None, :]) + 0.5 * (up[:, None] == down[None, :])
        return kernel.mean(axis=1), kernel.mean(axis=0)

    (base_up, base_down), (head_up, head_down) = components(base), components(head)
    up, down = np.cov(base_up, head_up), np.cov(base_down, head_down)
    covariance = up / base_up.shape[0] + down / base_down.shape[0]
    contrast = np.array([-1.0, 1.0])
    return head_up.mean() - base_up.mean(), math.sqrt(contrast @ covariance @ contrast)


@pytest.mark.parametrize("decimals", [1, 8], ids=["many ties", "no ties"])
def test_roc_auc__equals_an_independent_delong(decimals: int) -> None:
    rng = np.random.default_rng(11)
    frame = binary(rng, 700).with_columns(pl.col("base_score", "head_score").round(decimals))
    found = estimate("roc_auc", frame)
    arrays = (frame["truth"].to_numpy() == 1, frame["base_score"].to_numpy(), frame["head_score"].to_numpy())
    change, se = naive_delong(*arrays)
    assert found.change == pytest.approx(change, abs=1e-10)
    assert found.se == pytest.approx(se, abs=1e-10)


REFERENCE = {
    "accuracy": sklearn_metrics.accuracy_score,
    "balanced_accuracy": sklearn_metrics.balanced_accuracy_score,
    "precision": sklearn_metrics.precision_score,
    "recall": sklearn_metrics.recall_score,
    "f1": sklearn_metrics.f1_score,
    "mcc": sklearn_metrics.matthews_corrcoef,
    "roc_auc": sklearn_metrics.roc_auc_score,
    "average_precision": sklearn_metrics.average_precision_score,
    "log_loss": sklearn_metrics.log_loss,
    "brier": sklearn_metrics.brier_score_loss,
    "rmse": sklearn_metrics.root_mean_squared_error,
    "mse": sklearn_metrics.mean_squared_error,
    "mae": sklearn_metrics.mean_absolute_error,
    "mape": sklearn_metrics.mean_absolute_percentage_error,
    "r2": sklearn_metrics.r2_score,
    "quantile_loss@0.9": lambda *a, **k: sklearn_metrics.mean_pinball_loss(*a, alpha=0.9, **k),
    "f1_macro": lambda *a, **k: sklearn_metrics.f1_score(*a, average="macro", **k),
    "precision_macro": lambda *a, **k: sklearn_metrics.precision_score(*a, average="macro", **k),
    "recall_macro": lambda *a, **k: sklearn_metrics.recall_score(*a, average="macro", **k),
    "f1_weighted": lambda *a, **k: sklearn_metrics.f1_score(*a, average="weighted", **k),
    "precision_weighted": lambda *a, **k: sklearn_metrics.precision_score(*a, average="weighted", **k),
    "recall_weighted": lambda *a, **k: sklearn_metrics.recall_score(*a, average="weighted", **k),
}
SCORED = {"roc_auc", "average_precision", "log_loss", "brier"}


@pytest.mark.parametrize("is_weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", REFERENCE)
def test_point_values__equal_scikit_learn(name: str, *, is_weighted: bool) -> None:
    rng = np.random.default_rng(5)
    make = values if name in VALUES else classes if name.endswith(("macro", "weighted")) else binary
    frame = make(rng, 400)
    weights = rng.random(400) + 0.1
    if is_weighted:
        frame = frame.with_columns(pl.Series("weight", weights))
    found = estimate(name, frame)
    column = "score" if name in SCORED else "prediction"
    options = {"sample_weight": weights} if is_weighted else {}
    for side, value in (("base", found.baseline), ("head", found.head)):
        expected = REFERENCE[name](frame["truth"].to_numpy(), frame[f"{side}_{column}"].to_numpy(), **options)
        assert value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        (name, make)
        for names, make in ((BINARY, binary), (CLASSES, classes), (VALUES, values))
        for name in names
        if name != "recall[3]"
    ],  # its rare class gets the adjusted interval, on purpose wider
)
def test_weights_of_one__change_nothing_but_the_estimator(name: str, make: object) -> None:
    frame = make(np.random.default_rng(6), 500)  # type: ignore[operator]
    plain, weighted = estimate(name, frame), estimate(name, frame.with_columns(weight=pl.lit(1.0)))
    assert weighted.change == pytest.approx(plain.change, abs=1e-12)
    assert weighted.se == pytest.approx(plain.se, rel=0.05)


@pytest.mark.parametrize("name", ["accuracy", "f1", "roc_auc", "log_loss"])
def test_clusters__doubled_rows_are_not_new_evidence(name: str) -> None:
    frame = binary(np.random.default_rng(7), 400)
    single = estimate(name, frame.with_columns(group=pl.int_range(400)))
    doubled = estimate(name, pl.concat([frame, frame]).with_columns(group=pl.int_range(800) % 400))
    assert doubled.change == pytest.approx(single.change, abs=1e-12)
    assert doubled.se == pytest.approx(single.se, rel=0.01)


@pytest.mark.parametrize(
    ("names", "make"),
    [
        pytest.param(BINARY, binary, id="binary"),
        pytest.param(CLASSES, classes, id="classes"),
        pytest.param(VALUES, values, id="values"),
        pytest.param(QUERIES, queries, id="queries"),
    ],
)
def test_coverage__near_nominal(names: tuple[str, ...], make: object) -> None:
    """A reduced run of bench/interval_coverage.py: 300 rounds, with a standard error of 1.5 points."""
    rng = np.random.default_rng(8)
    many = make(rng, 20_000 if make is queries else 200_000)  # type: ignore[operator]
    true = {name: estimate(name, many).change for name in names}
    covered = dict.fromkeys(names, 0)
    for _ in range(300):
        frame = make(rng, 200)  # type: ignore[operator]
        for name in names:
            low, high = estimate(name, frame).interval(0.95)
            covered[name] += low <= true[name] <= high
    assert min(covered.values()) / 300 > 0.93 - 3 * 0.0147, covered


@pytest.mark.parametrize(
    ("name", "frame", "words"),
    [
        pytest.param("roc_auc", {"truth": [1, 1], "base_score": [0.1, 0.2], "head_score": [0.1, 0.2],
                                 "base_prediction": [0, 1], "head_prediction": [0, 1]}, "both classes", id="one class"),
        pytest.param("recall", {"truth": [0, 0], "base_prediction": [0, 1], "head_prediction": [0, 1]}, "no example",
                     id="no positive"),
        pytest.param("r2", {"truth": [2.0, 2.0], "base_prediction": [1.0, 2.0], "head_prediction": [1.0, 2.0]},
                     "varies", id="constant truth"),
        pytest.param("accuracy", {"truth": [0, 1], "base_prediction": [0, 1], "head_prediction": [0, 1],
                                  "weight": [0.0, 0.0]}, "weights are zero", id="weights of zero"),
        pytest.param("accuracy", {"truth": [0, 1], "base_prediction": [0, 1], "head_prediction": [0, 1],
                                  "weight": [-1.0, 2.0]}, "negative", id="negative weight"),
        pytest.param("brier", {"truth": [0, 1], "base_score": [0.1, math.nan], "head_score": [0.1, 0.2]},
                     "not finite", id="NaN score"),
        pytest.param("log_loss", {"truth": [0, 1], "base_score": [0.1, 3.0], "head_score": [0.1, 0.2]},
                     "no probabilities", id="scores beyond one"),
        pytest.param("rmse", {"truth": ["a", "b"], "base_prediction": ["a", "b"], "head_prediction": ["a", "b"]},
                     "not numbers", id="text for values"),
        pytest.param("precision", {"truth": ["a", "b", "c"], "base_prediction": ["a", "b", "c"],
                                   "head_prediction": ["a", "b", "c"]}, "3 classes", id="which of three classes"),
        pytest.param("ndcg@3", {"truth": [0, 1], "base_score": [0.1, 0.3], "head_score": [0.1, 0.2]}, "query",
                     id="no query column"),
    ],
)  # fmt: skip
def test_bad_data__said_in_words(name: str, frame: dict[str, list[object]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        estimate(name, pl.DataFrame(frame))


def test_all_ties__no_area_is_gained() -> None:
    rng = np.random.default_rng(9)
    frame = binary(rng, 100).with_columns(base_score=pl.lit(0.5), head_score=pl.lit(0.5))
    found = estimate("roc_auc", frame)
    assert (found.baseline, found.head, found.se) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize("name", ["nonsense", "recall@x", "ndcg@0", "quantile_loss@2", "accuracy[1]", "f1@5", ""])
def test_find_estimator__unknown_names(name: str) -> None:
    assert find_estimator(name) is None
