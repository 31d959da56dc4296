"""Reads the predictions of both sides: the one place where a missing or broken file becomes a finding."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.errors import MlgateError
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
    looked = _InThread(lambda: find_baseline(context, config.path, sources.baseline, cache))
    head = find_head(context, config.path, sources.head, cache)
    after = _read(context, config, head, problems, is_head=True)
    before = looked.result()
    if after is None:
        return None
    frame = None if context.baseline is None else _read(context, config, before, problems, is_head=False)
    if frame is None:
        return Computer(alone(after, config.positive_label), None)
    matched = match(frame, after, config.positive_label)
    problems.of_match(matched)
    return Computer(matched.head, matched)


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


class _InThread:
    """A question that is answered while this thread goes on: hashing a file and importing a library overlap."""

    def __init__(self, ask: Callable[[], Found]) -> None:
        self._error: BaseException | None = None
        self._found: Found | None = None
        self._ask = ask
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> Found:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found or Found()

    def _run(self) -> None:
        try:
            self._found = self._ask()
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is asked for
            self._error = error
