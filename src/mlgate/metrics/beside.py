"""What stands beside the metric files: MLflow's runs, the second baseline, and why the metrics may have moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.metrics.compare import Judgement
from mlgate.metrics.config import MetricsConfig
from mlgate.metrics.places import Places
from mlgate.metrics.sources import Sources
from mlgate.report import Baseline, Location, Table

if TYPE_CHECKING:
    from mlgate.metrics.mlflow.runs import Tracked
    from mlgate.metrics.reference import Compared


def ask_mlflow(context: Context, config: MetricsConfig) -> Tracked | None:
    """Return MLflow's runs of both sides, or None where the config names no MLflow."""
    if config.mlflow is None:
        return None
    from mlgate.metrics.mlflow.runs import read_tracked
    from mlgate.metrics.noise.history import run_commits

    return read_tracked(context, config.mlflow, run_commits(context, config.history))


def mlflow_place(context: Context, config: MetricsConfig) -> dict[str, Location | None]:
    """Return the place of MLflow's metrics: where the config asks for them."""
    if config.mlflow is None:
        return {}
    from mlgate.metrics.mlflow.runs import NAME

    return {NAME: context.config_location("metrics", "mlflow")}


def compare_with_reference(
    context: Context, config: MetricsConfig, cache: Cache, main: Sequence[Judgement], places: Places
) -> Compared | None:
    """Return what the second baseline adds, or None where none is asked for; MLflow is not asked about it."""
    if context.config.baseline.reference is None:
        return None
    from mlgate.metrics.basis import basis
    from mlgate.metrics.judging import judge_sources, open_rulebook
    from mlgate.metrics.reference import compare_with
    from mlgate.metrics.sides import read_pairs
    from mlgate.metrics.sources import find_sources
    from mlgate.metrics.tables import tables
    from mlgate.reference import find_reference

    reference = find_reference(context, "metrics")
    if reference is None:
        return None
    second: list[Judgement] = []
    examples = None
    if reference.context is not None:
        sources = find_sources(reference.context, config.files, cache)
        pairs = read_pairs(reference.context, sources.files, cache)
        judged = judge_sources(reference.context, config, open_rulebook(context, config.rules), sources, cache, pairs)
        second, examples = judged.judgements, judged.known.n_examples

    def table(judgements: Sequence[Judgement], baseline: Baseline) -> Table | None:
        return next(iter(tables(judgements, baseline, basis(judgements, n_examples=examples))), None)

    return compare_with(reference, second, main, lambda judgement: places.of(judgement.metric), table)


def tables_beside(
    context: Context, config: MetricsConfig, sources: Sources, tracked: Tracked | None, judgements: Sequence[Judgement]
) -> list[Table]:
    """Return the folded tables of what changed where metrics moved, and of the runs that were compared."""
    found: list[Table | None] = []
    if any(judgement.change and judgement.kind != "unchanged" for judgement in judgements):
        from mlgate.metrics.param_changes import changes_table, find_changes

        runs = (tracked.baseline, tracked.head) if tracked else (None, None)
        if sources.baseline is not None:
            found.append(changes_table(find_changes(context, sources.baseline, sources.head, *runs)))
    if tracked is not None and config.mlflow is not None:
        from mlgate.metrics.mlflow.table import runs_table

        found.append(runs_table(tracked, config.mlflow))
    return [table for table in found if table is not None]
