"""What the predictions of both sides add to a run: estimates, metrics of their own, slices and churn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.metrics.compare import Judgement, Metric, Refuted
from mlgate.metrics.config import MetricsConfig, PredictionsConfig
from mlgate.metrics.gather import policy_of
from mlgate.metrics.noise.evidence import Evidence, weigh
from mlgate.metrics.noise.runs import Runs
from mlgate.metrics.predictions import slice_tables
from mlgate.metrics.predictions.churn import churn_table
from mlgate.metrics.predictions.computed import Computer, too_few
from mlgate.metrics.predictions.findings import Problems
from mlgate.metrics.predictions.own_metric import compute_own
from mlgate.metrics.predictions.reading import read_predictions
from mlgate.metrics.predictions.slices import (
    FEWEST,
    Part,
    TooManySlicesError,
    changes,
    estimate_on,
    find_parts,
    is_gated,
    slice_metric,
    slice_name,
    unmatched,
    where_most_is_lost,
)
from mlgate.metrics.rules import Rulebook
from mlgate.metrics.sources import Sources
from mlgate.report import Finding, Table
from mlgate.stats.estimate import Estimate
from mlgate.text import amount, code


class After(Struct, frozen=True, kw_only=True):
    """What is told once the metrics are judged: folded tables, warnings, and the slice where most of a loss is."""

    tables: Sequence[Table] = ()
    findings: Sequence[Finding] = ()
    places: Mapping[str, str] = {}


class Predicted(Struct, frozen=True, kw_only=True):
    """What predictions tell: metrics that no file holds, estimates by the metric's name, and what is wrong."""

    metrics: Sequence[Metric] = ()
    estimates: Mapping[str, Estimate] = {}
    findings: Sequence[Finding] = ()
    computer: Computer | None = None
    evidence: Evidence | None = None
    parts: Sequence[Part] = ()

    @property
    def refuted(self) -> Mapping[str, Refuted]:
        """Return by the metric's name what the predictions say against the head's file."""
        return self.evidence.refuted if self.evidence else {}

    @property
    def n_examples(self) -> int | None:
        """Return how many examples are compared in pairs, if they are."""
        matched = self.computer.matched if self.computer else None
        return matched.pairs.n if matched and matched.is_paired else None

    def after(self, judgements: Sequence[Judgement]) -> After:
        """Return what is told of slices and churn once the metrics are judged."""
        computer = self.computer
        if computer is None or computer.matched is None or not computer.matched.is_paired:
            return After()
        churn = churn_table(computer.pairs)
        tables = [churn] if churn else []
        if not self.parts or self.evidence is None:
            return After(tables=tables)
        by_name = {judgement.name: judgement for judgement in judgements}
        moved = changes(self.parts, by_name, self.evidence.given)
        table = slice_tables.slice_table(moved, by_name)
        # Those that gate have findings of their own.
        findings = slice_tables.findings([one for one in moved if one.name not in by_name], by_name)
        return After(tables=[table, *tables] if table else tables, findings=findings, places=where_most_is_lost(moved))


def look_at_predictions(
    context: Context,
    config: MetricsConfig,
    metrics: Sequence[Metric],
    runs: Sequence[Runs],
    rulebook: Rulebook,
    sources: Sources,
    cache: Cache,
) -> Predicted:
    """Return what the predictions that the config names tell of the metrics of files, and of more."""
    predictions = config.predictions
    if predictions is None:
        return Predicted()
    place = context.config_location("metrics", "predictions")
    problems = Problems(predictions.path, place, is_strict=config.is_strict)
    computer = read_predictions(context, predictions, sources, cache, problems)
    if computer is None:
        for name in predictions.metrics:
            problems.not_computed(name, "there are no predictions", is_asked=True)
        return Predicted(findings=problems.findings())
    evidence = weigh(
        metrics,
        lambda metric: policy_of(metric, rulebook),
        predictions,
        computer,
        problems,
        lambda name: compute_own(context, name, computer, predictions.limit.seconds),
        runs,
    )
    parts = _parts(computer, predictions, problems)
    of_slices, on_slices = _gated([*metrics, *evidence.metrics], evidence, parts, predictions, problems)
    return Predicted(
        metrics=(*evidence.metrics, *of_slices),
        estimates=evidence.estimates | on_slices,
        findings=problems.findings(),
        computer=computer,
        evidence=evidence,
        parts=parts,
    )


def _parts(computer: Computer, predictions: PredictionsConfig, problems: Problems) -> list[Part]:
    if not predictions.slices or computer.matched is None:
        return []
    if not computer.matched.is_paired:
        words = "slices are not compared, for the examples are not the same at both sides"
        hint = "look at the finding on the ids"
        problems.of_slices(words, hint, "unpaired", is_heavy=bool(predictions.gated_slices))
        return []
    found: list[Part] = []
    try:
        found.extend(find_parts(computer.pairs, predictions))
    except TooManySlicesError as error:
        problems.of_slices(f"no slices: {error}", "name a column with few values, or make one of ranges", "values")
    for name in unmatched(found, predictions):
        words = f"no example is in the gated slice {code(name)}, so it protects nothing"
        problems.of_slices(words, "look at the values of its column", name)
    return found


def _gated(
    metrics: Sequence[Metric],
    evidence: Evidence,
    parts: Sequence[Part],
    predictions: PredictionsConfig,
    problems: Problems,
) -> tuple[list[Metric], dict[str, Estimate]]:
    """Return the metrics on the slices that gate, as metrics of their own, with their estimates."""
    found: list[Metric] = []
    estimates: dict[str, Estimate] = {}
    for part in (part for part in parts if is_gated(part, predictions)):
        if part.pairs.n < FEWEST:
            size = amount(part.pairs.n, "example")
            words = f"the gated slice {code(part.name)} has only {size}, too few for a verdict"
            problems.of_slices(words, f"evaluate on {FEWEST} or more of it", part.name)
            continue
        for metric in metrics:
            given = evidence.given.get(metric.name)
            estimate = estimate_on(part, given) if given else None
            why = too_few(estimate) if estimate else None
            if why:
                words = f"the gated slice {code(part.name)} has no verdict on {code(metric.name)}: {why}"
                problems.of_slices(words, "evaluate on more of it", slice_name(metric.name, part.name))
            elif estimate is not None:
                found.append(slice_metric(metric, part.name, estimate))
                estimates[found[-1].name] = estimate
    return found, estimates
