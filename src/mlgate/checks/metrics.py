"""Metrics: did a metric get worse than the baseline tolerates?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.metrics.mlflow_config import MlflowConfig
from mlgate.metrics.rules import Rule
from mlgate.report import Finding, Outcome, Severity


class MetricsConfig(Section, frozen=True):
    """The `metrics:` section of the config."""

    files: Annotated[
        tuple[str, ...],
        Meta(description="More metric files than the pipelines declare: paths or globs, from the project folder."),
    ] = ()
    rules: Annotated[
        Mapping[str, Rule],
        Meta(description="Rules by the metric's name or a glob over names; the most specific one wins."),
    ] = {}
    history: Annotated[
        int,
        Meta(
            description="How many commits of the baseline's branch tell how much metrics vary; 0 asks none.",
            ge=0,
            le=200,
        ),
    ] = 20
    mlflow: Annotated[
        MlflowConfig | None, Meta(description="Where runs are tracked, whose metrics are judged too.")
    ] = None


def run(context: Context, config: MetricsConfig) -> Outcome:
    """Answer the question of this check."""
    from mlgate.dvc.cache import find_cache
    from mlgate.metrics import file_findings, findings, ledger, tables
    from mlgate.metrics.compare import Kind
    from mlgate.metrics.gather import gather, judge_all
    from mlgate.metrics.places import Places
    from mlgate.metrics.rules import Rulebook
    from mlgate.metrics.sides import read_pairs
    from mlgate.metrics.sources import find_sources

    cache = find_cache(context.project, context.root)
    sources = find_sources(context, config.files, cache)
    about_sources = file_findings.of_sources(context, config.files, sources)
    if not sources.files and not about_sources and not config.rules:
        return Outcome.skipped("no metric files found", hint=_NOTHING)
    pairs = read_pairs(context, sources.files, cache)
    rulebook = Rulebook(config.rules)
    judgements = judge_all(gather(pairs), rulebook)
    places = Places(context, pairs)
    found = [
        *about_sources,
        *file_findings.of_files(pairs, rulebook, places),
        *findings.deleted_files(judgements, places),
        *findings.of_judgements(judgements, places),
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
        tables=tables.tables(judged, context.baseline),
        measures=tables.measures(judged),
    )


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
