"""Metrics that were measured several times, over seeds or folds: the values become one metric, their mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from mlgate.context import Context
from mlgate.metrics.compare import Metric
from mlgate.metrics.flatten import Odd, Value
from mlgate.report import Finding, Severity
from mlgate.stats.estimate import Estimate
from mlgate.text import amount, code, nearest

Kind = Literal["seeds", "folds"]
_PARTS = re.compile(r"(\d+)")


class Runs(Struct, frozen=True, kw_only=True):
    """The values of one metric over runs: by the run's name at each side."""

    metric: Metric
    kind: Kind
    baseline: Mapping[str, float]
    head: Mapping[str, float]


class Gathered(Struct, frozen=True, kw_only=True):
    """The metrics with those of runs brought together, and what a person should know."""

    metrics: tuple[Metric, ...]
    runs: tuple[Runs, ...] = ()
    findings: tuple[Finding, ...] = ()


def gather_runs(context: Context, metrics: Sequence[Metric], wanted: Mapping[str, Kind]) -> Gathered:
    """Return the metrics in which each list or pattern of `wanted` is one metric, the mean over its runs.

    `cv.auc` names a list; `cv.*.auc` the metrics whose keys differ in one part; `eval/seed_*.json:auc` those of files.
    """
    left = list(metrics)
    runs, findings = [], []
    for pattern, kind in wanted.items():
        parts = {run: metric for metric in left if (run := _run_of(metric, pattern)) is not None}
        if not parts:
            findings.append(_unused(context, pattern, metrics))
            continue
        found = _together(pattern, kind, parts)
        runs.append(found)
        taken = {metric.name for metric in parts.values()}
        at = next(index for index, metric in enumerate(left) if metric.name in taken)
        left = [*left[:at], found.metric, *(metric for metric in left[at:] if metric.name not in taken)]
    return Gathered(metrics=tuple(left), runs=tuple(runs), findings=tuple(findings))


def estimates_from_runs(
    context: Context, runs: Sequence[Runs], examples: Mapping[str, Estimate] | None = None
) -> tuple[dict[str, Estimate], list[Finding]]:
    """Return the changes over seeds and folds with their uncertainty, by the metric's name, and why some have none.

    `examples` are the changes on the examples on which seeds were judged: their noise is added to that of training.
    """
    from mlgate.stats.runs import combined

    found: dict[str, Estimate] = {}
    findings = []
    for one in runs:
        if one.metric.baseline is None or one.metric.head is None:
            continue
        why = _why_not(one)
        if why:
            findings.append(_without(context, one, why))
            continue
        try:
            estimate = _estimate(one)
        except OverflowError:
            findings.append(_without(context, one, "the values are too large to compute with"))
            continue
        judged = (examples or {}).get(one.metric.name) if one.kind == "seeds" else None
        found[one.metric.name] = combined(judged, estimate) if judged else estimate
    return found, findings


def _run_of(metric: Metric, pattern: str) -> str | None:
    """Return which run of `pattern` a metric is, or None where it is none of them."""
    names = (metric.name, f"{metric.file}:{metric.key}")
    if "*" not in pattern:
        if metric.item_of is None:
            return None
        rest = next((name.removeprefix(f"{pattern}.") for name in names if name.startswith(f"{pattern}.")), None)
        return rest if rest and "." not in rest else None
    # A star stands for one part, so that `cv.*.auc` does not take `cv.0.train.auc` for a run.
    matcher = re.compile(r"([^.:/]*)".join(map(re.escape, pattern.split("*"))))
    found = next((match for name in names if (match := matcher.fullmatch(name))), None)
    return ".".join(found.groups()) if found else None


def _together(pattern: str, kind: Kind, parts: Mapping[str, Metric]) -> Runs:
    ordered = dict(sorted(parts.items(), key=lambda item: _natural(item[0])))
    first = next(iter(ordered.values()))
    key = pattern.removesuffix(".*")
    sides = [{run: getattr(metric, side) for run, metric in ordered.items()} for side in ("baseline", "head")]
    metric = Metric(
        name=key,
        file=first.file,
        key=key.rpartition(":")[2],
        baseline=_mean(sides[0].values()),
        head=_mean(sides[1].values()),
        file_deleted=all(metric.file_deleted for metric in ordered.values()),
        baseline_lost=any(metric.baseline_lost for metric in ordered.values()),
    )
    numbers = [{run: value for run, value in side.items() if isinstance(value, float)} for side in sides]
    return Runs(metric=metric, kind=kind, baseline=numbers[0], head=numbers[1])


def _mean(values: Iterable[Value | None]) -> Value | None:
    """Return the mean; what is no number where one of the values is none; nothing where there are no values."""
    present = [value for value in values if value is not None]
    odd = next((value for value in present if isinstance(value, Odd)), None)
    if odd is not None or not present:
        return odd
    numbers = [value for value in present if isinstance(value, float)]
    return sum(number / len(numbers) for number in numbers)


def _estimate(runs: Runs) -> Estimate:
    from mlgate.stats.runs import folds, welch

    if runs.kind == "folds":
        return folds([runs.baseline[run] for run in runs.head], list(runs.head.values()))
    return welch(list(runs.baseline.values()), list(runs.head.values()))


def _why_not(runs: Runs) -> str | None:
    if isinstance(runs.metric.baseline, Odd) or isinstance(runs.metric.head, Odd):
        return "a value is no number"
    before, now = len(runs.baseline), len(runs.head)
    if runs.kind == "seeds" and min(before, now) < 2:
        return f"the baseline has {amount(before, 'seed')} and the head {now}, and two a side are needed"
    if runs.kind == "folds" and (set(runs.baseline) != set(runs.head) or now < 2):
        return f"folds come in pairs, two or more, and the baseline has {amount(before, 'fold')}, the head {now}"
    return None


def _without(context: Context, runs: Runs, why: str) -> Finding:
    return Finding(
        rule="metrics/runs",
        severity=Severity.WARNING,
        message=f"no noise estimate for {code(runs.metric.name)} over its {runs.kind}: {why}",
        location=context.config_location("metrics", "runs", runs.metric.name),
        hint=f"let both sides write as many {runs.kind}; until then the plain tolerance decides",
        subject=runs.metric.name,
    )


def _unused(context: Context, pattern: str, metrics: Sequence[Metric]) -> Finding:
    lists = {metric.name.removesuffix(metric.key) + metric.item_of for metric in metrics if metric.item_of}
    close = nearest(pattern, tuple(sorted(lists)))
    hint = f"did you mean {code(close)}?" if close else "name a list, or put a `*` where the run's name stands"
    return Finding(
        rule="metrics/runs",
        severity=Severity.WARNING,
        message=f"{code(pattern)} in `metrics.runs` matches no list of values, so it does nothing",
        location=context.config_location("metrics", "runs", pattern),
        hint=hint,
        subject=pattern,
    )


def _natural(name: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in _PARTS.split(name) if part]
