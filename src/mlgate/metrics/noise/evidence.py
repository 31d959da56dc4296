"""What the predictions of both sides say of the metrics: which have an estimate, and what a person should know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from mlgate.metrics.agreement import Candidate, agrees, candidates, factor_of, is_candidate, roundings
from mlgate.metrics.compare import Metric, Refuted
from mlgate.metrics.config import OWN, PredictionsConfig
from mlgate.metrics.noise.refutation import Reading, Refutation, refute
from mlgate.metrics.noise.runs import Runs
from mlgate.metrics.predictions.computed import Computed, Computer
from mlgate.metrics.predictions.findings import Problems, Unlike
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
    """What is known by predictions: by the metric's name what they give and refute; metrics that no file holds."""

    given: Mapping[str, Given]
    metrics: tuple[Metric, ...]
    refuted: Mapping[str, Refuted] = {}

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
    runs: Sequence[Runs] = (),
) -> Evidence:
    """Return what the predictions say of the metrics of files, and of those that the config names beside them.

    A metric over seeds is taken for one of the predictions where the value of one of its seeds is theirs.
    """
    written = _Written(metrics, {one.metric.name: one for one in runs})
    given: dict[str, Given] = {}
    refutations: dict[str, Refutation] = {}
    for metric in metrics:
        found = _of_file(metric, policy_of(metric), computer, written, problems, refutations)
        if found is not None:
            given[metric.name] = found
    used = {one.computed.name for one in given.values()}
    problems.forgive(used)
    refuted = {name: one.refuted for name, one in refutations.items() if one.holds(used)}
    more = []
    for name, is_asked in _named(config, metrics, given, computer):
        computed = own(name) if OWN.match(name) else computer.compute(name)
        if computed is None or computed.head is None:
            problems.not_computed(name, computed.why if computed else None, is_asked=is_asked)
        elif not any(one.computed is computed for one in given.values()):
            metric = _metric(config.path, computed, metrics, is_lost=computer.is_lost)
            more.append(metric)
            given[metric.name] = Given(computed=computed)
            if computed.why and computed.baseline is not None:
                problems.without_interval(metric, computed.why)
    return Evidence(given=given, metrics=tuple(more), refuted=refuted)


def _of_file(
    metric: Metric,
    policy: Policy,
    computer: Computer,
    written: _Written,
    problems: Problems,
    refutations: dict[str, Refutation],
) -> Given | None:
    if policy.rule.estimator == NO_ESTIMATOR or not written.values(metric, is_head=True):
        return None
    tried = []
    for candidate in _candidates(metric, policy, computer):
        computed = computer.compute(candidate.estimator)
        if computed is None:
            continue
        tried.append((candidate, computed))
        factor = _agreed(metric, computed, candidate, written)
        if factor is not None:
            if computed.why and policy.has_direction and isinstance(metric.baseline, float):
                problems.without_interval(metric, computed.why)
            return Given(computed=computed, factor=factor)
    if tried and policy.rule.gate:
        readings = [_reading(metric, *one, written) for one in tried] if not written.is_of_runs(metric) else []
        found = refute(metric, readings, computer, is_named=policy.rule.estimator is not None)
        if found is not None:
            refutations[metric.name] = found
            return None
        candidate, computed = tried[0]
        if computed.head is None:
            problems.without_interval(metric, computed.why or "it is not defined")
        else:
            problems.disagreement(metric, computed.name, _unlike(metric, candidate, computed, written))
    return None


def _reading(metric: Metric, candidate: Candidate, computed: Computed, written: _Written) -> Reading:
    unlike = _unlike(metric, candidate, computed, written)
    value = next((side.computed for side in unlike if side.is_head), None)
    is_known = computed.baseline is not None and bool(written.values(metric, is_head=False))
    return Reading(
        computed=computed,
        value=value,
        is_head_right=value is None and computed.head is not None,
        was_right=is_known and all(side.is_head for side in unlike),
    )


def _agreed(metric: Metric, computed: Computed, candidate: Candidate, written: _Written) -> float | None:
    """Return what the computed value is multiplied by in the file, where the file says the same at both sides."""
    if computed.head is None or _unlike(metric, candidate, computed, written):
        return None
    first = written.values(metric, is_head=True)[0]
    return candidate.factor * factor_of(metric.key, first, computed.head)


def _unlike(metric: Metric, candidate: Candidate, computed: Computed, written: _Written) -> list[Unlike]:
    """Return the sides at which the file's value is not the computed one, the head first."""
    found = []
    for is_head, own in ((True, computed.head), (False, computed.baseline)):
        values = written.values(metric, is_head=is_head)
        if not values or own is None:
            continue
        value = own * candidate.factor * factor_of(metric.key, values[0], own)
        if not any(agrees(one, value, written.rounding(metric, is_head=is_head)) for one in values):
            found.append(Unlike(is_head, values[0], value))
    return found


class _Written:
    """What the files say of each metric: its value, or those of its seeds; and how far they may be rounded."""

    def __init__(self, metrics: Sequence[Metric], runs: Mapping[str, Runs]) -> None:
        self._runs = runs
        self._roundings = roundings(metrics)

    def is_of_runs(self, metric: Metric) -> bool:
        return metric.name in self._runs

    def values(self, metric: Metric, *, is_head: bool) -> tuple[float, ...]:
        runs = self._runs.get(metric.name)
        if runs is not None:
            return tuple((runs.head if is_head else runs.baseline).values()) if runs.kind == "seeds" else ()
        value = metric.head if is_head else metric.baseline
        return (value,) if isinstance(value, float) else ()

    def rounding(self, metric: Metric, *, is_head: bool) -> float:
        return self._roundings.get((metric.file, is_head), 0.0)


def _candidates(metric: Metric, policy: Policy, computer: Computer) -> Iterator[Candidate]:
    if policy.rule.estimator is not None:
        yield Candidate(policy.rule.estimator)
    elif metric.item_of is None:
        yield from candidates(metric.key, computer.classes)


def _named(
    config: PredictionsConfig, metrics: Sequence[Metric], given: Mapping[str, Given], computer: Computer
) -> list[tuple[str, bool]]:
    """Return the metrics to compute beside those of files, and whether the config asks for them.

    Those are the usual ones where neither the config nor a file names any.
    """
    is_given = given or any(is_candidate(metric.key) for metric in metrics if isinstance(metric.head, float))
    if config.metrics or is_given:
        return [(name, True) for name in config.metrics]
    return [(name, False) for name in computer.usual()]


def _metric(path: str, computed: Computed, others: Sequence[Metric], *, is_lost: bool) -> Metric:
    key = computed.name.rpartition(":")[2]
    is_taken = any(other.name == key for other in others)
    estimate = computed.estimate
    return Metric(
        name=f"{path}:{key}" if is_taken else key,
        file=path,
        key=key,
        baseline=estimate.baseline if estimate else computed.baseline,
        head=estimate.head if estimate else computed.head,
        baseline_lost=is_lost,
    )
