"""The metrics on slices of the examples, by the values of a column: where a change hurts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from mlgate.metrics.compare import Judgement, Metric, moved
from mlgate.metrics.config import PredictionsConfig
from mlgate.metrics.noise.evidence import Given
from mlgate.metrics.predictions.computed import too_few
from mlgate.metrics.predictions.pairs import Pairs
from mlgate.stats.corrections import benjamini_hochberg
from mlgate.stats.decision import LEVEL, Decided, decide
from mlgate.stats.estimate import Estimate
from mlgate.text import code
from mlgate.units import Tolerance

if TYPE_CHECKING:
    from mlgate.metrics.predictions.pairs import Ints

FEWEST = 100
MOST_VALUES = 10_000
_MOST_CELLS = 10_000_000


class Part(Struct, frozen=True, kw_only=True):
    """One slice: its column, the value, and its examples."""

    column: str
    value: str
    pairs: Pairs

    @property
    def name(self) -> str:
        """Return the name by which people gate it: `airport=SFO`."""
        return f"{self.column}={self.value}"


class SliceChange(Struct, frozen=True, kw_only=True):
    """The change of one metric on one slice; `decided` is None for a slice that is too small for a verdict.

    `tolerance` is the one of the metric's rule; `estimate` is in the metric's own unit.
    """

    metric: str
    part: str
    n: int
    higher: bool
    estimate: Estimate
    tolerance: Tolerance | None = None
    decided: Decided | None = None

    @property
    def name(self) -> str:
        """Return the name of this metric on this slice."""
        return slice_name(self.metric, self.part)

    @property
    def is_large(self) -> bool:
        """Return whether the slice is large enough for a verdict on this metric."""
        return self.n >= FEWEST and too_few(self.estimate) is None

    @property
    def loss(self) -> float:
        """Return how much worse the metric is here times the examples: the slice's part in the loss of the whole."""
        change = self.estimate.change if self.higher else -self.estimate.change
        return max(0.0, -change) * self.n


class TooManySlicesError(Exception):
    """A column with so many values that they are no slices."""


def find_parts(pairs: Pairs, config: PredictionsConfig) -> Iterator[Part]:
    """Yield the slices of every column, the largest of a column first.

    Raises `TooManySlicesError` in words for a column of too many values. The examples are sorted by the column once,
    so that each slice is a range of them.
    """
    import numpy as np

    for column in config.slices:
        labels, numbers = _numbered(pairs, column)
        order = np.argsort(numbers, kind="stable")
        ordered = pairs.part(order, pairs.n)
        sizes = np.bincount(numbers, minlength=len(labels))
        ends = np.cumsum(sizes)
        joints = _joints(pairs, numbers, len(labels))
        for index in np.argsort(-sizes, kind="stable"):
            start, end = int(ends[index] - sizes[index]), int(ends[index])
            yield Part(
                column=column, value=labels[index], pairs=ordered.part(slice(start, end), end - start, joints[index])
            )


def is_gated(part: Part, config: PredictionsConfig) -> bool:
    """Return whether a slice may fail the gate."""
    return any(_selects(name, part) for name in config.gated_slices)


def unmatched(parts: Sequence[Part], config: PredictionsConfig) -> list[str]:
    """Return the gated slices of the config that no example is in."""
    return [name for name in config.gated_slices if not any(_selects(name, part) for part in parts)]


def slice_name(metric: str, part: str) -> str:
    """Return the name of a metric on a slice."""
    return f"{metric} where {part}"


def slice_metric(metric: Metric, part: str, estimate: Estimate) -> Metric:
    """Return a metric on a slice as a metric of its own."""
    return Metric(
        name=slice_name(metric.name, part),
        file=metric.file,
        key=metric.key,
        baseline=estimate.baseline,
        head=estimate.head,
        slice_of=metric.name,
    )


