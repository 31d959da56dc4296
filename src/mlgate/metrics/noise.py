"""All that is known of the noise of one run's metrics: from predictions, from seeds and folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.metrics.compare import Judgement, Metric
from mlgate.metrics.config import MetricsConfig
from mlgate.metrics.gather import policy_of
from mlgate.metrics.rules import Rulebook
from mlgate.metrics.sources import Sources
from mlgate.report import Finding, Location, Severity, Table
from mlgate.text import amount, code

if TYPE_CHECKING:
    from mlgate.metrics.computed import Computer
    from mlgate.metrics.evidence import Given
    from mlgate.metrics.predictions import PredictionsConfig
    from mlgate.metrics.runs import Runs
    from mlgate.metrics.slices import Part
    from mlgate.stats.estimate import Estimate


class Noise(Struct, frozen=True, kw_only=True):
    """What is known: all metrics, with those of runs brought together and those that only predictions give.

    `estimates` are by the metric's name; `computer`, `given` and `parts` are what predictions gave, for the tables.
    """

    metrics: Sequence[Metric]
    estimates: Mapping[str, Estimate] = {}
    findings: Sequence[Finding] = ()
    computer: Computer | None = None
    given: Mapping[str, Given] = {}
    parts: Sequence[Part] = ()

    @property
    def n_examples(self) -> int | None:
        """Return how many examples both sides have."""
        return self.computer.pairs.n if self.computer and self.computer.matched else None


def look_for_noise(
    context: Context,
    config: MetricsConfig,
    metrics: Sequence[Metric],
    rulebook: Rulebook,
    sources: Sources,
    cache: Cache,
) -> Noise:
    """Return what the config's predictions and runs tell of the metrics of files."""
    runs: Sequence[Runs] = ()
    findings: list[Finding] = []
    if config.runs:
        from mlgate.metrics.runs import gather_runs

        gathered = gather_runs(context, metrics, config.runs)
        metrics, runs = gathered.metrics, gathered.runs
        findings += gathered.findings
    found = Noise(metrics=metrics, findings=findings)
    if config.predictions is not None:
        found = _from_predictions(context, config, config.predictions, found, runs, rulebook, sources, cache)
    if runs:
        from mlgate.metrics.runs import estimates_from_runs

        estimates, more = estimates_from_runs(context, runs, found.estimates)
        found = _more(found, estimates={**found.estimates, **estimates}, findings=more)
    return found


def places(context: Context, config: MetricsConfig) -> dict[str, Location | None]:
    """Return the place of metrics that only predictions give: where the config names them."""
    return {config.predictions.path: _place(context)} if config.predictions else {}


def _place(context: Context) -> Location | None:
    return context.config_location("metrics", "predictions")


def tables(noise: Noise, judgements: Sequence[Judgement]) -> tuple[list[Table], list[Finding]]:
    """Return the folded tables of slices and of churn, and what a person should know of the slices."""
    computer = noise.computer
    if computer is None or computer.matched is None or not computer.matched.is_paired:
        return [], []
    from mlgate.metrics.churn import churn_table

    found: list[Table | None] = []
    findings: list[Finding] = []
    if noise.parts:
        from mlgate.metrics import slice_tables
        from mlgate.metrics.slices import changes

        by_name = {judgement.name: judgement for judgement in judgements}
        gated = {judgement.name for judgement in judgements if judgement.metric.slice_of}
        moved = changes(noise.parts, by_name, noise.given)
        found.append(slice_tables.slice_table(moved, by_name))
        warned = [one for one in moved if f"{one.metric} where {one.part}" not in gated]
        findings = slice_tables.findings(warned, by_name, None)
    found.append(churn_table(computer.pairs))
    return [table for table in found if table is not None], findings


def not_certifiable(judgements: Sequence[Judgement], config: MetricsConfig) -> list[Finding]:
    """Return a warning where everything must be certified and there are metrics of whose noise nothing is known."""
    if config.mode != "non-inferiority":
        return []
    bare = [one.name for one in judgements if one.policy.has_direction and one.change and one.decided is None]
    if not bare:
        return []
    from mlgate.text import codes

    return [
        Finding(
            rule="metrics/not-certified",
            severity=Severity.WARNING,
            message=f"nothing certifies {codes(bare)}, for there is no noise estimate; the plain tolerance decides",
            hint="write predictions, seeds or folds for it, or say `gate: false`",
            subject=", ".join(bare),
        )
    ]


