"""Reads the predictions of both sides: the one place where a missing or broken file becomes a finding."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.errors import MlgateError
from mlgate.metrics.aside import Aside
from mlgate.metrics.config import PredictionsConfig
from mlgate.metrics.predictions.computed import Computer
from mlgate.metrics.predictions.findings import Problems
from mlgate.metrics.predictions.frames import read_frame
from mlgate.metrics.predictions.matching import alone, match
from mlgate.metrics.predictions.sources import Found, find_baseline, find_head
from mlgate.metrics.sources import Sources
from mlgate.text import code

if TYPE_CHECKING:
    import polars as pl


class _Side(NamedTuple):
    """One side: where its predictions are, and their frame, or why it cannot be read."""

    found: Found
    frame: pl.DataFrame | None = None
    error: MlgateError | None = None


def read_predictions(
    context: Context, config: PredictionsConfig, sources: Sources, cache: Cache, problems: Problems
) -> Computer | None:
    """Return what computes metrics of the predictions, or None where the head has none that can be read."""

    def of_baseline() -> Found:
        found = find_baseline(context, config.path, sources.baseline, cache)
        # Needed soon, and imported here while the other thread imports polars and reads.
        import numpy  # noqa: F401

        return found

    before = Aside(lambda: _read(context, config, of_baseline, is_head=False))
    head = _read(context, config, lambda: find_head(context, config.path, sources.head, cache), is_head=True)
    baseline = before.result()
    _tell(head, problems, is_head=True)
    if head.frame is None:
        return None
    if context.baseline is not None:
        _tell(baseline, problems, is_head=False)
    if baseline.frame is None:
        is_lost = context.baseline is not None and not baseline.found.is_unknown
        return Computer(alone(head.frame, config.positive_label), None, is_lost=is_lost)
    matched = match(baseline.frame, head.frame, config.positive_label)
    problems.of_match(matched)
    return Computer(matched.head, matched)


def _read(context: Context, config: PredictionsConfig, find: Callable[[], Found], *, is_head: bool) -> _Side:
    found = find()
    if found.data is None:
        return _Side(found)
    more = config.more_columns()
    name = context.shown(config.path)
    try:
        if is_head:
            return _Side(found, read_frame(found.data, name, config.columns() | more))
        predicted = config.predicted_columns()
        frame = read_frame(found.data, name, config.columns_of_baseline(), more | predicted)
        if not any(ours in frame.columns for ours in predicted):
            raise MlgateError(f"there is no column {code(next(iter(predicted.values())))}", where=name)
        return _Side(found, frame)
    except MlgateError as error:
        return _Side(found, error=error)


def _tell(side: _Side, problems: Problems, *, is_head: bool) -> None:
    if side.error is not None:
        problems.unreadable(side.error, is_head=is_head)
    elif side.frame is None:
        problems.unavailable(side.found, is_head=is_head)
