"""Brings from DVC's remote what a comparison needs and this machine lacks: metrics and predictions, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.dvc.recorded import is_recorded, recorded_hash
from mlgate.dvc.records import MetricFile, Pipelines
from mlgate.dvc.remote.ask import bring
from mlgate.dvc.remote.findings import trouble, untrusted
from mlgate.dvc.remote.trust import config_change
from mlgate.errors import MlgateError
from mlgate.files import Files
from mlgate.metrics.config import MetricsConfig
from mlgate.metrics.sources import Sources, find_sources, is_outside
from mlgate.redaction import Redaction
from mlgate.report import Finding, Severity
from mlgate.text import codes


class Pulled(NamedTuple):
    """The sources as they are known now, and why something could not be had."""

    sources: Sources
    findings: tuple[Finding, ...] = ()


class _Missing(NamedTuple):
    """What the work tree and DVC's cache lack of the head and of the baseline, by path."""

    head: list[str]
    baseline: list[str]


def pull(context: Context, config: MetricsConfig, sources: Sources, cache: Cache) -> Pulled:
    """Bring what is missing at either side into DVC's cache.

    Where the pull request changes DVC's config nothing is brought: credentials would go to a host of its choice.
    """
    predictions = config.predictions.path if config.predictions else None
    missing = _missing(context, sources, predictions, cache)
    if not any(missing):
        return Pulled(sources)
    change = config_change(context)
    if change:
        told = untrusted(change, "no metric was brought from the remote", Severity.WARNING, "metrics")
        return Pulled(sources, (told,))
    troubles = list(_bring(context, missing))
    sources = find_sources(context, config.files, cache)
    if not troubles:
        # DVC ends well though the remote lacks what was asked for.
        troubles = list(_lacking(_missing(context, sources, predictions, cache)))
    return Pulled(sources, tuple(troubles))


def _bring(context: Context, missing: _Missing) -> Iterator[Finding]:
    hide = Redaction(context.env).hide
    commit = context.baseline.revision.commit if context.baseline else None
    for paths, revision in ((missing.head, None), (missing.baseline, commit)):
        answer = bring(context, paths, revision, hide) if paths else None
        if answer is not None and answer.trouble is not None:
            words, hint = trouble(answer)[1:]
            yield _not_pulled(paths, words, hint, of_baseline=revision is not None)


def _lacking(missing: _Missing) -> Iterator[Finding]:
    for paths in missing:
        if paths:
            hint = "run `dvc push` where the data is"
            yield _not_pulled(paths, "it does not have them", hint, of_baseline=paths is missing.baseline)


def _not_pulled(paths: Sequence[str], words: str, hint: str, *, of_baseline: bool) -> Finding:
    side = " of the baseline" if of_baseline else ""
    return Finding(
        rule="metrics/not-pulled",
        severity=Severity.WARNING,
        message=f"{codes(list(paths))}{side} could not be brought from the remote: {words}",
        hint=hint,
        subject=paths[0],
    )


def _missing(context: Context, sources: Sources, predictions: str | None, cache: Cache) -> _Missing:
    lacked = [one.path for one in sources.files if _is_missing(one.head, cache)]
    lacked_before = [one.path for one in sources.files if _is_missing(one.baseline, cache)]
    if predictions is not None and not is_outside(predictions, context.prefix):
        before = context.baseline_files
        if _lacks(context, context.head_files, sources.head, predictions, cache):
            lacked.append(predictions)
        if before is not None and sources.baseline is not None:
            lacked_before += [predictions] if _lacks(context, before, sources.baseline, predictions, cache) else []
    return _Missing(
        [path for path in lacked if not context.exists(path)],
        [path for path in lacked_before if path not in context.baseline_tree],
    )


def _is_missing(metric: MetricFile | None, cache: Cache) -> bool:
    if metric is None or not metric.cached:
        return False
    return metric.lost or (metric.hash is not None and cache.find(metric.hash) is None)


def _lacks(context: Context, files: Files, pipelines: Pipelines, path: str, cache: Cache) -> bool:
    """Return whether DVC keeps a file at one side and the cache does not hold it."""
    try:
        if not is_recorded(files, pipelines, path, context.prefix):
            return False
        wanted = recorded_hash(files, pipelines, path, context.prefix, cache)
    except MlgateError:
        # Whoever reads the predictions says what is wrong.
        return False
    return wanted is None or cache.find(wanted) is None
