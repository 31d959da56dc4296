"""Reads the predictions of both sides: the one place where a missing or broken file becomes a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.errors import MlgateError
from mlgate.metrics.aside import Aside
from mlgate.metrics.computed import Computer
from mlgate.metrics.matching import alone, match
from mlgate.metrics.prediction_findings import Problems
from mlgate.metrics.prediction_frames import read_frame
from mlgate.metrics.prediction_sources import Found, find_baseline, find_head
from mlgate.metrics.predictions import PredictionsConfig
from mlgate.metrics.sources import Sources

if TYPE_CHECKING:
    import polars as pl


def read_predictions(
    context: Context, config: PredictionsConfig, sources: Sources, cache: Cache, problems: Problems
) -> Computer | None:
    """Return what computes metrics of the predictions, or None where the head has none that can be read."""
    looked = Aside(lambda: _look(context, config, sources, cache))
    head = find_head(context, config.path, sources.head, cache)
    after = _read(context, config, head, problems, is_head=True)
    before = looked.result()
    if after is None:
        return None
    frame = None if context.baseline is None else _read(context, config, before, problems, is_head=False)
    if frame is None:
        is_lost = context.baseline is not None and not before.is_unknown
        return Computer(alone(after, config.positive_label), None, is_lost=is_lost)
    matched = match(frame, after, config.positive_label)
    problems.of_match(matched)
    return Computer(matched.head, matched)


def _look(context: Context, config: PredictionsConfig, sources: Sources, cache: Cache) -> Found:
    found = find_baseline(context, config.path, sources.baseline, cache)
    # Imported here while the other thread reads the head: it will be needed, and is slow to import.
    import numpy  # noqa: F401

    return found


def _read(
    context: Context, config: PredictionsConfig, found: Found, problems: Problems, *, is_head: bool
) -> pl.DataFrame | None:
    if found.data is None:
        problems.unavailable(found, is_head=is_head)
        return None
    more = config.more_columns()
    wanted = config.columns() | (more if is_head else {})
    try:
        return read_frame(found.data, context.shown(config.path), wanted, more)
    except MlgateError as error:
        problems.unreadable(error, is_head=is_head)
        return None
