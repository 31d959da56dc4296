"""Which metric of a file the predictions give too, and whether both say the same, within what the file prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mlgate.metrics.compare import Metric
from mlgate.metrics.names import standard
from mlgate.metrics.predictions.estimators import find_estimator

# What a sum in single precision is off by; one example in a million is less than that.
_FLOAT = 2e-6
_COARSEST = 0.005
_MOST_CLASSES = 50
_OF_CLASS = ("precision", "recall", "f1")
_AVERAGES = {"macro avg": "macro", "macro_avg": "macro", "weighted avg": "weighted", "weighted_avg": "weighted"}
# Metrics of other examples than those that are predicted for, by what people call them.
_ELSEWHERE = frozenset({"train", "training", "fit", "cv"})
_PLAIN = frozenset({
    "test", "testing", "holdout", "final", "overall", "metric", "metrics", "result", "results", "score", "scores",
    "report", "summary", "performance", "model", "neg",
})  # fmt: skip
_OTHER = _ELSEWHERE | {"val", "valid", "validation", "dev", "oof", "baseline", "dummy"}
_WORDS = re.compile(r"[^a-z0-9]+")
_NOT_A_NAME = re.compile(r"[^a-z0-9_@\[\]]+")


class Candidate(NamedTuple):
    """An estimator that a metric's name may stand for, and what its value is multiplied by in the file."""

    estimator: str
    factor: float = 1.0


def candidates(key: str, classes: Sequence[str]) -> Iterator[Candidate]:
    """Yield what a metric's dotted key may stand for, the likeliest first; nothing for one of training.

    `0.recall` and `macro avg.f1-score` are read as scikit-learn's classification report writes them.
    """
    *above, last = key.split(".")
    if _ELSEWHERE & {word for part in (*above, last) for word in _WORDS.split(part.lower())}:
        return
    found = _estimator_in(_NOT_A_NAME.sub("_", last.lower()))
    if found is None:
        return
    name = found.estimator.removesuffix("_score")
    if name in _OF_CLASS:
        parent = above[-1] if above else ""
        if parent in _AVERAGES:
            yield Candidate(f"{name}_{_AVERAGES[parent]}", found.factor)
            return
        if parent in classes:
            yield Candidate(f"{name}[{parent}]", found.factor)
    yield found
    if name in _OF_CLASS:
        yield from (Candidate(f"{name}_{average}", found.factor) for average in ("macro", "weighted"))


def is_candidate(key: str) -> bool:
    """Return whether a metric's name is one that predictions may give."""
    return next(candidates(key, ()), None) is not None


def is_plain(metric: Metric, classes: Sequence[str]) -> bool:
    """Return whether a metric's name says nothing but which one it is, so that it cannot well be of other examples.

    `accuracy` and `test.f1` are plain; `val.accuracy`, `top5_accuracy`, `micro_f1` and `SFO.recall` are not, nor is
    anything in `reports/val.json`.
    """
    *above, last = metric.key.split(".")
    name = _NOT_A_NAME.sub("_", last.lower()).strip("_")
    found = _estimator_in(name)
    if found is None or _OTHER & set(_WORDS.split(metric.file.lower())):
        return False
    if above and found.estimator.removesuffix("_score") in _OF_CLASS and (above[-1] in {*_AVERAGES, *classes}):
        above.pop()
    words = {word for part in (*above, name.removesuffix(found.estimator)) for word in _WORDS.split(part.lower())}
    return words <= _PLAIN | {""}


def could_be(in_file: float, computed: float) -> bool:
    """Return whether a file's value may be the computed one, rounded to fewer digits than others of the file."""
    step = 0.5 * 10.0 ** -_decimals(in_file)
    return agrees(in_file, computed, min(step, _COARSEST) if abs(in_file) <= 1 else step)


def averages(estimator: str, classes: Sequence[str]) -> list[str]:
    """Return what else people call by the bare name of a metric of one class: that of another class, or of all."""
    name = estimator.removesuffix("_score")
    if name not in _OF_CLASS:
        return []
    return ["accuracy", *(f"{name}[{label}]" for label in classes[:_MOST_CLASSES])]


def factor_of(key: str, in_file: float, computed: float) -> float:
    """Return 100 for a share that the file has in percent, else 1."""
    known = standard(key)
    is_share = known is not None and known.scale == "share"
    return 100.0 if is_share and 1 < abs(in_file) <= 100 and abs(computed) <= 1 else 1.0


def agrees(in_file: float, computed: float, rounding: float) -> bool:
    """Return whether a file's value is the computed one as it would have been written."""
    return abs(in_file - computed) <= rounding + _FLOAT * max(1.0, abs(computed))


def roundings(metrics: Iterable[Metric]) -> dict[tuple[str, bool], float]:
    """Return how far a file's values may be rounded, by file and whether it is the head's.

    A file is taken to print all its values with as many decimals as the longest has, for trailing zeros are dropped.
    """
    decimals: dict[tuple[str, bool], int] = {}
    for metric in metrics:
        for side, is_head in ((metric.baseline, False), (metric.head, True)):
            if isinstance(side, float):
                place = (metric.file, is_head)
                decimals[place] = max(decimals.get(place, 0), _decimals(side))
    return {place: min(_COARSEST, 0.5 * 10.0**-count) for place, count in decimals.items()}


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _estimator_in(name: str) -> Candidate | None:
    """Return the longest end of a name that is an estimator: that of `val_roc_auc` is `roc_auc`."""
    words = name.strip("_").split("_")
    for start in range(len(words)):
        end = "_".join(words[start:])
        if end and find_estimator(end) is not None:
            is_negated = start > 0 and words[start - 1] == "neg"
            return Candidate(end, -1.0 if is_negated else 1.0)
    return None
