"""What the predictions of both sides say of the metrics: which have an estimate, and what a person should know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from mlgate.metrics.agreement import Candidate, agrees, candidates, factor_of, is_candidate, roundings
from mlgate.metrics.compare import Metric
from mlgate.metrics.computed import Computed, Computer
from mlgate.metrics.matching import Matched
from mlgate.metrics.prediction_findings import Problems
from mlgate.metrics.predictions import OWN, PredictionsConfig
from mlgate.metrics.rules import NO_ESTIMATOR, Policy
from mlgate.stats.estimate import Estimate

PolicyOf = Callable[[Metric], Policy]
OwnMetric = Callable[[str], Computed]


class Given(Struct, frozen=True, kw_only=True):
    """One metric of the report that the predictions give: how, and what its value is multiplied by in the file."""

    computed: Computed
    factor: float = 1.0

    @property
    def estimate(self) -> Estimate | None:
        """Return the change in the unit of the file."""
        found = self.computed.estimate
        return found.scaled(self.factor) if found and self.factor != 1 else found


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known by predictions: by the metric's name what they give, and metrics that no file holds."""

    given: Mapping[str, Given]
    metrics: tuple[Metric, ...]

    @property
    def estimates(self) -> dict[str, Estimate]:
        """Return the changes with their uncertainty, by the metric's name."""
        found = {name: given.estimate for name, given in self.given.items()}
        return {name: estimate for name, estimate in found.items() if estimate is not None}


def weigh(
    metrics: Sequence[Metric],
    policy_of: PolicyOf,
    config: PredictionsConfig,
    computer: Computer,
    problems: Problems,
    own: OwnMetric,
) -> Evidence:
    """Return what the predictions say of the metrics of files, and of those that the config names beside them."""
    precision = roundings(metrics)
    given: dict[str, Given] = {}
    for metric in metrics:
        found = _of_file(metric, policy_of(metric), computer, precision, problems)
        if found is not None:
            given[metric.name] = found
    problems.settle({one.computed.estimator.name for one in given.values()})
    more = []
    for name in _named(config, metrics, computer):
        computed = own(name) if OWN.match(name) else computer.compute(name)
        if computed is None or any(one.computed is computed for one in given.values()):
            continue
        metric = _metric(config.path, name, computed, metrics)
        more.append(metric)
        given[metric.name] = Given(computed=computed)
        if computed.why:
            problems.without_interval(metric, computed.why)
    return Evidence(given=given, metrics=tuple(more))


def _of_file(
    metric: Metric,
    policy: Policy,
    computer: Computer,
    precision: Mapping[tuple[str, bool], float],
    problems: Problems,
) -> Given | None:
    head, baseline = metric.head, metric.baseline
    if not isinstance(head, float) or policy.rule.estimator == NO_ESTIMATOR:
        return None
    first: Computed | None = None
    for candidate in _candidates(metric, policy, computer):
        computed = computer.compute(candidate.estimator)
        if computed is None:
            continue
        first = first or computed
        if computed.head is None:
            continue
        factor = candidate.factor * factor_of(metric.key, head, computed.head)
        sides = [(head, computed.head, True)]
        if isinstance(baseline, float) and computed.baseline is not None:
            sides.append((baseline, computed.baseline, False))
        if all(agrees(value, own * factor, precision[metric.file, side]) for value, own, side in sides):
            if computed.why and policy.has_direction:
                problems.without_interval(metric, computed.why)
            return Given(computed=computed, factor=factor)
    if first is not None and policy.rule.gate:
        problems.disagreement(metric, first)
    return None


def _candidates(metric: Metric, policy: Policy, computer: Computer) -> Iterator[Candidate]:
    if policy.rule.estimator is not None:
        yield Candidate(policy.rule.estimator)
    elif metric.item_of is None:
        yield from candidates(metric.key, computer.classes)


def _named(config: PredictionsConfig, metrics: Sequence[Metric], computer: Computer) -> tuple[str, ...]:
    """Return the metrics to compute beside those of files: those of the config, else the usual ones where none is."""
    if config.metrics or any(is_candidate(metric.key) for metric in metrics if isinstance(metric.head, float)):
        return config.metrics
    return tuple(computer.usual())


def _metric(path: str, name: str, computed: Computed, others: Sequence[Metric]) -> Metric:
    key = name.rpartition(":")[2]
    is_taken = any(other.name == key for other in others)
    estimate = computed.estimate
    return Metric(
        name=f"{path}:{key}" if is_taken else key,
        file=path,
        key=key,
        baseline=estimate.baseline if estimate else computed.baseline,
        head=estimate.head if estimate else computed.head,
        baseline_lost=computed.baseline is None,
    )
