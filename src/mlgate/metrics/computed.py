"""What the predictions give for one metric: its value at each side, and the change with its uncertainty."""

from __future__ import annotations

from msgspec import Struct

from mlgate.metrics.estimator import Estimator
from mlgate.metrics.estimators import find_estimator
from mlgate.metrics.matching import Matched
from mlgate.metrics.pairs import Pairs
from mlgate.stats.estimate import Estimate
from mlgate.text import amount

FEWEST = {"example": 30, "query": 30, "group": 10}
_COLUMN = {"label": "head_prediction", "value": "head_prediction", "score": "head_score"}


class Computed(Struct, frozen=True, kw_only=True):
    """One metric from predictions. `baseline` and `head` are each side's own value, over all its own examples.

    `estimate` is None where there is no baseline to compare with, or where it could not be had: `why` says why then.
    """

    estimator: Estimator
    baseline: float | None = None
    head: float | None = None
    estimate: Estimate | None = None
    why: str | None = None


class Computer:
    """Computes metrics of one run's predictions, each once; `baseline` is None where only the head has any."""

    def __init__(self, head: Pairs, matched: Matched | None) -> None:
        """Keep the predictions."""
        self._head = head
        self._matched = matched
        self._done: dict[str, Computed] = {}

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the classes, or none where the truth is no class."""
        try:
            return (self._matched.pairs if self._matched else self._head).classes
        except ValueError:
            return ()

    def can(self, estimator: Estimator) -> bool:
        """Return whether the column is there that a metric is computed from."""
        return _COLUMN[estimator.needs] in self._head.columns

    def compute(self, name: str) -> Computed | None:
        """Return what the predictions give for the metric of this name; None where its column is not there."""
        estimator = find_estimator(name)
        if estimator is None or not self.can(estimator):
            return None
        if name not in self._done:
            self._done[name] = self._compute(estimator)
        return self._done[name]

    def _compute(self, estimator: Estimator) -> Computed:
        matched = self._matched
        try:
            if matched is None:
                return Computed(estimator=estimator, head=estimator.value(self._head, self._head.head))
            if matched.is_whole:
                found = estimator.estimate(matched.pairs)
                baseline, head = found.baseline, found.head
            else:
                baseline = estimator.value(matched.baseline, matched.baseline.base)
                head = estimator.value(matched.head, matched.head.head)
                if matched.is_paired:
                    found = estimator.estimate(matched.pairs)
                else:
                    found = estimator.unpaired(matched.baseline, matched.head)
        except ValueError as error:
            return Computed(estimator=estimator, why=str(error))
        why = too_few(found)
        return Computed(
            estimator=estimator, baseline=baseline, head=head, estimate=None if why else found, why=why
        )


def too_few(estimate: Estimate) -> str | None:
    """Return in words that an estimate rests on too few units to be believed, if it does."""
    fewest = FEWEST.get(estimate.unit, 0)
    if estimate.n >= fewest:
        return None
    noun, plural = {"query": ("query", "queries")}.get(estimate.unit, (estimate.unit, f"{estimate.unit}s"))
    verb = "decides" if estimate.n == 1 else "decide"
    return f"only {amount(estimate.n, noun, plural)} {verb} it, and noise is estimated from {fewest} on"
