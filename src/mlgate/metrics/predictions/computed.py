"""What the predictions give for one metric: its value at each side, and the change with its uncertainty."""

from __future__ import annotations

from msgspec import Struct

from mlgate.metrics.predictions.estimator import Estimator
from mlgate.metrics.predictions.estimators import find_estimator
from mlgate.metrics.predictions.matching import Matched
from mlgate.metrics.predictions.pairs import Pairs, Side
from mlgate.stats.estimate import Estimate
from mlgate.text import amount

FEWEST = {"example": 30, "query": 30, "group": 10}
_COLUMN = {"label": "head_prediction", "value": "head_prediction", "score": "head_score"}


class Computed(Struct, frozen=True, kw_only=True):
    """One metric from predictions. `baseline` and `head` are each side's own value, over all its own examples.

    `estimate` is None where there is no baseline to compare with, or where it could not be had: `why` says why then.
    `estimator` is None for a function of the project.
    """

    name: str
    baseline: float | None = None
    head: float | None = None
    estimate: Estimate | None = None
    why: str | None = None
    estimator: Estimator | None = None


class Computer:
    """Computes metrics of one run's predictions, each once; `matched` is None where only the head has any.

    `is_lost` says that the baseline had some, and that they are out of reach.
    """

    def __init__(self, head: Pairs, matched: Matched | None, *, is_lost: bool = False) -> None:
        """Keep the predictions."""
        self.matched = matched
        self.is_lost = is_lost
        self._head = head
        self._done: dict[str, Computed] = {}

    @property
    def pairs(self) -> Pairs:
        """Return the examples that both sides have, or the head's where there is no baseline."""
        return self.matched.pairs if self.matched else self._head

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the classes, or none where the truth is no class."""
        try:
            return self.pairs.classes
        except ValueError:
            return ()

    def compute(self, name: str) -> Computed | None:
        """Return what the predictions give for the metric of this name; None where its column is not there."""
        estimator = find_estimator(name)
        if estimator is None or _COLUMN[estimator.needs] not in self.pairs.columns:
            return None
        if name not in self._done:
            self._done[name] = self._compute(name, estimator)
        return self._done[name]

    def head_value(self, name: str, *, is_weighted: bool = True) -> float | None:
        """Return the head's value of a metric alone, also without the weights, or None where it is not to be had."""
        estimator = find_estimator(name)
        pairs = self._head if is_weighted else self._head.unweighted()
        return _value(estimator, pairs, pairs.head)[0] if estimator is not None else None

    def usual(self) -> tuple[str, ...]:
        """Return the metrics that are usual for such a truth and such predictions."""
        columns, frame = self.pairs.columns, self.pairs.frame
        if "query" in columns:
            return ("ndcg@10",)
        if "head_prediction" not in columns:
            return ("roc_auc",)
        if frame["head_prediction"].dtype.is_float() and frame["truth"].dtype.is_numeric():
            return ("rmse", "mae")
        ranked = ("roc_auc",) if "head_score" in columns else ()
        return ("accuracy", "precision", "recall", *ranked) if len(self.classes) <= 2 else ("accuracy", "f1_macro")

    def _compute(self, name: str, estimator: Estimator) -> Computed:
        matched = self.matched
        if matched is None:
            head, why = _value(estimator, self._head, self._head.head)
            return Computed(name=name, head=head, why=why, estimator=estimator)
        found, why = _estimate(estimator, matched)
        baseline: float | None
        if found is not None and matched.is_whole:
            baseline, head = found.baseline, found.head
        else:
            baseline, _ = _value(estimator, matched.baseline, matched.baseline.base)
            head, _ = _value(estimator, matched.head, matched.head.head)
        few = too_few(found) if found else None
        return Computed(
            name=name,
            baseline=baseline,
            head=head,
            estimate=None if few else found,
            why=why or few,
            estimator=estimator,
        )


def _estimate(estimator: Estimator, matched: Matched) -> tuple[Estimate | None, str | None]:
    try:
        if matched.is_paired:
            return estimator.estimate(matched.pairs), None
        return estimator.unpaired(matched.baseline, matched.head), None
    except ValueError as error:
        return None, str(error)


def _value(estimator: Estimator, pairs: Pairs, side: Side) -> tuple[float | None, str | None]:
    try:
        return estimator.value(pairs, side), None
    except ValueError as error:
        return None, str(error)


def too_few(estimate: Estimate) -> str | None:
    """Return in words that an estimate rests on too few units to be believed, if it does."""
    fewest = FEWEST.get(estimate.unit, 0)
    if estimate.n >= fewest:
        return None
    noun, plural = {"query": ("query", "queries")}.get(estimate.unit, (estimate.unit, f"{estimate.unit}s"))
    verb = "decides" if estimate.n == 1 else "decide"
    return f"only {amount(estimate.n, noun, plural)} {verb} it, and noise is estimated from {fewest} on"
