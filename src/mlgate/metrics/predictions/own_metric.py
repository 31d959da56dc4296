"""A metric that is a function of the project: run over the predictions in a child process, with a time limit."""

from __future__ import annotations

import json
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgate.context import Context
from mlgate.metrics.predictions.computed import Computed, Computer, too_few
from mlgate.metrics.predictions.pairs import Pairs
from mlgate.stats import bootstrap
from mlgate.stats.estimate import Estimate
from mlgate.text import code

if TYPE_CHECKING:
    import polars as pl

_GRACE_SECONDS = 10.0
_WORKER = Path(__file__).with_name("own_metric_worker.py")


def compute_own(context: Context, name: str, computer: Computer, limit: float) -> Computed:
    """Return what a function `pkg.module:function` of truth and predictions, or of truth and scores, says.

    It is code of the pull request: it runs in the project's interpreter, in a child without any token.
    """
    try:
        data = _job(context, name, computer, limit)
    except ValueError as error:
        return Computed(name=name, why=str(error))
    context.progress(f"{name}: {bootstrap.RESAMPLES:,} resamples")
    finished = context.children.run(
        (context.python, _WORKER), cwd=context.project, limit=limit + _GRACE_SECONDS, stdin=data
    )
    if finished.timed_out:
        return Computed(name=name, why=f"it did not end within {limit:g} s")
    try:
        said = json.loads(finished.text)
    except ValueError:
        lines = finished.error_text.strip().splitlines()
        ended = f"signal {finished.signal_name}" if finished.signal_name else f"exit code {finished.code}"
        return Computed(name=name, why=f"its process ended with {ended}: {code(lines[-1] if lines else '')}")
    return _computed(name, said, computer.pairs, limit)


def _computed(name: str, said: dict[str, Any], pairs: Pairs, limit: float) -> Computed:
    values = {side: value for side, value in said.get("values", {}).items() if math.isfinite(value)}
    baseline, head = values.get("base"), values.get("head")
    why = code(said["why"]) if "why" in said else None
    if "values" in said and head is None:
        why = "it is no finite number"
    if "seconds" in said:
        why = f"{bootstrap.RESAMPLES:,} resamples would take longer than the {limit:g} s of `predictions.limit`"
    if "se" not in said or baseline is None or head is None:
        return Computed(name=name, baseline=baseline, head=head, why=why)
    estimate = Estimate(
        baseline=baseline,
        head=head,
        center=head - baseline,
        se=said["se"],
        n=said["n"],
        method=f"paired, bootstrap of {bootstrap.RESAMPLES:,} resamples",
        df=max(1.0, said["n"] - 1.0),
        n_examples=pairs.n,
        unit="example" if pairs.clusters is None else "group",
    )
    few = too_few(estimate)
    return Computed(name=name, baseline=baseline, head=head, estimate=None if few else estimate, why=few)


def _job(context: Context, name: str, computer: Computer, limit: float) -> bytes:
    """Return the job as the worker reads it: a line of JSON, then each column in numpy's own format."""
    import io

    import numpy as np

    matched = computer.matched
    is_paired = matched is not None and matched.is_paired
    columns: dict[str, Any] = {}
    for side, pairs in _sides(computer, is_paired=is_paired):
        frame = pairs.frame
        columns[f"{side}_truth"] = _array(frame["truth"])
        for kind in ("prediction", "score"):
            if f"{side}_{kind}" in frame.columns:
                columns[f"{side}_{kind}"] = _array(frame[f"{side}_{kind}"])
    if is_paired and computer.pairs.clusters is not None:
        columns["group"] = computer.pairs.clusters
    job = {
        "function": name,
        "project": str(context.project.resolve()),
        "bootstrap": bootstrap.__file__,
        "columns": list(columns),
        "paired": is_paired,
        # The same for the same function, whatever else is computed beside it.
        "seed": zlib.crc32(name.encode()),
        "resamples": bootstrap.RESAMPLES,
        "limit": limit,
    }
    buffer = io.BytesIO()
    buffer.write(json.dumps(job).encode() + b"\n")
    for column in columns.values():
        np.save(buffer, column, allow_pickle=False)
    return buffer.getvalue()


def _sides(computer: Computer, *, is_paired: bool) -> list[tuple[str, Pairs]]:
    matched = computer.matched
    if matched is None:
        return [("head", computer.pairs)]
    if is_paired:
        return [("base", matched.pairs), ("head", matched.pairs)]
    return [("base", matched.baseline), ("head", matched.head)]


def _array(series: pl.Series) -> Any:
    import numpy as np
    import polars as pl

    if series.null_count():
        raise ValueError(f"{series.null_count():,} values of {code(series.name)} are missing")
    return np.asarray(series.to_list(), dtype=np.str_) if series.dtype == pl.String else series.to_numpy()
