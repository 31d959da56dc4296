"""Metrics: did a metric get worse than the baseline tolerates?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mlgate.check import Check
from mlgate.context import Context
from mlgate.metrics.config import MetricsConfig
from mlgate.report import Finding, Outcome, Severity

if TYPE_CHECKING:
    from mlgate.metrics.compare import Judgement
    from mlgate.stats.estimate import Estimate


def run(context: Context, config: MetricsConfig) -> Outcome:
    """Answer the question of this check."""
    from mlgate.dvc.cache import find_cache
    from mlgate.metrics import file_findings, findings, ledger, noise, tables
    from mlgate.metrics.basis import basis
    from mlgate.metrics.compare import Kind
    from mlgate.metrics.gather import gather, judge_all
    from mlgate.metrics.places import Places
    from mlgate.metrics.rules import Rulebook
    from mlgate.metrics.sides import read_pairs
    from mlgate.metrics.sources import find_sources

    cache = find_cache(context.project, context.root)
    sources = find_sources(context, config.files, cache)
    about_sources = file_findings.of_sources(context, config.files, sources)
    if not sources.files and not about_sources and not config.rules and not config.predictions:
        return Outcome.skipped("no metric files found", hint=_NOTHING)
    pairs = read_pairs(context, sources.files, cache)
    rulebook = Rulebook(config.rules)
    known = noise.look_for_noise(context, config, gather(pairs), rulebook, sources, cache)
    judgements = _with_noise(judge_all(known.metrics, rulebook), known.estimates, config)
    more_tables, about_slices = noise.tables(known, judgements)
    places = Places(context, pairs, noise.places(context, config))
    found = [
        *about_sources,
        *file_findings.of_files(pairs, rulebook, places),
        *findings.deleted_files(judgements, places),
        *findings.of_judgements(judgements, places),
        *about_slices,
        *known.findings,
        *noise.not_certifiable(judgements, config),
        *findings.off_scale(judgements, places),
        *findings.without_direction(judgements, places),
        *file_findings.of_rules(context, rulebook, [judgement.name for judgement in judgements]),
        *_without_baseline(context),
    ]
    judged = [judgement for judgement in judgements if judgement.kind is not Kind.NO_METRIC]
    return Outcome.of(
        found,
        summary=ledger.summary(judged, found, context.baseline),
        note=ledger.note(judged),
        tables=[
            *tables.tables(judged, context.baseline, basis(judged, n_examples=known.n_examples)),
            *more_tables,
        ],
        measures=tables.measures(judged),
    )


def _with_noise(
    judgements: list[Judgement], estimates: Mapping[str, Estimate], config: MetricsConfig
) -> list[Judgement]:
    if not estimates:
        return judgements
    from mlgate.metrics.verdict import Strictness, with_noise

    strictness = Strictness(
        within_noise=config.on_inconclusive == "fail", not_certified=config.mode == "non-inferiority"
    )
    return with_noise(judgements, estimates, strictness)


def _without_baseline(context: Context) -> Sequence[Finding]:
    if context.baseline is not None:
        return ()
    return (
        Finding(
            rule="metrics/no-baseline",
            severity=Severity.INFO,
            message="there is no baseline, so nothing is compared; floors and ceilings are judged",
            hint="give `--base REV`, or `baseline: {branch: ...}` in the config",
        ),
    )


_NOTHING = "declare `metrics:` in `dvc.yaml`, write a `metrics.json`, or name files with `metrics: {files: [...]}`"

CHECK = Check(
    id="metrics",
    title="Metrics",
    question="Did a metric get worse than the baseline tolerates?",
    config=MetricsConfig,
    run=run,
)
