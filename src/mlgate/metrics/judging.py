"""One comparison from the files to the verdicts: what differs, how noisy it is, and what is to be said of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.metrics.compare import Judgement, Metric, Refuted, is_same
from mlgate.metrics.config import MetricsConfig
from mlgate.metrics.gather import gather, judge_all, policy_of
from mlgate.metrics.noise import look as noise
from mlgate.metrics.rules import Rule, Rulebook
from mlgate.metrics.sides import Pair
from mlgate.metrics.sources import Sources
from mlgate.report import Finding, Severity

if TYPE_CHECKING:
    from mlgate.metrics.mlflow.messages import Run
    from mlgate.stats.estimate import Estimate


class Judged(Struct, frozen=True, kw_only=True):
    """The files that were compared, what is known of the noise, the verdicts, and what history adds to be said."""

    pairs: list[Pair]
    known: noise.Noise
    judgements: list[Judgement]
    findings: tuple[Finding, ...] = ()


def open_rulebook(context: Context, rules: Mapping[str, Rule]) -> Rulebook:
    """Return the rules that each metric is judged by: the config's, and the baseline's where a change differs."""
    if context.ruling is None:
        return Rulebook(rules)
    before = context.section_before("metrics", MetricsConfig)
    return Rulebook(rules, before.rules if before else None, drops=context.ruling.removals_count)


def judge_sources(
    context: Context,
    config: MetricsConfig,
    rulebook: Rulebook,
    sources: Sources,
    cache: Cache,
    pairs: list[Pair],
    more: Sequence[Pair] = (),
    runs: Mapping[str, Run] | None = None,
) -> Judged:
    """Return the verdicts on the metrics of all sources, of which `pairs` are both sides.

    `more` are pairs that stand in no file, and `runs` MLflow's runs of earlier commits.
    """
    known = noise.look_for_noise(context, config, gather([*pairs, *more]), rulebook, sources, cache)
    unsure = [metric for metric in known.metrics if _asks_history(metric, known, rulebook)]
    estimates, findings = _look_back(context, config, unsure, sources, runs) if unsure else ({}, ())
    judged = [_refuted(judgement, known.refuted) for judgement in judge_all(known.metrics, rulebook)]
    judgements = _with_noise(judged, {**estimates, **known.estimates}, config)
    return Judged(pairs=pairs, known=known, judgements=judgements, findings=findings)


def _refuted(judgement: Judgement, refuted: Mapping[str, Refuted]) -> Judgement:
    """Return the judgement of a value that the predictions refute: whatever it would have been, it is not believed."""
    found = refuted.get(judgement.name)
    return replace(judgement, kind="refuted", tolerance=None, refuted=found) if found else judgement


def _asks_history(metric: Metric, known: noise.Noise, rulebook: Rulebook) -> bool:
    """Return whether only the history of a metric can say how noisy it is, and the verdict depends on that."""
    baseline, head = metric.baseline, metric.head
    if (
        metric.name in known.estimates
        or metric.name in known.refuted
        or not isinstance(baseline, float)
        or not isinstance(head, float)
    ):
        return False
    return not is_same(baseline, head) and policy_of(metric, rulebook).has_direction


def _look_back(
    context: Context,
    config: MetricsConfig,
    unsure: Sequence[Metric],
    sources: Sources,
    runs: Mapping[str, Run] | None,
) -> tuple[Mapping[str, Estimate], tuple[Finding, ...]]:
    if not config.history:
        return {}, ()
    from mlgate.metrics.noise.history import read_history

    files = {metric.file for metric in unsure}
    history = read_history(context, [one for one in sources.files if one.path in files], config.history, runs)
    estimates = history.estimates(unsure)
    if history.note is None or len(estimates) == len(unsure):
        return estimates, ()
    return estimates, (Finding(rule="metrics/history", severity=Severity.INFO, message=history.note),)


def _with_noise(
    judgements: list[Judgement], estimates: Mapping[str, Estimate], config: MetricsConfig
) -> list[Judgement]:
    if not estimates:
        return judgements
    from mlgate.metrics.noise.verdict import Strictness, with_noise

    strictness = Strictness(
        within_noise=config.on_inconclusive == "fail", not_certified=config.mode == "non-inferiority"
    )
    return with_noise(judgements, estimates, strictness)
