"""Metrics: did a metric get worse than the baseline tolerates, and by more than noise?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlgate.check import Check
from mlgate.context import Context
from mlgate.metrics.config import MetricsConfig
from mlgate.report import Finding, Location, Outcome, Severity

if TYPE_CHECKING:
    from mlgate.dvc.cache import Cache
    from mlgate.metrics.compare import Judgement
    from mlgate.metrics.sources import Sources


def run(context: Context, config: MetricsConfig) -> Outcome:
    """Answer the question of this check."""
    context.look_ahead()
    from mlgate.dvc.cache import find_cache
    from mlgate.metrics.sides import look_back, read_pairs
    from mlgate.metrics.sources import find_sources

    cache = find_cache(context.project, context.root)
    sources = find_sources(context, config.files, cache)
    sources, pulled = _pull_missing(context, config, sources, cache)
    pairs = read_pairs(context, sources.files, cache)
    if not (config.predictions or config.runs):
        look_back(context, pairs, config.history)
    # All that judges is loaded while git looks back.
    from mlgate.metrics import beside, file_findings, findings, ledger, tables
    from mlgate.metrics.judging import judge_sources, open_rulebook
    from mlgate.metrics.noise import look as noise
    from mlgate.metrics.places import Places

    about_sources = [*pulled, *file_findings.of_sources(context, config.files, sources)]
    if not (sources.files or about_sources or config.rules or config.predictions or config.mlflow):
        return Outcome.skipped("no metric files found", hint=_NOTHING)
    tracked = beside.ask_mlflow(context, config)
    extra = [tracked.pair] if tracked and tracked.pair else []
    rulebook = open_rulebook(context, config.rules)
    runs = tracked.history if tracked else None
    found = judge_sources(context, config, rulebook, sources, cache, pairs, extra, runs)
    judgements = found.judgements
    elsewhere = beside.mlflow_place(context, config) | _prediction_place(context, config)
    places = Places(context, [*found.pairs, *extra], elsewhere)
    reference = beside.compare_with_reference(context, config, cache, judgements, places)
    after = noise.told_after(found.known, judgements)
    told = [
        *about_sources,
        *file_findings.of_files(found.pairs, rulebook, places),
        *findings.deleted_files(judgements, places),
        *findings.of_judgements(judgements, places, after.places),
        *(reference.findings if reference else ()),
        *after.findings,
        *found.known.findings,
        *noise.not_certifiable(judgements, config),
        *found.findings,
        *(tracked.findings if tracked else ()),
        *findings.off_scale(judgements, places),
        *findings.without_direction(judgements, places),
        *file_findings.of_rules(context, rulebook, [judgement.name for judgement in judgements]),
        *_without_baseline(context),
    ]
    judged = [judgement for judgement in judgements if judgement.kind != "no-metric"]
    shown = tables.tables(judged, context.baseline, _basis(judged, found.known.n_examples))
    return Outcome.of(
        told,
        summary=ledger.summary(judged, told, context.baseline),
        note=ledger.note(judged),
        tables=[
            *shown,
            *([reference.table] if reference and reference.table else []),
            *after.tables,
            *beside.tables_beside(context, config, sources, tracked, judgements),
        ],
        measures=tables.measures(judged),
    )


def _pull_missing(
    context: Context, config: MetricsConfig, sources: Sources, cache: Cache
) -> tuple[Sources, tuple[Finding, ...]]:
    """Bring from DVC's remote what this machine lacks, where the config lets us; return the sources as they are now."""
    if not config.pull:
        return sources, ()
    from mlgate.metrics.pulling import pull

    return pull(context, config, sources, cache)


def _basis(judged: Sequence[Judgement], n_examples: int | None) -> str:
    """Return on what the estimates rest, where there are any."""
    if not any(judgement.decided for judgement in judged):
        return ""
    from mlgate.metrics.basis import basis

    return basis(judged, n_examples=n_examples)


def _prediction_place(context: Context, config: MetricsConfig) -> dict[str, Location | None]:
    """Return the place of metrics that only predictions give: where the config names them."""
    if config.predictions is None:
        return {}
    return {config.predictions.path: context.config_location("metrics", "predictions")}


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
    question="Did a metric get worse than the baseline tolerates, and by more than noise?",
    config=MetricsConfig,
    run=run,
)
