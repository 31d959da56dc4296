"""Brings the values of all files together: one record a metric, under the name by which people know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from mlgate.metrics.compare import Judgement, Metric, judge
from mlgate.metrics.rules import Policy, Rulebook
from mlgate.metrics.sides import Pair


def gather(pairs: Sequence[Pair]) -> list[Metric]:
    """Return the metrics of all files that can be read, in the order of the files."""
    readable = [pair for pair in pairs if pair.head.state in ("read", "absent")]
    keys = [list(dict.fromkeys((*pair.head.flat.values, *pair.baseline.flat.values))) for pair in readable]
    counts = Counter(key for found in keys for key in found)
    return [
        _metric(pair, key, is_shared=counts[key] > 1)
        for pair, found in zip(readable, keys, strict=True)
        for key in found
    ]


def policy_of(metric: Metric, rulebook: Rulebook) -> Policy:
    """Return what a metric is judged by; one on a slice by the rule of the whole, whose limits are not its own."""
    if metric.slice_of is not None:
        own = rulebook.policy((metric.name,), metric.key)
        if own.pattern is not None:
            return own
        whole = rulebook.policy(_names(metric, metric.slice_of), metric.key)
        return replace(whole, rule=replace(whole.rule, min=None, max=None))
    return rulebook.policy(_names(metric, metric.name), metric.key or metric.file, is_item=metric.item_of is not None)


def judge_all(metrics: Sequence[Metric], rulebook: Rulebook) -> list[Judgement]:
    """Return the verdict on each metric by its values alone."""
    return [judge(metric, policy_of(metric, rulebook)) for metric in metrics]


def _names(metric: Metric, name: str) -> tuple[str, ...]:
    """Return the names by which a rule may select a metric."""
    if not metric.key:
        return (metric.file,)
    return tuple(dict.fromkeys((qualified(metric.file, metric.key), name, metric.key)))


def qualified(file: str, key: str) -> str:
    """Return the name of a metric with its file, which no other metric has."""
    return f"{file}:{key}" if key else file


def _metric(pair: Pair, key: str, *, is_shared: bool) -> Metric:
    flat = pair.head.flat
    item_of = flat.list_of(key) or pair.baseline.flat.list_of(key)
    return Metric(
        name=qualified(pair.path, key) if is_shared or not key else key,
        file=pair.path,
        key=key,
        baseline=pair.baseline.flat.values.get(key),
        head=flat.values.get(key),
        item_of=item_of,
        list_remains=item_of in flat.lists,
        file_deleted=pair.head.state == "absent",
        baseline_lost=pair.baseline.state in ("broken", "unavailable"),
    )
