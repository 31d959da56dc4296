"""Whether the predictions refute what a file says of a metric, or only leave open what it is of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from mlgate.metrics.agreement import averages, could_be, is_plain
from mlgate.metrics.compare import Metric, Refuted
from mlgate.metrics.predictions.computed import Computed, Computer

# Scores and values are often written with fewer digits than the metric was computed from.
_ROUNDED_COLUMN = 1e-3
# Metrics that tools compute in several ways: by bins, by another gain, by trapezoids, in percent.
_MANY_WAYS = ("calibration_error", "ece", "average_precision", "ap", "pr_auc", "auc_pr", "auprc", "mape", "ndcg@")
_MANY_WAYS_AT = ("recall@", "recall_at@", "mean_absolute_percentage_error")


class Reading(NamedTuple):
    """One metric of the predictions that a file's metric may be.

    `value` is what it is at the head, in the file's unit, where the file says another. `was_right` says that the
    baseline's file and the baseline's predictions agreed on it.
    """

    computed: Computed
    value: float | None
    is_head_right: bool
    was_right: bool


class Refutation(NamedTuple):
    """What speaks against a file's value, and how surely it is the same metric."""

    refuted: Refuted
    is_plain: bool
    was_right: bool

    def holds(self, used: Collection[str]) -> bool:
        """Return whether it stands, where the metrics `used` of the predictions are found elsewhere in the files."""
        return self.refuted.name not in used or (self.is_plain and self.was_right)


def refute(metric: Metric, readings: Sequence[Reading], computer: Computer, *, is_named: bool) -> Refutation | None:
    """Return what refutes the head's value, or None where it may be another metric, or of other examples.

    It is the same metric where a rule says so, where the baseline's file and predictions agreed on it, or where its
    name leaves nothing open.
    """
    head = metric.head
    known = [one for one in readings if one.value is not None]
    if not isinstance(head, float) or not known or any(one.is_head_right for one in readings):
        return None
    chosen = next((one for one in known if one.was_right), known[0])
    name = chosen.computed.name
    # Of two classes with neither of them known as the positive one the bare name says nothing.
    is_defined = readings[0].value is not None or len(computer.classes) > 2
    plain = is_defined and (is_named or is_plain(metric, computer.classes))
    if any(_is_near(head, one) for one in known) or not (chosen.was_right or plain):
        return None
    if not (chosen.was_right or is_named) and (
        name.startswith(_MANY_WAYS + _MANY_WAYS_AT) or _is_otherwise(head, known, computer)
    ):
        return None
    return Refutation(Refuted(name=name, value=chosen.value or 0.0), plain, chosen.was_right)


def _is_near(head: float, reading: Reading) -> bool:
    """Return whether rounding may explain the difference: of the file's value, or of the column of predictions."""
    value, estimator = reading.value, reading.computed.estimator
    if value is None:
        return False
    is_of_labels = estimator is not None and estimator.needs == "label"
    if not is_of_labels and abs(head - value) <= _ROUNDED_COLUMN * max(abs(head), abs(value)):
        return True
    return not reading.was_right and could_be(head, value)


def _is_otherwise(head: float, readings: Sequence[Reading], computer: Computer) -> bool:
    """Return whether the file's value is what the predictions give without weights, or for another class or average."""
    for reading in readings:
        name, own, value = reading.computed.name, reading.computed.head, reading.value
        if own is None or value is None:
            continue
        unit = value / own if own else 1.0
        others = [computer.head_value(other) for other in averages(name, computer.classes)]
        others.append(computer.head_value(name, is_weighted=False))
        if any(could_be(head, other * unit) for other in others if other is not None):
            return True
    return False
