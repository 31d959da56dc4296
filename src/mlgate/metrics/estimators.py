"""The metrics that mlgate computes from predictions: their names, and how each change gets its interval."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from mlgate.metrics.pairs import Pairs, Side
from mlgate.stats import confusion, losses, ranking, retrieval
from mlgate.stats.estimate import Estimate
from mlgate.stats.influence import from_influence, weighted_mean
from mlgate.stats.proportions import bonett_price
from mlgate.text import code, nearest

if TYPE_CHECKING:
    from mlgate.stats.influence import Floats

    Measured = tuple[float, Floats]

MIN_EXAMPLES = 30


class Estimator(Struct, frozen=True, kw_only=True):
    """One metric that predictions give. `needs` is the column it is computed from: labels, a score, or values."""

    name: str
    needs: Literal["label", "score", "value"]
    better: Literal["higher", "lower"]
    estimate: Callable[[Pairs], Estimate]


_CALL = re.compile(r"^(?P<name>[a-z0-9_]+?)(?:\[(?P<label>.+)\]|@(?P<number>[0-9.]+))?$")
_AVERAGES = ("macro", "weighted")
_SCORE = {
    "roc_auc": "higher",
    "average_precision": "higher",
    "log_loss": "lower",
    "brier": "lower",
    "calibration_error": "lower",
}
_VALUE = {"rmse": "lower", "mse": "lower", "mae": "lower", "mape": "lower", "r2": "higher"}
_ALIASES = {
    "acc": "accuracy", "auc": "roc_auc", "auroc": "roc_auc", "auc_roc": "roc_auc", "ap": "average_precision",
    "pr_auc": "average_precision", "f1_score": "f1", "logloss": "log_loss", "brier_score": "brier", "ece": "calibration_error",
    "matthews_corrcoef": "mcc", "pinball": "quantile_loss", "r2_score": "r2",
}  # fmt: skip
KNOWN = (
    "accuracy", "error_rate", "balanced_accuracy", "precision", "recall", "f1", "precision_macro", "recall_macro",
    "f1_macro", "precision_weighted", "recall_weighted", "f1_weighted", "mcc", "roc_auc", "average_precision",
    "log_loss", "brier", "calibration_error", "rmse", "mse", "mae", "mape", "r2", "quantile_loss", "ndcg", "recall_at",
)  # fmt: skip


def find_estimator(name: str) -> Estimator | None:
    """Return the estimator that a name stands for: `accuracy`, `f1_macro`, `recall[cat]`, `ndcg@10`; None if unknown."""
    called = _CALL.match(name)
    if called is None:
        return None
    base = _ALIASES.get(called["name"], called["name"])
    if called["number"] is not None:
        return _with_number(name, base, called["number"])
    if called["label"] is not None or base in ("precision", "recall", "f1"):
        return _of_class(name, base, called["label"])
    return _plain(name, base)


def unknown_metric(name: str) -> str:
    """Return in words that there is no such metric, with its nearest neighbour."""
    close = nearest(name, KNOWN)
    return f"{code(name)} is no metric that predictions give" + (f"; did you mean {code(close)}?" if close else "")


def _plain(name: str, base: str) -> Estimator | None:
    if base in ("accuracy", "error_rate"):
        better: Literal["higher", "lower"] = "higher" if base == "accuracy" else "lower"
        return Estimator(name=name, needs="label", better=better, estimate=lambda pairs: _share_right(pairs, base))
    if base in ("balanced_accuracy", "mcc"):
        metric = confusion.balanced_accuracy if base == "balanced_accuracy" else confusion.mcc
        return Estimator(name=name, needs="label", better="higher", estimate=_confusion(lambda _: metric))
    kind, _, average = base.rpartition("_")
    if kind in ("precision", "recall", "f1") and average in _AVERAGES:
        found = confusion.macro(kind) if average == "macro" else confusion.weighted(kind)
        return Estimator(name=name, needs="label", better="higher", estimate=_confusion(lambda _: found))
    if base in _SCORE:
        return Estimator(name=name, needs="score", better=_direction(_SCORE[base]), estimate=_scored(base))
    if base in _VALUE:
        return Estimator(name=name, needs="value", better=_direction(_VALUE[base]), estimate=_valued(base))
    return None


def _direction(word: str) -> Literal["higher", "lower"]:
    return "higher" if word == "higher" else "lower"


def _of_class(name: str, base: str, label: str | None) -> Estimator | None:
    of: dict[str, Callable[[int], confusion.Metric]] = {
        "precision": confusion.precision_of,
        "recall": confusion.recall_of,
        "f1": confusion.f1_of,
    }
    metric = of.get(base)
    if metric is None:
        return None

    def estimate(pairs: Pairs) -> Estimate:
        index = pairs.class_index(label)
        if base == "recall":
            return _recall(pairs, index)
        return _confusion(lambda _: metric(index))(pairs)

    return Estimator(name=name, needs="label", better="higher", estimate=estimate)


def _with_number(name: str, base: str, number: str) -> Estimator | None:
    if base == "quantile_loss":
        level = float(number)
        if not 0 < level < 1:
            return None
        return Estimator(
            name=name,
            needs="value",
            better="lower",
            estimate=_sided(lambda pairs, side: losses.quantile_loss(pairs.truth, side.values, level, pairs.weights)),
        )
    metric = {"ndcg": retrieval.ndcg, "recall": retrieval.recall, "recall_at": retrieval.recall}.get(base)
    if metric is None or not number.isdigit() or int(number) < 1:
        return None
    k = int(number)

    def estimate(pairs: Pairs) -> Estimate:
        import numpy as np

        queries = pairs.queries
        before = metric(queries, pairs.truth, pairs.base.scores, k)
        after = metric(queries, pairs.truth, pairs.head.scores, k)
        judged = np.isfinite(before) & np.isfinite(after)
        if not judged.any():
            raise ValueError("no query has anything relevant")
        old, by_old = weighted_mean(before[judged], None)
        new, by_new = weighted_mean(after[judged], None)
        return from_influence(old, new, by_new - by_old, method="paired by query")

    return Estimator(name=name, needs="score", better="higher", estimate=estimate)


def _share_right(pairs: Pairs, base: str) -> Estimate:
    before, after = pairs.base.labels == pairs.truth_labels, pairs.head.labels == pairs.truth_labels
    if base == "error_rate":
        before, after = ~before, ~after
    return _proportion(pairs, before, after)


def _recall(pairs: Pairs, index: int) -> Estimate:
    rows = pairs.truth_labels == index
    if not rows.any():
        raise ValueError(f"no example is of the class {code(pairs.classes[index])}")
    if pairs.weights is not None or pairs.clusters is not None:
        return _confusion(lambda _: confusion.recall_of(index))(pairs)
    return _counted(pairs.base.labels[rows] == index, pairs.head.labels[rows] == index)


def _proportion(pairs: Pairs, before: object, after: object) -> Estimate:
    import numpy as np

    one, other = np.asarray(before), np.asarray(after)
    if pairs.weights is None and pairs.clusters is None:
        return _counted(one, other)
    old, by_old = weighted_mean(one.astype(np.float64), pairs.weights)
    new, by_new = weighted_mean(other.astype(np.float64), pairs.weights)
    disagreement = float((one != other).mean())
    return from_influence(
        old, new, by_new - by_old, method=pairs.method, clusters=pairs.clusters, disagreement=disagreement
    )


def _counted(before: object, after: object) -> Estimate:
    import numpy as np

    one, other = np.asarray(before), np.asarray(after)
    n = one.shape[0]
    right_before, right_after = int(np.count_nonzero(one)), int(np.count_nonzero(other))
    both = int(np.count_nonzero(one & other))
    return bonett_price(
        fixed=right_after - both, broken=right_before - both, n=n, baseline=right_before / n, head=right_after / n
    )


def _sided(measure: Callable[[Pairs, Side], Measured], *, is_unbiased: bool = False) -> Callable[[Pairs], Estimate]:
    """Return the estimate of a metric from its value and influence values at each side."""

    def estimate(pairs: Pairs) -> Estimate:
        old, by_old = measure(pairs, pairs.base)
        new, by_new = measure(pairs, pairs.head)
        influence = by_new - by_old
        return from_influence(
            old, new, influence, method=pairs.method, clusters=pairs.clusters, is_unbiased=is_unbiased
        )

    return estimate


def _confusion(metric_of: Callable[[Pairs], confusion.Metric]) -> Callable[[Pairs], Estimate]:
    def measure(pairs: Pairs, side: Side) -> Measured:
        metric = metric_of(pairs)
        counts = confusion.count(pairs.truth_labels, side.labels, len(pairs.classes), pairs.weights)
        found = metric(counts)
        influence = confusion.influence(found, counts, pairs.truth_labels, side.labels)
        if pairs.weights is not None:
            influence = influence * pairs.weights * (pairs.n / float(pairs.weights.sum()))
        return found.value, influence

    return _sided(measure)


def _scored(base: str) -> Callable[[Pairs], Estimate]:
    def measure(pairs: Pairs, side: Side) -> Measured:
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

    return _sided(measure, is_unbiased=base == "roc_auc")


def _valued(base: str) -> Callable[[Pairs], Estimate]:
    loss = {"rmse": losses.rmse, "mse": losses.mse, "mae": losses.mae, "mape": losses.mape, "r2": losses.r2}[base]
    return _sided(lambda pairs, side: loss(pairs.truth, side.values, pairs.weights))
