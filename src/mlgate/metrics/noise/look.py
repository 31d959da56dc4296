"""What one run itself tells of the noise of its metrics: by predictions, and by seeds and folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.metrics.compare import Judgement, Metric, Refuted
from mlgate.metrics.config import MetricsConfig
from mlgate.metrics.rules import Rulebook
from mlgate.metrics.sources import Sources
from mlgate.report import Finding, Severity, Table
from mlgate.text import codes

if TYPE_CHECKING:
    from mlgate.metrics.noise.runs import Runs
    from mlgate.metrics.predictions.predicted import Predicted
    from mlgate.stats.estimate import Estimate


class Noise(Struct, frozen=True, kw_only=True):
    """What is known: all metrics, with those of runs brought together and those that only predictions give.

    `estimates` are by the metric's name, and so is what the predictions `refuted`; `predicted` is what they
    gave, for the tables.
    """

    metrics: Sequence[Metric]
    estimates: Mapping[str, Estimate] = {}
    findings: Sequence[Finding] = ()
    predicted: Predicted | None = None
    refuted: Mapping[str, Refuted] = {}

    @property
    def n_examples(self) -> int | None:
        """Return how many examples both sides have."""
        return self.predicted.n_examples if self.predicted else None


def look_for_noise(
    context: Context,
    config: MetricsConfig,
    metrics: Sequence[Metric],
    rulebook: Rulebook,
    sources: Sources,
    cache: Cache,
) -> Noise:
    """Return what the config's predictions and runs tell of the metrics of files.

    The noise of seeds is added to that of the examples on which they were judged, where both are known.
    """
    runs: Sequence[Runs] = ()
    findings: list[Finding] = []
    estimates: dict[str, Estimate] = {}
    if config.runs:
        from mlgate.metrics.noise.runs import gather_runs

        gathered = gather_runs(context, metrics, config.runs)
        metrics, runs = gathered.metrics, gathered.runs
        findings += gathered.findings
    predicted = None
    if config.predictions is not None:
        from mlgate.metrics.predictions.predicted import look_at_predictions

        predicted = look_at_predictions(context, config, metrics, runs, rulebook, sources, cache)
        metrics = (*metrics, *predicted.metrics)
        findings += predicted.findings
        estimates |= predicted.estimates
    if runs:
        from mlgate.metrics.noise.runs import estimates_from_runs

        of_runs, about_runs = estimates_from_runs(context, runs, estimates)
        estimates |= of_runs
        findings += about_runs
    refuted = predicted.refuted if predicted else {}
    return Noise(metrics=metrics, estimates=estimates, findings=findings, predicted=predicted, refuted=refuted)


class Told(Struct, frozen=True, kw_only=True):
    """What is told once all is judged: folded tables, warnings, and where most of a metric's loss is."""

    tables: Sequence[Table] = ()
    findings: Sequence[Finding] = ()
    places: Mapping[str, str] = {}


def told_after(noise: Noise, judgements: Sequence[Judgement]) -> Told:
    """Return the folded tables of intervals, slices and churn, and the warnings on slices, once all is judged."""
    if not any(judgement.decided for judgement in judgements) and noise.predicted is None:
        return Told()
    from mlgate.metrics.noise.interval_pictures import picture_table

    drawn = picture_table(judgements)
    tables = [drawn] if drawn else []
    if noise.predicted is None:
        return Told(tables=tables)
    after = noise.predicted.after(judgements)
    return Told(tables=[*tables, *after.tables], findings=after.findings, places=after.places)


def not_certifiable(judgements: Sequence[Judgement], config: MetricsConfig) -> list[Finding]:
    """Return a warning where everything must be certified and there are metrics of whose noise nothing is known."""
    if config.mode != "non-inferiority":
        return []
    bare = [one.name for one in judgements if one.policy.has_direction and one.is_moved and one.decided is None]
    if not bare:
        return []
    return [
        Finding(
            rule="metrics/not-certified",
            severity=Severity.WARNING,
            message=f"nothing certifies {codes(bare)}, for there is no noise estimate; the plain tolerance decides",
            hint="write predictions, seeds or folds for it, or say `gate: false`",
            subject=", ".join(bare),
        )
    ]