def changes(
    parts: Sequence[Part], judgements: Mapping[str, Judgement], given: Mapping[str, Given]
) -> list[SliceChange]:
    """Return the change of every judged metric on every slice, with Benjamini and Hochberg's correction.

    A metric that is not defined on a slice, such as the recall where there is no positive, has no change there.
    """
    found = [
        SliceChange(
            metric=name,
            part=part.name,
            n=part.pairs.n,
            higher=judgements[name].policy.better == "higher",
            estimate=estimate,
            tolerance=_tolerance(judgements[name], estimate),
        )
        for part in parts
        for name, one in given.items()
        if name in judgements and (estimate := estimate_on(part, one)) is not None
    ]
    return _decided(found)


def where_most_is_lost(found: Sequence[SliceChange]) -> dict[str, str]:
    """Return for each metric the slice that has more than half of the loss of its column's slices, if one has."""
    lost: dict[tuple[str, str], list[SliceChange]] = {}
    for change in found:
        lost.setdefault((change.metric, change.part.partition("=")[0]), []).append(change)
    places: dict[str, str] = {}
    for (metric, _), several in lost.items():
        worst = max(several, key=lambda change: change.loss)
        if len(several) > 1 and worst.is_large and 2 * worst.loss > sum(change.loss for change in several):
            places.setdefault(metric, worst.part)
    return places


def estimate_on(part: Part, given: Given) -> Estimate | None:
    """Return the change of a metric on a slice, or None where it is not defined there."""
    estimator = given.computed.estimator
    if estimator is None or given.computed.estimate is None:
        return None
    try:
        found = estimator.estimate(part.pairs)
    except ValueError:
        return None
    return found.scaled(given.factor) if given.factor != 1 else found


def _decided(found: list[SliceChange]) -> list[SliceChange]:
    from msgspec.structs import replace

    judged = [i for i, one in enumerate(found) if one.tolerance is not None and one.is_large]
    oriented = [found[i].estimate.oriented(higher_is_better=found[i].higher) for i in judged]
    adjusted = benjamini_hochberg([estimate.p_below(0.0) for estimate in oriented])
    for i, estimate, p in zip(judged, oriented, adjusted, strict=True):
        size = found[i].tolerance.absolute(estimate.baseline)  # type: ignore[union-attr]
        found[i] = replace(found[i], decided=decide(estimate, size, p_value=p, level=LEVEL))
    return found


def _tolerance(judgement: Judgement, estimate: Estimate) -> Tolerance | None:
    return moved(estimate.baseline, estimate.head, judgement.policy)[1] if judgement.policy.has_direction else None


def _selects(name: str, part: Part) -> bool:
    column, _, value = name.partition("=")
    return column.strip() == part.column and (not value or value.strip() == part.value)


def _joints(pairs: Pairs, numbers: Ints, parts: int) -> Sequence[Ints | None]:
    """Return the table of every slice, all counted at once; None for each where there is no such table."""
    import numpy as np

    try:
        whole = pairs.joint
    except ValueError:
        whole = None
    if whole is None or whole.size * parts > _MOST_CELLS:
        return [None] * parts
    cells = numbers * whole.size
    cells += pairs.cells
    return list(np.bincount(cells, minlength=parts * whole.size).reshape(parts, *whole.shape))


def _numbered(pairs: Pairs, column: str) -> tuple[list[str], Ints]:
    import numpy as np
    import polars as pl

    series = pairs.frame[f"slice:{column}"]
    distinct = series.unique().sort(nulls_last=True)
    if distinct.len() > MOST_VALUES:
        raise TooManySlicesError(f"{code(column)} has {distinct.len():,} different values")
    labels = ["(missing)" if value is None else str(value) for value in distinct.to_list()]
    numbers = series.replace_strict(distinct, pl.Series(range(distinct.len())), return_dtype=pl.Int64)
    return labels, np.asarray(numbers.to_numpy(), dtype=np.intp)
