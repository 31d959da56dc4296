"""The metrics that mlgate computes from predictions, by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlgate.metrics.predictions.estimator import Better, Counted, Estimator
from mlgate.metrics.predictions.pairs import Pairs, Side
from mlgate.stats import confusion, losses, ranking, retrieval
from mlgate.stats.influence import weighted_mean
from mlgate.text import code, nearest

if TYPE_CHECKING:
    from mlgate.metrics.predictions.estimator import Measured

_CALL = re.compile(r"^(?P<name>[a-z0-9_]+?)(?:\[(?P<label>.+)\]|@(?P<number>[0-9.]+))?$")
_AVERAGES = ("macro", "weighted")
_OF_CLASS: dict[str, Callable[[int], confusion.Metric]] = {
    "precision": confusion.precision_of,
    "recall": confusion.recall_of,
    "f1": confusion.f1_of,
}
_SCORE: dict[str, Better] = {
    "roc_auc": "higher",
    "average_precision": "higher",
    "log_loss": "lower",
    "brier": "lower",
    "calibration_error": "lower",
}
_VALUE: dict[str, Better] = {"rmse": "lower", "mse": "lower", "mae": "lower", "mape": "lower", "r2": "higher"}
_ALIASES = {
    "acc": "accuracy", "auc": "roc_auc", "auroc": "roc_auc", "auc_roc": "roc_auc", "ap": "average_precision",
    "pr_auc": "average_precision", "auc_pr": "average_precision", "auprc": "average_precision",
    "logloss": "log_loss", "cross_entropy": "log_loss", "ece": "calibration_error", "brier_loss": "brier",
    "matthews_corrcoef": "mcc", "pinball": "quantile_loss", "sensitivity": "recall", "tpr": "recall",
    "ppv": "precision",
    "root_mean_squared_error": "rmse", "mean_squared_error": "mse", "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape", "zero_one_loss": "error_rate",
}  # fmt: skip
KNOWN = (
    "accuracy", "error_rate", "balanced_accuracy", "precision", "recall", "f1", "precision_macro", "recall_macro",
    "f1_macro", "precision_weighted", "recall_weighted", "f1_weighted", "mcc", "roc_auc", "average_precision",
    "log_loss", "brier", "calibration_error", "rmse", "mse", "mae", "mape", "r2", "quantile_loss@0.9", "ndcg@10",
    "recall@10",
)  # fmt: skip


def find_estimator(name: str) -> Estimator | None:
    """Return the estimator that a name such as `accuracy`, `recall[cat]` or `ndcg@10` stands for, or None."""
    called = _CALL.match(name)
    if called is None:
        return None
    plain = called["name"].removesuffix("_score")
    base = _ALIASES.get(plain, plain)
    if called["number"] is not None:
        return _with_number(name, base, called["number"])
    if base in _OF_CLASS:
        return _of_class(name, base, called["label"])
    return None if called["label"] is not None else _plain(name, base)


def unknown_metric(name: str) -> str:
    """Return in words that there is no such metric, with its nearest neighbour."""
    close = nearest(name, KNOWN)
    return f"{code(name)} is no metric that predictions give" + (f"; did you mean {code(close)}?" if close else "")


def _plain(name: str, base: str) -> Estimator | None:
    if base in ("accuracy", "error_rate"):
        return _share_right(name, base)
    if base in ("balanced_accuracy", "mcc"):
        metric = confusion.balanced_accuracy if base == "balanced_accuracy" else confusion.mcc
        return _of_confusion(name, lambda _: metric)
    kind, _, average = base.rpartition("_")
    if kind in _OF_CLASS and average in _AVERAGES:
        found = confusion.macro(kind) if average == "macro" else confusion.weighted(kind)
        return _of_confusion(name, lambda _: found)
    if base in _SCORE:
        is_auc = base == "roc_auc"
        return Estimator(name=name, needs="score", better=_SCORE[base], measure=_scored(base), is_unbiased=is_auc)
    if base in _VALUE:
        return Estimator(name=name, needs="value", better=_VALUE[base], measure=_valued(base))
    return None


def _share_right(name: str, base: str) -> Estimator:
    def counted(pairs: Pairs) -> Counted:
        import numpy as np

        right = np.eye(len(pairs.classes), dtype=np.bool_)
        return Counted(np.ones(len(pairs.classes), dtype=np.bool_), right if base == "accuracy" else ~right)

    def measure(pairs: Pairs, side: Side) -> Measured:
        hits = side.labels == pairs.truth_labels
        return weighted_mean((hits if base == "accuracy" else ~hits).astype("float64"), pairs.weights)

    better: Better = "higher" if base == "accuracy" else "lower"
    return Estimator(name=name, needs="label", better=better, measure=measure, counted=counted)


def _of_class(name: str, base: str, label: str | None) -> Estimator:
    def metric(pairs: Pairs) -> confusion.Metric:
        return _OF_CLASS[base](pairs.class_index(label))

    if base != "recall":
        return _of_confusion(name, metric)

    def counted(pairs: Pairs) -> Counted:
        import numpy as np

        index, joint = pairs.class_index(label), pairs.joint
        if not (joint[index].any() if joint is not None else (pairs.truth_labels == index).any()):
            raise ValueError(f"no example is of the class {code(pairs.classes[index])}")
        rows = np.arange(len(pairs.classes)) == index
        return Counted(rows, np.broadcast_to(rows, (rows.shape[0], rows.shape[0])))

    def measure(pairs: Pairs, side: Side) -> Measured:
        # By the truth alone: one side may stand without the other here.
        if not (pairs.truth_labels == pairs.class_index(label)).any():
            raise ValueError(f"no example is of the class {code(pairs.classes[pairs.class_index(label)])}")
        return _measured(metric(pairs), pairs, side)

    return Estimator(name=name, needs="label", better="higher", measure=measure, counted=counted)


def _with_number(name: str, base: str, number: str) -> Estimator | None:
    if base == "quantile_loss":
        return _quantile_loss(name, number)
    of = {"ndcg": retrieval.ndcg, "recall": retrieval.recall, "recall_at": retrieval.recall}.get(base)
    if of is None or not number.isdigit() or int(number) < 1:
        return None
    k = int(number)

    def measure(pairs: Pairs, side: Side) -> Measured:
        import numpy as np

        # A query without anything relevant is none on either side.
        values = of(pairs.queries, pairs.truth, side.scores, k)
        judged = np.isfinite(values)
        if not judged.any():
            raise ValueError("no query has anything relevant")
        return weighted_mean(values[judged], None)

    return Estimator(name=name, needs="score", better="higher", measure=measure, by_query=True)


def _quantile_loss(name: str, number: str) -> Estimator | None:
    try:
        level = float(number)
    except ValueError:
        return None
    if not 0 < level < 1:
        return None
    return Estimator(
        name=name,
        needs="value",
        better="lower",
        measure=lambda pairs, side: losses.quantile_loss(pairs.truth, side.values, level, pairs.weights),
    )


def _of_confusion(name: str, metric_of: Callable[[Pairs], confusion.Metric]) -> Estimator:
    return Estimator(
        name=name,
        needs="label",
        better="higher",
        measure=lambda pairs, side: _measured(metric_of(pairs), pairs, side),
        confusion=metric_of,
    )


def _measured(metric: confusion.Metric, pairs: Pairs, side: Side) -> Measured:
    counts = confusion.count(pairs.truth_labels, side.labels, len(pairs.classes), pairs.weights)
    found = metric(counts)
    influence = confusion.influence(found, counts, pairs.truth_labels, side.labels)
    if pairs.weights is not None:
        influence = influence * pairs.weights * (pairs.n / float(pairs.weights.sum()))
    return found.value, influence


def _scored(base: str) -> Callable[[Pairs, Side], Measured]:
    def measure(pairs: Pairs, side: Side) -> Measured:
        pairs.require_two_classes()
        positive = pairs.positive_rows
        if base == "roc_auc":
            return ranking.roc_auc(positive, side.scores, pairs.weights)
        if base == "average_precision":
            return ranking.average_precision(positive, side.scores, pairs.weights)
        truth, scores = positive.astype("float64"), side.probabilities
        loss = {
            "log_loss": losses.binary_log_loss,
            "brier": losses.brier,
            "calibration_error": losses.calibration_error,
        }
        return loss[base](truth, scores, pairs.weights)

    return measure


def _valued(base: str) -> Callable[[Pairs, Side], Measured]:
    loss = {"rmse": losses.rmse, "mse": losses.mse, "mae": losses.mae, "mape": losses.mape, "r2": losses.r2}[base]
    return lambda pairs, side: loss(pairs.truth, side.values, pairs.weights)