def _from_predictions(
    context: Context,
    config: MetricsConfig,
    predictions: PredictionsConfig,
    found: Noise,
    runs: Sequence[Runs],
    rulebook: Rulebook,
    sources: Sources,
    cache: Cache,
) -> Noise:
    from mlgate.metrics.evidence import weigh
    from mlgate.metrics.own_metric import compute_own
    from mlgate.metrics.prediction_findings import Problems
    from mlgate.metrics.reading_predictions import read_predictions

    problems = Problems(predictions.path, _place(context), is_strict=config.is_strict)
    computer = read_predictions(context, predictions, sources, cache, problems)
    if computer is None:
        for name in predictions.metrics:
            problems.not_computed(name, "there are no predictions", is_asked=True)
        return _more(found, findings=problems.findings())
    evidence = weigh(
        found.metrics,
        lambda metric: policy_of(metric, rulebook),
        predictions,
        computer,
        problems,
        lambda name: compute_own(context, name, computer, predictions.limit.seconds),
        runs,
    )
    noise = Noise(
        metrics=(*found.metrics, *evidence.metrics),
        estimates=evidence.estimates,
        findings=(*found.findings, *problems.findings()),
        computer=computer,
        given=evidence.given,
    )
    return _with_slices(context, config, predictions, noise)


def _with_slices(context: Context, config: MetricsConfig, predictions: PredictionsConfig, noise: Noise) -> Noise:
    """Return what is known with the slices, of which those that gate are metrics of their own."""
    computer = noise.computer
    if not predictions.slices or computer is None or computer.matched is None:
        return noise
    heavy = Severity.ERROR if config.is_strict else Severity.WARNING
    if not computer.matched.is_paired:
        severity = heavy if predictions.gated_slices else Severity.INFO
        words = "slices are not compared, for the examples are not the same at both sides"
        return _more(
            noise, findings=[_about_slices(context, severity, words, "look at the finding on ids", "unpaired")]
        )
    from mlgate.metrics.slices import (
        FEWEST,
        TooManySlicesError,
        estimate_on,
        find_parts,
        is_gated,
        slice_metric,
        unmatched,
    )

    parts: list[Part] = []
    findings = []
    try:
        parts.extend(find_parts(computer.pairs, predictions))
    except TooManySlicesError as error:
        hint = "name a column with few values, or make one of ranges"
        findings.append(_about_slices(context, heavy, f"no slices by {error}", hint, "values"))
    for name in unmatched(parts, predictions):
        words = f"no example is in the gated slice {code(name)}, so it protects nothing"
        findings.append(_about_slices(context, heavy, words, "look at the column's values", name))
    metrics, estimates = [], {}
    for part in (part for part in parts if is_gated(part, predictions)):
        if part.pairs.n < FEWEST:
            words = (
                f"the gated slice {code(part.name)} has only {amount(part.pairs.n, 'example')}, too few for a verdict"
            )
            hint = f"evaluate on {FEWEST} or more of it"
            findings.append(_about_slices(context, heavy, words, hint, part.name))
            continue
        for metric in noise.metrics:
            given = noise.given.get(metric.name)
            estimate = estimate_on(part, given) if given else None
            if estimate is not None:
                metrics.append(slice_metric(metric, part, estimate))
                estimates[metrics[-1].name] = estimate
    return _more(noise, metrics=metrics, estimates={**noise.estimates, **estimates}, findings=findings, parts=parts)


def _about_slices(context: Context, severity: Severity, message: str, hint: str, subject: str) -> Finding:
    return Finding(
        rule="metrics/slice",
        severity=severity,
        message=message,
        location=_place(context),
        hint=hint,
        subject=subject,
    )


def _more(
    noise: Noise,
    *,
    metrics: Sequence[Metric] = (),
    estimates: Mapping[str, Estimate] | None = None,
    findings: Sequence[Finding] = (),
    parts: Sequence[Part] = (),
) -> Noise:
    from msgspec.structs import replace

    return replace(
        noise,
        metrics=(*noise.metrics, *metrics),
        estimates=noise.estimates if estimates is None else estimates,
        findings=(*noise.findings, *findings),
        parts=(*noise.parts, *parts),
    )
