"""The two cells of the ledger: how many metrics fail, and which moved how far."""

from __future__ import annotations

from collections.abc import Sequence

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement, Kind
from mlgate.report import Baseline, Finding, Severity
from mlgate.text import amount, code

_NAMED = 2
_MOVED: tuple[Kind, ...] = ("improved", "within", "certified", "not-certified")


def summary(judgements: Sequence[Judgement], findings: Sequence[Finding], baseline: Baseline | None) -> str:
    """Return how the check ended, in a few words."""
    failing = sum(judgement.fails for judgement in judgements)
    judged = sum(judgement.is_judged for judgement in judgements)
    if failing:
        return f"{failing:,} of {judged:,} {'fails' if failing == 1 else 'fail'}"
    noisy = sum(judgement.kind == "within-noise" for judgement in judgements)
    error = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    if error is not None:
        return error.message
    if baseline is None:
        return f"{amount(len(judgements), 'metric')}, nothing to compare with"
    if noisy:
        return f"{noisy:,} of {judged:,} worse, within noise"
    return (
        f"{amount(judged, 'metric')} within tolerance"
        if judged
        else f"{amount(len(judgements), 'metric')}, none judged"
    )


def note(judgements: Sequence[Judgement]) -> str:
    """Return the metrics that decided, with their changes: those that fail, else those that moved most."""
    chosen = [judgement for judgement in judgements if judgement.fails]
    if not chosen:
        chosen = [judgement for judgement in judgements if judgement.kind == "within-noise"]
    if not chosen:
        chosen = [judgement for judgement in judgements if judgement.kind in _MOVED]
        chosen.sort(key=_share, reverse=True)
    shown = [f"{code(judgement.name)} {_moved(judgement)}" for judgement in chosen[:_NAMED]]
    return ", ".join(shown) + (f" and {len(chosen) - _NAMED:,} more" if len(chosen) > _NAMED else "")


def _moved(judgement: Judgement) -> str:
    if judgement.kind == "removed":
        return "removed"
    if judgement.kind == "refuted":
        return "refuted by the predictions"
    return wording.change(judgement) or wording.value(judgement.metric.head)


def _share(judgement: Judgement) -> float:
    baseline = judgement.metric.baseline
    return abs(judgement.change or 0.0) / (abs(baseline) if isinstance(baseline, float) and baseline else 1.0)
