"""Files of predictions for tests, and the metrics that follow from them, by scikit-learn."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import polars as pl
from sklearn import metrics as sklearn_metrics

PATH = "out/predictions.csv"
COLUMNS = "path: out/predictions.csv, id: id, truth: truth, prediction: prediction"
_OF_LABELS = {
    "accuracy": sklearn_metrics.accuracy_score,
    "recall": sklearn_metrics.recall_score,
    "precision": sklearn_metrics.precision_score,
    "f1": sklearn_metrics.f1_score,
}
_OF_SCORES = {"roc_auc": sklearn_metrics.roc_auc_score, "log_loss": sklearn_metrics.log_loss}
_OF_VALUES = {"rmse": sklearn_metrics.root_mean_squared_error, "mae": sklearn_metrics.mean_absolute_error}


def labelled(n: int, wrong: Collection[int] = ()) -> pl.DataFrame:
    """Return `n` examples, every second of them positive, predicted rightly but for those in `wrong`."""
    ids = np.arange(n)
    truth = ids % 2
    is_wrong = np.isin(ids, list(wrong))
    return pl.DataFrame({"id": ids, "truth": truth, "prediction": np.where(is_wrong, 1 - truth, truth)})


def scored(n: int, seed: int, noise: float = 0.0) -> pl.DataFrame:
    """Return `n` examples with a score for each; the same seed with more noise is a slightly other model."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.4).astype(int)
    logit = 1.5 * (2 * truth - 1) + rng.normal(size=n)
    logit = logit + noise * np.random.default_rng(seed + 1).normal(size=n)
    score = 1 / (1 + np.exp(-logit))
    return pl.DataFrame({"id": np.arange(n), "truth": truth, "prediction": (score > 0.5).astype(int), "score": score})


def valued(n: int, seed: int, noise: float = 0.0) -> pl.DataFrame:
    """Return `n` examples with a number predicted for each."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(10, 3, n)
    error = rng.normal(size=n)
    more = noise * np.random.default_rng(seed + 1).normal(size=n)
    return pl.DataFrame({"id": np.arange(n), "truth": truth, "prediction": truth + error + more})


def values(frame: pl.DataFrame, *names: str) -> dict[str, float]:
    """Return metrics of predictions, rounded as a stage would."""
    found = {}
    for name in names:
        function = (_OF_LABELS | _OF_SCORES | _OF_VALUES)[name]
        column = "score" if name in _OF_SCORES else "prediction"
        found[name] = round(float(function(frame["truth"].to_numpy(), frame[column].to_numpy())), 6)
    return found


def files(frame: pl.DataFrame, *names: str, more: Mapping[str, Any] | None = None) -> dict[str, str | bytes]:
    """Return the file of predictions, and a `metrics.json` with these metrics of it and `more` values beside them."""
    return {PATH: frame.write_csv(), "metrics.json": json.dumps({**values(frame, *names), **(more or {})}, indent=1)}


def config(more: str = "", beside: str = "") -> str:
    """Return a config that names the predictions, with `more` about them and `beside` about the metrics."""
    about = f"{COLUMNS}, {more}" if more else COLUMNS
    return f"metrics: {{predictions: {{{about}}}{f', {beside}' if beside else ''}}}\n"
